"""Attacks on masked tables: from all that is shown, no hidden number may be worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjulet.stats.masking import ALL, Grid, Hidden, Key, Shown, mask, mask_share, mask_sum, percent


def flat(rows: list[list[int]]) -> Grid:
    units, columns = [f"u{n}" for n in range(len(rows))], [f"c{n}" for n in range(len(rows[0]))]
    counts = {(u, c): rows[i][j] for i, u in enumerate(units) for j, c in enumerate(columns)}
    return Grid(dict.fromkeys(units, ALL), columns, counts)


def allowed(value: int, shown: Shown, threshold: int) -> bool:
    if isinstance(shown, int):
        return value == shown
    if shown is Hidden.LOW:
        return value < threshold
    return shown is Hidden.UNKNOWN or value >= threshold


def possible(grid: Grid, shown: Mapping[Key, Shown], threshold: int) -> dict[Key, set[int]]:
    """Values each cell can have in whole tables that agree with what is shown, until every hidden cell has two.

    Looks only at tables where no number differs by more than one from the real table. That is enough: cells and totals
    are flows in a network, so a table that differs more is the real one plus loops of ones, each a table of its own
    (Ahuja, Magnanti, Orlin: Network Flows, 1993, theorem 3.5).
    """
    columns = list(grid.columns)
    rows = {leaf: list(_rows(leaf, grid, shown, threshold)) for leaf in grid.leaves}
    found: dict[Key, set[int]] = {key: set() for key in shown}
    hidden = [key for key, what in shown.items() if not isinstance(what, int)]
    for choice in product(*rows.values()):
        if all(len(found[key]) > 1 for key in hidden):
            break
        counts = {(u, c): v for u, row in zip(rows, choice, strict=True) for c, v in zip(columns, row, strict=True)}
        cells = Grid(grid.parents, columns, counts).totals()
        if all(allowed(cells[key], shown[key], threshold) for key in shown):
            for key, value in cells.items():
                found[key].add(value)
    return found


def _rows(leaf: str, grid: Grid, shown: Mapping[Key, Shown], threshold: int) -> Iterable[tuple[int, ...]]:
    real = [grid.counts[leaf, column] for column in grid.columns]
    near = [_near(value, shown[leaf, column], threshold) for value, column in zip(real, grid.columns, strict=True)]
    for row in product(*near):
        if abs(sum(row) - sum(real)) <= 1 and allowed(sum(row), shown[leaf, ALL], threshold):
            yield row


def _near(value: int, shown: Shown, threshold: int) -> list[int]:
    return [other for other in range(max(0, value - 1), value + 2) if allowed(other, shown, threshold)]


def safe(grid: Grid, threshold: int = 3, *, keep_total: bool = False) -> dict[Key, Shown]:
    shown = mask(grid, threshold, keep_total=keep_total)
    values = grid.totals()
    assert set(shown) == set(values)
    for key, value in values.items():
        if isinstance(shown[key], int):
            assert shown[key] == value and value >= threshold, key
    room = possible(grid, shown, threshold)
    for key, what in shown.items():
        if not isinstance(what, int):
            assert len(room[key]) >= 2, (key, room[key], shown)
    return shown


tables = st.integers(2, 3).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 7), min_size=width, max_size=width), min_size=2, max_size=3)
)


@settings(max_examples=300)
@given(tables, st.booleans())
def test_no_hidden_number_can_be_worked_out(rows: list[list[int]], keep_total: bool) -> None:
    safe(flat(rows), keep_total=keep_total)


@settings(max_examples=300)
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=3, max_size=4), st.booleans())
def test_levels_cannot_be_set_against_each_other(rows: list[list[int]], keep_total: bool) -> None:
    """Units in two areas: area totals and unit rows are one table."""
    grid = flat(rows)
    parents = {"x": ALL, "y": ALL} | {u: "x" if n < 2 else "y" for n, u in enumerate(grid.parents)}
    safe(Grid(parents, grid.columns, grid.counts), keep_total=keep_total)


@settings(max_examples=300)
@given(st.lists(st.integers(0, 7), min_size=2, max_size=5), st.booleans())
def test_one_row_of_numbers(values: list[int], keep_total: bool) -> None:
    units = [f"u{n}" for n in range(len(values))]
    grid = Grid(dict.fromkeys(units, ALL), (), {(u, ALL): v for u, v in zip(units, values, strict=True)})
    shown = mask(grid, 3, keep_total=keep_total)
    room: dict[Key, set[int]] = {key: set() for key in shown}
    for choice in product(*[_near(v, shown[u, ALL], 3) for u, v in zip(units, values, strict=True)]):
        if allowed(sum(choice), shown[ALL, ALL], 3):
            for unit, value in zip(units, choice, strict=True):
                room[unit, ALL].add(value)
            room[ALL, ALL].add(sum(choice))
    for key, what in shown.items():
        assert isinstance(what, int) or len(room[key]) >= 2, (key, shown)
    if keep_total and sum(values) >= 3:
        assert shown[ALL, ALL] == sum(values)


def test_cells_known_to_be_empty_hide_nothing() -> None:
    """A reader who knows that a unit cannot have a kind of case does not count it among the possible ones."""
    grid = flat([[2, 0], [9, 9]])
    void = frozenset({("u0", "c1")})
    shown = mask(Grid(grid.parents, grid.columns, grid.counts, void), 5)
    assert ("u0", "c1") not in shown
    assert shown["u0", "c0"] is Hidden.LOW
    assert not isinstance(shown["u1", "c0"], int)  # else the column gives it away
    assert shown["u0", ALL] is Hidden.LOW


def test_zero_is_hidden_too() -> None:
    shown = mask(flat([[0, 10, 10], [10, 10, 10], [10, 10, 10]]), 5)
    assert shown["u0", "c0"] is Hidden.LOW
    assert sum(what is Hidden.SECONDARY for what in shown.values()) == 3


def test_nothing_is_hidden_without_small_numbers() -> None:
    shown = mask(flat([[5, 6], [7, 8]]), 5)
    assert all(isinstance(what, int) for what in shown.values())


def test_sums_over_quarters_show_nothing_new() -> None:
    assert mask_sum([5, 7]) == 12
    assert mask_sum([5, Hidden.LOW]) is Hidden.UNKNOWN


@pytest.mark.parametrize(
    ("part", "whole", "may"), [(17, 30, True), (3, 30, False), (27, 30, False), (5, 9, False), (0, 0, False)]
)
def test_shares_have_no_small_side(part: int, whole: int, may: bool) -> None:
    assert mask_share(part, whole) is may


def test_percent_needs_ten() -> None:
    assert percent(5, 9) is None
    assert percent(5, 10) == 50
