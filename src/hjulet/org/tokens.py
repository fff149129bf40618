"""API keys: made, found again by their digest, narrowed to what they may do, and revoked."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor, Key
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.problem import Problem, no_key
from hjulet.core.swedish_time import time_short
from hjulet.org import login as guard
from hjulet.org.models import Person, Token
from hjulet.org.reach import actor_for

PREFIX = "hjulet_"
MOST_DAYS = 366
MOST_KEYS = 50
TOUCH = timedelta(seconds=60)
EMERGENCY = "break-glass"


def digest_of(secret: str) -> str:
    """The secret holds 256 random bits, so a fast digest is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def make(
    person: Person,
    *,
    name: str,
    days: int,
    duties: Iterable[str] = (),
    read_only: bool = False,
    decides: bool = False,
    actor: Actor | None,
    at: datetime,
) -> tuple[Token, str]:
    """A new key and its secret, which is shown this once and kept nowhere. Days: 1 to 366."""
    if not 1 <= days <= MOST_DAYS:
        raise Refused(_("Nyckeln kan gälla i 1 till %(most)s dagar.") % {"most": MOST_DAYS})
    utc = at.astimezone(UTC)
    if Token.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=utc).count() >= MOST_KEYS:
        raise Refused(_("Du har redan så många nycklar som går. Återkalla en du inte använder."))
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = Token.objects.create(
            person=person,
            name=name,
            digest=digest_of(secret),
            duties=sorted(set(duties)),
            read_only=read_only,
            decides=decides and not read_only,
            made_by_id=actor.person_id if actor else None,
            made_at=at,
            expires_at=utc + timedelta(days=days),
        )
        values = {"name": name, "duties": token.duties, "read_only": read_only, "decides": token.decides, "days": days}
        _record("token.made", token, actor, at, values)
    return token, secret


def revoke(token: Token, *, actor: Actor | None, at: datetime) -> None:
    """From now the key opens nothing. Revoking it again changes nothing."""
    with transaction.atomic():
        if Token.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at):
            _record("token.revoked", token, actor, at, {"name": token.name})


def _record(verb: str, token: Token, actor: Actor | None, at: datetime, values: dict[str, object]) -> None:
    person = token.person
    record(verb, actor=actor, at=at, about=("token", token.pk), principal_id=person.principal_id, values=values)


def actor_of_header(header: str, address: str, at: datetime) -> Actor:
    """Whom an Authorization header speaks for, as she is today. Raises Problem 401, or 429 after many failures.

    A key that is good is let in whatever others behind the same address have tried: 256 bits are not guessed,
    and no outsider shall be able to shut an integration out. Failures are slowed as at login.
    """
    scheme, _space, secret = header.strip().partition(" ")
    token = _find(secret.strip()) if scheme.lower() == "bearer" else None
    if token is None or not token.valid(at) or not token.person.is_active:
        raise _refusal(token, address, at)
    if token.last_used_at is None or not timedelta() <= at - token.last_used_at <= TOUCH:
        Token.objects.filter(pk=token.pk).update(last_used_at=at)
    return narrowed(actor_for(token.person, at=at), token)


def _find(secret: str) -> Token | None:
    if not secret.startswith(PREFIX) or not secret.isascii() or len(secret) > 100:
        return None
    rows = Token.objects.select_related("person__principal", "person__home_unit")
    return rows.filter(digest=digest_of(secret)).first()


def _refusal(token: Token | None, address: str, at: datetime) -> Problem:
    keys = ["", *guard.attempt_keys("", f"api {address}")[1:]]
    wait = guard.wait_until(keys, at)
    if wait:
        seconds = max(1, int((wait - at).total_seconds()))
        words = _("För många försök med nycklar som inte gäller. Vänta till %(time)s.") % {"time": time_short(wait)}
        return Problem(429, words, headers={"Retry-After": str(seconds)})
    guard.note_failure(keys, at)
    if token is not None:  # who holds the secret may know why
        return no_key(_("API-nyckeln har gått ut eller är återkallad. Skapa en ny under Mitt konto."))
    return no_key(_("API-nyckeln stämmer inte. Huvudet ska se ut så här: Authorization: Bearer hjulet_…"))


def narrowed(actor: Actor, token: Token) -> Actor:
    """The person with the key in hand: the duties it carries, and never the reach she was lent in an emergency."""
    kept = tuple(
        grant
        for grant in actor.grants
        if grant.role != EMERGENCY and (not token.duties or str(grant.duty) in token.duties)
    )
    return replace(actor, grants=kept, key=Key(token.pk, read_only=token.read_only, decides=token.decides))
