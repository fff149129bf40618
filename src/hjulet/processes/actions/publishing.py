"""Asking the quality group, publishing, sending back, dropping and withdrawing: what makes a version hold or stop."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from hjulet.core.actor import Actor
from hjulet.core.clocks import add_months_unrolled, local_date
from hjulet.core.flow import Refused
from hjulet.documents.actions.answering import done, wait_again
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty
from hjulet.org.models import Person
from hjulet.org.reach import holders
from hjulet.processes.actions.common import diagram_of, event, lock_drawing, step_for
from hjulet.processes.actions.writing import _texts
from hjulet.processes.bpmn.drawing import draw
from hjulet.processes.choices import DrawnState
from hjulet.processes.models import Drawing, Element


def ask(drawing: Drawing, *, actor: Actor, at: datetime) -> Drawing:
    """Asks those who publish processes to approve the draft. Raises Refused."""
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        step_for(locked, "ask", actor=actor)
        locked.state, locked.asked_by_id, locked.asked_at = DrawnState.ASKED, actor.person_id, at
        locked.answer, locked.editing_by, locked.editing_at = "", None, None
        locked.save()
        event("process.asked", locked.process, actor=actor, at=at, values={"number": locked.number})
        others = [person for person in publishers(locked, at) if person.pk != actor.person_id]
        tell(people=others[:5], kind="process.asked", link=f"{locked.process.get_absolute_url()}utkast/", at=at)
    return locked


def publishers(drawing: Drawing, at: datetime) -> list[Person]:
    """Who may publish it, nearest first."""
    return holders(Duty.PUBLISH_PROCESSES, drawing.process.unit.path or "", at=at)


def take_back(drawing: Drawing, *, actor: Actor, at: datetime) -> Drawing:
    return _to_draft(drawing, "take-back", "process.taken-back", "", actor, at)


def send_back(drawing: Drawing, *, reason: str, actor: Actor, at: datetime) -> Drawing:
    """Those who publish say what must change first. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Skriv vad som behöver ändras."))
    return _to_draft(drawing, "send-back", "process.sent-back", reason, actor, at)


def _to_draft(drawing: Drawing, step: str, verb: str, answer: str, actor: Actor, at: datetime) -> Drawing:
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        step_for(locked, step, actor=actor)
        locked.state, locked.answer = DrawnState.DRAFT, answer
        locked.save(update_fields=["state", "answer"])
        event(verb, locked.process, actor=actor, at=at, values={"number": locked.number, "reason": answer})
        if answer and locked.asked_by_id and locked.asked_by_id != actor.person_id:
            people = Person.objects.filter(pk=locked.asked_by_id, is_active=True)
            tell(people=people, kind="process.answered", link=f"{locked.process.get_absolute_url()}utkast/", at=at)
    return locked


def publish(drawing: Drawing, *, actor: Actor, at: datetime) -> Drawing:
    """The version holds from today, with our own drawing of it; the one before is replaced. Raises Refused."""
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        step_for(locked, "publish", actor=actor)
        process, day = locked.process, local_date(at)
        process.drawings.filter(state=DrawnState.PUBLISHED).update(state=DrawnState.REPLACED, ended_on=day)
        with override("sv"):  # kept for all who read it, as the steps are written
            locked.svg = svg_of(locked, link=process.step_url)
        locked.state, locked.published_by_id, locked.published_on = DrawnState.PUBLISHED, actor.person_id, day
        locked.editing_by, locked.editing_at = None, None
        locked.save()
        process.current, process.version = locked, process.version + 1
        process.review_on = add_months_unrolled(day, process.review_months)
        process.search_text = process.words(" ".join(_texts(locked)))
        process.save(update_fields=["current", "version", "review_on", "search_text"])
        event("process.published", process, actor=actor, at=at, values={"number": locked.number})
        done(locked, kind="process.changed", link=process.get_absolute_url(), at=at)
        if locked.asked_by_id and locked.asked_by_id != actor.person_id:
            people = Person.objects.filter(pk=locked.asked_by_id, is_active=True)
            tell(people=people, kind="process.published", link=process.get_absolute_url(), at=at)
    return locked


def svg_of(drawing: Drawing, elements: list[Element] | None = None, **how: Any) -> str:
    """Our own drawing of a version, each step with its number in the table. `elements`: its steps, where they are known
    already. `how` goes on to bpmn.drawing.draw."""
    elements = list(drawing.elements.all()) if elements is None else elements
    names = [element.name for element in elements if element.name]
    numbers = {element.code: element.place for element in elements}
    told = _("Processen i bild. Stegen, i ordning: %(names)s.") % {"names": ", ".join(names[:60])}
    return draw(diagram_of(drawing), title=drawing.process.name, description=told, numbers=numbers, **how)


def drop(drawing: Drawing, *, actor: Actor, at: datetime) -> None:
    """The draft is thrown away; it stays in the history. Requests that were to become it wait again. Raises Refused."""
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        step_for(locked, "drop", actor=actor)
        locked.state, locked.ended_on, locked.editing_by = DrawnState.DROPPED, local_date(at), None
        locked.save(update_fields=["state", "ended_on", "editing_by"])
        wait_again(locked)
        event("process.dropped", locked.process, actor=actor, at=at, values={"number": locked.number})


def withdraw(drawing: Drawing, *, reason: str, actor: Actor, at: datetime) -> None:
    """The process ends today. What once held can still be read. Raises Refused."""
    if not reason.strip():
        raise Refused(_("Skriv varför processen upphör."))
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        step_for(locked, "withdraw", actor=actor)
        process, day = locked.process, local_date(at)
        locked.state, locked.ended_on = DrawnState.WITHDRAWN, day
        locked.save(update_fields=["state", "ended_on"])
        process.withdrawn_on, process.withdrawn_for, process.version = day, reason, process.version + 1
        process.save(update_fields=["withdrawn_on", "withdrawn_for", "version"])
        event("process.withdrawn", process, actor=actor, at=at, values={"reason": reason})
