"""An employee asks for a change and is answered (DOC-6); a measure gives a new version (SOSFS 2011:9 5 kap. 8 §)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.documents.actions.answering import Desk
from hjulet.documents.actions.common import event, lock, refuse_stranger
from hjulet.documents.actions.writing import draft_to_add_to
from hjulet.documents.models import ChangeRequest, Document, Version, VersionCause
from hjulet.documents.rights import those_who_answer
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell


def ask_change(document: Document, *, text: str, about: str = "", actor: Actor, at: datetime) -> ChangeRequest:
    """Keeps what someone wants changed, with the version she read, and tells who answers. Raises Refused."""
    if document.current_id is None or document.withdrawn_on is not None:
        raise Refused(_("Dokumentet gäller inte längre, så det går inte att ändra."))
    with transaction.atomic():
        made = ChangeRequest.objects.create(
            document=document,
            read_id=document.current_id,
            person_id=actor.person_id,
            asked_at=at,
            about=about[:300],
            text=text,
        )
        event("document.asked", document, actor=actor, at=at, values={"about": about[:300], "text": text})
        people = [person for person in those_who_answer(document, at) if person.pk != actor.person_id]
        tell(people=people, kind="document.request", link=_link(made), at=at)
    return made


def _hold(asked: ChangeRequest, actor: Actor) -> Document:
    document = lock(asked.document, actor)
    refuse_stranger(document, actor)
    return document


def _link(asked: ChangeRequest) -> str:
    return f"/dokument/onskemal/{asked.pk}/"


desk: Desk[ChangeRequest, Document, Version] = Desk(
    "document", "document.answered", hold=_hold, draft=draft_to_add_to, event=event, link=_link
)
accept_request, decline_request = desk.accept, desk.decline


def change_because(document: Document, measure: Measure, *, actor: Actor, at: datetime) -> Version:
    """The measure is done by changing the document: its next draft is tied to the measure. Raises Refused."""
    with transaction.atomic():
        version = draft_to_add_to(document, actor=actor, at=at)
        tied = VersionCause.objects.visible_to(actor).filter(version=version, measure=measure)
        if tied.exists():
            return version
        VersionCause.objects.create(version=version, measure=measure, linked_by_id=actor.person_id, linked_at=at)
        told = {"measure": measure.pk, "document": document.pk, "number": version.number}
        event("document.because", version.document, actor=actor, at=at, values=told)
        where = {"principal_id": measure.principal_id, "unit_id": measure.unit_id}
        record("measure.document", actor=actor, at=at, about=("measure", measure.pk), values=told, **where)
    return version
