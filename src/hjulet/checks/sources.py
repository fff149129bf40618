"""Rounds of self-checks as a source of measures: the way back, and what happens when the measure did not help."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from hjulet.checks.actions.analysing import SOURCE, note_measure
from hjulet.checks.choices import Cause
from hjulet.checks.models import Round
from hjulet.core.actor import Actor
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES, Source


def _link(actor: Actor, round_id: int) -> tuple[str, str] | None:
    rows = Round.objects.seen_by(actor).select_related("version__checklist", "unit")
    found: Round | None = rows.filter(pk=round_id).first()
    if found is None:
        return None
    told = {"what": found.version.checklist.name, "place": found.unit.name}
    return _("Egenkontroll: %(what)s, %(place)s") % told, found.get_absolute_url()


def _effect_failed(measure: Measure, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    values = {"measure": measure.title, "area": area, "new_cause": new_cause}
    note_measure(measure.source_id or 0, "selfcheck.no_effect", values, actor=actor, at=at)


def _changed(measure: Measure, actor: Actor, at: datetime) -> None:
    values = {"measure": measure.title, "state": measure.state}
    note_measure(measure.source_id or 0, "selfcheck.measure", values, actor=actor, at=at)


def offer() -> None:
    SOURCES[SOURCE] = Source(link=_link, effect_failed=_effect_failed, areas=tuple(Cause.choices), changed=_changed)
