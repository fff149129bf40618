"""Processes in the API: what holds, its steps, and the BPMN file in and out."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.db.models import Prefetch
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Status
from pydantic import Field, StringConstraints

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.documents.api import (
    TABS,
    WishAnswerIn,
    WishFilter,
    WishId,
    WishOut,
    give_answer,
    wish,
    wish_version,
)
from hjulet.documents.rights import units_to_write_at
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.processes import actions
from hjulet.processes.actions.asking import desk
from hjulet.processes.choices import ONCE_PUBLISHED, UNFINISHED, DrawnState, Level
from hjulet.processes.listing import Selection, processes_in
from hjulet.processes.models import Drawing, Element, Process, ProcessRequest
from hjulet.processes.rights import may_write
from hjulet.processes.work_lists import requests_in
from hjulet.rest.answers import refuse
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import NO_NUL, Code, Day, Flag, In, Line, Long, Out, Page, Paging

router = Router(by_alias=True, tags=["Processer"])
STANDINGS = {"in-force": "galler", "draft": "utkast", "ended": "upphavda"}
XML = "application/xml"
BPMN_BODY = {"required": True, "content": {XML: {"schema": {"type": "string"}}}}
BPMN_OUT = {"description": "BPMN 2.0", "content": {XML: {"schema": {"type": "string"}}}}


class ProcessWayOut(Out):
    target: str = Field(description="Steget den leder till.", examples=["ht_check_capacity"])
    label: str = Field(description="När den vägen tas.", examples=["ja"])


class ProcessStepOut(Out):
    id: str = Field(description="Elementets id i BPMN-filen.", examples=["ht_receive_order"])
    place: int = Field(examples=[2])
    type: str = Field(description="BPMN:s namn på sorten.", examples=["task"])
    name: str = Field(examples=["Ta emot beställning"])
    lane: str = Field(examples=["Planerare"])
    stage: str = Field(description="Delprocess.", examples=["intake"])
    role: str = Field(examples=["planner"])
    purpose: str = Field(examples=["Fånga upp nya och ändrade uppdrag samma dag"])
    documented: str = Field(examples=["Mottagningskvittens, datum"])
    next: list[ProcessWayOut]


class ProcessVersionOut(Out):
    number: int = Field(examples=[2])
    state: DrawnState
    changes: str = Field(examples=["Nytt steg efter beställningen."])
    published_on: Day | None
    ended_on: Day | None
    warnings: list[str] = Field(description="Vad i filen som inte följer standarden.", examples=[[]])


class ProcessOut(Out):
    id: str = Field(examples=["home-care"])
    name: str = Field(examples=["Hemtjänst"])
    level: Level
    purpose: str = Field(examples=["Rätt stöd i rätt tid."])
    unit: str = Field(description="Koden för enheten där den gäller, med allt under den.", examples=["forvaltningen"])
    tracks: list[str] = Field(examples=[["sol"]])
    laws: list[str] = Field(description="Koder ur /laws.", examples=[["sol-11-1"]])
    owner: str | None = Field(examples=["Mona Dahl"])
    review_on: Day | None
    withdrawn_on: Day | None
    current: ProcessVersionOut | None
    draft: ProcessVersionOut | None


class ProcessFilter(Paging):
    standing: Literal["in-force", "draft", "ended"] = "in-force"
    level: Level | None = None
    track: Track | None = None
    q: Line | None = Field(default=None, description="Ord som alla ska finnas med.")


class NewProcessIn(In):
    name: Annotated[Line, Field(min_length=1, max_length=160)]
    level: Level
    unit: Code | None = Field(default=None, description="Annars den högsta enhet där du skriver dokument.")
    purpose: Long = ""


class WhichFile(In):
    draft: Flag = Field(default=False, description="Utkastet, om det finns ett.")


UNDER_WAY = Prefetch("drawings", Drawing.objects.filter(state__in=UNFINISHED), to_attr="under_way")
Ref = Annotated[Code, Path()]


@router.get("/processes", response=Page[ProcessOut], summary="Processer")
@access(LOGGED_IN)
def list_processes(request: ActorRequest, asked: Query[ProcessFilter]) -> Page[ProcessOut]:
    selection = Selection(
        standing=STANDINGS[asked.standing],
        level=asked.level.value if asked.level else "",
        track=str(asked.track.value) if asked.track else "",
        text=asked.q or "",
    )
    found = processes_in(selection, request.actor).prefetch_related(UNDER_WAY)
    return page_of(request, found, asked, lambda rows: [_out(row, request) for row in rows])


@router.get("/processes/{id}", response=ProcessOut, summary="En process")
@access(LOGGED_IN)
def get_process(request: ActorRequest, id: Ref) -> ProcessOut:  # noqa: A002
    return _out(_one(request, id), request)


@router.get("/processes/{id}/steps", response=list[ProcessStepOut], summary="Stegen i det som gäller, i ordning")
@access(LOGGED_IN)
def list_process_steps(request: ActorRequest, id: Ref) -> list[ProcessStepOut]:  # noqa: A002
    found = _one(request, id)
    if found.current is None:
        return []
    return [_step(element) for element in found.current.elements.all()]


@router.post("/processes", response={201: ProcessOut}, summary="En ny process, som utkast")
@access(Duty.WRITE_DOCUMENTS)
def create_process(request: ActorRequest, given: Body[NewProcessIn]) -> Status[ProcessOut]:
    actor = request.actor
    units = Unit.objects.filter(principal_id=actor.principal_id)
    unit = units.filter(code=given.unit).first() if given.unit else next(iter(units_to_write_at(actor)), None)
    if unit is None:
        raise refuse("unit", _("Enheten finns inte."))
    facts = actions.ProcessFacts(name=given.name, level=given.level.value, unit=unit, purpose=given.purpose)
    made = actions.create(facts, actor=actor, at=now())
    return Status(201, _out(_one(request, made.code), request))


@router.get(
    "/processes/{id}/bpmn",
    summary="Processen som BPMN 2.0",
    description="Det som gäller. Den som skriver får utkastet med `draft`, eller när inget gäller än.",
    openapi_extra={"responses": {200: BPMN_OUT}},
)
@access(LOGGED_IN)
def get_bpmn(request: ActorRequest, id: Ref, asked: Query[WhichFile]) -> HttpResponse:  # noqa: A002
    found = _one(request, id)
    draft = _draft(found, request)
    drawing = (draft if asked.draft else None) or found.current or draft
    if drawing is None:
        raise Process.DoesNotExist
    return HttpResponse(drawing.xml.encode(), content_type=XML, headers={"ETag": _tag(drawing)})


@router.put(
    "/processes/{id}/bpmn",
    response=ProcessOut,
    summary="En BPMN-fil som utkast",
    description="Filen blir processens utkast. If-Match hålls mot den fil som GET gav.",
    openapi_extra={"requestBody": BPMN_BODY},
)
@access(Duty.WRITE_DOCUMENTS)
@conditional
def put_bpmn(request: ActorRequest, response: HttpResponse, id: Ref) -> ProcessOut:  # noqa: A002
    if request.content_type != XML:
        raise Problem(415, _("Skicka innehållet som %(type)s.") % {"type": XML})
    found = _one(request, id)
    if not may_write(found, request.actor):
        raise Refused(_("Det är bara de som skriver processen som kan göra det här."))
    shown = _draft(found, request) or found.current
    if shown is not None:
        seen_version(request, _version_of(shown))
    with transaction.atomic():  # a file that cannot be read begins no version
        draft = actions.begin_version(found, actor=request.actor, at=now())
        saved = actions.save_file(draft, request.body, revision=None, actor=request.actor, at=now())
    response["ETag"] = _tag(saved)
    return _out(_one(request, id), request)


def _version_of(drawing: Drawing) -> int:
    """One number for a file: versions in thousands of millions, its savings within."""
    return drawing.number * 1_000_000_000 + drawing.revision


def _tag(drawing: Drawing) -> str:
    return tag(_version_of(drawing))


def _one(request: ActorRequest, code: str) -> Process:
    rows = Process.objects.seen_by(request.actor).select_related("unit", "owner", "current")
    return rows.prefetch_related(UNDER_WAY).get(code=code)


def _draft(process: Process, request: ActorRequest) -> Drawing | None:
    drawings: list[Drawing] = process.under_way  # type: ignore[attr-defined]  # UNDER_WAY
    return next(iter(drawings), None) if may_write(process, request.actor) else None


def _out(row: Process, request: ActorRequest) -> ProcessOut:
    names = ("name", "level", "purpose", "tracks", "laws", "review_on", "withdrawn_on")
    plain: dict[str, Any] = {name: getattr(row, name) for name in names}
    draft = _draft(row, request)
    return ProcessOut(
        **plain,
        id=row.code,
        unit=row.unit.code,
        owner=row.owner.name if row.owner else None,
        current=_version(row.current) if row.current and row.current.state in ONCE_PUBLISHED else None,
        draft=_version(draft) if draft else None,
    )


def _version(row: Drawing) -> ProcessVersionOut:
    names = ("number", "state", "changes", "published_on", "ended_on", "warnings")
    return ProcessVersionOut(**{name: getattr(row, name) for name in names})


def _step(row: Element) -> ProcessStepOut:
    names = ("place", "type", "name", "lane", "stage", "role", "purpose", "documented")
    ways = [ProcessWayOut(target=way["target"], label=way["label"]) for way in row.next]
    return ProcessStepOut(id=row.code, next=ways, **{name: getattr(row, name) for name in names})


# Change requests -----------------------------------------------------------------


class ProcessRequestOut(WishOut):
    process: str = Field(examples=["home-care"])
    element: str = Field(description="Stegets id, tomt för hela processen.", examples=["ht_receive_order"])


class ProcessRequestFilter(WishFilter):
    process: Code | None = None


class ProcessRequestIn(In):
    text: Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=NO_NUL, strip_whitespace=True)] = (
        Field(description="Vad som behöver ändras. Skriv inget om enskilda.", examples=["Larmet går till fel telefon."])
    )
    element: Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)] = Field(
        default="", description="Stegets id, ur /processes/{id}/steps."
    )


@router.get("/process-change-requests", response=Page[ProcessRequestOut], summary="Önskemål om processer")
@access(LOGGED_IN)
def list_process_requests(request: ActorRequest, asked: Query[ProcessRequestFilter]) -> Page[ProcessRequestOut]:
    found = requests_in(TABS[asked.standing], asked.process or "", request.actor)
    return page_of(request, found, asked, lambda rows: [_request(row) for row in rows])


@router.get("/process-change-requests/{id}", response=ProcessRequestOut, summary="Ett önskemål om en process")
@access(LOGGED_IN)
def get_process_request(request: ActorRequest, response: HttpResponse, id: WishId) -> ProcessRequestOut:  # noqa: A002
    found = _asked(request, id)
    response["ETag"] = tag(wish_version(found))
    return _request(found)


@router.post(
    "/processes/{id}/change-requests", response={201: ProcessRequestOut}, summary="Föreslå en ändring i en process"
)
@access(LOGGED_IN)
def ask_for_process_change(
    request: ActorRequest,
    id: Ref,  # noqa: A002
    given: Body[ProcessRequestIn],
) -> Status[ProcessRequestOut]:
    made = actions.ask_change(_one(request, id), **given.model_dump(), actor=request.actor, at=now())
    return Status(201, _request(_asked(request, made.pk)))


@router.post(
    "/process-change-requests/{id}/answer",
    response=ProcessRequestOut,
    summary="Svara på ett önskemål om en process",
    description="För dem som skriver processen. If-Match hålls mot önskemålet som GET gav.",
)
@access(LOGGED_IN)
@conditional
def answer_process_request(
    request: ActorRequest,
    response: HttpResponse,
    id: WishId,  # noqa: A002
    given: Body[WishAnswerIn],
) -> ProcessRequestOut:
    found = _asked(request, id)
    if not may_write(found.process, request.actor):
        raise ProcessRequest.DoesNotExist
    give_answer(request, found, desk, given)
    return get_process_request(request, response, id)


def _asked(request: ActorRequest, pk: int) -> ProcessRequest:
    rows = ProcessRequest.objects.seen_by(request.actor)
    rows = rows.select_related("process__unit", "person", "answered_by", "became")
    return rows.defer("process__search_text", "became__xml", "became__svg").get(pk=pk)


def _request(row: ProcessRequest) -> ProcessRequestOut:
    return ProcessRequestOut(**wish(row), process=row.process.code, element=row.element)
