"""Health, and what is said when something goes wrong: plainly, and also without a database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client, RequestFactory

from hjulet.core.models import JobRun
from hjulet.shell import web


@pytest.fixture
def request_only() -> Any:
    """A request without session, person or database."""
    return RequestFactory().get("/nagonstans/")


def test_healthz_needs_no_database(client: Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_robots_are_told_to_stay_out(client: Client) -> None:
    assert b"Disallow: /" in client.get("/robots.txt").content


@pytest.mark.django_db
def test_readyz_says_that_jobs_stand_still(client: Client, at: datetime) -> None:
    JobRun.objects.all().delete()
    answer = client.get("/readyz")
    assert answer.status_code == 503 and "schemalagt arbete står stilla" in answer.content.decode()
    JobRun.objects.create(name="any", started_at=at, finished_at=at)
    assert client.get("/readyz").status_code == 200


@pytest.mark.parametrize(
    ("view", "status", "told"),
    [
        (web.bad_request, 400, "Gå tillbaka och försök igen"),
        (web.forbidden, 404, "Sidan finns inte, eller så får du inte se den"),
        (web.not_found, 404, "Sidan finns inte, eller så får du inte se den"),
    ],
)
def test_error_pages_need_no_database(request_only: Any, view: Callable[..., Any], status: int, told: str) -> None:
    answer = view(request_only, Exception())
    assert answer.status_code == status and told in answer.content.decode()
    assert "saknas:" not in answer.content.decode()


def test_our_own_fault_is_told_without_the_cause(request_only: Any) -> None:
    answer = web.server_error(request_only)
    assert answer.status_code == 500 and "Något gick fel hos oss" in answer.content.decode()


@pytest.mark.django_db
def test_not_found_and_not_allowed_look_the_same(browse: Callable[[str], Client], reported: Callable[..., Any]) -> None:
    case, cilla = reported(), browse("cilla")
    hidden, missing = cilla.get(f"/arenden/{case.ref}/"), cilla.get("/arenden/2026-9999/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content == missing.content


def test_a_form_that_is_too_old_gives_the_words_back_but_never_the_password() -> None:
    words = "Hon ramlade i duschen <b>och</b> golvet var halt."
    sent = {"description": words, "password": "hemligt-losenord-som-ar-langt"}
    page = web.csrf_failure(RequestFactory().post("/rapportera/", sent)).content.decode()
    assert "golvet var halt" in page and "<b>och</b>" not in page
    assert "hemligt" not in page
