"""An employee asks for a change and is answered (DOC-6); a measure gives a new version (SOSFS 2011:9 5 kap. 8 §)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.documents.actions.common import event, lock, refuse_stranger
from hjulet.documents.actions.writing import draft_to_add_to
from hjulet.documents.choices import RequestState
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


def accept_request(asked: ChangeRequest, *, text: str = "", actor: Actor, at: datetime) -> Version:
    """It becomes part of the next version's draft, begun now if there is none. Raises Refused."""
    with transaction.atomic():
        document, locked = _waiting(asked, actor)
        version = draft_to_add_to(document, actor=actor, at=at)
        locked.state, locked.became = RequestState.ACCEPTED, version
        _answer(locked, document, text, "document.request-accepted", actor, at)
    return version


def decline_request(asked: ChangeRequest, *, reason: str, actor: Actor, at: datetime) -> None:
    """It stays as it is, and the asker reads why. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Skriv varför det inte ändras. Den som frågade läser det."))
    with transaction.atomic():
        document, locked = _waiting(asked, actor)
        locked.state = RequestState.DECLINED
        _answer(locked, document, reason, "document.request-declined", actor, at)


def _waiting(asked: ChangeRequest, actor: Actor) -> tuple[Document, ChangeRequest]:
    document = lock(asked.document, actor)
    refuse_stranger(document, actor)
    locked = ChangeRequest.objects.select_for_update(of=("self",)).select_related("person").get(pk=asked.pk)
    if locked.state != RequestState.NEW:
        raise Refused(_("Någon har redan svarat på det här önskemålet. Läs svaret."))
    return document, locked


def _answer(asked: ChangeRequest, document: Document, text: str, verb: str, actor: Actor, at: datetime) -> None:
    asked.answer, asked.answered_by_id, asked.answered_at = text, actor.person_id, at
    asked.save(update_fields=["state", "became", "answer", "answered_by", "answered_at"])
    event(verb, document, actor=actor, at=at, values={"request": asked.pk, "text": text})
    people = [asked.person] if asked.person_id != actor.person_id else []
    tell(people=people, kind="document.answered", link=_link(asked), at=at)


def _link(asked: ChangeRequest) -> str:
    return f"/dokument/onskemal/{asked.pk}/"


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
