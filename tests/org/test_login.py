"""Guessing a password is slowed; a colleague behind the same address is not hindered."""

from __future__ import annotations

import pytest
from django.test import Client

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
