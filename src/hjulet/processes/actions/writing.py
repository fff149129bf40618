"""Beginning a process or its next version, and drawing in it: as a file, as a drawing, or step by step in the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.codes import free_code
from hjulet.core.flow import Refused, Stale
from hjulet.documents.actions.writing import pen_is_taken
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit
from hjulet.processes.actions.common import (
    diagram_of,
    event,
    lock,
    lock_drawing,
    refuse_closed,
    refuse_stranger,
    store,
)
from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.layout import complete
from hjulet.processes.bpmn.model import Diagram, Next, Row, Unreadable
from hjulet.processes.bpmn.reading import read, refuse_large
from hjulet.processes.bpmn.remarks import carry_over
from hjulet.processes.bpmn.writing import write
from hjulet.processes.choices import Level, LinkKind
from hjulet.processes.models import RESERVED, Drawing, ElementLink, Process


@dataclass(frozen=True)
class ProcessFacts:
    """What is true of a process whatever its version. `laws` are codes of the law register."""

    name: str
    unit: Unit
    level: str = Level.OPERATING
    purpose: str = ""
    owner: Person | None = None
    owner_role: str = ""
    tracks: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    review_months: int = 12
    for_providers: bool = True

    def values(self) -> dict[str, Any]:
        plain = dict(vars(self))
        return plain | {name: list(plain[name]) for name in ("tracks", "laws")}


def create(
    facts: ProcessFacts, *, diagram: Diagram | None = None, code: str = "", actor: Actor, at: datetime
) -> Process:
    """A new process with its first draft: a file's drawing, else a start, one step and an end. Raises Refused."""
    if not actor.holds_at(Duty.WRITE_DOCUMENTS, facts.unit.path or ""):
        raise Refused(_("Du får inte skriva processer för den enheten. Välj en enhet som du ansvarar för."))
    with transaction.atomic():
        process = Process(principal_id=actor.principal_id, **facts.values())
        process.code = code or code_for(facts.name, actor.principal_id)
        process.search_text = process.words("")
        process.save(force_insert=True)
        _first(process, diagram or blank(facts.name), actor, at)
        event("process.created", process, actor=actor, at=at, values=_told(facts.values()))
    return process


def blank(name: str) -> Diagram:
    """A process to begin in: start, a step without a name, end."""
    steps = (
        Row("start", 1, "startEvent", _("Start"), lane=_("Utförs av"), next=(Next("flode_1", "", "steg_1"),)),
        Row("steg_1", 2, "task", "", lane=_("Utförs av"), next=(Next("flode_2", "", "slut"),)),
        Row("slut", 3, "endEvent", _("Slut"), lane=_("Utförs av")),
    )
    return build(name, steps, "process")


def _first(process: Process, diagram: Diagram, actor: Actor, at: datetime) -> Drawing:
    made = _new(process, 1, actor, at)
    complete(diagram)
    store(made, diagram)
    return made


def _new(process: Process, number: int, actor: Actor, at: datetime) -> Drawing:
    return Drawing(process=process, number=number, created_by_id=actor.person_id, created_at=at, saved_at=at)


def begin_version(process: Process, *, actor: Actor, at: datetime) -> Drawing:
    """The next version as a draft, begun from the published one; or the draft there is. Raises Refused."""
    with transaction.atomic():
        locked = lock(process, actor)
        refuse_stranger(locked, actor)
        if locked.withdrawn_on is not None:
            raise Refused(_("Processen är upphävd. Gör en ny i stället."))
        under_way = locked.drawings.filter(state__in=("draft", "asked")).first()
        if under_way is not None:
            under_way.process = locked
            return under_way
        last = locked.drawings.aggregate(n=Max("number"))["n"] or 0
        made = _new(locked, last + 1, actor, at)
        store(made, diagram_of(locked.current) if locked.current else blank(locked.name))
        event("process.begun", locked, actor=actor, at=at, values={"number": made.number})
    return made


def take_pen(drawing: Drawing, *, force: bool = False, actor: Actor, at: datetime) -> Drawing:
    """The actor begins to draw; others see it. Raises Refused while someone else draws, unless `force`."""
    with transaction.atomic():
        locked = lock_drawing(drawing, actor)
        refuse_stranger(locked.process, actor)
        if not force and pen_is_taken(locked, actor, at):
            raise Refused(_("%(name)s ritar i processen just nu.") % {"name": locked.editing_by})
        locked.editing_by_id, locked.editing_at = actor.person_id, at
        locked.save(update_fields=["editing_by", "editing_at"])
    return locked


def lay_down_pen(drawing: Drawing, *, actor: Actor) -> None:
    Drawing.objects.filter(pk=drawing.pk, editing_by_id=actor.person_id).update(editing_by=None, editing_at=None)


def save_file(
    drawing: Drawing, data: bytes, *, revision: int | None, drawn: bool = False, actor: Actor, at: datetime
) -> Drawing:
    """The draft becomes this BPMN file. `revision` is the one that was shown; None: whatever stands there. `drawn`: it
    comes from the drawing tool, which leaves out comments and instructions; those that the draft has are kept.

    A file without a drawing gets one. Raises Refused when it cannot be read, Stale.
    """
    try:
        diagram = read(data)
    except Unreadable as problem:
        raise Refused(str(problem)) from None
    complete(diagram)
    with transaction.atomic():
        locked = _for_writing(drawing, None, actor)
        if drawn:
            _with_remarks(diagram, locked)
        if locked.xml == write(diagram).decode():
            return locked  # what was sent had arrived, though its answer had not
        _refuse_older(locked, revision)
        _keep(locked, diagram, actor, at)
    return locked


def _with_remarks(diagram: Diagram, drawing: Drawing) -> None:
    if carry_over(diagram, diagram_of(drawing)):
        try:
            refuse_large(write(diagram))
        except Unreadable as problem:
            raise Refused(str(problem)) from None


def edit(
    drawing: Drawing, change: Callable[[Diagram], object], *, revision: int, actor: Actor, at: datetime
) -> Drawing:
    """Changes the draft through its table of steps; the drawing follows. Raises Refused, Stale."""
    with transaction.atomic():
        locked = _for_writing(drawing, revision, actor)
        diagram = diagram_of(locked)
        try:
            change(diagram)
        except ValueError as problem:
            raise Refused(str(problem)) from None
        complete(diagram)
        _keep(locked, diagram, actor, at)
    return locked


def save_changes(drawing: Drawing, text: str, *, actor: Actor, at: datetime) -> Drawing:
    """Keeps what the version says is new. Raises Refused."""
    with transaction.atomic():
        locked = _for_writing(drawing, None, actor)
        locked.changes, locked.saved_at = text, at
        locked.save(update_fields=["changes", "saved_at"])
    return locked


def _for_writing(drawing: Drawing, revision: int | None, actor: Actor) -> Drawing:
    locked = lock_drawing(drawing, actor)
    refuse_stranger(locked.process, actor)
    refuse_closed(locked)
    _refuse_older(locked, revision)
    return locked


def _refuse_older(drawing: Drawing, revision: int | None) -> None:
    if revision is not None and revision != drawing.revision:
        raise Stale(_("Någon annan har ändrat processen sedan du öppnade den. Läs den igen innan du går vidare."))


def _keep(drawing: Drawing, diagram: Diagram, actor: Actor, at: datetime) -> None:
    before = drawing.xml
    drawing.revision, drawing.saved_at = drawing.revision + 1, at
    drawing.editing_by_id, drawing.editing_at = actor.person_id, at
    store(drawing, diagram)
    if drawing.xml != before:
        event("process.drawn", drawing.process, actor=actor, at=at, values={"revision": drawing.revision})


def change_facts(
    process: Process, facts: ProcessFacts, *, seen: int | None = None, actor: Actor, at: datetime
) -> Process:
    """Changes what is true of it whatever its version. Raises Refused, Stale."""
    with transaction.atomic():
        locked = lock(process, actor, seen)
        refuse_stranger(locked, actor)
        new = facts.values()
        changed = {name: [_plain(getattr(locked, name)), _plain(value)] for name, value in new.items()}
        changed = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
        if not changed:
            return locked
        for name, value in new.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.search_text = locked.words(" ".join(_texts(locked.current)))
        locked.save()
        event("process.facts", locked, actor=actor, at=at, values=changed)
    return locked


def hang(process: Process, element: str, wanted: dict[LinkKind, list[str]], *, actor: Actor, at: datetime) -> None:
    """Says which documents, provisions and services belong to a step; it holds at once. Raises Refused."""
    with transaction.atomic():
        locked = lock(process, actor)
        refuse_stranger(locked, actor)
        there = {(str(row.kind), row.code): row for row in locked.links.filter(element=element)}
        asked = {(str(kind), code) for kind, codes in wanted.items() for code in codes}
        for key, row in there.items():
            if key not in asked:
                row.delete()
        ElementLink.objects.bulk_create(
            ElementLink(process=locked, element=element, kind=kind, code=code)
            for kind, code in sorted(asked - there.keys())
        )
        if asked != set(there):
            told = {"step": element, "hangs": [sorted(code for _k, code in there), sorted(code for _k, code in asked)]}
            event("process.hung", locked, actor=actor, at=at, values=told)


def code_for(name: str, principal_id: int) -> str:
    return free_code(name, Process.objects.filter(principal_id=principal_id), otherwise="process", reserved=RESERVED)


def _texts(drawing: Drawing | None) -> list[str]:
    if drawing is None:
        return []
    rows = drawing.elements.values_list("name", "lane", "purpose", "documented")
    return [text for row in rows for text in row if text]


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    return value.pk if hasattr(value, "pk") else value
