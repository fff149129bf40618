"""The log as a list: what the address asks for, and each event in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q

from hjulet.audit import reviews
from hjulet.audit.words import LOGIN, action, names_of, purpose, what, who
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.models import Event
from hjulet.core.swedish_time import moment_short
from hjulet.org.choices import FAILED_LOGIN
from hjulet.org.models import Person, Unit

DAYS = 30


@dataclass(frozen=True)
class Filters:
    """What the address asks for. `person` is a login name, `action` a way of reading or `write`."""

    first: date
    last: date
    person: str = ""
    action: str = ""
    kind: str = ""
    night: bool = False

    @classmethod
    def read(cls, query: Any, today: date) -> Filters:
        last = _day(query.get("till", "")) or today
        first = _day(query.get("fran", "")) or last - timedelta(days=DAYS)
        return cls(
            first=min(first, last),
            last=last,
            person=query.get("person", "").strip().lower()[:60],
            action=query.get("atgard", "")[:60],
            kind=query.get("typ", "")[:40],
            night=query.get("natt") == "1",
        )

    def apply(self, events: reviews.Events, actor: Actor) -> reviews.Events:
        events = reviews.between(events, self.first, self.last)
        if self.person:
            named = Person.objects.filter(login=self.person, principal_id=actor.principal_id)
            mine = Q(actor_id__in=named.values("pk"))
            tried = Q(verb=FAILED_LOGIN, object_type="person", object_id__in=named.values("pk"))
            events = events.filter(mine | tried)
        if self.action == LOGIN:
            events = events.filter(verb=FAILED_LOGIN)
        elif self.action:
            written = self.action == Event.Kind.WRITE
            events = events.filter(
                **({"kind": self.action} if written else {"kind": Event.Kind.READ, "verb": self.action})
            )
        if self.kind:
            events = events.filter(object_type=self.kind)
        return reviews.at_night(events) if self.night else events


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if 2000 <= day.year <= 2199 else None


def events_in(filters: Filters, actor: Actor) -> reviews.Events:
    """Newest first, as far as the actor may review."""
    return filters.apply(reviews.visible(actor), actor).order_by("-id")


def event_rows(events: list[Event], at: datetime) -> list[dict[str, Any]]:
    today = local_date(at)
    logins = dict(Person.objects.filter(pk__in={e.actor_id for e in events if e.actor_id}).values_list("pk", "login"))
    units = dict(Unit.objects.filter(pk__in={e.unit_id for e in events if e.unit_id}).values_list("pk", "name"))
    names = names_of(events)
    return [
        {
            "event": event,
            "when": moment_short(event.at, today=today),
            "who": who(event),
            "login": logins.get(event.actor_id or 0, ""),
            "unit": units.get(event.unit_id or 0, ""),
            "action": action(event),
            "what": what(event, names),
            "purpose": purpose(event),
        }
        for event in events
    ]
