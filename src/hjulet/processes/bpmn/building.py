"""A new BPMN file from a table of steps: a pool, a lane for everyone in it, the flow, and a drawing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from lxml import etree

from hjulet.processes.bpmn.changes import Work, clean, set_or_drop
from hjulet.processes.bpmn.elements import SUB_PROCESSES, Element, family, is_activity, tag
from hjulet.processes.bpmn.layout import lay_out
from hjulet.processes.bpmn.model import BPMN, BPMNDI, DC, DI, NODE_TYPES, OWN, OWN_FACTS, Diagram, Row
from hjulet.processes.bpmn.signs import EVENTS

_NAMESPACES = {"bpmn": BPMN, "bpmndi": BPMNDI, "dc": DC, "di": DI, "hjulet": OWN}


def build(name: str, rows: Sequence[Row], process_id: str) -> Diagram:
    """The document that says what the rows say, laid out. `process_id`: an XML name, the id of the process.

    Lanes come in the order they are first named. A row's `inside` puts it in that sub-process; `beside` tells what an
    event waits for and which step it hangs on. Flows to steps that are not among the rows are left out. Raises
    ValueError, in Swedish, for what BPMN cannot say.
    """
    root = etree.Element(tag("definitions"), nsmap=_NAMESPACES)
    root.set("id", f"{process_id}_document")
    root.set("targetNamespace", OWN)
    process = _frame(root, clean(name), process_id, rows)
    held = _held(rows)
    _fill(process, "", "", held)
    diagram = Diagram(etree.ElementTree(root))
    _flows(Work(diagram), rows)
    etree.indent(root, space="  ")
    lay_out(diagram)
    return diagram


def _frame(root: Element, name: str, own: str, rows: Sequence[Row]) -> Element:
    """The pool bears the process' name unless there are steps without a lane, which it would seem to do."""
    collaboration = etree.SubElement(root, tag("collaboration"))
    collaboration.set("id", f"{own}_collaboration")
    pool = etree.SubElement(collaboration, tag("participant"))
    pool.set("id", f"{own}_pool")
    if all(row.lane for row in rows):
        set_or_drop(pool, "name", name)
    pool.set("processRef", own)
    process = etree.SubElement(root, tag("process"))
    process.set("id", own)
    set_or_drop(process, "name", name)
    process.set("isExecutable", "false")
    return process


def _held(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows by what holds them. What would stand in something that is no sub-process stands in the process."""
    held: dict[str, list[Row]] = {}
    holders = {row.id for row in rows if row.type in SUB_PROCESSES}
    for row in rows:
        held.setdefault(row.inside if row.inside in holders else "", []).append(row)
    return held


def _fill(container: Element, own: str, lane: str, held: dict[str, list[Row]]) -> None:
    """Lanes, then steps. `lane`: who does what no lane in here says."""
    rows = held.get(own, [])
    _lanes(container, own or container.get("id"), [row for row in rows if row.lane and row.lane != lane])
    for row in rows:
        step = _step(container, row, rows)
        if row.id in held:
            _fill(step, row.id, row.lane or lane, held)


def _lanes(container: Element, own: str, rows: Sequence[Row]) -> None:
    names = list(dict.fromkeys(clean(row.lane) for row in rows))
    if not names:
        return
    lanes = etree.SubElement(container, tag("laneSet"))
    lanes.set("id", f"{own}_lanes")
    for at, name in enumerate(names, 1):
        lane = etree.SubElement(lanes, tag("lane"))
        lane.set("id", f"{own}_lane_{at}")
        lane.set("name", name)
        for row in rows:
            if clean(row.lane) == name:
                reference: Element = etree.SubElement(lane, tag("flowNodeRef"))
                reference.text = row.id


def _step(container: Element, row: Row, rows: Sequence[Row]) -> Element:
    if row.type not in NODE_TYPES:
        raise ValueError(_("”%(type)s” är ingen typ av steg.") % {"type": row.type})
    step = etree.SubElement(container, tag(row.type))
    step.set("id", row.id)
    set_or_drop(step, "name", clean(row.name))
    for fact in OWN_FACTS:
        set_or_drop(step, tag(fact, OWN), clean(getattr(row, fact)))
    if row.type == "boundaryEvent":
        step.set("attachedToRef", _host(row, rows))
    if family(row.type) == "event":
        _signs(step, row)
    return step


def _host(row: Row, rows: Sequence[Row]) -> str:
    """The step that an event hangs on: as it says itself, else the nearest before it."""
    told = [one.other for one in row.beside if one.kind == "on"]
    steps = [other.id for other in rows if is_activity(other.type)]
    before = [other.id for other in rows[: rows.index(row)] if is_activity(other.type)]
    found = [own for own in told if own in steps] or before[-1:]
    if not found:
        raise ValueError(_("Händelsen ”%(name)s” måste höra till ett steg.") % {"name": row.name})
    return found[0]


def _signs(step: Element, row: Row) -> None:
    for one in row.beside:
        name = f"{one.text}EventDefinition"
        if one.kind == "sign" and name in EVENTS:
            definition = etree.SubElement(step, tag(name))
            if one.text == "link":
                definition.set("name", clean(row.name))
            if one.text == "conditional":
                etree.SubElement(definition, tag("condition"))


def _flows(work: Work, rows: Sequence[Row]) -> None:
    taken = set(work.found.by_id)
    for row in rows:
        for one in row.next:
            if one.target in work.found.nodes:
                flow = work.add_flow(row.id, one.target, one.label)
                if one.flow and one.flow not in taken:
                    work.call(flow, one.flow)
                    taken.add(one.flow)
