from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from tests.rest.conftest import program  # noqa: F401 - a program asks too

from hjulet.services.models import PromiseCheck, Service


@pytest.fixture
def service(person: Callable[..., Any]) -> Callable[[str], Service]:
    return lambda code: Service.objects.of(person("asa").principal_id).get(code=code)


@pytest.fixture
def waiting(db: None) -> Callable[..., PromiseCheck]:
    """The check of a promise at a unit that waits, by default Ekbacken's of the third quarter."""

    def find(promise: str = "nursing_home_p1", unit: str = "ekbacken", period: str = "2026K3") -> PromiseCheck:
        rows = PromiseCheck.objects.unscoped(reason="test").filter(promise__code=promise, unit__code=unit)
        return next(row for row in rows.select_related("unit", "promise") if row.period.code == period)

    return find
