"""Who does what: lanes put in, renamed and taken away, and steps moved between them."""

from __future__ import annotations

from django.utils.translation import gettext as _
from lxml import etree

from hjulet.processes.bpmn.changes import Work, clean, put_after, put_before, put_last, same
from hjulet.processes.bpmn.elements import Element, bare, kind, name_of, tag, words
from hjulet.processes.bpmn.interchange import SHAPE, Box, box_of, by_element, drop, planes, points_at, put_box
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.steps import rows

_BEFORE_LANES = (
    "documentation",
    "extensionElements",
    "supportedInterfaceRef",
    "ioSpecification",
    "ioBinding",
    "auditing",
    "monitoring",
    "property",
    "categoryValueRef",
    "incoming",
    "outgoing",
    "dataInputAssociation",
    "dataOutputAssociation",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
)
_TAIL_OF_PROCESS = ("resourceRole", "performer", "humanPerformer", "potentialOwner")


def set_lane(diagram: Diagram, own: str, lane: str) -> None:
    """Lets another role do a step. A lane that is missing is made, with its pool; empty: no lane."""
    work = Work(diagram)
    put_in_lane(work, own, lane)


def put_in_lane(work: Work, own: str, lane: str) -> None:
    node, wanted = work.node(own), clean(lane)
    container = work.found.held_by(node)
    assert container is not None  # a step is one by standing in a container
    named = _lane_named(work, container, wanted)
    if named is None and same(wanted, _without_lane(work, container)):
        wanted = ""
    now = _lanes_with(work, container, own)
    if (named is not None and now[-1:] == [named]) or (not wanted and not now):
        return
    for reference in [one for old in now for one in old.findall(tag("flowNodeRef")) if bare(words(one)) == own]:
        drop(reference)
    if wanted:
        _refer(named if named is not None else _new_lane(work, container, wanted), own)
    work.redraw(own)


def add_lane(diagram: Diagram, name: str) -> str:
    """A new lane, last in the first process. Raises ValueError, in Swedish, if there is one with that name."""
    work, wanted = Work(diagram), clean(name)
    _check_name(work, wanted)
    return str(_new_lane(work, main_process(work), wanted).get("id"))


def rename_lane(diagram: Diagram, old: str, new: str) -> None:
    """Gives a lane, else a pool, another name. Raises ValueError, in Swedish, if the name is taken or missing."""
    work, wanted = Work(diagram), clean(new)
    if same(wanted, old):
        return
    _check_name(work, wanted)
    lanes = [lane for lane in work.root.iter(tag("lane")) if same(name_of(lane), old)]
    found = lanes or [pool for pool in work.found.participants.values() if same(name_of(pool), old)]
    if not found:
        raise ValueError(_no_lane(old))
    for lane in found:
        lane.set("name", wanted)


def remove_lane(diagram: Diagram, name: str) -> None:
    """Takes an empty lane away. Raises ValueError, in Swedish, if someone still does a step there."""
    work = Work(diagram)
    lanes = [lane for lane in work.root.iter(tag("lane")) if same(name_of(lane), name)]
    if not lanes:
        raise ValueError(_no_lane(name))
    if any(same(row.lane, name) for row in rows(diagram)):
        raise ValueError(_("Det finns steg i ”%(lane)s”. Låt någon annan göra dem först.") % {"lane": name})
    for lane in lanes:
        _drop_lane(work, lane)


def _no_lane(name: str) -> str:
    return _("Det finns ingen bana som heter ”%(lane)s”.") % {"lane": name}


def _check_name(work: Work, name: str) -> None:
    if not name:
        raise ValueError(_("Skriv vem som gör steget, till exempel Sjuksköterska."))
    if any(same(name_of(lane), name) for lane in work.root.iter(tag("lane"))):
        raise ValueError(_("Det finns redan en bana som heter ”%(lane)s”.") % {"lane": name})


def _without_lane(work: Work, container: Element) -> str:
    """What the step table says of a step without a lane: the pool."""
    pool = work.found.pool_of(container) if kind(container) == "process" else None
    return name_of(pool) if pool is not None else ""


def _lane_named(work: Work, container: Element, name: str) -> Element | None:
    """The innermost lane with a name."""
    named = [lane for lane in work.found.lanes(container) if name and same(name_of(lane), name)]
    return named[-1] if named else None


def _lanes_with(work: Work, container: Element, own: str) -> list[Element]:
    """The lanes that say they hold a step, the innermost last."""
    return [
        lane
        for lane in work.found.lanes(container)
        if any(bare(words(reference)) == own for reference in lane.findall(tag("flowNodeRef")))
    ]


def _refer(lane: Element, own: str) -> None:
    reference = etree.Element(tag("flowNodeRef"))
    reference.text = own
    inner = lane.find(tag("childLaneSet"))
    if inner is not None:
        put_before(inner, reference)
    else:
        put_last(lane, reference)


def _new_lane(work: Work, container: Element, name: str) -> Element:
    lanes = container.find(tag("laneSet"))
    if lanes is None:
        lanes = work.make("laneSet", "lanes")
        before = [child for child in container if _stands_before_lanes(container, child)]
        if before:
            put_after(before[-1], lanes)
        else:
            container.insert(0, lanes)
    if kind(container) == "process":
        make_pool(work, container)
    lane = work.make("lane", "lane")
    lane.set("name", name)
    put_last(lanes, lane)
    return lane


def _stands_before_lanes(container: Element, child: Element) -> bool:
    name = kind(child)
    return name in _BEFORE_LANES and not (kind(container) == "process" and name in _TAIL_OF_PROCESS)


def main_process(work: Work) -> Element:
    """The first process that a pool shows, else the first, else a new one."""
    processes = work.found.processes()
    if processes:
        return next((one for one in processes if work.found.pool_of(one) is not None), processes[0])
    process = work.make("process", "process")
    process.set("isExecutable", "false")
    diagram = next((child for child in work.root if points_out(child)), None)
    if diagram is not None:
        put_before(diagram, process)
    else:
        put_last(work.root, process)
    work.found.containers[process.get("id")] = process
    return process


def points_out(child: Element) -> bool:
    """Whether a child of the whole document stands after all processes."""
    return str(child.tag).endswith("}BPMNDiagram") or kind(child) == "relationship"


def make_pool(work: Work, process: Element) -> None:
    """Lanes are drawn in a pool. A new one has no name: a step without a lane is not done by it."""
    if work.found.pool_of(process) is not None:
        return
    if not process.get("id"):
        process.set("id", work.new_id("process"))
    collaboration = work.root.find(tag("collaboration"))
    if collaboration is None:
        collaboration = work.make("collaboration", "collaboration")
        put_before(process, collaboration)
        for plane in planes(work.root):
            if points_at(plane) == process.get("id"):
                plane.set("bpmnElement", collaboration.get("id"))
    pool = work.make("participant", "participant")
    pool.set("processRef", process.get("id"))
    earlier = [child for child in collaboration if kind(child) in ("documentation", "extensionElements", "participant")]
    if earlier:
        put_after(earlier[-1], pool)
    else:
        collaboration.insert(0, pool)
    work.found.participants[pool.get("id")] = pool


def _drop_lane(work: Work, lane: Element) -> None:
    """The lane beside it takes its room in the drawing."""
    boxes = {own: (shape, box) for own, shape in by_element(work.root, SHAPE).items() if (box := box_of(shape))}
    gone, lanes = boxes.get(lane.get("id") or ""), lane.getparent()
    if gone:
        others = [boxes[one.get("id")] for one in lanes if one is not lane and one.get("id") in boxes]
        _fill(gone[1], others)
    work.undraw([inner.get("id") for inner in lane.iter(tag("lane")) if inner.get("id")])
    drop(lane)
    if lanes.find(tag("lane")) is None:
        drop(lanes)


def _fill(gone: Box, others: list[tuple[Element, Box]]) -> None:
    for shape, box in others:
        if abs(box.x - gone.x) > 2:
            continue
        if abs(box.bottom - gone.y) < 2 or abs(gone.bottom - box.y) < 2:
            put_box(shape, Box(box.x, min(box.y, gone.y), box.width, box.height + gone.height))
            return
