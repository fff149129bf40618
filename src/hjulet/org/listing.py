"""What the lists of the organisation hold for the one who asks, by the words of their addresses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from hjulet.core.actor import Actor
from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Person, in_force
from hjulet.org.register import Line, gaps_by_unit, register_for
from hjulet.org.tree import Node, tree_of

Params = Mapping[str, str]
MOST = 120  # characters of a search


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
