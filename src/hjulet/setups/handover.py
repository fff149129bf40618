"""The demo's handovers: one that is carried out and taken over, and one that is being prepared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hjulet.cases import actions as cases
from hjulet.cases.choices import CaseKind, State
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.handover import actions
from hjulet.handover.models import Handover
from hjulet.measures.actions import propose
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for
from hjulet.setups.content import read

Settle = Callable[[list[dict[str, Any]]], None]


def fill_handovers(people: dict[str, Person], units: dict[str, Unit], settle: Settle, at: datetime) -> None:
    """Through the real actions. `settle` adds the people that only these stories have."""
    script = read("handover")
    settle(script["people"])
    _done(script["done"], people, units, at)
    _prepared(script["prepared"], people, units, at)


def _actor(people: dict[str, Person], login: str, at: datetime) -> Actor:
    rows = Person.objects.select_related("principal", "home_unit")
    return actor_for(rows.get(pk=people[login].pk), at=at)


def _done(row: dict[str, Any], people: dict[str, Person], units: dict[str, Unit], at: datetime) -> None:
    """She has had some of the unit's cases and measures, and gives them back to the one who stays."""
    unit, stays = units[row["unit"]], _actor(people, row["successor"], at)
    mine = Case.objects.visible_to(stays).open().filter(handler_id=stays.person_id, kind=CaseKind.DEVIATION)
    mine = mine.filter(unit__path__startswith=unit.path or "-").exclude(state=State.REPORTED)
    for case in mine.order_by("id")[: row["cases"]]:
        cases.perform(case, "assign", actor=stays, at=at, data={"handler": people[row["leaving"]]})
    for one in row["measures"]:
        propose(
            unit=unit,
            track=one["track"],
            title=one["title"],
            expected_effect=one["expected_effect"],
            strength=one["strength"],
            owner=people[row["leaving"]],
            due=local_date(at) + timedelta(days=one["days"]),
            actor=stays,
            at=at,
        )
    handover, leads = _begun(row, people, units, 0, at)
    done = actions.carry_out(handover, actor=leads, at=at)
    actions.confirm(done, actor=_actor(people, row["successor"], at), at=at)


def _prepared(row: dict[str, Any], people: dict[str, Person], units: dict[str, Unit], at: datetime) -> None:
    _begun(row, people, units, row["days"], at)


def _begun(
    row: dict[str, Any], people: dict[str, Person], units: dict[str, Unit], days: int, at: datetime
) -> tuple[Handover, Actor]:
    leads, leaving = _actor(people, row["by"], at), people[row["leaving"]]
    handover = actions.start(
        units=[units[row["unit"]]],
        leaving=leaving,
        successor=people[row["successor"]],
        first_day=local_date(at) + timedelta(days=days),
        actor=leads,
        at=at,
    )
    told = _actor(people, row["leaving"], at)
    return actions.write_words(handover, words=row["words"], version=None, actor=told, at=at), leads
