"""Who plans, fills in and analyses a self-check, and who writes checklists."""

from __future__ import annotations

from hjulet.checks.models import Round
from hjulet.core.actor import Actor
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT, Unit
from hjulet.wheel.rights import may_plan


def may_answer(round_: Round, actor: Actor) -> bool:
    """Those who work at the unit, or on a ward of it, and those who plan its year."""
    unit = round_.unit
    if unit.principal_id != actor.principal_id:
        return False
    places = {actor.unit_path or "", *(grant.path for grant in actor.grants)}
    wards = {path[:-SEGMENT] for path in places} if unit.kind == UnitKind.UNIT else set()
    return unit.path in places | wards or may_plan(unit, actor)


def may_analyse(round_: Round, actor: Actor) -> bool:
    """Those who plan the unit's year: its manager, and those above who do."""
    return may_plan(round_.unit, actor)


def may_write(unit: Unit, actor: Actor) -> bool:
    return may_plan(unit, actor)
