from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import AT

from hjulet.core.actor import Actor
from hjulet.org.models import Person, Principal, Unit
from hjulet.org.reach import actor_for


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """The data folder of one test."""
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def uploader(db: None) -> Actor:
    provby = Principal.objects.create(code="provby", name="Provby kommun")
    values = {"name": "Ekbacken", "kind": "unit", "path": "900001", "valid_from": date(2020, 1, 1)}
    unit = Unit.objects.create(principal=provby, code="ekbacken", **values)
    person = Person.objects.create(login="prov-juno", name="Juno", principal=provby, home_unit=unit)
    return actor_for(person, at=AT)
