"""The one log: what was written and what was read, append-only. The audit room seals and verifies it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as _quote
from typing import Any

from django.db import connection

from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.core.models import Event, EventValue

LOG_LOCK = 0x48_4A_55_4C
AT_ONCE = 500


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=str).encode


def value_digest(salt: str, name: str, value: Any) -> str:
    """SHA-256 of the JSON list of the three. Most values are texts, and a list of texts needs no encoder."""
    plain = f"[{_quote(salt)}, {_quote(name)}, {_quote(value)}]" if type(value) is str else ""
    return hashlib.sha256((plain or _encode([salt, name, value])).encode()).hexdigest()


def record(
    verb: str,
    *,
    actor: Actor | None,
    at: datetime,
    about: tuple[str, int],
    principal_id: int | None,
    unit_id: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> Event:
    """Adds a written event about one object, in the caller's transaction.

    `values` maps a field to its new value or to [old, new]; they lie in an erasable row, the event keeps only
    salted digests, so that lawful disposal can remove the words and leave the chain whole.
    """
    share_log_lock()
    event, kept = _event(verb, actor, at, about, principal_id, unit_id, values or {})
    with net.asking(net.of_writer(principal_id)):
        event.save(force_insert=True)
        if kept is not None:
            kept.event = event
            kept.save(force_insert=True)
    return event


def _event(
    verb: str,
    actor: Actor | None,
    at: datetime,
    about: tuple[str, int],
    principal_id: int | None,
    unit_id: int | None,
    values: Mapping[str, Any],
) -> tuple[Event, EventValue | None]:
    """An event and the row with its values, if it has any; neither is saved."""
    salt = secrets.token_hex(8)
    plain = json.loads(json.dumps(dict(values), ensure_ascii=False, default=str))
    event = Event(
        kind=Event.Kind.WRITE,
        verb=verb,
        at=at,
        actor_id=actor.person_id if actor else None,
        actor_label=actor.label if actor else "",
        actor_unit_id=actor.unit_id if actor else None,
        principal_id=principal_id,
        unit_id=unit_id,
        object_type=about[0],
        object_id=about[1],
        digests={name: value_digest(salt, name, value) for name, value in sorted(plain.items())},
    )
    return event, EventValue(salt=salt, values=plain) if plain else None


@dataclass(frozen=True)
class Told:
    """What an event says of one object: its key, the unit it lies at, and the values as in `record`."""

    id: int
    unit_id: int | None
    values: Mapping[str, Any]


def record_many(
    verb: str, rows: Iterable[Told], *, actor: Actor | None, at: datetime, about: str, principal_id: int
) -> None:
    """The same for many objects of one kind, each with an event of its own, in a few statements."""
    share_log_lock()
    made = [_event(verb, actor, at, (about, row.id), principal_id, row.unit_id, row.values) for row in rows]
    with net.asking(net.of_writer(principal_id)):
        Event.objects.bulk_create([event for event, _rest in made], batch_size=AT_ONCE)
        for event, kept in made:
            if kept is not None:
                kept.event = event
        EventValue.objects.bulk_create([kept for _one, kept in made if kept is not None], batch_size=AT_ONCE)


def log_read(
    action: str,
    *,
    actor: Actor,
    at: datetime,
    about: str,
    ids: Iterable[int],
    purpose: str = "",
    unit_id: int | None = None,
) -> None:
    """Logs that person-related records were read (PDL 4 kap. 3 §, SoLPuL 10 §).

    `action` is read, list, search, print or export; one row per record read alone, one row for a page of a list.
    `unit_id` is the record's unit; the reader's own is kept beside it (PDL 8 kap. 5 §).
    """
    log_reads(action, actor=actor, at=at, what={about: list(ids)}, purpose=purpose, unit_id=unit_id)


def log_reads(
    action: str,
    *,
    actor: Actor,
    at: datetime,
    what: Mapping[str, list[int]],
    purpose: str = "",
    unit_id: int | None = None,
) -> None:
    """The same for a page that shows records of several sorts: sort to ids."""
    events = [
        Event(
            kind=Event.Kind.READ,
            verb=action,
            at=at,
            actor_id=actor.person_id,
            actor_label=actor.label,
            actor_unit_id=actor.unit_id,
            principal_id=actor.principal_id,
            unit_id=unit_id if unit_id is not None else actor.unit_id,
            object_type=about,
            object_id=refs[0] if len(refs) == 1 else None,
            refs=refs if len(refs) > 1 else [],
            purpose=purpose[:200],
        )
        for about, refs in what.items()
        if refs
    ]
    if events:
        share_log_lock()
        with net.asking(net.of_writer(actor.principal_id)):
            Event.objects.bulk_create(events)


def share_log_lock() -> None:
    """Lets the sealer wait for writers under way, so that no event slips in behind a seal (PostgreSQL)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOG_LOCK])
