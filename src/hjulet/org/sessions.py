"""Ending what is logged in, and tidying after it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.jobs import scheduled
from hjulet.org.models import LoginAttempt, Person


def end_sessions(*, person: Person, actor: Actor | None, at: datetime) -> None:
    """Every session of the person is over, on every device. She logs in anew with the same password."""
    with transaction.atomic():
        person.sessions_ended_at = at
        person.save(update_fields=["sessions_ended_at"])
        record(
            "person.sessions_ended",
            actor=actor,
            at=at,
            about=("person", person.pk),
            principal_id=person.principal_id,
            unit_id=person.home_unit_id,
        )


@scheduled("forget-old-sessions", every=timedelta(hours=6))
def forget_old_sessions(at: datetime) -> None:
    """Sessions that have run out, and failed tries that no longer slow anyone, are removed."""
    at = at.astimezone(UTC)
    Session.objects.filter(expire_date__lt=at).delete()
    LoginAttempt.objects.filter(last_at__lt=at - timedelta(hours=24)).delete()
