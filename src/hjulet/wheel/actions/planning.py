"""Planning a year: from a ready wheel, from the year before, or one activity at a time."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.versions import check_version, write_version
from hjulet.org.models import Role, Unit
from hjulet.wheel.choices import Repeats, WheelReach
from hjulet.wheel.content import Wheel
from hjulet.wheel.models import Activity, Mark, Plan, alive_on, as_values
from hjulet.wheel.planning import Line, lines_of_next, lines_of_wheel, rule_kept
from hjulet.wheel.rights import NO_WHEEL, may_plan

COLUMNS = ("title", "about", "quarter", "role", "produces", "reach", "for_providers", "repeats", "starts_on", "ends_on")
MOST = 400  # activities in one unit's year


def plan_ready(
    unit: Unit, year: int, wheel: Wheel, chosen: Collection[str] | None = None, *, actor: Actor | None, at: datetime
) -> Plan:
    """Takes a ready wheel into the proposal for a year; what is there already is left alone. None chosen means all.

    Raises Refused.
    """
    return _fill(unit, year, lines_of_wheel(wheel, year), chosen, {"wheel": wheel.code}, actor, at)


def plan_next(plan: Plan, chosen: Collection[str] | None = None, *, actor: Actor | None, at: datetime) -> Plan:
    """A proposal for the year after, from this one. Raises Refused, also when that year has a decided plan."""
    rows = plan.activities.select_related("role")
    return _fill(plan.unit, plan.year + 1, lines_of_next(rows, plan.year + 1), chosen, {"from": plan.year}, actor, at)


def _fill(
    unit: Unit,
    year: int,
    lines: list[Line],
    chosen: Collection[str] | None,
    source: dict[str, Any],
    actor: Actor | None,
    at: datetime,
) -> Plan:
    with transaction.atomic():
        plan = _open_plan(unit, year, actor, at)
        there = set(plan.activities.values_list("series", flat=True))
        roles = {role.code: role for role in Role.objects.filter(principal_id=unit.principal_id)}
        wanted = [line for line in lines if line.span and (chosen is None or line.series in chosen)]
        new = [line for line in wanted if line.series not in there]
        if not new:
            raise Refused(_("Inget är valt som inte redan finns i planen. Kryssa i minst en aktivitet."))
        _check_room(len(there) + len(new))
        Activity.objects.bulk_create(
            Activity(plan=plan, role=roles.get(line.role), changed_at=at, **line.values) for line in new
        )
        record_plan("wheel.planned", plan, actor, at, source | {"year": year, "activities": len(new)})
    return plan


def _open_plan(unit: Unit, year: int, actor: Actor | None, at: datetime) -> Plan:
    """The proposal for a unit's year, begun if there is none. Raises Refused when it is decided."""
    plan = _plan_of(unit, year, actor, at)
    if plan.adopted:
        raise Refused(_("Planen för året är redan beslutad. Lägg till en aktivitet i taget."))
    _refuse_asked(plan)
    return plan


def _refuse_asked(plan: Plan) -> None:
    if plan.asked:
        raise Refused(_("Förslaget väntar på beslut. Ta tillbaka det först om det ska ändras."))


def _plan_of(unit: Unit, year: int, actor: Actor | None, at: datetime) -> Plan:
    _check_may_plan(unit, actor)
    if unit.kind in NO_WHEEL or not (alive_on(unit, date(year, 12, 31)) or alive_on(unit, date(year, 1, 1))):
        raise Refused(_("Enheten finns inte det året."))
    Unit.objects.select_for_update().get(pk=unit.pk)
    fresh = {"principal_id": unit.principal_id, "made_at": at}
    plan, _made = Plan.objects.select_related("unit").get_or_create(unit=unit, year=year, defaults=fresh)
    return plan


def _check_may_plan(unit: Unit, actor: Actor | None) -> None:
    if actor is not None and not may_plan(unit, actor):
        raise Refused(_("Bara den som skriver styrande dokument för enheten planerar dess år."))


def _check_room(number: int) -> None:
    if number > MOST:
        words = ngettext("Ett år rymmer %(n)s aktivitet.", "Ett år rymmer %(n)s aktiviteter.", MOST)
        raise Refused(words % {"n": MOST})


def new_activity(unit: Unit, year: int, values: Mapping[str, Any], *, actor: Actor | None, at: datetime) -> Activity:
    """`values` by COLUMNS. Begins a proposal when the year has no plan. Raises Refused."""
    with transaction.atomic():
        plan = _plan_of(unit, year, actor, at)
        _refuse_asked(plan)
        _check_days(plan, values)
        _check_room(plan.activities.count() + 1)
        made = Activity(plan=plan, series=f"egen-{secrets.token_hex(5)}", changed_at=at, **_filled(values))
        made.save(force_insert=True)
        _record_one("wheel.added", made, actor, at, as_values(**values))
    return made


def change_activity(
    activity: Activity, values: Mapping[str, Any], *, version: int | None, actor: Actor | None, at: datetime
) -> Activity:
    """Writes what differs. A later last day is reminded of anew. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _lock_one(activity, version, actor)
        _check_days(locked.plan, values)
        if locked.reach != values["reach"] and Mark.objects.filter(activity=locked).exists():
            raise Refused(_("Någon har redan svarat, så det går inte att ändra vem som gör det."))
        new = _filled(values)
        if (locked.repeats, locked.starts_on, locked.ends_on) == tuple(
            values[name] for name in ("repeats", "starts_on", "ends_on")
        ):
            del new["rule"]  # the rule may know more than the days do
        changed = {name: [old, value] for name, value in new.items() if (old := getattr(locked, name)) != value}
        if not changed:
            return locked
        forget: dict[str, Any] = {}
        if "ends_on" in changed:
            forget = {"soon_told_on": None, "late_told_on": None}
        if "title" in changed:
            forget["title_en"] = ""
        if "produces" in changed:
            forget |= {"produces_en": "", "product": ""}
        write_version(locked, {name: new[name] for name in changed} | forget | {"changed_at": at})
        _record_one(
            "wheel.changed", locked, actor, at, {n: list(as_values(a=o, b=v).values()) for n, (o, v) in changed.items()}
        )
    return locked


def remove_activity(activity: Activity, reason: str, *, version: int | None, actor: Actor | None, at: datetime) -> None:
    """Takes it out of the year, with a reason when the plan is decided. Raises Refused when a unit has answered."""
    with transaction.atomic():
        locked = _lock_one(activity, version, actor)
        if Mark.objects.filter(activity=locked).exists():
            raise Refused(_("Någon har redan svarat. Den som inte ska göra den säger att den utgår, med skäl."))
        if locked.plan.adopted and not reason.strip():
            raise Refused(_("Planen är beslutad. Skriv varför aktiviteten tas bort."))
        _record_one("wheel.removed", locked, actor, at, {"title": locked.title, "reason": reason})
        locked.delete()


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    new = {name: values[name] for name in COLUMNS}
    if new["reach"] == WheelReach.HERE:
        new["for_providers"] = bool(new["for_providers"])
    new["for_providers"] = new["for_providers"] or new["reach"] == WheelReach.PROVIDERS
    return new | {"rule": rule_kept(Repeats(new["repeats"]).value, new["starts_on"], new["ends_on"])}


def _check_days(plan: Plan, values: Mapping[str, Any]) -> None:
    first, last = values["starts_on"], values["ends_on"]
    if last < first:
        raise Refused(_("Sista dagen ligger före den första."))
    if last.year != plan.year:
        raise Refused(_("Sista dagen ska ligga i %(year)s.") % {"year": plan.year})
    if (last - first).days > 366:
        raise Refused(_("En aktivitet kan pågå i högst ett år."))


def _lock_one(activity: Activity, version: int | None, actor: Actor | None) -> Activity:
    rows = Activity.objects.select_for_update(of=("self", "plan")).select_related("plan__unit", "role")
    locked = rows.get(pk=activity.pk)
    _check_may_plan(locked.plan.unit, actor)
    _refuse_asked(locked.plan)
    check_version(locked, version)
    return locked


def record_plan(verb: str, plan: Plan, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    about, where = ("wheel-plan", plan.pk), {"principal_id": plan.principal_id, "unit_id": plan.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values, **where)


def _record_one(verb: str, activity: Activity, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    plan = activity.plan
    about, where = ("wheel-activity", activity.pk), {"principal_id": plan.principal_id, "unit_id": plan.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values, **where)
