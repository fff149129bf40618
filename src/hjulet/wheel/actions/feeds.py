"""Subscriptions: an address with a secret that a calendar program fetches, and that can be shut."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.org.models import Unit
from hjulet.wheel.models import Feed

MOST = 20  # open addresses of one person
SECRET_BYTES = 32


def digest_of(secret: str) -> str:
    """The secret holds 256 random bits: there is nothing to guess, so a fast digest is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def subscribe(unit: Unit, *, actor: Actor, at: datetime) -> tuple[Feed, str]:
    """A new address's row and its secret, which is shown this once and kept nowhere. Raises Refused."""
    if Feed.objects.filter(person_id=actor.person_id, revoked_at__isnull=True).count() >= MOST:
        raise Refused(_("Du har redan så många adresser som går. Stäng en du inte använder."))
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        feed = Feed.objects.create(person_id=actor.person_id, unit=unit, digest=digest_of(secret), made_at=at)
        _record("wheel.subscribed", feed, unit, actor, at)
    return feed, secret


def revoke(feed: Feed, *, actor: Actor, at: datetime) -> None:
    """From now the address gives nothing. Revoking it again changes nothing."""
    with transaction.atomic():
        if Feed.objects.filter(pk=feed.pk, revoked_at__isnull=True).update(revoked_at=at):
            _record("wheel.unsubscribed", feed, feed.unit, actor, at)


def _record(verb: str, feed: Feed, unit: Unit, actor: Actor, at: datetime) -> None:
    about, where = ("wheel-feed", feed.pk), {"principal_id": actor.principal_id, "unit_id": unit.pk}
    record(verb, actor=actor, at=at, about=about, values={"unit": unit.code}, **where)
