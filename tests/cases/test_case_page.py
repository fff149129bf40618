"""The page of a case: what to do next stands first, and nothing is asked twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hjulet.cases import actions

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-1")]


@pytest.fixture
def tried(assessed: Any, actor: Any, at: Any) -> Any:
    case = assessed()
    actions.perform(case, "lex-sarah", actor=actor("asa"), at=at, data={"reason": "Kan vara ett missförhållande."})
    return actions.perform(case, "receive", actor=actor("dag"), at=at)


def test_an_entry_shows_its_question_once(tried, browse) -> None:
    page = browse("dag").get(f"{tried.get_absolute_url()}uppgift/protection/").content.decode()
    main = page[page.index("<main") :]
    assert "<h1>Vad har gjorts för att skydda den enskilde nu?</h1>" in main
    assert '<legend class="lab vh">Vad har gjorts för att skydda den enskilde nu?</legend>' in main
    part = browse("asa").get(f"{tried.get_absolute_url()}del/").content.decode()
    assert '<legend class="lab vh">Vad har gjorts för att skydda den enskilde nu?</legend>' in part
    other = browse("dag").get(f"{tried.get_absolute_url()}anteckning/").content.decode()
    assert '<legend class="lab">Är det fakta eller din bedömning?</legend>' in other


def test_the_contents_begin_with_what_to_do_next_and_lead_to_each_part(tried, browse) -> None:
    page = browse("dag").get(tried.get_absolute_url()).content.decode()
    contents = re.search(r'<nav class="contents".*?</nav>', page, re.DOTALL)
    assert contents is not None
    links = re.findall(r'href="#([^"]+)"', contents[0])
    assert links[0] == "h-nasta" and "Nästa steg: Utse utredare" in contents[0]
    assert {"h-ord", "h-ut", "h-g-protection", "h-g-person", "h-or", "h-den", "h-tid"} <= set(links)
    assert [link for link in links if f'id="{link}"' not in page] == []
    assert page.index('class="contents"') < page.index('class="clockbar"')


def test_only_the_latest_events_stand_open(tried, actor, browse, at) -> None:
    for number in range(8):
        told = {"kind": "fact", "noted_on": at.date(), "source": "Samtal", "text": f"Uppgift {number}"}
        actions.add_note(tried, **told, actor=actor("dag"), at=at)
    page = browse("dag").get(tried.get_absolute_url()).content.decode()
    story = page[page.index('id="h-tid"') :]
    first, rest = story.split("<summary>Tidigare händelser</summary>")
    assert first.count("<time ") == 6 and rest.count("<time ") > 2
