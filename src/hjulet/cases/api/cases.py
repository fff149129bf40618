"""The list, one case, search and export."""

from __future__ import annotations

import tempfile
from datetime import datetime
from typing import IO, Literal

from django.db.models import Q
from django.http import FileResponse, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router
from pydantic import Field

from hjulet.cases.api.shapes import CaseFilter, CaseOut, Ref, Word, cases_out
from hjulet.cases.choices import OPEN
from hjulet.cases.exports import CASES, HANDLERS
from hjulet.cases.listing import cases_for, found, read_selection, with_words
from hjulet.cases.models import Case, CaseQuerySet
from hjulet.cases.steps import case_of
from hjulet.core import exports
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.core.problem import FieldError, Problem
from hjulet.core.spreadsheet import XLSX_TYPE
from hjulet.rest.answers import without_personal_number
from hjulet.rest.conditions import tag
from hjulet.rest.endpoint import reading
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import DayIn, In, LimitIn, OffsetIn, Page, Paging

router = Router(by_alias=True, tags=["Ärenden"])
MOST_EXPORTED = 50_000
SORTS = {
    "reportedAt": "inkommet",
    "dueOn": "klart",
    "title": "rubrik",
    "unit": "enhet",
    "state": "steg",
    "handler": "handlaggare",
    "kind": "typ",
}


@router.get("/cases", response=Page[CaseOut], summary="Ärenden", description="De ärenden du får se, med urval.")
@access(*HANDLERS)
def list_cases(request: ActorRequest, asked: Query[CaseFilter]) -> Page[CaseOut]:
    actor, at = request.actor, now()
    cases = selected(asked, actor, at).for_list().with_step()

    def shape(rows: list[Case]) -> list[CaseOut]:
        log_read("list", actor=actor, at=at, about="case", ids=[case.pk for case in rows])
        return cases_out(rows, actor, at)

    return page_of(request, cases, asked, shape)


def selected(asked: CaseFilter, actor: Actor, at: datetime) -> CaseQuerySet:
    """The same selection as the page makes. Unlike the page it refuses what it does not know. Raises Problem 422."""
    plain = {"kind": asked.kind, "track": asked.track, "state": asked.state, "unit": asked.unit}
    plain |= {"category": asked.category, "severity": asked.severity, "steg": asked.process_step}
    given = {name: str(value) for name, value in plain.items() if value is not None}
    days = {name: day.isoformat() for name, day in (("from", asked.from_), ("to", asked.to)) if day}
    descending = asked.sort.startswith("-")
    params = {"val": "alla", "sort": "-" * descending + SORTS[asked.sort.lstrip("-")], **given, **days}
    selection = read_selection(params, actor=actor, at=at)
    unknown = tuple(
        FieldError(name, _("Värdet finns inte.")) for name, value in params.items() if value in selection.ignored
    )
    if unknown:
        raise Problem(422, _("Något i urvalet finns inte."), errors=unknown)
    return _narrowed(cases_for(selection, actor=actor), asked, actor, at)


def _narrowed(cases: CaseQuerySet, asked: CaseFilter, actor: Actor, at: datetime) -> CaseQuerySet:
    if asked.overdue is not None:
        late = Q(state__in=[str(state) for state in OPEN], due_on__lt=local_date(at))
        cases = cases.filter(late) if asked.overdue else cases.exclude(late)
    if asked.q:
        words = without_personal_number("q", asked.q)
        cases = with_words(cases, words)
    return cases


@router.get("/cases/{ref}", response=CaseOut, summary="Ett ärende", description="Ärendet, med ETag att skriva mot.")
@access(*HANDLERS)
def get_case(request: ActorRequest, response: HttpResponse, ref: Path[Ref]) -> CaseOut:
    actor, at = request.actor, now()
    case = case_of(actor, ref)
    log_read("read", actor=actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
    response["ETag"] = tag(case.version)
    return cases_out([case], actor, at, alone=True)[0]


# Search -----------------------------------------------------------------


class SearchFilter(Paging):
    q: Word = Field(default="", description="Ord eller ärendenummer. Ett personnummer nekas: sök då med POST.")


class SearchIn(In):
    q: Word = Field(description="Ord eller ärendenummer.", examples=["duschen"])
    limit: LimitIn = 20
    offset: OffsetIn = 0


@router.get("/search", response=Page[CaseOut], summary="Sök", description="Ärenden inom det du får se.")
@access(*HANDLERS)
def search(request: ActorRequest, asked: Query[SearchFilter]) -> Page[CaseOut]:
    without_personal_number("q", asked.q)
    return _search(request, asked.q, asked)


@router.post("/search", response=Page[CaseOut], summary="Sök utan att frågan hamnar i en adress", description="Läser.")
@access(*HANDLERS)
@reading
def post_search(request: ActorRequest, asked: Body[SearchIn]) -> Page[CaseOut]:
    return _search(request, asked.q, Paging(limit=asked.limit, offset=asked.offset))


def _search(request: ActorRequest, words: str, paging: Paging) -> Page[CaseOut]:
    actor, at = request.actor, now()

    def shape(rows: list[Case]) -> list[CaseOut]:
        log_read("search", actor=actor, at=at, about="case", ids=[case.pk for case in rows] or [0])
        return cases_out(rows, actor, at)

    everything = read_selection({"val": "alla"}, actor=actor, at=at)
    by_number = Case.objects.visible_to(actor).by_ref(words.strip())
    hits = by_number if by_number.exists() else found(words, everything, actor=actor)
    return page_of(request, hits.for_list().with_step(), paging, shape)


# Export -----------------------------------------------------------------


class ExportFilter(In):
    format: Literal["csv", "xlsx"] = Field(default="xlsx")
    from_: DayIn | None = Field(default=None, alias="from", description="Inkommet från och med.")
    to: DayIn | None = Field(default=None, description="Inkommet till och med.")


FILES = {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in ("text/csv", XLSX_TYPE)}}


@router.get(
    "/exports/cases",
    summary="Ärenden som kalkylblad",
    description="CSV eller Excel, högst 50 000 ärenden. Skyddade personuppgifter är inte med.",
    openapi_extra={"responses": {200: FILES}},
)
@access(*HANDLERS)
def export_cases(request: ActorRequest, asked: Query[ExportFilter]) -> FileResponse:
    actor, at = request.actor, now()
    days = {name: day.isoformat() for name, day in (("from", asked.from_), ("to", asked.to)) if day}
    listing = CASES.listing(actor, {"val": "alla", **days}, at)
    if listing.total > MOST_EXPORTED:
        raise Problem(422, _("Det är för många ärenden på en gång. Välj en kortare tid med from och to."))
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    exports.write(CASES, listing, asked.format, file, actor=actor, at=at)
    file.seek(0)
    kind = exports.FORMATS[asked.format]
    return FileResponse(file, as_attachment=True, filename=CASES.name(asked.format, at), content_type=kind)
