"""Reminders: two days before and the day after, once each, and never of what one was told of today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hjulet.cases.jobs import remind
from hjulet.notify.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-4")]


def kinds(login: str, ref: str) -> list[str]:
    mine = Notice.objects.filter(person__login=login, link=f"/arenden/{ref}/").order_by("id")
    return list(mine.values_list("kind", flat=True))


def test_a_fresh_report_is_not_reminded_of_the_same_day(reported, at):
    case = reported()
    remind(at + timedelta(hours=2))
    assert kinds("asa", case.ref) == ["case.reported"]


def test_a_report_nobody_took_is_reminded_of_before_and_after_its_day_and_no_more(reported, at):
    case = reported()
    for days in range(1, 20):
        remind(at + timedelta(days=days))
    receive, feedback = ["case.due_soon", "case.overdue"], ["case.due_soon", "case.overdue"]
    assert kinds("asa", case.ref) == ["case.reported", *receive, *feedback]
