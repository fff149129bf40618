"""The wheel as SVG: four quarters that push each other round, the year's months, and today as a bead."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.core.swedish_time import date_short, month_short

CENTRE, HUB, RIM = 240.0, 66.0, 174.0
MONTHS_IN, MONTHS_OUT, BEAD, MARKS = 183.0, 213.0, 198.0, 227.0
MOST_A_MONTH = 3


@dataclass(frozen=True)
class Quarter:
    key: str
    label: str
    count: int
    late: int
    url: str

    @property
    def told(self) -> str:
        """Följa upp: 6, 1 sen. The same words in the same order as the picture shows (WCAG 2.5.3)."""
        if not self.late:
            return f"{self.label}: " + ngettext("%(n)s väntar", "%(n)s väntar", self.count) % {"n": self.count}
        late = ngettext("%(n)s sen", "%(n)s sena", self.late) % {"n": self.late}
        return _("%(label)s: %(n)s, %(late)s") % {"label": self.label, "n": self.count, "late": late}


@dataclass(frozen=True)
class Mark:
    """Something in the year's calendar. `status` is done, half, plan or late."""

    on: date
    label: str
    status: str
    url: str = ""


def point(angle: float, radius: float) -> tuple[float, float]:
    """Degrees clockwise from the top to x, y."""
    return CENTRE + radius * sin(radians(angle)), CENTRE - radius * cos(radians(angle))


def xy(angle: float, radius: float) -> str:
    x, y = point(angle, radius)
    return f"{x:.1f} {y:.1f}"


def day_angle(day: date) -> float:
    return (day.month - 1) * 30 + (day.day - 0.5) / calendar.monthrange(day.year, day.month)[1] * 30


def sector(start: float, inner: float, outer: float, inset: float = 0.0) -> str:
    """A quarter whose straight edges are broken at mid radius by seven degrees, clockwise."""
    a, b, middle = start + inset, start + 90 - inset, (HUB + RIM) / 2
    return (
        f"M{xy(a, inner)}L{xy(a + 7, middle)}L{xy(a, outer)}A{outer:.0f} {outer:.0f} 0 0 1 {xy(b, outer)}"
        f"L{xy(b + 7, middle)}L{xy(b, inner)}A{inner:.0f} {inner:.0f} 0 0 0 {xy(a, inner)}Z"
    )


def wheel_svg(quarters: list[Quarter], marks: Iterable[Mark], today: date, place: str) -> SafeString:
    """The whole picture. The months and marks are hidden from assistive technology; the list beside has the same."""
    parts = [_year(today), _marks(list(marks)), _bead(today)]
    links = [_quarter(quarter, index * 90.0) for index, quarter in enumerate(quarters)]
    return format_html(
        '<svg class="wheel" viewBox="-2 -2 484 484" role="group" aria-labelledby="hjul-t hjul-d">'
        '<title id="hjul-t">{}</title><desc id="hjul-d">{}</desc><g aria-hidden="true">{}</g>{}'
        '<g aria-hidden="true"><text class="hub-d" x="240" y="243">{}</text>'
        '<text class="hub-w" x="240" y="262">{}</text></g></svg>',
        _("Hjulet: vad som väntar på %(place)s") % {"place": place},
        _("Fyra kvartar med antal som väntar, och runt dem årets månader. Samma sak finns som lista under bilden."),
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", "{}", ((link,) for link in links)),
        date_short(today, today=today),
        _("vecka %(week)s") % {"week": today.isocalendar().week},
    )


def _year(today: date) -> SafeString:
    end = day_angle(today)
    large = 1 if end > 180 else 0
    past = (
        f"M{xy(0, MONTHS_IN)}L{xy(0, MONTHS_OUT)}A213 213 0 {large} 1 {xy(end, MONTHS_OUT)}"
        f"L{xy(end, MONTHS_IN)}A183 183 0 {large} 0 {xy(0, MONTHS_IN)}Z"
    )
    spokes = format_html_join(
        "",
        '<path class="spoke" d="M{}L{}"/>',
        ((xy(a, MONTHS_IN), xy(a, MONTHS_OUT)) for a in range(0, 360, 30)),
    )
    return format_html(
        '<circle class="band" cx="240" cy="240" r="213"/><path class="past" d="{}"/>'
        '<circle cx="240" cy="240" r="183" class="hole"/>{}{}',
        past,
        spokes,
        format_html_join("", "{}", ((_month(number, today),) for number in range(1, 13))),
    )


def _month(number: int, today: date) -> SafeString:
    angle = (number - 1) * 30 + 15.0
    if number == today.month:  # the name moves to the half that the bead leaves free
        angle += 8 if day_angle(today) < angle else -8
    x, y = point(angle, BEAD)
    now = " now" if number == today.month else ""
    return format_html(
        '<text class="m{}" x="{}" y="{}">{}</text>', now, f"{x:.1f}", f"{y + 4.8:.1f}", month_short(number)
    )


def _bead(today: date) -> SafeString:
    x, y = point(day_angle(today), BEAD)
    return format_html(
        '<circle class="bead" cx="{0}" cy="{1}" r="18"/><text class="bead-t" x="{0}" y="{2}">{3}</text>',
        f"{x:.1f}",
        f"{y:.1f}",
        f"{y + 5.6:.1f}",
        today.day,
    )


def _marks(marks: list[Mark]) -> SafeString:
    shown: list[SafeString] = []
    for month in range(1, 13):
        mine = [mark for mark in marks if mark.on.month == month]
        shown += [_mark(mark) for mark in mine[:MOST_A_MONTH]]
        if len(mine) > MOST_A_MONTH:
            x, y = point(month * 30 - 3, MARKS + 6)
            shown.append(
                format_html(
                    '<text class="m" x="{}" y="{}">+{}</text>',
                    f"{x:.1f}",
                    f"{y:.1f}",
                    len(mine) - MOST_A_MONTH,
                )
            )
    return format_html_join("", "{}", ((part,) for part in shown))


def _mark(mark: Mark) -> SafeString:
    x, y = point(day_angle(mark.on), MARKS)
    if mark.status == "late":
        return format_html('<path class="mk-late" d="M{} {}l8 8l-8 8l-8 -8Z"/>', f"{x:.1f}", f"{y - 8:.1f}")
    if mark.status == "half":
        return format_html(
            '<circle class="mk-halfring" cx="{0}" cy="{1}" r="5"/><path class="mk-half" d="M{0} {2}a5 5 0 0 1 0 10Z"/>',
            f"{x:.1f}",
            f"{y:.1f}",
            f"{y - 5:.1f}",
        )
    name = "mk-done" if mark.status == "done" else "mk-plan"
    return format_html('<circle class="{}" cx="{}" cy="{}" r="4.6"/>', name, f"{x:.1f}", f"{y:.1f}")


def _quarter(quarter: Quarter, start: float) -> SafeString:
    x, y = point(start + 48, 122)
    late = ngettext("%(n)s sen", "%(n)s sena", quarter.late) % {"n": quarter.late}
    return format_html(
        '<a class="k-{0}" href="{1}" aria-label="{2}"><path class="seg s-{0}" d="{3}"/><path class="foc" d="{4}"/>'
        '<text class="t" x="{5}" y="{8}">{9}</text> <text class="n" x="{5}" y="{6}">{7}</text> {10}</a>',
        quarter.key,
        quarter.url,
        quarter.told,
        sector(start, HUB, RIM),
        sector(start, HUB + 7, RIM - 6, inset=2.6),
        f"{x:.0f}",
        f"{y - 2:.0f}",
        quarter.count,
        f"{y + 20:.0f}",
        quarter.label,
        format_html('<text class="l late" x="{}" y="{}">{}</text>', f"{x:.0f}", f"{y + 39:.0f}", late)
        if quarter.late
        else "",
    )
