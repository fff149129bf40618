"""To whom one may give a case or a measure."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.org.choices import Duty
from hjulet.org.models import Person, PersonQuerySet
from hjulet.org.reach import holders


def colleagues(actor: Actor, at: datetime) -> PersonQuerySet:
    """Staff whom the actor may know of."""
    today = local_date(at)
    return Person.objects.seen_by(actor, today).staff(today)


def possible_handlers(case: Case, actor: Actor, at: datetime) -> PersonQuerySet:
    """Colleagues, and for a provider's people also those at the principal who answer for the unit's cases."""
    if actor.bounds is None:
        return colleagues(actor, at)
    today = local_date(at)
    law = case.track if case.track_set_at else None
    answering = [person.pk for person in holders(Duty.HANDLE, case.unit.path or "", at=at, track=law)]
    known = Person.objects.seen_by(actor, today).order_by().values("pk")
    staff = Person.objects.filter(principal_id=case.principal_id).staff(today)
    return staff.filter(Q(pk__in=known) | Q(pk__in=answering))
