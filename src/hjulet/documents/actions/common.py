"""What every verb on a document does: locks it, asks the table of steps, writes its event."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Missing, Offer, Refused, Stale, Step
from hjulet.documents.flows import ADOPTER, VERSION, WRITER
from hjulet.documents.models import Document, Version
from hjulet.documents.rights import adopts_as, may_write


def event(
    verb: str, document: Document, *, actor: Actor | None, at: datetime, values: dict[str, Any] | None = None
) -> None:
    about, where = ("document", document.pk), {"principal_id": document.principal_id, "unit_id": document.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values or {}, **where)


def lock(document: Document, actor: Actor, seen: int | None = None) -> Document:
    """The document's row, held until the transaction ends. Raises Stale when it is not the one that was shown."""
    rows = Document.objects.seen_by(actor).select_for_update(of=("self",)).select_related("unit", "type")
    locked = rows.get(pk=document.pk)
    if seen is not None and seen != locked.version:
        raise Stale(_("Någon annan har ändrat dokumentet sedan du öppnade sidan. Läs det igen innan du går vidare."))
    return locked


def lock_version(version: Version, actor: Actor) -> Version:
    """The version with its document, both held; in that order, so that nobody waits for each other."""
    document = lock(version.document, actor)
    locked = Version.objects.select_for_update(of=("self",)).get(pk=version.pk)
    locked.document = document
    return locked


def refuse_stranger(document: Document, actor: Actor) -> None:
    if not may_write(document, actor):
        raise Refused(_("Det är bara de som skriver dokumentet som kan göra det här."))


def step_for(version: Version, name: str, *, actor: Actor, at: datetime) -> Step:
    """The step, if the actor may take it now. Raises Refused with the reason."""
    return VERSION.taken(name, version.state, _held(version, actor), lambda step: _missing(step, version, at))


def offers(version: Version, *, actor: Actor, at: datetime) -> list[Offer]:
    """The steps that the actor may take from where the version is, each with what is missing."""
    return VERSION.offers(version.state, _held(version, actor), lambda step: _missing(step, version, at))


def _held(version: Version, actor: Actor) -> frozenset[str]:
    held = {WRITER} if may_write(version.document, actor) else set()
    return frozenset(held | ({ADOPTER} if adopts_as(version.document, actor) else set()))


def _missing(step: Step, version: Version, at: datetime) -> list[Missing]:
    version.today = local_date(at)  # type: ignore[attr-defined]  # the guards know no clock
    return [missing for need in step.needs for missing in need(version)]
