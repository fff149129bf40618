"""How many questions a page asks the database: at most this many, however many rows there are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.checks.test_checks import nutrition, planned, sent  # noqa: F401 - a self-check handed in
from tests.internal_reviews.conftest import filled, told, visit  # noqa: F401 - a review whose result is given
from tests.learning_stops.conftest import begun, theme, unit, year  # noqa: F401 - a decided year, and a stop half done

from hjulet.cases import actions
from hjulet.core.actor import Actor
from hjulet.measures.actions import propose
from hjulet.org.models import Person
from hjulet.shell.planned import quiet_key

pytestmark = pytest.mark.django_db

MOST = {
    "/": 12,
    "/arenden/?val=alla": 9,
    "/rapportera/": 9,
    "CASE": 12,
    "/atgarder/": 7,
    "/rapportera/mina/": 4,
    "/folja-upp/": 7,
    "/statistik/": 11,
    "/statistik/?unit=ekbacken-eken&category=sol_missed_service_visit": 12,
    "/statistik/?tree=then": 12,
    "/aviseringar/": 5,
    "/organisation/": 10,
    "/organisation/ansvar/": 9,
    "/organisation/roller/": 7,
    "/organisation/personer/": 8,
}
OTHERS = [("hanna", "/"), ("hanna", "/statistik/"), ("mona", "/"), ("mona", "/statistik/"), ("fatima", "/")]


def asked(visitor: Client, address: str) -> list[str]:
    visitor.get("/hjalp/")  # her duties are remembered from the page before
    with CaptureQueriesContext(connection) as captured:
        assert visitor.get(address).status_code == 200
    # PostgreSQL's way to let the sealer wait
    return [query["sql"] for query in captured if "pg_advisory" not in query["sql"]]


def with_everything(case: Any, who: Actor, at: Any) -> None:
    """A note, a question, causes with a measure, and a linked case under another law."""
    actions.perform(case, "investigate", actor=who, at=at)
    actions.add_note(case, kind="fact", noted_on=at.date(), source="Samtal", text="Halt golv.", actor=who, at=at)
    actions.ask_reporter(case, text="Var det vått?", actor=who, at=at)
    for text in ("Golvet", "Skorna"):
        cause = actions.add_cause(case, area="technology", text=text, actor=who, at=at)
        measure = propose(
            title="Ny matta",
            expected_effect="Färre fall",
            strength="strong",
            due=at.date(),
            unit=case.unit,
            track=case.track,
            source=("case", case.pk),
            owner=Person.objects.get(pk=who.person_id),
            actor=who,
            at=at,
        )
        actions.link_measure(cause, measure, actor=who, at=at)


@pytest.mark.parametrize("path", MOST)
def test_pages_ask_a_fixed_number_of_questions(
    path: str, assessed: Callable[..., Any], browse: Callable[[str], Client], actor: Callable[..., Actor], at: Any
) -> None:
    visitor = browse("asa")
    case = assessed("sol", "hsl")
    address = case.get_absolute_url() if path == "CASE" else path
    with_everything(case, actor("asa"), at)
    visitor.get(address)
    few = asked(visitor, address)
    for _ in range(3):
        with_everything(assessed("sol", "hsl"), actor("asa"), at)
    many = asked(visitor, address)
    assert len(many) <= MOST[path], [query[:90] for query in many]
    assert len(many) == len(few)


@pytest.mark.parametrize("who", ["asa", "dag", "fatima", "lars", "klara"])
def test_the_start_page_asks_at_most_twelve_also_with_something_to_read(
    who: str, assessed: Callable[..., Any], browse: Callable[[str], Client], actor: Callable[..., Actor], at: Any
) -> None:
    """With open cases on both sides of the wall, a case tried as lex Sarah, a measure, and whether she has something to read asked anew."""
    with_everything(assessed("sol", "hsl"), actor("asa"), at)
    actions.perform(assessed(), "lex-sarah", actor=actor("asa"), at=at, data={"reason": "Kan vara det."})
    visitor = browse(who)
    visitor.get("/")
    cache.delete(quiet_key("receipt", actor(who), at.date()))
    assert len(found := asked(visitor, "/")) <= 12, [query[:90] for query in found]


def test_the_start_page_asks_at_most_twelve_with_every_sort_of_planned_work(
    assessed: Any,
    browse: Any,
    actor: Any,
    at: Any,
    sent: Any,  # noqa: F811
    told: Any,  # noqa: F811
    year: Any,  # noqa: F811
    begun: Any,  # noqa: F811
) -> None:
    """A decided year, a learning stop half done, a self-check to analyse and a review to answer, all at one unit."""
    with_everything(assessed("sol", "hsl"), actor("asa"), at)
    sent(1), told(), begun()
    visitor = browse("asa")
    page = visitor.get("/").content.decode()
    for words in ("Årshjulet, Ekbacken", "Egenkontroll att analysera", "Svara på granskningen"):
        assert words in page, words
    assert len(found := asked(visitor, "/")) <= 12, [query[:90] for query in found]


@pytest.mark.parametrize(("who", "path"), OTHERS)
def test_pages_of_other_people_ask_at_most_twelve(
    who: str, path: str, assessed: Callable[..., Any], browse: Callable[[str], Client]
) -> None:
    assessed("sol")
    visitor = browse(who)
    visitor.get(path)
    assert len(found := asked(visitor, path)) <= 12, [query[:90] for query in found]
