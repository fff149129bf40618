"""Cases as a source of measures: the way back from a measure, and what happens when its effect failed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hjulet.cases.actions import effect_failed, note_measure_change
from hjulet.cases.choices import CauseArea
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.diary.registry import links
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES, Source


def _link(actor: Actor, case_id: int) -> tuple[str, str] | None:
    case = Case.objects.visible_to(actor).filter(pk=case_id).first()
    return (_("Ärende %(ref)s") % {"ref": case.ref}, case.get_absolute_url()) if case else None


def refs_of(ids: Collection[int]) -> dict[int, str]:
    """The numbers of cases by key, for the log: it tells that a case was read, not what it holds."""
    cases = Case.objects.unscoped(reason="the log names cases by number").filter(pk__in=ids)
    return {pk: f"{year}-{pk:04d}" for pk, year in cases.values_list("pk", "ref_year")}


def protected_keys(principal_id: int) -> Any:
    """Keys of cases about someone with a protected identity, for the review of the log."""
    cases = Case.objects.unscoped(reason="the log is reviewed for who has read of someone protected")
    return cases.filter(protected_identity=True, principal_id=principal_id).order_by().values("pk")


def _effect_failed(measure: Measure, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    effect_failed(measure, area=area, new_cause=new_cause, actor=actor, at=at)


def _changed(measure: Measure, actor: Actor, at: datetime) -> None:
    note_measure_change(measure, actor=actor, at=at)


SOURCES["case"] = Source(link=_link, effect_failed=_effect_failed, areas=tuple(CauseArea.choices), changed=_changed)


def _address(case_id: int) -> str:
    ref = refs_of([case_id]).get(case_id)
    return f"/arenden/{ref}/" if ref else ""


links["case"] = _address
