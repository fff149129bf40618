"""When someone with a licence may be a danger to patients: the caregiver reports it to IVO at once (PSL 3 kap. 7 §).

It is a case of its own, opened by whoever has the duty and read by nobody else.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import has_notes, not_yet_reported
from hjulet.cases.flows.lex import TELLS_IVO
from hjulet.core.flow import Flow, Step
from hjulet.org.choices import Duty

CLOCKS = ("licensed.notify",)
ONLY = frozenset({Duty.LICENSED})
OPEN = frozenset({State.OPENED, State.NOTIFIED, State.IVO_DECIDED})

LICENSED = Flow(
    name="licensed",
    label=_("Fara för patientsäkerheten"),
    start=State.OPENED,
    states=tuple(State.choices),
    ends=frozenset({State.CLOSED, State.ANNULLED}),
    path=(State.OPENED, State.NOTIFIED, State.IVO_DECIDED, State.CLOSED),
    steps=(
        Step(
            name="report-ivo",
            label=_("Anmäl till IVO"),
            frm=frozenset({State.OPENED}),
            to=State.NOTIFIED,
            by=ONLY,
            needs=(has_notes, not_yet_reported),
            stops=CLOCKS,
            writes="ivo-report",
            basis="psl-3-7",
            tells=TELLS_IVO,
            done=_("Anmälan skickades till IVO"),
            reauth=True,
            main=True,
        ),
        Step(
            name="ivo-decision",
            label=_("Registrera IVO:s beslut"),
            frm=frozenset({State.NOTIFIED}),
            to=State.IVO_DECIDED,
            by=ONLY,
            writes="ivo-decision",
            done=_("IVO:s beslut kom"),
            main=True,
        ),
        Step(
            name="no-danger",
            label=_("Avsluta: det finns ingen fara"),
            frm=frozenset({State.OPENED}),
            to=State.CLOSED,
            by=ONLY,
            needs=(has_notes,),
            stops=CLOCKS,
            basis="psl-3-7",
            done=_("Utredningen visade ingen fara för patientsäkerheten"),
            reauth=True,
            final=True,
        ),
        Step(
            name="end",
            label=_("Avsluta ärendet"),
            frm=frozenset({State.NOTIFIED, State.IVO_DECIDED}),
            to=State.CLOSED,
            by=ONLY,
            done=_("Ärendet avslutades"),
            reauth=True,
            final=True,
            main=True,
        ),
        Step(
            name="assign",
            label=_("Byt handläggare"),
            frm=OPEN,
            to=None,
            by=ONLY,
            done=_("Handläggaren byttes"),
            tells=_("Bara någon med samma uppdrag kan ta över."),
        ),
        Step(
            name="annul",
            label=_("Makulera"),
            frm=OPEN,
            to=State.ANNULLED,
            by=ONLY,
            stops=CLOCKS,
            done=_("Ärendet makulerades"),
            reauth=True,
            final=True,
        ),
    ),
)
