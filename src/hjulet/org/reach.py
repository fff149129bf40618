"""Turns a person into an Actor: today's roles, a deputy's borrowed roles and approved break-glass, as grants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import CharField, DateField, F, Q, QuerySet, Subquery

from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import local_date
from hjulet.core.prepared import Given, Prepared
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import (
    SEGMENT,
    Assignment,
    BreakGlass,
    Deputy,
    Person,
    Unit,
    UnitQuerySet,
    in_force,
    path_end,
)

DEEPEST = 20  # levels that a unit's path has room for


def _roles() -> QuerySet[Any, Any]:
    """Her own roles and those she stands in for, by duty; with the provider her home unit belongs to."""
    today: Any = Given("today", DateField())
    stands_in = Deputy.objects.filter(in_force(today), deputy=Given("person")).values("absent")
    mine: Any = Q(person=Given("person")) | Q(person__in=stands_in)
    above = [Given(f"above{n}", CharField()) for n in range(DEEPEST)]
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


def actor_for(person: Person, *, at: datetime) -> Actor:
    """The actor as of a moment. A handful of queries, whatever the size of the tree."""
    home = person.home_unit
    above = _above((home.path or "") if home else "")
    rows = ROLES(
        person=person.pk,
        principal=person.principal_id,
        today=local_date(at),
        **{f"above{n}": above[n] if n < len(above) else "" for n in range(DEEPEST)},
    )
    grants = (*_role_grants(rows), *_emergency_grants(person, at))
    return Actor(
        person_id=person.pk,
        name=person.name,
        title=person.title or next((row[2] for row in rows if row[0] == person.pk), ""),
        principal_id=person.principal_id,
        principal_name=person.principal.name,
        unit_id=home.pk if home else None,
        unit_name=home.name if home else "",
        unit_path=(home.path or "") if home else "",
        language=person.language,
        grants=grants,
        bounds=_bounds(person, rows, grants),
    )


def _bounds(person: Person, rows: list[Any], grants: Iterable[Grant]) -> tuple[str, ...] | None:
    """What a provider's person may know of: her provider's part, and the places where she has or lends a role.

    None, the whole organisation, for those who work outside every provider. Where one works is the home unit,
    else where the own roles are; someone with neither knows of nothing.
    """
    if person.home_unit and person.home_unit.path:
        of_home = rows[0][7] if rows else _provider_of(person.home_unit.path).values_list("path", flat=True).first()
        providers = {of_home}
    else:
        places = {row[4] for row in rows if row[0] == person.pk}
        providers = {_provider_of(place).values_list("path", flat=True).first() for place in places}
    if None in providers:
        return None
    return tuple(sorted({*providers, *(row[4] for row in rows), *(grant.path for grant in grants)}))


def _provider_of(path: str) -> UnitQuerySet:
    """The topmost provider that a place belongs to; none for the principal's own."""
    return _topmost_provider(_above(path))


def _topmost_provider(paths: list[Any]) -> UnitQuerySet:
    return Unit.objects.filter(path__in=paths, kind=UnitKind.PROVIDER).order_by("path")[:1]


def _above(path: str) -> list[str]:
    """Paths of the unit at `path` and of all above it."""
    return [path[: end + SEGMENT] for end in range(0, len(path), SEGMENT)]


def _role_grants(rows: list[Any]) -> Iterable[Grant]:
    for _person, role, _label, unit_id, path, duty, tracks, _provider, code, name in rows:
        if duty:
            yield Grant(duty, frozenset(tracks) or ALL_TRACKS, unit_id, path, path_end(path), role, code, name)


def _emergency_grants(person: Person, at: datetime) -> Iterable[Grant]:
    if person.break_glass_until is None or person.break_glass_until <= at:
        return
    open_now = BreakGlass.objects.filter(person=person, approved_at__lte=at, ends_at__gt=at, unit__path__isnull=False)
    for row in open_now.select_related("unit"):
        path = row.unit.path or ""
        yield Grant(Duty.READ, frozenset({row.track}), row.unit_id, path, path_end(path), role="break-glass")


class Holders:
    """Who holds which of some duties for the unit at `path`, asked for once for all of them."""

    def __init__(self, path: str, duties: Iterable[str], *, at: datetime) -> None:
        wanted, today = list(duties), local_date(at)
        above = _above(path)
        assignments: Any = (
            Assignment.objects.filter(in_force(today), unit__path__in=above, person__is_active=True)
            .filter(role__duties__duty__in=wanted)
            .annotate(duty=F("role__duties__duty"), tracks=F("role__duties__tracks"))
            .select_related("person")
            .order_by("-unit__path", "person__name", "id")
        )
        self.rows = [(row.person, row.duty, row.tracks) for row in assignments]
        absent = {person.pk for person, _duty, _tracks in self.rows}
        deputies = Deputy.objects.filter(in_force(today), absent__in=absent, deputy__is_active=True)
        self.deputies = list(deputies.select_related("deputy")) if absent else []

    def of(self, duty: str, track: str | None = None) -> list[Person]:
        """Nearest in the tree first, deputies last. With a track, those who hold the duty for it."""
        found = {
            person.pk: person
            for person, held, tracks in self.rows
            if held == duty and (track is None or not tracks or track in tracks)
        }
        for row in self.deputies:
            if row.absent_id in found and row.deputy is not None:
                found.setdefault(row.deputy.pk, row.deputy)
        return list(found.values())


def holders(duty: str, path: str, *, at: datetime, track: str | None = None) -> list[Person]:
    """People who hold a duty for the unit at `path`, nearest in the tree first, deputies last."""
    return Holders(path, (duty,), at=at).of(duty, track)
