"""A matter's story, told from its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.models import Event
from hjulet.diary.models import Matter

LATEST = 100
WORDS = {
    "matter.registered": gettext_lazy("Ärendet registrerades"),
    "matter.document": gettext_lazy("En handling registrerades"),
    "matter.numbered": gettext_lazy("Numret ur det andra diariet skrevs in"),
    "matter.subject": gettext_lazy("Rubriken ändrades"),
    "matter.marked": gettext_lazy("En handling fick sekretessmarkering"),
    "matter.unmarked": gettext_lazy("En sekretessmarkering togs bort"),
}


@dataclass(frozen=True)
class Moment:
    at: datetime
    who: str
    what: str
    details: tuple[str, ...]


def timeline(matter: Matter) -> list[Moment]:
    """The latest events, newest first."""
    events = Event.objects.filter(object_type="matter", object_id=matter.pk, kind=Event.Kind.WRITE)
    return [_moment(event) for event in events.select_related("value").order_by("-id")[:LATEST]]


def _moment(event: Event) -> Moment:
    values = event.value.values if hasattr(event, "value") else {}
    said = str(WORDS.get(event.verb, event.verb))
    if values.get("line"):
        said = _("%(what)s: handling %(line)s") % {"what": said, "line": values["line"]}
    return Moment(event.at, event.actor_label or _("Systemet"), said, tuple(_details(values)))


def _details(values: dict[str, Any]) -> list[str]:
    found = []
    for name in ("subject", "provision"):
        told = values.get(name)
        if isinstance(told, list):
            found.append(_("Från ”%(old)s” till ”%(new)s”") % {"old": told[0] or "–", "new": told[1] or "–"})
    if values.get("reason"):
        found.append(_("Skäl: %(reason)s") % {"reason": values["reason"]})
    return found
