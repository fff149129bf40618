"""Verbs of the organisation. Nothing that has been in force is deleted; the tree of then is in UnitVersion."""

from hjulet.org.actions.changing import ONE_DAY, stamp_of
from hjulet.org.actions.delegations import delegate, end_delegation
from hjulet.org.actions.moves import close_unit, merge_units, move_unit, split_unit
from hjulet.org.actions.people import (
    activate_person,
    add_deputy,
    assign_role,
    change_person,
    create_person,
    deactivate_person,
    end_assignment,
    end_deputy,
)
from hjulet.org.actions.roles import rename_role, set_receiving_rule, set_responsibility_role, set_role_duties
from hjulet.org.actions.units import change_unit, create_unit, rename_unit, segment

__all__ = [
    "ONE_DAY",
    "activate_person",
    "add_deputy",
    "assign_role",
    "change_person",
    "change_unit",
    "close_unit",
    "create_person",
    "create_unit",
    "deactivate_person",
    "delegate",
    "end_assignment",
    "end_delegation",
    "end_deputy",
    "merge_units",
    "move_unit",
    "rename_role",
    "rename_unit",
    "segment",
    "set_receiving_rule",
    "set_responsibility_role",
    "set_role_duties",
    "split_unit",
    "stamp_of",
]
