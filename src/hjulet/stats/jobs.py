"""The totals, to which each change adds a row, are made anew each day."""

from __future__ import annotations

from datetime import datetime, timedelta

from hjulet.core.jobs import scheduled
from hjulet.stats import case_totals, step_facts


@scheduled("sum-up-steps", every=timedelta(days=1))
def sum_up_steps(at: datetime) -> int:
    """Returns how many rows there are."""
    return step_facts.sum_up()


@scheduled("sum-up-cases", every=timedelta(days=1))
def sum_up_cases(at: datetime) -> int:
    """Returns how many rows there are."""
    return case_totals.sum_up()
