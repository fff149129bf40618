"""The drawings of the procedures are those of the tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from hjulet.cases.diagrams import FLOWS, document
from hjulet.cases.dossier import FLOWS as IN_USE

pytestmark = pytest.mark.capability("SAR-1")
FILE = Path(__file__).resolve().parents[2] / "docs" / "procedures.md"


def test_the_drawings_are_up_to_date() -> None:
    assert FILE.read_text(encoding="utf-8") == document(), "run ./hjulet manage procedures"


def test_every_procedure_in_use_is_drawn() -> None:
    assert set(map(id, IN_USE.values())) == set(map(id, FLOWS))
