"""What the one who runs Hjulet does at the terminal: the first principal, and a password when nobody can log in."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hjulet.core.models import Event
from hjulet.org import actions
from hjulet.org.login import note_failure
from hjulet.org.models import Assignment, Person, Principal, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-4")]
GOOD = "cykel under granen i november"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda password: monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))


def logs_in(login: str, password: str) -> bool:
    client = Client()
    client.get("/konto/logga-in/")
    return client.post("/konto/logga-in/", {"login": login, "password": password}).status_code == 302


def new(code: str = "nyby") -> None:
    call_command("new-principal", code, "Nyby kommun", "--login", f"{code}-rut", "--person", "Rut Ek")


def test_the_first_principal_can_be_worked_with_at_once(typed: Any) -> None:
    typed(GOOD)
    new()
    root = Unit.objects.get(principal__code="nyby")
    assert (root.parent_id, root.name, root.kind) == (None, "Nyby kommun", "principal")
    client = Client()
    assert client.post("/konto/logga-in/", {"login": "nyby-rut", "password": GOOD}).status_code == 302
    page = client.get("/organisation/").content.decode()
    assert "Nyby kommun" in page and "Ekbacken" not in page
    assert client.get("/organisation/enhet/nyby/ny/").status_code == 200
    assert client.get("/arenden/").status_code == 404  # an administrator sees no cases


def test_a_code_or_a_login_that_is_taken_changes_nothing(typed: Any) -> None:
    typed(GOOD)
    new()
    before = (Principal.objects.count(), Person.objects.count(), Unit.objects.count())
    typed(GOOD)
    with pytest.raises(CommandError, match="redan en huvudman"):
        new()
    typed(GOOD)
    with pytest.raises(CommandError, match="upptaget"):
        call_command("new-principal", "annan", "Annan", "--login", "nyby-rut", "--person", "X")
    assert (Principal.objects.count(), Person.objects.count(), Unit.objects.count()) == before


def test_a_weak_password_is_refused_before_anything_is_made(typed: Any) -> None:
    typed("kort")
    with pytest.raises(CommandError, match="12"):
        new()
    assert not Principal.objects.filter(code="nyby").exists()


def test_a_locked_out_administrator_gets_in_again(typed: Any, person: Any, at: Any) -> None:
    from hjulet.org.login import attempt_keys

    for _ in range(12):
        note_failure(attempt_keys("root", "127.0.0.1")[:1], at)
    assert not logs_in("root", "hjulet")
    typed(GOOD)
    call_command("set-password", "Root")
    assert logs_in("root", GOOD)
    event = Event.objects.filter(verb="person.password", object_id=person("root").pk).latest("id")
    assert (event.actor_id, event.principal_id) == (None, person("root").principal_id)


def test_a_closed_account_opens_only_as_the_last_way_in(typed: Any, person: Any, at: Any) -> None:
    held = Assignment.objects.get(person=person("root"), valid_to__isnull=True)
    common = {"actor": None, "at": at}  # someone must always be able to change the organisation
    actions.assign_role(person=person("eva"), role=held.role, unit=held.unit, valid_from=at.date(), **common)
    actions.deactivate_person(person=person("root"), **common)
    typed(GOOD)
    with pytest.raises(CommandError, match="Kontot är stängt"):
        call_command("set-password", "root")
    assert not logs_in("root", GOOD)
    typed(GOOD)
    call_command("set-password", "root", administrator=True)
    assert logs_in("root", GOOD)
    now_held = Assignment.objects.filter(person=person("root"), valid_to__isnull=True)
    assert [row.role.code for row in now_held] == ["system_administrator"]
    typed(GOOD)
    call_command("set-password", "root", administrator=True)  # again: nothing is given twice
    assert now_held.count() == 1


def test_nobody_has_that_name(typed: Any) -> None:
    typed(GOOD)
    with pytest.raises(CommandError, match="Ingen har användarnamnet"):
        call_command("set-password", "ingen-alls")
