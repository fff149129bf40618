"""How long a confirmation holds, by the service level of the day it is given."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

from hjulet.core.clocks import Limit, due_on, is_working_day
from hjulet.law.rules import service_level
from hjulet.receipts.models import Matter

ONE_DAY = timedelta(days=1)


def period(matter: Matter, *, principal_id: int, day: date) -> tuple[date | None, date | None]:
    """The last day it holds, and the day from which it is asked for again. Raises NoSuchLevel."""
    if not matter.repeats:
        return None, None
    level = service_level(matter.repeats, principal_id=principal_id, day=day)
    until = due_on(level.limit, day)
    if until is None or not level.warn_before:
        return until, until
    return until, max(day, before(until, Limit(level.limit.unit, level.warn_before)))


def before(day: date, limit: Limit) -> date:
    """So long before a day. Months: the same day number, or that month's last; hours count as whole days."""
    amount = limit.amount or 0
    if limit.unit == "months":
        year, month0 = divmod(day.year * 12 + day.month - 1 - amount, 12)
        return date(year, month0 + 1, min(day.day, calendar.monthrange(year, month0 + 1)[1]))
    if limit.unit == "working-days":
        while amount:
            day -= ONE_DAY
            amount -= is_working_day(day)
        return day
    return day - timedelta(days=amount // 24 if limit.unit == "hours" else amount)
