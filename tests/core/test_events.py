"""Digests of the log's values stay as they were written: a chain sealed today is read for twenty years."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjulet.core.events import value_digest

pytestmark = pytest.mark.capability("ARC-1")


def by_the_book(salt: str, name: str, value: Any) -> str:
    text = json.dumps([salt, name, value], ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_text_has_the_digest_of_its_json(value: str) -> None:
    assert value_digest("5a17", "description", value) == by_the_book("5a17", "description", value)


@pytest.mark.parametrize("value", [None, True, 3, 2.5, ["a", "b"], {"b": 1, "a": 'å"\\\n'}, "", "\x7f\u2028 / \t"])
def test_other_values_too(value: Any) -> None:
    assert value_digest("5a17", "värde", value) == by_the_book("5a17", "värde", value)
