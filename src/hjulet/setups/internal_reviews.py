"""The demo's internal reviews: a year of visits through October, one unannounced to come, and rules that collide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.internal_reviews import actions
from hjulet.internal_reviews.actions import Found
from hjulet.internal_reviews.content import questions_of, take_in
from hjulet.internal_reviews.models import Visit
from hjulet.internal_reviews.planner import Constraints
from hjulet.org.models import Principal, Unit
from hjulet.setups.content import read

ActorOf = Callable[[str, datetime], Actor]


def fill_reviews(principal: Principal, units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    """Visits of the year up to the day, each by its own verbs, and one that only those who review know of."""
    script = read("internal_reviews")
    year = local_date(at).year
    begin = datetime(year - 1, 12, 1, 9, tzinfo=STOCKHOLM)
    take_in(next(unit for unit in units.values() if unit.parent_id is None), begin)
    rules = Constraints(visits={"function": 3, "authority": 2})
    told = {"source": script["source"], "valid_from": date(year, 1, 1)}
    actions.set_rules(principal.pk, rules, script["authority"], **told, actor=None, at=begin)
    for row in script["visits"]:
        day = next_working_day(date(year, row["month"], row["day"]))
        moment = datetime.combine(day, time(10), tzinfo=STOCKHOLM)
        if moment < at - timedelta(days=3):
            _visit(units[row["unit"]], row, day, actor, moment)
    soon = next_working_day(local_date(at) + timedelta(days=script["coming"]["days"]))
    there = units[script["coming"]["unit"]]
    actions.add_visit(there, day=soon, mode="unannounced", actor=actor("fatima", at), at=at - timedelta(days=1))


def _visit(unit: Unit, row: dict[str, Any], day: date, actor: ActorOf, at: datetime) -> None:
    before = at - timedelta(days=20)
    visit = actions.add_visit(unit, day=day, mode=row["mode"], actor=actor("fatima", before), at=before)
    for login in ("fatima", "dag"):
        visit = _answered(visit, login, row["points"], actor, at)
    texts = {name: row.get(name, "") for name in ("outcome", "reflection", "concerns_others")}
    told = at + timedelta(hours=5)
    visit = actions.report(visit, **texts, version=None, actor=actor("dag", told), at=told)
    if row.get("reply"):
        answered = at + timedelta(days=2)
        chief = actor(row["by"], answered)
        visit = actions.reply(visit, text=row["reply"], version=None, actor=chief, at=answered)
    if row.get("taken_up"):
        later = at + timedelta(days=2, hours=3)
        day_told = local_date(later)
        visit = actions.take_up(visit, on=day_told, text=row["taken_up"], actor=actor("dag", later), at=later)
    if row.get("closed"):
        ended = at + timedelta(days=2, hours=4)
        actions.close(visit, version=None, actor=actor("dag", ended), at=ended)


def _answered(visit: Visit, login: str, points: dict[str, int], actor: ActorOf, at: datetime) -> Visit:
    who = actor(login, at)
    found = {
        code: Found(Decimal(points.get(code, 2)))
        for code, (area, _question) in questions_of(visit.protocol).items()
        if actions.may_answer_area(visit, area.code, who)
    }
    return actions.answer(visit, found, version=None, actor=who, at=at)
