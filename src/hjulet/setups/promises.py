"""The demo's services: the starting content with units and owners, decided by the board, and a year of checks."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.org.models import Principal
from hjulet.services import actions
from hjulet.services.choices import Comparator, Source
from hjulet.services.content import load_services
from hjulet.services.models import Declaration, Description, Promise, PromiseCheck, Service, ServiceUnit
from hjulet.services.planning import plan
from hjulet.setups.content import read

SEED = 60_001
Timeline = Iterator[datetime]
Who = Callable[[str, datetime], Actor]


def begin_services(place: Any, told: dict[str, Any], at: datetime) -> None:
    """The proposals, and for those of the demo units, owner and a decision for the year that is."""
    year = local_date(at).year
    day = date(year, 1, 1)
    script = read("services")
    entered = datetime(year - 1, 12, 10, 10, tzinfo=STOCKHOLM)
    load_services(place.principal, day)
    for code, row in told.items():
        service = Service.objects.of(place.principal.pk).get(code=code)
        service.owner, service.owner_role = place.people.get(row["owner"]), place.roles.get(row["role"])
        service.save(update_fields=["owner", "owner_role"])
        ServiceUnit.objects.bulk_create(ServiceUnit(service=service, unit=place.units[unit]) for unit in row["units"])
        decided = date(year - 1, 12, 9)
        decision = actions.Decision(_board(place) or script["decided_by"], script["number"], decided, day)
        kinds: tuple[Any, ...] = (Description, Declaration)
        for kind in kinds:
            draft: Any = kind.objects.draft().get(service=service)
            actions.adopt(draft, decision, version=None, actor=None, at=entered)


def _board(place: Any) -> str:
    return next((unit.name for unit in place.units.values() if unit.kind == "committee"), "")


class Checks:
    """How the units kept what was promised, by the real actions. `heads` is who manages each unit, by its code."""

    def __init__(self, principal: Principal, heads: dict[str, str], people: dict[str, Any], who: Who) -> None:
        self.principal, self.heads, self.people, self.who = principal, heads, people, who
        self.script = read("services")
        self.chance = random.Random(SEED + principal.pk)  # noqa: S311  the same demo every time

    def timelines(self, at: datetime) -> Iterator[tuple[datetime, Timeline]]:
        """What is to be checked is laid out month by month, and done in the days after each period."""
        for month in range(1, local_date(at).month + 1):
            moment = datetime.combine(date(local_date(at).year, month, 2), time(6), tzinfo=STOCKHOLM)
            yield moment, self._plan(moment)

    def _plan(self, at: datetime) -> Timeline:
        plan(self.principal.pk, local_date(at))
        rows = PromiseCheck.objects.unscoped(reason="the demo's stories").waiting()
        rows = rows.filter(principal=self.principal, period_last__lt=local_date(at))
        found = list(rows.select_related("unit", "promise__declaration__service").order_by("unit__path", "id"))
        moments = sorted(self._moment(at) for _check in found)
        for check, moment in zip(found, moments, strict=True):
            if self._row("forgotten", check) is None and check.unit.code in self.heads:
                yield moment
                self._check(check, moment)

    def _moment(self, at: datetime) -> datetime:
        day = next_working_day(local_date(at) + timedelta(days=self.chance.randrange(1, 9)))
        return datetime.combine(day, time(self.chance.randrange(8, 16), self.chance.randrange(60)), tzinfo=STOCKHOLM)

    def _row(self, name: str, check: PromiseCheck) -> dict[str, Any] | None:
        key = (check.promise.code, check.unit.code, check.period.code)
        rows: list[dict[str, Any]] = self.script[name]
        return next((row for row in rows if (row["promise"], row["unit"], row["period"]) == key), None)

    def _check(self, check: PromiseCheck, at: datetime) -> None:
        login = self.heads[check.unit.code]
        broken = self._row("not_kept", check)
        if self._row("not_possible", check):
            finding = actions.Finding(possible=False, evidence=self.script["unmeasured"])
        else:
            finding = self._finding(check, broken, login, at)
        actions.record_check(check, finding, version=None, actor=self.who(login, at), at=at)

    def _finding(self, check: PromiseCheck, broken: dict[str, Any] | None, login: str, at: datetime) -> actions.Finding:
        words = self.script["evidence"] if check.promise.measured else self.script["kept_words"]
        result: dict[str, Any] = {"evidence": self.chance.choice(words), "computed": False}
        if check.promise.measured:
            result["value"] = self._value(check.promise, broken is not None)
            result["computed"] = check.promise.source == Source.OWN
        else:
            result["met"] = broken is None
        if broken is None:
            return actions.Finding(**result)
        if "reason" in broken:
            return actions.Finding(**result, analysis=self.script["broken"][1][0], reason=self.script["reason"])
        why, title, effect = self.script["broken"][broken["story"]]
        due = local_date(at) + timedelta(days=45)
        measure = actions.NewMeasure(title, effect, "medium", self.people[login], due)
        return actions.Finding(**result, analysis=why, measure=measure)

    def _value(self, promise: Promise, broken: bool) -> Decimal:
        """Near the target, on the right side of it or not; shares never above a hundred."""
        target = promise.target or Decimal(0)
        step = self.chance.randrange(2, 9) if broken else self.chance.randrange(0, 5)
        if target < 10:
            step = 1 if broken else 0
        better = promise.comparator == Comparator.AT_MOST
        value = target - step if better != broken else target + step
        return max(Decimal(0), min(value, Decimal(100)) if promise.target_unit == "procent" else value)
