"""The short procedures of praise and suggestions, whoever sent them: thanked or answered, then closed.

What holds nothing secret needs no number in the diary when it is kept in order some other way, as it is here (OSL
5 kap. 1 §); the registrar may give one to what came from outside. The time to answer is a local promise and lies in
`law`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hjulet.cases.choices import State
from hjulet.cases.flows.guards import came_from_outside, duties_done, secrecy_checked, told_whoever_sent
from hjulet.cases.flows.voice import BROUGHT_DONE, BROUGHT_NEW, CLOCKS
from hjulet.core.flow import Flow, Step
from hjulet.org.choices import Duty

# What was sorted as a complaint first may stand in one of a complaint's states.
UNANSWERED = frozenset(
    {State.REPORTED, State.REGISTERED, State.CONFIRMED, State.INVESTIGATING, *BROUGHT_NEW, *BROUGHT_DONE}
)
OPEN = UNANSWERED | {State.ANSWERED}
WORKS = frozenset({Duty.HANDLE, Duty.RECEIVE, Duty.REGISTER})

REGISTER = Step(
    name="register",
    label=_("Registrera"),
    frm=frozenset({State.REPORTED}),
    to=State.REGISTERED,
    by=frozenset({Duty.REGISTER}),
    needs=(came_from_outside,),
    stops=("complaint.register", "complaint.confirm"),
    basis="osl-5-1",
    tells=_("Ärendet får ett diarienummer och en handläggare. Det går också bra att svara direkt."),
    done=_("Ärendet registrerades"),
)
SORT = Step(
    name="sort",
    label=_("Byt slag"),
    frm=OPEN,
    to=None,
    by=WORKS,
    done=_("Ärendet bytte slag"),
    tells=_("Orden står kvar. Den som skrev får samma svarstider."),
)
MISCONDUCT = Step(
    name="misconduct",
    label=_("Rapportera ett missförhållande eller en vårdskada"),
    frm=OPEN,
    to=None,
    by=WORKS,
    basis="sol-27-2",
    done=_("Ett eget ärende öppnades enligt lex Sarah eller lex Maria, eller som avvikelse"),
    tells=_("Din egen skyldighet att rapportera gäller också när du läser beröm och förslag."),
)
ASSIGN = Step(
    name="assign",
    label=_("Byt handläggare"),
    frm=OPEN,
    to=None,
    by=WORKS,
    done=_("Handläggaren byttes"),
    tells=_("Den nya handläggaren ser ärendet från och med nu."),
)
ANNUL = Step(
    name="annul",
    label=_("Makulera"),
    frm=OPEN,
    to=State.ANNULLED,
    by=frozenset({Duty.ANNUL, Duty.REGISTER}),
    stops=CLOCKS,
    done=_("Ärendet makulerades"),
    reauth=True,
    final=True,
)
REOPEN = Step(
    name="reopen",
    label=_("Öppna igen"),
    frm=frozenset({State.CLOSED}),
    to=State.REGISTERED,
    by=frozenset({Duty.HANDLE, Duty.REGISTER}),
    starts=("suggestion.answer",),
    done=_("Ärendet öppnades igen"),
)
ASIDE = (
    (State.REGISTERED, State.REPORTED),
    (State.CONFIRMED, State.REPORTED),
    (State.INVESTIGATING, State.REPORTED),
)
ENDS = frozenset({State.CLOSED, State.HANDED_OVER, State.ANNULLED})

PRAISE = Flow(
    name="praise",
    label=_("Beröm"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=ENDS,
    path=(State.REPORTED, State.CLOSED),
    aside=(*ASIDE, (State.ANSWERED, State.REPORTED)),
    steps=(
        Step(
            name="thank",
            label=_("Tacka och avsluta"),
            frm=OPEN,
            to=State.CLOSED,
            by=WORKS,
            stops=CLOCKS,
            tells=_("Ett tack går till den som skrev. Ändra orden om du vill."),
            done=_("Ett tack skickades och ärendet avslutades"),
            main=True,
        ),
        REGISTER,
        SORT,
        MISCONDUCT,
        ASSIGN,
        ANNUL,
        REOPEN,
    ),
)

SUGGESTION = Flow(
    name="suggestion",
    label=_("Förslag"),
    start=State.REPORTED,
    states=tuple(State.choices),
    ends=ENDS,
    path=(State.REPORTED, State.ANSWERED, State.CLOSED),
    aside=ASIDE,
    steps=(
        Step(
            name="answer",
            label=_("Svara"),
            frm=UNANSWERED,
            to=State.ANSWERED,
            by=WORKS,
            needs=(secrecy_checked,),
            stops=CLOCKS,
            tells=_("Svaret går till den som skrev. Det går inte att ta tillbaka."),
            done=_("Ett svar skickades"),
            main=True,
        ),
        Step(
            name="finish",
            label=_("Avsluta ärendet"),
            frm=frozenset({State.ANSWERED}),
            to=State.CLOSED,
            by=WORKS,
            needs=(told_whoever_sent, duties_done),
            writes="suggested",
            tells=_("Den som skrev får veta vad förslaget ledde till."),
            done=_("Ärendet avslutades"),
            final=True,
            main=True,
        ),
        REGISTER,
        SORT,
        MISCONDUCT,
        ASSIGN,
        ANNUL,
        REOPEN,
    ),
)
