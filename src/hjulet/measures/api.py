"""Measures in the API: the register, one measure, and its verbs."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.measures import actions
from hjulet.measures.choices import Effect, MeasureState, Strength
from hjulet.measures.forms import CancelForm, DoneForm, EffectForm, MeasureForm, initial_of
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES
from hjulet.org.choices import Track
from hjulet.org.models import Person, Unit
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, DayIn, Flag, Id, IdIn, In, Line, Link, Long, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Åtgärder"])


class OwnerOut(Out):
    id: int = Field(examples=[12])
    name: str = Field(examples=["Åsa Lind"])
    title: str = Field(examples=["Enhetschef"])


class MeasureOut(Out):
    id: Id
    title: str = Field(examples=["Torka golvet efter varje dusch"])
    expected_effect: str = Field(examples=["Inga fall i duschen på tre månader"])
    strength: Strength
    track: Track
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken-eken"])
    owner: OwnerOut
    state: MeasureState
    due_on: Day
    done_on: Day | None
    done_note: str | None
    effect_due_on: Day | None
    effect: Effect | None
    effect_note: str | None
    effect_on: Day | None
    reopened: int = Field(description="Hur många gånger den har öppnats igen.", examples=[0])
    overdue: bool
    created_at: Moment
    version: int = Field(description="Samma som i ETag.", examples=[1])
    links: list[Link]


class MeasureFilter(Paging):
    state: MeasureState | None = None
    owner: Literal["me"] | None = Field(default=None, description="me: bara mina.")
    unit: Code | None = Field(default=None, description="En enhets kod: enheten och allt under den.")
    overdue: Flag | None = None


class PlanIn(In):
    """Only what is given is changed."""

    title: Annotated[Line, Field(min_length=1)] | None = None
    expected_effect: Annotated[Long, Field(min_length=1)] | None = None
    owner: IdIn | None = Field(default=None, description="En persons id, ur /people.")
    due_on: DayIn | None = None


class DoneIn(In):
    done_on: DayIn
    note: Long = Field(min_length=1, examples=["Golvet torkas och det står i rutinen."])


class EffectIn(In):
    effect: Effect
    note: Long = Field(min_length=1, examples=["Inga fall i duschen sedan i augusti."])
    new_cause: Long = Field(default="", description="Behövs när effekten uteblev.")
    area: Code = Field(default="", description="Vad den nya orsaken hör till; behövs när effekten uteblev.")
    due_on: DayIn | None = Field(default=None, description="Nytt datum; behövs när effekten uteblev.")


class CancelIn(In):
    reason: Long = Field(min_length=1, examples=["En annan åtgärd gör samma sak."])


def measure_out(measure: Measure, actor: Actor, today: Any, *, alone: bool = False) -> MeasureOut:
    waits_for = {MeasureState.PLANNED: measure.due_on, MeasureState.DONE: measure.effect_due_on}.get(
        MeasureState(measure.state)
    )
    plain = (
        *("title", "expected_effect", "strength", "track", "state", "due_on", "done_on", "effect_due_on"),
        *("effect_on", "reopened", "created_at", "version"),
    )
    owner = measure.owner
    return MeasureOut(
        id=measure.pk,
        unit=measure.unit.code,
        owner=OwnerOut(id=owner.pk, name=owner.name, title=owner.title),
        done_note=measure.done_note or None,
        effect=Effect(measure.effect) if measure.effect else None,
        effect_note=measure.effect_note or None,
        overdue=waits_for is not None and waits_for < today,
        links=_links(measure, actor if alone else None),
        **{name: getattr(measure, name) for name in plain},
    )


def _links(measure: Measure, actor: Actor | None) -> list[Link]:
    """The measure itself, and where it came from when the actor may see that too."""
    found = [Link(rel="self", href=address(f"/measures/{measure.pk}"))]
    source = SOURCES.get(measure.source_type)
    if actor and source and measure.source_id:
        known = source.link(actor, measure.source_id)
        ref = known[1].strip("/").rsplit("/", 1)[-1] if known else ""
        found += [Link(rel="source", href=address(f"/{measure.source_type}s/{ref}"), ref=ref)] if known else []
    return found


def _tagged(measure: Measure, request: ActorRequest, response: HttpResponse) -> MeasureOut:
    response["ETag"] = tag(measure.version)
    return measure_out(measure, request.actor, local_date(now()), alone=True)


def _measure(request: ActorRequest, number: int) -> Measure:
    found: Measure = Measure.objects.visible_to(request.actor).select_related("owner", "unit").get(pk=number)
    return found


def _to_change(request: ActorRequest, number: int) -> tuple[Measure, dict[str, Any]]:
    """The measure and who changes which version of it. Raises Refused, Problem 412."""
    measure = _measure(request, number)
    if not actions.may_change(measure, request.actor):
        raise Refused(_("Bara den som ansvarar för åtgärden eller handlägger ärendet kan ändra den."))
    seen = seen_version(request, measure.version)
    return measure, {"version": seen or measure.version, "actor": request.actor, "at": now()}


@router.get("/measures", response=Page[MeasureOut], summary="Åtgärder", description="De åtgärder du får se.")
@access(LOGGED_IN)
def list_measures(request: ActorRequest, asked: Query[MeasureFilter]) -> Page[MeasureOut]:
    actor, at = request.actor, now()
    today = local_date(at)
    rows = Measure.objects.visible_to(actor).select_related("owner", "unit").order_by("due_on", "id")
    rows = rows.filter(_wanted(asked, actor))
    if asked.overdue is not None:
        late = rows.overdue(today)
        rows = late if asked.overdue else rows.exclude(pk__in=late.order_by().values("pk"))

    def shape(found: list[Measure]) -> list[MeasureOut]:
        log_read("list", actor=actor, at=at, about="measure", ids=[measure.pk for measure in found])
        return [measure_out(measure, actor, today) for measure in found]

    return page_of(request, rows, asked, shape)


def _wanted(asked: MeasureFilter, actor: Actor) -> Q:
    wanted = Q()
    if asked.state is not None:
        wanted &= Q(state=asked.state)
    if asked.owner == "me":
        wanted &= Q(owner_id=actor.person_id)
    if asked.unit is not None:
        unit = Unit.objects.seen_by(actor).filter(code=asked.unit, path__isnull=False).first()
        if unit is None:
            raise refuse("unit", _("Enheten finns inte."))
        wanted &= Q(unit__in=Unit.objects.under(unit.path or "").values("pk"))
    return wanted


@router.get("/measures/{number}", response=MeasureOut, summary="En åtgärd", description="Med ETag att skriva mot.")
@access(LOGGED_IN)
def get_measure(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> MeasureOut:
    measure = _measure(request, number)
    ids, unit_id = [measure.pk], measure.unit_id
    log_read("read", actor=request.actor, at=now(), about="measure", ids=ids, unit_id=unit_id)
    return _tagged(measure, request, response)


@router.patch(
    "/measures/{number}", response=MeasureOut, summary="Ändra planen", description="Så länge den inte är genomförd."
)
@access(LOGGED_IN)
@conditional
def change_measure(request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[PlanIn]) -> MeasureOut:
    measure, who = _to_change(request, number)
    people = Person.objects.seen_by(request.actor, local_date(who["at"])).staff(local_date(who["at"]))
    data = given.model_dump(exclude_none=True)
    data = initial_of(measure) | {("due" if name == "due_on" else name): value for name, value in data.items()}
    plan = cleaned(MeasureForm(data, people=people, at=who["at"]), {"due": "dueOn"})
    del plan["strength"]
    return _tagged(actions.change_plan(measure, **plan, **who), request, response)


@router.post(
    "/measures/{number}/done", response=MeasureOut, summary="Den är genomförd", description="Nu väntar effekten."
)
@access(LOGGED_IN)
@conditional
def mark_done(request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[DoneIn]) -> MeasureOut:
    measure, who = _to_change(request, number)
    values = cleaned(DoneForm(given.model_dump()))
    return _tagged(actions.mark_done(measure, **values, **who), request, response)


@router.post(
    "/measures/{number}/effect",
    response=MeasureOut,
    summary="Bedöm effekten",
    description="Utan effekt öppnas åtgärden igen, med en ny orsak.",
)
@access(LOGGED_IN)
@conditional
def assess_effect(request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[EffectIn]) -> MeasureOut:
    measure, who = _to_change(request, number)
    areas = SOURCES[measure.source_type].areas if measure.source_type else ()
    data = given.model_dump(exclude={"due_on"}) | {"due": given.due_on}
    values = cleaned(EffectForm(data, areas=areas), {"due": "dueOn"})
    return _tagged(actions.assess_effect(measure, **values, **who), request, response)


@router.post(
    "/measures/{number}/cancel",
    response=MeasureOut,
    summary="Återkalla",
    description="Orsaken behöver då en annan åtgärd, eller en motivering.",
)
@access(LOGGED_IN)
@conditional
def cancel_measure(
    request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[CancelIn]
) -> MeasureOut:
    measure, who = _to_change(request, number)
    values = cleaned(CancelForm(given.model_dump()))
    return _tagged(actions.cancel(measure, **values, **who), request, response)
