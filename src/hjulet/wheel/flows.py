"""How a unit's plan for a year comes to be decided, as a table (YEAR-1: adopted by whoever decides).

`by` names who may take a step: those who plan the unit's year, or those who decide it.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.flow import Flow, Missing, Step
from hjulet.wheel.choices import PlanState as S

PLANNER, DECIDER = "planner", "decider"


def has_activities(plan: Any) -> list[Missing]:
    if plan.activities.exists():
        return []
    return [Missing(_("Planen är tom. Lägg till minst en aktivitet."))]


PLAN = Flow(
    name="wheel-plan",
    label=gettext_lazy("Plan för ett år"),
    start=S.PROPOSED,
    states=tuple((str(code), label) for code, label in S.choices),
    path=(S.PROPOSED, S.ASKED, S.ADOPTED),
    ends=frozenset({S.ADOPTED}),
    steps=(
        Step(
            name="ask",
            label=gettext_lazy("Lämna till beslut"),
            frm=frozenset({S.PROPOSED}),
            to=S.ASKED,
            by=frozenset({PLANNER}),
            done=gettext_lazy("Lämnades till beslut"),
            needs=(has_activities,),
        ),
        Step(
            name="take-back",
            label=gettext_lazy("Ta tillbaka förslaget"),
            frm=frozenset({S.ASKED}),
            to=S.PROPOSED,
            by=frozenset({PLANNER}),
            done=gettext_lazy("Togs tillbaka"),
        ),
        Step(
            name="send-back",
            label=gettext_lazy("Skicka tillbaka"),
            frm=frozenset({S.ASKED}),
            to=S.PROPOSED,
            by=frozenset({DECIDER}),
            done=gettext_lazy("Skickades tillbaka för ändring"),
        ),
        Step(
            name="adopt",
            label=gettext_lazy("Skriv in beslutet"),
            frm=frozenset({S.PROPOSED, S.ASKED}),
            to=S.ADOPTED,
            by=frozenset({DECIDER}),
            done=gettext_lazy("Beslutades"),
            needs=(has_activities,),
            final=True,
            main=True,
        ),
    ),
)
