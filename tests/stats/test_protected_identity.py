"""A case about someone with a protected identity counts at the department and above, never at its unit (10.6)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stats.conftest import ON, Town
from tests.stats.test_masking import allowed

from hjulet.cases import actions
from hjulet.cases.models import Case
from hjulet.cases.protected import place_the_old
from hjulet.cases.registry import facts_of, follow
from hjulet.core.actor import Actor
from hjulet.stats.choices import By, Measure, Per
from hjulet.stats.masking import ALL, Grid, mask
from hjulet.stats.models import CaseFact
from hjulet.stats.over_time import over_time
from hjulet.stats.periods import Period
from hjulet.stats.queries import Filters, cross_table, handling
from hjulet.stats.writer import rebuild, verify

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]
MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
QUARTER = Period(date(2026, 1, 1), date(2026, 3, 31))


def counts(who: Actor, unit: str = "", period: Period = MARCH, **more: Any) -> dict[str, Any]:
    table = cross_table(who, period, (By.UNIT,), on=ON, filters=Filters(unit=unit), **more)
    return {key[0]: shown for key, shown in table.cells.items()}


def three_and_one_protected(town: Town) -> Case:
    town.cases(3, "a1")
    return town.case("a1", protected_identity=True)


def test_its_unit_does_not_count_it_the_department_and_above_do(town: Town) -> None:
    three_and_one_protected(town)
    assert counts(town.exact("a1")) == {ALL: 3, "=a1": 3}
    assert counts(town.exact("a"), "a") == {ALL: 4, "a1": 3, "=a": 1}
    assert counts(town.exact("town"), "town") == {ALL: 4, "a": 4}
    assert verify() == []


@pytest.mark.parametrize("tree", ["now", "then"])
@pytest.mark.parametrize("period", [MARCH, Period(date(2026, 3, 5), date(2026, 3, 20))])
def test_also_where_cases_are_counted_one_by_one(tree: str, period: Period, town: Town) -> None:
    three_and_one_protected(town)
    assert counts(town.exact("a1"), period=period, tree=tree)[ALL] == 3
    assert counts(town.exact("a"), "a", period=period, tree=tree) == {ALL: 4, "a1": 3, "=a": 1}


def test_answers_and_development_over_time_of_the_unit_leave_it_out(town: Town) -> None:
    case = three_and_one_protected(town)
    town.change(case, harm="death", occurred_at=case.reported_at)
    period = Period(date(2025, 11, 1), date(2026, 10, 31))
    for code, expected in (("a1", 3), ("a", 4)):
        feedback = handling(town.exact(code), MARCH, on=ON)[1]
        assert feedback.due == expected
        weeks = over_time(town.exact(code), period, Measure.CASES, Per.WEEK, on=ON, filters=Filters())
        assert sum(moment.value or 0 for moment in weeks.moments) == expected
        harm = over_time(town.exact(code), period, Measure.HARM, Per.MONTH, on=ON, filters=Filters())
        assert (harm.since is None) == (code == "a1")


def test_a_unit_below_no_department_counts_at_the_top(town: Town) -> None:
    for unit in (town.units["a"], town.units["b"]):
        unit.kind = "area"
        unit.save()
    three_and_one_protected(town)
    assert counts(town.exact("a"), "a")[ALL] == 3
    assert counts(town.exact("town"), "town") == {ALL: 4, "a": 3, "=town": 1}


def test_it_follows_the_case_to_another_unit_and_facts_agree(town: Town) -> None:
    case = three_and_one_protected(town)
    town.change(case, unit=town.units["b2"])
    assert CaseFact.objects.exclude(cases=0).filter(unit=town.units["b"]).count() == 1
    assert not CaseFact.objects.exclude(cases=0).filter(unit=town.units["b2"]).exists()
    assert verify() == []
    kept = sorted(CaseFact.objects.exclude(cases=0).values_list("unit_id", "cases"))
    rebuild()
    assert sorted(CaseFact.objects.values_list("unit_id", "cases")) == kept and verify() == []


def test_verify_tells_of_one_that_was_never_placed(town: Town) -> None:
    case = town.case("a1", protected_identity=True)
    before = facts_of(case)
    case.counted_in = None
    case.save()
    follow(before, facts_of(case))
    assert {row.key["unit_id"] for row in verify()} == {None, town.units["a1"].pk}


def test_what_was_there_before_is_placed_after_the_migration(town: Town) -> None:
    case = three_and_one_protected(town)
    before = facts_of(case)
    case.counted_in = None
    case.save()
    follow(before, facts_of(case))
    assert counts(town.exact("a1"))[ALL] == 4  # as it was
    place_the_old(connection.alias)
    assert counts(town.exact("a1"))[ALL] == 3 and counts(town.exact("a"), "a")[ALL] == 4
    assert verify() == []


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 7), min_size=2, max_size=2), st.integers(0, 3))
def test_the_department_less_its_units_shows_no_more_than_masking_allows(units: list[int], protected: int) -> None:
    """What lies between the total and the units is one more row of the table that is masked, as any other."""
    rows = {"a1": units[0], "a2": units[1], "=a": protected}
    grid = Grid(dict.fromkeys(rows, "a") | {"a": ALL}, (), {(row, ALL): count for row, count in rows.items()})
    shown = mask(grid, 5, keep_total=True)
    total = sum(rows.values())
    if isinstance(shown["a", ALL], int) and 0 < protected < 5:
        known = [shown[row, ALL] for row in ("a1", "a2")]
        assert not all(isinstance(one, int) for one in known), shown
    possible = [n for n in range(total + 1) if allowed(n, shown["=a", ALL], 5)]
    assert protected in possible


def test_a_masked_reader_cannot_take_the_units_from_the_department(town: Town) -> None:
    town.cases(9, "a1")
    town.cases(8, "a2")
    town.case("a1", protected_identity=True)
    found = counts(town.board("a"), "a", period=QUARTER)
    assert found[ALL] == 18 and not isinstance(found["=a"], int)
    assert not (isinstance(found["a1"], int) and isinstance(found["a2"], int)), found


def test_the_list_of_a_unit_leaves_it_out_and_that_of_the_department_says_no_words(
    assessed: Any, browse: Any, actor: Any, at: Any
) -> None:
    shown = assessed("sol")
    hidden = assessed("sol", protected_identity=True)
    department = hidden.unit.department()
    lars = browse("lars")
    of_unit = lars.get("/arenden/", {"unit": hidden.unit.code, "val": "alla"}).content.decode()
    assert shown.ref in of_unit and hidden.ref not in of_unit
    of_all = lars.get("/arenden/", {"unit": department.code, "val": "alla"}).content.decode()
    row = of_all[of_all.index(hidden.ref) :].split("</tr>")[0]
    assert "Skyddade personuppgifter" in row and hidden.unit.name not in row
    mine = browse("asa").get("/arenden/", {"unit": hidden.unit.code, "val": "mina"}).content.decode()
    assert hidden.ref in mine  # who handles it has it before her


def test_a_complaint_registered_at_another_unit_moves_its_place(person: Any, actor: Any, at: Any) -> None:
    from hjulet.core.net import asking, of_writer
    from hjulet.org.models import Unit

    first, other = person("juno").home_unit, Unit.objects.get(code="hemtjanst-norr")
    told = actions.Voice(unit=first, kind="complaint", description="Ingen kom.", protected_identity=True)
    with asking(of_writer(first.principal_id)):
        case = actions.take_in_voice(told, actor=None, at=at)
    assert case.counted_in == first.department() != first
    data = {"title": "Klagomål", "kind": "complaint", "unit": other, "track": "sol", "handler": person("tomas")}
    case = actions.perform(case, "register", actor=actor("goran"), at=at, data=data)
    assert Case.objects.unscoped(reason="test").get(pk=case.pk).counted_in == other.department()
    assert verify() == []
