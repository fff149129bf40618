"""The organisation in the API: units, people and delegations, to be read."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from ninja import Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.org.choices import Mandate, Standing, UnitKind
from hjulet.org.listing import delegations_in, people_in, visible_people
from hjulet.org.models import Assignment, Delegation, Person, Unit, in_force
from hjulet.rest.answers import without_personal_number
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, Flag, Id, Line, Link, Out, Page, Paging

router = Router(by_alias=True, tags=["Organisation"])


class UnitOut(Out):
    code: str = Field(examples=["ekbacken-eken"])
    name: str = Field(examples=["Ekbacken"])
    kind: UnitKind
    parent: str | None = Field(description="Koden för enheten ovanför.", examples=["ekbacken"])
    tracks: list[str] = Field(examples=[["sol", "hsl"]])
    is_caregiver: bool
    services: str | None
    valid_from: Day
    valid_to: Day | None
    links: list[Link]

    @classmethod
    def of(cls, unit: Unit, actor: Actor) -> UnitOut:
        plain = {name: getattr(unit, name) for name in ("code", "name", "kind", "is_caregiver", "valid_from")}
        return cls(
            parent=unit.parent.code if unit.parent and actor.sees(unit.parent.path) else None,
            tracks=unit.tracks,
            services=unit.services or None,
            valid_to=unit.valid_to,
            links=[Link(rel="self", href=address(f"/units/{unit.code}"))],
            **plain,
        )


class UnitFilter(Paging):
    q: Line | None = Field(default=None, description="Ord i namn eller kod.")
    kind: UnitKind | None = None
    closed: Flag = Field(default=False, description="true: även stängda enheter.")


class RoleOut(Out):
    role: str = Field(examples=["enhetschef"])
    label: str = Field(examples=["Enhetschef"])
    unit: str = Field(examples=["ekbacken-eken"])


class PersonOut(Out):
    id: Id
    name: str = Field(examples=["Åsa Lind"])
    title: str | None = Field(examples=["Enhetschef"])
    unit: str | None = Field(description="Koden för enheten där hen arbetar.", examples=["ekbacken-eken"])
    active: bool = Field(examples=[True])
    roles: list[RoleOut]
    links: list[Link]

    @classmethod
    def of(cls, person: Person, actor: Actor) -> PersonOut:
        home = person.home_unit
        held: list[Assignment] = person.held  # type: ignore[attr-defined]
        return cls(
            id=person.pk,
            name=person.name,
            title=person.title or None,
            unit=home.code if home and actor.sees(home.path) else None,
            active=person.is_active,
            roles=[RoleOut(role=one.role.code, label=one.role.label, unit=one.unit.code) for one in held],
            links=[Link(rel="self", href=address(f"/people/{person.pk}"))],
        )


class PersonFilter(Paging):
    q: Line | None = Field(default=None, description="Ord i namn, titel eller användarnamn. Aldrig ett personnummer.")
    role: Code | None = Field(default=None, description="En rolls kod.")
    closed: Flag = Field(default=False, description="true: även stängda konton.")


@router.get("/units", response=Page[UnitOut], summary="Enheter", description="Enheterna hos din huvudman.")
@access(LOGGED_IN)
def list_units(request: ActorRequest, asked: Query[UnitFilter]) -> Page[UnitOut]:
    actor = request.actor
    rows = Unit.objects.seen_by(actor).select_related("parent").order_by("path", "id")
    if not asked.closed:
        rows = rows.filter(valid_to__isnull=True, path__isnull=False)
    if asked.kind is not None:
        rows = rows.filter(kind=asked.kind)
    for word in without_personal_number("q", asked.q or "").split():
        rows = rows.filter(Q(name__icontains=word) | Q(code__icontains=word))
    return page_of(request, rows, asked, lambda found: [UnitOut.of(unit, actor) for unit in found])


@router.get("/units/{code}", response=UnitOut, summary="En enhet", description="Enheten som den är nu.")
@access(LOGGED_IN)
def get_unit(request: ActorRequest, code: Path[Code]) -> UnitOut:
    return UnitOut.of(Unit.objects.seen_by(request.actor).select_related("parent").get(code=code), request.actor)


def _with_roles(rows: Any, actor: Actor, today: date) -> Any:
    """With workplace and the roles of today, at places the actor may know of."""
    current = Assignment.objects.seen_by(actor).filter(in_force(today)).select_related("role", "unit")
    return rows.select_related("home_unit").prefetch_related(Prefetch("assignments", current, to_attr="held"))


@router.get("/people", response=Page[PersonOut], summary="Personer", description="De som arbetar hos din huvudman.")
@access(LOGGED_IN)
def list_people(request: ActorRequest, asked: Query[PersonFilter]) -> Page[PersonOut]:
    actor, today = request.actor, local_date(now())
    words = without_personal_number("q", asked.q or "")
    rows = people_in({"q": words, "roll": asked.role or "", "stangda": "1" * asked.closed}, actor=actor, today=today)
    shown = _with_roles(rows, actor, today)
    return page_of(request, shown, asked, lambda found: [PersonOut.of(one, actor) for one in found])


@router.get("/people/{number}", response=PersonOut, summary="En person", description="Med rollerna i dag.")
@access(LOGGED_IN)
def get_person(request: ActorRequest, number: Path[Id]) -> PersonOut:
    actor, at = request.actor, now()
    person = _with_roles(visible_people(actor, local_date(at)), actor, local_date(at)).get(pk=number)
    if person.protected_identity and actor.person_id != person.pk:
        log_read("read", actor=actor, at=at, about="person", ids=[person.pk])
    return PersonOut.of(person, actor)


class DelegationOut(Out):
    id: Id
    person: int = Field(description="Personens nummer.", examples=[12])
    name: str = Field(examples=["Dag Wiman"])
    mandate: Mandate
    mandate_label: str = Field(examples=["Besluta och anmäla enligt lex Sarah"])
    unit: str = Field(description="Gäller enheten med den här koden och allt under den.", examples=["forvaltningen"])
    reference: str = Field(description="Nämndens beslut.", examples=["Socialnämnden § 12, punkt 4.1"])
    decided_on: Day
    valid_from: Day
    valid_to: Day | None
    links: list[Link]

    @classmethod
    def of(cls, row: Delegation) -> DelegationOut:
        plain = {name: getattr(row, name) for name in ("mandate", "reference", "decided_on", "valid_from", "valid_to")}
        return cls(
            id=row.pk,
            person=row.person_id,
            name=row.person.name,
            mandate_label=str(row.get_mandate_display()),
            unit=row.unit.code,
            links=[
                Link(rel="person", href=address(f"/people/{row.person_id}")),
                Link(rel="unit", href=address(f"/units/{row.unit.code}")),
            ],
            **plain,
        )


class DelegationFilter(Paging):
    q: Line | None = Field(default=None, description="Ord i namn, enhet eller beslut. Aldrig ett personnummer.")
    mandate: Mandate | None = None
    standing: Standing = Field(default=Standing.IN_FORCE, description="De som gäller, som kommer eller är avslutade.")


ON_PAGE = {Standing.IN_FORCE: "", Standing.COMING: "kommer", Standing.ENDED: "avslutade"}  # the words of its address


@router.get(
    "/delegations",
    response=Page[DelegationOut],
    summary="Delegationer",
    description="De som får besluta i nämndens namn enligt lex Sarah och lex Maria, och till när.",
)
@access(LOGGED_IN)
def list_delegations(request: ActorRequest, asked: Query[DelegationFilter]) -> Page[DelegationOut]:
    words = without_personal_number("q", asked.q or "")
    params = {"q": words, "uppgift": asked.mandate or "", "visa": ON_PAGE[asked.standing]}
    rows = delegations_in(params, actor=request.actor, today=local_date(now())).select_related("person", "unit")
    return page_of(request, rows, asked, lambda found: [DelegationOut.of(row) for row in found])
