"""A small municipality of its own for numbers: two areas, four units, cases made row by row."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.cases.choices import State
from hjulet.cases.clocks import answer_due
from hjulet.cases.models import Case, Category
from hjulet.cases.registry import facts_of, follow
from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import local_date
from hjulet.core.now import STOCKHOLM
from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Person, Principal, Role, RoleDuty, Unit, UnitVersion, path_end

ON = date(2026, 11, 12)


@dataclass
class Town:
    principal: Principal
    units: dict[str, Unit]
    categories: dict[str, Category]
    reporter: Person
    made: list[Case] = field(default_factory=list)

    def actor(self, *duties: tuple[str, str] | tuple[str, str, set[str]]) -> Actor:
        """Duties as (duty, unit code[, tracks])."""
        grants = []
        for duty, code, *tracks in duties:
            unit = self.units[code]
            path = unit.path or ""
            grants.append(Grant(duty, frozenset(tracks[0]) if tracks else ALL_TRACKS, unit.pk, path, path_end(path)))
        return Actor(self.reporter.pk, "Mona", "kvalitetsutvecklare", self.principal.pk, grants=tuple(grants))

    def exact(self, code: str = "town") -> Actor:
        return self.actor((Duty.STATISTICS, code), (Duty.READ, code), (Duty.RECEIVE, code))

    def board(self, code: str = "town") -> Actor:
        return self.actor((Duty.MASKED_STATISTICS, code))

    def at(self, day: date) -> datetime:
        """Noon."""
        return datetime(day.year, day.month, day.day, 12, tzinfo=STOCKHOLM)

    def case(self, unit: str = "a1", day: date = date(2026, 3, 10), **changes: Any) -> Case:
        at = changes.pop("reported_at", datetime(day.year, day.month, day.day, 12, tzinfo=STOCKHOLM))
        day = local_date(at)
        category = self.categories[changes.pop("category", "t_fall")]
        given = {
            "principal": self.principal,
            "unit": self.units[unit],
            "ref_year": at.year,
            "submission_key": uuid.uuid4(),
            "title": "Fall",
            "description": "Hon ramlade.",
            "reported_at": at,
            "track": category.track,
            "track_set_at": at,
            "category": category,
            "state": State.ASSESSED,
            "severity": 2,
            "reporter": self.reporter,
            "feedback_due_on": answer_due(self.principal.pk, day),
        }
        if given | changes and changes.get("state") == State.CLOSED:
            given["closed_at"] = at + timedelta(days=20)
        case = Case.objects.create(**(given | changes))
        follow(None, facts_of(case))
        self.made.append(case)
        return case

    def cases(self, count: int, *args: Any, **changes: Any) -> None:
        for _n in range(count):
            self.case(*args, **changes)

    def change(self, case: Case, **changes: Any) -> None:
        before = facts_of(case)
        for name, value in changes.items():
            setattr(case, name, value)
        case.count_at_its_place()
        case.save()
        follow(before, facts_of(case))


KINDS = {"town": "principal", "a": "department", "b": "department"}


def make_unit(principal: Principal, code: str, parent: Unit | None) -> Unit:
    unit = Unit.objects.create(
        principal=principal,
        parent=parent,
        code=code,
        name=code.upper(),
        kind=KINDS.get(code, "unit"),
        valid_from=date(2020, 1, 1),
    )
    unit.path = f"{parent.path if parent else ''}{unit.pk:06d}"
    unit.save()
    UnitVersion.objects.create(unit=unit, parent=parent, name=unit.name, path=unit.path, valid_from=date(2020, 1, 1))
    return unit


def move(unit: Unit, parent: Unit, day: date) -> None:
    unit.versions.update(valid_to=day - timedelta(days=1))
    unit.parent, unit.path = parent, f"{parent.path}{unit.pk:06d}"
    unit.save()
    UnitVersion.objects.create(unit=unit, parent=parent, name=unit.name, path=unit.path, valid_from=day)


def build_town() -> Town:
    principal = Principal.objects.create(code="statistikstad", name="Statistikstad")
    units: dict[str, Unit] = {}
    for code, above in (
        ("town", ""),
        ("a", "town"),
        ("b", "town"),
        ("a1", "a"),
        ("a2", "a"),
        ("b1", "b"),
        ("b2", "b"),
    ):
        units[code] = make_unit(principal, code, units.get(above))
    categories = {
        code: Category.objects.create(
            code=code, track=track, label=label, principal=principal, valid_from=date(2011, 1, 1)
        )
        for code, track, label in (
            ("t_fall", "hsl", "Fall"),
            ("t_medicine", "hsl", "Läkemedel"),
            ("t_missed", "sol", "Utebliven insats"),
        )
    }
    categories["t_fall_injury"] = Category.objects.create(
        code="t_fall_injury",
        track="hsl",
        label="Fall med skada",
        parent=categories["t_fall"],
        principal=principal,
        valid_from=date(2011, 1, 1),
    )
    reporter = Person.objects.create(login="statistik-juno", name="Juno", principal=principal)
    return Town(principal, units, categories, reporter)


@pytest.fixture
def town(db: None) -> Town:
    return build_town()


@pytest.fixture
def moved() -> Callable[[Unit, Unit, date], None]:
    return move


Enter = Callable[..., Client]


@pytest.fixture
def enter(town: Town) -> Enter:
    """A client logged in as someone with these duties at a unit of the town."""

    def log_in(*duties: str, unit: str = "town") -> Client:
        person = Person.objects.create(login=f"st-{len(Person.objects.all())}", name="Mona", principal=town.principal)
        role = Role.objects.create(principal=town.principal, code=person.login, label="Utvecklare")
        for duty in duties:
            RoleDuty.objects.create(role=role, duty=duty)
        Assignment.objects.create(person=person, role=role, unit=town.units[unit], valid_from=date(2020, 1, 1))
        client = Client()
        client.force_login(person)
        session = client.session
        session["seen"] = session["authenticated_at"] = "2026-11-12T09:00:00+01:00"
        session.save()
        return client

    return log_in
