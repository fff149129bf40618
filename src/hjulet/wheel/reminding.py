"""Whoever is to do something planned is told: once in time, and once when it is late.

At a unit it is whoever has the role there or nearest above, else whoever plans the unit's year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import F, Q

from hjulet.core.clocks import local_date
from hjulet.law.rules import service_level
from hjulet.notify.actions import tell
from hjulet.org.models import Assignment, Person, in_force
from hjulet.wheel.choices import PLANS, REMIND_LEVEL
from hjulet.wheel.models import above

LATEST = timedelta(days=366)  # what is older than that is told of nowhere
MOST = 5000  # rows at a time
Held = dict[tuple[str, str], list[Person]]  # by the unit's path, and the role's code or the duty to plan
Wait = tuple[str, str, date]  # the unit's path, the code of the role or empty, the last day


def remind(
    rows: Any,
    day: str,
    about: str,
    waits_of: Callable[[list[Any]], Iterable[Wait]],
    *,
    link: str,
    principal_id: int,
    at: datetime,
) -> int:
    """Tells each person once of all that is due soon, and once of all that is late. Returns how many were told.

    `rows` have `soon_told_on`, `late_told_on` and the last day in the column `day`; `waits_of` says where they wait.
    `about` begins the notice's kind.
    """
    today = local_date(at)
    level = service_level(REMIND_LEVEL, principal_id=principal_id, day=today)
    ahead = today + timedelta(days=level.limit.amount or 0)
    soon = rows.filter(**{f"{day}__gte": today, f"{day}__lte": ahead, "soon_told_on": None})
    late = rows.filter(**{f"{day}__lt": today, f"{day}__gte": today - LATEST, "late_told_on": None})
    told = 0
    for some, kind, column in ((soon, "due_soon", "soon_told_on"), (late, "overdue", "late_told_on")):
        found = list(some.order_by(day, "id")[:MOST])
        if found:
            days = _days(principal_id, list(waits_of(found)), today)
            for person, last_days in days.items():
                due_on = min(last_days).isoformat()
                tell(people=[person], kind=f"{about}.{kind}", link=link, at=at, due_on=due_on)
            rows.model.objects.filter(pk__in=[row.pk for row in found]).update(**{column: today})
            told += len(days)
    return told


def _days(principal_id: int, waits: list[Wait], today: date) -> dict[Person, list[date]]:
    held, days = (
        _who_holds(principal_id, {role for _path, role, _day in waits}, today),
        defaultdict[Person, list[date]](list),
    )
    for path, role, last in waits:
        for person in _nearest(held, path, role or PLANS.value):
            days[person].append(last)
    return days


def _who_holds(principal_id: int, roles: Collection[str], today: date) -> Held:
    """Who holds some roles, by their codes, and who plans, at each place. One query."""
    meant = Q(role__code__in=roles) | Q(role__duties__duty=PLANS)
    rows = Assignment.objects.filter(
        in_force(today), meant, unit__principal_id=principal_id, person__is_active=True, unit__path__isnull=False
    )
    found: Held = defaultdict(list)
    told = rows.annotate(path=F("unit__path"), code=F("role__code"), duty=F("role__duties__duty")).select_related(
        "person"
    )
    for row in told.order_by("id"):
        for name in {row.code, PLANS.value if row.duty == PLANS else row.code}:
            if row.person not in found[row.path, name]:
                found[row.path, name].append(row.person)
    return found


def _nearest(held: Held, path: str, name: str) -> list[Person]:
    """Those at the unit, else at the nearest place above; where nobody has the role, whoever plans."""
    for wanted in dict.fromkeys((name, PLANS.value)):
        for place in reversed(above(path)):
            if (place, wanted) in held:
                return held[place, wanted]
    return []
