"""When an activity falls in a year: pure functions from a rule and a year to a first and a last day.

| repeats | the last day | when that is no working day |
|---|---|---|
| months | the last day of a month | the working day before |
| date | the same date; 29 February becomes the 28th, the 31st the last of the month | the working day after |
| weekday | the same weekday of the month, such as the second Tuesday; the fifth is the last | the working day after |
| week | the same weekday of the same ISO week; week 53 becomes 52 where there is none | the working day after |
| once | never again | |

The rule is kept and not the day it came to, so that 29 February comes back in a leap year. The last day never leaves
its year: where the working day after does, the one before is taken. Days are Swedish days: no clock, no time zone.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from hjulet.core.clocks import NO_DAYS, is_working_day
from hjulet.wheel.choices import Repeats

FIRST_YEAR, LAST_YEAR = 2000, 2150
FIFTH = 5  # of a weekday in a month: the last one, whether it is the fourth or the fifth
ONE_DAY = timedelta(days=1)
EVERY = {"month": 1, "quarter": 3, "tertial": 4, "half-year": 6}  # months in each part


@dataclass(frozen=True)
class Span:
    first: date
    last: date


@dataclass(frozen=True)
class Rule:
    """`month` is the last day's. `from_month` is the month it begins with the first day of, else it begins `days`
    before the last day. `nth` counts a weekday in its month; `weekday` is 1 for Monday to 7."""

    repeats: str
    month: int = 0
    day: int = 0
    nth: int = 0
    weekday: int = 0
    week: int = 0
    from_month: int = 0
    days: int = 0

    def kept(self) -> dict[str, Any]:
        """As it is stored: what says something."""
        return {name: value for name, value in asdict(self).items() if value}


def rule_from(kept: Mapping[str, Any]) -> Rule:
    return Rule(**{"repeats": Repeats.ONCE.value, **kept})


def rule_for(repeats: str, first: date, last: date) -> Rule:
    """The rule that two days chosen by someone stand for."""
    begins = {"days": (last - first).days}
    if first.day == 1 and (last - first).days >= 27:
        begins = {"from_month": first.month}
    if repeats == Repeats.MONTHS:
        return Rule(repeats, month=last.month, from_month=first.month)
    if repeats == Repeats.DATE:
        return Rule(repeats, month=last.month, day=last.day, **begins)
    if repeats == Repeats.WEEKDAY:
        nth = min((last.day - 1) // 7 + 1, FIFTH)
        return Rule(repeats, month=last.month, nth=nth, weekday=last.isoweekday(), **begins)
    if repeats == Repeats.WEEK:
        return Rule(repeats, week=last.isocalendar().week, weekday=last.isoweekday(), **begins)
    return Rule(Repeats.ONCE.value)


def plain_day(rule: Rule, year: int) -> date | None:
    """The last day before weekends and holidays are looked at; None for what does not come back.

    Raises ValueError for a year outside 2000–2150.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"no wheel for year {year}")
    if rule.repeats == Repeats.MONTHS:
        return _last_of(year, rule.month)
    if rule.repeats == Repeats.DATE:
        return date(year, rule.month, min(rule.day, _last_of(year, rule.month).day))
    if rule.repeats == Repeats.WEEKDAY:
        return _nth_weekday(year, rule.month, rule.nth, rule.weekday)
    if rule.repeats == Repeats.WEEK:
        return _in_week(year, rule.week, rule.weekday)
    return None


def span_in(rule: Rule, year: int, extra: frozenset[date] = NO_DAYS) -> Span | None:
    """First and last day in a year; None for what does not come back. `extra`: the municipality's own days off."""
    plain = plain_day(rule, year)
    if plain is None:
        return None
    last = shifted(plain, back=rule.repeats == Repeats.MONTHS, extra=extra)
    return Span(min(_first(rule, plain), last), last)


def shifted(day: date, *, back: bool, extra: frozenset[date] = NO_DAYS) -> date:
    """The nearest working day before or after, within the same year; the day itself when it is one."""
    found = _walk(day, -1 if back else 1, extra)
    return found if found.year == day.year else _walk(day, 1 if back else -1, extra)


def _walk(day: date, step: int, extra: frozenset[date]) -> date:
    while not is_working_day(day, extra):
        day += step * ONE_DAY
    return day


def _first(rule: Rule, last: date) -> date:
    if not rule.from_month:
        return last - rule.days * ONE_DAY
    return date(last.year - (rule.from_month > last.month), rule.from_month, 1)


def _last_of(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    first = date(year, month, 1)
    day = first + ((weekday - first.isoweekday()) % 7 + 7 * (nth - 1)) * ONE_DAY
    return day if day.month == month else day - 7 * ONE_DAY


def weeks_in(year: int) -> int:
    """52 or 53 ISO weeks."""
    return date(year, 12, 28).isocalendar().week


def _in_week(year: int, week: int, weekday: int) -> date:
    """Held within the calendar year, which week 1 and the last week may reach out of."""
    day = date.fromisocalendar(year, min(week, weeks_in(year)), weekday)
    return max(date(year, 1, 1), min(day, date(year, 12, 31)))


def parts(every: str, first: int, last: int) -> list[tuple[int, int]]:
    """The months from `first` to `last` in parts of so many: quarters of a year are (1, 3), (4, 6) and on."""
    size = EVERY[every]
    return [(month, min(month + size - 1, last)) for month in range(first, last + 1, size)]
