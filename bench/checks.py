"""A self-check that every unit of the town does each month of a year, handed in for what is over."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.db.models.functions import Mod

from hjulet.checks import actions
from hjulet.checks.actions import CheckPlan
from hjulet.checks.choices import Often, RoundState
from hjulet.checks.content import ready_checklists
from hjulet.checks.models import Round
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.wheel.choices import WheelReach

MEANS_SQL = """
SELECT r.unit_id, r.opens_on, avg(r.mean) FROM checks_round r JOIN org_unit u ON u.id = r.unit_id
GROUP BY 1, 2
"""


def plan_checks(town: Any, at: datetime) -> None:
    """Twelve rounds for each unit; two decimals of the key make the means differ."""
    top, today = town.chief.home_unit, local_date(at)
    begin = datetime(today.year, 1, 1, 9, tzinfo=STOCKHOLM)
    made = actions.take_ready(top, ready_checklists()["nutrition"], actor=None, at=begin)
    actions.publish(made.versions.get(), seen=None, actor=None, at=begin)
    plan = CheckPlan(made, Often.MONTHLY, Decimal("1.6"), reach=WheelReach.UNITS)
    actions.plan_check(top, today.year, plan, actor=None, at=begin)
    mean = Mod(F("pk") * 37, 101) * Decimal("0.0198")
    over = Round.objects.filter(version__checklist=made, due_on__lt=today)
    over.update(state=RoundState.SENT, sent_at=at, sent_by=town.chief, mean=mean)
