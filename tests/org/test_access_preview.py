"""What a change says it will do is what it does (ORG-3)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.org.town import TODAY, Town

from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.org import actions
from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Deputy, Person, Unit, UnitVersion
from hjulet.org.preview import (
    Change,
    access_changes,
    access_of,
    people_around,
    people_in,
    people_under,
    track_words,
)
from hjulet.org.reach import actor_for

pytestmark = pytest.mark.capability("ORG-3")


def truth(town: Town) -> dict[int, set[tuple[str, str, int]]]:
    """By reach itself, one person at a time: the same question asked the slow way."""
    units = list(Unit.objects.of(town.principal.pk))
    found = {}
    for person in Person.objects.filter(principal=town.principal):
        grants = actor_for(person, at=town.at).grants if person.is_active else ()
        found[person.pk] = {
            (g.duty, t, u.pk) for g in grants for t in g.tracks for u in units if g.covers(u.path or "")
        }
    return found


def preview_truth(town: Town) -> dict[int, set[tuple[str, str, int]]]:
    people = list(Person.objects.filter(principal=town.principal).values_list("pk", flat=True))
    access = access_of(people, TODAY)
    return {
        pk: {(duty, track, unit) for (duty, track), units in access.get(pk, {}).items() for unit in units}
        for pk in people
    }


def changes_of(town: Town, number: int) -> Change:
    at, same = town.at, {"actor": None, "at": town.at}
    ek, al, bo, south = (town.unit(code) for code in ("ek", "al", "bo", "south"))
    people = town.people
    held = Assignment.objects.get(person=people["ekman"])
    every: list[tuple[Callable[[], object], frozenset[int]]] = [
        (lambda: actions.move_unit(unit=ek, parent=south, day=TODAY, **same), people_around(ek.path, south.path)),
        (lambda: actions.merge_units(unit=ek, into=bo, day=TODAY, **same), people_around(ek.path, bo.path) | people_under(ek.path)),
        (lambda: actions.close_unit(unit=bo, valid_to=TODAY - timedelta(days=1), **same), people_under(bo.path)),
        (
            lambda: actions.set_role_duties(role=town.roles["unit_manager"], duties={Duty.READ: ["hsl"]}, **same),
            people_in(town.roles["unit_manager"]),
        ),
        (
            lambda: actions.assign_role(person=people["staff"], role=town.roles["mas"], unit=town.unit("root"), valid_from=TODAY, **same),
            frozenset({people["staff"].pk}),
        ),
        (
            lambda: actions.end_assignment(assignment=held, valid_to=TODAY - timedelta(days=1), **same),
            frozenset({people["ekman"].pk}),
        ),
        (
            lambda: actions.add_deputy(absent=people["ekman"], deputy=people["staff"], valid_from=TODAY, valid_to=TODAY, **same),
            frozenset({people["ekman"].pk}),
        ),
        (lambda: actions.deactivate_person(person=people["ekman"], **same), frozenset({people["ekman"].pk})),
        (
            lambda: actions.create_unit(principal=town.principal, parent=al, code="ny", name="Ny", kind="ward", valid_from=TODAY, **same),
            people_around(al.path),
        ),
        (
            lambda: actions.move_unit(unit=town.unit("north"), parent=bo, day=TODAY, **same),
            people_around(town.unit("north").path, bo.path),
        ),
    ]  # fmt: skip
    assert at == town.at
    apply, touched = every[number]
    return Change(apply, touched, TODAY)


@pytest.mark.parametrize("number", range(10))
def test_the_preview_equals_what_happens(town: Town, number: int) -> None:
    Deputy.objects.create(absent=town.people["boman"], deputy=town.people["staff"], valid_from=TODAY, valid_to=TODAY)
    before, events, versions = truth(town), Event.objects.count(), UnitVersion.objects.count()
    assert preview_truth(town) == before
    change = changes_of(town, number)
    told = {each.person.pk: each for each in access_changes(change)}
    assert (truth(town), Event.objects.count(), UnitVersion.objects.count()) == (before, events, versions)
    change.apply()
    after = truth(town)
    assert preview_truth(town) == after
    assert {pk for pk in after if after[pk] - before[pk]} == {pk for pk, each in told.items() if each.gains}
    assert {pk for pk in before if before[pk] - after[pk]} == {pk for pk, each in told.items() if each.loses}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.tuples(st.integers(-3, 3), st.integers(0, 5)))
def test_a_deputy_has_access_on_her_days_only(town: Town, days: tuple[int, int]) -> None:
    Deputy.objects.all().delete()
    first = TODAY + timedelta(days=days[0])
    last = first + timedelta(days=days[1])
    actions.add_deputy(
        absent=town.people["ekman"],
        deputy=town.people["staff"],
        valid_from=first,
        valid_to=last,
        actor=None,
        at=town.at,
    )
    assert town.actor("staff").holds(Duty.HANDLE) == (first <= TODAY <= last)


def test_an_ended_deputy_loses_access(town: Town, at: datetime) -> None:
    row = actions.add_deputy(
        absent=town.people["ekman"],
        deputy=town.people["staff"],
        valid_from=date(2026, 11, 1),
        valid_to=date(2026, 12, 1),
        actor=None,
        at=at,
    )
    assert town.actor("staff").holds(Duty.HANDLE)
    actions.end_deputy(row=row, valid_to=TODAY - timedelta(days=1), actor=None, at=at)
    assert not town.actor("staff").holds(Duty.HANDLE)
    assert town.actor("ekman").holds(Duty.HANDLE)


def test_the_sentences_name_law_and_place(town: Town) -> None:
    change = changes_of(town, 0)
    told = {each.person.login: each for each in access_changes(change)}
    assert told["chief.alvik"].gains == ["Får läsa SoL- och HSL-ärenden på Ek i alvik"]
    assert told["boss.alvik"].loses == ["Får inte längre läsa SoL- och HSL-ärenden på Ek i alvik"]
    assert set(told) == {"chief.alvik", "boss.alvik"}


def test_words_for_laws() -> None:
    assert track_words(["hsl"]) == "HSL-ärenden"
    assert track_words(["sol", "lss", "hsl"]) == "SoL-, LSS- och HSL-ärenden"
    assert track_words(["sol", "lss", "hsl", "none"]) == "alla ärenden"
    assert track_words(["sol", "none"]) == "SoL-ärenden och ärenden enligt annan lag"


def test_no_one_gives_herself_a_way_into_cases(town: Town, at: datetime) -> None:
    admin, same = town.actor("admin"), {"actor": town.actor("admin"), "at": at}
    me = town.people["admin"]
    with pytest.raises(Refused, match="kollega"):
        actions.assign_role(person=me, role=town.roles["unit_manager"], unit=town.unit("ek"), valid_from=TODAY, **same)
    with pytest.raises(Refused, match="kollega"):
        actions.add_deputy(absent=town.people["ekman"], deputy=me, valid_from=TODAY, valid_to=TODAY, **same)
    with pytest.raises(Refused, match="kollega"):
        duties = {Duty.MANAGE_ORGANISATION: [], Duty.READ: []}
        actions.set_role_duties(role=town.roles["system_administrator"], duties=duties, **same)
    assert town.actor("admin").duties == admin.duties == {Duty.MANAGE_ORGANISATION}


def test_someone_always_may_change_the_organisation(town: Town, at: datetime) -> None:
    held = Assignment.objects.get(person=town.people["admin"])
    with pytest.raises(Refused, match="ändra organisationen"):
        actions.end_assignment(assignment=held, valid_to=TODAY - timedelta(days=1), actor=None, at=at)
    with pytest.raises(Refused, match="ändra organisationen"):
        actions.set_role_duties(role=town.roles["system_administrator"], duties={}, actor=None, at=at)
    with pytest.raises(Refused, match="eget konto"):
        actions.deactivate_person(person=town.people["admin"], actor=town.actor("admin"), at=at)


def test_a_closed_account_is_kept_and_its_roles_end(town: Town, at: datetime) -> None:
    actions.deactivate_person(person=town.people["ekman"], actor=town.actor("admin"), at=at)
    person = Person.objects.get(pk=town.people["ekman"].pk)
    assert not person.is_active
    assert [row.valid_to for row in person.assignments.all()] == [TODAY]


def test_roles_stay_within_a_principal(town: Town, other_town: Town, at: datetime) -> None:
    with pytest.raises(Refused, match="samma huvudman"):
        actions.assign_role(
            person=other_town.people["staff"],
            role=town.roles["mas"],
            unit=town.unit("ek"),
            valid_from=TODAY,
            actor=None,
            at=at,
        )


def test_the_same_role_twice_at_once_is_refused(town: Town, at: datetime) -> None:
    with pytest.raises(Refused, match="redan"):
        actions.assign_role(
            person=town.people["ekman"],
            role=town.roles["unit_manager"],
            unit=town.unit("ek"),
            valid_from=TODAY,
            actor=None,
            at=at,
        )
