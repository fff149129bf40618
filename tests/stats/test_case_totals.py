"""Totals answer what facts answer, whoever asks for what, and follow every change."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import combinations
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from tests.stats.conftest import ON, Town, make_unit

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.registry import facts_of, follow_many
from hjulet.core.flow import Refused
from hjulet.org.actions import moves
from hjulet.org.choices import Duty
from hjulet.stats import case_totals
from hjulet.stats.choices import By
from hjulet.stats.jobs import sum_up_cases
from hjulet.stats.models import CaseTotal
from hjulet.stats.periods import Period
from hjulet.stats.queries import Filters, cross_table, handling
from hjulet.stats.writer import rebuild

pytestmark = [pytest.mark.django_db, pytest.mark.capability("STA-1")]

YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
LAST_YEAR = Period(date(2025, 10, 1), date(2026, 9, 30))
CROOKED = Period(date(2026, 2, 11), date(2026, 8, 20))


@pytest.fixture
def deep(town: Town) -> Town:
    """A town of four levels with a year of cases of every sort."""
    for code, above in (("a1x", "a1"), ("a1y", "a1"), ("b1x", "b1")):
        town.units[code] = make_unit(town.principal, code, town.units[above])
    dice = random.Random(7)  # noqa: S311 - which cases to make
    for number in range(160):
        day = date(2025, 11, 3) + timedelta(days=dice.randint(0, 370))
        state = dice.choice([State.RECEIVED, State.INVESTIGATING, State.CLOSED, State.ANNULLED])
        told = dice.choice([None, day + timedelta(days=dice.randint(0, 40))])
        town.case(
            dice.choice(list(town.units)),
            min(day, ON),
            category=dice.choice(list(town.categories)),
            state=state,
            severity=dice.choice([None, 1, 2, 3, 4]),
            reporter=town.reporter if number % 3 else None,
            protected_identity=number % 17 == 0,
            track_set_at=None if state == State.RECEIVED and number % 5 else town.at(day),
            feedback_at=town.at(told) if told else None,
        )
    return town


def test_totals_and_facts_answer_alike_whoever_asks_for_what(deep: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(11)  # noqa: S311 - what to ask
    laws: list[set[str]] = [{"sol", "lss", "hsl", "none"}, {"hsl"}, {"sol", "lss"}]
    parts = [list(pair) for size in (1, 2, 3) for pair in combinations([*By], size)]
    told, by_totals = 0, 0
    before = case_totals.answers
    for _turn in range(450):
        places = dice.sample(list(deep.units), dice.randint(1, 3))
        duties = dice.choice([[Duty.STATISTICS], [Duty.MASKED_STATISTICS], [Duty.STATISTICS, Duty.MASKED_STATISTICS]])
        who = deep.actor(*[(dice.choice(duties), code, dice.choice(laws)) for code in places])
        filters = Filters(
            unit=dice.choice(["", "", *deep.units]),
            category=dice.choice(["", "", "t_fall", "t_missed"]),
            track=dice.choice(["", "", "", "hsl"]),
            state=dice.choice(["", "", "", "", State.CLOSED]),
        )
        asked: dict[str, Any] = {"on": ON, "filters": filters}
        period, by = dice.choice([YEAR, LAST_YEAR, CROOKED]), dice.choice(parts)
        answers = []
        for totals in (True, False):
            used: list[bool] = []

            def answer(*args: Any, totals: bool = totals, used: list[bool] = used, **options: Any) -> bool:
                used.append(before(*args, **options))
                return used[-1] and totals

            monkeypatch.setattr(case_totals, "answers", answer)
            try:
                table, times = cross_table(who, period, by, **asked), handling(who, period, **asked)
            except Refused as reason:
                answers.append(str(reason))
                continue
            answers.append(({key: n for key, n in table.cells.items() if n}, table.axes, times))
            told += len(table.cells)
            by_totals += any(used)
        assert answers[0] == answers[1], (who.grants, filters, period, by)
    assert told > 3_000
    assert by_totals > 60, "hardly anything was answered by the totals"


def test_every_change_is_followed(deep: Town) -> None:
    assert case_totals.verify() == 0 and CaseTotal.objects.exists()
    dice = random.Random(3)  # noqa: S311 - what to change
    for case in dice.sample(deep.made, 40):
        deep.change(
            case,
            unit=deep.units[dice.choice(list(deep.units))],
            category=deep.categories[dice.choice(list(deep.categories))],
            state=dice.choice([State.ASSESSED, State.ANNULLED, State.CLOSED]),
            closed_at=deep.at(ON),
            track_set_at=deep.at(ON),
            severity=dice.choice([1, 4]),
            protected_identity=dice.choice([True, False]),
        )
    assert case_totals.verify() == 0


def test_many_that_come_at_once_are_counted(deep: Town) -> None:
    rebuild()
    before = case_totals.verify()
    new = deep.made[:5]
    CaseTotal.objects.all().delete()
    follow_many([facts_of(case) for case in new])  # as if they had come a second time
    counted = [case for case in new if case.state != State.ANNULLED]
    assert sum(CaseTotal.objects.values_list("cases", flat=True)) == len(counted)
    rebuild()
    assert before == case_totals.verify() == 0


def test_once_a_day_they_become_one_row_a_cell(deep: Town) -> None:
    many = CaseTotal.objects.count()
    few = sum_up_cases(deep.at(ON))
    assert few == CaseTotal.objects.count() < many
    assert case_totals.verify() == 0
    CaseTotal.objects.filter(pk=CaseTotal.objects.first().pk).update(cases=99)
    assert case_totals.verify() == 1
    with pytest.raises(CommandError, match="Summorna högt upp"):
        call_command("verify-stats")
    call_command("verify-stats", rebuild=True)


def test_they_lie_at_places_high_in_the_tree(deep: Town) -> None:
    lowest = {row.unit.code for row in CaseTotal.objects.select_related("unit")}
    assert not lowest & {"a1x", "a1y", "b1x"} and {"a1", "b1", "town"} <= lowest


def test_a_unit_that_moves_takes_its_numbers_along(deep: Town) -> None:
    def at_b1() -> int:
        return sum(CaseTotal.objects.filter(unit__code="b1").values_list("cases", flat=True))

    before = at_b1()
    moves.move_unit(unit=deep.units["a1x"], parent=deep.units["b1"], day=ON, actor=None, at=deep.at(ON))
    assert at_b1() > before and case_totals.verify() == 0
    moves.move_unit(unit=deep.units["b1"], parent=deep.units["a1"], day=ON, actor=None, at=deep.at(ON))
    assert at_b1() == 0 and case_totals.verify() == 0


def test_what_counts_for_the_whole_principal_alone_stays_there(deep: Town) -> None:
    deep.case("a1x", date(2026, 3, 3), kind=CaseKind.LICENSED)
    assert case_totals.verify() == 0
