"""Numbers in the order of time: what is counted, from when, whose, and how they are judged."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.stats.conftest import ON, Town

from hjulet.cases.choices import State
from hjulet.core.flow import Refused
from hjulet.org.choices import Duty
from hjulet.stats.choices import Chart, Measure, Per, Rules
from hjulet.stats.judged import Judged
from hjulet.stats.over_time import OverTime, over_time
from hjulet.stats.periods import Period, finished
from hjulet.stats.queries import Filters, cross_table
from hjulet.stats.spc_chart import draw
from hjulet.stats.spc_words import cells, head, reasons, rows, rule_words, verdict

pytestmark = [pytest.mark.django_db, pytest.mark.capability("NEW-18")]

TWO_YEARS = Period(date(2025, 1, 1), date(2026, 12, 31))
FOUR_YEARS = Period(date(2023, 1, 1), date(2026, 12, 31))


def ask(
    town: Town, measure: str = Measure.CASES, per: str = Per.MONTH, period: Period = TWO_YEARS, **changes
) -> OverTime:
    actor = changes.pop("actor", town.exact())
    return over_time(actor, period, measure, per, on=ON, filters=Filters(**changes))


def told(found: OverTime) -> dict[str, str]:
    return {moment.code: moment.shown for moment in found.moments}


def month(number: int) -> date:
    """The tenth of a month, counted from January 2025."""
    return date(2025 + number // 12, number % 12 + 1, 10)


def test_months_from_the_first_case_to_the_last_that_is_over(town: Town) -> None:
    town.cases(3, "a1", date(2026, 6, 10))
    town.cases(2, "b1", date(2026, 9, 30))
    town.case("a1", date(2026, 9, 2), state=State.ANNULLED)
    town.case("a1", date(2026, 11, 3))
    assert told(ask(town)) == {"2026-06": "3", "2026-07": "0", "2026-08": "0", "2026-09": "2", "2026-10": "0"}
    assert told(ask(town, per=Per.QUARTER)) == {"2026K2": "3", "2026K3": "2"}
    assert told(ask(town, unit="a"))["2026-09"] == "0"
    assert told(ask(town, category="t_missed"))["2026-06"] == "0"
    assert told(ask(town, unit="b")) == {"2026-09": "2", "2026-10": "0"}
    assert ask(town, unit="a2").moments[0].code == "2025-01"


def test_only_what_the_actor_sees_is_counted(town: Town) -> None:
    for unit, category in (("a1", "t_fall"), ("b1", "t_fall"), ("a1", "t_missed")):
        for harm in ("death", "none"):
            town.case(unit, date(2026, 5, 10), category=category, harm=harm, state=State.CLOSED)
        town.case(unit, date(2026, 5, 20), category=category, harm="lasting")
    narrow = town.actor((Duty.STATISTICS, "a", {"hsl"}))
    assert told(ask(town, actor=narrow))["2026-05"] == "3"
    weeks = told(ask(town, per=Per.WEEK, actor=narrow))
    assert (weeks["2026-05-04"], weeks["2026-05-18"]) == ("2", "1")
    assert told(ask(town, Measure.FEEDBACK, actor=narrow))["2026-05"] == "0 av 3"
    assert told(ask(town, Measure.CLOSING, actor=narrow))["2026-05"] == "2"
    assert [(m.code, m.shown, m.value) for m in ask(town, Measure.HARM, actor=narrow).moments] == [
        ("2026-05-20", "1", 10)
    ]
    nobody = town.actor((Duty.READ, "town"))
    for measure in Measure:
        with pytest.raises(Refused):
            ask(town, measure, actor=nobody)
        with pytest.raises(Refused):
            ask(town, measure, actor=town.exact("a"), unit="b")


def test_weeks_begin_on_monday_across_the_year(town: Town) -> None:
    town.cases(2, "a1", date(2025, 12, 31))
    town.cases(3, "a1", date(2026, 1, 4))
    town.case("a1", date(2026, 1, 5))
    town.case("a1", date(2026, 11, 9))
    found = told(ask(town, per=Per.WEEK))
    assert list(found)[:6] == ["2025-12-01", "2025-12-08", "2025-12-15", "2025-12-22", "2025-12-29", "2026-01-05"]
    assert (found["2025-12-29"], found["2026-01-05"], list(found)[-1]) == ("5", "1", "2026-11-02")
    judged = Judged(ask(town, per=Per.WEEK), Measure.CASES, Per.WEEK, Chart.I, Rules.ANHOJ)
    assert [row.name for row in rows(judged)][4:6] == ["vecka 1 2026", "vecka 2 2026"]
    assert len(ask(town, per=Per.WEEK, period=Period(date(2015, 1, 1), date(2026, 12, 31))).moments) < 105


def test_answers_in_time_of_reports_old_enough(town: Town) -> None:
    for number in range(10):
        day = date(2026, 8, 3 + number)
        late = timedelta(days=3 if number < 7 else 15)
        case = town.case("a1", day)
        town.change(case, feedback_at=case.reported_at + late)
    town.cases(9, "a1", date(2026, 9, 10))
    town.cases(20, "a1", date(2026, 10, 30))
    found = ask(town, Measure.FEEDBACK)
    assert told(found) == {"2026-08": "7 av 10", "2026-09": "0 av 9"}
    assert [moment.value for moment in found.moments] == [7, None]
    later = over_time(town.exact(), TWO_YEARS, Measure.FEEDBACK, Per.MONTH, on=date(2026, 11, 15), filters=Filters())
    assert told(later)["2026-10"] == "0 av 20"


def test_days_to_close_by_when_they_were_closed(town: Town) -> None:
    for days, reported in ((10, date(2026, 3, 1)), (30, date(2026, 3, 1)), (200, date(2026, 1, 1))):
        case = town.case("a1", reported, state=State.CLOSED)
        town.change(case, closed_at=case.reported_at + timedelta(days=days))
    reopened = town.case("a1", date(2026, 3, 1), state=State.CLOSED)
    town.change(reopened, state=State.ASSESSED)
    found = {moment.code: (moment.shown, moment.value) for moment in ask(town, Measure.CLOSING).moments if moment.value}
    assert found == {"2026-03": ("2", 20), "2026-07": ("1", 200)}


def test_days_between_serious_harm(town: Town) -> None:
    for day in (date(2026, 2, 1), date(2026, 2, 11), date(2026, 2, 11), date(2026, 5, 12)):
        town.case("a1", day, harm="lasting")
    town.case("a1", date(2026, 3, 1), harm="transient")
    town.case("a1", date(2026, 3, 1), harm="death", state=State.ANNULLED)
    found = ask(town, Measure.HARM, period=FOUR_YEARS)
    assert [(m.code, m.shown, m.value) for m in found.moments] == [("2026-02-11", "2", 10), ("2026-05-12", "1", 90)]
    assert found.since == date(2026, 5, 12)
    assert ask(town, Measure.HARM, category="t_missed").since is None


# Small numbers ------------------------------------------------------------------


def test_the_board_gets_what_the_cross_table_shows_and_no_more(town: Town) -> None:
    for number, quarter in enumerate(FOUR_YEARS.quarters()):
        town.cases(3 if number == 9 else 6 + number % 3, "a1", quarter.first)
    board = town.board()
    found = ask(town, per=Per.QUARTER, period=FOUR_YEARS, actor=board)
    table = cross_table(board, finished(FOUR_YEARS, ON), ("quarter",), on=ON)
    shown = {code: table.cell(code) for code, _label in table.axes[0]}
    assert {m.code: m.value for m in found.moments} == {c: n if isinstance(n, int) else None for c, n in shown.items()}
    assert [m.code for m in found.moments if m.hidden] == ["2025K2"]
    judged = Judged(found, Measure.CASES, Per.QUARTER, Chart.I, Rules.ANHOJ, base="2025K1")
    assert judged.analysis is None and judged.bases == [] and not judged.changed
    kind, sentence, why = verdict(judged)
    assert (kind, sentence) == ("none", "Det går inte att bedöma.") and "dolda" in why
    picture = draw(judged, "c", "T")
    assert "&lt;5" in picture and 'class="mean"' not in picture and 'class="lim"' not in picture
    assert all(row.centre is row.high is None for row in rows(judged))


@pytest.mark.parametrize("measure", list(Measure))
@pytest.mark.parametrize("per", list(Per))
def test_the_board_gets_nothing_finer_than_quarters(town: Town, measure: Measure, per: Per) -> None:
    town.cases(30, "a1", date(2026, 5, 10), harm="death", state=State.CLOSED)
    if measure == Measure.CASES and per == Per.QUARTER:
        assert told(ask(town, measure, per, actor=town.board())) == {"2026K2": "30", "2026K3": "<5"}
        return
    with pytest.raises(Refused):
        ask(town, measure, per, actor=town.board())


def test_one_who_sees_her_own_part_exactly_gets_that_alone(town: Town) -> None:
    town.cases(2, "a1", date(2026, 5, 10), harm="death")
    town.cases(1, "b1", date(2026, 5, 12), harm="death")
    both = town.actor((Duty.STATISTICS, "a"), (Duty.MASKED_STATISTICS, "town"))
    for measure, per in ((Measure.CASES, Per.MONTH), (Measure.CASES, Per.WEEK), (Measure.HARM, Per.MONTH)):
        found = ask(town, measure, per, actor=both)
        assert found.notes and not found.masked
        assert "3" not in told(found).values()
    assert told(ask(town, actor=both))["2026-05"] == "2"
    assert ask(town, Measure.HARM, actor=both).since == date(2026, 5, 10)


# What is said ---------------------------------------------------------------------


def judged(town: Town, counts: list[int], rules: Rules = Rules.ANHOJ, base: str = "", chart: Chart = Chart.I) -> Judged:
    for number, count in enumerate(counts):
        town.cases(count, "a1", month(number))
    period = Period(date(2025, 1, 1), month(len(counts) - 1) + timedelta(days=21 - 10))
    return Judged(ask(town, period=period), Measure.CASES, Per.MONTH, chart, rules, base)


def test_chance_is_called_chance(town: Town) -> None:
    found = judged(town, [4, 6, 5, 3, 6, 4, 5, 6, 3, 5, 4, 6, 5])
    kind, sentence, why = verdict(found)
    assert (kind, sentence) == ("calm", "Förloppet är stabilt: variationen är slump.")
    assert "Förklara inte enskilda månader" in why and not found.any_marked
    assert 'class="sig"' not in draw(found, "c", "T") and "Anhøj" in rule_words(found)


def test_a_new_level_is_told_with_its_rule_and_drawn_by_shape(town: Town) -> None:
    found = judged(town, [4, 6, 5, 3, 6, 4, 5, 6, 3, 4, 8, 7, 9, 7, 8, 8, 7, 9, 8], base="2025-10")
    kind, sentence, _why = verdict(found)
    assert kind == "signal" and sentence == "Något har förändrats: 9 månader i rad ligger över medel."
    assert (found.freeze, found.analysis.points[0].cl) == (10, 4.6)
    picture = draw(found, "c", "T")
    assert picture.count('class="sig"') == 9 and picture.count("<circle") == 10
    assert 'class="run"' in picture and "9 i rad över medel" in picture and 'class="freeze"' in picture
    assert "style=" not in picture and 'role="img"' in picture
    assert "9, slumpen ger högst 7" in rule_words(found)
    assert head(found) == ["Månad", "Antal", "Signal", "Medel", "Lägsta", "Högsta"]
    last = cells(found, rows(found)[-1])
    assert last[:4] == ["juli 2026", "8", "9 i rad över medel", "4,6"]


def test_another_set_of_rules_says_it_its_own_way(town: Town) -> None:
    found = judged(town, [5, 6, 4, 5, 6, 4, 5, 6, 4, 5, 6, 4, 12], Rules.MDC)
    assert reasons(found) == ["jan 2026 ligger utanför gränserna"]
    assert "Making Data Count" in rule_words(found)
    assert rows(found)[-1].signal == "utanför gränserna"


@pytest.mark.parametrize("counts", [[5], [4, 6, 5, 3, 6, 4, 5, 6, 3, 5, 40]])
def test_few_points_are_not_judged(town: Town, counts: list[int]) -> None:
    found = judged(town, counts)
    kind, sentence, why = verdict(found)
    assert (kind, sentence) == ("none", "För få månader för att bedöma.") and f"här finns {len(counts)}" in why
    assert found.chart == Chart.RUN and not found.changed and not found.any_marked
    assert 'class="lim"' not in draw(found, "c", "T") and head(found) == ["Månad", "Antal", "Median"]


def test_a_share_is_drawn_as_a_share(town: Town) -> None:
    for number in range(13):
        for place in range(10):
            case = town.case("a1", month(number))
            if place < 8:
                town.change(case, feedback_at=case.reported_at + timedelta(days=2))
    found = Judged(ask(town, Measure.FEEDBACK), Measure.FEEDBACK, Per.MONTH, Chart.P, Rules.ANHOJ)
    first = cells(found, rows(found)[0])
    assert first == ["jan 2025", "8 av 10", "80 procent", "", "80 procent", "42 procent", "100 procent"]
    assert ">100</text>" in draw(found, "c", "T")


def test_a_far_limit_does_not_press_the_picture_together(town: Town) -> None:
    day = date(2025, 1, 1)
    for number in range(15):
        town.case("a1", day, harm="death")
        day += timedelta(days=2 if number % 2 else 60)
    found = Judged(ask(town, Measure.HARM), Measure.HARM, Per.MONTH, Chart.T, Rules.ANHOJ)
    assert found.enough and found.analysis.points[0].ucl > 120
    picture = draw(found, "c", "T")
    assert 'class="lim"' not in picture and 'class="mean"' in picture and "högsta" in picture
    assert max(float(y) for y in re.findall(r'cy="([\d.]+)"', picture)) <= 236
    assert rows(found)[0].name == "2 mars 2025"
