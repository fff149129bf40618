"""What one can do with a year: plan it, decide the plan, say what is done, and subscribe to it."""

from hjulet.wheel.actions.deciding import Decision, adopt, ask, deciders, offers, send_back, take_back
from hjulet.wheel.actions.feeds import revoke, subscribe
from hjulet.wheel.actions.marking import mark, undo
from hjulet.wheel.actions.planning import (
    change_activity,
    new_activity,
    plan_next,
    plan_ready,
    remove_activity,
)

__all__ = [
    "Decision",
    "adopt",
    "ask",
    "change_activity",
    "deciders",
    "mark",
    "new_activity",
    "offers",
    "plan_next",
    "plan_ready",
    "remove_activity",
    "revoke",
    "send_back",
    "subscribe",
    "take_back",
    "undo",
]
