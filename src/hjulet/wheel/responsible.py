"""Who is to do something at a unit: whoever has the role there or nearest above, else whoever plans the unit's year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import F, Q

from hjulet.org.models import Assignment, Person, in_force
from hjulet.wheel.choices import PLANS
from hjulet.wheel.models import above

Held = dict[tuple[str, str], list[Person]]  # by the unit's path, and the role's code or the duty to plan


def who_holds(principal_id: int, roles: Collection[str], today: date) -> Held:
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


def nearest(held: Held, path: str, name: str) -> list[Person]:
    """Those at the unit, else at the nearest place above; where nobody has the role, whoever plans."""
    for wanted in dict.fromkeys((name, PLANS.value)):
        for place in reversed(above(path)):
            if (place, wanted) in held:
                return held[place, wanted]
    return []
