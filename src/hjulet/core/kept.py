"""What every page asks about and what seldom changes: who has which role, how long a step may take, who receives what.
A worker remembers the answer for as long as the tables that it comes from are as they were.

A room names such tables in WATCHED. The database itself puts down a mark at every change of them, by whichever way it
comes, in the transaction of the change. The marks are random: the same marks tell the same contents, also after a
rollback or a restored copy. So an answer is never older than the marks that were read when it was asked for.

    LIMITS = Kept(lambda principal, day: tuple(Limit.objects.on(day).open_to(principal)))
    LIMITS(principal_id, day)

What is given is shared by all who ask: it is read and never written to.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connection, connections
from django.db.models import CharField, Expression, Model

log = logging.getLogger(__name__)
WATCHED: dict[type[Model], tuple[str, ...]] = {}  # model to those of its columns that do not count
TABLE = "core_mark"
UNKNOWN = "0:0"  # no mark: the tables have been emptied, or the triggers were never made
MOST = 1_000
_STATE = f"SELECT COUNT(*) || ':' || COALESCE(SUM(mark), 0) FROM {TABLE}"  # noqa: S608
_reading: ContextVar[str | None] = ContextVar("kept_reading", default=None)
_begun: ContextVar[str | None] = ContextVar("kept_begun", default=None)


T = TypeVar("T")


class Kept(Generic[T]):
    """`make` gives the answer for some keys. No more than `most` answers are remembered."""

    def __init__(self, make: Callable[..., T], most: int = MOST) -> None:
        self.make, self.most = make, most
        self.answers: dict[Hashable, tuple[str, T]] = {}

    def __call__(self, *keys: Hashable) -> T:
        marks = state()
        held = self.answers.get(keys)
        if held is not None and held[0] == marks:
            return held[1]
        answer = self.make(*keys)
        if marks != UNKNOWN:
            if len(self.answers) >= self.most:
                self.answers.clear()
            self.answers[keys] = (marks, answer)
        return answer


class State(Expression):
    """The marks as a column, for a question that is asked anyway."""

    output_field = CharField()

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return f"({_STATE})", []


def state() -> str:
    """What the marks are now, or were when `reading` began."""
    held = _reading.get()
    if held is None:
        with connection.cursor() as cursor:
            cursor.execute(_STATE)
            held = str(cursor.fetchone()[0])
    return held if _watched() else UNKNOWN


@cache
def _watched() -> bool:
    """Whether the triggers are there; looked at once by each process. Without them nothing is remembered."""
    with connection.cursor() as cursor:
        missing = sorted(
            {name for model in WATCHED for name in _triggers(model)} - _found(cursor, connection.vendor == "postgresql")
        )
    if missing:
        log.error("answers are not remembered: %s missing, run migrate", ", ".join(missing))
    return not missing


@contextmanager
def reading(marks: str | None = None) -> Iterator[None]:
    """The marks are read once for all that is asked inside, where nothing that is watched is changed, nor was before in
    the same request: those that the request began with will do.
    """
    token = _reading.set(marks or _begun.get() or state())
    try:
        yield
    finally:
        _reading.reset(token)


@contextmanager
def beginning(marks: str | None) -> Iterator[None]:
    """A request begins with these marks."""
    token = _begun.set(marks)
    try:
        yield
    finally:
        _begun.reset(token)


# The triggers ----------------------------------------------------------------


def keep(using: str, **kwargs: Any) -> None:
    """Makes the triggers that are missing, after each migration: one that made a table anew has lost them."""
    there = connections[using].introspection.table_names()
    if TABLE not in there:
        return
    postgresql = connections[using].vendor == "postgresql"
    with connections[using].cursor() as cursor:
        changed = False
        for model in WATCHED:
            if model._meta.db_table in there:
                changed |= _keep_on(cursor, model, postgresql)
        cursor.execute(f"SELECT COUNT(*) FROM {TABLE}")  # noqa: S608
        if changed or not cursor.fetchone()[0]:
            _begin_anew(cursor, postgresql)
    _watched.cache_clear()


def _keep_on(cursor: Any, model: type[Model], postgresql: bool) -> bool:
    wanted, table = _triggers(model), model._meta.db_table
    found = {name for name in _found(cursor, postgresql) if name.startswith(f"{table}_marks_")}
    if found == wanted.keys():
        return False  # also for a role that may not make one
    if postgresql:
        cursor.execute(_FUNCTION)
    for name in sorted(found - wanted.keys()):
        cursor.execute(f"DROP TRIGGER {name}{f' ON {table}' if postgresql else ''}")
    for name in sorted(wanted.keys() - found):
        cursor.execute(f"CREATE TRIGGER {name} {wanted[name]} {_CALLS if postgresql else _MARKS}")
    return True


def forget_marks() -> int:
    """Puts one mark in the place of all that there are; gives how many there were."""
    with connection.cursor() as cursor:
        return _begin_anew(cursor, connection.vendor == "postgresql")


def _begin_anew(cursor: Any, postgresql: bool) -> int:
    cursor.execute(f"DELETE FROM {TABLE}")  # noqa: S608
    gone = int(cursor.rowcount)
    cursor.execute(f"INSERT INTO {TABLE} (mark) VALUES ({_RANDOM if postgresql else 'random()'})")  # noqa: S608
    return gone


_RANDOM = "(random() * 4611686018427387904)::bigint"
# One row a transaction: those who change at the same time never wait for each other's mark. It gets a new mark at each
# change, so that what was asked between two changes is not taken for what they ended in.
_FUNCTION = f"""CREATE OR REPLACE FUNCTION hjulet_mark() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE own text := NULLIF(current_setting('hjulet.mark', true), '');
BEGIN
  IF own IS NULL THEN
    INSERT INTO {TABLE} (mark) VALUES ({_RANDOM}) RETURNING id INTO own;
    PERFORM set_config('hjulet.mark', own, true);
  ELSE
    UPDATE {TABLE} SET mark = {_RANDOM} WHERE id = own::bigint;
  END IF;
  RETURN NULL;
END $$"""  # noqa: S608


_CALLS = "FOR EACH STATEMENT EXECUTE FUNCTION hjulet_mark()"
_MARKS = f"BEGIN DELETE FROM {TABLE}; INSERT INTO {TABLE} (mark) VALUES (random()); END"  # noqa: S608


def _triggers(model: type[Model]) -> dict[str, str]:
    """When each trigger on a table goes off. The names hold that too, so that other columns make other triggers."""
    table = model._meta.db_table
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields if field.column not in WATCHED[model]]
    sorts = {"insert": "INSERT", "delete": "DELETE", "update": f"UPDATE OF {', '.join(columns)}"}
    return {
        f"{table}_marks_{name}_{hashlib.sha256(sort.encode()).hexdigest()[:8]}": f"AFTER {sort} ON {table}"
        for name, sort in sorts.items()
    }


def _found(cursor: Any, postgresql: bool) -> set[str]:
    """The triggers of ours that are there and in force."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if postgresql:
        query = (
            "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal "
            "AND t.tgenabled IN ('O', 'A') AND c.relnamespace = current_schema()::regnamespace"
        )
    cursor.execute(query)
    return {row[0] for row in cursor.fetchall()}
