"""The steps that lex Sarah and lex Maria share: from the decision to the effect, and what can be done all along."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import (
    duties_done,
    entered,
    every_cause_answered,
    every_effect_assessed,
    every_measure_done,
    is_serious,
    not_yet_reported,
    person_informed,
    reported_early,
    reporter_told,
    sent_to_ivo,
)
from hjulet.core.flow import Guard, Step
from hjulet.org.choices import Duty

AFTER_DECISION = (State.DECIDED, State.NOTIFIED, State.SUPPLEMENTED, State.IVO_DECIDED)
BEFORE_DECISION = (State.RECEIVED, State.ASSESSED, State.OPENED, State.INVESTIGATING)
UNDER_WORK = frozenset({*BEFORE_DECISION, *AFTER_DECISION, State.MEASURES, State.FED_BACK})
LEX = frozenset({Duty.LEX})
DECIDES = frozenset({Duty.DECIDE_LEX})
ENDS = frozenset({State.CLOSED, State.HANDED_OVER, State.ANNULLED})
ASIDE = (
    (State.NOTIFIED, State.DECIDED),
    (State.SUPPLEMENTED, State.DECIDED),
    (State.IVO_DECIDED, State.DECIDED),
)
TELLS_IVO = _("Hjulet skickar inget till IVO. Skicka anmälan i IVO:s e-tjänst eller med post, aldrig med e-post.")


def from_decision(law: str, closing: tuple[Guard, ...] = ()) -> tuple[Step, ...]:
    """From the decision on. `law` is the first part of the clocks' codes; `closing` what that law wants besides."""
    return (
        Step(
            name="report-ivo",
            label=_("Anmäl till IVO"),
            frm=frozenset({State.DECIDED}),
            to=State.NOTIFIED,
            by=DECIDES,
            needs=(is_serious, not_yet_reported),
            stops=(f"{law}.notify", f"{law}.notify_warning", f"{law}.outer_limit"),
            writes="ivo-report",
            basis="sol-27-6" if law == "lexsarah" else "psl-3-5",
            tells=TELLS_IVO,
            done=_("Anmälan skickades till IVO"),
            reauth=True,
            main=True,
        ),
        Step(
            name="supplement",
            label=_("Skicka utredningen till IVO"),
            frm=frozenset({State.DECIDED, State.NOTIFIED}),
            to=State.SUPPLEMENTED,
            by=DECIDES,
            needs=(reported_early,),
            stops=(f"{law}.supplement",),
            writes="ivo-supplement",
            basis="sosfs-2011-5" if law == "lexsarah" else "hslf-fs-2017-41",
            tells=TELLS_IVO,
            done=_("Utredningen skickades till IVO"),
        ),
        Step(
            name="ivo-decision",
            label=_("Registrera IVO:s beslut"),
            frm=frozenset({State.NOTIFIED, State.SUPPLEMENTED}),
            to=State.IVO_DECIDED,
            by=LEX,
            writes="ivo-decision",
            done=_("IVO:s beslut kom"),
        ),
        Step(
            name="measures",
            label=_("Börja åtgärda"),
            frm=frozenset(AFTER_DECISION),
            to=State.MEASURES,
            by=LEX,
            needs=(sent_to_ivo, every_cause_answered),
            basis="sosfs-2011-9-5",
            done=_("Åtgärderna började"),
            main=True,
        ),
        Step(
            name="feed-back",
            label=_("Alla har fått veta"),
            frm=frozenset({State.MEASURES}),
            to=State.FED_BACK,
            by=LEX,
            needs=(
                reporter_told,
                person_informed,
                entered("told-unit", _("Det framgår inte hur enheten har fått veta.")),
                entered("told-board", _("Det framgår inte hur nämnden har fått veta.")),
            ),
            stops=(f"{law}.feedback",),
            starts=(f"{law}.effect",),
            done=_("Alla berörda har fått veta"),
            main=True,
        ),
        Step(
            name="close",
            label=_("Avsluta ärendet"),
            frm=frozenset({State.FED_BACK}),
            to=State.CLOSED,
            by=LEX,
            needs=(
                every_cause_answered,
                every_measure_done,
                every_effect_assessed,
                entered("effect", _("Det framgår inte om det har blivit bättre.")),
                duties_done,
                *closing,
            ),
            stops=(f"{law}.effect", f"{law}.remedy"),
            basis="sosfs-2011-9-5",
            tells=_("Den som rapporterade får veta vad som ändrades."),
            done=_("Ärendet avslutades"),
            reauth=True,
            final=True,
            main=True,
        ),
        Step(
            name="effect-failed",
            label=_("Åtgärden hade ingen effekt"),
            frm=frozenset({State.MEASURES, State.FED_BACK}),
            to=State.MEASURES,
            by=frozenset({Duty.LEX, Duty.MEASURES}),
            stops=(f"{law}.effect",),
            done=_("En åtgärd hade ingen effekt och öppnades igen med en ny orsak"),
        ),
        Step(
            name="reopen",
            label=_("Öppna igen"),
            frm=frozenset({State.CLOSED}),
            to=State.INVESTIGATING,
            by=LEX,
            starts=(f"{law}.investigate",),
            tells=_("Det tidigare beslutet står kvar. Ett nytt beslut blir ett beslut till."),
            done=_("Ärendet öppnades igen"),
        ),
    )


def all_along(law: str, clocks: tuple[str, ...]) -> tuple[Step, ...]:
    """What can be done in any state: early report, other handler, pause, hand over, annul."""
    return (
        Step(
            name="report-early",
            label=_("Anmäl till IVO innan utredningen är klar"),
            frm=frozenset(BEFORE_DECISION),
            to=None,
            by=DECIDES,
            needs=(not_yet_reported,),
            starts=(f"{law}.supplement",),
            stops=(f"{law}.outer_limit",),
            writes="ivo-early",
            basis="sol-27-6" if law == "lexsarah" else "psl-3-5",
            tells=TELLS_IVO,
            done=_("Anmälan skickades till IVO innan utredningen var klar"),
            reauth=True,
        ),
        Step(
            name="disclose",
            label=_("Lämna uppgifter över väggen"),
            frm=UNDER_WORK,
            to=None,
            by=LEX,
            writes="disclosure",
            basis="osl-8-2",
            done=_("Uppgifter lämnades över väggen"),
            reauth=True,
        ),
        Step(
            name="assign",
            label=_("Byt handläggare"),
            frm=UNDER_WORK,
            to=None,
            by=LEX,
            done=_("Handläggaren byttes"),
            tells=_("Den nya handläggaren ser ärendet från och med nu och svarar på om hen är opartisk."),
        ),
        Step(
            name="pause",
            label=_("Pausa klockan"),
            frm=UNDER_WORK,
            to=None,
            by=LEX,
            done=_("Klockan pausades"),
        ),
        Step(
            name="resume",
            label=_("Starta klockan igen"),
            frm=UNDER_WORK,
            to=None,
            by=LEX,
            done=_("Klockan startades igen"),
        ),
        Step(
            name="hand-over",
            label=_("Lämna över till en annan huvudman"),
            frm=UNDER_WORK,
            to=State.HANDED_OVER,
            by=frozenset({Duty.ANNUL}),
            stops=clocks,
            done=_("Ärendet lämnades över"),
            reauth=True,
            final=True,
        ),
        Step(
            name="annul",
            label=_("Makulera"),
            frm=frozenset({State.REPORTED, *UNDER_WORK}),
            to=State.ANNULLED,
            by=frozenset({Duty.ANNUL}),
            stops=clocks,
            done=_("Ärendet makulerades"),
            reauth=True,
            final=True,
        ),
    )
