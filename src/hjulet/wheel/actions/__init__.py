"""What one can do with a year: plan it, adopt the plan, say what is done, and subscribe to it."""

from hjulet.wheel.actions.feeds import revoke, subscribe
from hjulet.wheel.actions.marking import mark, undo
from hjulet.wheel.actions.planning import (
    Decision,
    adopt,
    change_activity,
    new_activity,
    plan_next,
    plan_ready,
    remove_activity,
)

__all__ = [
    "Decision",
    "adopt",
    "change_activity",
    "mark",
    "new_activity",
    "plan_next",
    "plan_ready",
    "remove_activity",
    "revoke",
    "subscribe",
    "undo",
]
