"""An employee asks for a change to a process and is answered (DOC-6), as with documents."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.documents.actions.answering import Desk
from hjulet.documents.rights import those_who_answer
from hjulet.notify.actions import tell
from hjulet.processes.actions.common import event, lock, refuse_stranger
from hjulet.processes.actions.writing import begin_version
from hjulet.processes.choices import DrawnState
from hjulet.processes.models import Drawing, Process, ProcessRequest


def ask_change(process: Process, *, text: str, element: str = "", actor: Actor, at: datetime) -> ProcessRequest:
    """Keeps what someone wants changed, in a step if `element` is its code, and tells who answers. Raises Refused."""
    if process.current is None or process.withdrawn_on is not None:
        raise Refused(_("Processen gäller inte längre, så det går inte att ändra."))
    step = process.current.elements.filter(code=element).first() if element else None
    if element and step is None:
        raise Refused(_("Steget finns inte i den version som gäller. Välj steg igen."))
    about = str(step)[:300] if step else ""
    with transaction.atomic():
        made = ProcessRequest.objects.create(
            process=process,
            element=element,
            read_id=process.current_id,
            person_id=actor.person_id,
            asked_at=at,
            about=about,
            text=text,
        )
        event("process.change-asked", process, actor=actor, at=at, values={"step": element, "text": text})
        people = [person for person in those_who_answer(process, at) if person.pk != actor.person_id]
        tell(people=people, kind="process.request", link=_link(made), at=at)
    return made


def draft_to_add_to(process: Process, *, actor: Actor, at: datetime) -> Drawing:
    """The draft that something asked for is to become part of: the one there is, else the next version begun.

    Raises Refused when it waits for approval.
    """
    drawing = begin_version(process, actor=actor, at=at)
    if drawing.state == DrawnState.ASKED:
        said = _("Version %(n)s väntar på godkännande. Ta tillbaka den till utkast först, eller vänta på svaret.")
        raise Refused(said % {"n": drawing.number})
    return drawing


def _hold(asked: ProcessRequest, actor: Actor) -> Process:
    process = lock(asked.process, actor)
    refuse_stranger(process, actor)
    return process


def _link(asked: ProcessRequest) -> str:
    return f"/processer/onskemal/{asked.pk}/"


desk: Desk[ProcessRequest, Process, Drawing] = Desk(
    "process", "process.request-answered", hold=_hold, draft=draft_to_add_to, event=event, link=_link
)
accept_request, decline_request = desk.accept, desk.decline
