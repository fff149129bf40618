"""Two versions compared: nothing is lost, changed words are found, and it ends in time whatever the texts are."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjulet.core.richtext import Change, Piece, clean, compare, parts

pytestmark = [pytest.mark.capability("DOC-2")]


def test_paragraph_first_then_words() -> None:
    old = "<h2>Syfte</h2><p>Samtal inom 14 dagar med chef.</p><p>Bort</p><p>Kvar</p>"
    new = "<h2>Syfte</h2><p>Nytt stycke här.</p><p>Samtal inom sju dagar med chef.</p><p>Kvar</p>"
    assert compare(old, new) == [
        Change("same", "h2", "Syfte"),
        Change("added", "p", "Nytt stycke här."),
        Change(
            "changed",
            "p",
            "Samtal inom sju dagar med chef.",
            (
                Piece("same", "Samtal inom "),
                Piece("del", "14"),
                Piece("ins", "sju"),
                Piece("same", " dagar med chef."),
            ),
        ),
        Change("removed", "p", "Bort"),
        Change("same", "p", "Kvar"),
    ]


def test_phrases_are_not_cut_into_every_other_word() -> None:
    (change,) = compare("<p>Enheten ska göra det varje vecka.</p>", "<p>Enheten bör utföra det varje vecka.</p>")
    assert [(piece.kind, piece.text) for piece in change.pieces] == [
        ("same", "Enheten "),
        ("del", "ska göra"),
        ("ins", "bör utföra"),
        ("same", " det varje vecka."),
    ]


def test_a_changed_cell_is_found_in_its_row_and_a_new_kind_of_block_is_a_change() -> None:
    old = clean("<table><tr><td>Chef<td>14 dagar<tr><td>Mas<td>7 dagar</table><p>Ansvar</p>")
    new = clean("<table><tr><td>Chef<td>10 dagar<tr><td>Mas<td>7 dagar</table><h2>Ansvar</h2>")
    changes = compare(old, new)
    assert [(change.kind, change.block) for change in changes] == [
        ("changed", "row"),
        ("same", "row"),
        ("changed", "h2"),
    ]
    assert [piece for piece in changes[0].pieces if piece.kind != "same"] == [Piece("del", "14"), Piece("ins", "10")]
    assert changes[2].pieces == (Piece("same", "Ansvar"),)


BLOCKS = st.lists(
    st.lists(st.sampled_from(["ett", "två", "14", "dagar", "och", "§"]), min_size=1, max_size=8), max_size=12
)


def html_of(blocks: list[list[str]]) -> str:
    return "".join(f"<p>{' '.join(words)}</p>" for words in blocks)


@given(BLOCKS, BLOCKS)
def test_both_texts_can_be_read_out_of_the_comparison(old: list[list[str]], new: list[list[str]]) -> None:
    before, after = [], []
    for change in compare(html_of(old), html_of(new)):
        if change.kind == "changed":
            before.append("".join(piece.text for piece in change.pieces if piece.kind != "ins"))
            assert "".join(piece.text for piece in change.pieces if piece.kind != "del") == change.text
        if change.kind in {"same", "removed"}:
            before.append(change.text)
        if change.kind != "removed":
            after.append(change.text)
    assert before == [" ".join(words) for words in old]
    assert after == [" ".join(words) for words in new]


@given(BLOCKS)
def test_a_text_is_the_same_as_itself(blocks: list[list[str]]) -> None:
    assert {change.kind for change in compare(html_of(blocks), html_of(blocks))} <= {"same"}


def long_text(seed: int, paragraphs: int = 5000, words: int = 30) -> list[list[str]]:
    """150 000 words out of a small stock, as in a real text: some 300 pages."""
    stock = [f"ord{number}" for number in range(3000)]
    draw = random.Random(seed)
    return [draw.choices(stock, k=words) for _ in range(paragraphs)]


def test_three_hundred_pages_with_few_changes() -> None:
    old = long_text(1)
    new = [list(words) for words in old]
    for place in range(100, 5000, 500):
        new[place][3] = "ändrat"
    new.insert(2000, ["helt", "nytt"])
    del new[3000]
    changes = compare(html_of(old), html_of(new))
    kinds = [change.kind for change in changes]
    assert (kinds.count("changed"), kinds.count("added"), kinds.count("removed")) == (10, 1, 1)


def every_paragraph_changed(old: list[list[str]]) -> list[list[str]]:
    return [[*words[:5], "nytt", *words[6:]] for words in old]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (long_text(1), long_text(2)),
        (long_text(1), every_paragraph_changed(long_text(1))),
        (long_text(1), long_text(1)[::-1]),
        ([["x"]] * 20_000, [["x"], ["y"]] * 10_000),
        ([sum(long_text(1), [])], [sum(long_text(2), [])]),
        ([sum(long_text(1), [])], [sum(every_paragraph_changed(long_text(1)), [])]),
    ],
    ids=[
        "other text",
        "one word in each",
        "backwards",
        "the same over and over",
        "one paragraph",
        "one paragraph changed",
    ],
)
def test_it_ends_when_everything_has_changed(old: list[list[str]], new: list[list[str]]) -> None:
    """In some seconds; difflib alone takes hours."""
    changes = compare(html_of(old), html_of(new))
    assert len(changes) >= len(parts(html_of(new)))
