"""Samples and the follow-up of decisions in the API: numbers only, never a file or a decision."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from pydantic import Field

from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Code, Day, Moment, Out, Page, Paging
from hjulet.samples.choices import DRAWS, FOLLOWS, SEES_SUMS, FileOutcome
from hjulet.samples.followed import Row, places, units_of
from hjulet.samples.models import Draw

router = Router(by_alias=True, tags=["Stickprov och uppföljning av beslut"])


class SampleOut(Out):
    """`outcomes` is null until the sample is closed."""

    id: int = Field(examples=[7])
    title: str = Field(examples=["Rättssäker handläggning, kvartal 4"])
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    law: str = Field(examples=["sol"])
    drawn_at: Moment
    closed_at: Moment | None
    population: int = Field(description="Hur många akter listan hade.", examples=[212])
    drawn: int = Field(description="Hur många som drogs.", examples=[10])
    seed: str = Field(description="Fröet som urvalet går att göra om med.", examples=["5f0c9e1b2d3a4c5e"])
    digest: str = Field(description="SHA-256 av listan i bokstavsordning.", examples=["9f86d081884c7d65"])
    outcomes: dict[str, int] | None = Field(
        description="Hur många akter med varje utfall: ok, remark, serious.",
        examples=[{"ok": 8, "remark": 2, "serious": 0}],
    )


class DecisionsFilter(Paging):
    unit: Code = Field(default="", description="En enhets kod: den och allt under den.", examples=["ekbacken"])


class DecisionsOut(Out):
    """Null where the numbers are hidden, since one of them is so small."""

    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    name: str = Field(examples=["Ekbacken"])
    decisions: int | None = Field(description="Hur många beslut som gäller.", examples=[48])
    overdue: int | None = Field(description="Hur många som inte är uppföljda i tid.", examples=[3])
    without_plan: int | None = Field(description="Hur många som saknar genomförandeplan.", examples=[1])
    plans_overdue: int | None = Field(description="Hur många genomförandeplaner som ska följas upp.", examples=[5])
    read_in_on: Day | None = Field(description="Dagen då listan lästes in.")
    masked: bool


class _Rows(list[Row]):
    """Rows at hand, in the shape that a page is cut from."""

    def count(self, value: Any = None) -> int:
        return len(self)


class SamplesFilter(Paging):
    pass


@router.get(
    "/samples",
    response=Page[SampleOut],
    summary="Stickprov i akter",
    description="De stickprov du får se, det senaste först: hur de drogs och utfallet i antal. Inga aktnummer.",
)
@access(*DRAWS, *SEES_SUMS)
def list_samples(request: ActorRequest, asked: Query[SamplesFilter]) -> Page[SampleOut]:
    rows = Draw.objects.visible_to(request.actor).select_related("unit")

    def shown(found: Any) -> list[SampleOut]:
        told = list(found)
        log_read("list", actor=request.actor, at=now(), about="sample", ids=[row.pk for row in told])
        return [_sample(row) for row in told]

    return page_of(request, rows, asked, shown)


def _sample(row: Draw) -> SampleOut:
    sums = {code: sum(group.get(code, 0) for group in row.sums.values()) for code in FileOutcome.values}
    return SampleOut(
        id=row.pk,
        title=row.title,
        unit=row.unit.code,
        law=row.track,
        drawn_at=row.drawn_at,
        closed_at=row.closed_at,
        population=row.population,
        drawn=sum(drawn for _size, drawn in row.groups.values()),
        seed=row.seed,
        digest=row.digest,
        outcomes=sums if row.closed_at else None,
    )


@router.get(
    "/decision-follow-up",
    response=Page[DecisionsOut],
    summary="Uppföljning av beslut per enhet",
    description="Hur många beslut som gäller och hur många som är sena, vid de enheter du får följa. Inga beslut.",
)
@access(*FOLLOWS)
def count_decisions(request: ActorRequest, asked: Query[DecisionsFilter]) -> Page[DecisionsOut]:
    actor, today = request.actor, local_date(now())
    under = places(actor).filter(code=asked.unit).first() if asked.unit else None
    rows = _Rows([] if asked.unit and under is None else units_of(actor, today, under=under))
    return page_of(request, rows, asked, lambda found: [_decisions(row) for row in found])


def _decisions(row: Row) -> DecisionsOut:
    numbers: dict[str, Any] = {
        "decisions": row.decisions,
        "overdue": row.late,
        "without_plan": row.without_plan,
        "plans_overdue": row.plans_late,
        "read_in_on": row.read_in_on,
    }
    shown = dict.fromkeys(numbers) if row.masked else numbers
    return DecisionsOut(unit=row.code, name=row.name, masked=row.masked, **shown)
