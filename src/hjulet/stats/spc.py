"""Statistical process control: what is chance and what is change in a series of numbers. Pure calculation.

Centre lines and limits: Montgomery, Introduction to Statistical Quality Control (I 6.33, p 7.8, c 7.17,
u 7.19; the t chart after Nelson 1994 as an I chart of y^(1/3.6)). Rules: see `spc_rules.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import fsum, isfinite, sqrt
from statistics import median

from django.utils.translation import gettext as _

from hjulet.stats.choices import Chart, Rules
from hjulet.stats.spc_rules import Lines, Rule, Runs, count_runs, outside, patterns

Numbers = Sequence[float | None]
SHARES = frozenset({Chart.P, Chart.U})
D2 = 1.128  # Montgomery: the mean range of two is so many sigma; three sigma are 2.66 mean ranges
SCREEN = 3.267  # a moving range over so many times the mean one is left out (Nelson 1982)
T_POWER = 3.6
LOWEST, HIGHEST = 1e-9, 1e15


@dataclass(frozen=True)
class Series:
    """Numbers in the order of time, and how to judge them.

    `y` are counts (p, u, c), values (i, run) or lengths of time above zero (t); None where a number is
    missing. `n` are denominators, for p and u only; zero or None makes the point missing. `freeze`: the
    lines come from the first so many points; it says nothing where `part` does. `part`: the lines are
    counted anew after these points. `exclude`: points the lines and runs leave out. Points are numbered
    from one. Raises ValueError, in words, for what cannot be a series.
    """

    chart: Chart
    y: Numbers
    n: Numbers = ()
    rules: Rules = Rules.ANHOJ
    freeze: int | None = None
    part: tuple[int, ...] = ()
    exclude: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        if not self.y:
            raise ValueError(_("serien är tom"))
        _check_sizes(self)
        for number, value in enumerate(self.y, start=1):
            why = _unfit(self.chart, value)
            if why:
                raise ValueError(_("punkt %(number)s: %(why)s") % {"number": number, "why": why})
        _check_places(self)


def _check_sizes(series: Series) -> None:
    if series.chart not in SHARES:
        if series.n:
            raise ValueError(_("nämnare (n) hör bara till p och u"))
        return
    if len(series.n) != len(series.y):
        raise ValueError(_("p och u behöver en nämnare (n) för varje punkt"))
    for number, (value, size) in enumerate(zip(series.y, series.n, strict=True), start=1):
        if size and not LOWEST <= size <= HIGHEST:
            raise ValueError(_("punkt %(number)s: nämnaren är för liten eller för stor") % {"number": number})
        if series.chart == Chart.P and size and value is not None and value > size:
            raise ValueError(_("punkt %(number)s: fler än nämnaren") % {"number": number})


def _unfit(chart: Chart, value: float | None) -> str:
    """Why a value cannot be a point of the chart; empty when it can."""
    if value is None:
        return ""
    if not isfinite(value) or abs(value) > HIGHEST:
        return _("talet är för stort")
    if chart == Chart.T and value <= 0:
        return _("tiden mellan två händelser är över noll")
    if chart in {Chart.P, Chart.U, Chart.C} and value < 0:
        return _("ett antal är inte under noll")
    return ""


def _check_places(series: Series) -> None:
    last = len(series.y)
    if series.freeze is not None and not 1 <= series.freeze <= last:
        raise ValueError(_("freeze är ett tal från 1 till %(last)s") % {"last": last})
    if any(not 1 <= place < last for place in series.part):
        raise ValueError(_("part är tal från 1 till %(last)s") % {"last": last - 1})
    if any(not 1 <= place <= last for place in series.exclude):
        raise ValueError(_("exclude är tal från 1 till %(last)s") % {"last": last})


@dataclass(frozen=True)
class Spot:
    """One point: its value (a share for p and u), the lines there, and the rules that mark it."""

    value: float | None
    cl: float
    lcl: float | None
    ucl: float | None
    broken: tuple[Rule, ...] = ()

    @property
    def signal(self) -> bool:
        return bool(self.broken)


@dataclass(frozen=True)
class Analysis:
    """Every point, and the runs of each part, oldest first."""

    points: tuple[Spot, ...]
    parts: tuple[Runs, ...]

    @property
    def runs(self) -> Runs:
        """Of the latest part: what holds now."""
        return self.parts[-1]

    @property
    def changed(self) -> bool:
        return any(runs.signal for runs in self.parts) or any(point.signal for point in self.points)


def analyse(series: Series) -> Analysis:
    """The lines, signals and runs of a series. Raises ValueError when a part has no number to count from."""
    edges = [0, *sorted(set(series.part)), len(series.y)]
    points: list[Spot] = []
    parts: list[Runs] = []
    for first, end in zip(edges, edges[1:], strict=False):
        found, runs = _part(series, first, end)
        points += found
        parts.append(runs)
    return Analysis(tuple(points), tuple(parts))


def _part(series: Series, first: int, end: int) -> tuple[list[Spot], Runs]:
    places = range(first, end)
    values = _values(series)
    kept = [place for place in places if place + 1 not in series.exclude and values[place] is not None]
    until = end if series.part or series.freeze is None else series.freeze
    lines = _lines(series, values, [place for place in kept if place < until], places)
    judged = [(place, value) for place in kept if (value := values[place]) is not None]
    runs = count_runs([(place, value, lines[place].cl) for place, value in judged])
    marks = patterns([(place, value, lines[place]) for place, value in judged]) if series.rules == Rules.MDC else {}
    return [_spot(values[place], lines[place], marks.get(place, ())) for place in places], runs


def _spot(value: float | None, lines: Lines, marks: Sequence[Rule]) -> Spot:
    broken = [Rule.OUTSIDE] if value is not None and outside(value, lines) else []
    return Spot(value, lines.cl, lines.lcl, lines.ucl, (*broken, *marks))


def _values(series: Series) -> list[float | None]:
    if series.chart not in SHARES:
        return list(series.y)
    return [y / n if y is not None and n else None for y, n in zip(series.y, series.n, strict=True)]


def _lines(series: Series, values: Numbers, base: Sequence[int], places: Sequence[int]) -> dict[int, Lines]:
    """The lines at each place, counted from the places in `base`."""
    known = [value for place in base if (value := values[place]) is not None]
    if not known:
        raise ValueError(_("det finns inget tal att räkna medel på"))
    if series.chart == Chart.RUN:
        return dict.fromkeys(places, Lines(median(known)))
    if series.chart == Chart.I:
        centre, sigma = _individuals(known, _gaps(base, values))
        return dict.fromkeys(places, Lines.around(centre, sigma))
    if series.chart == Chart.T:
        return dict.fromkeys(places, _time_lines(known, _gaps(base, values)))
    if series.chart == Chart.C:
        mean = fsum(known) / len(known)
        return dict.fromkeys(places, Lines.around(mean, sqrt(mean)).within(0.0))
    return _share_lines(series, base, places)


def _gaps(base: Sequence[int], values: Numbers) -> list[bool]:
    """For each number of the base after the first: whether a missing number lies between it and the one
    before. No moving range is taken across it; a point left out on purpose is stepped over.
    """
    return [any(values[place] is None for place in range(a, b)) for a, b in zip(base, base[1:], strict=False)]


def _individuals(known: Sequence[float], gaps: Sequence[bool]) -> tuple[float, float | None]:
    """Mean and sigma of an I chart, sigma from the mean moving range; None when there is no range."""
    steps = zip(known, known[1:], gaps, strict=False)
    ranges = [abs(b - a) for a, b, gap in steps if not gap]
    centre = fsum(known) / len(known)
    if not ranges:
        return centre, None
    mean = fsum(ranges) / len(ranges)
    screened = [size for size in ranges if size <= SCREEN * mean]
    return centre, fsum(screened) / len(screened) / D2


def _time_lines(known: Sequence[float], gaps: Sequence[bool]) -> Lines:
    centre, sigma = _individuals([value ** (1 / T_POWER) for value in known], gaps)
    return Lines.around(centre, sigma).within(0.0).each(lambda line: line**T_POWER)


def _share_lines(series: Series, base: Sequence[int], places: Sequence[int]) -> dict[int, Lines]:
    part, whole = (fsum(numbers[place] or 0 for place in base) for numbers in (series.y, series.n))
    centre = part / whole
    spread = centre * (1 - centre) if series.chart == Chart.P else centre
    highest = 1.0 if series.chart == Chart.P else None
    found = {}
    for place in places:
        size = series.n[place]
        sigma = sqrt(max(spread, 0) / size) if size else None
        found[place] = Lines.around(centre, sigma).within(0.0, highest)
    return found
