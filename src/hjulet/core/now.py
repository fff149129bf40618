"""The only place that reads the clock. HJULET_CLOCK sets what time it is in demo and tests."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The moment, aware, in Europe/Stockholm."""
    if settings.CLOCK:
        return datetime.fromisoformat(settings.CLOCK).replace(tzinfo=STOCKHOLM)
    return timezone.now().astimezone(STOCKHOLM)
