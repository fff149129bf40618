"""Who plans a unit's year, who decides it, and who says that something is done."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org.choices import UnitKind
from hjulet.org.models import Unit
from hjulet.wheel.choices import DECIDES, PLANS
from hjulet.wheel.models import Activity

NO_WHEEL = (UnitKind.WARD,)  # a ward follows its unit's wheel


def may_plan(unit: Unit, actor: Actor) -> bool:
    """Those who write steering documents where the unit is."""
    return unit.principal_id == actor.principal_id and actor.holds_at(PLANS, unit.path or "")


def may_decide(unit: Unit, actor: Actor) -> bool:
    """Those with the duty to decide, where the unit is: they enter their own decision, or the board's."""
    return unit.principal_id == actor.principal_id and actor.holds_at(DECIDES, unit.path or "")


def may_mark(activity: Activity, unit: Unit, actor: Actor) -> bool:
    """Those who plan the unit's year, and those with the role that answers for the activity."""
    if unit.principal_id != actor.principal_id:
        return False
    return may_plan(unit, actor) or has_role(activity, unit, actor)


def refuse_stranger(activity: Activity, unit: Unit, actor: Actor) -> None:
    """Raises Refused for who may not answer for the unit."""
    if not may_mark(activity, unit, actor):
        raise Refused(
            _("Bara den som har rollen som ansvarar, eller den som planerar enhetens år, svarar för enheten.")
        )


def has_role(activity: Activity, unit: Unit, actor: Actor) -> bool:
    if activity.role is None:
        return False
    return any(grant.role == activity.role.code and grant.covers(unit.path or "") for grant in actor.grants)
