"""The number for those who want help to write to the municipality: the principal's own, else the installation's."""

from __future__ import annotations

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases.models import PublicDoor
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.models import Principal

NUMBER = re.compile(r"(?=(?:.*\d){3})\+?[\d ()-]{3,30}")


def own_phone(principal_id: int) -> str:
    """What the principal has set itself; empty when nothing is."""
    return PublicDoor.objects.filter(principal_id=principal_id).values_list("phone", flat=True).first() or ""


def phone_of(principal: Principal | None) -> str:
    """The number that a principal's page shows; empty: the switchboard. Without a principal the installation's."""
    return (own_phone(principal.pk) if principal else "") or settings.PUBLIC_PHONE


def set_public_phone(*, phone: str, seen: str | None = None, actor: Actor, at: datetime) -> PublicDoor:
    """The number of the actor's principal from now on; an empty one takes its own away. Raises Refused, Stale."""
    phone = " ".join(phone.split())
    if phone and not NUMBER.fullmatch(phone):
        raise Refused(_("Skriv ett telefonnummer med siffror, som 0999-120 00."))
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=actor.principal_id)
        row, _made = PublicDoor.objects.get_or_create(principal_id=actor.principal_id)
        if seen is not None and seen != stamp_of(row.phone):
            raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))
        if row.phone == phone:
            return row
        changes = {"phone": [row.phone, phone]}
        row.phone = phone
        row.save(update_fields=["phone"])
        about = ("publicdoor", row.pk)
        record("publicdoor.changed", actor=actor, at=at, about=about, principal_id=actor.principal_id, values=changes)
    return row


def stamp_of(phone: str) -> str:
    """What the number is, for a form that must not overwrite someone else's change; a form's field cannot be empty."""
    return phone or "-"
