"""From the annual wheel to where something is done: every way leads to a page that its reader may open."""

from __future__ import annotations

from typing import Any

import pytest

from hjulet.org.models import Unit
from hjulet.shell.ways import PAGES, ways
from hjulet.wheel.content import products
from hjulet.wheel.models import Activity, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-1")]


@pytest.mark.parametrize("product", PAGES)
def test_every_way_opens_for_whom_it_is_shown(product: str, actor: Any, browse: Any) -> None:
    assert product in products()
    unit = Unit.objects.get(code="ekbacken")
    activity = Activity(plan=Plan(principal=unit.principal, unit=unit, year=2026), product=product)
    shown = 0
    for login in ("asa", "mona", "dag", "fatima", "juno", "hanna", "lars"):
        for way in ways(activity, unit, actor(login)):
            assert browse(login).get(way.url).status_code == 200, (login, way.url)
            shown += 1
    assert shown


def test_what_nobody_does_in_hjulet_has_no_way(actor: Any) -> None:
    unit = Unit.objects.get(code="ekbacken")
    activity = Activity(plan=Plan(principal=unit.principal, unit=unit, year=2026), product="budget")
    assert list(ways(activity, unit, actor("asa"))) == []
