"""The frame of every page, the quarters, and what a visitor meets before logging in."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from hjulet.core.models import Event

QUARTERS = ["/planera/", "/genomfora/", "/folja-upp/", "/forbattra/"]
FOR_ALL = ["/tillganglighet/", "/hjalp/", "/konto/logga-in/"]
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", FOR_ALL)
def test_a_visitor_gets_the_open_pages_without_a_menu(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert 'class="nav"' not in page
    assert "Logga in" in page
    assert 'href="#innehall"' in page


@pytest.mark.parametrize("path", ["/", *QUARTERS])
def test_a_visitor_is_led_to_the_login_page_and_back(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/konto/logga-in/?next=")


@pytest.mark.parametrize("login", ["asa", "eva", "hanna", "root", "juno"])
@pytest.mark.parametrize("path", ["/", *QUARTERS, *FOR_ALL])
def test_everyone_logged_in_gets_every_page(browse: Callable[[str], Client], login: str, path: str) -> None:
    assert browse(login).get(path).status_code == 200


@pytest.mark.parametrize("path", ["/", *QUARTERS, *FOR_ALL])
def test_pages_hold_no_inline_script_style_or_handler(browse: Callable[[str], Client], path: str) -> None:
    page = browse("asa").get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page))


@pytest.mark.parametrize("path", ["/", *QUARTERS, *FOR_ALL])
def test_every_page_has_one_heading_one_main_and_no_id_twice(browse: Callable[[str], Client], path: str) -> None:
    page = browse("asa").get(path).content.decode()
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert len(re.findall(r"<main[ >]", page)) == 1
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_icon_that_is_used_is_drawn(browse: Callable[[str], Client]) -> None:
    page = browse("asa").get("/").content.decode()
    assert set(re.findall(r'<use href="#([^"]+)"', page)) <= set(re.findall(r'<symbol id="([^"]+)"', page))


def test_the_menu_marks_where_one_is(browse: Callable[[str], Client]) -> None:
    asa = browse("asa")
    here = re.compile(r'<a href="([^"]+)" aria-current="(page|true)"')
    assert set(here.findall(asa.get("/folja-upp/").content.decode())) == {("/folja-upp/", "page")}
    assert ("/folja-upp/", "true") in here.findall(asa.get("/arenden/").content.decode())


@pytest.mark.parametrize("path", QUARTERS)
def test_a_quarter_lists_nothing_that_cannot_be_opened(browse: Callable[[str], Client], path: str) -> None:
    for login in ("asa", "eva", "hanna"):
        visitor = browse(login)
        page = visitor.get(path).content.decode()
        for link in re.findall(r'<a class="go" href="([^"]+)"', page):
            assert visitor.get(link).status_code == 200, (login, link)


def test_what_is_not_built_is_said_plainly(browse: Callable[[str], Client]) -> None:
    page = browse("asa").get("/planera/").content.decode()
    told = page[page.index("Används inte ännu") :]
    assert "Risker" in told and "<a" not in told[: told.index("</section>")]


def test_nothing_waiting_says_so_with_a_next_step(browse: Callable[[str], Client]) -> None:
    assert "Inget väntar på dig just nu." in browse("juno").get("/").content.decode()


def test_a_new_report_waits_for_the_one_who_receives(
    browse: Callable[[str], Client], reported: Callable[..., Any]
) -> None:
    case = reported()
    page = browse("asa").get("/").content.decode()
    assert case.ref in page and 'id="new"' in page
    assert case.ref not in browse("cilla").get("/").content.decode()


def test_the_start_page_logs_that_its_cases_were_read(
    browse: Callable[[str], Client], reported: Callable[..., Any]
) -> None:
    case = reported()
    browse("asa").get("/")
    read = Event.objects.filter(kind=Event.Kind.READ, object_type="case", purpose="start page")
    assert [event.object_id or event.refs for event in read] == [case.pk]


def test_language_is_changed_by_post_only_and_never_leads_away(browse: Callable[[str], Client], person: Any) -> None:
    asa = browse("asa")
    assert asa.get("/sprak/").status_code == 405
    assert asa.post("/sprak/", {"language": "en", "next": "//evil.example/"})["Location"] == "/"
    assert person("asa").language == "en"
    asa.post("/sprak/", {"language": "klingon"})
    assert person("asa").language == "en"
