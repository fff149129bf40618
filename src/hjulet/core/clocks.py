"""When a clock runs out: Swedish working days, statutory months and pauses. Pure; nobody reads a clock here.

Non-working days are Saturday, Sunday, public holidays (lag (1989:253)) and midsommarafton, julafton and
nyårsafton, which lag (1930:173) 2 § puts on a par. Skärtorsdag, trettondagsafton, valborgsmässoafton and days
between a holiday and a weekend are working days.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

Unit = Literal["working-days", "days", "months", "hours", "immediate"]
UNITS: tuple[Unit, ...] = get_args(Unit)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
FIRST_YEAR, LAST_YEAR = 1990, 2199
MOST = {"working-days": 5_000, "days": 36_600, "months": 1_200, "hours": 100_000}
NO_DAYS: frozenset[date] = frozenset()
_ONE_DAY = timedelta(days=1)


@lru_cache(maxsize=64)
def holidays_of(year: int) -> frozenset[date]:
    """The days of a year that are public holidays or one of the three eves, weekends included.

    Raises ValueError outside 1990–2199: before that other laws said which days are holidays.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no working days known for year {year}, only {FIRST_YEAR}-{LAST_YEAR}")
    from holidays.countries.sweden import Sweden  # about a second to import: paid by who counts first

    return frozenset(Sweden(years=year, categories=("public", "de_facto"), include_sundays=False))


def is_working_day(day: date, extra: frozenset[date] = NO_DAYS) -> bool:
    """Monday to Friday and no holiday or eve. `extra` are further days off that the municipality decided."""
    return day.weekday() < 5 and day not in holidays_of(day.year) and day not in extra


def next_working_day(day: date, extra: frozenset[date] = NO_DAYS) -> date:
    """The day itself if it is a working day, else the first one after it (lag (1930:173) 2 §)."""
    while not is_working_day(day, extra):
        day += _ONE_DAY
    return day


def add_working_days(received: date, n: int, extra: frozenset[date] = NO_DAYS) -> date:
    """The n-th working day after the day of receipt, which is day 0 and never counts, whatever hour it was.

    With n = 0 the day itself, or the next working day. Raises ValueError for n below 0 or above 5 000.
    """
    _check_amount(n, "working-days")
    day = received if n else next_working_day(received, extra)
    for _ in range(n):
        day = next_working_day(day + _ONE_DAY, extra)
    return day


def add_months_unrolled(start: date, n: int) -> date:
    """Same day number n months later, else that month's last day (lag (1930:173) 1 §), weekend or not."""
    _check_amount(n, "months")
    year, month0 = divmod(start.year * 12 + start.month - 1 + n, 12)
    return date(year, month0 + 1, min(start.day, calendar.monthrange(year, month0 + 1)[1]))


def add_months(start: date, n: int) -> date:
    """Statutory months: `add_months_unrolled`, moved to the next working day (lag (1930:173) 1–2 §§).

    Local days off do not count here: the statute lists its own.
    """
    return next_working_day(add_months_unrolled(start, n))


def add_days(start: date, n: int, *, roll: bool = False) -> date:
    """n calendar days after start; with `roll` moved to the next working day."""
    _check_amount(n, "days")
    due = start + timedelta(days=n)
    return next_working_day(due) if roll else due


def working_days_between(start: date, end: date, extra: frozenset[date] = NO_DAYS) -> int:
    """How many working days lie from start up to, but not including, end. 0 when end is not after start."""
    return sum(is_working_day(start + timedelta(days=i), extra) for i in range((end - start).days))


def local_date(moment: datetime) -> date:
    """The Swedish day of an aware moment: 23.30 UTC belongs to the next day in summer and winter alike."""
    if moment.tzinfo is None:
        raise ValueError("a moment must have a time zone")
    return moment.astimezone(STOCKHOLM).date()


@dataclass(frozen=True)
class Limit:
    """How long something may take. `immediate` (genast, snarast, skyndsamt) has no amount and no last day."""

    unit: Unit
    amount: int | None = None

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise ValueError(f"unknown unit {self.unit!r}")
        if (self.unit == "immediate") != (self.amount is None):
            raise ValueError("every limit but an immediate one has an amount")
        if self.amount is not None:
            _check_amount(self.amount, self.unit)


IMMEDIATE = Limit("immediate")


def due_on(limit: Limit, start: date, extra: frozenset[date] = NO_DAYS) -> date | None:
    """The last day of a limit that started on `start`; None when the law names no day.

    Months are statutory and roll past weekends, days do not. Hours are counted from the first minute of
    `start`, the strictest reading; ask `due_at` when the moment is known.
    """
    if limit.amount is None:
        return None
    if limit.unit == "working-days":
        return add_working_days(start, limit.amount, extra)
    if limit.unit == "months":
        return add_months(start, limit.amount)
    return add_days(start, limit.amount // 24 if limit.unit == "hours" else limit.amount)


def due_at(limit: Limit, start: datetime) -> datetime | None:
    """The moment an hour limit runs out, in UTC; None for other units. Nights and weekends count."""
    if start.tzinfo is None:
        raise ValueError("a moment must have a time zone")
    if limit.unit != "hours" or limit.amount is None:
        return None
    return start.astimezone(UTC) + timedelta(hours=limit.amount)


def shift_for_pause(
    due: date, limit: Limit, paused_from: date, resumed_on: date, extra: frozenset[date] = NO_DAYS
) -> date:
    """The new last day after a pause from `paused_from` up to, but not including, `resumed_on`.

    Adds the paused working days to a limit in working days, the paused calendar days to any other; months
    then roll to a working day. A pause that began after the last day changes nothing: late stays late.
    Raises ValueError when the pause ends before it begins, or when the limit has no last day.
    """
    if limit.amount is None:
        raise ValueError("an immediate limit has no last day to move")
    if resumed_on < paused_from:
        raise ValueError("the pause ends before it begins")
    if due < paused_from or resumed_on == paused_from:
        return due
    if limit.unit == "working-days":
        return add_working_days(due, working_days_between(paused_from, resumed_on, extra), extra)
    return add_days(due, (resumed_on - paused_from).days, roll=limit.unit == "months")


def _check_amount(n: int, unit: str) -> None:
    if not 0 <= n <= MOST[unit]:
        raise ValueError(f"{n} {unit} is outside 0-{MOST[unit]}")
