"""Order and logging of what waits, and the report's own quiet frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from hjulet.core.models import Event
from hjulet.documents.models import Document
from hjulet.shell import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_document_waits(db: None) -> None:
    """Documents wait too, and are counted in tests/documents."""
    Document.objects.update(review_on=None)


def test_what_has_no_day_comes_last_and_pushes_nothing_late_out(
    reported: Callable[..., Any], actor: Callable[..., Any], at: Any
) -> None:
    asa, cases = actor("asa"), [reported() for _ in range(work.MOST * 3 + 1)]
    mine = work.Case.objects.visible_to(asa)
    mine.filter(pk__in=[case.pk for case in cases]).update(due_on=None)
    mine.filter(pk=cases[-1].pk).update(due_on=date(2026, 11, 2))
    first = work.waiting(asa, at).items[0]
    assert first.ids == ("case", cases[-1].pk) and first.group == "late"


def test_a_quarter_that_lists_cases_logs_that_they_were_read(
    browse: Callable[[str], Client], reported: Callable[..., Any]
) -> None:
    case = reported()
    browse("asa").get("/folja-upp/")
    read = Event.objects.filter(kind=Event.Kind.READ, object_type="case", purpose="quarter page")
    assert [event.object_id for event in read] == [case.pk]


def test_the_report_form_has_no_navigation_only_a_way_out(browse: Callable[[str], Client]) -> None:
    page = browse("juno").get("/rapportera/").content.decode()
    assert 'class="nav"' not in page and "Avbryt" in page
    assert 'class="nav"' in browse("juno").get("/rapportera/mina/").content.decode()


def test_the_wheel_counts_all_that_waits_though_the_list_is_short(
    browse: Callable[[str], Client], reported: Callable[..., Any], actor: Callable[..., Any], at: Any
) -> None:
    number = work.MOST * 3 + 5
    for _ in range(number):
        reported()
    found = work.waiting(actor("asa"), at)
    assert len(found.items) == work.MOST and found.count(quarter="check") == number == found.count(group="new")
    page = browse("asa").get("/")
    assert f"Följa upp: {number} väntar" in page.content.decode()
    assert f"Visa alla {number} ärenden" in page.content.decode()
    rest = browse("asa").get("/arenden/?val=vantar&sort=klart&nar=new")
    assert rest.context["page"].paginator.count == number


def test_what_just_came_in_is_seen_at_once_and_danger_first(
    reported: Callable[..., Any], actor: Callable[..., Any], at: Any
) -> None:
    danger = reported(acute=True)
    ids = [reported().pk for _ in range(work.MOST + 3)]
    shown = [item.ids[1] for item in work.waiting(actor("asa"), at).items if item.ids and item.group == "new"]
    assert shown == [danger.pk, *reversed(ids)][: work.MOST]


def test_the_group_on_the_start_page_is_the_group_in_the_list(
    assessed: Callable[..., Any], browse: Callable[[str], Client], actor: Callable[..., Any], at: Any
) -> None:
    asa = actor("asa")
    days = [None, date(2026, 11, 2), date(2026, 11, 12), date(2026, 11, 19), date(2026, 11, 20)]
    for day in days:
        work.Case.objects.visible_to(asa).filter(pk=assessed().pk).update(due_on=day)
    found = work.waiting(asa, at)
    assert {group: found.count(group=group) for group in ("late", "week", "new", "later")} == {
        "late": 1,
        "week": 2,
        "new": 0,
        "later": 2,
    }
    for group in ("late", "week", "new", "later"):
        listed = browse("asa").get(f"/arenden/?val=vantar&nar={group}").context["page"].paginator.count
        assert listed == found.count(group=group)
