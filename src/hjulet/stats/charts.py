"""Charts as SVG drawn on the server. One series, axis from zero, no colour that means anything, a table
beside.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 720, 268, 40, 700, 16, 216
ROW, LABEL = 30, 236


@dataclass(frozen=True)
class Point:
    """A label and its number; None leaves a gap, and `shown` says why (“<5”, “dolt”)."""

    label: str
    value: int | None
    shown: str


def nice_top(highest: int) -> tuple[int, int]:
    """The axis' top and step: at most five steps of 1, 2 or 5 times a power of ten."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * 5 >= highest:
                size = step * factor
                return size * max(1, -(-highest // size)), size
        step *= 10


def line_chart(name: str, title: str, description: str, points: Sequence[Point]) -> SafeString:
    """Numbers over time as rings on a line; the line breaks where a number is hidden."""
    top, step = nice_top(max((p.value or 0 for p in points), default=0))
    gap = (RIGHT - LEFT) / max(len(points), 1)
    spots = [(LEFT + gap * (n + 0.5), None if p.value is None else _y(p.value, top)) for n, p in enumerate(points)]
    every = max(1, -(-len(points) // 12))
    parts = [
        _axis(top, step),
        *[
            format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', _n(x), BASE + 20, point.label)
            for n, ((x, _y0), point) in enumerate(zip(spots, points, strict=True))
            if n % every == 0
        ],
        *[format_html('<path class="ln" d="{}"/>', _path(run)) for run in _runs(spots) if len(run) > 1],
        *[_mark(x, y, point) for (x, y), point in zip(spots, points, strict=True)],
    ]
    return _svg(name, title, description, HEIGHT, parts)


def bar_chart(name: str, title: str, description: str, points: Sequence[Point]) -> SafeString:
    """Numbers side by side as lying bars, the number at the end."""
    top, _step = nice_top(max((p.value or 0 for p in points), default=0))
    parts: list[SafeString] = []
    for n, point in enumerate(points):
        y, width = TOP + n * ROW, (RIGHT - 60 - LABEL) * (point.value or 0) / top
        parts.append(
            format_html('<text x="{}" y="{}" text-anchor="end">{}</text>', LABEL - 8, y + 15, _cut(point.label))
        )
        if width:
            parts.append(
                format_html(
                    '<path class="bar" fill="currentColor" d="M{} {}h{}v20h-{}z"/>', LABEL, y, _n(width), _n(width)
                )
            )
        parts.append(
            format_html('<text class="lab" x="{}" y="{}">{}</text>', _n(LABEL + width + 7), y + 15, point.shown)
        )
    height = TOP + ROW * len(points)
    parts.append(format_html('<path class="ax base" d="M{} {}V{}"/>', LABEL, TOP - 6, height))
    return _svg(name, title, description, height + 8, parts)


def _svg(name: str, title: str, description: str, height: int, parts: Sequence[SafeString]) -> SafeString:
    return format_html(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{i}-t {i}-d">'
        '<title id="{i}-t">{t}</title><desc id="{i}-d">{d}</desc>{body}</svg>',
        w=WIDTH,
        h=height,
        i=name,
        t=title,
        d=description,
        body=format_html_join("", "{}", ((part,) for part in parts)),
    )


def _axis(top: int, step: int) -> SafeString:
    rows = []
    for value in range(0, top + 1, step):
        y = _y(value, top)
        kind = mark_safe(" base") if value == 0 else ""  # noqa: S308 - a constant
        rows.append((kind, LEFT, _n(y), RIGHT, LEFT - 8, _n(y + 4), value))
    return format_html_join(
        "", '<path class="ax{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>', rows
    )


def _mark(x: float, y: float | None, point: Point) -> SafeString:
    if y is None:
        return format_html('<text x="{}" y="{}" text-anchor="middle">{}</text>', _n(x), BASE - 8, point.shown)
    return format_html(
        '<circle class="pt" cx="{}" cy="{}" r="4"/><text class="lab" x="{}" y="{}" text-anchor="middle">{}</text>',
        *(_n(x), _n(y), _n(x), _n(y - 9), point.shown),
    )


def _runs(spots: Sequence[tuple[float, float | None]]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, y in spots:
        if y is None:
            runs.append([])
        else:
            runs[-1].append((x, y))
    return runs


def _path(run: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in run)


def _y(value: int, top: int) -> float:
    return BASE - (BASE - TOP - 14) * value / top


def _n(number: float) -> str:
    return f"{number:.1f}"


def _cut(label: str, most: int = 34) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
