"""Decisions counted unit by unit, for those who lead and those who follow up; and read one by one by the former."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Max, Q, Sum
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.org.models import Unit
from hjulet.receipts.registry import threshold
from hjulet.samples.choices import COUNTS, LAWS_OF_DECISIONS, MASKED, SEES_DECISIONS
from hjulet.samples.limits import limits
from hjulet.samples.models import Decision, DecisionMonth

FEW = 10  # so few that a percentage says less than the two numbers
NUMBERS = ("decisions", "late", "without_plan", "plans_late")
SHOWS = ("sena", "utan-plan", "plan-sen", "alla")


@dataclass(frozen=True)
class Selection:
    """What the address asks for: a unit's code, a law, a column to sort by, and which decisions."""

    unit: str = ""
    law: str = ""
    sort: str = "-sena"
    show: str = "sena"


def read_selection(params: Mapping[str, str]) -> Selection:
    sort, law, show = params.get("sort", ""), params.get("lag", ""), params.get("visa", "")
    return Selection(
        unit=params.get("enhet", "").replace("\x00", "")[:40],
        law=law if law in LAWS_OF_DECISIONS else "",
        sort=sort if sort.removeprefix("-") in SORTS else "-sena",
        show=show if show in SHOWS else SHOWS[0],
    )


@dataclass(frozen=True)
class Row:
    """A unit's numbers. `masked`: too few for the reader to be told; `opens`: she may read which they are."""

    unit_id: int
    code: str
    name: str
    above: str
    path: str
    decisions: int
    late: int
    without_plan: int
    plans_late: int
    read_in_on: date | None = None
    masked: bool = False
    opens: bool = False

    @property
    def in_time(self) -> int:
        return self.decisions - self.late

    @property
    def percent(self) -> int:
        return round(100 * self.in_time / self.decisions) if self.decisions else 0

    @property
    def share(self) -> str:
        if self.decisions < FEW:
            return _("%(part)s av %(whole)s") % {"part": self.in_time, "whole": self.decisions}
        return _("%(n)s %%") % {"n": self.percent}


SORTS: dict[str, Any] = {
    "enhet": lambda row: row.path,
    "beslut": lambda row: row.decisions,
    "andel": lambda row: row.percent,
    "sena": lambda row: row.late,
    "utan-plan": lambda row: row.without_plan,
    "plan-sen": lambda row: row.plans_late,
}


def places(actor: Actor) -> Any:
    """Units where she counts or reads decisions, in the order of the tree."""
    reach = actor.reach(*SEES_DECISIONS, *COUNTS, *MASKED)
    return Unit.objects.of(actor.principal_id).within(reach).filter(path__isnull=False).order_by("path")


def units_of(actor: Actor, on: date, *, under: Unit | None = None, law: str = "") -> list[Row]:
    """Every unit in the actor's reach with decisions, in the order of the tree; counted by the database."""
    limit = limits(actor.principal_id, on)
    least = threshold(actor.principal_id, on) if actor.reach(*MASKED) else 0
    exact = actor.reach(*SEES_DECISIONS, *COUNTS)
    counted = (
        _counted(actor, under, law)
        .order_by("unit__path")
        .values_list("unit_id", "unit__code", "unit__name", "unit__parent__name", "unit__path")
        .annotate(
            decisions=Count("pk"),
            late=Count("pk", filter=limit.late),
            without_plan=Count("pk", filter=limit.without_plan),
            plans_late=Count("pk", filter=limit.plans_late),
            read_in=Max("read_in_at"),
        )
    )
    return [
        Row(
            pk,
            code,
            name,
            above or "",
            path,
            **dict(zip(NUMBERS, numbers, strict=True)),
            read_in_on=local_date(read_in),
            masked=_small(numbers, least) and not any(grant.covers(path) for grant in exact),
            opens=any(actor.holds_at(duty, path) for duty in SEES_DECISIONS),
        )
        for pk, code, name, above, path, *numbers, read_in in counted
    ]


def _small(numbers: list[int], least: int) -> bool:
    """Whether some number is one that could point at someone."""
    return any(0 < number < least for number in numbers)


def _counted(actor: Actor, under: Unit | None, law: str) -> Any:
    rows = Decision.objects.counted_by(actor)
    if under is not None:
        rows = rows.filter(unit__in=Unit.objects.under(under.path or "").order_by().values("pk"))
    return rows.filter(track=law) if law else rows


def total_of(rows: Iterable[Row]) -> Row:
    """All units that are shown, as one: a hidden number must not be found by taking away."""
    shown = [row for row in rows if not row.masked]
    days = [row.read_in_on for row in shown if row.read_in_on]
    numbers = {name: sum(getattr(row, name) for row in shown) for name in NUMBERS}
    return Row(0, "", "", "", "", **numbers, read_in_on=max(days, default=None))


def sorted_rows(rows: list[Row], sort: str) -> list[Row]:
    """By a column; what is masked lies last, since its place would tell its number."""
    key = SORTS[sort.removeprefix("-")]
    shown = sorted((row for row in rows if not row.masked), key=key, reverse=sort.startswith("-"))
    return [*shown, *(row for row in rows if row.masked)]


def decisions(actor: Actor, on: date, selection: Selection) -> Any:
    """Decisions that the actor may read one by one, those that waited longest first."""
    limit = limits(actor.principal_id, on)
    rules = {"sena": limit.late, "utan-plan": limit.without_plan, "plan-sen": limit.plans_late, "alla": Q()}
    rows = Decision.objects.visible_to(actor).filter(rules[selection.show]).select_related("unit")
    if selection.unit:
        under = Unit.objects.of(actor.principal_id).filter(code=selection.unit, path__isnull=False).first()
        below = Unit.objects.under(under.path or "") if under else Unit.objects.none()
        rows = rows.filter(unit__in=below.order_by().values("pk"))
    if selection.law:
        rows = rows.filter(track=selection.law)
    return rows.order_by("decided_on", "reference", "pk")


def months(actor: Actor, on: date, *, under: Unit | None = None, law: str = "") -> list[tuple[date, int, int]]:
    """The last twelve months with lists: month, decisions, late. Nothing for those who see masked numbers only."""
    if actor.reach(*MASKED):
        return []
    rows = DecisionMonth.objects.visible_to(actor).filter(month__gt=add_months_back(on, 12))
    if under is not None:
        rows = rows.filter(unit__in=Unit.objects.under(under.path or "").order_by().values("pk"))
    if law:
        rows = rows.filter(track=law)
    found = rows.order_by("month").values_list("month").annotate(all=Sum("decisions"), behind=Sum("late"))
    return [(month, whole, late) for month, whole, late in found]


def add_months_back(on: date, n: int) -> date:
    """The first day of the month n months earlier."""
    year, month0 = divmod(on.year * 12 + on.month - 1 - n, 12)
    return date(year, month0 + 1, 1)


@dataclass(frozen=True)
class DecisionFigures:
    """What the follow-up shows of a unit and all below it. None where the numbers are hidden from the reader."""

    decisions: int | None
    late: int | None
    without_plan: int | None
    plans_late: int | None
    read_in_on: date | None


def figures(actor: Actor, unit: Unit, on: date) -> DecisionFigures:
    """For the learning stops: as of a day, by the lists read in last."""
    rows = units_of(actor, on, under=unit)
    total = total_of(rows)
    if rows and all(row.masked for row in rows):
        return DecisionFigures(None, None, None, None, None)
    return DecisionFigures(total.decisions, total.late, total.without_plan, total.plans_late, total.read_in_on)
