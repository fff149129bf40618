"""The months as a line: how many decisions were followed up in time, of a hundred. A table says the same beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.core.swedish_time import month_short

WIDTH, LEFT, RIGHT, TOP, BASE = 720, 44, 700, 16, 176
Month = tuple[date, int, int]


def percent(whole: int, late: int) -> int:
    return round(100 * (whole - late) / whole) if whole else 0


def line(months: Sequence[Month]) -> SafeString:
    """Empty when there are fewer than two months to draw between."""
    if len(months) < 2:
        return SafeString("")
    gap = (RIGHT - LEFT) / len(months)
    spots = [
        (
            round(LEFT + gap * (n + 0.5), 1),
            round(BASE - (BASE - TOP) * percent(whole, late) / 100, 1),
            month,
            whole,
            late,
        )
        for n, (month, whole, late) in enumerate(months)
    ]
    axis = format_html_join(
        "",
        '<line class="ax" x1="{0}" y1="{1}" x2="{2}" y2="{1}"/><text x="{3}" y="{4}" text-anchor="end">{5}</text>',
        ((LEFT, _y(share), RIGHT, LEFT - 8, _y(share) + 4, f"{share} %") for share in (0, 50, 100)),
    )
    words = format_html_join(
        "",
        '<text x="{}" y="{}" text-anchor="middle">{}</text>',
        ((x, BASE + 20, month_short(month.month)) for x, _at, month, _whole, _late in spots),
    )
    path = "M" + " L".join(f"{x} {y}" for x, y, *_rest in spots)
    rings = format_html_join(
        "",
        '<circle class="pt" cx="{}" cy="{}" r="5"/><text class="lab" x="{}" y="{}" text-anchor="middle">{}</text>',
        ((x, y, x, y - 10, percent(whole, late)) for x, y, _month, whole, late in spots),
    )
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}<path class="ln" d="{}"/>{}</svg>',
        *(WIDTH, BASE + 30, _("Andel beslut som är uppföljda i tid, månad för månad"), axis, words, path, rings),
    )


def _y(share: int) -> float:
    return round(BASE - (BASE - TOP) * share / 100, 1)
