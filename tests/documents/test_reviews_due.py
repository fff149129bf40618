"""The yearly review as a work list: what is late, left and done, and what is looked over without a change (DOC-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.documents import actions
from hjulet.documents.models import Document, ReviewDone
from hjulet.documents.work_lists import Due, progress, progress_by_owner, reviews_in, waits_on
from hjulet.processes.models import Process
from tests.cases.test_query_counts import asked as questions
from tests.documents.shelf import adopt, due, routine

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-5")]

ActorOf = Callable[..., Actor]
Browse = Callable[[str], Client]
TODAY = date(2026, 11, 12)


@pytest.fixture(autouse=True)
def _the_demos_own_wait(db: None) -> None:
    Document.objects.update(review_on=date(2035, 1, 1))
    Process.objects.update(current=None)


@pytest.fixture
def shelf(actor: ActorOf, at: Any) -> dict[str, Document]:
    """Written two years ago: one late, one left this year, one next year and one far off; another owner's is late."""
    long_ago = at - timedelta(days=700)
    days = {"Sen": date(2025, 12, 3), "Kvar": date(2026, 12, 31), "Nästa": date(2027, 1, 1), "Långt": date(2028, 1, 1)}
    made = {title: due(routine(title, actor, long_ago), day) for title, day in days.items()}
    made["Ivars"] = due(routine("Ivars", actor, long_ago, owner="ivar"), date(2026, 1, 1))
    return made


def titles(actor: Actor, **chosen: Any) -> list[str]:
    return [document.title for document in reviews_in(Due(2026, **chosen), actor)]


def test_the_late_first_then_what_is_left_this_year(shelf: dict[str, Document], actor: ActorOf) -> None:
    asa = actor("asa")
    assert titles(asa) == ["Sen", "Ivars", "Kvar"]
    assert titles(asa, tab="nasta") == ["Nästa"]
    assert titles(asa, tab="gjorda") == []
    assert titles(asa, mine=True) == ["Sen", "Kvar"] == titles(asa, owner="asa")
    assert titles(asa, sort="-dag") == ["Kvar", "Ivars", "Sen"]
    assert titles(asa, unit=shelf["Ivars"].unit.code) == ["Ivars"]
    assert titles(asa, kind="policy") == []
    assert titles(actor("ivar")) == ["Ivars"]  # a provider's people know of their own
    withdrawn = Document.objects.filter(pk=shelf["Sen"].pk).update(withdrawn_on=TODAY)
    assert withdrawn and "Sen" not in titles(asa)


def test_looked_over_moves_the_day_and_stays_to_be_read(
    shelf: dict[str, Document], actor: ActorOf, browse: Browse
) -> None:
    late, asa = shelf["Sen"], browse("asa")
    page = f"{late.get_absolute_url()}oversyn/"
    assert asa.get(page).status_code == 200
    answer = asa.post(page, {"reason": "", "version": late.version})
    assert answer.status_code == 422 and "Skriv varför inget ändras" in answer.content.decode()
    asa.post(page, {"reason": "Vi läste den på mötet.", "version": late.version})
    done = ReviewDone.objects.get()
    assert (done.due_on, done.next_on, done.done_by and done.done_by.login) == (
        date(2025, 12, 3),
        date(2027, 11, 12),
        "asa",
    )
    late.refresh_from_db()
    assert late.review_on == date(2027, 11, 12)
    assert "Vi läste den på mötet." in browse("juno").get(late.get_absolute_url()).content.decode()
    assert titles(actor("asa"), tab="gjorda") == ["Sen"] and "Sen" not in titles(actor("asa"))
    assert Event.objects.filter(verb="document.looked-over", object_id=late.pk).count() == 1


def test_two_at_once_and_those_who_do_not_write_are_refused(
    shelf: dict[str, Document], actor: ActorOf, browse: Browse, at: Any
) -> None:
    late = shelf["Sen"]
    actions.look_over(late, reason="x", actor=actor("asa"), at=at)
    answer = browse("asa").post(f"{late.get_absolute_url()}oversyn/", {"reason": "Min", "version": late.version})
    assert answer.status_code == 409 and "Min" in answer.content.decode()
    assert browse("juno").get(f"{late.get_absolute_url()}oversyn/").status_code == 404
    with pytest.raises(Refused, match="bara de som skriver"):
        actions.look_over(shelf["Kvar"], reason="x", actor=actor("juno"), at=at)
    Document.objects.filter(pk=late.pk).update(review_months=None)
    with pytest.raises(Refused, match="hur ofta"):
        actions.look_over(late, reason="x", actor=actor("asa"), at=at)


def test_the_figures_are_counted_in_the_database(
    shelf: dict[str, Document], actor: ActorOf, browse: Browse, at: Any
) -> None:
    asa, everything = actor("asa"), Due(2026)
    assert progress(everything, asa, TODAY) == {"left": 3, "late": 2, "done": 0, "next": 1}
    actions.look_over(shelf["Sen"], reason="x", actor=asa, at=at)
    actions.begin_version(shelf["Kvar"], actor=asa, at=at)
    adopt(shelf["Kvar"], asa, at)  # a new version is a review too
    assert progress(everything, asa, TODAY) == {"left": 1, "late": 1, "done": 2, "next": 3}
    rows = {
        row["owner__login"]: (row["left"], row["late"], row["done"])
        for row in progress_by_owner(everything, asa, TODAY)
    }
    assert rows == {"asa": (0, 0, 2), "ivar": (1, 1, 0)}
    page = browse("asa").get("/dokument/oversyn/").content.decode()
    assert "2 av 3 är översedda 2026." in page and "1 är sen." in page


def test_the_list_as_a_file(shelf: dict[str, Document], actor: ActorOf, browse: Browse, at: Any) -> None:
    actions.look_over(shelf["Sen"], reason="x", actor=actor("asa"), at=at)
    answer = browse("asa").get("/dokument/oversyn/?val=gjorda&format=csv")
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
    assert any(line.startswith("Sen") and line.endswith("2026-11-12") for line in lines), lines


def test_the_list_asks_a_fixed_number_of_questions(
    shelf: dict[str, Document], actor: ActorOf, browse: Browse, at: Any
) -> None:
    asa = browse("asa")
    asa.get("/dokument/oversyn/")
    few = len(questions(asa, "/dokument/oversyn/"))
    for number in range(5):
        due(routine(f"Till {number}", actor, at - timedelta(days=700)), date(2026, 5, 1))
    assert len(questions(asa, "/dokument/oversyn/")) == few <= 12
    assert len(questions(asa, f"{shelf['Sen'].get_absolute_url()}oversyn/")) <= 9


def test_what_waits_on_the_owner_in_one_query(
    shelf: dict[str, Document], actor: ActorOf, browse: Browse, person: Any, at: Any
) -> None:
    asa = actor("asa")
    soon = due(routine("Snart", actor, at - timedelta(days=400)), TODAY + timedelta(days=20))
    version = actions.begin_version(shelf["Långt"], actor=asa, at=at)
    actions.ask_review(version, people=[person("juno")], until=TODAY + timedelta(days=3), actor=asa, at=at)
    item = actions.note_news(actions.News("Ny föreskrift"), actor=asa, at=at)
    actions.ask_to_look_over(item, [shelf["Nästa"]], until=TODAY + timedelta(days=40), actor=actor("dag"), at=at)
    actions.ask_change(soon, text="x", actor=actor("juno"), at=at)
    found = {(row["sort"], row["named"], row["waits"], row["together"]) for row in waits_on(asa, TODAY)}
    assert found == {
        ("review", "Sen", "late", 1),
        ("review", "Snart", "later", 1),
        ("news", "Nästa", "later", 1),
        ("request", "Snart", "new", 1),
    }
    assert [(row["sort"], row["due"]) for row in waits_on(actor("juno"), TODAY)] == [
        ("draft", TODAY + timedelta(days=3))
    ]
    start = browse("juno").get("/").content.decode()
    assert f"{shelf['Långt'].get_absolute_url()}utkast/" in start
    start = browse("asa").get("/").content.decode()
    assert f"{shelf['Sen'].get_absolute_url()}oversyn/" in start and f"/omvarld/{item.pk}/" in start
    assert "Planera: 3, 1 sen" in start


def test_the_start_page_counts_all_though_it_shows_some(actor: ActorOf, browse: Browse, at: Any) -> None:
    for number in range(15):
        due(routine(f"R{number}", actor, at - timedelta(days=700)), date(2026, 5, 1))
    start = browse("asa").get("/").content.decode()
    assert "Planera: 15, 15 sena" in start and "/dokument/oversyn/?min=1" in start
