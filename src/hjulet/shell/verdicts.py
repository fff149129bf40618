"""How it goes, in words, and the year's marks round the wheel, from the rooms that know."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.stats import queries


def for_start(actor: Actor, at: datetime) -> list[tuple[str, str, str | None]]:
    """Label, sentence, and where the figures behind it are."""
    return queries.verdicts(actor, at)


def year(actor: Actor, at: datetime) -> list[tuple[date, str, str, str]]:
    """This year's measures of one's own: done, late or planned."""
    today = local_date(at)
    mine = (
        Measure.objects.visible_to(actor)
        .owned_by(actor.person_id)
        .filter(Q(due_on__year=today.year), ~Q(state=MeasureState.CANCELLED))
    )
    return [(m.due_on, m.title, _status(m, today), f"/atgarder/{m.pk}/") for m in mine.order_by("due_on", "id")[:36]]


def _status(measure: Measure, today: date) -> str:
    if measure.state == MeasureState.EFFECTIVE:
        return "done"
    if measure.state == MeasureState.DONE:
        return "half"
    return "late" if measure.due_on < today else "plan"
