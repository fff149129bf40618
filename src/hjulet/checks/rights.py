"""Who fills in a self-check."""

from __future__ import annotations

from hjulet.checks.models import Round
from hjulet.core.actor import Actor
from hjulet.org.choices import Duty


def may_answer(round_: Round, actor: Actor) -> bool:
    """Those who work at the unit or above it."""
    unit = round_.unit
    return unit.principal_id == actor.principal_id and actor.holds_at(Duty.REPORT, unit.path or "")
