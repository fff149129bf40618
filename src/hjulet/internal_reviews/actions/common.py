"""What all verbs on visits share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.personal_number import has_personal_number
from hjulet.core.versions import check_version
from hjulet.internal_reviews.choices import REVIEWS
from hjulet.internal_reviews.models import Visit


def locked(visit: Visit, version: int | None) -> Visit:
    row = Visit.objects.select_for_update(of=("self",)).select_related("unit", "protocol").get(pk=visit.pk)
    check_version(row, version)
    return row


def tell_log(verb: str, visit: Visit, actor: Actor | None, at: datetime, values: Mapping[str, Any]) -> None:
    """An event. What only those who review may know of names no unit in the log."""
    hidden = visit.hidden_on(local_date(at))
    record(
        verb,
        actor=actor,
        at=at,
        about=("internal-review", visit.pk),
        principal_id=visit.principal_id,
        unit_id=None if hidden else visit.unit_id,
        values={} if hidden else dict(values),
    )


def may_review(visit: Visit, actor: Actor) -> bool:
    return visit.principal_id == actor.principal_id and actor.holds_at(REVIEWS, visit.unit.path or "")


def refuse_stranger(visit: Visit, actor: Actor | None) -> None:
    """Raises Refused. Nobody, the demo's own hand, may."""
    if actor is not None and not may_review(visit, actor):
        raise Refused(_("Bara den som granskar får göra det här."))


def without_persons(*texts: str) -> None:
    """Raises Refused when a text holds a personal number."""
    if any(has_personal_number(text) for text in texts):
        raise Refused(_("Det ser ut som ett personnummer. Här ska inget stå om enskilda. Ta bort det."))
