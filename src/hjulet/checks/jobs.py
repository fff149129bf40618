"""Units that have begun since a check was planned get their rounds, and whoever is to do one is reminded."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from hjulet.checks.actions import make_rounds
from hjulet.checks.choices import RoundState
from hjulet.checks.models import Round, SelfCheck
from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.law.rules import service_level
from hjulet.notify.actions import tell
from hjulet.org.models import Person, Principal
from hjulet.wheel.choices import PLANS, REMIND_LEVEL, WheelReach
from hjulet.wheel.responsible import nearest, who_holds

MOST = 400  # rounds reminded of at a time


@scheduled("self-check-rounds", every=timedelta(hours=24))
def begin_for_new_units(at: datetime) -> int:
    """Returns how many rounds were made."""
    rows = SelfCheck.objects.filter(year=local_date(at).year).exclude(reach=WheelReach.HERE)
    return sum(make_rounds(row, at) for row in rows.select_related("unit", "checklist").order_by("pk"))


@scheduled("remind-checks", every=timedelta(hours=1))
def remind_checks(at: datetime) -> int:
    """Tells each person once in time and once when late, however many rounds wait. Returns how many were told."""
    return sum(_remind(pk, at) for pk in Principal.objects.values_list("pk", flat=True))


def _remind(principal_id: int, at: datetime) -> int:
    today = local_date(at)
    level = service_level(REMIND_LEVEL, principal_id=principal_id, day=today)
    ahead = today + timedelta(days=level.limit.amount or 0)
    rows = Round.objects.alive().filter(check_of__principal=principal_id, state=RoundState.OPEN, opens_on__lte=today)
    soon = rows.filter(due_on__gte=today, due_on__lte=ahead, soon_told_on__isnull=True)
    late = rows.filter(due_on__lt=today, due_on__gte=today - timedelta(days=366), late_told_on__isnull=True)
    return _tell(principal_id, soon, "check.due_soon", at) + _tell(principal_id, late, "check.overdue", at)


def _tell(principal_id: int, rows: Any, kind: str, at: datetime) -> int:
    found = list(rows.select_related("unit", "check_of__role").order_by("due_on", "id")[:MOST])
    if not found:
        return 0
    role_of = {row.pk: row.check_of.role.code if row.check_of.role else PLANS.value for row in found}
    held, days = who_holds(principal_id, set(role_of.values()), local_date(at)), defaultdict[Person, list[date]](list)
    for row in found:
        for person in nearest(held, row.unit.path or "", role_of[row.pk]):
            days[person].append(row.due_on)
    for person, some in days.items():
        tell(people=[person], kind=kind, link="/egenkontroll/", at=at, due_on=min(some).isoformat())
    column = "soon_told_on" if kind == "check.due_soon" else "late_told_on"
    Round.objects.filter(pk__in=[row.pk for row in found]).update(**{column: local_date(at)})
    return len(days)
