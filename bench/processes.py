"""The processes that come with Hjulet, in force, and where in them the made cases happened."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from hjulet.org.reach import actor_for
from hjulet.processes import actions
from hjulet.processes.content import load_processes
from hjulet.processes.models import Element, Process
from hjulet.stats.step_facts import TABLE

TASKS = Q(type__iendswith="task") & ~Q(name="")


def publish_processes(town: Any, at: datetime) -> None:
    """Those that have a drawing, approved by the director."""
    day = at - timedelta(days=365)
    load_processes(town.principal, day)
    chief = actor_for(town.chief, at=day)
    for process in Process.objects.filter(principal=town.principal):
        drawing = process.drawings.select_related("process__unit").get(state="draft")
        if drawing.elements.filter(TASKS).exists():
            actions.publish(actions.ask(drawing, actor=chief, at=day), actor=chief, at=day)


def steps_of(town: Any) -> list[int]:
    """Ids of the steps where something may happen."""
    rows = Element.objects.filter(TASKS, drawing__process__principal=town.principal, drawing__state="published")
    return list(rows.order_by("pk").values_list("pk", flat=True))


HURTS_SQL = f"SELECT process_id, step, SUM(cases) FROM {TABLE} WHERE month >= %s GROUP BY 1, 2"  # noqa: S608
