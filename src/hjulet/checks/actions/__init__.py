"""Verbs on self-checks: lists are written and published, a year is planned, and a result is told what it means.

What is answered, and handed in, lies in checks.answering.
"""

from hjulet.checks.actions.analysing import Analysis, NewMeasure, analyse, note_measure
from hjulet.checks.actions.planning import (
    CheckPlan,
    change_check,
    make_rounds,
    plan_check,
    plan_next_year,
    remove_check,
    windows,
)
from hjulet.checks.actions.writing import (
    begin_change,
    drop_draft,
    end_checklist,
    new_checklist,
    publish,
    save_draft,
    take_ready,
    taken,
)

__all__ = [
    "Analysis",
    "CheckPlan",
    "NewMeasure",
    "analyse",
    "begin_change",
    "change_check",
    "drop_draft",
    "end_checklist",
    "make_rounds",
    "new_checklist",
    "note_measure",
    "plan_check",
    "plan_next_year",
    "publish",
    "remove_check",
    "save_draft",
    "take_ready",
    "taken",
    "windows",
]
