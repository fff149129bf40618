"""The yearly review of a process (SOSFS 2011:9 5 kap.)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.documents.actions.looking_over import keep_as_is
from hjulet.processes.actions.common import event, lock, refuse_stranger
from hjulet.processes.models import Process, ProcessReviewed


def look_over(process: Process, *, reason: str, seen: int | None = None, actor: Actor, at: datetime) -> ProcessReviewed:
    """Someone who writes the process has gone through it and leaves it as it is. Sets the next review day.

    Raises Refused, Stale.
    """
    with transaction.atomic():
        locked = lock(process, actor, seen)
        refuse_stranger(locked, actor)
        if locked.current_id is None or locked.withdrawn_on is not None:
            raise Refused(_("Processen gäller inte, så det finns inget att se över."))
        if not locked.review_months:
            raise Refused(_("Det står inte hur ofta processen ska ses över. Ändra uppgifterna om den först."))
        done = ProcessReviewed(process=locked, drawing_id=locked.current_id, reason=reason, done_by_id=actor.person_id)
        event("process.looked-over", locked, actor=actor, at=at, values=keep_as_is(done, locked, at))
    return done
