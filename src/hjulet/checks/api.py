"""Self-checks in the API: rounds that one may know of, their answers, and answers written by another system."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Path, Query, Router
from pydantic import Field

from hjulet.checks import answering
from hjulet.checks.answering import Told
from hjulet.checks.choices import CheckStanding, RoundState
from hjulet.checks.content_types import sheet_of
from hjulet.checks.listing import Selection, rounds_for, standing_of
from hjulet.checks.models import Answer, Round
from hjulet.checks.rights import may_answer
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.org.models import Unit
from hjulet.rest.answers import refuse
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, Id, In, Line, Link, Long, Moment, Out, Page, Paging, Yes
from hjulet.wheel.listing import places

router = Router(by_alias=True, tags=["Egenkontroll"])


class CheckRoundOut(Out):
    id: Id
    checklist: str = Field(description="Checklistans kod.", examples=["genomforandeplan"])
    title: str = Field(examples=["Genomförandeplan"])
    version: int = Field(description="Checklistans version.", examples=[2])
    unit: str = Field(examples=["ekbacken"])
    opens_on: Day | None
    due_on: Day | None
    standing: CheckStanding
    mean: Decimal | None = Field(description="Vägt medelvärde. Tomt tills den är inskickad.", examples=["1.62"])
    target: Decimal = Field(examples=["1.60"])
    means: dict[str, Decimal] = Field(description="Medelvärdet i varje område, efter områdets kod.")
    analysis: str = Field(examples=["Vi når målet."])
    reason: str = Field(description="Varför ingen åtgärd behövs.", examples=[""])
    sent_at: Moment | None
    links: list[Link]


class CheckAnswerOut(Out):
    question: str = Field(description="Frågans kod.", examples=["care-plan-q01"])
    text: str = Field(examples=["Finns en genomförandeplan för insatsen?"])
    area: str = Field(description="Områdets kod.", examples=["current"])
    weight: int = Field(examples=[3])
    points: Decimal | None = Field(examples=["2"])
    not_applicable: bool
    note: str = Field(examples=["Två av tio saknade mål."])


class CheckRoundWithAnswersOut(CheckRoundOut):
    answers: list[CheckAnswerOut]


class CheckFilter(Paging):
    unit: Code | None = Field(default=None, description="En enhets kod: den och det som ligger under den.")
    standing: CheckStanding | None = None
    year: Annotated[int, Field(ge=2000, le=2149)] | None = None


class CheckAnswerIn(In):
    question: Annotated[Line, Field(min_length=1, max_length=80)]
    points: Annotated[int, Field(ge=-99, le=99)] | None = None
    not_applicable: Yes = False
    note: Long = ""


class CheckAnswersIn(In):
    """`send` hands the whole in when every question has an answer; it cannot be changed after that."""

    answers: Annotated[list[CheckAnswerIn], Field(min_length=1, max_length=500)]
    send: Yes = False


def _values(row: Round) -> dict[str, object]:
    return {
        "id": row.pk,
        "checklist": row.version.checklist.code,
        "title": row.version.checklist.title,
        "version": row.version.number,
        "unit": row.unit.code,
        "opens_on": row.opens_on,
        "due_on": row.due_on,
        "standing": standing_of(row, local_date(now())),
        "mean": row.mean,
        "target": row.wanted,
        "means": {code: Decimal(mean) for code, mean in row.means.items()},
        "analysis": row.analysis,
        "reason": row.reason,
        "sent_at": row.sent_at,
        "links": [Link(rel="self", href=address(f"/checks/{row.pk}"))],
    }


@router.get(
    "/checks",
    response=Page[CheckRoundOut],
    summary="Egenkontroller",
    description="Omgångar på de enheter du får veta något om, efter sista dag.",
)
@access(LOGGED_IN)
def list_checks(request: ActorRequest, asked: Query[CheckFilter]) -> Page[CheckRoundOut]:
    unit: Unit | None = None
    if asked.unit is not None:
        unit = places(request.actor).filter(code=asked.unit).first()
        if unit is None:
            raise refuse("unit", _("Enheten finns inte."))
    selection = Selection(which="alla", year=asked.year, standing=asked.standing.value if asked.standing else "")
    rows = rounds_for(request.actor, selection, unit, local_date(now()))
    return page_of(request, rows, asked, lambda some: [CheckRoundOut(**_values(row)) for row in some])  # type: ignore[arg-type]


def _round(request: ActorRequest, number: int) -> Round:
    rows = Round.objects.seen_by(request.actor).select_related("version__checklist", "unit", "check_of")
    return rows.get(pk=number)


def _whole(row: Round) -> CheckRoundWithAnswersOut:
    told = {answer.question: answer for answer in Answer.objects.filter(round=row)}
    answers = []
    for area in sheet_of(row.version).areas:
        for question in area.questions:
            answer = told.get(question.code)
            said = answering.told_by(answer)
            answers.append(
                CheckAnswerOut(
                    question=question.code, text=question.text, area=area.code, weight=question.weight,
                    points=said.points, not_applicable=said.not_applicable, note=said.note,
                )
            )  # fmt: skip
    return CheckRoundWithAnswersOut(**_values(row), answers=answers)  # type: ignore[arg-type]


@router.get("/checks/{number}", response=CheckRoundWithAnswersOut, summary="En egenkontroll med sina svar")
@access(LOGGED_IN)
def get_check(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> CheckRoundWithAnswersOut:
    return _whole(_round(request, number))


@router.post(
    "/checks/{number}/answers",
    response=CheckRoundWithAnswersOut,
    summary="Svara på en egenkontroll",
    description="Av den som arbetar på enheten eller leder den. Det som redan är besvarat skrivs över.",
)
@access(LOGGED_IN)
def answer_check(request: ActorRequest, number: Path[Id], told: CheckAnswersIn) -> CheckRoundWithAnswersOut:
    row, actor, at = _round(request, number), request.actor, now()
    if not may_answer(row, actor):
        raise Problem(409, _("Du fyller inte i den här egenkontrollen."))
    answers = {one.question: _told(one) for one in told.answers}
    answering.answer_all(row, answers, actor=actor, at=at)
    if told.send and row.state == RoundState.OPEN:
        answering.send(row, actor=actor, at=at)
    return _whole(_round(request, number))


def _told(one: CheckAnswerIn) -> Told:
    points = None if one.points is None or one.not_applicable else Decimal(one.points)
    return Told(points, one.not_applicable, one.note)
