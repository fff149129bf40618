from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hjulet.core.jobs import scheduled
from hjulet.rest.models import Answer

KEPT = timedelta(hours=24)


@scheduled("forget-answers", every=timedelta(hours=1))
def forget_answers(at: datetime) -> int:
    """Removes answers older than a day: by then no program asks the same thing again."""
    gone, _each = Answer.objects.filter(at__lt=at.astimezone(UTC) - KEPT).delete()
    return gone
