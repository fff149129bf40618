"""A principal of its own with a log reviewer, an approver, a data protection officer; and an empty log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import connection
from tests.conftest import AT, as_owner

from hjulet.audit import guards
from hjulet.audit.models import Seal
from hjulet.core.actor import Actor
from hjulet.core.models import Event, EventValue
from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Person, Principal, Role, RoleDuty, Unit
from hjulet.org.reach import actor_for


@contextmanager
def owner_of_the_database() -> Iterator[None]:
    """What someone can do who may take the triggers away, and puts them back so that nothing shows."""
    with as_owner():
        connection.check_constraints()
        guards.remove(connection)
        yield
        connection.check_constraints()
        guards.install(connection)


@pytest.fixture
def owner(db: None) -> Callable[..., Any]:
    return owner_of_the_database


@pytest.fixture
def empty_log(db: None) -> None:
    with owner_of_the_database():
        EventValue.objects.all().delete()
        Event.objects.all().delete()
        Seal.objects.all().delete()


class World:
    """Provby: Norr and Söder below the root. Each person has one duty, at the root unless told otherwise."""

    def __init__(self) -> None:
        self.principal = Principal.objects.create(code="provby", name="Provby kommun")
        self.root = self._unit("provby", "Provby kommun", "900001", None)
        self.north = self._unit("norr", "Norr", "900001000001", self.root)
        self.south = self._unit("soder", "Söder", "900001000002", self.root)
        self.pia = self.add("pia", Duty.LOG_REVIEW)
        self.paul = self.add("paul", Duty.LOG_REVIEW, unit=self.north)
        self.gun = self.add("gun", Duty.APPROVE_BREAK_GLASS)
        self.ola = self.add("ola", Duty.WATCH_BREAK_GLASS)
        self.juno = self.add("juno", Duty.REPORT, unit=self.north)

    def _unit(self, code: str, name: str, path: str, parent: Unit | None) -> Unit:
        values = {"name": name, "kind": "unit", "path": path, "valid_from": date(2020, 1, 1)}
        return Unit.objects.create(principal=self.principal, code=code, parent=parent, **values)

    def add(self, login: str, duty: str, unit: Unit | None = None) -> Person:
        where = unit or self.root
        role, _ = Role.objects.get_or_create(principal=self.principal, code=duty, defaults={"label": duty})
        RoleDuty.objects.get_or_create(role=role, duty=duty)
        person = Person.objects.create(
            login=f"prov-{login}", name=login.title(), principal=self.principal, home_unit=where
        )
        Assignment.objects.create(person=person, role=role, unit=where, valid_from=date(2020, 1, 1))
        return person

    def actor(self, person: Person, at: Any = AT) -> Actor:
        return actor_for(Person.objects.select_related("principal", "home_unit").get(pk=person.pk), at=at)


@pytest.fixture
def world(db: None) -> World:
    return World()
