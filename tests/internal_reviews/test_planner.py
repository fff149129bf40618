from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjulet.internal_reviews.planner import Collision, Constraints, Place, Plan, broken, month_number, plan

YEAR = 2027


def town(functions: int = 4, units: int = 4) -> list[Place]:
    """Functions with units, one of them at a provider, and one that decides about people's rights."""
    places = [
        Place(10 * f + n, f"Verksamhet {f}", "function", provider=f == 0 and n == 0)
        for f in range(functions)
        for n in range(units)
    ]
    return [*places, Place(900, "Myndighet", "authority"), Place(901, "Myndighet", "authority")]


OWN = Constraints(visits={"function": 3, "authority": 2})


@pytest.mark.capability("CHK-3")
def test_the_municipalitys_own_rules_do_not_fit_and_the_choices_do() -> None:
    found = plan(YEAR, town(), OWN, seed=1)
    assert isinstance(found, Collision)
    assert found.rules == ("14 besök behövs men 11 månader finns, med ett besök i månaden.",)
    assert [choice.code for choice in found.choices] == ["more", "longer", "fewer"]
    assert found.choices[0].text == "Gör ett besök mer i 3 månader."
    for choice in found.choices:
        assert broken(choice.plan, town(), YEAR) == []
    assert len(found.choices[0].plan.visits) == 14


def test_three_functions_fit_in_eleven_months_with_a_provider_and_none_in_july() -> None:
    found = plan(YEAR, town(3), OWN, seed=1)
    assert isinstance(found, Plan)
    assert [visit.calendar_month for visit in found.visits] == [1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12]
    assert any(visit.place == 0 for visit in found.visits)
    assert sum(visit.unannounced for visit in found.visits) == 6


def test_a_function_with_too_few_units_is_told_with_figures() -> None:
    rules = Constraints(visits={"function": 3}, between=9)
    found = plan(YEAR, [Place(1, "Korttid", "function")], rules, seed=1)
    assert isinstance(found, Collision)
    assert found.rules == (
        "Korttid ska få 3 besök men kan få högst 2, med minst 9 månader mellan besöken på samma enhet.",
    )
    assert {"between", "fewer"} <= {choice.code for choice in found.choices}


def test_providers_that_no_visit_can_reach_are_told() -> None:
    places = [Place(1, "Utförare", "bought", provider=True), Place(2, "Egen", "function")]
    found = plan(YEAR, places, Constraints(visits={"function": 1}), seed=1)
    assert isinstance(found, Collision)
    assert "Externa utförare ska ingå" in found.rules[0]
    assert "providers" in {choice.code for choice in found.choices}


constraints = st.builds(
    Constraints,
    per_month=st.integers(0, 2),
    more=st.integers(0, 3),
    closed=st.frozensets(st.integers(1, 12), max_size=5),
    visits=st.fixed_dictionaries({"function": st.integers(0, 4), "authority": st.integers(0, 3)}),
    providers=st.booleans(),
    between=st.integers(0, 13),
    unannounced=st.integers(0, 100),
)


@st.composite
def towns(draw: st.DrawFn, most: int = 10) -> list[Place]:
    kinds = draw(st.lists(st.sampled_from(["function", "authority"]), min_size=1, max_size=4))
    owners = draw(st.lists(st.integers(0, len(kinds) - 1), min_size=1, max_size=most))
    last = st.none() | st.integers(month_number(YEAR - 3, 1), month_number(YEAR - 1, 12))
    return [Place(n, f"V{owner}", kinds[owner], draw(st.booleans()), draw(last)) for n, owner in enumerate(owners)]


@settings(max_examples=60, deadline=None)
@given(towns(), constraints, st.integers(0, 9))
def test_every_plan_keeps_the_rules_it_was_made_by(places: list[Place], rules: Constraints, seed: int) -> None:
    found = plan(YEAR, places, rules, seed)
    if isinstance(found, Plan):
        assert broken(found, places, YEAR) == []
        assert sum(visit.unannounced for visit in found.visits) == (len(found.visits) * rules.unannounced + 50) // 100
        return
    assert found.rules
    assert 1 <= len(found.choices) <= 4
    for choice in found.choices:
        assert choice.text
        assert broken(choice.plan, places, YEAR) == []


@settings(max_examples=25, deadline=None)
@given(towns(), constraints, st.integers(0, 9))
def test_the_same_seed_gives_the_same_plan_in_whatever_order_units_come(
    places: list[Place], rules: Constraints, seed: int
) -> None:
    assert plan(YEAR, places, rules, seed) == plan(YEAR, list(reversed(places)), rules, seed)


@settings(max_examples=40, deadline=None)
@given(towns(most=3), constraints, st.sets(st.integers(1, 12), min_size=1, max_size=4))
def test_a_collision_is_told_only_when_no_plan_exists(
    places: list[Place], rules: Constraints, opened: set[int]
) -> None:
    """Against trying everything: each open month goes to one unit or to none."""
    few = Constraints(
        visits=rules.visits,
        providers=rules.providers,
        between=rules.between,
        closed=frozenset(range(1, 13)) - opened,
    )
    months = [month_number(YEAR, month) for month in sorted(opened)]
    tried = product([None, *places], repeat=len(months))
    exists = any(broken(_made(few, months, places_), places, YEAR) == [] for places_ in tried)
    assert isinstance(plan(YEAR, places, few, 1), Plan) == exists


def _made(rules: Constraints, months: list[int], chosen: tuple[Place | None, ...]) -> Plan:
    from hjulet.internal_reviews.planner import Planned

    pairs = zip(months, chosen, strict=True)
    return Plan(rules, tuple(Planned(month, place.key) for month, place in pairs if place is not None))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 6), st.integers(1, 4), st.integers(0, 9))
def test_fair_over_the_years(units: int, visits: int, seed: int) -> None:
    """After some years no unit of a function has been visited more than once more often than another."""
    last: dict[int, int | None] = dict.fromkeys(range(units))
    counts = dict.fromkeys(range(units), 0)
    rules = Constraints(visits={"function": visits}, between=0)
    for year in range(YEAR, YEAR + 5):
        found = plan(year, [Place(key, "V", "function", last=month) for key, month in last.items()], rules, seed)
        assert isinstance(found, Plan)
        for visit in found.visits:
            last[visit.place] = visit.month
            counts[visit.place] += 1
        assert max(counts.values()) - min(counts.values()) <= 1


def test_a_large_town_is_planned_at_once() -> None:
    rules = Constraints(visits={"function": 3}, per_month=6, between=6)
    places = [Place(n, f"V{n % 20}", "function", last=month_number(2026, n % 12 + 1)) for n in range(400)]
    assert isinstance(plan(YEAR, places, rules, 3), Plan)
