from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from hjulet.org.models import Unit
from hjulet.wheel import actions
from hjulet.wheel.models import Activity, Plan
from tests.rest.conftest import program  # noqa: F401 - a program asks too

VALUES: dict[str, Any] = {
    **{"title": "Egenkontroll av mat", "about": "Smaka.", "produces": "Protokoll", "quarter": "check", "role": None},
    **{"reach": "here", "for_providers": False, "repeats": "months"},
    **{"starts_on": date(2026, 11, 2), "ends_on": date(2026, 11, 27)},
}


@pytest.fixture
def unit(db: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.get(code=code)


@pytest.fixture
def planned(unit: Callable[[str], Unit], actor: Any, at: Any) -> Callable[..., Activity]:
    """An activity in a decided plan; by default at the administration, for every unit under."""

    def make(code: str = "forvaltningen", **more: Any) -> Activity:
        place = unit(code)
        values = VALUES | {"reach": "units" if code == "forvaltningen" else "here"} | more
        made = actions.new_activity(place, values["ends_on"].year, values, actor=None, at=at)
        if not made.plan.adopted:
            decision = actions.Decision("Nämnden", "§ 1", date(2026, 1, 8))
            actions.adopt(Plan.objects.get(pk=made.plan_id), decision, version=None, actor=None, at=at)
        return Activity.objects.select_related("plan__unit", "role").get(pk=made.pk)

    return make
