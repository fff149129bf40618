"""Learning stops in the API: those of a year, one with its figures and answers, and writing an answer."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.learning_stops import actions
from hjulet.learning_stops.choices import PLANS, StopStanding
from hjulet.learning_stops.forms import LONGEST, ReplyForm
from hjulet.learning_stops.models import Reply, Stop, may_write, reads_whole, standing_of
from hjulet.learning_stops.pack import Part, board_pack, kept_pack
from hjulet.org.models import Unit
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, Id, In, Link, Moment, Out, Page, Paging, Yes
from hjulet.wheel.models import LATEST, OLDEST

router = Router(by_alias=True, tags=["Hållplatser"])
Year = Annotated[int, Field(ge=OLDEST, le=LATEST)]
Words = Annotated[str, Field(max_length=LONGEST)]


class LearningStopOut(Out):
    id: Id
    theme: str = Field(description="Temats kod.", examples=["stop_deviations"])
    title: str = Field(examples=["Avvikelser, synpunkter och klagomål"])
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    year: int = Field(examples=[2026])
    standing: StopStanding
    due_on: Day = Field(description="Månadens sista dag.")
    people: int | None = Field(description="Hur många som deltog.", examples=[7])
    signed_at: Moment | None
    handed_on: Day | None = Field(description="Dagen den lämnades till nämnden.")
    version: int = Field(examples=[1])
    links: list[Link]


class LearningFigureOut(Out):
    """A part of the pack, as it was kept; what its reader may not see is left out."""

    code: str = Field(examples=["deviations"])
    title: str = Field(examples=["Avvikelser"])
    headline: str = Field(examples=["3 avvikelser på de senaste tolv månaderna."])
    notes: list[str]
    heads: list[str] = Field(examples=[["Kategori", "Antal"]])
    rows: list[list[str]] = Field(examples=[[["Fall", "3"]]])


class LearningReplyOut(Out):
    code: str = Field(examples=["stop_deviations_q1"])
    question: str = Field(examples=["Vilka mönster ser vi i tid, plats och arbetsmoment?"])
    text: str = Field(examples=["Natten är svårast."])
    nothing: bool = Field(description="Gruppen hade inget att säga.")
    saved_at: Moment | None
    version: int = Field(description="Svarets egen: den som står i If-Match när det skrivs.", examples=[1])


class WholeLearningStopOut(LearningStopOut):
    took_part: str = Field(examples=["Alla på dagpasset."])
    figures: list[LearningFigureOut]
    replies: list[LearningReplyOut]


class LearningStopFilter(Paging):
    unit: Code | None = Field(default=None, description="En enhets kod.")
    year: Year | None = Field(default=None, description="Annars det år som är.")
    theme: Code | None = Field(default=None, description="Ett temas kod.")


class LearningReplyIn(In):
    text: Words = ""
    nothing: Yes = False
    personal_number_ok: Yes = False


def _values(stop: Stop) -> dict[str, Any]:
    named = ("year", "people", "signed_at", "handed_on", "version")
    return {
        **{name: getattr(stop, name) for name in named},
        **{"id": stop.pk, "theme": stop.theme.code, "title": str(stop.theme), "unit": stop.unit.code},
        "standing": standing_of(stop.theme, stop.year, stop.state, local_date(now())),
        "due_on": stop.theme.last_day(stop.year),
        "links": [Link(rel="self", href=address(f"/learning-stops/{stop.pk}"))],
    }


def _figure(part: Part) -> LearningFigureOut:
    rows = [list(row) for row in part.rows] or [[bar.label, bar.shown] for bar in part.bars]
    told = {"code": part.code, "title": part.title, "headline": part.headline}
    return LearningFigureOut(**told, notes=list(part.notes), heads=list(part.heads), rows=rows)


def _reply(row: Reply) -> LearningReplyOut:
    named = ("code", "text", "nothing", "saved_at", "version")
    return LearningReplyOut(question=str(row), **{name: getattr(row, name) for name in named})


@router.get(
    "/learning-stops",
    response=Page[LearningStopOut],
    summary="Hållplatser för lärande",
    description="De som är påbörjade eller underskrivna och som du får läsa, efter månad och enhet.",
)
@access(LOGGED_IN)
def list_learning_stops(request: ActorRequest, asked: Query[LearningStopFilter]) -> Page[LearningStopOut]:
    rows = Stop.objects.seen_by(request.actor).filter(year=asked.year or local_date(now()).year)
    if asked.unit is not None:
        unit = Unit.objects.seen_by(request.actor).filter(code=asked.unit).first()
        if unit is None:
            raise refuse("unit", _("Enheten finns inte."))
        rows = rows.filter(unit=unit)
    if asked.theme is not None:
        rows = rows.filter(theme__code=asked.theme)
    rows = rows.select_related("theme", "unit").order_by("theme__month", "unit__path", "id")
    return page_of(request, rows, asked, lambda some: [LearningStopOut(**_values(stop)) for stop in some])


@router.get(
    "/learning-stops/{number}",
    response=WholeLearningStopOut,
    summary="En hållplats",
    description="Med siffror och svar. Nämnden får det som har lämnats till den, med små tal dolda.",
)
@access(LOGGED_IN)
def get_learning_stop(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> WholeLearningStopOut:
    stop = Stop.objects.seen_by(request.actor).select_related("theme", "unit").get(pk=number)
    figures = kept_pack(stop, request.actor) if reads_whole(stop, request.actor) else board_pack(stop)
    response["ETag"] = tag(stop.version)
    return WholeLearningStopOut(
        **_values(stop),
        took_part=stop.took_part,
        figures=[_figure(part) for part in figures.parts],
        replies=[_reply(row) for row in stop.replies.all()],
    )


@router.put(
    "/learning-stops/{number}/replies/{code}",
    response=LearningReplyOut,
    summary="Skriv ett svar i en hållplats",
    description="If-Match är svarets egen version. Har någon annan hunnit skriva blir det 412, och inget går förlorat.",
)
@access(PLANS)
@conditional
def put_learning_reply(
    request: ActorRequest, response: HttpResponse, number: Path[Id], code: Path[Code], given: Body[LearningReplyIn]
) -> LearningReplyOut:
    actor = request.actor
    stop = Stop.objects.seen_by(actor).select_related("theme", "unit").get(pk=number)
    row = stop.replies.filter(code=code).first()
    if row is None:
        raise Problem(404, _("Frågan finns inte i hållplatsen."))
    if not may_write(stop.unit, actor):
        raise Refused(_("Bara den som planerar enhetens år skriver i dess hållplats."))
    seen_version(request, row.version)
    form = ReplyForm(given.model_dump())
    cleaned(form)
    data = form.cleaned_data
    saved = actions.save_reply(
        stop, code, data["text"], nothing=data["nothing"], version=row.version, actor=actor, at=now()
    )
    response["ETag"] = tag(saved.version)
    return _reply(saved)
