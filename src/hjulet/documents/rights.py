"""Who may write, adopt and review a document. Adoption follows `AdoptionRule`, data and not code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.db.models import OuterRef, Subquery

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.documents.models import AdoptionRule, Document, Version, above
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import Assignment, Person, Role, Unit, in_force


def may_write(document: Document, actor: Actor) -> bool:
    """Its owner, and those who write documents where it holds."""
    if document.principal_id != actor.principal_id:
        return False
    return document.owner_id == actor.person_id or actor.holds_at(Duty.WRITE_DOCUMENTS, document.unit.path or "")


def units_to_write_at(actor: Actor) -> list[Unit]:
    """Units whose documents the actor may write, in the order of the tree."""
    grants = actor.reach(Duty.WRITE_DOCUMENTS)
    units = Unit.objects.seen_by(actor).filter(valid_to__isnull=True, path__isnull=False)
    return list(units.within(grants).order_by("path"))


@dataclass(frozen=True)
class Adopter:
    """One way to adopt: the role in whose name, and whether it is a board, whose decision is entered."""

    role: str
    label: str
    body: bool


def ways_to_adopt(document: Document) -> list[Adopter]:
    """By which roles documents of this type are adopted at this level; empty when nobody may."""
    rules = AdoptionRule.objects.open_to(document.principal_id)
    called = Role.objects.filter(principal_id=document.principal_id, code=OuterRef("role")).order_by().values("label")
    rows = rules.filter(type_id=document.type_id, level=document.unit.kind).order_by("id")
    told = list(rows.annotate(called=Subquery(called)).values_list("role", "body", "called"))
    found = {role: body for role, body, _called in told}
    labels = {role: str(label) for role, _body, label in told if label is not None}
    if True in found.values():
        labels |= dict.fromkeys((code for code, body in found.items() if body), _board_of(document))
    return [Adopter(code, labels[code], body) for code, body in found.items() if code in labels]


def _board_of(document: Document) -> str:
    """What the board is called that the document's unit stands under, else its principal."""
    boards = Unit.objects.filter(path__in=above(document.unit.path or ""), kind=UnitKind.COMMITTEE).order_by("-path")
    return boards.values_list("name", flat=True).first() or document.principal.name


def adopts_as(document: Document, actor: Actor) -> Adopter | None:
    """In whose name the actor may adopt it now: her own role first, else the board whose decision she enters."""
    ways = ways_to_adopt(document)
    path = document.unit.path or ""
    held = {grant.role for grant in actor.grants if grant.covers(path)}
    own = next((way for way in ways if not way.body and way.role in held), None)
    if own is None and may_write(document, actor):
        return next((way for way in ways if way.body), None)
    return own


def those_who_adopt(document: Document, at: datetime) -> list[Person]:
    """People with a role that adopts it herself, at its unit or above, nearest first."""
    roles = [way.role for way in ways_to_adopt(document) if not way.body]
    path = document.unit.path or ""
    rows = Assignment.objects.filter(
        in_force(local_date(at)), role__code__in=roles, person__is_active=True, unit__principal_id=document.principal_id
    ).select_related("person", "unit")
    near = [row for row in rows if path.startswith(row.unit.path or "-")]
    near.sort(key=lambda row: (-len(row.unit.path or ""), row.person.name))
    return list({row.person_id: row.person for row in near}.values())


def may_review(version: Version, actor: Actor) -> bool:
    """Asked, and not answered yet."""
    return version.unfinished and version.reviews.filter(person_id=actor.person_id, answered_at=None).exists()


class Owned(Protocol):
    """What someone may own, and that holds at a unit."""

    @property
    def owner(self) -> Person | None: ...
    @property
    def unit(self) -> Unit: ...


def those_who_answer(document: Owned, at: datetime) -> list[Person]:
    """Its owner; without one, those who write documents at its unit, else at the nearest unit above."""
    if document.owner is not None and document.owner.is_active:
        return [document.owner]
    path = document.unit.path or ""
    rows = Assignment.objects.filter(
        in_force(local_date(at)),
        role__duties__duty=Duty.WRITE_DOCUMENTS,
        person__is_active=True,
        unit__path__in=above(path),
        unit__principal_id=document.unit.principal_id,
    ).select_related("person", "unit")
    by_path: dict[str, list[Person]] = {}
    for row in rows.order_by("person__name", "id"):
        by_path.setdefault(row.unit.path or "", []).append(row.person)
    nearest = max(by_path, key=len, default="")
    return list({person.pk: person for person in by_path.get(nearest, [])}.values())


def owns_any(actor: Actor) -> bool:
    return Document.objects.filter(owner_id=actor.person_id, principal_id=actor.principal_id).exists()


def writes_any(actor: Actor) -> bool:
    """Whether there may be documents that the actor answers for. Asks the database only of those without the duty."""
    return actor.holds(Duty.WRITE_DOCUMENTS) or owns_any(actor)
