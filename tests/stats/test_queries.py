"""What the statistics answer: reach, trees of now and then, masking on the way, and the lists behind the numbers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from tests.stats.conftest import ON, Town

from hjulet.cases.choices import State
from hjulet.cases.listing import cases_for, read_selection
from hjulet.core.flow import Refused
from hjulet.org.choices import Duty
from hjulet.org.models import Unit
from hjulet.stats.layout import cases_address, flat_rows
from hjulet.stats.masking import ALL, Hidden
from hjulet.stats.periods import Period, finished, quarter_named
from hjulet.stats.queries import Filters, cross_table, feedback_share, time_to_close, verdicts

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
UNTIL_AUTUMN = Period(date(2026, 1, 1), date(2026, 9, 30))


def spread(town: Town, count: int = 120) -> None:
    rnd = random.Random(7)
    for _n in range(count):
        category = rnd.choice(["t_fall", "t_fall_injury", "t_medicine", "t_missed"])
        day = date(2026, 1, 1) + timedelta(days=rnd.randrange(270))
        unit = rnd.choice(["a1", "a1", "a2", "b1", "b2", "a"])
        town.case(unit, day, category=category, severity=rnd.choice([None, 1, 2, 3, 4]))


def test_a_manager_sees_her_own_part_and_laws_only(town: Town) -> None:
    town.cases(3, "a1")
    town.cases(2, "a2", category="t_missed")
    town.cases(4, "b1")
    assert cross_table(town.exact("a"), YEAR, ("unit",), on=ON).cells == {("a1",): 3, ("a2",): 2, (ALL,): 5}
    hsl = town.actor((Duty.STATISTICS, "town", {"hsl"}))
    assert cross_table(hsl, YEAR, ("category",), on=ON).cells == {("t_fall",): 7, (ALL,): 7}
    with pytest.raises(Refused):
        cross_table(town.actor((Duty.READ, "town")), YEAR, ("unit",), on=ON)
    with pytest.raises(Refused):
        cross_table(town.exact("a"), YEAR, ("unit",), on=ON, filters=Filters(unit="b"))


def test_a_case_without_law_counts_for_those_who_see_every_law(town: Town) -> None:
    town.case(track="unsure", track_set_at=None, state=State.RECEIVED)
    assert cross_table(town.exact(), YEAR, ("track",), on=ON).total == 1
    assert cross_table(town.actor((Duty.STATISTICS, "town", {"hsl"})), YEAR, ("track",), on=ON).total == 0


def test_another_principal_is_never_counted(town: Town) -> None:
    from tests.stats.conftest import make_unit

    from hjulet.org.models import Principal

    other = Principal.objects.create(code="annan", name="Annan")
    town.case(principal=other)  # even a row that points at our unit
    town.units["x"] = make_unit(other, "x", None)
    town.case("x", principal=other)
    assert cross_table(town.exact(), YEAR, ("unit",), on=ON).total == 0


@pytest.mark.capability("STA-1")
def test_every_number_leads_to_as_many_cases(town: Town, at: Any) -> None:
    spread(town)
    actor = town.exact()
    for by in (
        ("quarter", "category", "unit"),
        ("month", "track"),
        ("severity", "unit"),
        ("state", "kind", "year"),
    ):
        table = cross_table(actor, YEAR, by, on=ON)
        checked = 0
        for key, shown in table.cells.items():
            address = cases_address(table, key, shown)
            if address:
                params = dict(parse_qsl(urlsplit(address).query))
                assert cases_for(read_selection(params, actor=actor, at=at), actor=actor).count() == shown, address
                checked += 1
        assert checked >= 8
        assert table.total == 120


def test_a_chosen_category_is_divided_by_what_lies_below(town: Town) -> None:
    town.cases(2)
    town.cases(3, category="t_fall_injury")
    assert cross_table(town.exact(), YEAR, ("category",), on=ON).cells == {("t_fall",): 5, (ALL,): 5}
    inside = cross_table(town.exact(), YEAR, ("category",), on=ON, filters=Filters(category="t_fall"))
    assert inside.cells == {("t_fall",): 2, ("t_fall_injury",): 3, (ALL,): 5}


@pytest.mark.parametrize("day", [date(2026, 6, 1), date(2026, 6, 16)])
def test_the_tree_of_then_and_of_now(town: Town, moved: Callable[[Unit, Unit, date], None], day: date) -> None:
    """a1 moves to b inside the year, on the first of a month or in the middle of one."""
    for when in (date(2026, 2, 1), date(2026, 5, 31), date(2026, 6, 15), date(2026, 6, 17), date(2026, 8, 1)):
        town.case("a1", when)
    moved(town.units["a1"], town.units["b"], day)
    actor = town.exact()
    assert cross_table(actor, YEAR, ("unit",), on=ON, tree="now").cells == {("b",): 5, (ALL,): 5}
    before = 2 if day.day == 1 else 3
    then = cross_table(actor, YEAR, ("unit",), on=ON, tree="then")
    assert then.cells == {("a",): before, ("b",): 5 - before, (ALL,): 5}
    inside = cross_table(actor, YEAR, ("unit",), on=ON, tree="then", filters=Filters(unit="a"))
    assert inside.cells == {("a1",): before, (ALL,): before}
    months = cross_table(actor, YEAR, ("month", "unit"), on=ON, tree="then")
    assert months.cell("2026-06", ALL) == 2
    assert sum(1 for _row in flat_rows(months)) == (4 if day.day == 1 else 5)


def test_a_period_inside_months_is_counted_by_day(town: Town) -> None:
    for when in (
        date(2026, 3, 9),
        date(2026, 3, 10),
        date(2026, 4, 10),
        date(2026, 5, 11),
        date(2026, 5, 12),
    ):
        town.case("a1", when)
    assert cross_table(town.exact(), Period(date(2026, 3, 10), date(2026, 5, 11)), ("unit",), on=ON).total == 3
    assert cross_table(town.exact(), Period(date(2026, 3, 10), date(2026, 3, 10)), ("unit",), on=ON).total == 1


def test_annulled_cases_are_not_counted(town: Town) -> None:
    town.case(state=State.ANNULLED)
    assert cross_table(town.exact(), YEAR, ("unit",), on=ON).empty
    assert cross_table(town.exact(), YEAR, ("unit",), on=ON, filters=Filters(state="annulled")).total == 1


# Small numbers -------------------------------------------------------------


@pytest.mark.capability("STA-1")
def test_the_board_sees_no_small_number(town: Town) -> None:
    town.cases(12, "a1")
    town.cases(3, "a2")
    town.cases(8, "b1", category="t_medicine")
    table = cross_table(town.board(), UNTIL_AUTUMN, ("quarter", "category", "unit"), on=ON)
    assert table.masked and not table.exact
    assert table.cell("2026K1", ALL, ALL) == 23
    assert table.cell("2026K2", ALL, ALL) is Hidden.LOW
    assert all(not isinstance(shown, int) or shown >= 5 for shown in table.cells.values())
    units = cross_table(town.board(), UNTIL_AUTUMN, ("quarter", "unit"), on=ON, filters=Filters(unit="a"))
    assert units.cell("2026K1", "a2") is Hidden.LOW
    assert not isinstance(units.cell("2026K1", "a1"), int) or not isinstance(units.cell("2026K1", ALL), int)


def test_the_board_gets_the_same_number_in_every_table(town: Town) -> None:
    """What is hidden in one table is not shown in another, and what is shown agrees."""
    spread(town, 200)
    board = town.board()
    seen: dict[tuple[str, str, str], set[Any]] = {}
    for period in (UNTIL_AUTUMN, Period(date(2026, 1, 1), date(2026, 3, 31))):
        for by in (
            ("quarter",),
            ("quarter", "unit"),
            ("quarter", "category"),
            ("quarter", "category", "unit"),
        ):
            for area in ("", "a"):
                table = cross_table(board, period, by, on=ON, filters=Filters(unit=area))
                for key, shown in table.cells.items():
                    parts = dict(zip(by, key, strict=True))
                    unit = parts.get("unit", ALL)
                    unit = (area or "town") if unit == ALL else unit
                    name = (parts["quarter"], parts.get("category", ALL), unit)
                    if parts["quarter"] != ALL:
                        seen.setdefault(name, set()).add(shown)
    assert len(seen) > 60
    assert {name: found for name, found in seen.items() if len(found) > 1} == {}


def test_the_board_chooses_finished_quarters_only(town: Town) -> None:
    town.cases(9, "a1", date(2026, 11, 2))
    town.cases(9, "a1", date(2026, 9, 2))
    table = cross_table(town.board(), YEAR, ("quarter",), on=ON)
    assert table.period == UNTIL_AUTUMN and "2026K4" not in dict(table.axes[0])
    assert table.cell("2026K3") == 9 and table.total is Hidden.UNKNOWN
    for by, filters, tree in (
        (("month",), Filters(), "now"),
        (("track",), Filters(), "now"),
        (("quarter",), Filters(severity="4"), "now"),
        (("quarter",), Filters(), "then"),
        (("quarter",), Filters(category="t_fall_injury"), "now"),
    ):
        with pytest.raises(Refused):
            cross_table(town.board(), YEAR, by, on=ON, filters=filters, tree=tree)
    with pytest.raises(Refused):
        cross_table(town.board(), Period(date(2026, 10, 1), date(2026, 12, 31)), ("quarter",), on=ON)


@pytest.mark.capability("DEV-7")
def test_the_board_sees_severity_and_years(town: Town) -> None:
    town.cases(9, "a1", severity=1)
    town.cases(11, "b1", severity=2)
    town.cases(1, "b1", severity=4)
    table = cross_table(town.board(), UNTIL_AUTUMN, ("quarter", "severity"), on=ON)
    assert table.cell("2026K1", ALL) == 21
    assert table.cell("2026K1", "2") == 11
    assert table.cell("2026K1", "4") is Hidden.LOW
    later = date(2027, 1, 2)
    assert cross_table(town.board(), YEAR, ("year",), on=later).masked


def test_own_part_exact_and_the_rest_masked(town: Town) -> None:
    town.cases(2, "a1")
    town.cases(3, "b1")
    town.cases(20, "b2")
    both = town.actor((Duty.STATISTICS, "a"), (Duty.MASKED_STATISTICS, "town"))
    table = cross_table(both, UNTIL_AUTUMN, ("quarter", "unit"), on=ON)
    assert table.masked and table.exact
    assert table.cell("2026K1", "a") == 2  # her own, however few
    assert table.cell("2026K1", "b") == 23
    inside = cross_table(both, UNTIL_AUTUMN, ("quarter", "unit"), on=ON, filters=Filters(unit="b"))
    assert inside.cell("2026K1", "b1") is Hidden.LOW
    own = cross_table(both, YEAR, ("month", "unit"), on=ON, filters=Filters(unit="a"))
    assert not own.masked and own.cell("2026-03", "a1") == 2
    months = cross_table(both, YEAR, ("month", "unit"), on=ON)
    assert not months.masked and months.total == 2 and months.notes


def test_one_who_sees_one_law_exactly_gets_the_others_masked(town: Town) -> None:
    town.cases(2, "a1", category="t_missed")
    town.cases(3, "a1")
    town.cases(9, "b1")
    sas = town.actor((Duty.STATISTICS, "town", {"sol", "lss"}), (Duty.MASKED_STATISTICS, "town"))
    table = cross_table(sas, UNTIL_AUTUMN, ("quarter", "category"), on=ON)
    assert table.cell("2026K1", "t_missed") == 2
    assert table.cell("2026K1", "t_fall") is Hidden.SECONDARY  # else the law's other kinds are known to be none
    assert table.cell("2026K1", ALL) == 14
    units = cross_table(sas, UNTIL_AUTUMN, ("quarter", "category", "unit"), on=ON, filters=Filters(unit="a"))
    assert units.cell("2026K1", "t_missed", "a1") == 2
    assert units.cell("2026K1", "t_fall", "a1") is Hidden.LOW


# Time to close and answers -------------------------------------------------


@pytest.mark.capability("DEV-7")
def test_time_to_close(town: Town) -> None:
    town.cases(3, state=State.CLOSED)
    town.case()
    times = time_to_close(town.exact(), YEAR, on=ON)
    assert (times.closed, times.mean_days, times.within) == (3, 20, ((30, 3), (60, 3), (90, 3)))
    assert not time_to_close(town.board(), YEAR, on=ON).told


@pytest.mark.capability("NEW-2")
def test_answers_within_fourteen_days(town: Town) -> None:
    """Counted: answered, or older than fourteen days. A young report that waits is not held against anyone."""
    from datetime import datetime

    from hjulet.core.now import STOCKHOLM

    told = datetime(2026, 11, 10, tzinfo=STOCKHOLM)
    for day, answered in (
        (date(2026, 10, 29), False),
        (date(2026, 10, 30), False),
        (date(2026, 11, 5), True),
    ):
        town.case("a1", day, feedback_at=told if answered else None)
    town.case("a1", date(2026, 8, 1), feedback_at=told)  # too late
    town.case("a1", date(2026, 8, 1), reporter=None)  # no one to answer
    share = feedback_share(town.exact(), YEAR, on=ON)
    assert (share.in_time, share.due) == (1, 3)
    assert feedback_share(town.board(), YEAR, on=ON).in_time is None


def test_the_start_page_says_it_in_words(town: Town, at: Any) -> None:
    town.cases(3, "a1", date(2026, 10, 20))
    town.cases(2, "a1", date(2026, 8, 20))
    lines = verdicts(town.exact("a"), at)
    assert [text for _label, text, _url in lines] == [
        "0 av 5 rapportörer fick svar inom 14 dagar.",
        "Fall, HSL: 3 ärenden hittills i kvartalet. Hela K3 2026 var det 2.",
    ]
    assert verdicts(town.actor((Duty.READ, "a")), at) == []
    assert verdicts(town.board(), at) == []


def test_finished_periods() -> None:
    assert finished(YEAR, ON) == UNTIL_AUTUMN
    assert finished(YEAR, ON, years=True) is None
    assert finished(Period(date(2025, 2, 1), date(2026, 9, 29)), ON, years=False) == Period(
        date(2025, 4, 1), date(2026, 6, 30)
    )
    assert quarter_named("2026K5") is None
