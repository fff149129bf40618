"""Periods: whole months, quarters and years, named 2026-03, 2026K1 and 2026."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from hjulet.core.swedish_time import month_short
from hjulet.stats.source import month_end

QUARTER = re.compile(r"(\d{4})[KQ]([1-4])", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Period:
    """Days, both included. Raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("a period ends before it begins")

    def quarters(self) -> Iterator[Period]:
        """The quarters it touches, whole."""
        day = quarter_of(self.first).first
        while day <= self.last:
            quarter = quarter_of(day)
            yield quarter
            day = quarter.last + timedelta(days=1)

    @property
    def code(self) -> str:
        """The quarter's name, for a period that is one."""
        return f"{self.first.year}K{(self.first.month + 2) // 3}"


def quarter_of(day: date) -> Period:
    first = date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return Period(first, month_end(date(day.year, first.month + 2, 1)))


def quarter_before(day: date, steps: int = 1) -> Period:
    """The quarter `steps` before the one that holds the day."""
    for _step in range(steps):
        day = quarter_of(day).first - timedelta(days=1)
    return quarter_of(day)


def quarter_named(code: str) -> Period | None:
    """2026K1 as a period, None when it is not the name of a quarter between 1990 and 2199."""
    match = QUARTER.fullmatch(code.strip())
    if match is None or not 1990 <= int(match[1]) <= 2199:
        return None
    return quarter_of(date(int(match[1]), int(match[2]) * 3, 1))


def finished(period: Period, on: date, *, years: bool = False) -> Period | None:
    """The whole quarters (years) inside the period that are over on the day; None when there are none."""
    whole = [
        quarter
        for quarter in period.quarters()
        if period.first <= quarter.first and quarter.last <= period.last and quarter.last < on
    ]
    if years:
        held = {quarter.code for quarter in whole}
        whole = [quarter for quarter in whole if held >= {f"{quarter.first.year}K{n}" for n in (1, 2, 3, 4)}]
    return Period(whole[0].first, whole[-1].last) if whole else None


def span_label(code: str) -> str:
    """“K1 2026”, “mars 2026”, “2026”."""
    if "K" in code:
        return f"K{code[5:]} {code[:4]}"
    if "-" in code:
        return f"{month_short(int(code[5:7]))} {code[:4]}"
    return code


def span_days(code: str) -> Period:
    """The days of a year, quarter or month by its name."""
    quarter = quarter_named(code)
    if quarter:
        return quarter
    if "-" in code:
        first = date.fromisoformat(f"{code}-01")
        return Period(first, month_end(first))
    return Period(date(int(code), 1, 1), date(int(code), 12, 31))


def spans(grain: str, period: Period) -> set[str]:
    """The names of the years, quarters or months a period touches; empty for any other grain."""
    if grain == "quarter":
        return {quarter.code for quarter in period.quarters()}
    if grain == "year":
        return {str(year) for year in range(period.first.year, period.last.year + 1)}
    if grain == "month":
        months = range(period.first.year * 12 + period.first.month - 1, period.last.year * 12 + period.last.month)
        return {f"{month // 12}-{month % 12 + 1:02d}" for month in months}
    return set()
