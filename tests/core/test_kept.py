"""What is remembered is what the database holds, whoever changes it and however the change ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from tests.conftest import AT

from hjulet.core import kept
from hjulet.core.kept import Kept, forget_marks, reading, state
from hjulet.core.policies import declared
from hjulet.org.models import Assignment, Person, Role, Unit
from hjulet.org.reach import Holders, actor_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def names() -> tuple[Kept[list[str]], list[int]]:
    """The names of the roles, and how often they have been asked for."""
    asked: list[int] = []

    def make() -> list[str]:
        asked.append(1)
        return list(Role.objects.order_by("pk").values_list("label", flat=True))

    return Kept(make), asked


def test_an_answer_is_remembered_until_something_changes(names):
    roles, asked = names
    assert roles() == roles() == list(Role.objects.order_by("pk").values_list("label", flat=True))
    assert len(asked) == 1
    Role.objects.filter(label="Enhetschef").update(label="Chef på enhet")
    assert "Chef på enhet" in roles()
    assert len(asked) == 2


@pytest.mark.parametrize(
    "change",
    [
        lambda role: Role.objects.filter(pk=role.pk).update(label="Annat"),
        lambda role: Role.objects.create(principal=role.principal, code="ny", label="Ny"),
        lambda role: Role.objects.create(principal=role.principal, code="ny", label="Ny").delete(),
        lambda role: Role.objects.bulk_create([Role(principal=role.principal, code="ny", label="Ny")]),
        lambda role: connection.cursor().execute("UPDATE org_role SET label = 'Annat'"),
    ],
)
def test_every_way_of_changing_puts_down_a_mark(change):
    before = state()
    change(Role.objects.first())
    assert state() != before


def test_what_does_not_count_puts_down_none(person: Callable[[str], Person]):
    before = state()
    asa = person("asa")
    asa.last_login = AT
    asa.save(update_fields=["last_login"])
    assert state() == before
    Person.objects.filter(pk=asa.pk).update(is_active=False)
    assert state() != before


def test_a_change_taken_back_takes_its_answer_with_it(names):
    roles, _asked = names
    first = roles()
    for label in ("Ett", "Ett annat"):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            Role.objects.filter(label="Enhetschef").update(label=label)
            assert label in roles()
            raise ZeroDivisionError
        assert roles() == first


def test_two_changes_in_one_transaction_are_two_answers(names):
    roles, _asked = names
    with transaction.atomic():
        chief = Role.objects.filter(label="Enhetschef").values_list("pk", flat=True)[0]
        for label in ("Ett", "Två", "Tre"):
            Role.objects.filter(pk=chief).update(label=label)
            assert label in roles()


def test_no_more_is_remembered_than_there_is_room_for():
    squares: Kept[int] = Kept(lambda n: n * n, most=10)
    assert [squares(n) for n in range(35)] == [n * n for n in range(35)]
    assert len(squares.answers) <= 10


def test_where_the_tables_were_emptied_nothing_is_remembered(names):
    roles, asked = names
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_mark")
    roles(), roles()
    assert len(asked) == 2


def test_without_triggers_nothing_is_remembered(names, monkeypatch, caplog):
    roles, asked = names
    monkeypatch.setattr(kept, "_found", lambda cursor, postgresql: set())
    kept._watched.cache_clear()
    try:
        roles(), roles()
        assert len(asked) == 2
        assert "org_role_marks_insert" in caplog.text
    finally:
        kept._watched.cache_clear()


def test_forgetting_leaves_one_mark_that_is_new(names):
    roles, asked = names
    roles()
    before = state()
    Role.objects.filter(label="Enhetschef").update(label="Ett")
    assert forget_marks() >= 1
    assert state().startswith("1:")
    assert state() != before
    assert "Ett" in roles()


def test_inside_reading_the_marks_are_asked_for_once(django_assert_num_queries, names):
    roles, _asked = names
    roles()
    with django_assert_num_queries(1), reading():
        for _ in range(5):
            roles()


def test_a_role_taken_away_holds_at_the_next_page(browse: Callable[[str], Client], person: Callable[[str], Person]):
    asa = browse("asa")
    assert asa.get("/arenden/").status_code == 200
    Assignment.objects.filter(person=person("asa")).delete()
    assert asa.get("/arenden/").status_code == 404


def test_a_new_place_in_the_tree_holds_at_once(person: Callable[[str], Person]):
    asa = person("asa")
    assert actor_for(asa, at=AT).grants
    unit = Unit.objects.get(pk=asa.home_unit_id)
    Assignment.objects.filter(person=asa).update(valid_to=AT.date() - timedelta(days=1))
    assert not actor_for(asa, at=AT).grants
    Assignment.objects.filter(person=asa).update(valid_to=None)
    assert any(grant.path == unit.path for grant in actor_for(asa, at=AT).grants)


def test_a_day_is_a_question_of_its_own(person: Callable[[str], Person]):
    asa = person("asa")
    Assignment.objects.filter(person=asa).update(valid_to=AT.date())
    assert actor_for(asa, at=AT).grants
    assert not actor_for(asa, at=AT + timedelta(days=1)).grants


def test_who_is_told_follows_who_works(person: Callable[[str], Person]):
    asa = person("asa")
    told = Holders(asa.home_unit.path, at=AT).of("receive_deviations")
    assert asa in told
    Person.objects.filter(pk=asa.pk).update(is_active=False)
    assert asa not in Holders(asa.home_unit.path, at=AT).of("receive_deviations")


@pytest.mark.owner
def test_triggers_that_are_gone_are_made_anew_with_another_mark():
    with connection.cursor() as cursor:
        name = next(iter(kept._triggers(Role)))
        cursor.execute(f"DROP TRIGGER {name}{' ON org_role' if connection.vendor == 'postgresql' else ''}")
        before = state()
        kept.keep("default")
        assert name in kept._found(cursor, connection.vendor == "postgresql")
    assert state() != before


def test_what_is_remembered_is_the_same_for_all_who_ask():
    """The policies of the second net would give each her own rows, and the first one's would be remembered for all."""
    assert not {model._meta.db_table for model in kept.WATCHED} & declared().keys()


def test_a_request_that_writes_asks_for_the_marks_anew():
    with kept.beginning("of the beginning"):
        assert state() != "of the beginning"
        with reading():
            assert state() == "of the beginning"
