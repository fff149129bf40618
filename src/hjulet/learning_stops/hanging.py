"""From an activity of the annual wheel to the unit's learning stop, which is done when it is signed and not before."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.learning_stops.choices import LEVELS, NO_STOP, StopState
from hjulet.learning_stops.models import Stop, Theme, may_write
from hjulet.org.models import Unit
from hjulet.wheel.models import Activity
from hjulet.wheel.registry import HOLDS_BACK, WAYS, Way


def ways(activity: Activity, unit: Unit, actor: Actor) -> Iterator[Way]:
    """To the stop, begun or not; on a level to what the units there have done. One or two questions, none for what is
    no stop."""
    year = activity.plan.year
    theme = _theme(activity)
    if theme is None:
        return
    where = {"enhet": unit.code, "ar": year, "tema": theme.code}
    found = Stop.objects.seen_by(actor).filter(unit=unit, theme=theme, year=year).first()
    if found is not None:
        yield Way(_("Läs hållplatsen") if found.signed else _("Öppna hållplatsen"), found.get_absolute_url())
    elif unit.kind in LEVELS:
        yield Way(_("Alla enheter och deras svar"), f"{reverse('learning-level')}?{urlencode(where)}")
    elif may_write(unit, actor):
        yield Way(_("Öppna hållplatsen"), f"{reverse('learning-stop-begin')}?{urlencode(where)}")


def _theme(activity: Activity) -> Theme | None:
    if not activity.series.startswith("stop-"):
        return None  # no question for what is no stop: a theme's series says so in its first letters
    rows = Theme.objects.filter(series=activity.series, principal_id=activity.plan.principal_id)
    return rows.first()


def unsigned(activity: Activity, unit: Unit) -> str:
    """Why a unit's stop is not done yet. A level sums those below, and says by hand that it has."""
    theme = None if unit.kind in (*LEVELS, *NO_STOP) else _theme(activity)
    if theme is None or Stop.objects.filter(unit=unit, theme=theme, year=activity.plan.year, state=StopState.SIGNED):
        return ""
    return _("Den blir klar när chefen skriver under hållplatsen. Öppna hållplatsen och svara på frågorna.")


WAYS.append(ways)
HOLDS_BACK.append(unsigned)
