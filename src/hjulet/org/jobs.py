"""Reminders about the organisation. What tells people lies above this room and is hung on `told`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.org.choices import Duty
from hjulet.org.models import Delegation
from hjulet.org.reach import holders

MOST = 500
LINK = "/organisation/delegationer/?ordning=sista-dag"
told: list[Callable[..., None]] = []
"""Called with the keywords people, kind, link, at and due_on (ISO day), as notify.actions.tell takes them."""


@scheduled("remind-delegations", every=timedelta(hours=6))
def remind_delegations(at: datetime) -> int:
    """Tells the delegate and those who manage her unit, once, that a delegation runs out and nothing follows it."""
    today = local_date(at)
    soon = Delegation.objects.running_out(today).filter(reminded_on__isnull=True, person__is_active=True)
    rows = list(soon.select_related("person", "unit").order_by("valid_to", "id")[:MOST])
    for row in rows:
        people = [row.person, *holders(Duty.MANAGE_ORGANISATION, row.unit.path or "", at=at)]
        due = row.valid_to.isoformat() if row.valid_to else ""
        for teller in told:
            teller(people=people, kind="delegation.ends", link=LINK, at=at, due_on=due)
        Delegation.objects.filter(pk=row.pk).update(reminded_on=today)
    return len(rows)
