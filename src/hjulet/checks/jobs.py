"""Units that have begun since a check was planned get their rounds."""

from __future__ import annotations

from datetime import datetime, timedelta

from hjulet.checks.actions import make_rounds
from hjulet.checks.models import SelfCheck
from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.wheel.choices import WheelReach


@scheduled("self-check-rounds", every=timedelta(hours=24))
def begin_for_new_units(at: datetime) -> int:
    """Returns how many rounds were made."""
    rows = SelfCheck.objects.filter(year=local_date(at).year).exclude(reach=WheelReach.HERE)
    return sum(make_rounds(row, at) for row in rows.select_related("unit", "checklist").order_by("pk"))
