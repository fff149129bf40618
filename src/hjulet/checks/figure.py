"""The mean of each window as a line of dots with its target, drawn by the server; the table stands beside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.checks.content_types import Sheet
from hjulet.checks.listing import Column

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 200, 36, 12, 14, 30


def trend(columns: Sequence[Column], sheet: Sheet) -> SafeString:
    """`columns` oldest first. A window without a mean leaves a gap."""
    spots = [(_x(n, len(columns)), _y(c.mean, sheet), c) for n, c in enumerate(columns) if c.mean is not None]
    target = _y(sheet.target, sheet)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y, _column in spots)
    dots = format_html_join(
        "", '<circle class="pt" cx="{}" cy="{}" r="4"/>', ((f"{x:.1f}", f"{y:.1f}") for x, y, _c in spots)
    )
    words = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((f"{_x(n, len(columns)):.1f}", HEIGHT - 10, f"{c.last:%Y-%m}") for n, c in enumerate(columns)),
    )
    scale = format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>',
        (
            (LEFT, f"{y:.1f}", WIDTH - RIGHT, LEFT - 8, f"{y + 4:.1f}", n)
            for n in range(sheet.scale.min, sheet.scale.max + 1)
            for y in [_y(Decimal(n), sheet)]
        ),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">{scale}'
        '<line class="lim" x1="{l}" y1="{t}" x2="{r}" y2="{t}"/><polyline class="ln" points="{line}"/>'
        "{dots}{words}</svg>",
        w=WIDTH, h=HEIGHT, l=LEFT, r=WIDTH - RIGHT, t=f"{target:.1f}", line=line, dots=dots, words=words, scale=scale,
        label=_("Medelvärde för varje omgång, med målet som en linje. Talen står i tabellen."),
    )  # fmt: skip


def _x(number: int, count: int) -> float:
    return LEFT + 20 + (WIDTH - LEFT - RIGHT - 40) * (number / max(count - 1, 1))


def _y(points: Decimal, sheet: Sheet) -> float:
    share = float(points - sheet.scale.min) / max(sheet.scale.max - sheet.scale.min, 1)
    return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * share
