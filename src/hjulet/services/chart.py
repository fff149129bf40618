"""The results of one promise at one unit as a small SVG: rings on a line, the target dashed, not kept as diamonds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from hjulet.services.choices import Outcome
from hjulet.services.models import Promise, PromiseCheck, number_told

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BASE = 560, 220, 46, 470, 16, 172
NAMES = 6
FEWEST = 2


def draw(promise: Promise, checks: Sequence[PromiseCheck], unit: str) -> SafeString | str:
    """Empty for a promise judged with words, or with fewer than two results: the table tells those."""
    points = [check for check in checks if check.value is not None]
    if promise.target is None or len(points) < FEWEST:
        return ""
    top = _top(max([promise.target, *(check.value or Decimal(0) for check in points)]), promise.target_unit)
    spots = [(_x(n, len(points)), _y(check.value or Decimal(0), top)) for n, check in enumerate(points)]
    return format_html(
        '<svg class="chart chart-time" viewBox="0 0 {} {}" role="img" aria-labelledby="lofte-t lofte-d">'
        '<title id="lofte-t">{}, {}</title><desc id="lofte-d">{} {}</desc>{}{}{}{}{}</svg>',
        *(WIDTH, HEIGHT, promise.measure_told, unit),
        *(_told(points), _("Alla tal står i tabellen.")),
        _axis(top),
        _target(promise, top),
        format_html('<path class="ln" d="M{}"/>', "L".join(f"{x:.1f} {y:.1f}" for x, y in spots)),
        format_html_join("", "{}", ((_mark(check, x, y),) for check, (x, y) in zip(points, spots, strict=True))),
        _names(points),
    )


def _top(highest: Decimal, unit: str) -> int:
    if unit == "procent":
        return 100
    size = 1
    while size * 10 < highest:
        size *= 10
    return next(size * factor for factor in (1, 2, 5, 10) if size * factor >= highest)


def _x(n: int, count: int) -> float:
    return LEFT + (RIGHT - LEFT) * (n + 0.5) / count


def _y(value: Decimal, top: int) -> float:
    return BASE - (BASE - TOP) * float(value) / top


def _axis(top: int) -> SafeString:
    halves = [Decimal(0), Decimal(top) / 2, Decimal(top)]
    rows = [
        (" base" if not v else "", LEFT, _y(v, top), RIGHT, LEFT - 8, _y(v, top) + 4, number_told(v)) for v in halves
    ]
    return format_html_join(
        "", '<path class="ax{}" d="M{} {}H{}"/><text x="{}" y="{}" text-anchor="end">{}</text>', rows
    )


def _target(promise: Promise, top: int) -> SafeString:
    y = _y(promise.target or Decimal(0), top)
    return format_html(
        '<path class="lim" d="M{} {}H{}"/><text x="{}" y="{}">{}</text>',
        *(
            LEFT,
            f"{y:.1f}",
            RIGHT,
            RIGHT + 8,
            f"{y + 4:.1f}",
            _("mål %(n)s") % {"n": number_told(promise.target or Decimal(0))},
        ),
    )


def _mark(check: PromiseCheck, x: float, y: float) -> SafeString:
    if check.outcome == Outcome.NOT_MET:
        return format_html('<path class="sig" d="M{} {}l7 7l-7 7l-7-7z"/>', f"{x:.1f}", f"{y - 7:.1f}")
    return format_html('<circle class="pt" cx="{}" cy="{}" r="4.5"/>', f"{x:.1f}", f"{y:.1f}")


def _names(points: Sequence[PromiseCheck]) -> SafeString:
    every = max(1, -(-len(points) // NAMES))
    rows = [
        (f"{_x(n, len(points)):.1f}", BASE + 22, check.period.code) for n, check in enumerate(points) if n % every == 0
    ]
    return format_html_join("", '<text x="{}" y="{}" text-anchor="middle">{}</text>', rows)


def _told(points: Sequence[PromiseCheck]) -> str:
    return ". ".join(f"{check.period.label}: {check.result_told}" for check in points) + "."
