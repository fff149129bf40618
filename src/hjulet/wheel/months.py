"""A month as weeks and days, with what has its last day on each."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hjulet.core.clocks import is_working_day
from hjulet.wheel.listing import Row


@dataclass(frozen=True)
class DayCell:
    """`inside` tells whether the day is of the month; a day outside shows nothing."""

    day: date
    inside: bool
    works: bool
    rows: Sequence[Row]


@dataclass(frozen=True)
class Week:
    number: int
    days: Sequence[DayCell]


@dataclass(frozen=True)
class Month:
    first: date
    weeks: Sequence[Week]
    ongoing: Sequence[Row]  # has begun, and ends after the month
    before: tuple[int, int]
    after: tuple[int, int]


def month_of(year: int, month: int, rows: Sequence[Row]) -> Month:
    weeks = [
        Week(days[3].isocalendar().week, [_cell(day, month, rows) for day in days])
        for days in calendar.Calendar().monthdatescalendar(year, month)
    ]
    first = date(year, month, 1)
    last = date(year, month, calendar.monthrange(year, month)[1])
    ongoing = [row for row in rows if row.activity.starts_on <= last < row.activity.ends_on]
    before, after = _step(year, month, -1), _step(year, month, 1)
    return Month(first, weeks, ongoing, before, after)


def _cell(day: date, month: int, rows: Sequence[Row]) -> DayCell:
    inside = day.month == month
    mine = [row for row in rows if row.activity.ends_on == day] if inside else []
    return DayCell(day, inside, is_working_day(day), mine)


def _step(year: int, month: int, by: int) -> tuple[int, int]:
    years, month0 = divmod(year * 12 + month - 1 + by, 12)
    return years, month0 + 1
