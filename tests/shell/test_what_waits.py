"""Order and logging of what waits, and the report's own quiet frame."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from hjulet.core.models import Event
from hjulet.shell import work

pytestmark = pytest.mark.django_db


def test_what_has_no_day_comes_last_and_pushes_nothing_late_out(
    reported: Callable[..., Any], actor: Callable[..., Any], at: Any
) -> None:
    asa, cases = actor("asa"), [reported() for _ in range(work.MOST * 3 + 1)]
    mine = work.Case.objects.visible_to(asa)
    mine.filter(pk__in=[case.pk for case in cases]).update(due_on=None)
    mine.filter(pk=cases[-1].pk).update(due_on=date(2026, 11, 2))
    first = work.items(asa, at)[0]
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
