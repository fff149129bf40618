"""Finds room for what a picture lacks. What has a place keeps it; only what lies below a new lane moves down."""

from __future__ import annotations

from collections.abc import Iterator

from hjulet.processes.bpmn.elements import Element, Index, bare, family, index, kind, name_of, tag, words
from hjulet.processes.bpmn.interchange import SHAPE, Box, box_of, by_element, planes, points_at, points_of
from hjulet.processes.bpmn.lines import connect, halfway, straight
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.bpmn.parts import EVENT, LANE_NAME, lay_out_container, outside, size_of, stock
from hjulet.processes.bpmn.rooms import GAP, Rooms, Sheet

_CLEAR = 14.0
_TRIES = 6


def missing(found: Index) -> list[str]:
    """The steps that have no place in the picture, though it ought to show them.

    Not counted: what stands in a closed sub-process, and a process that a file with a picture of another leaves out.
    """
    placed = {own for own, shape in by_element(found.root, SHAPE).items() if box_of(shape) is not None}
    shown = {id(found.process_of(node)) for own, node in found.nodes.items() if own in placed}
    shown |= {id(process) for process in found.processes() if _pool_placed(found, process, placed)}
    unseen = [own for own in found.nodes if own not in placed and not _hidden(found, own, placed)]
    return [own for own in unseen if not shown or id(found.process_of(found.nodes[own])) in shown]


def _pool_placed(found: Index, process: Element, placed: set[str]) -> bool:
    pool = found.pool_of(process)
    return (pool is not None and pool.get("id") in placed) or process.get("id") in {
        points_at(plane) for plane in planes(found.root)
    }


def _hidden(found: Index, own: str, placed: set[str]) -> bool:
    """Whether a sub-process that holds the step is drawn closed, that is without anything it holds."""
    holder = found.held_by(found.nodes[own])
    while holder is not None and kind(holder) != "process":
        if holder.get("id") in placed and not any(node.get("id") in placed for node in found.inside(holder)):
            return True
        holder = found.held_by(holder)
    return False


def add_missing(diagram: Diagram) -> None:
    """Gives places to steps that the picture lacks, to the pools and lanes they stand in, and to their flows.

    What another tool left out for other reasons (data, associations, hidden lanes) stays out.
    """
    found = index(diagram)
    rooms, todo = Rooms(found, stock(found)), missing(found)
    before = {own for sheet in rooms.sheets for own in sheet.boxes}
    rooms.furnish(todo)
    _Steps(rooms, todo).all()
    _edges(rooms, before)


class _Steps:
    def __init__(self, rooms: Rooms, todo: list[str]) -> None:
        self.rooms = rooms
        self.todo = todo
        self.found = rooms.found
        self.into: dict[str, list[str]] = {}
        self.out: dict[str, list[str]] = {}
        for flow in self.found.flows.values():
            source, target = self.found.ends(flow)
            self.into.setdefault(target, []).append(source)
            self.out.setdefault(source, []).append(target)
        self.lane_of = {
            bare(words(reference)): lane.get("id") or ""
            for process in self.found.processes()
            for lane in self.found.lanes(process)
            for reference in lane.findall(tag("flowNodeRef"))
        }

    def all(self) -> None:
        """Those beside steps that have places first."""
        todo = list(self.todo)
        while todo:
            own = next((own for own in todo if self._before(own)), todo[0])
            todo.remove(own)
            if self.rooms.box(own) is None:
                self._place(own, self.found.nodes[own])

    def _before(self, own: str) -> Box | None:
        """The place of a step that leads here."""
        return next((box for one in self.into.get(own, []) if one != own and (box := self.rooms.box(one))), None)

    def _after(self, own: str) -> Box | None:
        return next((box for one in self.out.get(own, []) if one != own and (box := self.rooms.box(one))), None)

    def _place(self, own: str, node: Element) -> None:
        container = self.found.held_by(node)
        sheet = self.rooms.sheet_for(container)
        host = sheet.boxes.get(bare(node.get("attachedToRef")))
        if host:
            box = _on_border(host, sheet)
        else:
            content = lay_out_container(self.rooms.held, node) if self.found.inside(node) else None
            wide, high = size_of(name_of(node), family(kind(node)))
            if content:
                wide, high = content.width + 28, content.height + 44
            box = self._free(own, sheet, wide, high, container)
            if content:
                self.rooms.put(sheet, own, box, isExpanded="true")
                self.rooms.put_all(sheet, content, box.x + 14, box.y + 30)
        facts = {"isMarkerVisible": "true"} if kind(node) == "exclusiveGateway" else {}
        self.rooms.put(sheet, own, box, _name_box(node, box), **facts)
        self._make_room(sheet, own, box, container)

    def _free(self, own: str, sheet: Sheet, wide: float, high: float, container: Element) -> Box:
        """The first free place near the step that leads here, in the right lane; else to the right of everything."""
        area = self._area(own, sheet, container)
        others = self._obstacles(sheet, container)
        for box in self._tries(own, wide, high, area):
            inside = area is None or area.y <= box.y and box.bottom <= area.bottom
            if inside and not any(box.meets(other, _CLEAR) for other in others):
                return box
        before = self._before(own)
        middle = area.middle.y if area else before.middle.y if before else sheet.whole().middle.y
        band = Box(-1e9, middle - high / 2, 2e9, high)
        right = max((box.right for box in others if box.meets(band, _CLEAR)), default=self._left(area))
        return Box(max(right + GAP, self._left(area)), middle - high / 2, wide, high)

    def _left(self, area: Box | None) -> float:
        return area.x + LANE_NAME + 20 if area else 0.0

    def _tries(self, own: str, wide: float, high: float, area: Box | None) -> Iterator[Box]:
        before, after = self._before(own), self._after(own)
        if before:
            x, y = before.right + GAP, before.middle.y
        elif after:
            x, y = after.x - GAP - wide, after.middle.y
        else:
            x, y = self._left(area), area.middle.y if area else 0.0
        levels = [y]
        if area and not area.y <= y <= area.bottom:
            levels = [area.middle.y]
        for step in (1, -1, 2, -2):
            levels.append(levels[0] + step * (high + 2 * _CLEAR))
        for level in levels:
            for shift in range(_TRIES):
                yield Box(x + shift * 20, level - high / 2, wide, high)

    def _area(self, own: str, sheet: Sheet, container: Element) -> Box | None:
        """The lane, else the room below the lanes, else the pool or open sub-process that the step is to stand in."""
        lane = sheet.boxes.get(self.lane_of.get(own, ""))
        beside = self.rooms.outside_lanes(container, sheet) if lane is None and kind(container) == "process" else None
        pool = self.found.pool_of(container)
        whole = sheet.boxes.get((pool.get("id") if pool is not None else container.get("id")) or "")
        return lane or beside or whole

    def _obstacles(self, sheet: Sheet, container: Element) -> list[Box]:
        holders = {container.get("id"), *(above.get("id") for above in container.iterancestors())}
        steps = {**self.found.nodes, **self.found.artifacts}
        groups = {own for own, artifact in self.found.artifacts.items() if kind(artifact) == "group"}
        return [box for own, box in sheet.boxes.items() if own in steps and own not in holders and own not in groups]

    def _make_room(self, sheet: Sheet, own: str, box: Box, container: Element) -> None:
        """What holds the step grows round it."""
        holder: Element | None = container
        right, bottom = box.right + 30, box.bottom + 20
        while holder is not None and kind(holder) != "process":
            self.rooms.grow(sheet, holder.get("id") or "", right, bottom)
            right, bottom, holder = right + 20, bottom + 20, self.found.held_by(holder)
        if holder is not None:
            self.rooms.widen(sheet, holder, right)


def _on_border(host: Box, sheet: Sheet) -> Box:
    """On the lower edge, as far right as no other event stands."""
    there = [box for box in sheet.boxes.values() if abs(box.middle.y - host.bottom) < 2]
    x = host.right - 10 - EVENT
    while x > host.x and any(box.meets(Box(x, host.bottom - 18, EVENT, EVENT), 4) for box in there):
        x -= EVENT + 10
    return Box(x, host.bottom - EVENT / 2, EVENT, EVENT)


def _name_box(node: Element, box: Box) -> Box | None:
    name = outside(name_of(node)) if family(kind(node)) in ("event", "gateway") else None
    if not name or not name.lines:
        return None
    if node.get("attachedToRef"):
        return Box(box.right + 3, box.middle.y + 4, name.width, name.height)
    return Box(box.middle.x - name.width / 2, box.bottom + 4, name.width, name.height)


def _edges(rooms: Rooms, before: set[str]) -> None:
    """Lines for flows and messages between shapes on one sheet; for associations of what was not there `before`."""
    found = rooms.found
    drawn = {own for own, edge in rooms.pen.edges.items() if len(points_of(edge)) > 1}
    for sheet in rooms.sheets:
        solid = {own: box for own, box in sheet.boxes.items() if own in found.nodes}
        for own, flow in {**found.flows, **found.messages}.items():
            start, end = found.ends(flow)
            if own not in drawn and start in sheet.boxes and end in sheet.boxes:
                free = {start, end, *holders(found, start), *holders(found, end)}
                _flow(rooms, sheet, flow, [box for one, box in solid.items() if one not in free])
                drawn.add(own)
        for own, link in found.links.items():
            ends = found.ends(link)
            start_box, end_box = (_end(rooms, sheet, one) for one in ends)
            if own not in drawn and start_box and end_box and not before.issuperset(ends):
                rooms.pen.edge(own, straight(start_box, end_box), None, sheet.plane)
                drawn.add(own)


def _flow(rooms: Rooms, sheet: Sheet, flow: Element, others: list[Box]) -> None:
    start, end = rooms.found.ends(flow)
    line = connect(sheet.boxes[start], sheet.boxes[end], others, upright=kind(flow) == "messageFlow")
    name, at = outside(name_of(flow)), halfway(line)
    label = Box(at.x + 6, at.y - name.height - 2, name.width, name.height) if name and name.lines else None
    rooms.pen.edge(flow.get("id"), line, label, sheet.plane)


def holders(found: Index, own: str) -> set[str]:
    """The sub-processes round a step; a line to it may run through them, and on a border through the host."""
    element = found.by_id.get(own)
    if element is None:
        return set()
    return {bare(element.get("attachedToRef")), *(above.get("id") or "" for above in element.iterancestors())}


def _end(rooms: Rooms, sheet: Sheet, own: str) -> Box | None:
    if own in rooms.found.flows and own in rooms.pen.edges:
        middle = halfway(points_of(rooms.pen.edges[own]))
        return Box(middle.x, middle.y, 0, 0)
    return sheet.boxes.get(own)
