"""From an activity of the annual wheel to where it is done, by what it is to produce (wheel/content/wheels.yaml)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse
from django.utils.translation import gettext_lazy as _

from hjulet.core.access import admits, marks_of
from hjulet.core.actor import Actor
from hjulet.org.models import Unit
from hjulet.wheel.models import Activity
from hjulet.wheel.registry import WAYS, Way


@dataclass(frozen=True)
class Page:
    """`query` may hold the unit's code and the year."""

    label: Any
    name: str
    query: str = ""


STATISTICS = Page(_("Öppna statistiken"), "statistics", "?unit={unit}")
PAGES: dict[str, Page] = {
    "complaint_statistics": STATISTICS,
    "declaration_account": Page(_("Öppna löftena"), "promises"),
    "deviation_account": STATISTICS,
    "deviation_statistics": STATISTICS,
    "process_review": Page(_("Öppna dina processer"), "process-mine"),
    "self_check_plan": Page(_("Planera egenkontrollerna"), "check-plan", "?enhet={unit}&ar={year}"),
    "self_check_result": Page(_("Öppna egenkontrollerna"), "checks", "?visa=alla&enhet={unit}"),
    "suggestion_answers": Page(_("Öppna förslagen"), "cases", "?val=alla&unit={unit}&kind=suggestion"),
    "supervision_protocol": Page(_("Öppna granskningarna"), "internal-reviews", "?ar={year}"),
    "unexecuted_report": Page(_("Öppna besluten"), "decision-follow-up"),
}


def ways(activity: Activity, unit: Unit, actor: Actor) -> Iterator[Way]:
    """To a page that opens for the actor. No question."""
    page = PAGES.get(activity.product)
    if page is None:
        return
    address = reverse(page.name)
    if admits(marks_of(resolve(address).func, "GET") or frozenset(), actor):
        yield Way(str(page.label), address + page.query.format(unit=unit.code, year=activity.plan.year))


WAYS.append(ways)
