"""Adopting, dropping and withdrawing: what makes a document hold or stop holding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled, local_date
from hjulet.core.flow import Refused
from hjulet.documents.actions.answering import done, wait_again
from hjulet.documents.actions.circulating import ask_again, stop_asking
from hjulet.documents.actions.common import event, lock, lock_version, step_for
from hjulet.documents.choices import VersionState
from hjulet.documents.models import Document, Version
from hjulet.documents.rights import Adopter, adopts_as

holds: list[Callable[[Version, datetime], None]] = []
"""What other rooms do in the same write when a version begins to hold."""


@dataclass(frozen=True)
class Decision:
    """The decision to adopt. `reference` and `decided_on` are the board's, when it is one."""

    valid_from: date
    reference: str = ""
    decided_on: date | None = None


def adopt(version: Version, decision: Decision, *, actor: Actor, at: datetime) -> Version:
    """The version holds from its first day, at once when that has come. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        step_for(locked, "adopt", actor=actor, at=at)
        way = adopts_as(locked.document, actor)
        if way is None:
            raise Refused(_("Du får inte fastställa dokumentet. Sidan visar vem som får."))
        decided = _decided_on(decision, way, local_date(at))
        locked.state, locked.adopted_by_id, locked.adopted_role = VersionState.COMING, actor.person_id, way.label
        locked.adopted_on, locked.reference = decided, decision.reference
        locked.valid_from, locked.editing_by, locked.editing_at = decision.valid_from, None, None
        locked.save()
        values = {"number": locked.number, "role": way.role, "reference": decision.reference, "on": decided}
        event("document.adopted", locked.document, actor=actor, at=at, values=values)
        if decision.valid_from <= local_date(at):
            begin_to_hold(locked, at=at)
    return locked


def _decided_on(decision: Decision, way: Adopter, today: date) -> date:
    if way.body and not (decision.reference.strip() and decision.decided_on):
        raise Refused(_("Skriv beslutets nummer och vilken dag det fattades."))
    decided = decision.decided_on or today
    if decided > today:
        raise Refused(_("Beslutet kan inte ha fattats en dag som inte har varit."))
    if decision.valid_from < decided:
        raise Refused(_("Dokumentet kan inte gälla innan det är beslutat."))
    return decided


def begin_to_hold(version: Version, *, at: datetime) -> None:
    """An adopted version, locked, becomes the one that holds, and the one before is replaced in the same write."""
    document, day = version.document, version.valid_from or local_date(at)
    document.versions.filter(state=VersionState.ADOPTED).update(state=VersionState.REPLACED, ended_on=day)
    version.state = VersionState.ADOPTED
    version.save(update_fields=["state"])
    document.current, document.title, document.version = version, version.title, document.version + 1
    if document.review_months:
        document.review_on = add_months_unrolled(day, document.review_months)
    document.search_text = document.words(version.text)
    document.save(update_fields=["current", "title", "version", "review_on", "search_text"])
    event("document.holds", document, actor=None, at=at, values={"number": version.number})
    done(version, kind="document.changed", link=document.get_absolute_url(), at=at)
    ask_again(version, at)
    for hook in holds:
        hook(version, at)


def call_off(version: Version, *, actor: Actor, at: datetime) -> Version:
    """A decision that has not begun to hold is taken back; the version is a draft again. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        step_for(locked, "call-off", actor=actor, at=at)
        locked.state, locked.adopted_by, locked.adopted_role, locked.reference = VersionState.DRAFT, None, "", ""
        locked.adopted_on, locked.valid_from = None, None
        locked.save()
        event("document.called-off", locked.document, actor=actor, at=at, values={"number": locked.number})
    return locked


def drop(version: Version, *, actor: Actor, at: datetime) -> None:
    """The draft is thrown away; it stays in the history. Requests that were to become it wait again. Raises Refused."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        step_for(locked, "drop", actor=actor, at=at)
        locked.state, locked.ended_on = VersionState.DROPPED, local_date(at)
        locked.editing_by, locked.editing_at = None, None
        locked.save(update_fields=["state", "ended_on", "editing_by", "editing_at"])
        wait_again(locked)
        event("document.dropped", locked.document, actor=actor, at=at, values={"number": locked.number})


def withdraw(document: Document, *, reason: str, on: date, seen: int | None = None, actor: Actor, at: datetime) -> None:
    """The document stops holding; it can still be read as history. Raises Refused, Stale."""
    with transaction.atomic():
        locked = lock(document, actor, seen)
        version = locked.current
        if version is None or locked.withdrawn_on is not None:
            raise Refused(_("Dokumentet gäller inte, så det går inte att upphäva."))
        version.document = locked
        step_for(version, "withdraw", actor=actor, at=at)
        if locked.versions.under_way().exists():
            raise Refused(_("Det finns ett utkast till en ny version. Kasta det först."))
        if on < (version.valid_from or on):
            raise Refused(_("Dokumentet kan inte upphävas innan det började gälla."))
        Version.objects.filter(pk=version.pk).update(state=VersionState.WITHDRAWN, ended_on=on)
        locked.withdrawn_on, locked.withdrawn_for, locked.version = on, reason, locked.version + 1
        locked.save(update_fields=["withdrawn_on", "withdrawn_for", "version"])
        stop_asking(locked, on)
        event("document.withdrawn", locked, actor=actor, at=at, values={"reason": reason, "on": on})
