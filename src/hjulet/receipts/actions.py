"""Confirming that one has read something."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.models import Person
from hjulet.receipts.models import Matter, Receipt
from hjulet.receipts.periods import period


def confirm(matter: Matter, *, answer: str = "", version: int | None = None, actor: Actor, at: datetime) -> Receipt:
    """Adds the actor's own confirmation. One that holds and is not asked for anew is given back instead.

    `version` is the one she has read. Raises Refused for who is not asked or answers wrong, Stale for a newer text.
    """
    today = local_date(at)
    if version is not None and version != matter.version:
        raise Stale(_("Texten har ändrats sedan du öppnade sidan. Läs den nya och bekräfta igen."))
    if wrong := matter.why_wrong(answer):
        raise Refused(wrong)
    with transaction.atomic():
        me = Person.objects.select_for_update().filter(pk=actor.person_id)
        if not me or not matter.people(actor.principal_id, today).filter(pk=actor.person_id).exists():
            raise Refused(_("Du behöver inte bekräfta det här."))
        mine = Receipt.objects.visible_to(actor).filter(person_id=actor.person_id, matter=matter)
        held: Receipt | None = mine.holding(today).exclude(again_on__lte=today).first()
        return held or _add(matter, actor, at)


def _add(matter: Matter, actor: Actor, at: datetime) -> Receipt:
    until, again = period(matter, principal_id=actor.principal_id, day=local_date(at))
    receipt = Receipt(
        principal_id=actor.principal_id,
        person_id=actor.person_id,
        matter=matter,
        confirmed_at=at,
        valid_until=until,
        again_on=again,
    )
    receipt.save(force_insert=True)
    record(
        "receipt.confirmed",
        actor=actor,
        at=at,
        about=("receipt", receipt.pk),
        principal_id=actor.principal_id,
        unit_id=actor.unit_id,
        values={"matter": matter.code, "version": matter.version, "valid_until": until},
    )
    return receipt
