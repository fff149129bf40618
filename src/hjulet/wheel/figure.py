"""The year as SVG: months round the rim, each activity an arc that is a link. The list beside tells the same in words.

Arcs lie in rings, so that no two that overlap in time share one. A sign beside the number says how it stands, so that
colour is never alone: a tick for done, a diamond for late, a stroke for what is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import cos, radians, sin

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.core.swedish_time import date_short, month_short
from hjulet.wheel.listing import Row

SIZE, CENTRE = 720, 360.0
HUB, INNER, OUTER, RIM, BEAD = 92.0, 104.0, 308.0, 346.0, 327.0
THICKEST, GAP = 34.0, 3.0
LETTER = 7.2  # width of a letter of a title on its arc
SIGNS = {"done": "✓", "late": "◆", "skipped": "–", "now": "", "coming": ""}


@dataclass(frozen=True)
class Arc:
    row: Row
    number: int
    begin: float
    end: float
    ring: int


def day_angle(day: date, year: int, *, after: bool = False) -> float:
    """Degrees clockwise from the top at the day's beginning, or its end; days of other years at the top."""
    if day.year != year:
        return 0.0 if day.year < year else 360.0
    days = (date(year, 12, 31) - date(year, 1, 1)).days + 1
    return (day.timetuple().tm_yday - (0 if after else 1)) / days * 360


def arcs_of(rows: Sequence[Row], year: int) -> list[Arc]:
    """Numbered as in the list; at least nine degrees each, so that there is something to point at."""
    found: list[Arc] = []
    rings: list[float] = []
    spans = []
    for number, row in enumerate(rows, start=1):
        begin, end = day_angle(row.activity.starts_on, year), day_angle(row.activity.ends_on, year, after=True)
        spans.append((max(0.0, min(begin, end - 9)), max(end, 9.0), number, row))
    for begin, end, number, row in sorted(spans, key=lambda span: (span[0], -span[1], span[2])):
        ring = next((place for place, taken in enumerate(rings) if taken <= begin + 0.01), len(rings))
        rings[ring:] = [end, *rings[ring + 1 :]]
        found.append(Arc(row, number, begin, end, ring))
    return sorted(found, key=lambda arc: arc.number)


def draw(rows: Sequence[Row], year: int, today: date, place: str, told: str) -> SafeString:
    """The picture. `told` is how far it has come, in a few words for the middle."""
    arcs = arcs_of(rows, year)
    rings = max((arc.ring for arc in arcs), default=0) + 1
    width = min(THICKEST, (OUTER - INNER) / rings)
    return format_html(
        '<svg class="wheel yearwheel" viewBox="0 0 {0} {0}" role="group" aria-labelledby="year-t year-d">'
        '<title id="year-t">{1}</title><desc id="year-d">{2}</desc><g aria-hidden="true">{3}</g>{4}'
        '<g aria-hidden="true"><text class="hub-y" x="360" y="358">{5}</text>'
        '<text class="hub-w" x="360" y="386">{6}</text></g></svg>',
        SIZE,
        _("Årshjul %(year)s för %(place)s") % {"year": year, "place": place},
        _("Varje del är en aktivitet och en länk. Samma sak finns som lista."),
        _rim(year, today),
        _joined(_arc(arc, width) for arc in arcs),
        year,
        told,
    )


def _joined(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _point(angle: float, radius: float) -> tuple[float, float]:
    return CENTRE + radius * sin(radians(angle)), CENTRE - radius * cos(radians(angle))


def _xy(angle: float, radius: float) -> str:
    x, y = _point(angle, radius)
    return f"{x:.1f} {y:.1f}"


def _curve(begin: float, end: float, radius: float) -> str:
    """From one angle to another; backwards when the end comes first. Never a whole circle at once."""
    large, sweep = int(abs(end - begin) > 180), int(end > begin)
    return f"A{radius:.1f} {radius:.1f} 0 {large} {sweep} {_xy(end, radius)}"


def _shape(begin: float, end: float, inner: float, outer: float) -> str:
    if end - begin > 359.5:  # an arc from a point to itself draws nothing
        end = begin + 359.5
    return (
        f"M{_xy(begin, inner)}L{_xy(begin, outer)}{_curve(begin, end, outer)}"
        f"L{_xy(end, inner)}{_curve(end, begin, inner)}Z"
    )


def _rim(year: int, today: date) -> SafeString:
    lines = format_html_join(
        "",
        '<path class="spoke" d="M{}L{}"/>',
        ((_xy(angle, HUB), _xy(angle, RIM)) for angle in (day_angle(date(year, m, 1), year) for m in range(1, 13))),
    )
    months = _joined(_month(month, year, today) for month in range(1, 13))
    rim = format_html(
        '<circle class="band" cx="360" cy="360" r="{}"/><path class="past" d="{}"/>'
        '<circle class="hole" cx="360" cy="360" r="{}"/>{}{}',
        RIM,
        _past(year, today),
        OUTER + 4,
        lines,
        months,
    )
    return rim + _bead(today) if today.year == year else rim


def _past(year: int, today: date) -> str:
    gone = day_angle(today, year)
    return _shape(0, gone, OUTER + 4, RIM) if gone else ""


def _month(month: int, year: int, today: date) -> SafeString:
    middle = day_angle(date(year, month, 15), year, after=True)
    if today.year == year and today.month == month:  # the name moves to the half that the bead leaves free
        middle += 9 if today.day < 16 else -9
    x, y = _point(middle, BEAD)
    return format_html('<text class="m" x="{}" y="{}">{}</text>', f"{x:.1f}", f"{y + 5:.1f}", month_short(month))


def _bead(today: date) -> SafeString:
    x, y = _point(day_angle(today, today.year, after=True), BEAD)
    return format_html(
        '<circle class="bead" cx="{0}" cy="{1}" r="17"/><text class="bead-t" x="{0}" y="{2}">{3}</text>',
        f"{x:.1f}",
        f"{y:.1f}",
        f"{y + 5.6:.1f}",
        today.day,
    )


def _arc(arc: Arc, width: float) -> SafeString:
    row, one = arc.row, arc.row.activity
    inner = INNER + arc.ring * width
    outer = inner + width - GAP
    return format_html(
        '<a class="k-{0} is-{1}{6}" href="{2}" aria-label="{3}">'
        '<path class="seg s-{0}" d="{4}"/><path class="foc" d="{4}"/>{5}</a>',
        one.quarter,
        row.standing,
        row.address,
        label_of(arc),
        _shape(arc.begin + 0.5, arc.end - 0.5, inner, outer),
        _words(arc, (inner + outer) / 2, width),
        " is-elsewhere" if row.above else "",
    )


def label_of(arc: Arc) -> str:
    """4 ✓ Title …: begins with what the picture shows (WCAG 2.5.3), then the days and how it stands."""
    one = arc.row.activity
    return _("%(shown)s %(title)s, %(first)s–%(last)s, %(standing)s") % {
        "shown": _shown(arc),
        "title": one,
        "first": date_short(one.starts_on),
        "last": date_short(one.ends_on),
        "standing": arc.row.standing_label.lower(),
    }


def _shown(arc: Arc) -> str:
    return f"{arc.number} {SIGNS[arc.row.standing]}".rstrip()


def _words(arc: Arc, radius: float, width: float) -> SafeString:
    """The number and the sign; with the title where the whole of it has room."""
    length = radians(arc.end - arc.begin) * radius
    title = f"{_shown(arc)} {arc.row.activity}"
    if width >= 14 and len(title) * LETTER <= length - 12:
        return _along(arc, radius, title)
    x, y = _point((arc.begin + arc.end) / 2, radius)
    return format_html('<text class="no" x="{}" y="{}">{}</text>', f"{x:.1f}", f"{y + 4.4:.1f}", _shown(arc))


def _along(arc: Arc, radius: float, title: str) -> SafeString:
    """Along the arc, turned round in the lower half so that it is not upside down."""
    middle = (arc.begin + arc.end) / 2
    upright = not 90 < middle < 270
    low = radius - 4.4 if upright else radius + 4.4
    begin, end = (arc.begin, arc.end) if upright else (arc.end, arc.begin)
    return format_html(
        '<path id="along-{0}" class="along" d="M{1}{2}"/><text class="on-arc">'
        '<textPath href="#along-{0}" startOffset="50%">{3}</textPath></text>',
        arc.row.activity.pk,
        _xy(begin, low),
        _curve(begin, end, low),
        title,
    )
