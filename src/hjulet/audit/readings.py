"""Who has read one record, for the person it is about (PDL 8 kap. 5 §; GDPR artikel 15)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import BooleanField, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from hjulet.audit.words import action, purpose, who
from hjulet.core.models import Event
from hjulet.org.models import Unit


@dataclass(frozen=True)
class Reading:
    at: datetime
    who: str
    unit: str
    what: str


def readings_of(sort: str, key: int, *, principal_id: int, since: datetime, most: int) -> list[Reading]:
    """Readings of one record, alone or in a list, the newest first and at most `most`. What was written is no reading.

    Lists have no index by what they showed, so events since `since` (when the record came to be) are gone through.
    """
    events = Event.objects.filter(kind=Event.Kind.READ, object_type=sort, principal_id=principal_id, at__gte=since)
    found = events.filter(Q(object_id=key) | Q(_in_list(key), object_id__isnull=True)).order_by("-id")
    return list(_in_words(list(found[:most])))


def _in_list(key: int) -> RawSQL:
    if connection.vendor == "sqlite":
        sql = "EXISTS (SELECT 1 FROM json_each(core_event.refs) AS ref WHERE ref.value = %s)"
        return RawSQL(sql, [key], BooleanField())  # noqa: S611
    return RawSQL("core_event.refs @> to_jsonb(%s::bigint)", [key], BooleanField())  # noqa: S611


def _in_words(events: list[Event]) -> Iterator[Reading]:
    """With the unit that the reader worked at when she read, not that of what she read."""
    wanted = {event.actor_unit_id for event in events if event.actor_unit_id}
    units = dict(Unit.objects.filter(pk__in=wanted).values_list("pk", "name"))
    for event in events:
        words = [action(event), *([purpose(event)] if event.purpose and event.verb != "search" else [])]
        yield Reading(event.at, who(event), units.get(event.actor_unit_id or 0, _("framgår inte")), ", ".join(words))
