"""The demo's samples and lists say something, and are made quickly."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from hjulet.core.clocks import local_date
from hjulet.org.models import Unit
from hjulet.samples import followed
from hjulet.samples.models import Draw, Extract
from hjulet.setups.samples import fill_samples

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-5")]


def test_the_demo_has_something_of_each(actor: Callable[..., Any], at: datetime) -> None:
    units = {unit.code: unit for unit in Unit.objects.filter(principal__code="lovdala")}
    fill_samples(units, actor, at)
    dag, today = actor("dag"), local_date(at)
    assert [row.closed_at is None for row in Draw.objects.visible_to(dag)] == [True, False]
    assert sorted(row.closed_at is None for row in Extract.objects.visible_to(actor("petra"))) == [False, True]
    months = followed.months(dag, today)
    shares = [late / whole for _month, whole, late in months]
    assert len(months) == 5 and shares[-1] < shares[0]
    rows = followed.units_of(dag, today)
    assert len(rows) == 9 and all(row.decisions for row in rows)
