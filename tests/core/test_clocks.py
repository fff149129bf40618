import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hjulet.core.clocks import (
    IMMEDIATE,
    Limit,
    add_days,
    add_months,
    add_months_unrolled,
    add_working_days,
    due_at,
    due_on,
    is_working_day,
    local_date,
    next_working_day,
    shift_for_pause,
    working_days_between,
)

VECTORS = Path(__file__).parent / "vectors"
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data" / "working-days"
DAY = timedelta(days=1)

days = st.dates(date(2000, 1, 1), date(2060, 12, 31))
counts = st.integers(0, 60)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def d(text: str) -> date:
    return date.fromisoformat(text)


def test_our_working_day_vectors() -> None:
    vectors = rows(VECTORS / "working_days.csv")
    assert len(vectors) >= 120
    wrong = [r for r in vectors if add_working_days(d(r["received"]), int(r["n"])) != d(r["due"])]
    assert wrong == []


def test_our_month_vectors() -> None:
    vectors = rows(VECTORS / "months.csv")
    assert len(vectors) >= 60
    for row in vectors:
        start, n = d(row["start"]), int(row["n"])
        assert (add_months_unrolled(start, n), add_months(start, n)) == (d(row["end_day"]), d(row["due"])), row


def test_our_days_off_are_all_there_are_from_2025_to_2028() -> None:
    expected = {d(row["date"]) for row in rows(VECTORS / "days_off.csv")}
    span = [date(2025, 1, 1) + timedelta(days=i) for i in range(4 * 365 + 1)]
    assert {day for day in span if day.weekday() < 5 and not is_working_day(day)} == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared working-day tables are not on this machine")
def test_shared_tables_agree_row_by_row() -> None:
    for row in rows(SHARED / "add_working_days_2025_2026.csv"):
        assert add_working_days(d(row["received"]), int(row["n_working_days"])) == d(row["due"]), row
    for row in rows(SHARED / "two_months_2025_2026.csv"):
        start, n = d(row["start"]), int(row["months"])
        assert add_months_unrolled(start, n) == d(row["end_day_1paragraf"]), row
        assert add_months(start, n) == d(row["due_2paragraf"]), row
    expected = {d(row["date"]) for row in rows(SHARED / "weekday_nonworking_2024_2027.csv")}
    span = [date(2024, 1, 1) + timedelta(days=i) for i in range(1461)]
    assert {day for day in span if day.weekday() < 5 and not is_working_day(day)} == expected


@pytest.mark.parametrize(
    ("received", "n", "due"),
    [
        ("2026-12-18", 2, "2026-12-22"),
        ("2026-12-18", 10, "2027-01-08"),
        ("2026-04-01", 2, "2026-04-07"),
        ("2026-04-01", 10, "2026-04-17"),
        ("2026-06-17", 2, "2026-06-22"),
        ("2026-06-17", 10, "2026-07-02"),
        ("2027-05-04", 2, "2027-05-07"),
        ("2027-05-04", 10, "2027-05-19"),
    ],
)
def test_worked_examples(received: str, n: int, due: str) -> None:
    assert add_working_days(d(received), n) == d(due)


@pytest.mark.parametrize(
    "end", [("2026-03-01", "2026-03-02"), ("2026-10-31", "2026-11-02"), ("2027-01-31", "2027-02-01")]
)
def test_statutory_end_moves_to_the_next_working_day(end: tuple[str, str]) -> None:
    assert next_working_day(d(end[0])) == d(end[1])


@pytest.mark.parametrize(
    ("day", "name"),
    [
        ("2026-04-02", "skärtorsdag"),
        ("2026-01-05", "trettondagsafton"),
        ("2026-04-30", "valborgsmässoafton"),
        ("2026-05-15", "klämdag efter Kristi himmelsfärd"),
        ("2026-10-30", "allhelgonaafton"),
        ("2026-12-23", "dagen före julafton"),
    ],
)
def test_days_that_only_look_free(day: str, name: str) -> None:
    assert is_working_day(d(day)), name


def test_extra_days_off_count_for_local_clocks_but_not_for_statutory_months() -> None:
    extra = frozenset({d("2026-05-15")})
    assert add_working_days(d("2026-05-13"), 1, extra) == d("2026-05-18")
    assert due_on(Limit("working-days", 1), d("2026-05-13"), extra) == d("2026-05-18")
    assert due_on(Limit("months", 1), d("2026-04-15"), extra) == d("2026-05-15")


@given(days, counts)
def test_a_due_day_is_a_working_day_after_receipt(day: date, n: int) -> None:
    due = add_working_days(day, n)
    assert is_working_day(due)
    assert due > day if n else due >= day
    assert working_days_between(day + DAY, due + DAY) == (n if n else int(due != day))


@given(days, counts, counts)
def test_more_working_days_never_end_earlier(day: date, n: int, more: int) -> None:
    assert add_working_days(day, n) <= add_working_days(day, n + more)


@given(days, st.integers(1, 30), st.integers(0, 40))
def test_later_receipt_never_ends_earlier(day: date, n: int, later: int) -> None:
    assert add_working_days(day, n) <= add_working_days(day + timedelta(days=later), n)


@given(days, st.integers(1, 25), st.integers(1, 25))
def test_working_days_add_up(day: date, n: int, m: int) -> None:
    assert add_working_days(add_working_days(day, n), m) == add_working_days(day, n + m)


@given(days, st.integers(0, 60), st.integers(0, 60))
def test_months_are_monotone_and_land_on_working_days(day: date, n: int, later: int) -> None:
    unrolled, due = add_months_unrolled(day, n), add_months(day, n)
    assert is_working_day(due) and timedelta(0) <= due - unrolled <= timedelta(days=5)
    assert unrolled.day == day.day or (unrolled.day < day.day and (unrolled + DAY).day == 1)
    assert (unrolled.year * 12 + unrolled.month) - (day.year * 12 + day.month) == n
    assert due <= add_months(day + timedelta(days=later), n)


@given(days, st.integers(0, 400))
def test_calendar_days_roll_only_when_asked(day: date, n: int) -> None:
    assert (add_days(day, n) - day).days == n
    assert add_days(day, n, roll=True) == next_working_day(day + timedelta(days=n))


@given(
    days,
    st.integers(1, 30),
    st.integers(0, 20),
    st.integers(0, 60),
    st.sampled_from(["working-days", "days", "months"]),
)
def test_a_pause_never_shortens_and_a_longer_pause_never_less(
    start: date, n: int, into: int, length: int, unit: str
) -> None:
    limit = Limit(unit, n)  # type: ignore[arg-type]
    due = due_on(limit, start)
    assert due is not None
    paused = min(start + timedelta(days=into), due)
    moved = shift_for_pause(due, limit, paused, paused + timedelta(days=length))
    assert due <= moved <= shift_for_pause(due, limit, paused, paused + timedelta(days=length + 1))
    if unit == "days":
        assert (moved - due).days == length


def test_pause_in_the_unit_of_the_limit() -> None:
    fri, mon = d("2026-11-06"), d("2026-11-09")
    assert shift_for_pause(d("2026-11-12"), Limit("working-days", 3), fri, mon) == d("2026-11-13")
    assert shift_for_pause(d("2026-11-12"), Limit("days", 14), fri, mon) == d("2026-11-15")
    assert shift_for_pause(d("2026-11-12"), Limit("months", 2), fri, mon) == d("2026-11-16")
    assert shift_for_pause(d("2026-11-12"), Limit("days", 14), fri, fri) == d("2026-11-12")


def test_late_stays_late_when_a_pause_begins_after_the_last_day() -> None:
    assert shift_for_pause(d("2026-11-05"), Limit("days", 14), d("2026-11-06"), d("2026-12-01")) == d("2026-11-05")


def test_pauses_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError):
        shift_for_pause(d("2026-11-05"), Limit("days", 14), d("2026-11-04"), d("2026-11-03"))
    with pytest.raises(ValueError):
        shift_for_pause(d("2026-11-05"), IMMEDIATE, d("2026-11-03"), d("2026-11-04"))


def test_immediate_has_no_day_and_nothing_else_goes_without_amount() -> None:
    assert due_on(IMMEDIATE, d("2026-11-05")) is None
    for unit, amount in (("immediate", 1), ("days", None), ("weeks", 2), ("days", -1), ("months", 10**9)):
        with pytest.raises(ValueError):
            Limit(unit, amount)  # type: ignore[arg-type]


def test_hours_run_through_the_change_to_winter_time() -> None:
    start = datetime.fromisoformat("2026-10-24T12:00+02:00")
    assert due_at(Limit("hours", 72), start) == datetime(2026, 10, 27, 10, tzinfo=UTC)
    assert due_at(Limit("days", 3), start) is None
    assert due_on(Limit("hours", 72), d("2026-10-24")) == d("2026-10-27")


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        ("2026-07-01T21:59", "2026-07-01"),
        ("2026-07-01T22:00", "2026-07-02"),
        ("2026-07-01T23:30", "2026-07-02"),
        ("2026-12-01T22:59", "2026-12-01"),
        ("2026-12-01T23:30", "2026-12-02"),
    ],
)
def test_the_day_is_swedish(utc: str, day: str) -> None:
    assert local_date(datetime.fromisoformat(utc).replace(tzinfo=UTC)) == d(day)


def test_what_cannot_be_counted_is_refused() -> None:
    with pytest.raises(ValueError):
        local_date(datetime(2026, 1, 1))
    with pytest.raises(ValueError):
        add_working_days(d("2026-01-01"), -1)
    with pytest.raises(ValueError):
        is_working_day(date(1970, 1, 1))
