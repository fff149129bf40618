"""A judged series as SVG: months as rings, signals as diamonds, mean solid, limits dashed and named at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.core.swedish_time import month_short
from hjulet.stats import spc_words
from hjulet.stats.charts import nice_top
from hjulet.stats.choices import Chart, Measure
from hjulet.stats.judged import Judged
from hjulet.stats.spc import Spot

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 560, 284, 46, 430, 12, 236
BRACKET = 36  # room for the bracket below, where there is one
NAMES = 6  # moments named along the axis


@dataclass(frozen=True)
class Frame:
    """Where things lie: `top` is the highest number on the axis, `scale` what values are multiplied by."""

    count: int
    top: int
    step: int
    scale: float

    def x(self, place: float) -> float:
        return LEFT + (RIGHT - LEFT) * (place + 0.5) / max(self.count, 1)

    def y(self, value: float) -> float:
        return BASE - (BASE - TOP) * value * self.scale / self.top

    def holds(self, value: float) -> bool:
        return value * self.scale <= self.top


def draw(judged: Judged, name: str, title: str) -> SafeString:
    """The picture; what it tells is told in words too, in its description. Needs at least one moment."""
    frame = _frame(judged)
    points = judged.analysis.points if judged.analysis else ()
    parts = [
        _baseline(judged, frame),
        _axis(frame),
        _names(judged, frame),
        _lines(judged, points, frame),
        _curve(judged.drawn(), frame),
        _marks(judged, frame),
        _bracket(judged, frame),
    ]
    kind, sentence, why = spc_words.verdict(judged)
    return format_html(
        '<svg class="chart chart-time" viewBox="0 0 {} {}" role="img" aria-labelledby="{i}-t {i}-d">'
        '<title id="{i}-t">{}</title><desc id="{i}-d">{} {} {}</desc>{}</svg>',
        WIDTH,
        HEIGHT + (BRACKET if judged.long_run else 0),
        title,
        sentence,
        why if kind != "none" else "",
        _("Alla tal står i tabellen."),
        format_html_join("", "{}", ((part,) for part in parts)),
        i=name,
    )


def _frame(judged: Judged) -> Frame:
    """The axis holds every value and, unless they would press the values together, the limits."""
    scale = 100.0 if judged.chosen == Chart.P else 1.0
    points = judged.analysis.points if judged.analysis else ()
    highest = max([value for value in judged.drawn() if value is not None] + [point.cl for point in points], default=0)
    limits = [point.ucl for point in points if point.ucl is not None and point.ucl <= 2 * highest]
    top, step = nice_top(max(1, ceil(max([highest, *limits]) * scale)))
    return Frame(len(judged.moments), min(top, 100) if scale > 1 else top, step, scale)


def _axis(frame: Frame) -> SafeString:
    rows = (
        (" base" if value == 0 else "", LEFT, _n(y), RIGHT, LEFT - 8, _n(y + 4), value)
        for value in range(0, frame.top + 1, frame.step)
        for y in [frame.y(value / frame.scale)]
    )
    return format_html_join(
        "", '<path class="ax{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>', rows
    )


def _names(judged: Judged, frame: Frame) -> SafeString:
    """A short name below some of the moments, and the year where it is a new one."""
    every = max(1, -(-frame.count // NAMES))
    rows, year = [], ""
    for place in range(0, frame.count, every):
        short, its_year = _short(judged, judged.moments[place].code)
        rows.append((_n(frame.x(place)), BASE + 20, short))
        if its_year != year:
            rows.append((_n(frame.x(place)), BASE + 40, its_year))
        year = its_year
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', rows)


def _short(judged: Judged, code: str) -> tuple[str, str]:
    if "K" in code:
        return code[4:], code[:4]
    if len(code) == 7 or judged.measure == Measure.HARM:
        return month_short(int(code[5:7])), code[:4]
    year, week, _weekday = date.fromisoformat(code).isocalendar()
    return _("v %(week)s") % {"week": week}, str(year)


def _baseline(judged: Judged, frame: Frame) -> SafeString:
    if judged.freeze is None:
        return SafeString("")
    width = frame.x(judged.freeze - 0.5) - LEFT
    return format_html('<path class="freeze" d="M{} {}h{}V{}h-{}z"/>', LEFT, TOP - 6, _n(width), BASE, _n(width))


def _lines(judged: Judged, points: Sequence[Spot], frame: Frame) -> SafeString:
    """Mean and limits, each named with its last number. A limit above the picture is named only."""
    if not points:
        return SafeString("")
    drawn: list[tuple[str, str, list[float | None]]] = [
        ("mean", spc_words.centre_name(judged), [point.cl for point in points]),
        ("lim", _("högsta"), [point.ucl for point in points]),
        ("lim", _("lägsta"), [spc_words.floor(point) for point in points]),
    ]
    labels, parts = [], []
    for css, name, values in drawn:
        steps = [(place, value) for place, value in enumerate(values) if value is not None]
        if steps:
            path = _stairs(steps, frame)
            parts += [format_html('<path class="{}" d="{}"/>', css, path)] if path else []
            labels.append((frame.y(min(steps[-1][1], frame.top / frame.scale)), css, name, steps[-1][1]))
    return format_html_join("", "{}", ((part,) for part in [*parts, _labels(judged, labels)]))


def _labels(judged: Judged, labels: list[tuple[float, str, str, float]]) -> SafeString:
    """The names at the right end, from the top, far enough apart to be read."""
    rows, lowest = [], 0.0
    for y, css, name, value in sorted(labels, key=lambda label: label[0]):
        lowest = max(y + 4, lowest + 18)
        rows.append(("lab" if css == "mean" else "", RIGHT + 8, _n(lowest), name, spc_words.number(judged, value)))
    return format_html_join("", '<text class="{}" x="{}" y="{}">{} {}</text>', rows)


def _stairs(steps: Sequence[tuple[int, float]], frame: Frame) -> str:
    """A line that is level over each moment; where it lies above the picture or is missing, it breaks."""
    path, before = "", -2
    for place, value in steps:
        if not frame.holds(value):
            continue
        start = "L" if place == before + 1 else "M"
        path += f"{start}{_n(frame.x(place - 0.5))} {_n(frame.y(value))}H{_n(frame.x(place + 0.5))}"
        before = place
    return path


def _curve(values: Sequence[float | None], frame: Frame) -> SafeString:
    path, before = "", None
    for place, value in enumerate(values):
        if value is not None:
            path += f"{'L' if before is not None else 'M'}{_n(frame.x(place))} {_n(frame.y(value))}"
        before = value
    return format_html('<path class="ln" d="{}"/>', path) if path else SafeString("")


def _marks(judged: Judged, frame: Frame) -> SafeString:
    parts = []
    radius = 4 if frame.count <= 40 else 2.5
    for place, (moment, value) in enumerate(zip(judged.moments, judged.drawn(), strict=True)):
        x = frame.x(place)
        if moment.hidden:
            parts.append(
                format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', _n(x), BASE - 8, moment.shown)
            )
        elif value is None:
            continue
        elif judged.marked(place):
            parts.append(format_html('<path class="sig" d="M{} {}l7 7l-7 7l-7 -7z"/>', _n(x), _n(frame.y(value) - 7)))
        else:
            parts.append(format_html('<circle class="pt" cx="{}" cy="{}" r="{}"/>', _n(x), _n(frame.y(value)), radius))
    return format_html_join("", "{}", ((part,) for part in parts))


def _bracket(judged: Judged, frame: Frame) -> SafeString:
    """Below the axis: from where to where the longest run goes, when it is too long for chance."""
    runs = judged.long_run
    if runs is None or runs.span is None:
        return SafeString("")
    first, last = (frame.x(place) for place in runs.span)
    return format_html(
        '<path class="run" d="M{} {y}v8H{}v-8"/><text class="slab" x="{}" y="{}" text-anchor="middle">{}</text>',
        _n(first),
        _n(last),
        _n(min(max((first + last) / 2, LEFT + 90), RIGHT)),
        HEIGHT + BRACKET - 6,
        spc_words.run_words(judged, runs),
        y=HEIGHT,
    )


def _n(number: float) -> str:
    return f"{number:.1f}"
