"""Who changed a provision, when and how: the written events of its wordings, as the actor's principal knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Text
from hjulet.core.models import Event
from hjulet.law.models import LawRow

MOST = 50
VERBS: dict[str, Text] = {
    "lawrow.added": _("Ett lagrum lades till"),
    "lawrow.reworded": _("En ny lydelse lades in"),
    "lawrow.ended": _("Lagrummets slut bestämdes"),
    "lawrow.checked": _("Lagrummet lästes i källan"),
    "lawrow.withdrawn": _("En kommande lydelse togs tillbaka"),
}


@dataclass(frozen=True)
class Change:
    what: str
    who: str
    at: datetime
    details: list[tuple[str, Any]]


NAMES: dict[str, Text] = {
    "valid_from": _("Gäller från"),
    "valid_to": _("Gäller till och med"),
    "replaced_by": _("Ersatt av"),
    "checked_on": _("Läst den"),
    "source": _("Källa"),
}


def changes_of(wordings: list[LawRow], actor: Actor) -> list[Change]:
    """Newest first, the latest fifty."""
    ids = [law.pk for law in wordings]
    events = Event.objects.filter(
        principal_id=actor.principal_id, kind=Event.Kind.WRITE, object_type="lawrow", object_id__in=ids
    )
    return [_told(event) for event in events.select_related("value").order_by("-id")[:MOST]]


def _told(event: Event) -> Change:
    value = getattr(event, "value", None)
    values: dict[str, Any] = value.values if value else {}
    details = [(str(label), _words(values[name])) for name, label in NAMES.items() if values.get(name)]
    return Change(str(VERBS.get(event.verb, event.verb)), event.actor_label, event.at, [d for d in details if d[1]])


def _words(value: Any) -> str:
    """A new value, or “old → new” of one that changed; empty when nothing did."""
    if not isinstance(value, list):
        return str(value)
    old, new = (str(part or "–") for part in value)
    return "" if old == new else f"{old} → {new}"
