"""Åsa leaves Ekbacken, and Cilla comes after her; Lars leads them both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.conftest import AT

from hjulet.handover import actions
from hjulet.handover.models import Handover
from hjulet.measures.actions import propose
from hjulet.org.models import Person, Unit


@pytest.fixture
def unit(db: None) -> Unit:
    return Unit.objects.select_related("principal").get(code="ekbacken")


@pytest.fixture
def prepared(person: Callable[[str], Person], actor: Callable[..., Any], unit: Unit) -> Callable[..., Handover]:
    def prepare(leaving: str = "asa", successor: str = "cilla", by: str | None = "lars", **changes: Any) -> Handover:
        told = {"units": [unit], "first_day": AT.date(), "at": AT} | changes
        two = {"leaving": person(leaving), "successor": person(successor)}
        return actions.start(**two, **told, actor=actor(by) if by else None)

    return prepare


@pytest.fixture
def measure_of(person: Callable[[str], Person], actor: Callable[..., Any], unit: Unit) -> Callable[..., Any]:
    def make(owner: str = "asa", track: str = "sol", title: str = "Torka golvet", **changes: Any) -> Any:
        told = {"unit": unit, "due": AT.date(), "expected_effect": "Färre fall", "strength": "weak", "at": AT} | changes
        return propose(title=title, track=track, owner=person(owner), actor=actor("asa"), **told)

    return make
