"""What happens by itself: those who write are told when the whole is soon to be looked over."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.management_system.models import Adoption, Reminder
from hjulet.management_system.review import soon
from hjulet.management_system.rights import writers
from hjulet.notify.actions import tell
from hjulet.org.models import Principal


@scheduled("remind-management-system", every=timedelta(hours=6))
def remind(at: datetime) -> int:
    """Once for each adopted version. Returns how many principals' writers were told."""
    told = 0
    for principal_id in Principal.objects.order_by("id").values_list("pk", flat=True):
        last = Adoption.last(principal_id)
        if last is not None and soon(principal_id, last.review_on, local_date(at)):
            told += _tell(last, at)
    return told


@transaction.atomic
def _tell(last: Adoption, at: datetime) -> int:
    _row, new = Reminder.objects.get_or_create(adoption=last, defaults={"told_at": at})
    if new:
        people = list(writers(last.principal_id, local_date(at)))
        link, day = reverse("management-system"), last.review_on.isoformat()
        tell(people=people, kind="management-system.due", link=link, at=at, due_on=day)
    return int(new)
