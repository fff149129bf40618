"""A year decided at the top from all ready wheels, and what most of the town's units have answered of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hjulet.core.clocks import local_date
from hjulet.org.reach import actor_for
from hjulet.wheel import actions
from hjulet.wheel.choices import Said
from hjulet.wheel.content import wheels
from hjulet.wheel.models import Activity, Mark
from hjulet.wheel.progress import waiting_pairs

PAIRS_SQL = """
SELECT a.id, count(*), count(m.id) FROM wheel_activity a JOIN org_unit u ON a.reach <> 'here' AND u.kind = 'unit'
LEFT JOIN wheel_mark m ON m.activity_id = a.id AND m.unit_id = u.id GROUP BY 1
"""


def decide_wheel(town: Any, at: datetime) -> None:
    """Of what is over, two units in three have said that it is done."""
    chief = actor_for(town.chief, at=at)
    today = local_date(at)
    for wheel in wheels().values():
        plan = actions.plan_ready(town.chief.home_unit, today.year, wheel, actor=chief, at=at - timedelta(days=90))
    actions.adopt(plan, actions.Decision("Nämnden", "", today), version=None, actor=chief, at=at)
    over = Activity.objects.filter(plan=plan, ends_on__lt=today).values_list("pk", flat=True)
    pairs = waiting_pairs(town.principal.pk, today.year, over)
    Mark.objects.bulk_create(
        Mark(activity_id=one, unit_id=unit, said=Said.DONE, produced="Klart enligt plan.", said_at=at)
        for one, unit, _path in pairs
        if unit % 3
    )
