"""Run as a program by conftest.py: the people of the demo, and a few cases to open pages on. Prints their refs as JSON."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import django

TOLD = "Hon ramlade i duschen. Golvet var halt."
ASSESSMENT: dict[str, Any] = {
    "event_kind": "adverse-event",
    "harm": "discomfort",
    "severity": 2,
    "likelihood": 2,
    "misconduct": "no",
    "care_injury": "no",
    "title": "Fall i duschen",
}


def main() -> dict[str, Any]:
    from hjulet.cases import actions
    from hjulet.cases.models import Category
    from hjulet.core.now import now
    from hjulet.measures import actions as measures
    from hjulet.org.models import Person
    from hjulet.org.reach import actor_for
    from hjulet.setups.build import build

    at = now()
    build(setup="vetlanda", cases=False, at=at)
    people = {p.login: p for p in Person.objects.filter(login__in=["asa", "juno"])}
    asa, juno = (actor_for(people[login], at=at) for login in ("asa", "juno"))

    def reported() -> Any:
        told = actions.Report(unit=people["juno"].home_unit, description=TOLD, reported_harm="yes")
        return actions.report(told, actor=juno, at=at - timedelta(hours=1))

    _last_quarter(at)
    category = Category.objects.filter(track="sol", parent__isnull=False).first()
    cases = {name: reported() for name in ("new", "received", "assessed", "working", "causeless", "asked")}
    made = {}
    for name, case in cases.items():
        if name == "new":
            continue
        actions.perform(case, "receive", actor=asa, at=at)
        if name == "received":
            continue
        data = ASSESSMENT | {"tracks": ["sol"], "category_id": category.pk if category else None}
        actions.perform(case, "assess", actor=asa, at=at, data=data)
        if name == "assessed":
            continue
        actions.perform(case, "investigate", actor=asa, at=at)
        actions.add_note(
            case, kind="fact", noted_on=at.date(), source="Larmloggen", text="Larmet kom 02.14.", actor=asa, at=at
        )
        cause = actions.add_cause(case, area="procedures", text="Ingen torkar golvet.", actor=asa, at=at)
        if name == "causeless":
            continue
        made[name] = measures.propose(
            unit=case.unit,
            track="sol",
            title="Torka golvet efter varje dusch",
            expected_effect="Inga fall",
            strength="medium",
            owner=people["asa"],
            due=at.date() + timedelta(days=10),
            source=("case", case.pk),
            actor=asa,
            at=at,
        )
        actions.link_measure(cause, made[name], actor=asa, at=at)
    numbers = {"measure": made["working"].pk, "asked_measure": made["asked"].pk}
    return {name: case.ref for name, case in cases.items()} | numbers


def _last_quarter(at: Any) -> None:
    """A finished quarter for the board: reports from every unit of three departments, few from a fourth."""
    from hjulet.cases import actions
    from hjulet.org.models import Person, Unit
    from hjulet.org.reach import actor_for

    juno, asas = Person.objects.get(login="juno"), Person.objects.get(login="asa").home_unit
    departments = Unit.objects.of(juno.principal_id).filter(kind="department").order_by("path")
    for department, reports in zip(departments[:4], (6, 5, 0, 7), strict=True):
        below = Unit.objects.under(department.path or "").exclude(pk=department.pk)
        elsewhere = below.exclude(pk__in=Unit.objects.under(asas.path or ""))  # her own list stays short
        leaves = [unit for unit in elsewhere if not below.filter(parent=unit).exists()]
        for unit, number in [(u, n) for u in leaves for n in range(reports)] or [(leaves[0], 0), (leaves[0], 1)]:
            told = actions.Report(unit=unit, description=f"{TOLD} {number}", reported_harm="no")
            when = at - timedelta(days=60 - number)
            actions.report(told, actor=actor_for(juno, at=when), at=when)


if __name__ == "__main__":
    django.setup()
    print(json.dumps(main()))
