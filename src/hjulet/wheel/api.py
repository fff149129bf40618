"""The annual wheel in the API: what a unit's year holds, new activities, and what a unit answers."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Status
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.org.models import Role, Unit
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, DayIn, Flag, Id, In, Line, Link, Long, Moment, Out, Page, Paging, Yes
from hjulet.wheel import actions
from hjulet.wheel.choices import PLANS, PlanState, Quarter, Repeats, Said, WheelReach, WheelStanding
from hjulet.wheel.forms import ActivityForm, DoneForm, SkipForm
from hjulet.wheel.listing import Row, own_place, places, planned_places, row_of, rows_of
from hjulet.wheel.models import LATEST, OLDEST, Activity, Mark
from hjulet.wheel.rights import refuse_stranger

router = Router(by_alias=True, tags=["Årshjul"])
Year = Annotated[int, Field(ge=OLDEST, le=LATEST)]


class WheelMarkOut(Out):
    said: Said
    produced: str = Field(examples=["Klart. Redovisningen ligger i enhetens mapp."])
    link: str = Field(examples=["https://kommunen.example/redovisning"])
    reason: str = Field(description="Varför den utgår.", examples=[""])
    said_at: Moment


class WheelActivityOut(Out):
    id: Id
    title: str = Field(examples=["Hållplats: egenkontroll"])
    about: str = Field(examples=["Titta på årets kontroller tillsammans."])
    year: int = Field(examples=[2026])
    planned_by: str = Field(description="Koden för enheten som har planerat den.", examples=["forvaltningen"])
    unit: str = Field(description="Koden för enheten som läget gäller.", examples=["ekbacken"])
    done_here: bool = Field(description="Om enheten själv gör den.")
    quarter: Quarter
    role: str | None = Field(description="Koden för rollen som ansvarar.", examples=["unit_manager"])
    product: str = Field(description="Koden för det den ger, om en mall har angett den.", examples=["internal_account"])
    produces: str = Field(examples=["Redovisning av hållplatsen"])
    reach: WheelReach
    for_providers: bool
    repeats: Repeats
    starts_on: Day
    ends_on: Day
    plan_state: PlanState
    standing: WheelStanding
    mark: WheelMarkOut | None
    total: int = Field(description="Hur många, enheten och de under den, som gör den.", examples=[17])
    done: int = Field(examples=[12])
    skipped: int = Field(examples=[1])
    late: int = Field(examples=[2])
    version: int = Field(description="Samma som i ETag.", examples=[1])
    links: list[Link]


class WheelFilter(Paging):
    unit: Code | None = Field(
        default=None, description="En enhets kod. Annars den enhet vars år du planerar, eller där du arbetar."
    )
    year: Year | None = Field(default=None, description="Annars det år som är.")
    standing: WheelStanding | None = None
    quarter: Quarter | None = None
    here: Flag | None = Field(default=None, description="true: bara det som enheten själv gör.")


class WhoseWheel(In):
    unit: Code | None = Field(default=None, description="Enheten som läget gäller. Annars den som har planerat.")


class NewWheelActivityIn(In):
    """In an adopted plan it holds at once; where the year has none it lands in the proposal."""

    unit: Code = Field(description="Enhetens kod.", examples=["ekbacken"])
    title: Annotated[Line, Field(min_length=1, max_length=160)]
    about: Long = ""
    produces: Annotated[Line, Field(min_length=1, max_length=160)]
    quarter: Quarter = Quarter.DO
    role: Code | None = Field(default=None, description="En rolls kod.")
    reach: WheelReach = WheelReach.HERE
    for_providers: Yes = False
    repeats: Repeats = Repeats.ONCE
    starts_on: DayIn
    ends_on: DayIn
    personal_number_ok: Yes = False


class WheelMarkIn(In):
    """`produced` when it is done, `reason` when it is skipped."""

    unit: Code = Field(description="Koden för enheten som svarar.", examples=["ekbacken"])
    said: Said
    produced: Long = ""
    link: Annotated[Line, Field(max_length=500)] = ""
    reason: Long = ""
    personal_number_ok: Yes = False


def _out(row: Row) -> WheelActivityOut:
    one, count = row.activity, row.count
    named = ("title", "about", "quarter", "product", "produces", "reach", "for_providers", "repeats", "starts_on")
    alone = not row.activity.shared
    totals: dict[str, Any] = {
        "total": 1 if alone else count.total,
        "done": int(row.standing == WheelStanding.DONE) if alone else count.done,
        "skipped": int(row.standing == WheelStanding.SKIPPED) if alone else count.skipped,
        "late": int(row.standing == WheelStanding.LATE) if alone else count.late,
    }
    return WheelActivityOut(
        id=one.pk,
        **{name: getattr(one, name) for name in named},
        **totals,
        ends_on=one.ends_on,
        year=one.plan.year,
        planned_by=one.plan.unit.code,
        unit=row.unit.code,
        done_here=row.here,
        role=one.role.code if one.role else None,
        plan_state=PlanState(one.plan.state),
        standing=WheelStanding(row.standing),
        mark=_mark_out(row.mark),
        version=one.version,
        links=[Link(rel="self", href=address(f"/wheel-activities/{one.pk}?unit={row.unit.code}"))],
    )


def _mark_out(mark: Mark | None) -> WheelMarkOut | None:
    if mark is None:
        return None
    texts = {name: getattr(mark, name) for name in ("produced", "link", "reason")}
    return WheelMarkOut(said=Said(mark.said), said_at=mark.said_at, **texts)


class _Rows:
    """Rows that have been read, with what a page asks of a queryset."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows

    def count(self) -> int:
        return len(self.rows)

    def __getitem__(self, some: slice) -> list[Row]:
        return self.rows[some]


def _unit(request: ActorRequest, code: str) -> Unit:
    found: Unit | None = places(request.actor).filter(code=code).first()
    if found is None:
        raise refuse("unit", _("Enheten finns inte."))
    return found


@router.get(
    "/wheel-activities",
    response=Page[WheelActivityOut],
    summary="Aktiviteter på årshjulet",
    description="En enhets år: det egna, det som kommer ovanifrån och det som görs under, efter sista dag.",
)
@access(LOGGED_IN)
def list_wheel_activities(request: ActorRequest, asked: Query[WheelFilter]) -> Page[WheelActivityOut]:
    actor, at = request.actor, now()
    unit = _unit(request, asked.unit) if asked.unit is not None else own_place(actor, places(actor))
    rows = rows_of(unit, asked.year or local_date(at).year, actor, at) if unit else []
    found = _Rows([row for row in rows if _wanted(row, asked)])
    return page_of(request, found, asked, lambda some: [_out(row) for row in some])


def _wanted(row: Row, asked: WheelFilter) -> bool:
    return (
        (asked.standing is None or row.standing == asked.standing)
        and (asked.quarter is None or row.activity.quarter == asked.quarter)
        and (asked.here is None or row.here == asked.here)
    )


def _row(request: ActorRequest, number: int, code: str | None) -> Row:
    """Raises Problem 404 for what the actor may not know of, or what is not around the unit."""
    one = Activity.objects.seen_by(request.actor).select_related("plan__unit", "role").get(pk=number)
    unit = _unit(request, code) if code is not None else _place_of(request, one)
    found = row_of(one, unit, request.actor, now())
    if found is None:
        raise Problem(404, _("Aktiviteten rör inte den enheten."))
    return found


def _place_of(request: ActorRequest, one: Activity) -> Unit:
    """The unit that planned it, or for who may not know of that one her own."""
    mine = list(places(request.actor))
    found = next((unit for unit in mine if unit.pk == one.plan.unit_id), None) or own_place(request.actor, mine)
    if found is None:
        raise Problem(404, _("Aktiviteten rör inte den enheten."))
    return found


@router.get(
    "/wheel-activities/{number}",
    response=WheelActivityOut,
    summary="En aktivitet på årshjulet",
    description="Med ETag att skriva mot.",
)
@access(LOGGED_IN)
def get_wheel_activity(
    request: ActorRequest, response: HttpResponse, number: Path[Id], asked: Query[WhoseWheel]
) -> WheelActivityOut:
    row = _row(request, number, asked.unit)
    response["ETag"] = tag(row.activity.version)
    return _out(row)


@router.post(
    "/wheel-activities",
    response={201: WheelActivityOut},
    summary="Ny aktivitet på årshjulet",
    description="Av den som skriver styrande dokument för enheten. Året är den sista dagens.",
)
@access(PLANS)
def create_wheel_activity(
    request: ActorRequest, response: HttpResponse, given: Body[NewWheelActivityIn]
) -> Status[WheelActivityOut]:
    actor, at = request.actor, now()
    unit = next((one for one in planned_places(actor) if one.code == given.unit), None)
    if unit is None:
        raise refuse("unit", _("Enheten finns inte, eller så planerar du inte dess år."))
    year = _year_of(given.ends_on)
    data = given.model_dump(exclude={"role", "unit"}) | {"role": _role(unit, given.role)}
    form = ActivityForm(data, principal_id=unit.principal_id, year=year)
    cleaned(form)
    made = actions.new_activity(unit, year, form.values(), actor=actor, at=at)
    response["Location"] = address(f"/wheel-activities/{made.pk}")
    return Status(201, _out(_row(request, made.pk, unit.code)))


def _year_of(day: date) -> int:
    if not OLDEST <= day.year <= LATEST:
        raise refuse("endsOn", _("Kontrollera årtalet."))
    return day.year


def _role(unit: Unit, code: str | None) -> Any:
    if code is None:
        return None
    found = Role.objects.filter(principal_id=unit.principal_id, code=code).first()
    if found is None:
        raise refuse("role", _("Rollen finns inte."))
    return found.pk


@router.post(
    "/wheel-activities/{number}/marks",
    response=WheelActivityOut,
    summary="Säg att en aktivitet är klar eller utgår",
    description="För en enhet. Klar kräver vad det blev, utgår kräver varför.",
)
@access(LOGGED_IN)
@conditional
def mark_wheel_activity(
    request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[WheelMarkIn]
) -> WheelActivityOut:
    one = Activity.objects.seen_by(request.actor).select_related("plan__unit", "role").get(pk=number)
    unit = _unit(request, given.unit)
    refuse_stranger(one, unit, request.actor)
    seen_version(request, one.version)
    form = (DoneForm if given.said == Said.DONE else SkipForm)(given.model_dump())
    cleaned(form)
    actions.mark(one, unit, form.answer(), actor=request.actor, at=now())
    row = _row(request, number, unit.code)
    response["ETag"] = tag(row.activity.version)
    return _out(row)
