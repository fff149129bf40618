"""Reminders: what is to be read and confirmed soon, or should have been; at most once for each time it falls due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import DateField, Exists, Max, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.notify.actions import tell
from hjulet.org.models import Person, Principal
from hjulet.receipts.listing import current
from hjulet.receipts.models import Matter, Receipt, Reminder

MOST = 2_000


@scheduled("remind-receipts", every=timedelta(hours=1))
def remind(at: datetime) -> int:
    """Tells each person who has not confirmed, or whose confirmation soon stops holding. Returns how many."""
    today = local_date(at)
    return sum(
        _remind(matter, principal_id, at)
        for principal_id in Principal.objects.values_list("pk", flat=True)
        for matter in current(principal_id, today)
    )


def _remind(matter: Matter, principal_id: int, at: datetime) -> int:
    by_day: dict[date, list[Person]] = defaultdict(list)
    with transaction.atomic():
        for person in _waiting(matter, principal_id, local_date(at))[:MOST]:
            by_day[person.due_on].append(person)
        for day, people in by_day.items():
            # who has never confirmed has no last day: it is asked for at once
            told: dict[str, Any] = {"due_on": day.isoformat()} if day != matter.valid_from else {}
            link = reverse("receipt", args=[matter.code])
            tell(people=people, kind="receipt.due", link=link, at=at, **told)
            Reminder.objects.bulk_create(
                Reminder(person=person, matter=matter, due_on=day, told_at=at) for person in people
            )
    return sum(len(people) for people in by_day.values())


def _waiting(matter: Matter, principal_id: int, today: date) -> Any:
    """People to remind, each with `due_on`: the day her last confirmation stops holding, else the matter's first."""
    given = Receipt.objects.unscoped(reason="reminders are the system's own").filter(
        matter=matter, person=OuterRef("pk")
    )
    last = given.order_by().values("person").annotate(last=Max("valid_until")).values("last")
    told = Reminder.objects.filter(person=OuterRef("pk"), matter=matter, due_on=OuterRef("due_on")).order_by()
    first = Value(matter.valid_from, output_field=DateField())
    people = matter.people(principal_id, today).annotate(due_on=Coalesce(Subquery(last), first))
    held = given.holding(today).exclude(again_on__lte=today)
    return people.filter(~Exists(held), ~Exists(told))
