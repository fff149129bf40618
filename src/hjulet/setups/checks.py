"""The demo's self-checks: lists in use, a year planned, most rounds answered and told what they mean, some late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import cycle
from typing import Any

from hjulet.checks import actions, answering
from hjulet.checks.actions import Analysis, CheckPlan, NewMeasure
from hjulet.checks.answering import Told
from hjulet.checks.choices import PLANS
from hjulet.checks.content import ready_checklists
from hjulet.checks.content_types import sheet_of
from hjulet.checks.models import Checklist, Round, SelfCheck
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.org.models import Person, Unit
from hjulet.org.reach import holders
from hjulet.processes.models import Process
from hjulet.setups.content import read
from hjulet.wheel.choices import WheelReach

ActorOf = Callable[[str, datetime], Actor]
ANSWERED = 6  # days after a round began, about


def fill_checks(units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    """Plans the lists of the script for earlier years and this one, and lives them up to the day."""
    script = read("checks")
    top, year = units[script["unit"]], local_date(at).year
    lists = {row["list"]: _published(top, row["list"], at) for row in script["plans"]}
    for one in range(year - script["years_before"], year + 1):
        for row in script["plans"] if one == year else script["plans"][:1]:
            _plan(top, one, row, lists[row["list"]])
    own = script["own"]
    _plan(units[own["unit"]], year, own | {"reach": WheelReach.HERE}, _published(units[own["unit"]], own["list"], at))
    _Life(script, units, actor, at).lived()


def _published(unit: Unit, code: str, at: datetime) -> Checklist:
    earlier = at - timedelta(days=900)
    made = actions.take_ready(unit, ready_checklists()[code], actor=None, at=earlier)
    actions.publish(made.versions.get(), seen=None, actor=None, at=earlier)
    return made


def _plan(unit: Unit, year: int, row: dict[str, Any], checklist: Checklist) -> None:
    process, _slash, step = row.get("step", "").partition("/")
    plan = CheckPlan(
        checklist,
        row["often"],
        Decimal(ready_checklists()[row["list"]].content["target"]),
        reach=row.get("reach", WheelReach.UNITS if not row.get("for_providers") else WheelReach.ALL),
        for_providers=row.get("for_providers", False),
        how=row.get("how", ""),
        process=Process.objects.filter(principal_id=unit.principal_id, code=process).first(),
        step=step,
    )
    actions.plan_check(unit, year, plan, actor=None, at=datetime(year, 1, 2, 9, tzinfo=STOCKHOLM))


class _Life:
    """Each round that is over, and some that are going on, answered by whoever leads the unit."""

    def __init__(self, script: dict[str, Any], units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
        self.script, self.actor, self.at = script, actor, at
        self.late = {(code, units[unit].pk) for code, some in script["late"].items() for unit in some if unit in units}
        self.weak = {(code, units[unit].pk) for code, some in script["weak"].items() for unit in some if unit in units}
        self.good, self.low = cycle(script["analyses"]["good"]), cycle(script["analyses"]["low"])
        self.notes, self.measures = cycle(script["notes"]), iter(script["measures"])
        self.leaders: dict[int, str] = {}

    def lived(self) -> None:
        today = local_date(self.at)
        checks = SelfCheck.objects.select_related("checklist")
        rows = Round.objects.filter(check_of__in=checks, due_on__lt=today).select_related("unit", "version__checklist")
        for round_ in rows.order_by("opens_on", "unit__path", "pk"):
            if self._code(round_) not in {code for code, unit in self.late if unit == round_.unit_id} or not self._last(
                round_
            ):
                self._answered(round_)

    def _code(self, round_: Round) -> str:
        return next(one.code for one in ready_checklists().values() if one.title == round_.version.checklist.title)

    def _last(self, round_: Round) -> bool:
        return round_.due_on is not None and (local_date(self.at) - round_.due_on).days < 92

    def _answered(self, round_: Round) -> None:
        assert round_.opens_on is not None
        login = self._leader(round_)
        day = next_working_day(round_.opens_on + timedelta(days=ANSWERED + round_.pk % 9))
        moment = datetime.combine(day, time(9 + round_.pk % 7, round_.pk * 7 % 60), tzinfo=STOCKHOLM)
        if not login or moment > self.at:
            return
        weak = (self._code(round_), round_.unit_id) in self.weak and round_.opens_on.year == self.at.year
        who = self.actor(login, moment)
        answering.answer_all(round_, self._told(round_, weak), actor=who, at=moment)
        sent = answering.send(round_, actor=who, at=moment)
        if (round_.pk + round_.unit_id) % 11:
            self._analysed(sent, who, moment + timedelta(days=3))

    def _told(self, round_: Round, weak: bool) -> dict[str, Told]:
        codes = answering.questions_of(sheet_of(round_.version))
        return {
            code: Told(self._points(round_, place, weak), note=next(self.notes) if (place + round_.pk) % 9 == 0 else "")
            for place, code in enumerate(codes)
        }

    def _points(self, round_: Round, place: int, weak: bool) -> Decimal:
        drawn = (round_.pk * 31 + place * 17) % 10
        return Decimal((1 if drawn < 6 else 2 if drawn < 8 else 0) if weak else (2 if drawn < 8 else 1))

    def _analysed(self, round_: Round, who: Actor, at: datetime) -> None:
        if at > self.at:
            return
        if round_.reached is not False:
            actions.analyse(round_, Analysis(next(self.good)), actor=who, at=at)
            return
        row = next(self.measures, None)
        told = Analysis(next(self.low), reason="" if row else self.script["reason"])
        if row:
            owner = Person.objects.get(pk=who.person_id)
            due = max(next_working_day(local_date(at) + timedelta(days=60)), local_date(self.at))
            new = NewMeasure(row["title"], row["effect"], "medium", owner, due, "sol")
            told = Analysis(told.text, measure=new)
        actions.analyse(round_, told, actor=who, at=at)

    def _leader(self, round_: Round) -> str:
        if round_.unit_id not in self.leaders:
            people = holders(PLANS, round_.unit.path or "", at=self.at)
            own = [
                one.login
                for one in people
                if one.home_unit_id and one.home_unit and (one.home_unit.path or "") == round_.unit.path
            ]
            self.leaders[round_.unit_id] = next(iter([*own, *(one.login for one in people)]), "")
        return self.leaders[round_.unit_id]
