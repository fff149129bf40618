"""What every verb on a process does: locks it, asks the table of steps, writes its event, stores what was drawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Missing, Offer, Refused, Stale, Step
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows
from hjulet.processes.bpmn.writing import write
from hjulet.processes.choices import DrawnState
from hjulet.processes.flows import DRAWING, PUBLISHER, WRITER
from hjulet.processes.models import Drawing, Element, Process
from hjulet.processes.rights import may_publish, may_write


def event(
    verb: str, process: Process, *, actor: Actor | None, at: datetime, values: dict[str, Any] | None = None
) -> None:
    about, where = ("process", process.pk), {"principal_id": process.principal_id, "unit_id": process.unit_id}
    record(verb, actor=actor, at=at, about=about, values=values or {}, **where)


def lock(process: Process, actor: Actor, seen: int | None = None) -> Process:
    """The process's row, held until the transaction ends. Raises Stale when it is not the one that was shown."""
    rows_seen = Process.objects.seen_by(actor).select_for_update(of=("self",)).select_related("unit")
    locked = rows_seen.get(pk=process.pk)
    if seen is not None and seen != locked.version:
        raise Stale(_("Någon annan har ändrat processen sedan du öppnade sidan. Läs den igen innan du går vidare."))
    return locked


def lock_drawing(drawing: Drawing, actor: Actor) -> Drawing:
    """The version with its process, both held; in that order, so that nobody waits for each other."""
    process = lock(drawing.process, actor)
    locked = Drawing.objects.select_for_update(of=("self",)).get(pk=drawing.pk)
    locked.process = process
    return locked


def refuse_stranger(process: Process, actor: Actor) -> None:
    if not may_write(process, actor):
        raise Refused(_("Det är bara de som skriver processen som kan göra det här."))


def refuse_closed(drawing: Drawing) -> None:
    if drawing.state != DrawnState.DRAFT:
        raise Refused(_("Det går bara att ändra i ett utkast. Ta tillbaka det från godkännandet först."))


def diagram_of(drawing: Drawing) -> Diagram:
    return read(drawing.xml.encode())


def store(drawing: Drawing, diagram: Diagram) -> None:
    """Keeps the file, and the steps read out of it."""
    found = rows(diagram)
    drawing.xml, drawing.warnings = write(diagram).decode(), diagram.warnings
    drawing.save()
    drawing.elements.all().delete()
    Element.objects.bulk_create(
        Element(
            drawing=drawing,
            code=row.id,
            next=[vars(one) for one in row.next],
            beside=[vars(one) for one in row.beside],
            stage=row.stage[:12],
            role=row.role[:60],
            **{name: getattr(row, name) for name in ("place", "type", "name", "lane", "inside")},
            **{name: getattr(row, name) for name in ("purpose", "documented")},
        )
        for row in found
    )


def step_for(drawing: Drawing, name: str, *, actor: Actor) -> Step:
    """The step, if the actor may take it now. Raises Refused with the reason."""
    return DRAWING.taken(name, drawing.state, _held(drawing, actor), lambda step: _missing(step, drawing))


def offers(drawing: Drawing, *, actor: Actor) -> list[Offer]:
    """The steps that the actor may take from where the version is, each with what is missing."""
    return DRAWING.offers(drawing.state, _held(drawing, actor), lambda step: _missing(step, drawing))


def _held(drawing: Drawing, actor: Actor) -> frozenset[str]:
    held = {WRITER} if may_write(drawing.process, actor) else set()
    return frozenset(held | ({PUBLISHER} if may_publish(drawing.process, actor) else set()))


def _missing(step: Step, drawing: Drawing) -> list[Missing]:
    return [missing for need in step.needs for missing in need(drawing)]
