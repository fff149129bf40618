"""Rules that tell change from chance in a series of numbers.

Runs and crossings: Anhøj & Olesen 2014 (longest run: Schilling 2012; crossings: Chen 2010). Patterns: NHS
England's Making Data Count. Points outside three sigma: Shewhart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise
from math import isclose, log2

ROW = 7  # points on one side, or going one way


class Rule(Enum):
    OUTSIDE = "outside"  # beyond a limit
    SHIFT = "shift"  # one of seven in a row on one side of the centre line
    TREND = "trend"  # one of seven in a row going one way
    NEAR = "near"  # one of two in three near a limit


@dataclass(frozen=True)
class Lines:
    """Centre line, limits (three sigma) and where the outer third begins (two sigma), at one point."""

    cl: float
    lcl: float | None = None
    ucl: float | None = None
    low: float | None = None
    high: float | None = None

    @classmethod
    def around(cls, centre: float, sigma: float | None) -> Lines:
        if sigma is None:
            return cls(centre)
        return cls(centre, centre - 3 * sigma, centre + 3 * sigma, centre - 2 * sigma, centre + 2 * sigma)

    def within(self, lowest: float, highest: float | None = None) -> Lines:
        """Lines that stay where numbers can be."""
        top = float("inf") if highest is None else highest
        return self.each(lambda line: min(max(line, lowest), top))

    def each(self, change: Callable[[float], float]) -> Lines:
        rest = (self.lcl, self.ucl, self.low, self.high)
        return Lines(change(self.cl), *(None if line is None else change(line) for line in rest))


@dataclass(frozen=True)
class Runs:
    """How the points lie about the centre line. A point on the line counts for neither side.

    `span` is the first and last place of the longest run, the latest when several are as long. The limits
    are None when no point is off the line.
    """

    longest: int
    longest_max: int | None
    crossings: int
    crossings_min: int | None
    span: tuple[int, int] | None = None
    above: bool = False

    @property
    def too_long(self) -> bool:
        return self.longest_max is not None and self.longest > self.longest_max

    @property
    def too_few(self) -> bool:
        return self.crossings_min is not None and self.crossings < self.crossings_min

    @property
    def signal(self) -> bool:
        return self.too_long or self.too_few


def side(value: float, line: float) -> int:
    """1 above the line, -1 below, 0 on it. What differs only by how a computer rounds is on it."""
    if isclose(value, line, rel_tol=1e-9):
        return 0
    return 1 if value > line else -1


def outside(value: float, lines: Lines) -> bool:
    if lines.lcl is None or lines.ucl is None:
        return False
    return side(value, lines.ucl) > 0 or side(value, lines.lcl) < 0


def longest_max(useful: int) -> int:
    """The longest run that chance gives among so many points off the line."""
    return round(log2(useful) + 3)


def crossings_min(useful: int) -> int:
    """The fewest crossings that chance gives: the lower 5 % of a fair coin thrown between the points."""
    throws = useful - 1
    ways = below = 1
    fewest = 0
    while below * 20 < 2**throws:
        ways = ways * (throws - fewest) // (fewest + 1)
        fewest += 1
        below += ways
    return fewest


def count_runs(points: Iterable[tuple[int, float, float]]) -> Runs:
    """Of points as (place, value, centre line)."""
    sides = [(side(value, line), place) for place, value, line in points]
    useful = [pair for pair in sides if pair[0]]
    if not useful:
        return Runs(0, None, 0, None)
    runs = [(above, [place for _side, place in run]) for above, run in groupby(useful, key=lambda pair: pair[0])]
    above, longest = max(reversed(runs), key=lambda run: len(run[1]))
    return Runs(
        longest=len(longest),
        longest_max=longest_max(len(useful)),
        crossings=len(runs) - 1,
        crossings_min=crossings_min(len(useful)),
        span=(longest[0], longest[-1]),
        above=above > 0,
    )


Judged = tuple[int, float, Lines]


def patterns(points: Sequence[Judged]) -> dict[int, list[Rule]]:
    """Which places the patterns of Making Data Count mark. Points outside the limits are not told here."""
    found: dict[int, list[Rule]] = defaultdict(list)
    sides = [side(value, lines.cl) for _place, value, lines in points]
    steps = [side(b, a) for (_p, a, _l), (_q, b, _m) in pairwise(points)]
    marked = (
        (Rule.SHIFT, _in_rows(sides, ROW)),
        (Rule.TREND, {n for step in _in_rows(steps, ROW - 1) for n in (step, step + 1)}),
        (Rule.NEAR, set(_near(points, sides))),
    )
    for rule, numbers in marked:
        for number in sorted(numbers):
            found[points[number][0]].append(rule)
    return dict(found)


def _in_rows(signs: Sequence[int], length: int) -> set[int]:
    """The numbers of those that stand in a row of at least so many alike, neither being zero."""
    found: set[int] = set()
    for sign, run in groupby(range(len(signs)), key=lambda n: signs[n]):
        numbers = list(run)
        if sign and len(numbers) >= length:
            found.update(numbers)
    return found


def _near(points: Sequence[Judged], sides: Sequence[int]) -> Iterator[int]:
    """Two of three in a row in the outer third, all three on one side of the centre line."""
    for first in range(len(points) - 2):
        three = range(first, first + 3)
        outer = [number for number in three if _in_outer_third(points[number])]
        if len(outer) >= 2 and abs(sum(sides[number] for number in three)) == 3:
            yield from outer


def _in_outer_third(point: Judged) -> bool:
    _place, value, lines = point
    if lines.low is None or lines.high is None or outside(value, lines):
        return False
    return side(value, lines.high) > 0 or side(value, lines.low) < 0
