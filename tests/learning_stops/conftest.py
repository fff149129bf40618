from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hjulet.learning_stops import actions
from hjulet.learning_stops.models import Stop, Theme
from hjulet.org.models import Unit
from hjulet.wheel import actions as wheel
from hjulet.wheel.content import wheels
from hjulet.wheel.models import Plan
from tests.rest.conftest import program  # noqa: F401 - a program asks too


@pytest.fixture
def unit(db: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.get(code=code)


@pytest.fixture
def theme(db: None) -> Callable[[str], Theme]:
    return lambda code: Theme.objects.get(principal__units__code="ekbacken", code=f"stop_{code}")


@pytest.fixture
def begun(unit: Any, theme: Any, actor: Any, at: Any) -> Callable[..., Stop]:
    """A stop that has begun; Åsa's at Ekbacken about deviations when nothing else is said."""

    def make(who: str = "asa", where: str = "ekbacken", what: str = "deviations", year: int = 2026) -> Stop:
        return actions.begin(unit(where), theme(what), year, actor=actor(who), at=at)

    return make


@pytest.fixture
def signed(begun: Any, actor: Any, at: Any) -> Callable[..., Stop]:
    def make(who: str = "asa", where: str = "ekbacken", what: str = "deviations", year: int = 2026) -> Stop:
        stop = begun(who, where, what, year)
        for row in stop.replies.all():
            actions.save_reply(stop, row.code, f"Svar på {row.position}.", version=None, actor=actor(who), at=at)
        values = {"people": 7, "took_part": "Alla på dagpasset.", "version": None}
        return actions.sign(stop, **values, actor=actor(who), at=at)

    return make


@pytest.fixture
def year(unit: Any, at: Any) -> Plan:
    """The decided year of the wheel, with the five stops."""
    plan = wheel.plan_ready(unit("forvaltningen"), 2026, wheels()["learning-stops"], actor=None, at=at)
    decision = wheel.Decision("Nämnden", "§ 1", date(2026, 1, 8))
    return wheel.adopt(plan, decision, version=None, actor=None, at=at)
