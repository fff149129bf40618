"""The procedure of a deviation: SOSFS 2011:9 5 kap. 4–8 §§. One table; times and laws lie in `law`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import OPEN, Informed, MessageKind, State
from hjulet.core.flow import Flow, Missing, Step
from hjulet.measures.choices import MeasureState
from hjulet.org.choices import Duty

UNDER_WORK = frozenset({State.ASSESSED, State.INVESTIGATING, State.MEASURES, State.FOLLOW_UP})


def has_notes(dossier: Any) -> list[Missing]:
    if dossier.notes:
        return []
    return [Missing(_("Utredningen har ingen anteckning."), "anteckning")]


def every_cause_answered(dossier: Any) -> list[Missing]:
    """NEW-7: every cause has a measure or a reason why none."""
    if not dossier.causes:
        return [Missing(_("Ingen orsak är beskriven."), "orsak")]
    return [
        Missing(_("Orsak %(number)s saknar åtgärd.") % {"number": cause.number}, f"orsak-{cause.number}")
        for cause in dossier.causes
        if not cause.no_measure_reason and not dossier.measures_of(cause)
    ]


def every_measure_done(dossier: Any) -> list[Missing]:
    return [
        Missing(_("Åtgärden ”%(title)s” är inte genomförd.") % {"title": measure.title}, f"atgard-{measure.pk}")
        for measure in dossier.measures
        if measure.state == MeasureState.PLANNED
    ]


def every_effect_assessed(dossier: Any) -> list[Missing]:
    return [
        Missing(_("Effekten av ”%(title)s” är inte bedömd.") % {"title": measure.title}, f"atgard-{measure.pk}")
        for measure in dossier.measures
        if measure.state == MeasureState.DONE
    ]


def person_informed(dossier: Any) -> list[Missing]:
    case = dossier.case
    if case.informed in {Informed.YES, Informed.RELATIVE, Informed.NOT_APPLICABLE}:
        return []
    if case.informed == Informed.NO and case.informed_note:
        return []
    return [Missing(_("Det framgår inte om den enskilde har fått veta vad som hände."), "den-enskilde")]


def reporter_told(dossier: Any) -> list[Missing]:
    if not dossier.case.answerable or any(m.kind == MessageKind.DECISION for m in dossier.messages):
        return []
    return [Missing(_("Den som rapporterade har inte fått veta vad som beslutades."), "aterkoppling")]


DEVIATION = Flow(
    name="deviation",
    label=gettext_lazy("Avvikelse"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=frozenset({State.CLOSED, State.HANDED_OVER, State.ANNULLED}),
    steps=(
        Step(
            name="receive",
            label=gettext_lazy("Ta emot rapporten"),
            frm=frozenset({State.REPORTED}),
            to=State.RECEIVED,
            by=frozenset({Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}),
            stops=("deviation.receive",),
            starts=("deviation.assess",),
            basis="sosfs-2011-9-5",
            tells=gettext_lazy("Den som rapporterade får veta att du har läst rapporten."),
            done=gettext_lazy("Rapporten togs emot"),
            main=True,
        ),
        Step(
            name="assess",
            label=gettext_lazy("Bedöm händelsen"),
            frm=frozenset({State.RECEIVED}),
            to=State.ASSESSED,
            by=frozenset({Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.HANDLE}),
            stops=("deviation.assess",),
            starts=("deviation.investigate",),
            basis="sosfs-2011-9-5",
            tells=gettext_lazy("Lagrummet avgör vilka som ser ärendet från och med nu."),
            done=gettext_lazy("Händelsen bedömdes"),
            main=True,
        ),
        Step(
            name="investigate",
            label=gettext_lazy("Börja utreda"),
            frm=frozenset({State.ASSESSED}),
            to=State.INVESTIGATING,
            by=frozenset({Duty.HANDLE}),
            basis="sosfs-2011-9-5",
            done=gettext_lazy("Utredningen började"),
            main=True,
        ),
        Step(
            name="decide",
            label=gettext_lazy("Besluta om åtgärder"),
            frm=frozenset({State.INVESTIGATING}),
            to=State.MEASURES,
            by=frozenset({Duty.HANDLE}),
            needs=(has_notes, every_cause_answered),
            stops=("deviation.investigate", "deviation.feedback"),
            basis="sosfs-2011-9-5",
            tells=gettext_lazy("Den som rapporterade får ditt besked."),
            done=gettext_lazy("Åtgärderna beslutades"),
            main=True,
        ),
        Step(
            name="follow-up",
            label=gettext_lazy("Börja följa upp effekten"),
            frm=frozenset({State.MEASURES}),
            to=State.FOLLOW_UP,
            by=frozenset({Duty.HANDLE}),
            needs=(every_cause_answered, every_measure_done),
            starts=("deviation.effect",),
            basis="sosfs-2011-9-5",
            done=gettext_lazy("Alla åtgärder är genomförda"),
            main=True,
        ),
        Step(
            name="effect-failed",
            label=gettext_lazy("Åtgärden hade ingen effekt"),
            frm=frozenset({State.MEASURES, State.FOLLOW_UP}),
            to=State.MEASURES,
            by=frozenset({Duty.HANDLE, Duty.MEASURES}),
            stops=("deviation.effect",),
            basis="sosfs-2011-9-5",
            done=gettext_lazy("En åtgärd hade ingen effekt och öppnades igen med en ny orsak"),
        ),
        Step(
            name="close",
            label=gettext_lazy("Avsluta ärendet"),
            frm=frozenset({State.FOLLOW_UP}),
            to=State.CLOSED,
            by=frozenset({Duty.HANDLE}),
            needs=(
                every_cause_answered,
                every_measure_done,
                every_effect_assessed,
                person_informed,
                reporter_told,
            ),
            stops=("deviation.effect",),
            basis="sosfs-2011-9-5",
            tells=gettext_lazy("Den som rapporterade får veta vad som ändrades."),
            done=gettext_lazy("Ärendet avslutades"),
            reauth=True,
            final=True,
            main=True,
        ),
        Step(
            name="reclassify",
            label=gettext_lazy("Ändra bedömningen"),
            frm=UNDER_WORK,
            to=None,
            by=frozenset({Duty.HANDLE}),
            done=gettext_lazy("Bedömningen ändrades"),
            tells=gettext_lazy("Byter du lagrum ändras också vilka som ser ärendet."),
        ),
        Step(
            name="assign",
            label=gettext_lazy("Byt handläggare"),
            frm=frozenset(OPEN) - {State.REPORTED},
            to=None,
            by=frozenset({Duty.HANDLE, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}),
            done=gettext_lazy("Handläggaren byttes"),
            tells=gettext_lazy("Den nya handläggaren ser ärendet från och med nu."),
        ),
        Step(
            name="pause",
            label=gettext_lazy("Pausa klockan"),
            frm=frozenset({State.RECEIVED, *UNDER_WORK}),
            to=None,
            by=frozenset({Duty.HANDLE, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}),
            done=gettext_lazy("Klockan pausades"),
        ),
        Step(
            name="resume",
            label=gettext_lazy("Starta klockan igen"),
            frm=frozenset({State.RECEIVED, *UNDER_WORK}),
            to=None,
            by=frozenset({Duty.HANDLE, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT}),
            done=gettext_lazy("Klockan startades igen"),
        ),
        Step(
            name="hand-over",
            label=gettext_lazy("Lämna över till en annan huvudman"),
            frm=frozenset(OPEN) - {State.REPORTED},
            to=State.HANDED_OVER,
            by=frozenset({Duty.ANNUL}),
            stops=("deviation.assess", "deviation.investigate", "deviation.feedback", "deviation.effect"),
            done=gettext_lazy("Ärendet lämnades över"),
            reauth=True,
            final=True,
        ),
        Step(
            name="annul",
            label=gettext_lazy("Makulera"),
            frm=frozenset(OPEN),
            to=State.ANNULLED,
            by=frozenset({Duty.ANNUL}),
            stops=(
                "deviation.receive",
                "deviation.assess",
                "deviation.investigate",
                "deviation.feedback",
                "deviation.effect",
            ),
            done=gettext_lazy("Ärendet makulerades"),
            reauth=True,
            final=True,
        ),
        Step(
            name="reopen",
            label=gettext_lazy("Öppna igen"),
            frm=frozenset({State.CLOSED}),
            to=State.INVESTIGATING,
            by=frozenset({Duty.HANDLE}),
            starts=("deviation.investigate",),
            done=gettext_lazy("Ärendet öppnades igen"),
        ),
    ),
)
