"""Reviews as a source of measures: the way back from a measure, and what is noted when it changes."""

from __future__ import annotations

from datetime import datetime

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.internal_reviews.actions.common import tell_log
from hjulet.internal_reviews.models import Visit
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES, Source


def _link(actor: Actor, visit_id: int) -> tuple[str, str] | None:
    seen = Visit.objects.seen_by(actor, local_date(now())).select_related("unit")
    visit = seen.filter(pk=visit_id).first()
    return (str(visit), visit.get_absolute_url()) if visit else None


def _effect_failed(measure: Measure, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    _note(measure, {"measure": measure.title, "new_cause": new_cause}, actor, at)


def _changed(measure: Measure, actor: Actor, at: datetime) -> None:
    _note(measure, {"measure": measure.title, "state": measure.state}, actor, at)


def _note(measure: Measure, values: dict[str, str], actor: Actor, at: datetime) -> None:
    visit = Visit.objects.filter(pk=measure.source_id or 0).first()
    if visit is not None:
        tell_log("internal-review.measure", visit, actor, at, values)


SOURCES["internal-review"] = Source(link=_link, effect_failed=_effect_failed, areas=(), changed=_changed)
