"""Facts follow the cases, in the same transaction, whatever happens to them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.stats.conftest import Town

from hjulet.cases.choices import State
from hjulet.cases.registry import facts_of, follow
from hjulet.core.clocks import local_date
from hjulet.stats import source
from hjulet.stats.models import CaseFact, MaskingRule
from hjulet.stats.source import Sql
from hjulet.stats.writer import follow_many, rebuild, verify

MARCH = date(2026, 3, 1)


def cells() -> dict[tuple[object, ...], int]:
    rows = CaseFact.objects.exclude(cases=0).values_list("unit__code", "month", "track", "severity", "state", "cases")
    return {row[:-1]: row[-1] for row in rows}


def test_each_change_moves_the_case_in_its_original_month(town: Town) -> None:
    case = town.case("a1", date(2026, 3, 31))
    assert cells() == {("a1", MARCH, "hsl", 2, "assessed"): 1}
    town.change(case, category=town.categories["t_missed"], track="sol", severity=3)
    assert cells() == {("a1", MARCH, "sol", 3, "assessed"): 1}
    town.change(case, unit=town.units["b2"])
    assert cells() == {("b2", MARCH, "sol", 3, "assessed"): 1}
    town.change(case, state=State.CLOSED, closed_at=datetime(2026, 5, 5, tzinfo=UTC))
    row = CaseFact.objects.get(state="closed")
    assert (row.closed, row.days_to_close, row.closed_30, row.closed_60) == (1, 35, 0, 1)
    town.change(case, state=State.INVESTIGATING, closed_at=None)
    assert cells() == {("b2", MARCH, "sol", 3, "investigating"): 1}
    town.change(case, state=State.ANNULLED, closed_at=datetime(2026, 6, 1, tzinfo=UTC))
    assert cells() == {("b2", MARCH, "sol", 3, "annulled"): 1}
    assert verify() == []
    follow(facts_of(case), None)
    assert cells() == {}


def test_an_answer_is_counted_once(town: Town) -> None:
    case = town.case("a1", date(2026, 3, 3))
    town.change(case, feedback_at=case.reported_at + timedelta(days=14))
    row = CaseFact.objects.get()
    assert (row.with_reporter, row.answered, row.answered_in_time) == (1, 1, 1)
    without = town.case("a1", date(2026, 3, 3), reporter=None)
    row.refresh_from_db()
    assert (row.cases, row.with_reporter) == (2, 1)
    assert facts_of(without).feedback_on is None
    assert verify() == []


def test_facts_roll_back_with_the_case(town: Town) -> None:
    case = town.case()
    before = cells()
    with pytest.raises(RuntimeError), transaction.atomic():
        town.change(case, severity=4)
        raise RuntimeError
    assert cells() == before


changes = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.sampled_from(["a1", "a2", "b1"]),
        st.sampled_from(["t_fall", "t_missed"]),
        st.sampled_from([None, 1, 4]),
        st.sampled_from([State.ASSESSED, State.CLOSED, State.ANNULLED]),
        st.integers(0, 100),
    ),
    max_size=12,
)
# around New Year, around both changes of the clock, and inside a month; in UTC
moments = st.sampled_from(
    [
        datetime(2025, 12, 31, 22, 59, tzinfo=UTC),
        datetime(2025, 12, 31, 23, 0, 0, 1, tzinfo=UTC),
        datetime(2026, 3, 31, 21, 59, 59, tzinfo=UTC),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
        datetime(2026, 10, 31, 22, 30, tzinfo=UTC),
        datetime(2026, 10, 31, 23, tzinfo=UTC),
        datetime(2026, 7, 5, 12, tzinfo=UTC),
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(moments, min_size=5, max_size=5), changes)
def test_any_sequence_of_changes_leaves_facts_and_cases_agreed(
    town: Town, reported: list[datetime], steps: list[tuple[int, str, str, int | None, str, int]]
) -> None:
    with transaction.atomic():
        made = [town.case("a1", reported_at=at) for at in reported]
        for n, unit, category, severity, state, days in steps:
            ended = state != State.ASSESSED
            town.change(
                made[n],
                unit=town.units[unit],
                category=town.categories[category],
                track=town.categories[category].track,
                severity=severity,
                state=state,
                closed_at=made[n].reported_at + timedelta(days=days) if ended else None,
                feedback_at=made[n].reported_at + timedelta(days=days) if ended else None,
            )
        assert verify() == []
        kept = cells()
        rebuild()
        assert cells() == kept and verify() == []
        rebuild(MARCH, MARCH)
        assert cells() == kept
        transaction.set_rollback(True)


def test_many_at_once(town: Town) -> None:
    town.cases(7, "a1")
    town.cases(3, "b1", date(2026, 4, 1))
    kept = cells()
    CaseFact.objects.all().delete()
    follow_many([facts_of(case) for case in town.made])
    assert cells() == kept and verify() == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moment=st.datetimes(datetime(1997, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)))
def test_the_day_is_swedish(db: None, moment: datetime) -> None:
    typed = "%s" if connection.vendor == "sqlite" else "(%s)::timestamptz"
    value = connection.ops.adapt_datetimefield_value(moment)
    query = Sql(f"SELECT {source.local_day('x.m')} FROM (SELECT {typed} AS m) AS x", [value])
    assert str(source.run(query)[0][0]) == local_date(moment).isoformat()


def test_the_command_tells_the_first_difference(town: Town, capsys: pytest.CaptureFixture[str]) -> None:
    town.case()
    call_command("verify-stats")
    assert "stämmer" in capsys.readouterr().out
    CaseFact.objects.update(cases=5)
    with pytest.raises(CommandError, match=r"statistiken säger 5, ärendena 1") as error:
        call_command("verify-stats")
    assert error.value.returncode == 1
    call_command("verify-stats", "--rebuild")


def test_there_is_a_masking_rule_with_a_source(town: Town) -> None:
    rule = MaskingRule.of(town.principal.pk, MARCH)
    assert (rule.threshold, rule.min_denominator) == (5, 10) and rule.source
    MaskingRule.objects.create(principal=town.principal, threshold=3, valid_from=MARCH, source="Nämnden § 12")
    assert MaskingRule.of(town.principal.pk, MARCH).threshold == 3
