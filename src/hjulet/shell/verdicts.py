"""How it goes, in words, and the year's marks round the wheel, from the rooms that know."""

from __future__ import annotations

from datetime import date, datetime

from hjulet.core.actor import Actor
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.stats import queries


def for_start(actor: Actor, at: datetime) -> list[tuple[str, str, str | None]]:
    """Label, sentence, and where the figures behind it are."""
    return queries.verdicts(actor, at)


def year(measures: list[Measure], today: date) -> list[tuple[date, str, str, str]]:
    """This year's measures of one's own: done, late or planned."""
    return [(m.due_on, m.title, _status(m, today), f"/atgarder/{m.pk}/") for m in measures[:36]]


def _status(measure: Measure, today: date) -> str:
    if measure.state == MeasureState.EFFECTIVE:
        return "done"
    if measure.state == MeasureState.DONE:
        return "half"
    return "late" if measure.due_on < today else "plan"
