"""The draw and the rules of a log review, without a database: the same for the same list, however it lies."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjulet.audit.choices import Reason
from hjulet.core.clocks import STOCKHOLM, Limit
from hjulet.core.tables import RowProblem
from hjulet.samples import reading
from hjulet.samples.actions.extracts import picks
from hjulet.samples.drawing import Entry, digest_of, drawn, entry, shares
from hjulet.samples.limits import ago
from hjulet.samples.rules import Hours, Reading, own_relative, reasons_of, surnames

pytestmark = pytest.mark.capability("CHK-4")
WORDS = st.text("ABCÅÄÖabcé0123456789-/ ", min_size=1, max_size=12).filter(str.strip)
LISTS = st.dictionaries(
    WORDS.map(lambda text: entry(text).reference), st.sampled_from(["", "A", "B", "C"]), max_size=60
)
AT = datetime(2026, 10, 7, 10, 0, tzinfo=STOCKHOLM)


@given(LISTS, st.text("0123456789abcdef", min_size=32, max_size=32), st.integers(1, 30), st.randoms())
def test_the_same_seed_and_list_draw_the_same_in_any_order(
    told: dict[str, str], seed: str, count: int, dice: random.Random
) -> None:
    entries = [Entry(reference, group) for reference, group in told.items()]
    again = [*entries, *entries[:3]]
    dice.shuffle(again)
    first = drawn(entries, seed=seed, count=count)
    assert drawn(again, seed=seed, count=count) == first
    assert digest_of(again) == digest_of(entries)
    assert len(first) == len(set(first)) == min(count, len(entries)) and set(first) <= set(entries)
    sizes = Counter(one.group for one in entries)
    assert Counter(one.group for one in first) == Counter({k: n for k, n in shares(sizes, count).items() if n})


@given(st.dictionaries(WORDS, st.integers(1, 400), min_size=1, max_size=12), st.integers(1, 500))
def test_the_shares_are_all_and_no_group_is_drawn_dry(sizes: dict[str, int], count: int) -> None:
    found = shares(sizes, count)
    assert sum(found.values()) == min(count, sum(sizes.values()))
    assert all(0 <= found[name] <= size for name, size in sizes.items())
    if count >= len(sizes):
        assert all(found.values())


def test_anyone_can_draw_by_hand_what_the_page_tells() -> None:
    """The words on the page, done with nothing of ours."""
    references = [f"AKT {number}" for number in range(40)]
    lots = sorted(references, key=lambda ref: hashlib.sha256(f"frö:{ref}".encode()).hexdigest())
    assert [one.reference for one in drawn(map(Entry, references), seed="frö", count=7)] == lots[:7]
    assert digest_of([entry(" AKT   1 "), entry("AKT 1")]) == hashlib.sha256(b"AKT 1\t").hexdigest()


def _reading(line: int = 2, **more: object) -> Reading:
    told: dict[str, object] = {"at": AT, "login": "anna", "person": f"P{line}"} | more
    return Reading(line, **told)  # type: ignore[arg-type]


def test_each_rule_points_at_what_it_should() -> None:
    hours = Hours(time(6, 30), time(22))
    assert surnames("Anna Berg-Ek") == surnames("Berg-Ek, Anna") == {"berg", "ek"}
    assert surnames("Anna") == surnames("") == frozenset()
    assert own_relative(_reading(user_name="Anna Berg", person_name="Ek-Berg, Olle"))
    assert own_relative(_reading(user_address="N 77", person_address="n 77"))
    assert not own_relative(_reading(user_name="Anna Berg", person_name="Anna Ström"))
    assert list(reasons_of(_reading(related=True, protected=False), hours)) == []
    assert list(reasons_of(_reading(related=None), hours)) == []
    night = _reading(at=AT.replace(hour=23), related=False, protected=True)
    assert list(reasons_of(night, hours)) == [Reason.PROTECTED, Reason.NO_RELATION, Reason.OFF_HOURS]
    assert Hours(time(21), time(7)).hold(time(3)) and not Hours(time(21), time(7)).hold(time(12))


@given(st.integers(1, 100), st.randoms())
def test_a_log_is_drawn_the_same_however_it_lies(share: int, dice: random.Random) -> None:
    rows = [_reading(line, at=AT.replace(minute=line % 60), related=line % 9 != 0) for line in range(2, 90)]
    other = list(rows)
    dice.shuffle(other)
    hours = Hours(time(6, 30), time(22))
    first, hits = picks(rows, seed="frö", share=share, hours=hours)
    assert picks(other, seed="frö", share=share, hours=hours) == (first, hits)
    assert hits == {"no_relation": 9}
    assert {one.line for one, _why in first} >= {line for line in range(2, 90) if line % 9 == 0}


@pytest.mark.parametrize(
    "text", ["2026-10-07", "20261007", "7/10/2026", "07.10.2026", "2026-10-07 00:00:00", "7 okt 2026", "7 oktober 2026"]
)
def test_days_as_people_write_them(text: str) -> None:
    assert reading.day({"d": text}, "d", "Dag") == date(2026, 10, 7)


@pytest.mark.parametrize("text", ["2026-10-07 09:30", "2026-10-07T09:30:00", "7/10/2026 9.30", "2026-10-07T07:30:00Z"])
def test_times_as_systems_write_them(text: str) -> None:
    assert reading.moment({"t": text}, "t", "Tid") == AT.replace(hour=9, minute=30)


@given(st.text(max_size=30))
def test_any_text_is_a_day_or_a_told_fault(text: str) -> None:
    for read in (reading.day, reading.moment):
        try:
            read({"d": text}, "d", "Dag")
        except RowProblem as problem:
            assert problem.reason


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 36))
def test_so_many_months_ago_is_a_day_of_that_month(today: date, months: int) -> None:
    found = ago(Limit("months", months), today)
    assert (today.year - found.year) * 12 + today.month - found.month == months
    assert found.day == today.day or found.day >= 28
    assert ago(Limit("days", months), today) <= today
