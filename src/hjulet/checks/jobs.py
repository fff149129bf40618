"""Units that have begun since a check was planned get their rounds, and whoever is to do one is reminded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hjulet.checks.actions import make_rounds
from hjulet.checks.choices import RoundState
from hjulet.checks.models import Round, SelfCheck
from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.org.models import Principal
from hjulet.wheel.choices import WheelReach
from hjulet.wheel.reminding import Wait, remind


@scheduled("self-check-rounds", every=timedelta(hours=24))
def begin_for_new_units(at: datetime) -> int:
    """Returns how many rounds were made."""
    rows = SelfCheck.objects.filter(year=local_date(at).year).exclude(reach=WheelReach.HERE)
    return sum(make_rounds(row, at) for row in rows.select_related("unit", "checklist").order_by("pk"))


@scheduled("remind-checks", every=timedelta(hours=1))
def remind_checks(at: datetime) -> int:
    """Returns how many were told."""
    return sum(_remind(pk, at) for pk in Principal.objects.values_list("pk", flat=True))


def _remind(principal_id: int, at: datetime) -> int:
    rows = Round.objects.alive().filter(check_of__principal=principal_id, state=RoundState.OPEN)
    rows = rows.filter(opens_on__lte=local_date(at)).select_related("unit", "check_of__role")
    return remind(rows, "due_on", "check", _waits_of, link="/egenkontroll/", principal_id=principal_id, at=at)


def _waits_of(found: list[Round]) -> Iterator[Wait]:
    for row in found:
        if row.check_of and row.due_on:
            yield row.unit.path or "", row.check_of.role.code if row.check_of.role else "", row.due_on
