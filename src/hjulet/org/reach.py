"""Turns a person into an Actor: today's roles, a deputy's borrowed roles and approved break-glass, as grants."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from sys import intern
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Subquery

from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import local_date
from hjulet.core.kept import Kept
from hjulet.core.prepared import Given, Prepared, several, spread
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import (
    SEGMENT,
    Assignment,
    BreakGlass,
    Deputy,
    Person,
    Unit,
    UnitQuerySet,
    in_bounds,
    in_force,
    parts_of,
    path_end,
)

DEEPEST = 20  # levels that a unit's path has room for


def _roles() -> QuerySet[Any, Any]:
    """Her own roles and those she stands in for, by duty; with the provider her home unit belongs to."""
    today: Any = Given("today", DateField())
    stands_in = Deputy.objects.filter(in_force(today), deputy=Given("person")).values("absent")
    mine: Any = Q(person=Given("person")) | Q(person__in=stands_in)
    above = several("above", DEEPEST, CharField())
    return (
        Assignment.objects.filter(mine, in_force(today))
        .filter(unit__path__isnull=False, unit__principal_id=Given("principal"))
        .values_list(
            "person_id",
            "role__code",
            "role__label",
            "unit_id",
            "unit__path",
            "role__duties__duty",
            "role__duties__tracks",
            Subquery(_topmost_provider(above).values("path")),
            "unit__code",
            "unit__name",
        )
        .order_by("id")
    )


ROLES = Prepared(_roles)


@dataclass(frozen=True)
class Reach:
    """What roles give a person on a day: grants, the title of her own first role, and what she may know of."""

    grants: tuple[Grant, ...]
    title: str
    bounds: tuple[str, ...] | None


def _reach(person_id: int, principal_id: int, home: str, today: date) -> Reach:
    rows = ROLES(person=person_id, principal=principal_id, today=today, **spread("above", _above(home), DEEPEST))
    title = next((row[2] for row in rows if row[0] == person_id), "")
    return Reach(tuple(_role_grants(rows)), title, _bounds(person_id, home, rows))


REACH = Kept(_reach)


def actor_for(person: Person, *, at: datetime) -> Actor:
    """The actor as of a moment. A handful of queries, whatever the size of the tree."""
    home = person.home_unit
    path = (home.path or "") if home else ""
    reach = REACH(person.pk, person.principal_id, path, local_date(at))
    emergency = tuple(_emergency_grants(person, at))
    return Actor(
        person_id=person.pk,
        name=person.name,
        title=person.title or reach.title,
        principal_id=person.principal_id,
        principal_name=person.principal.name,
        unit_id=home.pk if home else None,
        unit_name=home.name if home else "",
        unit_path=path,
        language=person.language,
        grants=(*reach.grants, *emergency),
        bounds=None if reach.bounds is None else tuple(sorted({*reach.bounds, *(grant.path for grant in emergency)})),
    )


def _bounds(person_id: int, home: str, rows: list[Any]) -> tuple[str, ...] | None:
    """What a provider's person may know of: her provider's part, and the places where she has or lends a role.

    None, the whole organisation, for those who work outside every provider. Where one works is the home unit,
    else where the own roles are; someone with neither knows of nothing.
    """
    if home:
        providers = {rows[0][7] if rows else _provider_of(home).values_list("path", flat=True).first()}
    else:
        places = {row[4] for row in rows if row[0] == person_id}
        providers = {_provider_of(place).values_list("path", flat=True).first() for place in places}
    if None in providers:
        return None
    return tuple(sorted({*providers, *(row[4] for row in rows)}))


def _provider_of(path: str) -> UnitQuerySet:
    """The topmost provider that a place belongs to; none for the principal's own."""
    return _topmost_provider(_above(path))


def _topmost_provider(paths: list[Any]) -> UnitQuerySet:
    return Unit.objects.filter(path__in=paths, kind=UnitKind.PROVIDER).order_by("path")[:1]


def _above(path: str) -> list[str]:
    """Paths of the unit at `path` and of all above it."""
    return [path[: end + SEGMENT] for end in range(0, len(path), SEGMENT)] or [""]


def _role_grants(rows: list[Any]) -> Iterable[Grant]:
    """Words and places that come again are the same objects, since the grants of many people are remembered."""
    places: dict[int, tuple[str, str, str, str]] = {}
    for _person, role, _label, unit_id, path, duty, tracks, _provider, code, name in rows:
        if duty:
            path, end, code, name = places.setdefault(unit_id, (path, path_end(path), code, name))
            yield Grant(intern(duty), _tracks(tuple(tracks)), unit_id, path, end, intern(role), code, name)


@lru_cache(maxsize=100)
def _tracks(tracks: tuple[str, ...]) -> frozenset[str]:
    return frozenset(tracks) or ALL_TRACKS


def _emergency_grants(person: Person, at: datetime) -> Iterable[Grant]:
    if person.break_glass_until is None or person.break_glass_until <= at:
        return
    open_now = BreakGlass.objects.filter(person=person, approved_at__lte=at, ends_at__gt=at, unit__path__isnull=False)
    for row in open_now.select_related("unit"):
        path = row.unit.path or ""
        yield Grant(Duty.READ, frozenset({row.track}), row.unit_id, path, path_end(path), role="break-glass")


@dataclass(frozen=True)
class Holding:
    """Everyone in a principal who holds a duty on a day: at each place, by name, with the tracks it is held for (none:
    all), and who stands in for whom.
    """

    at: dict[str, list[tuple[Person, list[str]]]]
    deputies: list[tuple[int, Person]]


def _holding(root: str, duty: str, today: date) -> Holding:
    mine = Assignment.objects.filter(
        in_force(today),
        unit__path__gte=root,
        unit__path__lt=path_end(root),
        person__is_active=True,
        role__duties__duty=duty,
    )
    told = mine.annotate(path=F("unit__path"), tracks=F("role__duties__tracks")).select_related("person")
    found: dict[str, list[tuple[Person, list[str]]]] = {}
    for row in told.order_by("person__name", "id"):
        found.setdefault(row.path, []).append((row.person, row.tracks))
    absent = mine.order_by().values("person")
    rows = Deputy.objects.filter(in_force(today), absent__in=absent, deputy__is_active=True).select_related("deputy")
    return Holding(found, [(row.absent_id, row.deputy) for row in rows if row.deputy])


HOLDING = Kept(_holding, most=100)


class Holders:
    """Who holds which duties for the unit at `path`."""

    def __init__(self, path: str, *, at: datetime) -> None:
        self.path, self.today = path, local_date(at)

    def of(self, duty: str, track: str | None = None) -> list[Person]:
        """Nearest in the tree first, deputies last. With a track, those who hold the duty for it."""
        if not self.path:
            return []
        holding = HOLDING(self.path[:SEGMENT], duty, self.today)
        found = {
            person.pk: person
            for place in reversed(_above(self.path))
            for person, tracks in holding.at.get(place, ())
            if track is None or not tracks or track in tracks
        }
        for absent, deputy in holding.deputies:
            if absent in found:
                found.setdefault(deputy.pk, deputy)
        return list(found.values())


def holders_by_place(
    duties: Iterable[str], path: str, *, at: datetime, track: str | None = None
) -> list[tuple[Unit, list[Person]]]:
    """Who holds any of the duties at each place from the unit at `path` and upwards, nearest first, deputies last."""
    today = local_date(at)
    rows = Assignment.objects.filter(
        in_force(today), unit__path__in=_above(path), person__is_active=True, role__duties__duty__in=list(duties)
    ).annotate(tracks=F("role__duties__tracks"))
    found: dict[Unit, dict[int, Person]] = {}
    for row in rows.select_related("person", "unit").order_by("-unit__path", "person__name", "id"):
        if track is None or not row.tracks or track in row.tracks:
            found.setdefault(row.unit, {})[row.person_id] = row.person
    absent = {person for people in found.values() for person in people}
    for deputy in Deputy.objects.filter(in_force(today), absent__in=absent, deputy__is_active=True).select_related(
        "deputy"
    ):
        for people in found.values():
            if deputy.absent_id in people and deputy.deputy is not None:
                people.setdefault(deputy.deputy.pk, deputy.deputy)
    return [(unit, list(people.values())) for unit, people in found.items()]


def holders(duty: str, path: str, *, at: datetime, track: str | None = None) -> list[Person]:
    """People who hold a duty for the unit at `path`, nearest in the tree first, deputies last."""
    return Holders(path, at=at).of(duty, track)


def _places(principal_id: int, bounds: tuple[str, ...] | None, parts: tuple[tuple[str, str], ...]) -> Any:
    inside = Q(pk__in=[])
    for start, stop in parts:
        inside |= Q(path__gte=start, path__lt=stop)
    units = Unit.objects.filter(inside, in_bounds(bounds, "path"), principal_id=principal_id)
    return tuple(units.order_by("name", "id").values_list("code", "name"))


PLACES = Kept(_places)


def places_of(actor: Actor, *duties: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every unit where the actor holds any of the duties, by name: to choose among."""
    parts = parts_of((grant.path, grant.path_end) for grant in actor.reach(*duties))
    return PLACES(actor.principal_id, actor.bounds, tuple(parts))


UNITS = Kept(lambda principal_id: {unit.pk: unit for unit in Unit.objects.of(principal_id)}, most=20)
