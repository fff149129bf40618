"""The demo's annual wheel: a year decided in time, most of it done, some of it late, and a proposal for the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import cycle
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.org.models import Principal, Unit
from hjulet.org.reach import holders
from hjulet.setups.content import read
from hjulet.wheel import actions
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.choices import PLANS, Repeats, Said, WheelReach
from hjulet.wheel.content import wheels
from hjulet.wheel.models import Activity, Plan
from hjulet.wheel.progress import waiting_pairs
from hjulet.wheel.recurrence import shifted
from hjulet.wheel.rights import has_role

ActorOf = Callable[[str, datetime], Actor]
NEAR = timedelta(days=15)
STOPS = "stop-"
BEFORE = timedelta(days=6)  # most is done some days before its last day


def fill_wheel(principal: Principal, units: dict[str, Unit], actor: ActorOf, at: datetime, *, main: bool) -> None:
    """Decides the year's plans and lives it up to the day. `main`: the first principal, with what its units did."""
    script = read("wheel")
    year = local_date(at).year
    for row in script["plans" if main else "second"]:
        unit = units[row["unit"]]
        _decide(actions.plan_ready(unit, year, wheels()[row["wheel"]], actor=None, at=_before(year)), script)
    if not main:
        return
    for row in script["own"]:
        _add(units[row["unit"]], year, row)
    for plan in Plan.objects.filter(principal=principal, year=year, state="proposed").select_related("unit"):
        _decide(plan, script)
    _live(principal, actor, at, script)
    near = local_date(at) + NEAR
    Activity.objects.filter(plan__principal=principal, ends_on__lte=near).update(
        soon_told_on=local_date(at), late_told_on=local_date(at)
    )  # the demo begins with nobody just reminded
    there = Plan.objects.select_related("unit").get(unit=units[script["coming"]], year=year)
    begun = at - timedelta(days=2)
    coming = actions.plan_next(there, actor=actor("mona", begun), at=begun)
    actions.ask(coming, version=None, actor=actor("mona", begun), at=begun + timedelta(hours=3))


def _before(year: int) -> datetime:
    return datetime(year - 1, 12, 8, 10, tzinfo=STOCKHOLM)


def _decide(plan: Plan, script: dict[str, Any]) -> None:
    entered = _before(plan.year) + timedelta(days=2)
    decision = actions.Decision(script["decided_by"], script["number"], local_date(entered) - timedelta(days=1))
    actions.adopt(plan, decision, version=None, actor=None, at=entered)


def _add(unit: Unit, year: int, row: dict[str, Any]) -> None:
    first, last = (date(year, month, day) for month, day in (row["from"], row["to"]))
    values = {name: row[name] for name in ("title", "about", "produces", "quarter")}
    days = {"starts_on": min(first, shifted(last, back=True)), "ends_on": shifted(last, back=True)}
    reach = WheelReach(row.get("reach", WheelReach.HERE))
    more = {"role": None, "for_providers": False, "reach": reach, "repeats": Repeats(row["repeats"])}
    actions.new_activity(unit, year, values | days | more, actor=None, at=_before(year))


def _live(principal: Principal, actor: ActorOf, at: datetime, script: dict[str, Any]) -> None:
    """What is over has been answered by whoever has the role, but for what the script says is late."""
    today = local_date(at)
    rows = Activity.objects.filter(plan__principal=principal, plan__year=today.year, ends_on__lt=today)
    by_key = {row.pk: row for row in rows.select_related("plan__unit", "role").order_by("ends_on", "id")}
    units = {unit.pk: unit for unit in Unit.objects.of(principal.pk)}
    told, who = cycle(script["done"]), _Who(actor)
    pairs = [(by_key[one], units[unit]) for one, unit, _path in waiting_pairs(principal.pk, today.year, by_key)]
    for one, unit in sorted(pairs, key=lambda pair: (pair[0].ends_on, pair[0].pk, pair[1].path or "")):
        answer = _answer(one, unit, script, told)
        moment = min(_moment(one), at - timedelta(hours=1))
        someone = who.for_(one, unit, moment) if answer else None
        if answer and someone:
            actions.mark(one, unit, answer, actor=someone, at=moment)


def _answer(one: Activity, unit: Unit, script: dict[str, Any], told: Iterator[str]) -> Answer | None:
    if unit.code in script["late"].get(one.series, ()):
        return None
    reason = script["skipped"].get(one.series, {}).get(unit.code)
    if one.series.startswith(STOPS) and not reason:
        return None  # the stop itself says that it is done (setups.learning_stops)
    if reason:
        return Answer(Said.SKIPPED.value, reason=reason)
    return Answer(Said.DONE.value, produced=next(told))


def _moment(one: Activity) -> datetime:
    day = next_working_day(max(one.starts_on, one.ends_on - BEFORE))
    return datetime.combine(day, time(9 + one.pk % 7, one.pk * 7 % 60), tzinfo=STOCKHOLM)


class _Who:
    """Who answers for a unit: someone with the activity's role, else whoever plans its year."""

    def __init__(self, actor: ActorOf) -> None:
        self.actor = actor
        self.found: dict[tuple[int | None, int], str] = {}

    def for_(self, one: Activity, unit: Unit, at: datetime) -> Actor | None:
        key = (one.role_id, unit.pk)
        if key not in self.found:
            people = [person.login for person in holders(PLANS, unit.path or "", at=at)]
            named = [login for login in people if has_role(one, unit, self.actor(login, at))]
            self.found[key] = next(iter([*named, *people]), "")
        return self.actor(self.found[key], at) if self.found[key] else None
