"""Seals the log once a minute."""

from datetime import datetime, timedelta

from hjulet.audit.seal import seal
from hjulet.core.jobs import scheduled


@scheduled("seal-log", every=timedelta(minutes=1))
def seal_log(at: datetime) -> int:
    """How many events were sealed."""
    return seal(at)
