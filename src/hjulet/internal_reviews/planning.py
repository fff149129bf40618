"""A principal's rules, units and earlier visits, as the planner takes them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.db.models import F, Max

from hjulet.internal_reviews.choices import FunctionKind
from hjulet.internal_reviews.models import Rules, Visit
from hjulet.internal_reviews.planner import Collision, Constraints, Place, Plan, month_number, plan
from hjulet.org.choices import DEPARTMENTS, UnitKind
from hjulet.org.models import SEGMENT, Unit, in_force

READY = Constraints(visits={FunctionKind.FUNCTION.value: 3, FunctionKind.AUTHORITY.value: 2})


@dataclass(frozen=True)
class Standing:
    """The rules that hold on a day. `authority` are codes of functions that decide about people's rights."""

    constraints: Constraints
    authority: frozenset[str]
    source: str
    since: date | None


def as_content(constraints: Constraints, authority: Any) -> dict[str, Any]:
    told = asdict(constraints)
    return {**told, "closed": sorted(constraints.closed), "authority": sorted(authority)}


def constraints_of(content: Mapping[str, Any]) -> Constraints:
    told = {name: value for name, value in content.items() if name != "authority"}
    return Constraints(**{**told, "closed": frozenset(told["closed"])})


def standing(principal_id: int, on: date) -> Standing:
    found = Rules.objects.filter(principal_id=principal_id, valid_from__lte=on).first()
    if found is None:
        return Standing(READY, frozenset(), "", None)
    authority = frozenset(found.content.get("authority", ()))
    return Standing(constraints_of(found.content), authority, found.source, found.valid_from)


def functions_of(principal_id: int, on: date) -> list[Unit]:
    """Departments, in the order of the tree."""
    alive = Unit.objects.of(principal_id).filter(in_force(on), path__isnull=False)
    return list(alive.filter(kind=UnitKind.DEPARTMENT).order_by("path"))


def places_of(principal_id: int, year: int, authority: frozenset[str], on: date) -> list[Place]:
    """Units that can be visited in a year: those that do the work, and providers that have no units of their own."""
    rows = Unit.objects.of(principal_id).filter(in_force(on), path__isnull=False).order_by("path")
    units = {unit.path or "": unit for unit in rows.only("pk", "code", "name", "kind", "path")}
    visits = Visit.objects.filter(principal_id=principal_id, year__lt=year).order_by()
    last = dict(visits.values_list("unit").annotate(last=Max(F("year") * 12 + F("month") - 1)))
    owners = {path[:-SEGMENT] for path, unit in units.items() if unit.kind == UnitKind.UNIT}
    found = []
    for path, unit in units.items():
        if unit.kind == UnitKind.UNIT or (unit.kind == UnitKind.PROVIDER and path not in owners):
            line = [units[path[:end]] for end in range(len(path), 0, -SEGMENT) if path[:end] in units]
            found.append(_place(unit, line, last.get(unit.pk), authority))
    return found


def _place(unit: Unit, line: list[Unit], last: int | None, authority: frozenset[str]) -> Place:
    """`line` is the unit and all above it, nearest first."""
    function = next((one for one in line if one.kind in DEPARTMENTS), line[-1])
    kind = FunctionKind.AUTHORITY if function.code in authority else FunctionKind.FUNCTION
    provider = any(one.kind == UnitKind.PROVIDER for one in line)
    return Place(unit.pk, function.name, kind.value, provider, last)


def seed_of(year: int, text: str = "") -> int:
    """A seed that was asked for, else the year's own: the same question gives the same plan."""
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else year


def proposal(
    principal_id: int, year: int, on: date, seed: int, constraints: Constraints | None = None
) -> Plan | Collision:
    """What the rules give for a year; `constraints` instead of those that hold."""
    now = standing(principal_id, on)
    places = places_of(principal_id, year, now.authority, on)
    there = Visit.objects.filter(principal_id=principal_id, year__gte=year).order_by("id")
    taken = [month_number(visit.year, visit.month) for visit in there.only("year", "month")]
    return plan(year, places, constraints or now.constraints, seed, taken=taken)
