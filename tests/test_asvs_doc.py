"""docs/asvs.md answers every requirement, and what it and the threat model lean on exists."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs" / "asvs.md"
IDS = (ROOT / "tests" / "asvs_ids.txt").read_text().split()  # OWASP ASVS 5.0.0, levels 1 and 2
VERDICTS = {"yes", "partly", "not yet", "not applicable"}
NAMED = re.compile(r"`([\w./-]+\.\w+|requirements\.lock)(?:::(\w+))?`")
pytestmark = pytest.mark.capability("ACC-1")


def rows(text: str) -> list[list[str]]:
    """The answers: id, level, about, verdict, how it is known."""
    found = re.findall(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| (.+?) \| (.+?) \| (.+) \|$", text, re.MULTILINE)
    return [list(row) for row in found]


@cache
def names_in(path: Path) -> frozenset[str]:
    tree = ast.parse(path.read_text())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def wrong_evidence(text: str) -> list[str]:
    """Files and tests that are named and do not exist."""
    wrong = []
    for name, test in NAMED.findall(text):
        path = ROOT / name
        if "/" not in name and not path.exists():
            continue  # a word in code letters, not a path
        if not path.is_file() or (test and (not test.startswith("test_") or test not in names_in(path))):
            wrong.append(f"{name}::{test}" if test else name)
    return wrong


def test_every_requirement_is_answered_once() -> None:
    answered = [row[0] for row in rows(DOCUMENT.read_text())]
    assert len(IDS) == len(set(IDS)) == 253
    assert answered == IDS


def test_every_verdict_is_one_of_the_four_and_says_how_it_is_known() -> None:
    for number, _level, about, verdict, known in rows(DOCUMENT.read_text()):
        assert verdict in VERDICTS, number
        assert len(about) < 90, number  # our own few words, not the standard's text
        if verdict in {"yes", "partly"}:
            assert NAMED.search(known), f"{number} names no file or test"
        else:
            assert len(known) > 5, number


def test_the_sums_are_right() -> None:
    text = DOCUMENT.read_text()
    counted = Counter(row[3] for row in rows(text))
    told = dict(re.findall(r"^\| (yes|partly|not yet|not applicable|all) \| (\d+) \|$", text, re.MULTILINE))
    assert told == {**{verdict: str(counted[verdict]) for verdict in VERDICTS}, "all": str(len(IDS))}


@pytest.mark.parametrize("name", ["asvs.md", "threat-model.md", "security-rules.md"])
def test_every_file_and_test_named_exists(name: str) -> None:
    text = (ROOT / "docs" / name).read_text()
    assert wrong_evidence(text) == []
    assert len(NAMED.findall(text)) > (3 if name == "security-rules.md" else 40)


def test_what_does_not_exist_is_found() -> None:
    assert wrong_evidence("`tests/test_asvs_doc.py::test_that_is_not_there`") != []
    assert wrong_evidence("`src/hjulet/core/nowhere.py`") == ["src/hjulet/core/nowhere.py"]
    assert wrong_evidence("`tests/test_asvs_doc.py::test_the_sums_are_right`, `docs/asvs.md`") == []


def value_of(name: str) -> Any:
    """A constant by its dotted name; settings.X.0.y goes into lists and dicts."""
    if name.startswith("settings."):
        found: Any = settings
        for part in name.split(".")[1:]:
            found = (
                found[int(part)] if part.isdigit() else found[part] if isinstance(found, dict) else getattr(found, part)
            )
        return found
    module, _, constant = name.rpartition(".")
    return getattr(import_module(module), constant)


def test_figures_in_the_rules_are_those_of_the_code() -> None:
    text = (ROOT / "docs" / "security-rules.md").read_text()
    figures = re.findall(r"^\| .+? \| ([\d:]+) \| `([\w.]+)` \|$", text, re.MULTILINE)
    assert len(figures) > 20
    assert [(value, name) for value, name in figures if str(value_of(name)) != value] == []
