"""What happens by itself: owners are reminded of the yearly review."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.documents.jobs import AHEAD, MOST
from hjulet.notify.actions import tell
from hjulet.processes.models import Process


@scheduled("remind-process-reviews", every=timedelta(hours=6))
def remind(at: datetime) -> int:
    """Tells owners whose process is to be looked over soon, once for each review day. Returns how many."""
    soon = Process.objects.kept_up().filter(review_on__lte=local_date(at) + AHEAD, owner__is_active=True)
    new = soon.filter(Q(reminded_on=None) | ~Q(reminded_on=F("review_on"))).select_related("owner")
    told = 0
    for process in new.defer("search_text").order_by("review_on", "id")[:MOST]:
        with transaction.atomic():
            link, day = f"{process.get_absolute_url()}oversyn/", process.review_on
            people = [process.owner] if process.owner else []
            tell(people=people, kind="process.due", link=link, at=at, due_on=day.isoformat() if day else "")
            Process.objects.filter(pk=process.pk).update(reminded_on=day)
            told += 1
    return told
