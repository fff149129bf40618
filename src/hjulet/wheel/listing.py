"""What a unit's year holds: its own activities, what comes from above, and how each stands on a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.numbers import whole_number
from hjulet.org.models import SEGMENT, Unit
from hjulet.wheel.choices import DECIDES, PLANS, PlanState, Quarter, Said, WheelStanding
from hjulet.wheel.models import LATEST, OLDEST, Activity, Mark, Plan, above, alive_on, is_for, provider_of
from hjulet.wheel.progress import NOTHING, Count, Waits, by_activity, waiting_at
from hjulet.wheel.rights import NO_WHEEL

VIEWS = ("hjul", "lista", "kalender")
FROM = ("har", "ovanifran", "under")
SORTS = ("slut", "start", "titel")


@dataclass(frozen=True)
class Selection:
    """`view` one of VIEWS, empty when none was asked for; `whose` one of FROM, `quarter` one of Quarter, `standing` one
    of WheelStanding, each empty for all; `month` 0 for none."""

    unit: str = ""
    year: int = 0
    view: str = ""
    whose: str = ""
    quarter: str = ""
    standing: str = ""
    month: int = 0
    sort: str = "slut"

    @property
    def any(self) -> bool:
        return bool(self.whose or self.quarter or self.standing)


def read_selection(params: Mapping[str, str], today: date) -> Selection:
    def one_of(name: str, known: Any, other: str = "") -> str:
        return params.get(name, "") if params.get(name, "") in known else other

    sort = params.get("sort", "")
    return Selection(
        unit=params.get("enhet", "").replace("\x00", "")[:40],
        year=read_year(params.get("ar", ""), today),
        view=one_of("vy", VIEWS),
        whose=one_of("fran", FROM),
        quarter=one_of("kvart", Quarter.values),
        standing=one_of("lage", WheelStanding.values),
        month=_month(params.get("manad", "")),
        sort=sort if sort.lstrip("-") in SORTS else "slut",
    )


def read_year(text: str, today: date) -> int:
    year = whole_number(text, digits=4)
    return year if year is not None and OLDEST <= year <= LATEST else today.year


def _month(text: str) -> int:
    month = whole_number(text, digits=2)
    return month if month is not None and 1 <= month <= 12 else 0


def places(actor: Actor) -> Any:
    """Units with a wheel that the actor may know of, in the order of the tree."""
    return Unit.objects.seen_by(actor).filter(path__isnull=False).exclude(kind__in=NO_WHEEL).order_by("path")


def own_place(actor: Actor, units: Iterable[Unit]) -> Unit | None:
    """Where she plans the year; else where she works, or the unit a ward belongs to; else where she has a role; else
    the topmost one."""
    by_path = {unit.path or "": unit for unit in units}
    wanted = [grant.path for grant in actor.grants if grant.duty == PLANS]
    wanted += [actor.unit_path, *(grant.path for grant in actor.grants)]
    for path in wanted:
        while path:
            if path in by_path:
                return by_path[path]
            path = path[:-SEGMENT]
    return next(iter(by_path.values()), None)


@dataclass(frozen=True)
class Row:
    """One activity seen from a unit. `here`: the unit does it itself. `count` is of the unit and all under it, for what
    several do. `mark` is what the unit said, or for what only the unit above does, what that one said."""

    activity: Activity
    unit: Unit
    here: bool
    above: bool
    mark: Mark | None
    count: Count
    standing: str

    @property
    def waits(self) -> bool:
        return self.standing in {WheelStanding.LATE, WheelStanding.NOW, WheelStanding.COMING}

    @property
    def spread(self) -> bool:
        """Whether it is told how many of several have answered."""
        return self.activity.shared and self.count.total > int(self.here)

    @cached_property
    def standing_label(self) -> str:
        return str(WheelStanding(self.standing).label)

    @cached_property
    def told(self) -> str:
        """How many of several have answered, and how many are late; empty where it is one's own."""
        if not self.spread:
            return ""
        told = _("%(n)s av %(all)s har svarat") % {"n": self.count.answered, "all": self.count.total}
        return f"{told}, {late_told(self.count.late)}" if self.count.late else told

    @cached_property
    def origin(self) -> str:
        """Where it comes from and who does it; empty for what is only the unit's own."""
        plan = self.activity.plan
        if plan.unit_id == self.unit.pk:
            return str(self.activity.get_reach_display()) if self.activity.shared else ""
        if self.above:
            return _("%(place)s gör det") % {"place": plan.unit.name}
        text = _("Från %(place)s, görs här") if self.here else _("Från %(place)s, görs under")
        return text % {"place": plan.unit.name}

    @cached_property
    def address(self) -> str:
        return f"{self.activity.get_absolute_url()}?enhet={self.unit.code}"


def late_told(late: int) -> str:
    return ngettext("%(n)s är sen", "%(n)s är sena", late) % {"n": late}


def plans_around(unit: Unit) -> list[Plan]:
    """Those of the unit and of all above it, of every year."""
    return list(Plan.objects.filter(unit__path__in=above(unit.path or "")).select_related("unit", "asked_by"))


def rows_of(
    unit: Unit, year: int, actor: Actor, at: datetime, *, proposed: bool = False, plans: Iterable[Plan] | None = None
) -> list[Row]:
    """A unit's year by last day, in a few queries however long. `proposed`: what is in the unit's own proposal.
    `plans` are those around the unit, where they have been read."""
    found = Activity.objects.of_year(year)
    found = found.seen_by(actor).filter(plan__unit=unit) if proposed else found.read_by(actor).around(unit)
    by_key = {plan.pk: plan for plan in (plans_around(unit) if plans is None else plans)}
    rows = list(found.select_related("role"))
    for row in rows:
        row.plan = by_key[row.plan_id]  # a few plans, many rows
    return _told(rows, unit, at)


def row_of(one: Activity, unit: Unit, actor: Actor, at: datetime) -> Row | None:
    """One activity as a unit's year has it; None when it is not there. Its plan, the plan's unit and role are read."""
    found = Activity.objects.filter(pk=one.pk)
    found = found.read_by(actor).around(unit) if one.plan.adopted else found.seen_by(actor).filter(plan__unit=unit)
    return next(iter(_told([one], unit, at)), None) if found.exists() else None


def _told(rows: list[Activity], unit: Unit, at: datetime) -> list[Row]:
    today, provider = local_date(at), provider_of(unit)
    rows = [row for row in rows if row.plan.unit_id != unit.pk or alive_on(unit, row.ends_on)]
    counts = by_activity(unit, rows[0].plan.year, [row for row in rows if row.shared], today) if rows else {}
    marks = {(mark.activity_id, mark.unit_id): mark for mark in _marks(rows, unit)}
    told = [_row(row, unit, is_for(row, unit, provider), counts.get(row.pk, NOTHING), marks, today) for row in rows]
    return [row for row in told if row.here or row.above or row.count.total or row.activity.plan.unit_id == unit.pk]


def _marks(rows: list[Activity], unit: Unit) -> Any:
    whose = {unit.pk} | {row.plan.unit_id for row in rows if not row.shared}
    return Mark.objects.filter(activity__in=[row.pk for row in rows], unit__in=whose).select_related("said_by")


def _row(one: Activity, unit: Unit, here: bool, count: Count, marks: dict[tuple[int, int], Mark], today: date) -> Row:
    above = one.plan.unit_id != unit.pk and not one.shared
    mark = marks.get((one.pk, one.plan.unit_id if above else unit.pk))
    if here or above:
        standing = standing_of(one, mark, today)
    else:
        standing = _standing_below(one, count, today)
    return Row(one, unit, here, above, mark, count, standing)


def standing_of(one: Activity, mark: Mark | None, today: date) -> str:
    if mark is not None:
        return str(WheelStanding.DONE if mark.said == Said.DONE else WheelStanding.SKIPPED)
    return _by_days(one, today)


def _standing_below(one: Activity, count: Count, today: date) -> str:
    if count.total and not count.waiting:
        return str(WheelStanding.DONE if count.done else WheelStanding.SKIPPED)
    return _by_days(one, today)


def _by_days(one: Activity, today: date) -> str:
    if one.ends_on < today:
        return str(WheelStanding.LATE)
    return str(WheelStanding.NOW if one.starts_on <= today else WheelStanding.COMING)


def chosen(rows: list[Row], selection: Selection) -> list[Row]:
    """Those that the address asks for, in its order."""
    found = [row for row in rows if _wanted(row, selection)]
    keys: dict[str, Any] = {
        "slut": lambda row: (row.activity.ends_on, row.activity.starts_on, row.activity.pk),
        "start": lambda row: (row.activity.starts_on, row.activity.ends_on, row.activity.pk),
        "titel": lambda row: (str(row.activity).casefold(), row.activity.ends_on, row.activity.pk),
    }
    return sorted(found, key=keys[selection.sort.lstrip("-")], reverse=selection.sort.startswith("-"))


def _wanted(row: Row, selection: Selection) -> bool:
    if selection.quarter and row.activity.quarter != selection.quarter:
        return False
    if selection.standing and row.standing != selection.standing:
        return False
    from_above = row.activity.plan.unit_id != row.unit.pk
    whose = {"": True, "har": row.here, "ovanifran": from_above, "under": row.spread}
    return whose[selection.whose]


def plan_of(unit: Unit, year: int) -> Plan | None:
    return Plan.objects.filter(unit=unit, year=year).select_related("unit", "asked_by").first()


def years_around(plans: Iterable[Plan], year: int, today: date) -> list[int]:
    """Years with a plan that the unit is in, and this year, the one before and the one after."""
    found = {plan.year for plan in plans}
    return sorted({*found, today.year - 1, today.year, today.year + 1, year})


def planned_places(actor: Actor) -> list[Unit]:
    """Units whose year the actor plans."""
    return _places_with(PLANS, actor)


def decided_places(actor: Actor) -> list[Unit]:
    """Units whose year the actor decides."""
    return _places_with(DECIDES, actor)


def _places_with(duty: str, actor: Actor) -> list[Unit]:
    rows = places(actor).filter(valid_to__isnull=True)
    return list(rows.within(actor.reach(duty)))


def decisions_for(actor: Actor) -> list[Plan]:
    """Proposals that have been handed to those who decide, the actor among them; the oldest first. One query."""
    grants = actor.reach(DECIDES)
    if not grants:
        return []
    units = Unit.objects.seen_by(actor).within(grants).order_by()
    rows = Plan.objects.filter(state=PlanState.ASKED, unit__in=units.values("pk"), principal_id=actor.principal_id)
    return list(rows.select_related("unit").order_by("asked_at", "id"))


def waits_for(actor: Actor, at: datetime) -> list[Waits]:
    """What has begun and waits for the actor at units where she has a role herself, by last day; one query.

    The role that answers for the activity; where it names none, whoever plans the unit's year.
    """
    roles, plans = _held(actor)
    return waiting_at(actor.principal_id, roles, plans, local_date(at))


def _held(actor: Actor) -> tuple[dict[int, set[str]], set[int]]:
    """Codes of the roles she holds by unit, and the units whose year she plans."""
    roles: dict[int, set[str]] = {}
    for grant in actor.grants:
        roles.setdefault(grant.unit_id, set()).add(grant.role)
    return roles, {grant.unit_id for grant in actor.grants if grant.duty == PLANS}


def year_at_top(principal_id: int, on: date) -> list[Activity]:
    """What the topmost units with a decided plan for the year have planned, by last day."""
    plans = list(
        Plan.objects.filter(principal_id=principal_id, year=on.year, state=PlanState.ADOPTED).select_related("unit")
    )
    highest = min((plan.unit.depth for plan in plans), default=0)
    top = [plan.pk for plan in plans if plan.unit.depth == highest]
    return list(Activity.objects.filter(plan__in=top).select_related("role"))
