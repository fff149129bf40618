"""Sending what holds to be read and confirmed (DOC-3, NEW-23). The room receipts keeps the confirmations.

A document's matter has the code of `code_of`, and the version of the wording it was sent with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.documents.actions.common import event, lock, refuse_stranger
from hjulet.documents.models import Document, Version
from hjulet.org.models import Unit, in_force
from hjulet.receipts.choices import Asked
from hjulet.receipts.models import Audience, Matter

PREFIX = "dokument-"


@dataclass(frozen=True)
class Readers:
    """Who is to read: everyone at the units and below, or only those with one of the roles there."""

    units: tuple[Unit, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Question:
    """One question with one right answer; `why` is what is said to who chose another."""

    text: str
    right: str
    wrong: tuple[str, ...]
    why: str = ""


def code_of(document: Document) -> str:
    return f"{PREFIX}{document.pk}"


def matter_of(document: Document, on: date) -> Matter | None:
    """What is asked about the document today."""
    rows = Matter.objects.open_to(document.principal_id, on).filter(code=code_of(document))
    return rows.first()


def send(
    document: Document, readers: Readers, question: Question | None = None, *, actor: Actor, at: datetime
) -> Matter:
    """Asks those readers to confirm what holds. Sent again with other readers it asks only those who are new.

    Raises Refused when nothing holds, or nobody is chosen.
    """
    if not readers.units:
        raise Refused(_("Välj minst en enhet."))
    with transaction.atomic():
        locked = lock(document, actor)
        refuse_stranger(locked, actor)
        version = locked.current
        if version is None or locked.withdrawn_on is not None:
            raise Refused(_("Bara ett dokument som gäller går att skicka för läsning."))
        outside = [unit for unit in readers.units if not (unit.path or "-").startswith(locked.unit.path or "-")]
        if outside:
            raise Refused(_("Dokumentet gäller inte för %(unit)s.") % {"unit": outside[0].name})
        matter, _new = Matter.objects.update_or_create(
            code=code_of(locked),
            version=version.number,
            principal_id=locked.principal_id,
            defaults=_asked(locked, version, question, local_date(at)),
        )
        _set_readers(matter, readers)
        values = {"version": version.number, "units": [u.code for u in readers.units], "roles": list(readers.roles)}
        event("document.sent-for-reading", locked, actor=actor, at=at, values=values)
    return matter


def _asked(document: Document, version: Version, question: Question | None, today: date) -> dict[str, Any]:
    answers = [{"code": "ratt", "label": question.right, "right": True}] if question else []
    why = (question.why if question else "") or _("Läs texten en gång till och svara igen.")
    for number, wrong in enumerate(question.wrong if question else ()):
        answers.append({"code": f"fel-{number + 1}", "label": wrong, "right": False, "why": why})
    return {
        "title": version.title,
        "text": "",
        "changes": version.changes,
        "question": question.text if question else "",
        "choices": answers,
        "laws": document.laws,
        "link": document.get_absolute_url(),
        "link_label": "Öppna dokumentet",
        "link_label_en": "Open the document",
        "asked": Asked.CHOSEN,
        "valid_from": min(today, version.valid_from or today),
    }


def _set_readers(matter: Matter, readers: Readers) -> None:
    matter.audiences.all().delete()
    pairs = [(unit, role) for unit in readers.units for role in (readers.roles or ("",))]
    Audience.objects.bulk_create(Audience(matter=matter, unit=unit, role=role) for unit, role in pairs)


def ask_again(version: Version, at: datetime) -> None:
    """A new version that begins to hold asks those who were asked about the one before, and tells what is new."""
    document, today = version.document, local_date(at)
    before = matter_of(document, today)
    if before is None or before.version >= version.number:
        return
    kept = {name: getattr(before, name) for name in ("question", "choices")}
    values = _asked(document, version, None, today) | kept | {"valid_from": version.valid_from or today}
    matter = Matter.objects.create(
        code=before.code, version=version.number, principal_id=document.principal_id, **values
    )
    Audience.objects.bulk_create(
        Audience(matter=matter, unit=row.unit, role=row.role) for row in before.audiences.select_related("unit")
    )


def stop_asking(document: Document, on: date) -> None:
    """Nobody is asked about a document that holds no more."""
    rows = Matter.objects.filter(in_force(on), code=code_of(document), principal_id=document.principal_id)
    rows.filter(valid_from=on).update(valid_to=on)
    rows.filter(valid_from__lt=on).update(valid_to=on - timedelta(days=1))
