"""Log review as a planned control: when each unit was reviewed last, what comes next, what is late, what came out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max

from hjulet.audit import reviews
from hjulet.audit.choices import Outcome
from hjulet.audit.models import LogReview, ReviewRow
from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled
from hjulet.law.rules import service_level
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT
from hjulet.samples.choices import REVIEW_LEVEL
from hjulet.samples.followed import add_months_back
from hjulet.samples.models import Extract, ExtractRow


@dataclass(frozen=True)
class PlanRow:
    """A unit: the last month that is reviewed there or above it, and the month that is to be reviewed next."""

    unit: Any
    last: date | None
    next: date
    late: bool
    under_way: bool


def every(principal_id: int, on: date) -> int:
    """How many months may pass between two reviewed months of a unit."""
    return service_level(REVIEW_LEVEL, principal_id=principal_id, day=on).limit.amount or 3


def plan(actor: Actor, on: date) -> list[PlanRow]:
    """Units whose log the actor reviews, the late ones first. A review of a place counts for all below it."""
    units: Any = reviews.reach(actor)
    units = units.alive(on).filter(path__isnull=False).exclude(kind=UnitKind.WARD).order_by("path")
    closed, open_at = _reviewed(actor)
    months, finished = every(actor.principal_id, on), add_months_back(on, 1)
    rows = [_row(unit, closed, open_at, months, finished) for unit in units]
    return sorted(rows, key=lambda row: (not row.late, row.under_way, row.next, row.unit.path))


def _row(unit: Any, closed: dict[str, date], open_at: set[str], months: int, finished: date) -> PlanRow:
    path = unit.path or ""
    paths = [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]
    last = max((closed[one] for one in paths if one in closed), default=None)
    due = add_months_unrolled(last, months) if last else finished
    return PlanRow(unit, last, due, last is None or due <= finished, any(one in open_at for one in paths))


def _reviewed(actor: Actor) -> tuple[dict[str, date], set[str]]:
    """By path: the last month of a closed review, in Hjulet or of another system; and where one is under way."""
    own: Any = LogReview.objects.filter(principal_id=actor.principal_id).order_by()
    others: Any = Extract.objects.visible_to(actor).order_by()
    closed: dict[str, date] = {}
    for rows in (own, others):
        for path, month in rows.filter(closed_at__isnull=False).values_list("unit__path").annotate(last=Max("month")):
            closed[path] = max(closed.get(path, month), month)
    under_way = {
        path for rows in (own, others) for path in rows.filter(closed_at=None).values_list("unit__path", flat=True)
    }
    return closed, under_way


def outcomes(actor: Actor, on: date) -> list[tuple[str, int]]:
    """What reviews of the last twelve months came to, in both kinds: each outcome and how many readings."""
    since = add_months_back(on, 12)
    units = reviews.reach(actor).order_by().values("pk")
    own = ReviewRow.objects.filter(review__unit__in=units, review__month__gte=since)
    others = ExtractRow.objects.visible_to(actor).filter(extract__month__gte=since)
    found: Counter[str] = Counter()
    for rows in (own, others):
        found.update(dict(rows.order_by().values_list("outcome").annotate(n=Count("pk"))))
    return [(str(outcome.label), found[outcome.value]) for outcome in Outcome]
