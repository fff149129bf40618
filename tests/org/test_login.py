"""Guessing a password is slowed; a colleague behind the same address is not hindered."""

from __future__ import annotations

import pytest
from django.test import Client, RequestFactory

from hjulet.core.models import Event, EventValue
from hjulet.org.account import confirms_password
from hjulet.org.models import LoginAttempt, UnknownLogin

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-1")]


def attempt(login: str, password: str) -> int:
    return Client().post("/konto/logga-in/", {"login": login, "password": password}).status_code


def test_guessing_one_name_is_slowed_for_that_name_only() -> None:
    assert [attempt("asa", "fel") for _ in range(5)] == [401] * 5
    assert attempt("asa", "hjulet") == 429
    assert attempt("juno", "hjulet") == 302


def test_guessing_many_names_from_one_place_is_slowed_too(settings) -> None:
    for number in range(100):
        assert attempt(f"ingen{number}", "fel") == 401
    assert attempt("juno", "hjulet") == 429


def failures() -> list[tuple[str, int | None]]:
    rows = Event.objects.filter(verb="person.login_failed").order_by("id")
    return [(row.object_type, row.object_id) for row in rows]


@pytest.mark.capability("ACC-3")
def test_a_password_given_in_vain_is_in_the_log_without_what_was_typed(person) -> None:
    juno = person("juno")
    attempt("Juno ", "hemligt-fel-ord")
    event = Event.objects.get(verb="person.login_failed")
    assert (event.object_type, event.object_id, event.actor_id) == ("person", juno.pk, None)
    assert (event.principal_id, event.unit_id) == (juno.principal_id, juno.home_unit_id)
    assert event.digests == {} and not EventValue.objects.filter(event=event).exists()
    assert attempt("juno", "hjulet") == 302
    assert failures() == [("person", juno.pk)]


@pytest.mark.capability("ACC-3")
def test_of_a_name_nobody_has_only_the_count_is_kept() -> None:
    before = Event.objects.count()
    for name in ("19121212-1212", "ingen", "19121212-1212"):
        attempt(name, "fel")
    assert UnknownLogin.objects.get().count == 3
    assert Event.objects.count() == before
    kept = [str(row) for model in (UnknownLogin, LoginAttempt) for row in model.objects.values_list()]
    assert "1212-1212" not in " ".join(kept)


@pytest.mark.capability("ACC-3")
def test_a_closed_account_and_a_wrong_password_at_a_decision_are_told_too(person, browse) -> None:
    dag = person("dag")
    type(dag).objects.filter(pk=dag.pk).update(is_active=False)
    attempt("dag", "hjulet")
    assert failures() == [("person", dag.pk)]
    request = RequestFactory().post("/", {"password": "fel"})
    request.user, request.session = person("asa"), {}
    assert confirms_password(request) is False
    assert failures() == [("person", dag.pk), ("person", person("asa").pk)]


@pytest.mark.capability("ACC-3")
def test_tries_that_are_slowed_add_no_rows() -> None:
    for _ in range(9):
        attempt("asa", "fel")
    assert len(failures()) == 5


@pytest.mark.capability("ACC-3")
def test_the_log_reviewer_sees_failed_logins(browse, person) -> None:
    attempt("juno", "fel")
    attempt("ingen-som-finns", "fel")
    petra = browse("petra")
    text = petra.get("/logg/", {"atgard": "login-failed"}).content.decode()
    assert "1 gång under tiden försökte någon logga in" in text and "ingen-som-finns" not in text
    rows = text.split("<tbody>")[1]
    assert "Någon, inte inloggad" in rows and "Försökte logga in med fel lösenord" in rows
    assert "Person Juno Berggren" in rows and rows.count("<tr>") == 1
    assert "Någon, inte inloggad" in petra.get("/logg/", {"person": "juno"}).content.decode()
    assert "Någon, inte inloggad" not in petra.get("/logg/", {"person": "asa"}).content.decode()
    assert browse("asa").get("/logg/").status_code == 404
