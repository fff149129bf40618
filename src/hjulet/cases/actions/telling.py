"""What every verb does besides: the event in the log, the word to whoever reported, the entry in the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hjulet.cases.choices import MessageKind, NoteKind
from hjulet.cases.entries import Entry
from hjulet.cases.models import Case, Message, Note
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.notify.actions import tell
from hjulet.org.models import Person


def say(case: Case, kind: str, text: str, actor: Actor, at: datetime, notice: str = "") -> dict[str, Any]:
    if not (case.answerable or case.is_voice):  # to someone outside it may go by letter or telephone
        return {"text": text}
    Message.objects.create(case=case, kind=kind, text=text, author_name=f"{actor.name}, {actor.title}", created_at=at)
    if kind in {MessageKind.DECISION, MessageKind.CLOSING} and case.feedback_at is None:
        case.feedback_at = at
    closing = kind == MessageKind.CLOSING
    tell_reporter(case, notice or ("case.closed_for_reporter" if closing else "case.feedback"), at)
    return {"text": text}


def tell_reporter(case: Case, kind: str, at: datetime) -> None:
    if case.reporter_id:
        people = Person.objects.filter(pk=case.reporter_id, is_active=True)
        tell(people=people, kind=kind, link=f"/rapportera/mina/{case.ref}/", at=at, ref=case.ref)


def event(verb: str, case: Case, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    record(
        verb,
        actor=actor,
        at=at,
        about=("case", case.pk),
        principal_id=case.principal_id,
        unit_id=case.unit_id,
        values=values,
    )


def write_entry(case: Case, entry: Entry, data: dict[str, Any], actor: Actor, at: datetime, **more: Any) -> Note:
    """An entry as a note. `more` is kept among its details, as codes and words."""
    details = {name: data[name] for name in ("who", "reference", "items") if data.get(name)} | more
    return Note.objects.create(
        case=case,
        kind=NoteKind.ASSESSMENT if entry.code in JUDGED else NoteKind.FACT,
        noted_on=data.get("day") or local_date(at),
        source=str(data.get("who") or "")[:200],
        text=data.get("text", ""),
        author_id=actor.person_id,
        author_name=actor.name,
        author_title=actor.title,
        created_at=at,
        code=entry.code,
        answer=data.get("answer") or None,
        details=details or None,
    )


JUDGED = frozenset({"injury", "decision", "effect", "outcome", "suggested", "secrecy-check", "disclosure"})
