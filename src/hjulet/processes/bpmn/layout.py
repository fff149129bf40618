"""Draws up the whole picture of a BPMN file: pools above each other, lanes across, the flow from left to right."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from hjulet.processes.bpmn.completing import add_missing, holders, missing
from hjulet.processes.bpmn.elements import Element, Index, bare, family, index, kind, name_of, tag, words
from hjulet.processes.bpmn.interchange import SHAPE, Box, Pen, around, box_of, by_element
from hjulet.processes.bpmn.lengths import Laid
from hjulet.processes.bpmn.lines import connect, halfway, straight
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.parts import (
    HEAD,
    LANE_NAME,
    Stock,
    lane_boxes,
    lane_depth,
    lane_leaves,
    lay_out_container,
    outside,
    stock,
)

_POOL_GAP = 46.0
_EMPTY_POOL = 60.0
_LEFT, _TOP = 20.0, 20.0


def needs_layout(diagram: Diagram) -> bool:
    """Whether the file has no picture, or steps that it leaves out without standing in a closed sub-process."""
    return bool(missing(index(diagram)))


def complete(diagram: Diagram) -> None:
    """Gives a place to what lacks one, and leaves the rest where it stands. Without a picture, draws a whole one."""
    placed = any(box_of(shape) is not None for shape in diagram.tree.getroot().iter(SHAPE))
    if placed:
        add_missing(diagram)
    else:
        lay_out(diagram)


def lay_out(diagram: Diagram) -> None:
    """Makes the whole picture anew; one picture, with sub-processes drawn open."""
    found = index(diagram)
    old = {own: box for own, shape in by_element(found.root, SHAPE).items() if (box := box_of(shape))}
    picture = _picture(found, old)
    _keep_strangers(found, picture, old)
    _draw_links(found, picture)
    _write(found, picture)


@dataclass
class _Picture(Laid):
    pools: dict[str, Box] = field(default_factory=dict)


# Pools and lanes ----------------------------------------------------------------------------------------------------


def _strips(found: Index) -> Iterator[tuple[Element | None, Element | None]]:
    """Pools with their processes as the collaboration names them, then processes without a pool."""
    shown: set[str] = set()
    for pool in found.participants.values():
        process = found.containers.get(bare(pool.get("processRef")))
        if process is not None and process.get("id") in shown:
            process = None
        if process is not None:
            shown.add(process.get("id"))
        yield pool, process
    for process in found.processes():
        if process.get("id") not in shown and (found.inside(process) or lane_leaves(found, process)):
            yield None, process


def _picture(found: Index, old: dict[str, Box]) -> _Picture:
    held = stock(found)
    picture = _Picture()
    laid = [(pool, process, _content(held, process), _margin(found, pool, process)) for pool, process in _strips(found)]
    wide = max((left + content.width for _pool, _process, content, left in laid), default=0.0)
    y = _TOP
    for pool, process, content, left in laid:
        high = max(content.height, _EMPTY_POOL)
        picture.add(content, _LEFT + left, y)
        if pool is not None:
            picture.pools[pool.get("id")] = Box(_LEFT, y, wide, high)
        if process is not None and content.bands:
            x = _LEFT + (HEAD if pool is not None else 0)
            picture.lanes |= lane_boxes(found, process, content.bands, Box(x, y, _LEFT + wide - x, high))
        y += high + _POOL_GAP
    _frame_groups(held, picture, old)
    return picture


def _content(held: Stock, process: Element | None) -> Laid:
    return lay_out_container(held, process) if process is not None else Laid()


def _margin(found: Index, pool: Element | None, process: Element | None) -> float:
    """The room left of the content: for the pool's name, and the lanes'."""
    leaves = lane_leaves(found, process) if process is not None else []
    if not leaves:
        return 0.0 if pool is None else LANE_NAME if name_of(pool) else HEAD
    return (HEAD if pool is not None else 0.0) + HEAD * lane_depth(found, process) + LANE_NAME


def _frame_groups(held: Stock, picture: _Picture, old: dict[str, Box]) -> None:
    """A group is drawn round the steps of its category, those that stood in it, or what is tied to it; else below."""
    found = held.index
    for own, group in found.artifacts.items():
        if kind(group) != "group":
            continue
        category, was = bare(group.get("categoryValueRef")), old.get(own)
        of_category = [node for node, element in found.nodes.items() if category and category in _categories(element)]
        stood = [node for node in found.nodes if was and node in old and was.holds(old[node].middle)]
        members = of_category or stood or [held.anchors.get(own, "")]
        held_boxes = [where[node] for node in members for where in (picture.boxes, picture.labels) if node in where]
        frame = around(held_boxes)
        if frame:
            picture.boxes[own] = Box(frame.x - 12, frame.y - 20, frame.width + 24, frame.height + 32)


def _categories(node: Element) -> set[str]:
    return {bare(words(reference)) for reference in node.findall(tag("categoryValueRef"))}


# What is tied to what -----------------------------------------------------------------------------------------------


def _keep_strangers(found: Index, picture: _Picture, old: dict[str, Box]) -> None:
    """What had a place and is none of what is laid out here gets a new place below, in its old size."""
    known = {**found.nodes, **found.participants, **picture.boxes, **picture.lanes, **found.containers}
    lanes = {lane.get("id") for lane in found.root.iter(tag("lane"))}
    x = _LEFT
    everything = [*picture.pools.values(), *picture.boxes.values()]
    y = max((box.bottom for box in everything), default=0.0) + _POOL_GAP
    for own, box in old.items():
        if own in found.by_id and own not in known and own not in lanes:
            picture.boxes[own] = Box(x, y, box.width, box.height)
            x += box.width + _POOL_GAP


def _draw_links(found: Index, picture: _Picture) -> None:
    """Messages round the shapes, associations straight, and flows that run from one container to another."""
    boxes = {**picture.pools, **picture.boxes}
    solid = {own: box for own, box in picture.boxes.items() if own in found.nodes}
    crossing = {own: flow for own, flow in found.flows.items() if own not in picture.lines}
    shared = _shared_edges(found, picture)
    for own, flow in {**found.messages, **crossing}.items():
        start, end = found.ends(flow)
        if start in boxes and end in boxes:
            source, target = _ends_in_pools(start, end, picture)
            source, target = _slice(source, own, shared.get(start, [])), _slice(target, own, shared.get(end, []))
            free = {start, end, *holders(found, start), *holders(found, end)}
            others = [box for one, box in solid.items() if one not in free]
            picture.lines[own] = connect(source, target, others, upright=own in found.messages)
            _name_line(flow, own, picture)
    for own, link in [*found.links.items(), *_other_links(found)]:
        start, end = found.ends(link)
        ends = [_end_of(found, picture, boxes, one) for one in (start, end)]
        if ends[0] and ends[1]:
            picture.lines[own] = straight(ends[0], ends[1])


def _shared_edges(found: Index, picture: _Picture) -> dict[str, list[str]]:
    """The messages of each step that has several, in the order of their other ends from the left."""
    shared: dict[str, list[tuple[float, str]]] = {}
    for own, flow in found.messages.items():
        for one, other in (found.ends(flow), found.ends(flow)[::-1]):
            if one in found.nodes and family(kind(found.nodes[one])) not in ("event", "gateway"):
                box = picture.boxes.get(other)
                shared.setdefault(one, []).append((box.middle.x if box else 0.0, own))
    return {own: [message for _x, message in sorted(several)] for own, several in shared.items()}


def _slice(box: Box, own: str, shared: list[str]) -> Box:
    """The part of a box's width that one of its messages has to itself."""
    if len(shared) < 2 or own not in shared:
        return box
    wide = box.width / len(shared)
    return Box(box.x + shared.index(own) * wide, box.y, wide, box.height)


def _other_links(found: Index) -> list[tuple[str, Element]]:
    links = [element for element in found.root.iter(tag("conversationLink")) if element.get("id")]
    return [(element.get("id"), element) for element in links]


def _end_of(found: Index, picture: _Picture, boxes: dict[str, Box], own: str) -> Box | None:
    if own in picture.lines and own in found.flows:
        middle = halfway(picture.lines[own])
        return Box(middle.x, middle.y, 0, 0)
    return boxes.get(own)


def _ends_in_pools(start: str, end: str, picture: _Picture) -> tuple[Box, Box]:
    """A message to a whole pool runs straight to its border, at the other end's place."""
    source = picture.boxes.get(start) or picture.pools[start]
    target = picture.boxes.get(end) or picture.pools[end]
    if start in picture.pools and end in picture.boxes:
        source = Box(target.x, source.y, target.width, source.height)
    elif end in picture.pools and start in picture.boxes:
        target = Box(source.x, target.y, source.width, target.height)
    return source, target


def _name_line(flow: Element, own: str, picture: _Picture) -> None:
    name = outside((flow.get("name") or "").strip())
    if name and name.lines:
        at = halfway(picture.lines[own])
        picture.labels[own] = Box(at.x + 6, at.y - name.height / 2, name.width, name.height)


# Into the file ------------------------------------------------------------------------------------------------------


def _write(found: Index, picture: _Picture) -> None:
    pen = Pen(found.root)
    pen.start_over()
    _point_plane(found, pen)
    for own, box in {**picture.pools, **picture.lanes}.items():
        pen.shape(own, box, isHorizontal="true")
    for own, box in picture.boxes.items():
        pen.shape(own, box, picture.labels.get(own), **_facts(found, own))
    for own, line in picture.lines.items():
        pen.edge(own, line, picture.labels.get(own))
    pen.indent()


def _point_plane(found: Index, pen: Pen) -> None:
    """The plane draws the collaboration if there is one, else the process."""
    collaboration = found.root.find(tag("collaboration"))
    whole = collaboration if collaboration is not None else next(iter(found.processes()), None)
    if whole is not None and whole.get("id"):
        pen.plane.set("bpmnElement", whole.get("id"))


def _facts(found: Index, own: str) -> dict[str, str]:
    node = found.nodes.get(own)
    if node is None:
        return {}
    if family(kind(node)) == "sub":
        return {"isExpanded": "true" if found.inside(node) else "false"}
    return {"isMarkerVisible": "true"} if kind(node) == "exclusiveGateway" else {}
