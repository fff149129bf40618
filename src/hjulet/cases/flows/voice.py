"""The procedure of what comes from outside: complaints, views and questions.

SOSFS 2011:9 5 kap. 3 §; about health care also PSL 3 kap. 8 a–8 e §§. Times are local promises and lie in `law`.
Praise and suggestions go a shorter way (flows/light.py).
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import (
    answerer_impartial,
    contact_exists,
    duties_done,
    no_contact,
    secrecy_checked,
    told_whoever_sent,
)
from hjulet.core.flow import Flow, Step
from hjulet.org.choices import Duty

CLOCKS = (
    "complaint.register",
    "complaint.confirm",
    "complaint.answer",
    "complaint.answer_care",
    "complaint.hand_over",
    "suggestion.answer",
)
# What an import brought stands in a deviation's states; it is answered and ended from there.
BROUGHT_NEW, BROUGHT_DONE = frozenset({State.RECEIVED, State.ASSESSED}), frozenset({State.MEASURES, State.FOLLOW_UP})
OURS = frozenset({State.REGISTERED, State.CONFIRMED, State.INVESTIGATING, State.ANSWERED})
UNDER_WORK = OURS | BROUGHT_NEW | BROUGHT_DONE
WORKS = frozenset({Duty.HANDLE})
BOTH = frozenset({Duty.HANDLE, Duty.REGISTER})

VOICE = Flow(
    name="voice",
    label=_("Synpunkt och klagomål"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=frozenset({State.CLOSED, State.HANDED_OVER, State.ANNULLED}),
    path=(
        State.REPORTED,
        State.REGISTERED,
        State.CONFIRMED,
        State.INVESTIGATING,
        State.ANSWERED,
        State.CLOSED,
    ),
    steps=(
        Step(
            name="register",
            label=_("Registrera"),
            frm=frozenset({State.REPORTED}),
            to=State.REGISTERED,
            by=frozenset({Duty.REGISTER, Duty.HANDLE}),
            stops=("complaint.register",),
            basis="osl-5-1",
            tells=_("Ärendet får ett diarienummer och en handläggare. Lagen du väljer avgör vilka som ser det."),
            done=_("Ärendet registrerades"),
            main=True,
        ),
        Step(
            name="confirm",
            label=_("Bekräfta och säg vem som svarar"),
            frm=frozenset({State.REGISTERED}),
            to=State.CONFIRMED,
            by=BOTH,
            needs=(contact_exists,),
            stops=("complaint.confirm",),
            tells=_("Den som skrev får veta vem som handlägger och när svaret kommer."),
            done=_("En bekräftelse skickades"),
            main=True,
        ),
        Step(
            name="cannot-confirm",
            label=_("Gå vidare utan bekräftelse"),
            frm=frozenset({State.REGISTERED}),
            to=State.CONFIRMED,
            by=BOTH,
            needs=(no_contact,),
            stops=("complaint.confirm", "complaint.answer"),
            done=_("Det gick inte att bekräfta, den som skrev går inte att nå"),
            main=True,
        ),
        Step(
            name="investigate",
            label=_("Börja utreda"),
            frm=frozenset({State.CONFIRMED, *BROUGHT_NEW}),
            to=State.INVESTIGATING,
            by=WORKS,
            needs=(answerer_impartial,),
            basis="sosfs-2011-9-5",
            done=_("Utredningen började"),
            main=True,
        ),
        Step(
            name="answer",
            label=_("Svara"),
            frm=frozenset({State.INVESTIGATING, *BROUGHT_DONE}),
            to=State.ANSWERED,
            by=WORKS,
            needs=(secrecy_checked,),
            stops=("complaint.answer", "complaint.answer_care", "suggestion.answer"),
            basis="sosfs-2011-9-5",
            tells=_("Svaret går till den som skrev. Det går inte att ta tillbaka."),
            done=_("Ett svar skickades"),
            main=True,
        ),
        Step(
            name="finish",
            label=_("Avsluta ärendet"),
            frm=frozenset({State.ANSWERED, *BROUGHT_DONE}),
            to=State.CLOSED,
            by=WORKS,
            needs=(told_whoever_sent, duties_done),
            writes="outcome",
            basis="sosfs-2011-9-5",
            done=_("Ärendet avslutades"),
            final=True,
            main=True,
        ),
        Step(
            name="delay",
            label=_("Säg att svaret dröjer"),
            frm=frozenset({State.REGISTERED, State.CONFIRMED, State.INVESTIGATING}),
            to=None,
            by=BOTH,
            needs=(contact_exists,),
            tells=_("Den som skrev får veta varför svaret dröjer. Klockan går vidare."),
            done=_("Den som skrev fick veta att svaret dröjer"),
        ),
        Step(
            name="sort",
            label=_("Byt slag"),
            frm=frozenset({State.REPORTED, *UNDER_WORK}),
            to=None,
            by=BOTH,
            done=_("Ärendet bytte slag"),
            tells=_("Orden står kvar. Den som skrev får samma svarstider."),
        ),
        Step(
            name="misconduct",
            label=_("Rapportera ett missförhållande eller en vårdskada"),
            frm=UNDER_WORK,
            to=None,
            by=WORKS,
            basis="sol-27-2",
            done=_("Ett eget ärende öppnades enligt lex Sarah eller lex Maria, eller som avvikelse"),
            tells=_(
                "Din egen skyldighet att rapportera gäller också när du läser ett klagomål. Klagomålet besvaras ändå."
            ),
        ),
        Step(
            name="assign",
            label=_("Byt handläggare"),
            frm=UNDER_WORK,
            to=None,
            by=BOTH,
            done=_("Handläggaren byttes"),
            tells=_("Den nya handläggaren ser ärendet från och med nu."),
        ),
        Step(
            name="pause",
            label=_("Pausa klockan"),
            frm=UNDER_WORK,
            to=None,
            by=BOTH,
            done=_("Klockan pausades"),
        ),
        Step(
            name="resume",
            label=_("Starta klockan igen"),
            frm=UNDER_WORK,
            to=None,
            by=BOTH,
            done=_("Klockan startades igen"),
        ),
        Step(
            name="hand-over",
            label=_("Lämna över till en annan huvudman"),
            frm=frozenset({State.REPORTED, *UNDER_WORK}),
            to=State.HANDED_OVER,
            by=frozenset({Duty.REGISTER, Duty.ANNUL}),
            stops=CLOCKS,
            basis="psl-3-8e",
            tells=_("Den som skrev får veta vem som tar över."),
            done=_("Ärendet lämnades över"),
            reauth=True,
            final=True,
        ),
        Step(
            name="annul",
            label=_("Makulera"),
            frm=frozenset({State.REPORTED, *UNDER_WORK}),
            to=State.ANNULLED,
            by=frozenset({Duty.ANNUL, Duty.REGISTER}),
            stops=CLOCKS,
            done=_("Ärendet makulerades"),
            reauth=True,
            final=True,
        ),
        Step(
            name="reopen",
            label=_("Öppna igen"),
            frm=frozenset({State.CLOSED}),
            to=State.INVESTIGATING,
            by=WORKS,
            starts=("complaint.answer",),
            done=_("Ärendet öppnades igen"),
        ),
    ),
)
