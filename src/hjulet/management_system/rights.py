"""Who writes the whole and enters the board's decision: those who write documents at a level where a board adopts
(data: documents.AdoptionRule), and those who manage the principal's settings."""

from __future__ import annotations

from datetime import date

from hjulet.core.actor import Actor
from hjulet.documents.models import AdoptionRule
from hjulet.org.choices import Duty
from hjulet.org.models import Assignment, Person, PersonQuerySet, Unit, in_force


def _levels(principal_id: int) -> list[str]:
    rules = AdoptionRule.objects.open_to(principal_id).filter(body=True)
    return sorted(set(rules.order_by().values_list("level", flat=True)))


def may_write(actor: Actor) -> bool:
    if reads_as_provider(actor):
        return False
    if actor.holds(Duty.MANAGE_SETTINGS):
        return True
    units = {grant.unit_id for grant in actor.reach(Duty.WRITE_DOCUMENTS)}
    return Unit.objects.of(actor.principal_id).filter(pk__in=units, kind__in=_levels(actor.principal_id)).exists()


def reads_as_provider(actor: Actor) -> bool:
    """Someone who may know of a part of the organisation only: an external provider's people."""
    return actor.bounds is not None


def writers(principal_id: int, on: date) -> PersonQuerySet:
    """People who write documents at the level where a board adopts."""
    held = Assignment.objects.filter(
        in_force(on),
        role__duties__duty=Duty.WRITE_DOCUMENTS,
        unit__principal_id=principal_id,
        unit__kind__in=_levels(principal_id),
    )
    people = Person.objects.filter(principal_id=principal_id, is_active=True)
    return people.filter(pk__in=held.order_by().values("person")).order_by("name", "id")
