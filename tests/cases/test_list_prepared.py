"""The list's questions are worded once for many people; each still gets what she may see and nothing else."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import Count
from tests.cases.test_walls import PEOPLE

from hjulet.cases.listing import (
    COUNTED_TABS,
    NUMBERS,
    PAGE,
    PLAIN_PART,
    SORTS,
    TABS,
    cases_for,
    numbers_of,
    part_of,
    read_selection,
)
from hjulet.cases.models import Case
from hjulet.core import net
from hjulet.core.actor import Anyone
from hjulet.core.clocks import local_date
from hjulet.core.postgresql import base
from hjulet.core.scope import ForActor, ScopeMissing

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-2")]


@pytest.fixture
def town(reported, assessed, person):
    """Cases under every law, with and without a handler, at more than one unit."""
    for track in ("sol", "lss", "hsl"):
        assessed(track)
    assessed("sol", "hsl")
    reported(suspects_misconduct=True)
    reported(acute=True)
    reported("bo")


def test_everyone_gets_her_own_numbers(town, actor, at):
    told = set()
    for login in PEOPLE:
        who = actor(login)
        counts = {
            tab: Count("pk", filter=read_selection({"val": tab}, actor=who, at=at).condition) for tab in COUNTED_TABS
        }
        expected = Case.objects.visible_to(who).open().aggregate(**counts)
        assert numbers_of(who, local_date(at)) == {tab: expected[tab] for tab in COUNTED_TABS}, login
        told.add(tuple(expected.values()))
    assert len(told) > 3, "all saw the same: the town tells nothing"
    assert len(NUMBERS.prepared) < len(PEOPLE)


@pytest.mark.parametrize("wide", [True, False])
def test_everyone_gets_her_own_rows(town, actor, at, wide):
    shown = set()
    for login in PEOPLE:
        who = actor(login)
        for tab in TABS:
            for sort in ("-inkommet", "klart", "-enhet"):
                selection = read_selection({"val": tab, "sort": sort}, actor=who, at=at)
                expected = list(cases_for(selection, actor=who, wide=wide)[:PAGE])
                found = part_of(selection, 0, PAGE, actor=who, today=local_date(at), wide=wide)
                assert found == expected, (login, tab, sort)
                shown.add(tuple(case.pk for case in found))
    assert len(shown) > 3, "all saw the same: the town tells nothing"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the second net is PostgreSQL's")
def test_each_asks_the_database_as_herself(town, actor, at, monkeypatch):
    """What the second net is told goes with who asks, not with who asked first."""
    told = []
    monkeypatch.setattr(base, "prefix", lambda before=base.prefix: told.append(net.current()) or before())
    prepared = ForActor(PLAIN_PART.make, *PLAIN_PART.sights)
    for login in ("asa", "dag", "asa"):
        prepared(actor(login), "oppna", "-inkommet", False, 0, PAGE, today=local_date(at))
        assert told[-1] == net.of(actor(login), net.Mode.REACH)


def test_someone_without_duties_gets_nothing(town, person, at):
    from hjulet.core.actor import Actor

    juno = person("juno")
    nobody = Actor(juno.pk, juno.name, "", juno.principal_id)
    assert set(numbers_of(nobody, local_date(at)).values()) == {0}


def test_a_question_that_does_not_say_for_whom_is_refused(actor):
    with pytest.raises(ScopeMissing):
        ForActor(lambda anyone: Case.objects.order_by("pk"))(actor("asa"))


def test_anyone_has_no_place(actor):
    anyone = Anyone(0, "", "", 0, like=actor("asa"))
    assert anyone.duties == actor("asa").duties
    for ask in (lambda: anyone.reach("handle"), lambda: anyone.sees("000001"), lambda: anyone.holds_at("handle", "x")):
        with pytest.raises(TypeError):
            ask()


def test_a_filter_goes_the_other_way(town, actor, at):
    """A unit that has ended gives no chip and still narrows: what is shown follows the condition."""
    who = actor("asa")
    for params in ({"severity": "2"}, {"track": "sol"}, {"unit": "finns-inte"}, {"overdue": "1", "val": "sena"}):
        selection = read_selection(params, actor=who, at=at)
        expected = list(cases_for(selection, actor=who)[:PAGE])
        assert part_of(selection, 0, PAGE, actor=who, today=local_date(at), wide=False) == expected


def test_an_empty_page_is_not_asked_for(django_assert_num_queries, actor, at):
    who = actor("asa")
    selection = read_selection({}, actor=who, at=at)
    with django_assert_num_queries(0):
        assert part_of(selection, 0, 0, actor=who, today=local_date(at), wide=False) == []


def test_sorts_are_all_worded(town, actor, at):
    who = actor("asa")
    for sort in SORTS:
        selection = read_selection({"sort": sort}, actor=who, at=at)
        assert part_of(selection, 0, PAGE, actor=who, today=local_date(at), wide=False) == list(
            cases_for(selection, actor=who)[:PAGE]
        )
