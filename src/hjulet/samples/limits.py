"""Days counted from the times in the law room: when something is to be done, and what is too long ago."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q

from hjulet.core.clocks import Limit, due_on
from hjulet.law.rules import service_level, service_levels_of
from hjulet.samples.choices import DECISION_LEVEL, PLAN_FOLLOW_LEVEL, PLAN_LEVEL


def until(code: str, principal_id: int, start: date) -> date:
    """The last day of a time that began on `start`; the same day for a time that names none."""
    return due_on(service_level(code, principal_id=principal_id, day=start).limit, start) or start


def ago(limit: Limit, today: date) -> date:
    """The day that lies as long ago as the limit: what was done before it is late."""
    amount = limit.amount or 0
    if limit.unit == "months":
        year, month0 = divmod(today.year * 12 + today.month - 1 - amount, 12)
        return date(year, month0 + 1, min(today.day, monthrange(year, month0 + 1)[1]))
    return today - timedelta(days=amount)


@dataclass(frozen=True)
class Limits:
    """The first days that still are in time."""

    decided: date
    planned: date
    plan_followed: date

    @property
    def late(self) -> Q:
        """Decisions that have not been followed up in time."""
        never = Q(followed_up_on__isnull=True, decided_on__lt=self.decided)
        return never | Q(followed_up_on__lt=self.decided)

    @property
    def without_plan(self) -> Q:
        return Q(plan_on__isnull=True, decided_on__lt=self.planned)

    @property
    def plans_late(self) -> Q:
        never = Q(plan_followed_up_on__isnull=True, plan_on__lt=self.plan_followed)
        return never | Q(plan_on__isnull=False, plan_followed_up_on__lt=self.plan_followed)


def limits(principal_id: int, today: date) -> Limits:
    codes = (DECISION_LEVEL, PLAN_LEVEL, PLAN_FOLLOW_LEVEL)
    levels = service_levels_of(codes, principal_id=principal_id, day=today)
    return Limits(*(ago(levels[code].limit, today) for code in codes))
