"""Moves, merges and closings: paths are the real ancestry, and versions cover every day once (ORG-1, ORG-2)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.org.town import FIRST, ONE, TODAY, Town, assert_then, assert_whole

from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.org import actions
from hjulet.org.models import Principal, Unit, UnitVersion
from hjulet.org.tree import path_now, path_then, tree_of, units_under_then

pytestmark = pytest.mark.capability("ORG-2")


STEP = st.tuples(
    st.sampled_from(["create", "move", "move", "merge", "close", "rename", "split"]),
    st.integers(0, 40),
    st.integers(0, 40),
    st.integers(0, 300),
)


def take(step: tuple[str, int, int, int], principal: Principal, number: int, at: datetime) -> None:
    kind, first, second, back = step
    units = list(Unit.objects.of(principal.pk).order_by("pk"))
    one, two, day = units[first % len(units)], units[second % len(units)], TODAY - timedelta(days=back)
    same = {"actor": None, "at": at}
    if kind == "create":
        actions.create_unit(
            principal=principal,
            parent=one,
            code=f"n{number}",
            name=f"Ny {number}",
            kind="unit",
            valid_from=day,
            **same,
        )
    elif kind == "move":
        actions.move_unit(unit=one, parent=two, day=day, **same)
    elif kind == "merge":
        actions.merge_units(unit=one, into=two, day=day, **same)
    elif kind == "close":
        actions.close_unit(unit=one, valid_to=day, **same)
    elif kind == "split":
        actions.split_unit(
            unit=one,
            code=f"s{number}",
            name=f"Delad {number}",
            children=one.children.all()[:1],
            day=day,
            **same,
        )
    else:
        actions.rename_unit(unit=one, name=f"Namn {number}", day=day, **same)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, max_size=14), day=st.integers(0, 315))
def test_any_sequence_keeps_the_tree_whole(
    town: Town, at: datetime, steps: list[tuple[str, int, int, int]], day: int
) -> None:
    sid = transaction.savepoint()
    try:
        for number, step in enumerate(steps):
            try:
                take(step, town.principal, number, at)
            except Refused:
                continue
        assert_whole(town.principal)
        assert_then(town.principal, FIRST + timedelta(days=day))
    finally:
        transaction.savepoint_rollback(sid)


def test_a_moved_unit_lies_in_its_old_place_in_the_tree_of_then(town: Town, at: datetime) -> None:
    """The third quarter by the tree of then and of now: Ek moves from north to south on 15 August."""
    moved_on = date(2026, 8, 15)
    old = town.units["ek"].path
    actions.move_unit(unit=town.unit("ek"), parent=town.unit("south"), day=moved_on, actor=None, at=at)
    cases = [date(2026, 7, 10), date(2026, 8, 14), date(2026, 8, 15), date(2026, 9, 30)]
    north, south = town.unit("north"), town.unit("south")
    ek = town.unit("ek").pk

    def count(place: Unit, then: bool) -> int:
        if then:
            return sum(ek in units_under_then(place.path or "", day) for day in cases)
        return sum((path_now(ek) or "").startswith(place.path or "") for _day in cases)

    assert (count(north, True), count(south, True)) == (2, 2)
    assert (count(north, False), count(south, False)) == (0, 4)
    assert path_then(ek, moved_on - ONE) == old
    assert path_then(ek, moved_on) == town.unit("ek").path
    assert path_then(ek, date(2020, 1, 1)) == old


def test_tree_of_a_day_shows_names_and_places_of_then(town: Town, at: datetime) -> None:
    actions.rename_unit(unit=town.unit("ek"), name="Eken", day=date(2026, 6, 1), actor=None, at=at)
    actions.move_unit(unit=town.unit("ek"), parent=town.unit("south"), day=date(2026, 7, 1), actor=None, at=at)
    may = {
        node.name: [child.name for child in node.children]
        for root in tree_of(town.actor("admin"), date(2026, 5, 1))
        for node in root.walk()
    }
    july = {
        node.name: [child.name for child in node.children]
        for root in tree_of(town.actor("admin"), date(2026, 7, 1))
        for node in root.walk()
    }
    assert may["North i alvik"] == ["Al i alvik", "Ek i alvik"]
    assert july["North i alvik"] == ["Al i alvik"]
    assert july["South i alvik"] == ["Bo i alvik", "Eken"]
    assert tree_of(town.actor("admin"), date(2025, 12, 31)) == []


def test_a_subtree_follows_and_so_do_its_versions(town: Town, at: datetime) -> None:
    actions.move_unit(unit=town.unit("north"), parent=town.unit("south"), day=TODAY, actor=None, at=at)
    assert (town.unit("ek").path or "").startswith(town.unit("south").path or "-")
    assert UnitVersion.objects.filter(unit=town.unit("ek")).count() == 2
    assert_whole(town.principal)


@pytest.mark.parametrize(
    ("unit", "parent", "day"),
    [
        ("root", "south", TODAY),
        ("north", "ek", TODAY),
        ("north", "north", TODAY),
        ("ek", "south", TODAY + ONE),
        ("ek", "south", date(2025, 5, 1)),
    ],
)
def test_moves_that_are_refused_change_nothing(town: Town, at: datetime, unit: str, parent: str, day: date) -> None:
    before = list(UnitVersion.objects.values_list())
    with pytest.raises(Refused):
        actions.move_unit(unit=town.unit(unit), parent=town.unit(parent), day=day, actor=None, at=at)
    assert list(UnitVersion.objects.values_list()) == before


def test_nothing_moves_to_another_principal(town: Town, other_town: Town, at: datetime) -> None:
    with pytest.raises(Refused, match="annan huvudman"):
        actions.move_unit(unit=town.unit("ek"), parent=other_town.unit("north"), day=TODAY, actor=None, at=at)
    with pytest.raises(Refused, match="annan huvudman"):
        actions.merge_units(unit=town.unit("ek"), into=other_town.unit("ek"), day=TODAY, actor=None, at=at)


def test_a_merged_unit_keeps_its_records_under_the_one_it_went_into(town: Town, at: datetime) -> None:
    actions.merge_units(unit=town.unit("ek"), into=town.unit("bo"), day=TODAY, actor=None, at=at)
    ek = town.unit("ek")
    assert ek.valid_to == TODAY - ONE
    assert ek.merged_into == town.unit("bo")
    assert town.actor("boman").holds_at("read_cases", ek.path or "")
    assert not town.actor("ekman").duties
    assert_whole(town.principal)


def test_a_unit_with_living_units_below_does_not_close(town: Town, at: datetime) -> None:
    with pytest.raises(Refused, match="Al i alvik"):
        actions.close_unit(unit=town.unit("north"), valid_to=TODAY, actor=None, at=at)


def test_a_unit_does_not_end_before_what_lay_below_it_left(town: Town, at: datetime) -> None:
    actions.move_unit(unit=town.unit("bo"), parent=town.unit("north"), day=TODAY, actor=None, at=at)
    with pytest.raises(Refused, match="låg under"):
        actions.merge_units(unit=town.unit("south"), into=town.unit("root"), day=date(2026, 3, 10), actor=None, at=at)
    actions.merge_units(unit=town.unit("south"), into=town.unit("root"), day=TODAY, actor=None, at=at)
    assert_whole(town.principal)


def test_a_closed_unit_stays_in_the_tree_of_then(town: Town, at: datetime) -> None:
    actions.close_unit(unit=town.unit("bo"), valid_to=date(2026, 9, 30), actor=None, at=at)
    then, after = (
        units_under_then(town.unit("south").path or "", day) for day in (date(2026, 9, 30), date(2026, 10, 1))
    )
    assert town.unit("bo").pk in then
    assert town.unit("bo").pk not in after
    assert "Bo i alvik" not in [node.name for root in tree_of(town.actor("admin")) for node in root.walk()]


def test_the_tree_has_a_deepest_level(town: Town, at: datetime) -> None:
    parent = town.unit("ek")
    with pytest.raises(Refused, match="nivåer"):
        for number in range(30):
            parent = actions.create_unit(
                principal=town.principal,
                parent=parent,
                code=f"d{number}",
                name="Djup",
                kind="unit",
                valid_from=TODAY,
                actor=None,
                at=at,
            )


def test_a_change_someone_else_made_first_is_told(town: Town, at: datetime) -> None:
    seen = actions.stamp_of(town.unit("ek"))
    actions.rename_unit(unit=town.unit("ek"), name="Eken", day=TODAY, actor=None, at=at)
    with pytest.raises(Stale):
        actions.rename_unit(unit=town.unit("ek"), name="Ekbacken", day=TODAY, seen=seen, actor=None, at=at)


def test_every_change_is_an_event(town: Town, at: datetime) -> None:
    actor = town.actor("admin")
    actions.move_unit(unit=town.unit("ek"), parent=town.unit("south"), day=TODAY, actor=actor, at=at)
    event = Event.objects.filter(verb="unit.moved").latest("id")
    assert (event.object_type, event.object_id, event.actor_id) == (
        "unit",
        town.units["ek"].pk,
        actor.person_id,
    )
    assert event.value.values["parent"] == ["North i alvik", "South i alvik"]
