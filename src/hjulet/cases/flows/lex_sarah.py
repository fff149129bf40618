"""The procedure of lex Sarah: SoL 27 kap. 1–6 §§, LSS 24 a–24 f §§, SOSFS 2011:5. Times and laws lie in `law`."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import (
    all_points_told,
    entered,
    every_cause_answered,
    for_provider,
    impartial,
    person_informed,
)
from hjulet.cases.flows.lex import ASIDE, DECIDES, ENDS, LEX, all_along, from_decision
from hjulet.core.flow import Flow, Step
from hjulet.org.choices import Duty

CLOCKS = (
    "lexsarah.receive",
    "lexsarah.remedy",
    "lexsarah.inform_board",
    "lexsarah.start",
    "lexsarah.investigate",
    "lexsarah.notify",
    "lexsarah.notify_warning",
    "lexsarah.supplement",
    "lexsarah.feedback",
    "lexsarah.effect",
)
PROTECTED = entered("protection", _("Det framgår inte vad som har gjorts för att skydda den enskilde."))
BOARD_KNOWS = for_provider(entered("board-informed", _("Nämnden har inte fått veta om utförarens rapport.")))

LEX_SARAH = Flow(
    name="lex-sarah",
    label=_("Lex Sarah"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=ENDS,
    path=(
        State.REPORTED,
        State.RECEIVED,
        State.OPENED,
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
            label=_("Ta emot rapporten"),
            frm=frozenset({State.REPORTED}),
            to=State.RECEIVED,
            by=LEX,
            stops=("lexsarah.receive",),
            starts=("lexsarah.start",),
            basis="sol-27-5",
            tells=_("Den som rapporterade får veta att rapporten är mottagen, och ärendet får ett diarienummer."),
            done=_("Rapporten togs emot"),
            main=True,
        ),
        Step(
            name="appoint",
            label=_("Utse utredare"),
            frm=frozenset({State.RECEIVED}),
            to=State.OPENED,
            by=frozenset({Duty.LEX, Duty.DECIDE_LEX}),
            needs=(PROTECTED, BOARD_KNOWS),
            stops=("lexsarah.start",),
            starts=("lexsarah.investigate",),
            basis="sosfs-2011-5",
            tells=_("Utredaren ska vara opartisk: inte den som rapporterade och inte närmaste chef där det hände."),
            done=_("En utredare utsågs"),
            main=True,
        ),
        Step(
            name="investigate",
            label=_("Börja utreda"),
            frm=frozenset({State.OPENED}),
            to=State.INVESTIGATING,
            by=LEX,
            needs=(impartial,),
            basis="sol-27-5",
            done=_("Utredningen började"),
            main=True,
        ),
        Step(
            name="not-misconduct",
            label=_("Avsluta prövningen: inget missförhållande"),
            frm=frozenset({State.OPENED, State.INVESTIGATING}),
            to=None,
            by=DECIDES,
            needs=(PROTECTED,),
            stops=CLOCKS,
            starts=("deviation.investigate",),
            writes="decision",
            basis="sosfs-2011-5",
            tells=_(
                "Ärendet blir en vanlig avvikelse igen och utreds på enheten. Ditt beslut och allt annat står kvar."
            ),
            done=_("Prövningen visade att det inte var ett missförhållande"),
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
                all_points_told,
                every_cause_answered,
                person_informed,
                entered("heard", _("Det framgår inte om den enskilde har fått berätta.")),
                entered("consequence", _("Det framgår inte vad det fick för följder för den enskilde.")),
                entered("child-view", _("Det framgår inte om ett barn är berört.")),
                entered("apology", _("Det framgår inte om någon har bett den enskilde om ursäkt.")),
            ),
            stops=("lexsarah.investigate",),
            starts=("lexsarah.feedback",),
            writes="decision",
            basis="sosfs-2011-5",
            tells=_("Beslutet går inte att ändra. Den som rapporterade får ditt besked."),
            done=_("Beslut fattades"),
            reauth=True,
            final=True,
            main=True,
        ),
        *from_decision("lexsarah"),
        *all_along("lexsarah", CLOCKS),
    ),
)
