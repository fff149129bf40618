"""Numbers that are warned about, and those that only look alike. The numbers are made up or long out of use."""

from __future__ import annotations

import pytest

from hjulet.core.personal_number import has_personal_number


@pytest.mark.parametrize(
    "text",
    [
        "Hon, 19121212-1212, ramlade.",
        "121212-1212",
        "1212121212",
        "191212121212",
        "121212+1212",
        "121212 1212",
        "Samordningsnummer 701063-2391 i texten",
    ],
)
def test_a_number_is_found(text: str) -> None:
    assert has_personal_number(text)


@pytest.mark.parametrize(
    "text",
    ["", "Ärende 2026-0440", "121212-1213", "070-123 45 67", "991332-1212", "rum 12, kl. 22.40", "1234567890123456"],
)
def test_what_only_looks_alike_is_not(text: str) -> None:
    assert not has_personal_number(text)
