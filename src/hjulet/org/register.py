"""The register of responsibilities: who holds each duty, and where nobody does (SOSFS 2011:9 3 kap.)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from hjulet.core.actor import ALL_TRACKS, Actor
from hjulet.org.models import (
    Assignment,
    Deputy,
    Person,
    ReceivingRule,
    Responsibility,
    RoleDuty,
    Unit,
    in_force,
    path_end,
)
from hjulet.org.tree import chain


class Gap(StrEnum):
    VACANT = "vacant"
    INACTIVE = "inactive"
    ABSENT = "absent"


@dataclass(frozen=True)
class Holder:
    person: Person
    deputies: tuple[Person, ...] = ()
    absent: bool = False

    @property
    def there(self) -> bool:
        """Whether the person, or an active one in her place, answers today."""
        return self.person.is_active and (not self.absent or bool(self.deputies))


@dataclass(frozen=True)
class Place:
    """One unit at the level of a responsibility, and those who hold it there."""

    unit: Unit
    holders: tuple[Holder, ...]
    gap: Gap | None

    @property
    def elsewhere(self) -> bool:
        """Whether those who hold it are outside the part of the organisation that the reader may know of."""
        return not self.holders and self.gap is None


@dataclass(frozen=True)
class Line:
    """A responsibility with its places, gaps first."""

    row: Responsibility
    places: tuple[Place, ...]

    @cached_property
    def gaps(self) -> list[Place]:
        return [place for place in self.places if place.gap]

    @cached_property
    def people(self) -> list[Person]:
        found = {holder.person.pk: holder.person for place in self.places for holder in place.holders}
        return sorted(found.values(), key=lambda person: person.name)

    @property
    def elsewhere(self) -> bool:
        return any(place.elsewhere for place in self.places)

    @property
    def has_gap(self) -> bool:
        return bool(self.gaps) or not self.places


@dataclass
class _Held:
    """Today's holders of one role: by the path of the unit where they hold it."""

    by_path: dict[str, list[Holder]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def paths(self) -> list[str]:
        return sorted(self.by_path)

    def at(self, path: str) -> tuple[Holder, ...]:
        """The nearest at or above the place; when there is none, those below it."""
        for above in reversed(chain(path)):
            if above in self.by_path:
                return tuple(self.by_path[above])
        below = self.paths[bisect_left(self.paths, path) : bisect_left(self.paths, path_end(path))]
        return tuple(holder for each in below for holder in self.by_path[each])


def register(principal_id: int, on: date, *, duty: str = "") -> list[Line]:
    """Every responsibility of a principal, those with gaps first. Five queries, however large the tree."""
    rows = Responsibility.objects.filter(principal_id=principal_id).select_related("role")
    chosen = list(rows.filter(duty=duty) if duty else rows)
    held = _held(principal_id, on, {row.role_id for row in chosen})
    levels = _levels(principal_id, on)
    known: dict[tuple[int, str], tuple[Place, ...]] = {}
    lines = []
    for row in chosen:
        key = (row.role_id, row.level)
        if key not in known:
            known[key] = _places(levels.get(row.level, []), held.get(row.role_id, _Held()))
        lines.append(Line(row, known[key]))
    return sorted(lines, key=lambda line: not line.has_gap)


def register_for(actor: Actor, on: date, *, duty: str = "") -> list[Line]:
    """The register as the actor may read it: places and people she may know of, gaps as they truly are."""
    lines, known = register(actor.principal_id, on, duty=duty), known_people(actor, on)
    if known is None:
        return lines
    seen = [(line.row, [_seen(place, known) for place in line.places if actor.sees(place.unit.path)]) for line in lines]
    return [Line(row, tuple(places)) for row, places in seen if places]


def known_people(actor: Actor, on: date) -> frozenset[int] | None:
    """The people a reader may know of, None when that is everyone."""
    if actor.bounds is None:
        return None
    return frozenset(Person.objects.seen_by(actor, on).values_list("pk", flat=True))


def _seen(place: Place, known: frozenset[int]) -> Place:
    return replace(place, holders=tuple(known_holder(h, known) for h in place.holders if h.person.pk in known))


def known_holder(holder: Holder, known: frozenset[int] | None) -> Holder:
    """Without the deputies that the reader may not know of; then nothing is said of the absence either."""
    if known is None:
        return holder
    there = tuple(deputy for deputy in holder.deputies if deputy.pk in known)
    return replace(holder, deputies=there, absent=holder.absent and (bool(there) or not holder.deputies))


def _places(units: Iterable[Unit], held: _Held) -> tuple[Place, ...]:
    there = [(unit, held.at(unit.path or "")) for unit in units]
    places = [Place(unit, holders, _gap(holders)) for unit, holders in there]
    return tuple(sorted(places, key=lambda place: place.gap is None))


def _gap(holders: Iterable[Holder]) -> Gap | None:
    found = list(holders)
    if not found:
        return Gap.VACANT
    if any(holder.there for holder in found):
        return None
    return Gap.ABSENT if any(holder.person.is_active for holder in found) else Gap.INACTIVE


def _levels(principal_id: int, on: date) -> dict[str, list[Unit]]:
    levels: dict[str, list[Unit]] = defaultdict(list)
    for unit in Unit.objects.of(principal_id).alive(on).filter(path__isnull=False).order_by("name", "pk"):
        levels[unit.kind].append(unit)
    return levels


def _held(principal_id: int, on: date, roles: set[int]) -> dict[int, _Held]:
    rows = Assignment.objects.filter(
        in_force(on), role__in=roles, unit__principal_id=principal_id, unit__path__isnull=False
    ).select_related("person", "unit")
    standing_in = deputies_on(principal_id, on)
    held: dict[int, _Held] = defaultdict(_Held)
    for row in rows.order_by("person__name", "id"):
        holder = holder_of(row.person, standing_in)
        held[row.role_id].by_path[row.unit.path or ""].append(holder)
    return held


def deputies_on(principal_id: int, on: date) -> dict[int, list[Person | None]]:
    """Who is away on a day, and who then stands in; None where nobody does."""
    away: dict[int, list[Person | None]] = defaultdict(list)
    rows = Deputy.objects.filter(in_force(on), absent__principal_id=principal_id).select_related("deputy")
    for row in rows:
        away[row.absent_id].append(row.deputy)
    return away


def holder_of(person: Person, away: dict[int, list[Person | None]]) -> Holder:
    """A person with those who stand in. A deputy who is away too, or has no open account, does not count."""
    there = [p for p in away.get(person.pk, []) if p is not None and p.is_active and p.pk not in away]
    return Holder(person, tuple(there), absent=person.pk in away)


def gaps_by_unit(lines: Iterable[Line]) -> dict[int, list[tuple[Line, Place]]]:
    """The gaps turned round: what is unheld at each unit."""
    found: dict[int, list[tuple[Line, Place]]] = defaultdict(list)
    for line in lines:
        for place in line.gaps:
            found[place.unit.pk].append((line, place))
    return found


def without_receiver(rules: Iterable[ReceivingRule], on: date) -> dict[int, list[Unit]]:
    """Per rule the living units that have its track and where nobody active holds the receiving duty."""
    chosen = list(rules)
    principals = {rule.principal_id for rule in chosen}
    carried = list(
        RoleDuty.objects.filter(duty__in={rule.duty for rule in chosen}, role__principal__in=principals).values_list(
            "role_id", "duty", "tracks"
        )
    )
    held: dict[int, set[str]] = defaultdict(set)
    rows = Assignment.objects.filter(
        in_force(on), role__in={role for role, _duty, _tracks in carried}, person__is_active=True
    )
    for role, path in rows.values_list("role_id", "unit__path"):
        held[role].add(path or "")
    units = Unit.objects.filter(principal__in=principals, path__isnull=False).alive(on).order_by("name", "pk")
    alive = [(unit, chain(unit.path or "")) for unit in units]
    empty = {}
    for rule in chosen:
        roles = {role for role, duty, tracks in carried if duty == rule.duty and _carries(tracks, rule.track)}
        paths = set().union(*(held[role] for role in roles))
        empty[rule.pk] = [unit for unit, above in alive if _concerns(rule, unit) and paths.isdisjoint(above)]
    return empty


def _carries(tracks: list[str], track: str) -> bool:
    return track not in ALL_TRACKS or not tracks or track in tracks


def _concerns(rule: ReceivingRule, unit: Unit) -> bool:
    return unit.principal_id == rule.principal_id and (rule.track not in ALL_TRACKS or rule.track in unit.tracks)
