"""When an activity falls: the table of rules against every year, leap day, week 53 and month end (YEAR-1)."""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hjulet.core.clocks import is_working_day, local_date
from hjulet.wheel.choices import Repeats
from hjulet.wheel.content import products, wheels
from hjulet.wheel.recurrence import (
    EVERY,
    FIRST_YEAR,
    LAST_YEAR,
    Rule,
    parts,
    plain_day,
    rule_for,
    rule_from,
    shifted,
    span_in,
    weeks_in,
)

pytestmark = pytest.mark.capability("YEAR-1")
YEARS = st.integers(FIRST_YEAR + 1, LAST_YEAR - 1)
DAYS = st.dates(date(FIRST_YEAR + 1, 1, 1), date(LAST_YEAR - 1, 12, 31))
COMES_BACK = st.sampled_from([one.value for one in Repeats if one != Repeats.ONCE])


@given(repeats=COMES_BACK, last=DAYS, length=st.integers(0, 300), year=YEARS)
@example(repeats="date", last=date(2024, 2, 29), length=10, year=2025)
@example(repeats="week", last=date(2026, 12, 31), length=0, year=2027)
@example(repeats="weekday", last=date(2026, 8, 31), length=0, year=2027)
@example(repeats="date", last=date(2026, 12, 31), length=400, year=2027)
def test_every_span_ends_on_a_working_day_of_its_year(repeats: str, last: date, length: int, year: int) -> None:
    span = span_in(rule_for(repeats, last - timedelta(days=length), last), year)
    assert span is not None
    assert span.last.year == year and is_working_day(span.last) and span.first <= span.last


@given(repeats=COMES_BACK, last=DAYS, length=st.integers(0, 300))
def test_the_rule_is_kept_as_it_was_and_gives_the_same_day_again(repeats: str, last: date, length: int) -> None:
    rule = rule_for(repeats, last - timedelta(days=length), last)
    assert rule_from(rule.kept()) == rule
    if is_working_day(last) and repeats != Repeats.MONTHS:
        span = span_in(rule, last.year)
        if repeats != Repeats.WEEK or last.isocalendar().year == last.year:
            assert span is not None and span.last == last


@given(repeats=COMES_BACK, last=DAYS, year=YEARS)
def test_no_drift_through_the_years_between(repeats: str, last: date, year: int) -> None:
    """The rule goes from year to year, so ten years of shifts end where one would."""
    rule = rule_for(repeats, last, last)
    again = rule_from(rule_from(rule.kept()).kept())
    assert span_in(again, year) == span_in(rule, year)


def test_the_leap_day_comes_back() -> None:
    rule = rule_for("date", date(2024, 2, 29), date(2024, 2, 29))
    assert [plain_day(rule, year) for year in (2025, 2027, 2028)] == [
        *(date(2025, 2, 28), date(2027, 2, 28), date(2028, 2, 29)),
    ]


def test_week_53_and_the_fifth_weekday() -> None:
    assert (weeks_in(2026), weeks_in(2027)) == (53, 52)
    rule = rule_for("week", date(2026, 12, 30), date(2026, 12, 30))  # a Wednesday of week 53
    assert plain_day(rule, 2027) == date(2027, 12, 29) and plain_day(rule, 2032) == date(2032, 12, 29)
    first = Rule("week", week=1, weekday=1)  # begins in the year before
    assert plain_day(first, 2026) == date(2026, 1, 1)
    fifth = rule_for("weekday", date(2026, 3, 31), date(2026, 3, 31))
    assert plain_day(fifth, 2027) == date(2027, 3, 30) and plain_day(fifth, 2028) == date(2028, 3, 28)


@pytest.mark.parametrize(
    ("rule", "year", "first", "last"),
    [
        (Rule("date", month=3, day=1, from_month=1), 2026, date(2026, 1, 1), date(2026, 3, 2)),  # a Sunday
        (Rule("date", month=3, day=1, from_month=1), 2027, date(2027, 1, 1), date(2027, 3, 1)),
        (Rule("months", month=10, from_month=10), 2026, date(2026, 10, 1), date(2026, 10, 30)),  # the 31st a Saturday
        (Rule("months", month=1, from_month=11), 2027, date(2026, 11, 1), date(2027, 1, 29)),  # over the new year
        (Rule("months", month=12, from_month=12), 2026, date(2026, 12, 1), date(2026, 12, 30)),  # new year's eve
        (Rule("date", month=12, day=31), 2026, date(2026, 12, 30), date(2026, 12, 30)),  # never into the next year
        (Rule("date", month=6, day=19), 2026, date(2026, 6, 19), date(2026, 6, 22)),  # midsummer's eve
        (Rule("date", month=5, day=14, days=13), 2026, date(2026, 5, 1), date(2026, 5, 15)),  # Ascension day
        (Rule("weekday", month=11, nth=2, weekday=2), 2027, date(2027, 11, 9), date(2027, 11, 9)),
    ],
)  # fmt: skip
def test_named_days(rule: Rule, year: int, first: date, last: date) -> None:
    span = span_in(rule, year)
    assert span is not None and (span.first, span.last) == (first, last)


def test_once_never_comes_back_and_a_year_has_bounds() -> None:
    assert span_in(rule_for("once", date(2026, 5, 1), date(2026, 5, 4)), 2027) is None
    assert span_in(rule_from({}), 2027) is None
    for year in (FIRST_YEAR - 1, LAST_YEAR + 1):
        with pytest.raises(ValueError, match="no wheel"):
            plain_day(Rule("months", month=1, from_month=1), year)


@given(day=DAYS, back=st.booleans(), own=st.sets(st.integers(-3, 3), max_size=5))
def test_the_municipalitys_own_days_off_count(day: date, back: bool, own: set[int]) -> None:
    extra = frozenset(day + timedelta(days=n) for n in own)
    found = shifted(day, back=back, extra=extra)
    assert is_working_day(found, extra) and found.year == day.year
    if is_working_day(day, extra):
        assert found == day


@given(every=st.sampled_from(sorted(EVERY)), first=st.integers(1, 12), last=st.integers(1, 12))
def test_parts_cover_the_months_once(every: str, first: int, last: int) -> None:
    months = [month for begin, end in parts(every, first, last) for month in range(begin, end + 1)]
    assert months == list(range(first, last + 1))


@given(year=YEARS, hour=st.integers(0, 23), code=st.sampled_from(sorted(wheels())))
def test_a_last_day_lasts_until_midnight_in_sweden_also_when_the_clocks_change(year: int, hour: int, code: str) -> None:
    """Days are Swedish days: neither the hour that is left out in March nor the one that comes twice moves them."""
    for month in (3, 10):
        sunday = max(week[6] for week in calendar.monthcalendar(year, month))
        moment = datetime(year, month, sunday, hour, tzinfo=UTC)
        assert local_date(moment) - date(year, month, sunday) in (timedelta(0), timedelta(days=1))
    for ready in wheels()[code].activities:
        span = span_in(ready.rule, year)
        assert span is not None and span.last.year == year and is_working_day(span.last)


def test_the_ready_wheels_are_whole() -> None:
    assert list(wheels()) == ["generic", "tertials", "march-august", "half-year", "budget", "learning-stops"]
    for wheel in wheels().values():
        codes = [ready.code for ready in wheel.activities]
        assert len(codes) == len(set(codes)) >= 12, wheel.code
        assert all(ready.product in products() and ready.title and ready.title_en for ready in wheel.activities)
    stops = {r.code: r.rule.month for r in wheels()["learning-stops"].activities if r.code.startswith("stop-")}
    assert stops == {
        "stop-self-check": 1, "stop-competence": 3, "stop-processes": 4, "stop-risk": 10, "stop-deviations": 11,
    }  # fmt: skip
    quarters = [r for r in wheels()["budget"].activities if r.code.startswith("unexecuted")]
    assert [(r.title[-9:], r.rule.month) for r in quarters] == [
        ("kvartal 1", 4), ("kvartal 2", 7), ("kvartal 3", 10), ("kvartal 4", 1),
    ]  # fmt: skip
