"""Statistical process control: our own series reckoned by hand, properties, and the published numbers if at hand."""

from __future__ import annotations

import csv
import re
from collections import OrderedDict, defaultdict
from fractions import Fraction
from math import comb, isclose, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hjulet.stats.choices import Chart, Rules
from hjulet.stats.spc import Analysis, Series, analyse
from hjulet.stats.spc_rules import Rule, crossings_min, longest_max

pytestmark = pytest.mark.capability("NEW-18")

PUBLISHED = Path(__file__).resolve().parents[3] / "shared" / "data" / "spc"


def lines(analysis: Analysis, place: int = 0) -> tuple[float, float | None, float | None]:
    point = analysis.points[place]
    return point.cl, point.lcl, point.ucl


def signals(analysis: Analysis) -> list[int]:
    """The numbers, from one, of the points that break a rule."""
    return [number for number, point in enumerate(analysis.points, start=1) if point.signal]


# Our own series, reckoned by hand ----------------------------------------------------


def test_run_chart_by_hand() -> None:
    # sorted: 3 4 4 5 6 7 8 9 9 12, the median lies between 6 and 7
    found = analyse(Series(Chart.RUN, [4, 9, 5, 8, 3, 7, 12, 4, 9, 6]))
    assert lines(found) == (6.5, None, None) and signals(found) == []
    # - + - + - + + - + -: eight crossings, longest run two; log2(10) + 3 = 6.32
    assert (found.runs.longest, found.runs.longest_max) == (2, 6)
    assert (found.runs.crossings, found.runs.crossings_min) == (8, 2)
    assert not found.runs.signal


def test_points_on_the_median_neither_break_nor_count() -> None:
    found = analyse(Series(Chart.RUN, [5, 7, 5, 8, 9, 5, 1, 2, 5, 3, 5]))
    assert lines(found)[0] == 5
    assert (found.runs.longest, found.runs.crossings, found.runs.span) == (3, 1, (6, 9))
    level = analyse(Series(Chart.RUN, [5, 5, 5])).runs
    assert (level.longest, level.longest_max, level.crossings, level.crossings_min) == (0, None, 0, None)
    assert not level.signal


def test_individuals_by_hand() -> None:
    # mean 80 / 8 = 10; ranges 2 1 2 1 2 1 2, mean 11 / 7; three sigma = 3 x 11 / (7 x 1.128) = 4.179331...
    found = analyse(Series(Chart.I, [8, 10, 9, 11, 12, 10, 9, 11]))
    assert lines(found) == pytest.approx((10, 5.820668693009118, 14.179331306990882), rel=1e-12)


def test_a_great_leap_is_left_out_of_the_ranges() -> None:
    # ranges 1 x 8, 30, 30 and 1 x 2: mean 70 / 12 = 5.83; times 3.267 = 19.06, so both leaps go: mean 1
    y = [10, 11, 10, 11, 10, 11, 10, 11, 10, 40, 10, 11, 10]
    found = analyse(Series(Chart.I, y))
    assert lines(found) == pytest.approx((165 / 13, 165 / 13 - 3 / 1.128, 165 / 13 + 3 / 1.128), rel=1e-12)
    assert 10 in signals(found)


def test_share_by_hand() -> None:
    # 30 of 300; at n = 100 sigma = sqrt(0.09 / 100) = 0.03; at n = 25 it is 0.06 and the lower limit zero
    found = analyse(Series(Chart.P, [2, 11, 4, 13], [75, 100, 25, 100]))
    assert lines(found, 1) == pytest.approx((0.1, 0.01, 0.19), rel=1e-12)
    assert lines(found, 2) == pytest.approx((0.1, 0, 0.28), rel=1e-12)
    full = analyse(Series(Chart.P, [9, 10, 10], [10, 10, 10]))
    assert full.points[0].ucl == 1.0


def test_rate_and_count_by_hand() -> None:
    # 36 in 9 is 4 each; at n = 1 sigma 2, at n = 4 sigma 1
    rate = analyse(Series(Chart.U, [11, 12, 13], [1, 4, 4]))
    assert lines(rate, 0) == pytest.approx((4, 0, 10)) and lines(rate, 1) == pytest.approx((4, 1, 7))
    assert signals(rate) == [1]
    # mean 16, sigma 4
    count = analyse(Series(Chart.C, [12, 16, 20, 13, 29, 14, 8]))
    assert lines(count) == pytest.approx((16, 4, 28)) and signals(count) == [5]


def test_time_between_by_hand() -> None:
    # on the scale of y^(1/3.6) these are 2 3 2 3 2: mean 2.4, ranges 1, three sigma 2.6596
    y = [2**3.6, 3**3.6, 2**3.6, 3**3.6, 2**3.6]
    found = analyse(Series(Chart.T, y))
    assert lines(found) == pytest.approx((2.4**3.6, 0, (2.4 + 3 / 1.128) ** 3.6), rel=1e-12)


def test_a_frozen_baseline_a_part_and_points_left_out() -> None:
    old, new = [10, 12, 11, 13, 10, 12, 11, 13], [30, 32, 31, 33]
    frozen = analyse(Series(Chart.C, old + new, freeze=8))
    assert lines(frozen, 11) == pytest.approx((11.5, 11.5 - 3 * sqrt(11.5), 11.5 + 3 * sqrt(11.5)))
    assert signals(frozen) == [9, 10, 11, 12]
    parted = analyse(Series(Chart.C, old + new, part=(8,), freeze=2))
    assert (parted.points[0].cl, parted.points[11].cl) == (11.5, 31.5) and signals(parted) == []
    assert [runs.crossings for runs in parted.parts] == [7, 3] and parted.runs == parted.parts[1]
    without = analyse(Series(Chart.C, [*old, 90], exclude=frozenset({9})))
    assert without.points[8].cl == 11.5 and signals(without) == [9]
    assert without.runs == analyse(Series(Chart.C, old)).runs


def mdc(y: list[float], freeze: int) -> Analysis:
    return analyse(Series(Chart.I, y, rules=Rules.MDC, freeze=freeze))


BASE = [9.0, 11.0] * 10  # mean 10, ranges 2: limits 10 -+ 5.319, outer third from 3.546


@pytest.mark.parametrize(
    ("after", "rule", "places"),
    [
        ([10.5, 10.2, 10.4, 10.1, 10.3, 9.9], {}, {}),
        ([9.5, 10.5, 10.2, 10.4, 10.1, 10.3, 10.6, 10.2], Rule.SHIFT, {22, 23, 24, 25, 26, 27, 28}),
        ([8.4, 8.8, 9.1, 9.7, 10.2, 10.9, 11.5, 9], Rule.TREND, set(range(21, 28))),
        ([10.5, 14, 10.2, 14, 9.8], Rule.NEAR, {22, 24}),
        ([9.8, 14, 9.8, 14, 9.8], {}, {}),
        ([10.5, 14, 16, 10.5], Rule.OUTSIDE, {23}),
    ],
)
def test_making_data_count_by_hand(after: list[float], rule: Any, places: Any) -> None:
    found = mdc([*BASE, *after], freeze=20)
    assert lines(found) == pytest.approx((10, 10 - 6 / 1.128, 10 + 6 / 1.128))
    marked = {n: point.broken for n, point in enumerate(found.points, start=1) if point.broken}
    assert set(marked) == set(places)
    assert all(broken == (rule,) for broken in marked.values())
    anhoj = analyse(Series(Chart.I, [*BASE, *after], freeze=20))
    assert signals(anhoj) == [n for n, broken in marked.items() if Rule.OUTSIDE in broken]


def test_rounding_is_no_signal() -> None:
    assert signals(analyse(Series(Chart.I, [0.1] * 12))) == []
    same = analyse(Series(Chart.P, [3, 6, 9], [10, 20, 30]))
    assert same.runs.longest == 0


def test_missing_numbers_stay_out() -> None:
    found = analyse(Series(Chart.I, [8, 10, None, 11, 12]))
    # ranges 2 and 1: none across the gap
    assert lines(found) == pytest.approx((10.25, 10.25 - 4.5 / 1.128, 10.25 + 4.5 / 1.128))
    share = analyse(Series(Chart.P, [1, 2, None], [10, 0, 10]))
    assert (share.points[1].value, share.points[1].lcl, share.points[2].signal) == (None, None, False)
    assert lines(analyse(Series(Chart.I, [7]))) == (7, None, None)


@pytest.mark.parametrize(
    ("chart", "changes"),
    [
        (Chart.I, {"y": []}),
        (Chart.T, {"y": [3, 0, 4]}),
        (Chart.C, {"y": [3, -1]}),
        (Chart.I, {"y": [float("nan")]}),
        (Chart.I, {"y": [float("inf")]}),
        (Chart.I, {"y": [None, None]}),
        (Chart.P, {"y": [3], "n": [2]}),
        (Chart.P, {"y": [3]}),
        (Chart.U, {"y": [3], "n": [-2]}),
        (Chart.U, {"y": [3], "n": [1e-300]}),
        (Chart.U, {"y": [3], "n": [0]}),
        (Chart.C, {"y": [3], "n": [2]}),
        (Chart.C, {"y": [3, 4], "freeze": 3}),
        (Chart.C, {"y": [3, 4], "freeze": 0}),
        (Chart.C, {"y": [3, 4], "part": (2,)}),
        (Chart.C, {"y": [3, 4], "exclude": frozenset({3})}),
        (Chart.C, {"y": [3, 4], "exclude": frozenset({1, 2})}),
    ],
)
def test_what_cannot_be_a_series_is_refused_in_words(chart: Chart, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        analyse(Series(chart, **changes))


# Properties ----------------------------------------------------------------------------

COUNTS = st.lists(st.integers(0, 60), min_size=2, max_size=40)
SHARES = st.lists(st.tuples(st.integers(0, 30), st.integers(30, 90)), min_size=2, max_size=30)
VALUES = st.lists(st.integers(-500, 500).map(lambda n: n / 4), min_size=2, max_size=40)
TIMES = st.lists(st.integers(1, 400), min_size=2, max_size=30)
quick = settings(max_examples=120, deadline=None)


def near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return isclose(one, other, rel_tol=1e-9, abs_tol=1e-7)


def same_lines(one: Analysis, other: Analysis, shift: float = 0, factor: float = 1) -> bool:
    def moved(line: float | None) -> float | None:
        return None if line is None else line * factor + shift

    pairs = zip(one.points, other.points, strict=True)
    return all(near(moved(a), b) for p, q in pairs for a, b in ((p.cl, q.cl), (p.lcl, q.lcl), (p.ucl, q.ucl)))


@quick
@given(SHARES, st.randoms(use_true_random=False), st.sampled_from([Chart.P, Chart.U]))
def test_shares_do_not_heed_order(pairs: list[tuple[int, int]], rnd: Any, chart: Chart) -> None:
    mixed = pairs[:]
    rnd.shuffle(mixed)
    one, other = (analyse(Series(chart, [y for y, _n in each], [n for _y, n in each])) for each in (pairs, mixed))

    def told(found: Analysis, given: list[tuple[int, int]]) -> list[Any]:
        return sorted(
            (pair, round(p.cl, 9), round(p.lcl or 0, 9), round(p.ucl or 0, 9), p.signal)
            for pair, p in zip(given, found.points, strict=True)
        )

    assert told(one, pairs) == told(other, mixed)


@quick
@given(COUNTS, st.randoms(use_true_random=False))
def test_counts_do_not_heed_order(y: list[int], rnd: Any) -> None:
    mixed = y[:]
    rnd.shuffle(mixed)
    assert same_lines(analyse(Series(Chart.C, y)), analyse(Series(Chart.C, mixed)))
    assert near(analyse(Series(Chart.RUN, y)).points[0].cl, analyse(Series(Chart.RUN, mixed)).points[0].cl)


@quick
@given(VALUES, st.integers(-40, 40), st.integers(1, 9), st.sampled_from(Rules))
def test_individuals_follow_a_shift_and_a_scale(y: list[float], shift: int, factor: int, rules: Rules) -> None:
    plain = analyse(Series(Chart.I, y, rules=rules))
    moved = analyse(Series(Chart.I, [value * factor + shift for value in y], rules=rules))
    assert same_lines(plain, moved, shift, factor)
    assert same_lines(plain, analyse(Series(Chart.I, y[::-1], rules=rules)))


@quick
@given(TIMES, st.integers(1, 50))
def test_time_does_not_heed_its_unit(y: list[int], factor: int) -> None:
    days, hours = analyse(Series(Chart.T, y)), analyse(Series(Chart.T, [value * factor for value in y]))
    assert same_lines(days, hours, factor=factor)
    assert signals(days) == signals(hours)


@quick
@given(COUNTS, st.data())
def test_parts_are_series_of_their_own(y: list[int], data: Any) -> None:
    at = data.draw(st.integers(1, len(y) - 1))
    whole = analyse(Series(Chart.C, y, part=(at,), rules=Rules.MDC))
    alone = [analyse(Series(Chart.C, piece, rules=Rules.MDC)) for piece in (y[:at], y[at:])]
    assert whole.points == alone[0].points + alone[1].points
    assert [(r.longest, r.crossings) for r in whole.parts] == [(a.runs.longest, a.runs.crossings) for a in alone]


@quick
@given(COUNTS, st.data())
def test_later_points_never_move_a_frozen_line(y: list[int], data: Any) -> None:
    until = data.draw(st.integers(1, len(y)))
    frozen = analyse(Series(Chart.I, y, freeze=until))
    assert same_lines(analyse(Series(Chart.I, y[:until])), Analysis(frozen.points[:until], frozen.parts))
    assert len({(p.cl, p.lcl, p.ucl) for p in frozen.points}) == 1


@quick
@given(COUNTS, st.integers(0, 900), st.data())
def test_a_point_left_out_changes_nothing_but_itself(y: list[int], other: int, data: Any) -> None:
    at = data.draw(st.integers(1, len(y)))
    changed = [*y[: at - 1], other, *y[at:]]
    one, two = (analyse(Series(Chart.C, each, exclude=frozenset({at}), rules=Rules.MDC)) for each in (y, changed))
    assert same_lines(one, two) and one.runs == two.runs
    assert [p for n, p in enumerate(one.points, 1) if n != at] == [p for n, p in enumerate(two.points, 1) if n != at]


@quick
@given(COUNTS)
def test_runs_by_another_way(y: list[int]) -> None:
    middle = sorted(y)
    twice = middle[(len(y) - 1) // 2] + middle[len(y) // 2]
    signs = "".join("+" if 2 * value > twice else "-" for value in y if 2 * value != twice)
    runs = analyse(Series(Chart.RUN, y)).runs
    assert runs.longest == max((len(run) for run in re.findall(r"\++|-+", signs)), default=0)
    assert runs.crossings == len(re.findall(r"(?=\+-|-\+)", signs))


def test_critical_values_by_another_way() -> None:
    for useful in range(2, 200):
        chances = [
            Fraction(sum(comb(useful - 1, k) for k in range(low + 1)), 2 ** (useful - 1)) for low in range(useful)
        ]
        assert crossings_min(useful) == next(low for low, chance in enumerate(chances) if chance >= Fraction(1, 20))
        # the whole number nearest to log2, without a logarithm: 2^(2x - 1) <= n^2 < 2^(2x + 1)
        near_log = next(x for x in range(40) if useful**2 < 2 ** (2 * x + 1))
        assert longest_max(useful) == near_log + 3


@quick
@given(st.lists(st.integers(0, 14), min_size=3, max_size=40))
def test_making_data_count_by_another_way(y: list[int]) -> None:
    found = analyse(Series(Chart.I, y, rules=Rules.MDC))
    centre, low, high = lines(found)
    assert low is not None and high is not None
    third, edge = (high - centre) * 2 / 3, 1e-9

    def windows(length: int) -> list[range]:
        return [range(n, n + length) for n in range(len(y) - length + 1)]

    off = [0 if abs(value - centre) < edge else 1 if value > centre else -1 for value in y]
    out = {n for n, value in enumerate(y) if value > high + edge or value < low - edge}
    outer = {n for n, value in enumerate(y) if abs(value - centre) > third + edge} - out
    shift = {n for w in windows(7) if abs(sum(off[n] for n in w)) == 7 for n in w}
    steps = [(b > a) - (b < a) for a, b in zip(y, y[1:], strict=False)]
    trend = {n for w in windows(7) if abs(sum(steps[n] for n in w[:-1])) == 6 for n in w}
    near_limit = {
        n for w in windows(3) if abs(sum(off[n] for n in w)) == 3 and len(outer & set(w)) >= 2 for n in outer & set(w)
    }
    for rule, places in ((Rule.OUTSIDE, out), (Rule.SHIFT, shift), (Rule.TREND, trend), (Rule.NEAR, near_limit)):
        assert {n for n, point in enumerate(found.points) if rule in point.broken} == places


# Published numbers, where they are at hand --------------------------------------------------


def rows(name: str) -> list[dict[str, str]]:
    with (PUBLISHED / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def numbers(table: list[dict[str, str]], column: str) -> list[float]:
    return [float(row[column]) for row in table]


def hospitals(*keys: str) -> dict[tuple[str, str], Series]:
    groups: dict[tuple[str, ...], OrderedDict[str, list[float]]] = defaultdict(OrderedDict)
    for row in rows("hospital_infections.csv"):
        sums = groups[tuple(row[key] for key in keys)].setdefault(row["month"], [0.0, 0.0])
        sums[0] += float(row["n"])
        sums[1] += float(row["days"])
    found = {}
    for group, months in groups.items():
        pairs = [months[month] for month in sorted(months)]
        first, second = (*group, "1", "1")[:2]
        found[first, second] = Series(Chart.U, [y for y, _n in pairs], [n for _y, n in pairs])
    return found


def published() -> dict[tuple[str, str, str], Series]:
    """Every published series of a chart that we draw, as the program that published it was asked."""
    series = {}
    for case, keys in (
        ("hai_all", ()),
        ("hai_by_infection", ("infection",)),
        ("hai_by_hospital_infection", ("hospital", "infection")),
    ):
        series |= {(case, *group): each for group, each in hospitals(*keys).items()}
    cdi, cost, sizes = rows("cdi.csv"), rows("montgomery_06.07.csv"), rows("montgomery_07.03.csv")
    y, n = numbers(cdi, "n"), numbers(cdi, "days")
    gtt, nhs, tbl = rows("gtt_by_month.csv"), rows("nhs_accidents.csv"), rows("montgomery_07.04.csv")
    u, rolls = rows("montgomery_07.10.csv"), rows("montgomery_07.11.csv")
    alone = {
        "cdi_run": Series(Chart.RUN, y),
        "cdi_u": Series(Chart.U, y, n),
        "cdi_u_freeze24": Series(Chart.U, y, n, freeze=24),
        "cdi_u_part24": Series(Chart.U, y, n, part=(24,)),
        "cdi_c": Series(Chart.C, y),
        "cdi_i": Series(Chart.I, y),
        "nhs_p": Series(Chart.P, numbers(nhs, "r"), numbers(nhs, "n")),
        "gtt_u": Series(Chart.U, numbers(gtt, "harms"), numbers(gtt, "days")),
        "gtt_c": Series(Chart.C, numbers(gtt, "harms")),
        "complaints_i": Series(Chart.I, numbers(rows("complaints.csv"), "complaints")),
        "m6.5_i_freeze20": Series(Chart.I, numbers(cost, "cost"), freeze=20),
        "m7.1_p_excl15_23_part30": Series(
            Chart.P, numbers(sizes, "count"), numbers(sizes, "size"), part=(30,), exclude=frozenset({15, 23})
        ),
        "m7.4tbl_p": Series(Chart.P, numbers(tbl, "count"), numbers(tbl, "size")),
        "m7.3_c_excl6_20_freeze26": Series(
            Chart.C, numbers(rows("montgomery_07.08.csv"), "count"), freeze=26, exclude=frozenset({6, 20})
        ),
        "m7.4_u": Series(Chart.U, numbers(u, "count"), numbers(u, "size")),
        "m7.5_u_x50": Series(Chart.U, numbers(rolls, "count"), [meters / 50 for meters in numbers(rolls, "meters")]),
        "m7.6_t": Series(Chart.T, numbers(rows("montgomery_07.14.csv"), "hours")),
    }
    return series | {(case, "1", "1"): each for case, each in alone.items()}


def published_as(text: str) -> float | None:
    return None if text in {"", "NA"} else float(text)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published numbers are not at hand")
def test_published_numbers() -> None:
    points, summaries = defaultdict(list), defaultdict(list)
    for row in rows("expected_points_qicharts2.csv"):
        points[row["case"], row["facet1"], row["facet2"]].append(row)
    for row in rows("expected_summary_qicharts2.csv"):
        summaries[row["case"], row["facet1"], row["facet2"]].append(row)
    ours = published()
    # charts that are not among ours: p', mean, spread and moving range
    assert {case for case, _f, _g in set(points) - set(ours)} == {"nhs_pp", "m6.3_xbar", "m6.3_s", "m6.5_mr_freeze20"}
    for case, series in ours.items():
        found = analyse(series)
        for point, told in zip(found.points, points[case], strict=True):
            wanted = [published_as(told[name]) for name in ("y", "cl", "lcl", "ucl")]
            for one, other in zip((point.value, point.cl, point.lcl, point.ucl), wanted, strict=True):
                assert one == other or (one is not None and other is not None and isclose(one, other, rel_tol=1e-6)), (
                    case,
                    told,
                )
            assert point.signal == (told["sigma_signal"] == "TRUE"), (case, told)
        names = ("longest.run", "longest.run.max", "n.crossings", "n.crossings.min", "runs.signal")
        for runs, told in zip(found.parts, summaries[case], strict=True):
            got = (runs.longest, runs.longest_max, runs.crossings, runs.crossings_min, int(runs.signal))
            assert got == tuple(int(told[name]) for name in names), (case, told)


@pytest.mark.skipif(not PUBLISHED.is_dir(), reason="the published numbers are not at hand")
def test_published_critical_values() -> None:
    for row in rows("anhoej_critical_values.csv"):
        useful = int(row["n_useful"])
        wanted = (int(row["longest_run_max"]), int(row["n_crossings_min"]))
        assert (longest_max(useful), crossings_min(useful)) == wanted
