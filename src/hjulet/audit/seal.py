"""Seals the log into a chain, and finds what was changed, removed, moved, put in between or cut off."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from hjulet.audit import anchor, guards
from hjulet.audit.models import Seal
from hjulet.core.events import LOG_LOCK, value_digest
from hjulet.core.models import Event

BATCH = 5_000
BEFORE_ALL = -(2**63)
FIRST = (
    "id",
    "kind",
    "verb",
    "at",
    "actor_id",
    "actor_label",
    "principal_id",
    "unit_id",
    "object_type",
    "object_id",
    "refs",
    "purpose",
    "digests",
)
COLUMNS = {1: FIRST, 2: (*FIRST, "actor_unit_id")}
"""Which columns a seal covers, by format. A new column means a new format; old seals keep theirs."""
FORMAT = 2


@dataclass(frozen=True)
class Report:
    """`checked` events in all, `sealed` and `unsealed`; `first_broken` says in words what is wrong."""

    ok: bool
    checked: int
    sealed: int
    unsealed: int
    first_broken: str | None = None


class Broken(Exception):
    """The first thing found that is not as it was sealed."""


def row_digest(values: tuple[Any, ...]) -> bytes:
    """Digest of one event's columns, the same on every database."""
    plain = [_plain(value) for value in values]
    return hashlib.sha256(json.dumps(plain, ensure_ascii=False, sort_keys=True).encode()).digest()


def seal(at: datetime) -> int:
    """Seals everything since the last seal, at most 5 000 events a link, and returns how many events.

    Raises FileNotFoundError, after sealing, when the file with the anchors has been taken away.
    """
    anchor.begin()
    total = 0
    while True:
        count = _seal_batch(at)
        total += count
        if count < BATCH:
            break
    anchor.catch_up()
    return total


def _seal_batch(at: datetime) -> int:
    with transaction.atomic():
        _hold_log_lock()
        last = Seal.objects.order_by("-id").defer("rows").first()
        events = Event.objects.filter(id__gt=last.last_id if last else BEFORE_ALL).order_by("id")
        rows = list(events.values_list(*COLUMNS[FORMAT])[:BATCH])
        if not rows:
            return 0
        digests = [row_digest(row) for row in rows]
        previous = last.digest if last else ""
        link = Seal(
            format=FORMAT,
            first_id=rows[0][0],
            last_id=rows[-1][0],
            count=len(rows),
            previous=previous,
            rows=b"".join(_short(row[0], digest) for row, digest in zip(rows, digests, strict=True)),
            sealed_at=at,
        )
        link.digest = _chain(link, digests)
        link.save(force_insert=True)
    return len(rows)


def verify() -> Report:
    """Reads the whole log. Erased values are lawful; values that differ from their digest are not."""
    state = _Progress()
    first_broken: str | None = None
    try:
        _walk(state)
    except Broken as problem:
        first_broken = str(problem)
    except anchor.BadLine as problem:
        first_broken = _("Rad %(line)s i %(file)s är ändrad.") % {
            "line": problem.args[0],
            "file": anchor.NAME,
        }
    checked = state.sealed + state.unsealed
    return Report(first_broken is None, checked, state.sealed, state.unsealed, first_broken)


@dataclass
class _Progress:
    sealed: int = 0
    unsealed: int = 0
    last_id: int = BEFORE_ALL
    digest: str = ""


def _walk(state: _Progress) -> None:
    lines = anchor.read()
    seals = {pk: (last_id, digest) for pk, last_id, digest in Seal.objects.values_list("pk", "last_id", "digest")}
    for seal_id in sorted(seals):
        link = Seal.objects.filter(pk=seal_id).first()
        if link is None:
            raise Broken(_("Försegling %(seal)s är borttagen.") % {"seal": seal_id})
        _check_link(link, state)
    _check_anchor(lines, seals)
    for row in _unsealed(state.last_id):
        _check_value(*row)
        state.unsealed += 1
    gone = guards.missing(connection)
    if gone:
        raise Broken(_("Spärren mot ändringar i loggen är borta: %(names)s.") % {"names": ", ".join(gone)})


def _check_link(link: Seal, state: _Progress) -> None:
    numbers = {"seal": link.pk}
    if link.format not in COLUMNS or link.previous != state.digest or link.last_id <= state.last_id:
        raise Broken(
            _("Försegling %(seal)s hänger inte ihop med den före: en är ändrad, flyttad eller borttagen.") % numbers
        )
    columns = COLUMNS[link.format]
    events = Event.objects.filter(id__gt=state.last_id, id__lte=link.last_id).order_by("id")
    rows = list(events.values_list(*columns, "value__salt", "value__values")[: link.count + 1])
    digests = [row_digest(row[: len(columns)]) for row in rows]
    if len(rows) != link.count or _chain(link, digests) != link.digest:
        raise Broken(_first_difference(link, [row[0] for row in rows], digests))
    for row in rows:
        _check_value(row[0], row[columns.index("digests")], row[-2], row[-1])
    state.sealed += len(rows)
    state.last_id, state.digest = link.last_id, link.digest


def _first_difference(link: Seal, ids: list[int], digests: list[bytes]) -> str:
    """Names the first event that is not as it was sealed, or the seal itself when all its events are."""
    sealed = bytes(link.rows)
    was = {
        int.from_bytes(sealed[i : i + 8], "big", signed=True): sealed[i + 8 : i + 16] for i in range(0, len(sealed), 16)
    }
    now = {pk: digest[:8] for pk, digest in zip(ids, digests, strict=True)}
    for pk in sorted(was.keys() | now.keys()):
        numbers = {"event": pk}
        if pk not in now:
            return _("Händelse %(event)s är borttagen.") % numbers
        if pk not in was:
            return _("Händelse %(event)s är inlagd i efterhand.") % numbers
        if was[pk] != now[pk]:
            return _("Händelse %(event)s är ändrad.") % numbers
    return _("Försegling %(seal)s är ändrad.") % {"seal": link.pk}


def _check_anchor(lines: list[anchor.Line] | None, seals: dict[int, tuple[int, str]]) -> None:
    """Every anchored seal is there as it was, and at most the newest one has not reached the file."""
    if lines is None:
        if seals:
            raise Broken(
                _("Filen %(file)s saknas, så det går inte att se om slutet av loggen är kvar.") % {"file": anchor.NAME}
            )
        return
    for line in lines:
        if line.seal_id not in seals:
            raise Broken(_("Försegling %(seal)s står i %(file)s men är borttagen ur loggen.") % _named(line.seal_id))
        if seals[line.seal_id] != (line.last_id, line.digest):
            raise Broken(_("Försegling %(seal)s är inte den som står i %(file)s.") % _named(line.seal_id))
    behind = sorted(seals.keys() - {line.seal_id for line in lines})
    newest = max(seals, default=0)
    if behind and behind != [newest]:
        raise Broken(_("Försegling %(seal)s saknas i %(file)s.") % _named(behind[0]))


def _named(seal_id: int) -> dict[str, Any]:
    return {"seal": seal_id, "file": anchor.NAME}


def _check_value(event_id: int, digests: dict[str, str], salt: str | None, values: dict[str, Any] | None) -> None:
    """An erased value row is lawful; one that is there must be the one the event was written with."""
    if values is None:
        return
    same = {name: value_digest(salt or "", name, value) for name, value in values.items()} == digests
    if not same:
        raise Broken(_("Uppgifterna i händelse %(event)s är ändrade.") % {"event": event_id})


def _unsealed(after: int) -> Iterator[tuple[Any, ...]]:
    while True:
        events = Event.objects.filter(id__gt=after).order_by("id")
        rows = list(events.values_list("id", "digests", "value__salt", "value__values")[:BATCH])
        yield from rows
        if len(rows) < BATCH:
            return
        after = rows[-1][0]


def _chain(link: Seal, digests: list[bytes]) -> str:
    """Covers the seal before, this seal's own columns and every event in it."""
    moment = link.sealed_at.astimezone(UTC).isoformat()
    head = json.dumps([link.format, link.previous, link.first_id, link.last_id, link.count, moment])
    return hashlib.sha256(head.encode() + b"".join(digests)).hexdigest()


def _short(event_id: int, digest: bytes) -> bytes:
    return event_id.to_bytes(8, "big", signed=True) + digest[:8]


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _hold_log_lock() -> None:
    """Waits for writers under way and holds new ones back, so that no event slips in behind the seal."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOG_LOCK])
