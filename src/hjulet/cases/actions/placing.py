"""Saying where in the work it happened: a step of a process, as it was that day."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases.actions.telling import event
from hjulet.cases.actions.working import lock_for_work
from hjulet.cases.models import Case
from hjulet.cases.registry import facts_of, follow
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.processes.activities import activity_on


def place(case: Case, process_step: str, *, version: int | None = None, actor: Actor, at: datetime) -> Case:
    """Ties the case to a step, `process/step`; empty takes it back. What statistics count follows in the same write.

    Raises Refused when the step is not one that the actor can read, Stale when the case has changed since it was shown.
    """
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        if version is not None and version != locked.version:
            raise Stale(_("Någon annan har ändrat ärendet sedan du öppnade sidan. Läs det igen innan du går vidare."))
        before, was = facts_of(locked), locked.process_step
        step = None
        if process_step:
            day = local_date(locked.occurred_at or locked.reported_at)
            step = activity_on(process_step, actor=actor, on=day)
            if step is None:
                raise Refused(_("Steget finns inte, eller så får du inte läsa processen. Välj ett annat."))
        locked.activity = step
        if locked.process_step == was:
            return locked
        locked.version += 1
        locked.save(update_fields=["activity", "version"])
        event("case.activity", locked, actor, at, {"activity": [was, locked.process_step]})
        follow(before, facts_of(locked))
    return locked
