from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from hjulet.core.actor import Actor
from hjulet.diary import actions
from hjulet.diary.models import Matter
from hjulet.org.models import Unit


@pytest.fixture
def unit(db: None) -> Callable[[str], Unit]:
    return lambda code: Unit.objects.select_related("principal").get(code=code)


@pytest.fixture
def registered(unit: Callable[[str], Unit], actor: Callable[..., Actor], at: datetime) -> Callable[..., Matter]:
    """A matter that Göran has registered at Ekbacken; keywords change what he wrote."""

    def register(code: str = "ekbacken", by: str | None = "goran", at: datetime = at, **changes: Any) -> Matter:
        place = unit(code)
        told = {"subject": "Synpunkt, Ekbackens äldreboende", "counterpart": "Anna Anonymsson"} | changes
        return actions.register(
            principal=place.principal, unit=place, **told, actor=actor(by, at) if by else None, at=at
        )

    return register
