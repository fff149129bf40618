"""The periods that promises are checked for: whole months, quarters, halves and years. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hjulet.core.clocks import add_months_unrolled
from hjulet.core.swedish_time import month_short
from hjulet.services.choices import Every

MONTHS = {Every.MONTH: 1, Every.QUARTER: 3, Every.HALF_YEAR: 6, Every.YEAR: 12}
CODE = re.compile(r"(\d{4})(?:-(\d{2})|[KQ]([1-4])|H([12]))?", re.ASCII)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, order=True)
class Period:
    """Days, both included."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """2026-10, 2026K4, 2026H2 or 2026."""
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        year, month = self.first.year, self.first.month
        if months == 1:
            return f"{year}-{month:02d}"
        part = {3: f"K{(month + 2) // 3}", 6: f"H{(month + 5) // 6}"}.get(months, "")
        return f"{year}{part}"

    @property
    def label(self) -> str:
        """oktober 2026 is told short: okt 2026, kvartal 4 2026, första halvåret 2026, 2026."""
        part = {"year": self.first.year}
        if "-" in self.code:
            return f"{month_short(self.first.month)} {self.first.year}"
        if "K" in self.code:
            return _("kvartal %(n)s %(year)s") % (part | {"n": int(self.code[-1])})
        if "H" in self.code:
            return (_("första halvåret %(year)s") if self.code[-1] == "1" else _("andra halvåret %(year)s")) % part
        return str(self.first.year)


def period_of(every: str, day: date) -> Period:
    """The period that holds a day."""
    months = MONTHS[Every(every)]
    first = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(first, add_months_unrolled(first, months) - ONE_DAY)


def period_named(code: str) -> Period | None:
    """A period by its code; None when it is none between 1990 and 2199."""
    match = CODE.fullmatch(code.strip().upper())
    if match is None or not 1990 <= int(match[1]) <= 2199:
        return None
    year, month, quarter, half = (int(part) if part else 0 for part in match.groups())
    if month:
        return period_of(Every.MONTH, date(year, month, 1)) if 1 <= month <= 12 else None
    if quarter:
        return period_of(Every.QUARTER, date(year, quarter * 3, 1))
    return period_of(Every.HALF_YEAR, date(year, half * 6, 1)) if half else period_of(Every.YEAR, date(year, 1, 1))


def periods_between(every: str, first: date, last: date) -> list[Period]:
    """Every period that has a day from `first` to `last`, in order."""
    found: list[Period] = []
    day = first
    while day <= last:
        found.append(period_of(every, day))
        day = found[-1].last + ONE_DAY
    return found
