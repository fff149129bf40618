"""The share answered in time follows the limit that held on the day the report came (law rows, no constant)."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from tests.stats.conftest import ON, Town

from hjulet.cases.clocks import answer_due
from hjulet.cases.models import Case
from hjulet.core.clocks import Limit
from hjulet.core.now import STOCKHOLM
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_level_between
from hjulet.stats.models import CaseFact
from hjulet.stats.periods import Period
from hjulet.stats.queries import feedback_share
from hjulet.stats.wording import feedback_words
from hjulet.stats.writer import rebuild, verify

pytestmark = [pytest.mark.django_db, pytest.mark.capability("STA-1")]

CHANGED = date(2026, 10, 1)


@pytest.fixture
def stricter(town: Town) -> ServiceLevel:
    """From 1 October the town promises an answer within five working days."""
    return ServiceLevel.objects.create(
        code="deviation.feedback", label="Återkoppla", procedure="deviation", unit="working-days", amount=5,
        counted_from="sedan rapporten kom in", source="Nämndens beslut", status="local", principal=town.principal,
        valid_from=CHANGED,
    )  # fmt: skip


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=STOCKHOLM)


def test_each_report_is_judged_by_the_limit_of_its_day(town: Town, stricter: ServiceLevel) -> None:
    for reported, answered in (
        (date(2026, 9, 30), date(2026, 10, 14)),  # the fourteenth day: in time by the old limit
        (date(2026, 9, 30), date(2026, 10, 15)),  # the day after: late
        (date(2026, 10, 1), date(2026, 10, 8)),  # Thursday to Thursday is five working days: in time
        (date(2026, 10, 1), date(2026, 10, 9)),  # late by the new limit, in time by the old
    ):
        town.change(town.case("a1", reported), feedback_at=noon(answered))
    share = feedback_share(town.exact(), Period(date(2026, 7, 1), date(2026, 12, 31)), on=ON)
    assert (share.in_time, share.due, share.limit) == (2, 4, None)
    assert feedback_words(share) == "2 av 4 rapportörer fick svar inom den tid som gällde."
    after = feedback_share(town.exact(), Period(CHANGED, date(2026, 12, 31)), on=ON)
    assert (after.in_time, after.due, after.limit) == (1, 2, Limit("working-days", 5))
    assert feedback_words(after) == "1 av 2 rapportörer fick svar inom 5 arbetsdagar."
    assert verify() == []
    sums = sorted(CaseFact.objects.values_list("month", "answered_in_time"))
    rebuild()
    assert sorted(CaseFact.objects.values_list("month", "answered_in_time")) == sums
    assert verify() == []


def test_a_later_change_of_the_limit_does_not_judge_again(town: Town, stricter: ServiceLevel) -> None:
    town.change(town.case("a1", CHANGED), feedback_at=noon(date(2026, 10, 9)))
    stricter.amount = 30
    stricter.save()
    assert feedback_share(town.exact(), Period(CHANGED, ON), on=ON).in_time == 0
    assert verify() == []


def test_reports_with_time_left_are_not_counted_yet(town: Town, stricter: ServiceLevel) -> None:
    town.case("a1", date(2026, 11, 5))  # the last day is 12 November, today
    town.case("a1", date(2026, 11, 6))  # the last day is 13 November
    share = feedback_share(town.exact(), Period(CHANGED, ON), on=ON)
    assert (share.in_time, share.due) == (0, 1)


def test_masked_shares_wait_for_the_last_day_of_the_longest_limit(town: Town) -> None:
    for number in range(40):
        told = noon(date(2026, 8, 20 if number % 2 else 30))
        town.change(town.case("a1", date(2026, 8, 10)), feedback_at=told)
    quarter = Period(date(2026, 7, 1), date(2026, 9, 30))
    assert feedback_share(town.board(), quarter, on=date(2026, 10, 14)).in_time is None
    assert feedback_share(town.board(), quarter, on=date(2026, 10, 15)).in_time == 20


def test_which_limit_held_on_which_days(town: Town, stricter: ServiceLevel) -> None:
    stricter.valid_to = date(2026, 10, 31)
    stricter.save()
    held = service_level_between(
        "deviation.feedback", principal_id=town.principal.pk, first=date(2026, 9, 1), last=date(2026, 11, 30)
    )
    assert [(last, row.amount) for last, row in held] == [
        (date(2026, 9, 30), 14), (date(2026, 10, 31), 5), (date(2026, 11, 30), 14),
    ]  # fmt: skip
    assert service_level_between("none.such", principal_id=1, first=CHANGED, last=CHANGED) == []
    assert answer_due(town.principal.pk, CHANGED) == date(2026, 10, 8)
    assert answer_due(town.principal.pk, date(2026, 11, 1)) == date(2026, 11, 15)
    assert answer_due(town.principal.pk, date(2001, 1, 1)) is None


def test_a_report_keeps_its_last_day_also_when_it_becomes_several_cases(
    assessed: Callable[..., Case], actor: Any, at: datetime
) -> None:
    case = assessed("sol", "hsl")
    other = Case.objects.visible_to(actor("fatima")).get(pk=case.linked_ids[0])
    assert case.feedback_due_on == other.feedback_due_on == at.date() + timedelta(days=14)


def test_cases_from_before_get_their_last_day(town: Town, stricter: ServiceLevel) -> None:
    old, new = town.case("a1", date(2026, 9, 30)), town.case("a1", CHANGED)
    nobody = town.case("a1", CHANGED, reporter=None)
    pks = [old.pk, new.pk, nobody.pk]
    Case.objects.unscoped(reason="test").filter(pk__in=pks).update(feedback_due_on=None)
    migration = importlib.import_module("hjulet.cases.migrations.0004_answer_due")
    state = MigrationExecutor(connection).loader.project_state(("cases", "0004_answer_due"))
    migration.fill(state.apps, None)
    rows = Case.objects.unscoped(reason="test").filter(pk__in=pks).order_by("pk")
    assert list(rows.values_list("feedback_due_on", flat=True)) == [date(2026, 10, 14), date(2026, 10, 8), None]
