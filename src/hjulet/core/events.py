"""The one log: what was written and what was read, append-only. The audit room seals and verifies it."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from json.encoder import encode_basestring as _quote
from typing import Any

from django.db import connection

from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.core.models import Event, EventValue

LOG_LOCK = 0x48_4A_55_4C


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
    salt = secrets.token_hex(8)
    plain = json.loads(json.dumps(dict(values or {}), ensure_ascii=False, default=str))
    event = Event(
        kind=Event.Kind.WRITE,
        verb=verb,
        at=at,
        actor_id=actor.person_id if actor else None,
        actor_label=actor.label if actor else "",
        principal_id=principal_id,
        unit_id=unit_id,
        object_type=about[0],
        object_id=about[1],
        digests={name: value_digest(salt, name, value) for name, value in sorted(plain.items())},
    )
    with net.asking(net.of_writer(principal_id)):
        event.save(force_insert=True)
        if plain:
            EventValue.objects.create(event=event, salt=salt, values=plain)
    return event


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
