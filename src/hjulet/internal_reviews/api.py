"""Internal reviews in the API: the visits of a year, through the same door as the pages."""

from __future__ import annotations

from typing import Annotated

from ninja import Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.internal_reviews.choices import Mode, VisitState
from hjulet.internal_reviews.listing import visits_of
from hjulet.internal_reviews.models import LATEST, OLDEST, Visit
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Day, Id, Out, Page, Paging

router = Router(by_alias=True, tags=["Interna granskningar"])


class InternalReviewOut(Out):
    id: Id
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    year: int = Field(examples=[2026])
    month: int = Field(examples=[10])
    day: Day | None = Field(description="Tom tills dagen är bestämd.")
    mode: Mode
    state: VisitState
    mean: str | None = Field(description="Viktat medelvärde, 0 till 2, när resultatet är lämnat.", examples=["1.846"])
    area_means: dict[str, str] = Field(description="Medelvärdet för varje område.", examples=[{"hygiene": "1.857"}])


class InternalReviewFilter(Paging):
    year: Annotated[int, Field(ge=OLDEST, le=LATEST)] | None = Field(default=None, description="Annars det år som är.")
    state: VisitState | None = None


def _out(visit: Visit) -> InternalReviewOut:
    told = visit.is_told
    return InternalReviewOut(
        id=visit.pk,
        unit=visit.unit.code,
        year=visit.year,
        month=visit.month,
        day=visit.day,
        mode=Mode(visit.mode),
        state=VisitState(visit.state),
        mean=str(visit.mean) if told and visit.mean is not None else None,
        area_means=visit.means if told else {},
    )


@router.get(
    "/internal-reviews",
    response=Page[InternalReviewOut],
    summary="Interna granskningar",
    description="Årets besök. Ett oanmält besök finns bara för den som granskar, till den dag det görs.",
)
@access(LOGGED_IN)
def list_internal_reviews(request: ActorRequest, asked: Query[InternalReviewFilter]) -> Page[InternalReviewOut]:
    today = local_date(now())
    rows = visits_of(request.actor, asked.year or today.year, today)
    if asked.state is not None:
        rows = rows.filter(state=asked.state)
    return page_of(request, rows, asked, lambda some: [_out(visit) for visit in some])
