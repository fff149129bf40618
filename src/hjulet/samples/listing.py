"""What waits for someone in this room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Value
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.samples.models import Draw, Extract


@dataclass(frozen=True)
class Waits:
    """Something begun that the actor is to finish: what, where one does it, its last day and its unit."""

    title: str
    url: str
    due_on: date
    unit_name: str


def waits_for(actor: Actor, at: datetime) -> list[Waits]:
    """Samples and extracts that the actor drew and has not closed, by last day; one query."""
    draws = Draw.objects.visible_to(actor).order_by().filter(drawn_by=actor.person_id, closed_at=None, erased_at=None)
    logs = Extract.objects.visible_to(actor).order_by().filter(reviewer=actor.person_id, closed_at=None, erased_at=None)
    columns = ("due_on", "pk", "unit__name")
    of_files = draws.values_list(*columns, "title", Value("draw"))
    rows = of_files.union(logs.values_list(*columns, "system", Value("log")), all=True)
    return sorted((_waits(*row) for row in rows), key=lambda row: (row.due_on, row.title))


def _waits(due_on: date, pk: int, unit: str, name: str, kind: str) -> Waits:
    if kind == "draw":
        return Waits(_("Stickprov: %(name)s") % {"name": name}, Draw(pk=pk).get_absolute_url(), due_on, unit)
    return Waits(_("Loggranskning: %(name)s") % {"name": name}, Extract(pk=pk).get_absolute_url(), due_on, unit)
