"""The totals, to which each change adds a row, are made anew each day."""

from __future__ import annotations

from datetime import datetime, timedelta

from hjulet.core.jobs import scheduled
from hjulet.stats.step_facts import sum_up


@scheduled("sum-up-steps", every=timedelta(days=1))
def sum_up_steps(at: datetime) -> int:
    """Returns how many rows there are."""
    return sum_up()
