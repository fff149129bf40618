"""What a coming year would hold: from a ready wheel, or from the year before. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hjulet.core.clocks import NO_DAYS
from hjulet.core.swedish_time import date_short
from hjulet.wheel.content import Wheel
from hjulet.wheel.models import Activity
from hjulet.wheel.recurrence import Span, plain_day, rule_for, span_in

SHARED = ("series", "title", "title_en", "about", "quarter", "product", "produces", "produces_en", "reach", "repeats")


@dataclass(frozen=True)
class Line:
    """One activity of a coming year. `span` is None when it does not come back; `told` says what differs, in words.

    `values` holds the columns of Activity but plan and role; `role` is the code of a role.
    """

    series: str
    title: str
    span: Span | None
    before: Span | None
    told: str
    role: str
    values: dict[str, Any]


def lines_of_wheel(wheel: Wheel, year: int, extra: frozenset[date] = NO_DAYS) -> list[Line]:
    """The activities of a ready wheel in a year, by their last day."""
    found = []
    for ready in wheel.activities:
        names = ("title", "title_en", "about", "quarter", "product", "produces", "produces_en", "reach")
        values = {name: getattr(ready, name) for name in names} | {"for_providers": ready.for_providers}
        values |= {"series": ready.code, "repeats": ready.rule.repeats, "rule": ready.rule.kept()}
        span = span_in(ready.rule, year, extra)
        moved = _moved(plain_day(ready.rule, year), span)
        title = ready.title
        found.append(Line(ready.code, title, span, None, moved, ready.role, _dated(values, span)))
    return sorted(found, key=_by_day)


def lines_of_next(activities: Iterable[Activity], year: int, extra: frozenset[date] = NO_DAYS) -> list[Line]:
    """The same activities a later year, by their last day; those that do not come back last."""
    found = []
    for one in activities:
        span = span_in(one.when, year, extra)
        values = {name: getattr(one, name) for name in SHARED}
        values |= {"for_providers": one.for_providers, "rule": one.rule}
        before = Span(one.starts_on, one.ends_on)
        role = one.role.code if one.role else ""
        told = _difference(one, span, year, extra)
        found.append(Line(one.series, str(one), span, before, told, role, _dated(values, span)))
    return sorted(found, key=_by_day)


def _dated(values: dict[str, Any], span: Span | None) -> dict[str, Any]:
    return values | ({"starts_on": span.first, "ends_on": span.last} if span else {})


def _by_day(line: Line) -> tuple[bool, date, str]:
    return line.span is None, line.span.last if line.span else date.max, line.title


def _difference(one: Activity, span: Span | None, year: int, extra: frozenset[date]) -> str:
    """Why it does not fall on the same days, or that someone had moved it by hand this year."""
    if span is None:
        return _("Bara i år. Kommer inte tillbaka.")
    told = _moved(plain_day(one.when, year), span)
    usual = span_in(one.when, one.ends_on.year, extra)
    if usual is not None and usual.last != one.ends_on:
        told = " ".join(filter(None, (told, _("I år var den flyttad för hand."))))
    return told


def _moved(plain: date | None, span: Span | None) -> str:
    """“28 feb är en söndag”, when the last day had to move; empty when it did not."""
    if plain is None or span is None or plain == span.last:
        return ""
    words = {"day": date_short(plain), "weekday": date_format(plain, "l").lower()}
    if plain.weekday() >= 5:
        return _("%(day)s är en %(weekday)s.") % words
    return _("%(day)s är en ledig dag.") % words


def rule_kept(repeats: str, first: date, last: date) -> dict[str, Any]:
    return rule_for(repeats, first, last).kept()
