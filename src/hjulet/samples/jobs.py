"""What is not needed any more is erased on its day."""

from datetime import datetime, timedelta

from hjulet.core.jobs import scheduled
from hjulet.samples.actions import erase_old_draws, erase_old_extracts
from hjulet.samples.actions.decisions import erase_old_decisions


@scheduled("erase-samples", every=timedelta(hours=6))
def erase_samples(at: datetime) -> int:
    """How many samples, extracts and decisions were erased."""
    return erase_old_draws(at) + erase_old_extracts(at) + erase_old_decisions(at)
