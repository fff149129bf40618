"""Whoever is to do something on the annual wheel is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hjulet.core.jobs import scheduled
from hjulet.org.models import Principal
from hjulet.wheel.choices import PlanState
from hjulet.wheel.models import Activity
from hjulet.wheel.progress import waiting_pairs
from hjulet.wheel.reminding import Wait, remind


@scheduled("remind-wheel", every=timedelta(hours=1))
def remind_wheel(at: datetime) -> int:
    """Returns how many were told."""
    return sum(_remind(pk, at) for pk in Principal.objects.values_list("pk", flat=True))


def _remind(principal_id: int, at: datetime) -> int:
    rows = Activity.objects.filter(plan__principal_id=principal_id, plan__state=PlanState.ADOPTED)

    def waits_of(found: list[Activity]) -> Iterator[Wait]:
        by_key = {row.pk: row for row in found}
        for year in {row.plan.year for row in found}:
            for activity, _unit, path in waiting_pairs(principal_id, year, by_key):
                one = by_key[activity]
                yield path, one.role.code if one.role else "", one.ends_on

    rows = rows.select_related("role", "plan")
    return remind(rows, "ends_on", "wheel", waits_of, link="/arshjul/", principal_id=principal_id, at=at)
