"""A session begins with a new key, ends when it should, and can be ended from another place."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.test import Client, RequestFactory
from django.utils import timezone
from tests.conftest import AT

from hjulet.core.models import Event
from hjulet.org import actions
from hjulet.org.login import attempt_keys, client_address, note_failure, wait_until
from hjulet.org.models import LoginAttempt
from hjulet.org.sessions import forget_old_sessions

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-1")]
NEW = "tre grodor på taket i regn"


class Counting(PBKDF2PasswordHasher):
    """Counts the digests made."""

    algorithm, iterations = "counting", 1
    made: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        self.made.append(password)
        return super().encode(password, salt, iterations)


def enter(login: str = "juno", password: str = "hjulet") -> Client:
    client = Client()
    assert client.post("/konto/logga-in/", {"login": login, "password": password}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/konto/").status_code == 200


def test_logging_in_gives_a_new_key_and_an_old_one_is_worth_nothing() -> None:
    client = Client()
    session = client.session
    session["planted"] = "by someone else"
    session.save()
    planted = session.session_key
    client.cookies["hjulet_session"] = planted
    client.post("/konto/logga-in/", {"login": "juno", "password": "hjulet"})
    assert client.session.session_key != planted
    guest = Client()
    guest.cookies["hjulet_session"] = planted
    assert not is_in(guest)


def test_giving_the_password_again_gives_a_new_key(assessed, settings) -> None:
    dag, case = enter("dag"), assessed("sol")
    where = f"/arenden/{case.ref}/steg/annul/"
    settings.CLOCK = "2026-11-12T09:20"  # the password was given too long ago for a decision
    assert "Bekräfta med ditt lösenord" in dag.get(where).content.decode()
    key = dag.session.session_key
    told = {"reason": "Samma händelse är rapporterad två gånger.", "version": case.version}
    dag.post(where, {**told, "password": "fel"})
    assert dag.session.session_key == key
    assert dag.post(where, {**told, "password": "hjulet"}).status_code == 302
    assert dag.session.session_key != key and not Session.objects.filter(session_key=key).exists()


def test_logout_ends_the_session_on_the_server_and_clears_the_device() -> None:
    client = enter()
    key = client.cookies["hjulet_session"].value
    answer = client.post("/konto/logga-ut/")
    assert answer["Clear-Site-Data"] == '"storage"'
    assert not Session.objects.filter(session_key=key).exists()
    guest = Client()
    guest.cookies["hjulet_session"] = key
    assert not is_in(guest)


def test_one_may_log_out_everywhere() -> None:
    phone, desk = enter(), enter()
    assert is_in(phone) and is_in(desk)
    assert desk.post("/konto/logga-ut-overallt/").status_code == 302
    assert not is_in(phone) and not is_in(desk)
    assert Event.objects.filter(verb="person.sessions_ended").count() == 1
    assert is_in(enter())


def test_a_changed_password_ends_the_others_but_not_ones_own() -> None:
    phone, desk = enter(), enter()
    key = desk.session.session_key
    assert desk.post("/konto/losenord/", {"current": "hjulet", "new": NEW}).status_code == 302
    assert is_in(desk) and not is_in(phone)
    assert desk.session.session_key != key


def test_an_administrator_may_log_someone_out(browse, person) -> None:
    phone, root = enter(), browse("root")
    where = f"/organisation/personer/{person('juno').pk}/logga-ut/"
    assert "Logga ut" in root.get(where).content.decode()
    root.post(where, {"seen": "", "confirm": "1"})
    assert not is_in(phone)
    assert browse("asa").get(where).status_code == 404


def test_a_closed_account_is_out_at_once_and_does_not_come_back_with_it(person, actor, at) -> None:
    phone = enter()
    actions.deactivate_person(person=person("juno"), actor=actor("root"), at=at)
    assert not is_in(phone)
    assert Client().post("/konto/logga-in/", {"login": "juno", "password": "hjulet"}).status_code == 401
    actions.activate_person(person=person("juno"), actor=actor("root"), at=at)
    assert not is_in(phone)


def test_half_an_hour_without_a_sign_ends_it(settings) -> None:
    client = enter()
    settings.CLOCK = "2026-11-12T09:31"
    assert not is_in(client)


def test_twelve_hours_after_the_password_it_ends_however_busy(settings) -> None:
    client = enter()
    for minute in range(20, 720, 20):
        settings.CLOCK = (AT + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M")
        assert is_in(client), settings.CLOCK
    settings.CLOCK = (AT + timedelta(minutes=721)).strftime("%Y-%m-%dT%H:%M")
    assert not is_in(client)


def test_old_sessions_and_tries_are_removed() -> None:
    enter()
    Client().post("/konto/logga-in/", {"login": "juno", "password": "fel"})
    assert LoginAttempt.objects.exists() and Session.objects.exists()
    forget_old_sessions(timezone.now())
    assert Session.objects.exists()  # not run out
    forget_old_sessions(max(timezone.now(), AT) + timedelta(days=2))
    assert not LoginAttempt.objects.exists() and not Session.objects.exists()


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "10.1.1.1", "192.0.2.7"),  # nobody in front: what the browser claims counts for nothing
        (1, "10.1.1.1, 198.51.100.3", "198.51.100.3"),
        (2, "10.1.1.1, 198.51.100.3, 203.0.113.1", "198.51.100.3"),
        (1, "", "?"),
        (2, "198.51.100.3", "192.0.2.7"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
    ],
)
def test_the_address_is_the_one_our_own_proxy_saw(proxies: int, forwarded: str, address: str, settings) -> None:
    settings.PROXIES = proxies
    request = RequestFactory().get("/", REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": forwarded})
    assert client_address(request) == address


def test_a_large_workplace_where_someone_always_mistypes_is_not_locked_out(at) -> None:
    for minute in range(200):  # one a minute, each with another name
        when = at + timedelta(minutes=minute)
        keys = attempt_keys(f"person{minute}", "198.51.100.3")
        assert wait_until(keys, when) is None, minute
        note_failure(keys, when)


def test_guessing_from_one_place_goes_on_being_slow(at) -> None:
    when, tries = at, 0
    for number in range(300):
        keys = attempt_keys(f"person{number}", "198.51.100.3")
        when += timedelta(seconds=1)
        if wait_until(keys, when) is None:
            note_failure(keys, when)
            tries += 1
    assert 100 <= tries < 115


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example/",
        "/\\evil.example",
        "https://evil.example/",
        "javascript:alert(1)",
        "\thttps://evil.example",
        "/%0d%0aSet-Cookie:x=y",
    ],
)
def test_after_login_one_stays_in_hjulet(target: str) -> None:
    answer = Client().post("/konto/logga-in/", {"login": "juno", "password": "hjulet", "next": target})
    assert answer.status_code == 302
    assert answer["Location"] == ("/" if not target.startswith("/%") else target)
    assert "x" not in answer.cookies


def test_an_unknown_name_a_wrong_password_and_a_closed_account_look_the_same(person) -> None:
    type(person("dag")).objects.filter(login="dag").update(is_active=False)
    pages = set()
    for login in ("ingen", "juno", "dag"):
        answer = Client().post("/konto/logga-in/", {"login": login, "password": "fel"})
        token = answer.context["csrf_token"]
        page = answer.content.decode().replace(f'value="{login}"', "").replace(str(token), "")
        pages.add((answer.status_code, page))
    assert len(pages) == 1


def test_an_unknown_name_costs_as_much_work_as_a_wrong_password(settings, person) -> None:
    """Counted in the slow digests made, which is what takes the time."""
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    juno = person("juno")
    juno.set_password("hjulet")
    juno.save()
    work = []
    for login in ("juno", "ingen"):
        Counting.made.clear()
        assert Client().post("/konto/logga-in/", {"login": login, "password": "fel"}).status_code == 401
        work.append(len(Counting.made))
    assert work == [1, 1]


def test_an_operators_password_follows_the_same_rules(person, monkeypatch) -> None:
    monkeypatch.setattr("getpass.getpass", lambda *_args, **_kwargs: "Sommar2026!!")
    with pytest.raises(CommandError):
        call_command("changepassword", "juno")
