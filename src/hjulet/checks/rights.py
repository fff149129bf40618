"""Who plans, fills in and analyses a self-check, and who writes checklists."""

from __future__ import annotations

from hjulet.checks.models import Round
from hjulet.core.actor import Actor
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import SEGMENT, Unit
from hjulet.wheel.rights import may_plan


def may_answer(round_: Round, actor: Actor) -> bool:
    """Those who work at the unit, on a ward of it, or above it."""
    unit, own = round_.unit, actor.unit_path or ""
    if unit.principal_id != actor.principal_id:
        return False
    on_a_ward = unit.kind == UnitKind.UNIT and own[:-SEGMENT] == unit.path and actor.holds_at(Duty.REPORT, own)
    return on_a_ward or actor.holds_at(Duty.REPORT, unit.path or "")


def may_analyse(round_: Round, actor: Actor) -> bool:
    """Those who plan the unit's year: its manager, and those above who do."""
    return may_plan(round_.unit, actor)


def may_write(unit: Unit, actor: Actor) -> bool:
    return may_plan(unit, actor)
