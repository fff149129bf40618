"""Whoever is to do something on the annual wheel is reminded: once in time, and once when it is late."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.law.rules import service_level
from hjulet.notify.actions import tell
from hjulet.org.models import Person, Principal
from hjulet.wheel.choices import PLANS, REMIND_LEVEL, PlanState
from hjulet.wheel.models import Activity
from hjulet.wheel.progress import waiting_pairs
from hjulet.wheel.responsible import nearest, who_holds

MOST = 400  # activities reminded of at a time


@scheduled("remind-wheel", every=timedelta(hours=1))
def remind_wheel(at: datetime) -> int:
    """Tells each person once, however many activities wait. Returns how many were told."""
    return sum(_remind(pk, at) for pk in Principal.objects.values_list("pk", flat=True))


def _remind(principal_id: int, at: datetime) -> int:
    today = local_date(at)
    level = service_level(REMIND_LEVEL, principal_id=principal_id, day=today)
    ahead = today + timedelta(days=level.limit.amount or 0)
    rows = Activity.objects.filter(plan__principal_id=principal_id, plan__state=PlanState.ADOPTED)
    soon = rows.filter(ends_on__gte=today, ends_on__lte=ahead, soon_told_on__isnull=True)
    late = rows.filter(ends_on__lt=today, ends_on__gte=today - timedelta(days=366), late_told_on__isnull=True)
    return _tell(principal_id, soon, "wheel.due_soon", at) + _tell(principal_id, late, "wheel.overdue", at)


def _tell(principal_id: int, rows: Any, kind: str, at: datetime) -> int:
    found = {row.pk: row for row in rows.select_related("role", "plan").order_by("ends_on", "id")[:MOST]}
    if not found:
        return 0
    roles = {row.role.code for row in found.values() if row.role}
    held, days = who_holds(principal_id, roles, local_date(at)), defaultdict[Person, list[date]](list)
    for year in {row.plan.year for row in found.values()}:
        for activity, _unit, path in waiting_pairs(principal_id, year, found):
            one = found[activity]
            for person in nearest(held, path, one.role.code if one.role else PLANS):
                days[person].append(one.ends_on)
    for person, some in days.items():
        tell(people=[person], kind=kind, link="/arshjul/", at=at, due_on=min(some).isoformat())
    column = "soon_told_on" if kind == "wheel.due_soon" else "late_told_on"
    Activity.objects.filter(pk__in=found).update(**{column: local_date(at)})
    return len(days)
