"""The procedure of lex Maria: PSL 3 kap. 3–8 §§, HSLF-FS 2017:40 and 2017:41. Times and laws lie in `law`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import entered, every_cause_answered, has_notes, impartial, patient_told
from hjulet.cases.flows.lex import ASIDE, DECIDES, ENDS, LEX, all_along, from_decision
from hjulet.core.flow import Flow, Step

CLOCKS = (
    "lexmaria.assess",
    "lexmaria.investigate",
    "lexmaria.inform_patient",
    "lexmaria.notify",
    "lexmaria.outer_limit",
    "lexmaria.supplement",
    "lexmaria.feedback",
    "lexmaria.effect",
)

LEX_MARIA = Flow(
    name="lex-maria",
    label=_("Lex Maria"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=ENDS,
    path=(
        State.REPORTED,
        State.RECEIVED,
        State.ASSESSED,
        State.INVESTIGATING,
        State.DECIDED,
        State.MEASURES,
        State.FED_BACK,
        State.CLOSED,
    ),
    aside=ASIDE,
    steps=(
        Step(
            name="receive",
            label=_("Ta upp ärendet"),
            frm=frozenset({State.REPORTED}),
            to=State.RECEIVED,
            by=LEX,
            basis="psl-3-3",
            tells=_("Den som rapporterade får veta att rapporten är mottagen, och ärendet får ett diarienummer."),
            done=_("Ärendet togs upp"),
            main=True,
        ),
        Step(
            name="weigh",
            label=_("Bedöm vårdskadan"),
            frm=frozenset({State.RECEIVED}),
            to=State.ASSESSED,
            by=LEX,
            stops=("lexmaria.assess",),
            writes="injury",
            basis="psl-3-3",
            tells=_(
                "Bedömningen är preliminär. Beslutet fattas när händelsen är utredd, tidigare om det är uppenbart."
            ),
            done=_("Vårdskadan bedömdes"),
            main=True,
        ),
        Step(
            name="commission",
            label=_("Ge uppdrag att utreda"),
            frm=frozenset({State.ASSESSED}),
            to=State.INVESTIGATING,
            by=LEX,
            starts_at_event=("lexmaria.investigate",),
            writes="commission",
            basis="hslf-fs-2017-40",
            done=_("Ett uppdrag att utreda gavs"),
            main=True,
        ),
        Step(
            name="not-lex-maria",
            label=_("Avsluta prövningen: inte allvarligt"),
            frm=frozenset({State.ASSESSED, State.INVESTIGATING}),
            to=None,
            by=DECIDES,
            stops=CLOCKS,
            starts=("deviation.investigate",),
            writes="decision",
            basis="psl-3-3",
            tells=_("Ärendet blir en vanlig avvikelse igen. Ditt beslut och allt annat står kvar."),
            done=_("Prövningen visade att det inte var en allvarlig vårdskada"),
            reauth=True,
        ),
        Step(
            name="grade",
            label=_("Besluta"),
            frm=frozenset({State.INVESTIGATING}),
            to=State.DECIDED,
            by=DECIDES,
            needs=(
                impartial,
                has_notes,
                every_cause_answered,
                entered("heard", _("Det framgår inte om patienten har fått berätta.")),
                entered("consequence", _("Det framgår inte vad det fick för följder för patienten.")),
            ),
            stops=("lexmaria.investigate",),
            starts=("lexmaria.feedback",),
            writes="decision",
            basis="psl-3-5",
            tells=_("Beslutet går inte att ändra. Den som rapporterade får ditt besked."),
            done=_("Beslut fattades"),
            reauth=True,
            final=True,
            main=True,
        ),
        *from_decision("lexmaria", closing=(patient_told,)),
        *all_along("lexmaria", CLOCKS),
    ),
)
