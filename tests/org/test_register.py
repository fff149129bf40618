"""No duty is unheld in silence: vacant roles, absences without deputy, closed accounts (ORG-4)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.org.town import TODAY, Town

from hjulet.org import actions
from hjulet.org.models import Person, ReceivingRule
from hjulet.org.register import Gap, Line, gaps_by_unit, register, without_receiver

pytestmark = pytest.mark.capability("ORG-4")


def line(town: Town, duty: str = "receive_deviations") -> Line:
    return register(town.principal.pk, TODAY, duty=duty)[0]


def gaps(town: Town, duty: str = "receive_deviations") -> dict[str, Gap | None]:
    return {place.unit.code: place.gap for place in line(town, duty).places}


def test_vacant_roles_are_gaps_and_come_first(town: Town) -> None:
    assert gaps(town) == {"al": Gap.VACANT, "bo": None, "ek": None}
    assert [place.unit.code for place in line(town).places][0] == "al"
    assert gaps(town, "adopt_hsl_routines") == {"root": Gap.VACANT}


def test_a_role_held_above_holds_below(town: Town, at: datetime) -> None:
    actions.assign_role(
        person=town.people["boss"],
        role=town.roles["unit_manager"],
        unit=town.unit("north"),
        valid_from=TODAY,
        actor=None,
        at=at,
    )
    assert gaps(town)["al"] is None


def test_an_absence_without_deputy_is_a_gap(town: Town, at: datetime) -> None:
    row = actions.add_deputy(
        absent=town.people["ekman"], deputy=None, valid_from=TODAY, valid_to=TODAY, actor=None, at=at
    )
    assert gaps(town)["ek"] == Gap.ABSENT
    actions.end_deputy(row=row, valid_to=TODAY - timedelta(days=1), actor=None, at=at)
    assert gaps(town)["ek"] is None


def test_a_deputy_covers_unless_away_or_closed(town: Town, at: datetime) -> None:
    same = {"valid_from": TODAY, "valid_to": TODAY, "actor": None, "at": at}
    actions.add_deputy(absent=town.people["ekman"], deputy=town.people["staff"], **same)
    assert gaps(town)["ek"] is None
    away = actions.add_deputy(absent=town.people["staff"], deputy=None, **same)
    assert gaps(town)["ek"] == Gap.ABSENT
    away.delete()
    Person.objects.filter(pk=town.people["staff"].pk).update(is_active=False)
    assert gaps(town)["ek"] == Gap.ABSENT


def test_a_closed_account_is_a_gap(town: Town) -> None:
    Person.objects.filter(pk=town.people["ekman"].pk).update(is_active=False)
    assert gaps(town)["ek"] == Gap.INACTIVE
    found = gaps_by_unit(register(town.principal.pk, TODAY))
    assert {line.row.duty for line, _place in found[town.units["ek"].pk]} == {"receive_deviations"}


def test_units_without_a_receiver_are_told(town: Town) -> None:
    rule = ReceivingRule.objects.get(principal=town.principal)
    assert {unit.code for unit in without_receiver([rule], TODAY)[rule.pk]} == {"root", "north", "south", "al"}


def test_the_register_asks_few_questions(town: Town) -> None:
    with CaptureQueriesContext(connection) as asked:
        register(town.principal.pk, TODAY)
    assert len(asked) <= 5
