"""The register of measures: its saved selections."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Case as Depending
from django.db.models import F, Q, When
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.lists import GROUPS, in_group
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure, MeasureQuerySet

OPEN = Q(state__in=[MeasureState.PLANNED, MeasureState.DONE])
FIRST_TAB = "mina"
WAITS_ON = Depending(
    When(state=MeasureState.PLANNED, then=F("due_on")), When(state=MeasureState.DONE, then=F("effect_due_on"))
)


def tabs(actor: Actor, at: datetime) -> dict[str, tuple[str, Q]]:
    today = local_date(at)
    late = Q(state=MeasureState.PLANNED, due_on__lt=today) | Q(state=MeasureState.DONE, effect_due_on__lt=today)
    return {
        "mina": (_("Mina"), OPEN & Q(owner_id=actor.person_id)),
        "oppna": (_("Öppna"), OPEN),
        "sena": (_("Sena"), late),
        "effekt": (_("Effekten ska bedömas"), Q(state=MeasureState.DONE)),
        "klara": (_("Klara"), ~OPEN),
    }


def tab_of(params: Mapping[str, str]) -> str:
    chosen = params.get("val", FIRST_TAB)
    return chosen if chosen in {FIRST_TAB, "oppna", "sena", "effekt", "klara"} else FIRST_TAB


def measures_in(params: Mapping[str, str], *, actor: Actor, at: datetime) -> MeasureQuerySet:
    """What the address asks for (`val` is the tab, `nar` a group by day), what it waits for first on top."""
    condition = tabs(actor, at)[tab_of(params)][1]
    found = Measure.objects.visible_to(actor).filter(condition).alias(waits_on=WAITS_ON)
    if (group := params.get("nar", "")) in GROUPS:
        found = found.filter(in_group(group, "waits_on", local_date(at)))
    ordered: MeasureQuerySet = found.order_by(F("waits_on").asc(nulls_last=True), "due_on", "id")
    return ordered
