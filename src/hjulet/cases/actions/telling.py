"""What every verb does besides: the event in the log, the word to whoever reported, the entry in the file."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hjulet.cases.choices import MessageKind, NoteKind
from hjulet.cases.entries import Entry
from hjulet.cases.models import Case, Complainant, Message, Note
from hjulet.cases.public_texts import texts_in
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.scope import Children
from hjulet.notify.actions import tell, tell_outside
from hjulet.org.models import Person


def say(case: Case, kind: str, text: str, actor: Actor, at: datetime, notice: str = "") -> dict[str, Any]:
    if not (case.answerable or case.is_voice):  # to someone outside it may go by letter or telephone
        return {"text": text}
    who = f"{actor.name}, {actor.title}"
    Message.objects.create(case=case, kind=kind, text=text, author_name=who, created_at=at, **case.wall_now)
    if kind in {MessageKind.DECISION, MessageKind.CLOSING} and case.feedback_at is None:
        case.feedback_at = at
    if case.is_voice:
        mail_complainant(case, kind, at)
    closing = kind == MessageKind.CLOSING
    tell_reporter(case, notice or ("case.closed_for_reporter" if closing else "case.feedback"), at)
    return {"text": text}


COMPLAINANT = Children(Complainant.objects.all)
MAILED = frozenset(
    [MessageKind.CONFIRMATION, MessageKind.DELAY, MessageKind.ANSWER, MessageKind.QUESTION, MessageKind.CLOSING]
)


def mail_complainant(case: Case, kind: str, at: datetime) -> None:
    """Tells the one who left an address, in her language, that there is something to read with the code; no more."""
    who = next(iter(COMPLAINANT.of(case)), None)
    if who is None or not who.email or kind not in MAILED:
        return
    texts = texts_in(who.language)
    tell_outside(
        to=who.email,
        subject=texts.say("mail_subject", ref=case.ref),
        said=texts.say(f"mail_{kind}", ref=case.ref),
        how=texts["mail_link"],
        why=texts["mail_why"],
        link=f"/synpunkt/folj/?sprak={texts.code}",
        principal_id=case.principal_id,
        at=at,
    )


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


def write_entry(
    case: Case, entry: Entry, data: dict[str, Any], actor: Actor, at: datetime, *, told: bool = False, **more: Any
) -> Note:
    """An entry as a note. `more` is kept among its details, as codes and words. `told`: also for those who see the
    case when it is lex no more.
    """
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
        **({} if told else case.wall_now),
    )


JUDGED = frozenset({"injury", "decision", "effect", "outcome", "suggested", "secrecy-check", "disclosure"})
