"""What the lists of the organisation hold for the one who asks, by the words of their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q

from hjulet.core.actor import Actor
from hjulet.org.choices import Duty, Mandate, Standing
from hjulet.org.models import Assignment, Delegation, Person, in_force
from hjulet.org.register import Line, gaps_by_unit, register_for
from hjulet.org.tree import Node, tree_of

Params = Mapping[str, str]
MOST = 120  # characters of a search
STANDINGS = {"": Standing.IN_FORCE, "kommer": Standing.COMING, "avslutade": Standing.ENDED}
ORDERS = {
    "": ("person__name", "mandate", "unit__path", "id"),
    "uppgift": ("mandate", "person__name", "unit__path", "id"),
    "enhet": ("unit__path", "mandate", "person__name", "id"),
    "sista-dag": ("valid_to", "person__name", "id"),
}


def visible_people(actor: Actor, today: date) -> Any:
    """Colleagues. A protected identity is listed only for herself and those who manage people."""
    rows = Person.objects.seen_by(actor, today)
    if actor.holds(Duty.MANAGE_ORGANISATION):
        return rows
    return rows.filter(Q(protected_identity=False) | Q(pk=actor.person_id))


def people_in(params: Params, *, actor: Actor, today: date) -> Any:
    """`q` searches names, titles and logins, `roll` is a role's code, `stangda=1` adds closed accounts."""
    rows = visible_people(actor, today)
    if params.get("stangda") != "1":
        rows = rows.filter(is_active=True)
    for word in params.get("q", "").strip()[:MOST].split():
        rows = rows.filter(Q(name__icontains=word) | Q(title__icontains=word) | Q(login__icontains=word))
    if role := params.get("roll", ""):
        held = Assignment.objects.seen_by(actor).filter(in_force(today), role__code=role)
        rows = rows.filter(pk__in=held.values("person_id"))
    return rows.order_by("name", "pk")


@dataclass(frozen=True)
class Units:
    """A tree and what was asked for in it. `gaps` counts, by unit, the duties that nobody holds there today."""

    roots: list[Node]
    found: list[Node]
    gaps: dict[int, int]
    query: str
    day: date | None
    only_gaps: bool


def units_in(params: Params, *, actor: Actor, today: date) -> Units:
    """`q` searches names and codes, `dag` shows the tree of a day, `glapp=1` only units with a gap."""
    query, day = params.get("q", "").strip()[:MOST], day_of(params.get("dag"))
    roots = tree_of(actor, day)
    gaps = {} if day else {pk: len(found) for pk, found in gaps_by_unit(register_for(actor, today)).items()}
    only_gaps = params.get("glapp") == "1" and not day
    found = [
        node
        for root in roots
        for node in root.walk()
        if _matches(node, query) and (not only_gaps or node.unit_id in gaps)
    ]
    return Units(roots, found, gaps, query, day, only_gaps)


def day_of(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _matches(node: Node, query: str) -> bool:
    text = f"{node.name} {node.code}".casefold()
    return all(word in text for word in query.casefold().split())


def lines_in(params: Params, *, actor: Actor, today: date) -> list[Line]:
    """The register of responsibilities, gaps first; `glapp=1` only duties that are unheld somewhere."""
    lines = register_for(actor, today)
    return [line for line in lines if line.has_gap] if params.get("glapp") == "1" else lines


def visible_delegations(actor: Actor, today: date) -> Any:
    """Delegations at places the actor may know of, of people she may know of."""
    rows = Delegation.objects.seen_by(actor)
    return rows.filter(person__in=visible_people(actor, today).order_by())


def delegations_in(params: Params, *, actor: Actor, today: date) -> Any:
    """`visa` is `kommer` or `avslutade`, else those in force; `uppgift` is a mandate; `q` searches people, places and
    decisions; `ordning` is one of ORDERS, where rows without a last day come last.
    """
    standing = STANDINGS.get(params.get("visa", ""), Standing.IN_FORCE)
    rows = visible_delegations(actor, today).standing(standing, today).with_renewed()
    if params.get("uppgift") in Mandate.values:
        rows = rows.filter(mandate=params["uppgift"])
    for word in params.get("q", "").strip()[:MOST].split():
        rows = rows.filter(
            Q(person__name__icontains=word) | Q(unit__name__icontains=word) | Q(reference__icontains=word)
        )
    order = ORDERS.get(params.get("ordning", ""), ORDERS[""])
    return rows.order_by(*(F(name).asc(nulls_last=True) if name == "valid_to" else name for name in order))


def without_delegate(principal_id: int, on: date, *, but: int | None = None) -> list[Mandate]:
    """Mandates that nobody with an open account holds anywhere on a day; then only the board itself can decide.

    `but` is a delegation to count as if it were not there.
    """
    rows = Delegation.objects.filter(in_force(on), unit__principal_id=principal_id, person__is_active=True)
    others = rows if but is None else rows.exclude(pk=but)
    held = set(others.order_by().values_list("mandate", flat=True).distinct())
    return [mandate for mandate in Mandate if mandate.value not in held]
