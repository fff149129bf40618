"""Checks of promises as a source of measures: the way back, and what happens when the measure did not help."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES, Source
from hjulet.services.actions import note_measure
from hjulet.services.choices import Cause
from hjulet.services.models import PromiseCheck


def _link(actor: Actor, check_id: int) -> tuple[str, str] | None:
    rows = PromiseCheck.objects.visible_to(actor).select_related("promise")
    check: PromiseCheck | None = rows.filter(pk=check_id).first()
    return (_("Löfte: %(text)s") % {"text": check.promise}, check.get_absolute_url()) if check else None


def _effect_failed(measure: Measure, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    values = {"measure": measure.title, "area": area, "new_cause": new_cause}
    note_measure(measure.source_id or 0, "promise.no-effect", values, actor=actor, at=at)


def _changed(measure: Measure, actor: Actor, at: datetime) -> None:
    values = {"measure": measure.title, "state": measure.state}
    note_measure(measure.source_id or 0, "promise.measure", values, actor=actor, at=at)


SOURCES["promise-check"] = Source(
    link=_link, effect_failed=_effect_failed, areas=tuple(Cause.choices), changed=_changed
)
