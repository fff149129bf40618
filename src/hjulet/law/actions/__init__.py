"""Verbs of the law room: a principal's own times, and the register of laws that people keep."""

from hjulet.law.actions.register import add_law, begin_wording, end_law, mark_checked, withdraw_wording
from hjulet.law.actions.times import LOCAL_UNITS, own_levels, set_service_level

__all__ = [
    "LOCAL_UNITS",
    "add_law",
    "begin_wording",
    "end_law",
    "mark_checked",
    "own_levels",
    "set_service_level",
    "withdraw_wording",
]
