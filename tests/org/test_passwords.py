"""What a password may be: long, of any characters, and not among the first to be tried (ASVS 5.0, 6.2)."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from hjulet.org.passwords import is_guessable, words_about

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACC-1")]
GOOD = "tre grodor på taket i regn"


def change(client: Client, new: str, current: str = "hjulet"):
    return client.post("/konto/losenord/", {"current": current, "new": new})


def login(name: str, password: str) -> int:
    return Client().post("/konto/logga-in/", {"login": name, "password": password}).status_code


@pytest.mark.parametrize(
    "password",
    [
        "Sommar2026!!",
        "lösenord1234",
        "Lovdala-2026",
        "hjulethjulet",
        "Välkommen123!",
        "password1234",
        "sunshineprincess",
        "qwertyuiop123",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "123456789012345",
        "1qaz2wsx3edc",
        "juno-juno-juno",
        "undersköterska1!",
    ],
)
def test_what_is_first_to_be_tried_is_refused(password: str, browse, person) -> None:
    before = person("juno").password
    page = change(browse("juno"), password).content.decode()
    assert "lätt att gissa" in page or "för vanligt" in page
    assert person("juno").password == before


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "grodorpåtaket",
        "åäöåäö blåbär ñ",
        "kaffe kaffe regnbåge",
        "  blank före och efter  ",
        "x" * 60 + "abcdefgh 🚲🌧️",
        "pExjzLTve4JkDn97BR06PM8X",
    ],
)
def test_any_characters_will_do_and_the_password_is_taken_to_the_letter(password: str, browse, person) -> None:
    assert change(browse("juno"), password).status_code == 302
    assert check_password(password, person("juno").password)
    assert login("juno", password) == 302
    assert login("juno", password.swapcase()) == 401


def test_blanks_at_the_ends_count(browse) -> None:
    change(browse("juno"), "  blank före och efter  ")
    assert login("juno", "blank före och efter") == 401


@pytest.mark.parametrize("length", [64, 200])
def test_long_passwords_are_taken_whole(length: int, browse) -> None:
    password = (GOOD * 10)[:length]
    assert change(browse("juno"), password).status_code == 302
    assert login("juno", password[:-1]) == 401
    assert login("juno", password) == 302


@pytest.mark.parametrize(("password", "told"), [("grodor", "minst 12"), (GOOD * 10, "högst 200 tecken")])
def test_too_short_and_too_long_are_told(password: str, told: str, browse) -> None:
    assert told in change(browse("juno"), password).content.decode()


def test_the_present_password_is_asked_for_and_guessing_it_is_slowed(browse, person) -> None:
    juno = browse("juno")
    for _ in range(5):
        assert "stämmer inte" in change(juno, GOOD, current="fel").content.decode()
    assert "för många gånger" in change(juno, GOOD).content.decode()
    assert check_password("hjulet", person("juno").password)


def test_the_names_around_a_person_are_known(person) -> None:
    juno = person("juno")
    about = words_about(juno)
    assert {"juno", juno.home_unit.name.split()[-1].casefold()} <= about
    assert is_guessable(f"{juno.home_unit.name}2026!!", about)
    assert words_about(None) == frozenset()


def test_fields_hide_what_is_typed_and_let_a_password_manager_fill_in(browse, client) -> None:
    page = browse("juno").get("/konto/losenord/").content.decode()
    assert page.count('type="password"') == 2
    assert 'autocomplete="current-password"' in page and 'autocomplete="new-password"' in page
    page = client.get("/konto/logga-in/").content.decode()
    assert page.count('type="password"') == 1 and 'autocomplete="username"' in page
