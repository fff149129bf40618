"""A checklist while it is written, the windows of a year, and means: whatever is pressed, nothing is lost or made up."""

from __future__ import annotations

import copy
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from hjulet.checks.actions.planning import windows
from hjulet.checks.choices import MONTHS, Often
from hjulet.checks.content import ready_checklists
from hjulet.checks.scores import weighted_mean
from hjulet.checks.sheets import changed, problems_of, read

places = st.integers(min_value=0, max_value=6).map(str)
presses = st.one_of(
    st.just("add"),
    st.builds("{}:{}".format, st.sampled_from(["add", "drop", "up", "down"]), places),
    st.builds("{}:{}:{}".format, st.sampled_from(["drop", "up", "down"]), places, places),
    st.text(max_size=8),
)


def codes(content: dict[str, Any]) -> list[str]:
    return [question["code"] for area in content["areas"] for question in area["questions"]]


@given(st.lists(presses, max_size=12))
def test_any_buttons_leave_a_whole_list(pressed: list[str]) -> None:
    content = copy.deepcopy(ready_checklists()["hygiene"].content)
    for press in pressed:
        before = copy.deepcopy(content)
        new = changed(content, press)
        assert content == before  # what is there is never changed behind one's back
        assert len(codes(new)) == len(set(codes(new)))
        if not press.startswith(("add", "drop")):
            assert sorted(codes(new)) == sorted(codes(content))
        content = new
        problems_of(content)


@given(
    st.dictionaries(
        st.sampled_from(["min", "max", "target", "anchor0", "a0-label", "a0q0-text", "a0q0-weight", "a9-label"]),
        st.text(max_size=20),
    )
)
def test_any_form_is_read_and_said_what_is_wrong_with(post: dict[str, str]) -> None:
    before = ready_checklists()["conduct"].content
    new = read(post, before)
    assert codes(new) == codes(before)
    problems_of(new)


def test_nothing_filled_in_changes_nothing() -> None:
    for ready in ready_checklists().values():
        same = read({}, ready.content)
        assert codes(same) == codes(ready.content) and same["scale"] == ready.content["scale"]
        assert problems_of(same) == []


@given(st.integers(min_value=2000, max_value=2149), st.sampled_from(Often))
def test_windows_share_the_year_without_gap(year: int, often: Often) -> None:
    found = windows(year, often)
    assert found[0][0] == date(year, 1, 1) and found[-1][1] == date(year, 12, 31)
    assert len(found) == 12 // MONTHS[often]
    assert all(one[1] + timedelta(days=1) == other[0] for one, other in zip(found, found[1:], strict=False))


points = st.one_of(st.none(), st.integers(min_value=0, max_value=2).map(Decimal))
answers = st.lists(st.tuples(st.integers(min_value=1, max_value=3), points), max_size=30)


@given(answers)
def test_a_mean_lies_among_its_points_and_leaves_out_what_does_not_apply(
    pairs: list[tuple[int, Decimal | None]],
) -> None:
    mean, told = weighted_mean(pairs), [points for _weight, points in pairs if points is not None]
    if not told:
        assert mean is None
        return
    assert mean is not None and min(told) <= mean <= max(told)
    assert mean == weighted_mean([*pairs, (3, None)])
    assert mean == weighted_mean(pair for pair in pairs if pair[1] is not None)


@given(answers, st.integers(min_value=1, max_value=3))
def test_weights_count_as_so_many_answers(pairs: list[tuple[int, Decimal | None]], weight: int) -> None:
    spread = [(1, points) for count, points in pairs for _n in range(count)]
    assert weighted_mean(pairs) == weighted_mean(spread)
    assert weighted_mean((weight, points) for _w, points in pairs) == weighted_mean((1, points) for _w, points in pairs)
