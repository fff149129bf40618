"""Documents pass from one owner to another when someone leaves her post (ORG-5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from hjulet.core.actor import Actor
from hjulet.documents.actions.common import event
from hjulet.documents.models import Document
from hjulet.org.models import Person


def held_by(person_id: int, *, lock: bool = False) -> list[Document]:
    """What someone owns and that has not been withdrawn, what is to be looked over first on top."""
    rows = Document.objects.filter(owner_id=person_id, withdrawn_on=None).select_related("unit")
    rows = rows.order_by(F("review_on").asc(nulls_last=True), "id")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def pass_on(rows: Iterable[tuple[Document, Person]], *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Gives each document to another owner. The caller has locked them and tells those who get them."""
    for document, person in rows:
        Document.objects.filter(pk=document.pk).update(owner=person, reminded_on=None, version=F("version") + 1)
        values = {"owner": [document.owner_id, person.pk], "reason": reason}
        event("document.passed-on", document, actor=actor, at=at, values=values)
