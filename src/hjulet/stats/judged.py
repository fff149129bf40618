"""A series over time, judged: which points are drawn, which lines they are held against, and what is said of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from hjulet.stats.choices import Chart, Measure, Per, Rules
from hjulet.stats.over_time import Moment, OverTime
from hjulet.stats.spc import Analysis, Series, analyse
from hjulet.stats.spc_rules import Runs, side

FEWEST = 12  # points, to tell chance from change
FEWEST_BASE = 8  # points, to draw lines from
CHARTS = {
    Measure.CASES: (Chart.I, Chart.C),
    Measure.FEEDBACK: (Chart.P,),
    Measure.CLOSING: (Chart.I,),
    Measure.HARM: (Chart.T,),
}


@dataclass(frozen=True)
class Judged:
    """The numbers, how they are judged, and the code of the last moment that the lines are counted from (empty:
    all of them are).
    """

    told: OverTime
    measure: Measure
    per: Per
    chosen: Chart
    rules: Rules
    base: str = ""

    @property
    def moments(self) -> tuple[Moment, ...]:
        return self.told.moments

    @cached_property
    def known(self) -> int:
        return sum(moment.value is not None for moment in self.moments)

    @property
    def enough(self) -> bool:
        """Whether anything may be said: points enough, and none hidden, since it is the low ones that are."""
        return self.known >= FEWEST and not self.told.hidden

    @property
    def chart(self) -> Chart:
        """A run chart, with no limits, where the points are too few."""
        return self.chosen if self.enough else Chart.RUN

    @cached_property
    def bases(self) -> list[str]:
        """The moments that a baseline may end with."""
        if not self.enough:
            return []
        codes = [moment.code for moment in self.moments]
        known = [n for n, moment in enumerate(self.moments) if moment.value is not None]
        return codes[known[FEWEST_BASE - 1] : -1]

    @cached_property
    def freeze(self) -> int | None:
        """How many moments the lines are counted from; None for all."""
        if self.base not in self.bases:
            return None
        return [moment.code for moment in self.moments].index(self.base) + 1

    @cached_property
    def analysis(self) -> Analysis | None:
        """None where there is nothing to hold numbers against."""
        if not self.known or self.told.hidden:
            return None
        share = self.chosen == Chart.P
        return analyse(
            Series(
                chart=self.chart,
                y=self._values() if not share or self.chart == Chart.P else self.drawn(),
                n=[moment.size for moment in self.moments] if self.chart == Chart.P else (),
                rules=self.rules,
                freeze=self.freeze,
            )
        )

    def _values(self) -> list[float | None]:
        return [moment.value for moment in self.moments]

    def drawn(self) -> list[float | None]:
        """The values as they are drawn: a share is a part of one."""
        if self.chosen != Chart.P:
            return self._values()
        return [m.value / m.size if m.value is not None and m.size else None for m in self.moments]

    @cached_property
    def long_run(self) -> Runs | None:
        """The longest run of the latest part, when it is what the chosen rules say is no chance."""
        if not self.enough or self.analysis is None or self.rules != Rules.ANHOJ:
            return None
        return self.analysis.runs if self.analysis.runs.too_long else None

    def in_long_run(self, place: int) -> bool:
        if self.long_run is None or self.long_run.span is None or self.analysis is None:
            return False
        point, (first, last) = self.analysis.points[place], self.long_run.span
        return first <= place <= last and point.value is not None and side(point.value, point.cl) != 0

    def marked(self, place: int) -> bool:
        """Whether a point is drawn as a signal."""
        if not self.enough or self.analysis is None:
            return False
        return self.analysis.points[place].signal or self.in_long_run(place)

    @property
    def any_marked(self) -> bool:
        return any(self.marked(place) for place in range(len(self.moments)))

    @property
    def changed(self) -> bool:
        """Whether the chosen rules say that something else than chance is at work."""
        if not self.enough or self.analysis is None:
            return False
        runs = self.rules == Rules.ANHOJ and self.analysis.runs.signal
        return runs or any(point.signal for point in self.analysis.points)
