"""To whom one may give a case or a measure."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.org.choices import Duty
from hjulet.org.models import Person, PersonQuerySet
from hjulet.org.reach import actor_for, holders


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


def may_handle(case: Case, person: Person, actor: Actor, at: datetime) -> None:
    """Raises Refused for who does not handle cases, or works behind a wall: of law, or of a provider."""
    if not possible_handlers(case, actor, at).filter(pk=person.pk).exists():
        raise Refused(_("Personen kan inte handlägga ärenden. Välj någon som arbetar i verksamheten."))
    refusal = wall_before(case, actor_for(person, at=at))
    if refusal:
        raise Refused(refusal)


def wall_before(case: Case, their: Actor) -> str:
    """Why someone with this reach may not be given the case, by law or since she is a provider's; empty: she may."""
    path = case.unit.path or ""
    handled = [grant for grant in their.reach(Duty.HANDLE) if grant.covers(path)]
    if case.track_set_at and handled and not any(case.track in grant.tracks for grant in handled):
        return _("Personen arbetar med en annan lag. Där emellan finns en vägg.")
    if not their.sees(case.unit.path):
        return _("Personen arbetar hos en utförare och kan bara handlägga utförarens egna ärenden.")
    return ""
