"""Beginning a document or its next version, and writing in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.codes import free_code
from hjulet.core.flow import Refused, Stale
from hjulet.core.richtext import clean, text_of
from hjulet.documents.actions.common import event, lock, lock_version, refuse_stranger
from hjulet.documents.choices import VersionState
from hjulet.documents.models import RESERVED, Document, DocumentType, Version
from hjulet.files.models import StoredFile
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit

PEN = timedelta(minutes=10)  # after this long without saving someone else may write


@dataclass(frozen=True)
class Facts:
    """What is true of a document whatever its wording. `laws` are codes of the law register."""

    title: str
    type: DocumentType
    unit: Unit
    owner: Person | None = None
    keywords: str = ""
    tracks: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    diary_number: str = ""
    review_months: int | None = None
    review_on: date | None = None
    for_providers: bool = True
    activities: tuple[str, ...] = ()

    def values(self) -> dict[str, Any]:
        plain = dict(vars(self))
        return plain | {name: list(plain[name]) for name in ("tracks", "laws", "activities")}


def create(facts: Facts, *, body: str = "", code: str = "", actor: Actor, at: datetime) -> Document:
    """A new document with its first draft. Raises Refused for a unit where the actor writes none."""
    if not actor.holds_at(Duty.WRITE_DOCUMENTS, facts.unit.path or ""):
        raise Refused(_("Du får inte skriva dokument för den enheten. Välj en enhet som du ansvarar för."))
    with transaction.atomic():
        document = Document.objects.create(
            principal_id=actor.principal_id, code=code or _free_code(facts.title, actor), **facts.values()
        )
        _store(_new_version(document, 1, facts.title, actor, at), body)
        event("document.created", document, actor=actor, at=at, values=_told(facts))
    return document


def begin_version(document: Document, *, actor: Actor, at: datetime) -> Version:
    """The next version as a draft, with the adopted wording to begin from. The draft there is, if there is one.

    Raises Refused.
    """
    with transaction.atomic():
        locked = lock(document, actor)
        refuse_stranger(locked, actor)
        if locked.withdrawn_on is not None:
            raise Refused(_("Dokumentet är upphävt. Skriv ett nytt i stället."))
        under_way = locked.versions.under_way().first()
        if under_way is not None:
            under_way.document = locked
            return under_way
        last = locked.versions.aggregate(n=Max("number"))["n"] or 0
        version = _new_version(locked, last + 1, locked.title, actor, at)
        if locked.current is not None:
            _store(version, locked.current.body)
        event("document.begun", locked, actor=actor, at=at, values={"number": version.number})
    return version


def draft_to_add_to(document: Document, *, actor: Actor, at: datetime) -> Version:
    """The draft that something asked for is to become part of: the one there is, else the next version begun.

    Raises Refused when the next version is past being written.
    """
    version = begin_version(document, actor=actor, at=at)
    told = {"n": version.number, "day": version.valid_from.isoformat() if version.valid_from else ""}
    if version.state == VersionState.REVIEW:
        raise Refused(
            _("Version %(n)s är på granskning. Ta tillbaka den till utkast först, eller vänta tills den gäller.") % told
        )
    if version.state == VersionState.COMING:
        raise Refused(
            _("Version %(n)s är fastställd och börjar gälla %(day)s. Vänta till dess, eller återta beslutet.") % told
        )
    return version


def take_pen(version: Version, *, force: bool = False, actor: Actor, at: datetime) -> Version:
    """The actor begins to write; others see it. Raises Refused while someone else writes, unless `force`."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        refuse_stranger(locked.document, actor)
        if not force and pen_is_taken(locked, actor, at):
            raise Refused(_("%(name)s skriver i texten just nu.") % {"name": locked.editing_by})
        locked.editing_by_id, locked.editing_at = actor.person_id, at
        locked.save(update_fields=["editing_by", "editing_at"])
    return locked


def lay_down_pen(version: Version, *, actor: Actor) -> None:
    Version.objects.filter(pk=version.pk, editing_by_id=actor.person_id).update(editing_by=None, editing_at=None)


def save_text(
    version: Version, *, title: str, body: str, changes: str, revision: int, actor: Actor, at: datetime
) -> Version:
    """Keeps the draft's wording, cleaned. `revision` is the one that was shown. Raises Refused, Stale."""
    with transaction.atomic():
        locked = lock_version(version, actor)
        refuse_stranger(locked.document, actor)
        if locked.state != VersionState.DRAFT:
            raise Refused(_("Det går bara att skriva i ett utkast. Ta tillbaka det från granskningen först."))
        if revision != locked.revision:
            raise Stale(_("Någon annan har sparat texten sedan du öppnade den. Det du skrev står kvar här."))
        before = locked.text
        locked.title, locked.changes = title, changes
        locked.editing_by_id, locked.editing_at = actor.person_id, at
        locked.revision, locked.saved_at = locked.revision + 1, at
        _store(locked, body)
        if locked.document.current_id is None and locked.document.title != title:
            Document.objects.filter(pk=locked.document_id).update(title=title)
        if before != locked.text:
            event("document.written", locked.document, actor=actor, at=at, values={"revision": locked.revision})
    return locked


def keep_file(
    version: Version, file: StoredFile | None, *, body: str, text: str, actor: Actor, at: datetime
) -> Version:
    """The draft is this uploaded file, with the text that was read in it; None takes the file away again.

    Raises Refused.
    """
    with transaction.atomic():
        locked = lock_version(version, actor)
        refuse_stranger(locked.document, actor)
        if locked.state != VersionState.DRAFT:
            raise Refused(_("Det går bara att ladda upp en fil i ett utkast."))
        locked.file, locked.revision, locked.saved_at = file, locked.revision + 1, at
        _store(locked, body or locked.body, text)
        values = {"file": file.sha256 if file else ""}
        event("document.file", locked.document, actor=actor, at=at, values=values)
    return locked


def change_facts(document: Document, facts: Facts, *, seen: int | None = None, actor: Actor, at: datetime) -> Document:
    """Changes what is true of it whatever its wording; the title of an adopted one waits for the next version.

    Raises Refused, Stale.
    """
    with transaction.atomic():
        locked = lock(document, actor, seen)
        refuse_stranger(locked, actor)
        new = facts.values()
        if locked.current_id is not None:
            new.pop("title")  # it is part of the wording
        changed = {name: [_plain(getattr(locked, name)), _plain(value)] for name, value in new.items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if not changed:
            return locked
        for name, value in new.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.search_text = locked.words(locked.current.text if locked.current else "")
        locked.save()
        event("document.facts", locked, actor=actor, at=at, values=changed)
    return locked


def pen_is_taken(row: Any, actor: Actor, at: datetime) -> bool:
    """Whether someone else has written in it lately. The row has `editing_by` and `editing_at`."""
    if row.editing_by_id in {None, actor.person_id} or row.editing_at is None:
        return False
    return bool(at - row.editing_at < PEN)


def _new_version(document: Document, number: int, title: str, actor: Actor, at: datetime) -> Version:
    return Version.objects.create(
        document=document, number=number, title=title, created_by_id=actor.person_id, created_at=at, saved_at=at
    )


def _store(version: Version, body: str, text: str = "") -> None:
    version.body = clean(body)
    version.text = text or text_of(version.body)
    version.save()


def _free_code(title: str, actor: Actor) -> str:
    return free_code(
        title, Document.objects.filter(principal_id=actor.principal_id), otherwise="dokument", reserved=RESERVED
    )


def _told(facts: Facts) -> dict[str, Any]:
    return {name: _plain(value) for name, value in facts.values().items()}


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
