"""What every verb does besides: the event in the log, and the word to whoever reported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hjulet.cases.choices import MessageKind
from hjulet.cases.models import Case, Message
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.notify.actions import tell
from hjulet.org.models import Person


def say(case: Case, kind: str, text: str, actor: Actor, at: datetime, notice: str = "") -> dict[str, Any]:
    if not case.answerable:
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
