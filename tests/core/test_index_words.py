"""The words of a text for the index, taken the quick way and the careful way, are the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hjulet.core.swedish_words import LONGEST, forms, index_words, parts_of, words

pytestmark = pytest.mark.capability("DOC-4")
PIECES = ["Läkemedlet", "19121212-1212", "121212", "8-årig", "på", " ", "-", "Waran:s", "1234567", "_", "\n", "fel"]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=60))
@example("Ring 19121212-1212 om fallet")
@example("nr 121212")
def test_quick_and_careful_say_the_same(text: str) -> None:
    careful = dict.fromkeys(form for _start, _end, word in words(text) for form in forms(word))
    assert index_words(text) == " ".join(careful)


@pytest.mark.parametrize("piece", ["fel", "hem", "läkemedels", "hjärt", "kyla", "0a"])
def test_letters_without_a_space_are_taken_in_at_once(piece: str) -> None:
    """A pasted key or a key held down: each letter more must not double the work of looking for parts."""
    longest = (piece * LONGEST)[:LONGEST]
    assert all(part in longest for part in parts_of(longest))
    assert parts_of(longest + piece) == []
    assert index_words(piece * 5000).startswith((piece * LONGEST)[: LONGEST - 3])
