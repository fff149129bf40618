"""What is to be checked appears by itself, and whoever is to check it is reminded: once in time, once when late."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.law.rules import service_level
from hjulet.notify.actions import tell
from hjulet.org.models import Person, Principal
from hjulet.org.reach import holders
from hjulet.services.choices import CHECK_LEVEL, CHECKS
from hjulet.services.models import PromiseCheck
from hjulet.services.planning import plan

MOST = 500


@scheduled("plan-promise-checks", every=timedelta(hours=1))
def plan_checks(at: datetime) -> int:
    """Adds what is to be checked in the periods that have begun. Returns how many rows."""
    today = local_date(at)
    return sum(plan(pk, today) for pk in Principal.objects.values_list("pk", flat=True))


@scheduled("remind-promise-checks", every=timedelta(hours=1))
def remind_checks(at: datetime) -> int:
    """Tells whoever leads the unit, however many wait with one notice. Returns how many were told."""
    return sum(_remind(pk, at) for pk in Principal.objects.values_list("pk", flat=True))


def _remind(principal_id: int, at: datetime) -> int:
    today = local_date(at)
    rows = PromiseCheck.objects.unscoped(reason="reminders are the system's own").waiting()
    rows = rows.filter(_due(principal_id, today), principal_id=principal_id).select_related("unit")
    found = list(rows.order_by("due_on", "id")[:MOST])
    of_person: dict[tuple[Person, bool], list[PromiseCheck]] = defaultdict(list)
    heads: dict[int, Person | None] = {}
    for check in found:
        if check.unit_id not in heads:
            heads[check.unit_id] = _who(check, at)
        who = heads[check.unit_id]
        if who is not None:
            of_person[who, check.due_on < today].append(check)
    for (person, late), checks in of_person.items():
        kind = "promise.overdue" if late else "promise.due_soon"
        tell(people=[person], kind=kind, link="/loften/", at=at, due_on=checks[0].due_on.isoformat())
    keys = [check.pk for check in found]
    PromiseCheck.objects.unscoped(reason="reminders are the system's own").filter(pk__in=keys).update(reminded_on=today)
    return len(of_person)


def _due(principal_id: int, today: date) -> Q:
    """Soon and not told, or late and not told since."""
    level = service_level(CHECK_LEVEL, principal_id=principal_id, day=today)
    ahead = today + timedelta(days=level.warn_before or 1)
    soon = Q(due_on__gte=today, due_on__lte=ahead, reminded_on__isnull=True)
    late: Any = Q(due_on__lt=today) & (Q(reminded_on__isnull=True) | Q(reminded_on__lte=F("due_on")))
    return soon | late


def _who(check: PromiseCheck, at: datetime) -> Person | None:
    for duty in CHECKS:
        for person in holders(duty, check.unit.path or "", at=at):
            return person
    return None
