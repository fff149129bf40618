"""What promises can be followed by out of the records: shares that the statistics count already, for one unit."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.choices import CaseKind
from hjulet.core.actor import Actor
from hjulet.services.models import PERCENT
from hjulet.services.periods import Period as Span
from hjulet.services.registry import FIGURES, Figure, Reading
from hjulet.stats.periods import Period
from hjulet.stats.queries import Filters, feedback_share, time_to_close

DAYS = 30


def _share(part: int | None, whole: int | None) -> Decimal | None:
    if part is None or not whole:
        return None
    return (Decimal(100 * part) / whole).quantize(Decimal("0.1"))


def complaints_closed(actor: Actor, unit: str, span: Span, on: date) -> Reading | None:
    """Complaints that came in during the period and are closed: the share within 30 days. None where hidden or none."""
    filters = Filters(unit=unit, kind=CaseKind.COMPLAINT)
    found = time_to_close(actor, Period(span.first, span.last), on=on, filters=filters)
    within = dict(found.within).get(DAYS) if found.told else None
    closed = found.closed if found.told and isinstance(found.closed, int) else None
    value = _share(within, closed)
    if value is None:
        return None
    words = _("%(part)s av %(whole)s avslutade klagomål som kom in under perioden tog högst 30 dagar.")
    return Reading(value, words % {"part": within, "whole": closed})


def reports_answered(actor: Actor, unit: str, span: Span, on: date) -> Reading | None:
    """Reports whose reporter heard back in time, of those whose time has come. None where hidden or none."""
    found = feedback_share(actor, Period(span.first, span.last), on=on, filters=Filters(unit=unit))
    value = _share(found.in_time, found.due)
    if value is None:
        return None
    words = _("%(part)s av %(whole)s som rapporterade fick återkoppling i tid.")
    return Reading(value, words % {"part": found.in_time, "whole": found.due})


FIGURES["complaints-30"] = Figure(
    gettext_lazy("Andel avslutade klagomål som tog högst 30 dagar"), PERCENT, complaints_closed
)
FIGURES["reports-answered"] = Figure(
    gettext_lazy("Andel rapporter där den som rapporterade fick återkoppling i tid"), PERCENT, reports_answered
)
