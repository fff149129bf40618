"""The second net: what each statement tells PostgreSQL about who is asking (row-level security, decision 11).

Python holds the one rule of who has which duty where. What comes of it, the claims, goes with every statement in the
setting `hjulet.claims`, and each table's policies test principal, unit, track and whose the row is (core.policies).
A statement without claims sees no protected row. On SQLite nothing of this is sent.

Whose claims: those of the queries in the statement that say for whom they are (core.scope); else what goes on around
it: a person's request, a job, a command. A web process where no request goes on asks for nobody.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import IntEnum

from hjulet.core.actor import Actor


class Mode(IntEnum):
    """How much a statement may see; of several in one statement the greatest counts."""

    NOBODY = 0
    REACH = 1  # what her duties show her
    REPORTER = 2  # what she reported herself
    PART = 3  # what others handle, of which she may know that it is there
    STATISTICS = 4  # what she may count
    REQUEST = 5  # her duties and her own reports: what hangs on an object that was let through either way
    WALL = 6  # everything of one principal: an object that was let through is written, wherever it goes
    SYSTEM = 7  # everything, for a reason


@dataclass(frozen=True)
class Claims:
    mode: Mode
    principal_id: int | None = None
    person_id: int | None = None
    grants: str = "[]"
    reason: str = field(default="", compare=False)

    def text(self) -> str:
        """The setting: `mode|principal|person|grants|reason`, grants as JSON: [[duty, path, path_end, [track …]] …]."""
        numbers = ("" if number is None else str(number) for number in (self.principal_id, self.person_id))
        return "|".join([self.mode.name.lower(), *numbers, self.grants, self.reason])


NOBODY = Claims(Mode.NOBODY)


def of(actor: Actor, mode: Mode) -> Claims:
    return Claims(mode, actor.principal_id, actor.person_id, _grants(actor))


def of_system(reason: str) -> Claims:
    return Claims(Mode.SYSTEM, reason=reason)


def of_writer(principal_id: int | None) -> Claims:
    """Whoever adds to the log: within one principal, or to what belongs to none."""
    return Claims(Mode.WALL, principal_id) if principal_id else of_system("an event of no principal")


def _grants(actor: Actor) -> str:
    kept: str | None = actor.__dict__.get("_net_grants")
    if kept is None:
        rows = {(grant.duty, grant.path, grant.path_end, tuple(sorted(grant.tracks))) for grant in actor.grants}
        kept = json.dumps(sorted(rows), ensure_ascii=False)
        actor.__dict__["_net_grants"] = kept
    return kept


# What goes on around a statement. A process begins as a command or a worker; a web process says that it is one.
_process = [of_system("command")]
_around: ContextVar[Claims | None] = ContextVar("net_around", default=None)
_own_row: ContextVar[bool] = ContextVar("net_own_row", default=False)
_statement: ContextVar[list[Claims] | None] = ContextVar("net_statement", default=None)


def nobody_unless_asked() -> None:
    """For a process that answers people: outside a request it asks for nobody."""
    _process[0] = NOBODY


@contextmanager
def asking(claims: Claims) -> Iterator[None]:
    """What is asked inside, unless a query says for whom it is, is asked with these claims."""
    token = _around.set(claims)
    try:
        yield
    finally:
        _around.reset(token)


def person(actor: Actor | None) -> Claims:
    """The claims of a request: hers who is logged in, else nobody's."""
    return of(actor, Mode.REQUEST) if actor else NOBODY


def around() -> Claims:
    return _around.get() or _process[0]


@contextmanager
def let_through() -> Iterator[None]:
    """Inside, objects that were let through are followed and written, also where she cannot see them herself:
    only the wall between principals stands.
    """
    with asking(walled(around())):
        yield


def walled(claims: Claims) -> Claims:
    if claims.mode in {Mode.SYSTEM, Mode.NOBODY}:
        return claims
    return Claims(Mode.WALL, claims.principal_id, claims.person_id)


@contextmanager
def own_row() -> Iterator[None]:
    """A row that is held already is written or removed."""
    token = _own_row.set(True)
    try:
        yield
    finally:
        _own_row.reset(token)


def writes_own_row() -> bool:
    return _own_row.get()


@contextmanager
def one_statement() -> Iterator[None]:
    """One statement is built and run inside; queries tell their claims as they are built."""
    token = _statement.set([])
    try:
        yield
    finally:
        _statement.reset(token)


def tell(claims: Claims | None) -> None:
    """A query that is part of the statement being built says for whom it is."""
    told = _statement.get()
    if told is not None and claims is not None:
        told.append(claims)


def current() -> Claims:
    """The claims the next statement goes with."""
    told = _statement.get()
    if told:
        return max(told, key=lambda claims: claims.mode)
    return walled(around()) if writes_own_row() else around()
