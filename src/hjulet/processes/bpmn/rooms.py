"""Room in a picture that is there already: its planes, and new pools and lanes beside those that stand."""

from __future__ import annotations

from itertools import chain

from hjulet.processes.bpmn.elements import Element, Index, kind
from hjulet.processes.bpmn.interchange import (
    EDGE,
    LABEL,
    SHAPE,
    Box,
    Pen,
    Point,
    around,
    box_of,
    planes,
    points_at,
    points_of,
    put_box,
    put_label,
    put_points,
)
from hjulet.processes.bpmn.lengths import Laid
from hjulet.processes.bpmn.parts import HEAD, LANE_NAME, Stock, lane_leaves, lanes_of_nodes, lay_out_container

GAP = 44.0
_LANE = 120.0
_POOL = 60.0


class Sheet:
    """One plane of the picture, with what stands on it."""

    def __init__(self, plane: Element) -> None:
        self.plane = plane
        self.boxes: dict[str, Box] = {}
        for shape in plane.iter(SHAPE):
            box = box_of(shape)
            if box:
                self.boxes.setdefault(points_at(shape), box)

    def whole(self) -> Box:
        return around(list(self.boxes.values())) or Box(0, 0, 600, 0)

    def push_down(self, below: float, by: float) -> None:
        """Moves everything under a height down, to make room above it."""
        for shape in self.plane.iter(SHAPE):
            box = box_of(shape)
            if box and box.y >= below - 1:
                put_box(shape, box.moved(0, by))
                self.boxes[points_at(shape)] = box.moved(0, by)
        for edge in self.plane.iter(EDGE):
            put_points(edge, [Point(x, y + by if y >= below - 1 else y) for x, y in points_of(edge)])
        for label in self.plane.iter(LABEL):
            box = box_of(label)
            if box and box.y >= below - 1:
                put_label(label.getparent(), box.moved(0, by))


class Rooms:
    """The sheets of a picture and who stands where."""

    def __init__(self, found: Index, held: Stock) -> None:
        self.found = found
        self.held = held
        self.pen = Pen(found.root)
        self.sheets = [Sheet(plane) for plane in planes(found.root)]

    def box(self, own: str) -> Box | None:
        return next((sheet.boxes[own] for sheet in self.sheets if own in sheet.boxes), None)

    def sheet_with(self, own: str) -> Sheet | None:
        return next((sheet for sheet in self.sheets if own in sheet.boxes), None)

    def sheet_for(self, container: Element) -> Sheet:
        """Where a container's steps are drawn: on its own plane, with their siblings, or where it stands itself."""
        own = container.get("id") or ""
        mine = next((sheet for sheet in self.sheets if own and points_at(sheet.plane) == own), None)
        siblings = (self.sheet_with(node.get("id")) for node in self.found.inside(container))
        itself = self.sheet_with(self._pool_id(container)) or self.sheet_with(own)
        return mine or next((sheet for sheet in chain(siblings, [itself]) if sheet), None) or self.sheets[0]

    def put(self, sheet: Sheet, own: str, box: Box, label: Box | None = None, **facts: str) -> None:
        if own:
            self.pen.shape(own, box, label, sheet.plane, **facts)
            sheet.boxes[own] = box

    def put_all(self, sheet: Sheet, content: Laid, x: float, y: float) -> None:
        """A laid-out container, its steps and flows, with its left top corner at a point."""
        moved = Laid()
        moved.add(content, x, y)
        for own, box in moved.boxes.items():
            self.put(sheet, own, box, moved.labels.get(own))
        for own, box in moved.lanes.items():
            self.put(sheet, own, box, isHorizontal="true")
        for own, line in moved.lines.items():
            self.pen.edge(own, line, moved.labels.get(own), sheet.plane)

    def grow(self, sheet: Sheet, own: str, right: float, bottom: float) -> None:
        """Lets a shape reach at least so far."""
        box = sheet.boxes.get(own)
        if box and (right > box.right or bottom > box.bottom):
            bigger = Box(box.x, box.y, max(right, box.right) - box.x, max(bottom, box.bottom) - box.y)
            put_box(self.pen.shapes[own], bigger)
            sheet.boxes[own] = bigger

    def widen(self, sheet: Sheet, process: Element, right: float) -> None:
        """Lets a pool and all its lanes reach further to the right."""
        wide = [self._pool_id(process), *(lane.get("id") or "" for lane in self.found.lanes(process))]
        for own in wide:
            self.grow(sheet, own, right, 0)

    # New pools and lanes ----------------------------------------------------------------------------------------

    def furnish(self, todo: list[str]) -> None:
        """Draws the pools and lanes that steps without a place are to stand in, and new lanes beside drawn ones."""
        needed = {id(self.found.process_of(self.found.nodes[own])) for own in todo}
        for process in self.found.processes():
            pool = self._pool_id(process)
            if id(process) in needed and pool and self.box(pool) is None and self._inner(process) is None:
                self._strip(pool, process)
            else:
                self._lanes(process, set(todo))

    def _pool_id(self, process: Element) -> str:
        pool = self.found.pool_of(process) if kind(process) == "process" else None
        return (pool.get("id") or "") if pool is not None else ""

    def _inner(self, process: Element) -> Box | None:
        sheet = self.sheet_for(process)
        own = (node.get("id") for node in self.found.inside(process))
        return around([sheet.boxes[node] for node in own if node in sheet.boxes])

    def _drawn_lanes(self, process: Element) -> Box | None:
        sheet = self.sheet_for(process)
        own = (lane.get("id") for lane in self.found.lanes(process))
        return around([sheet.boxes[lane] for lane in own if lane in sheet.boxes])

    def _pool_round(self, process: Element) -> None:
        """A new pool round what has places already."""
        own, inner, lanes = self._pool_id(process), self._inner(process), self._drawn_lanes(process)
        if not own or self.box(own) or inner is None:
            return
        if lanes:
            box = Box(lanes.x - HEAD, lanes.y, lanes.width + HEAD, lanes.height)
        else:
            left = HEAD + LANE_NAME
            box = Box(inner.x - left, inner.y - 30, inner.width + left + 30, inner.height + 60)
        self.put(self.sheet_for(process), own, box, isHorizontal="true")

    def _lanes(self, process: Element, todo: set[str]) -> None:
        """Round the steps that stand in a lane, or below the other lanes."""
        sheet, where = self.sheet_for(process), lanes_of_nodes(self.found, process)
        for at, lane in enumerate(lane_leaves(self.found, process)):
            own, held = lane.get("id") or "", [node for node, number in where.items() if number == at]
            wanted = self._drawn_lanes(process) or todo.intersection(held)
            if own and own not in sheet.boxes and wanted:
                self._pool_round(process)
                self._lane(process, sheet, own, around([sheet.boxes[node] for node in held if node in sheet.boxes]))

    def _lane(self, process: Element, sheet: Sheet, own: str, members: Box | None) -> None:
        room = self._room(process, sheet)
        if room and members:
            box = Box(room.x, members.y - 20, room.width, members.height + 40)
            self.put(sheet, own, box, isHorizontal="true")
        elif room:
            self._new_lane(process, sheet, own, room)

    def _room(self, process: Element, sheet: Sheet) -> Box | None:
        """What the lanes of a process share, down to the lower edge of the pool."""
        lanes, pool = self._drawn_lanes(process), sheet.boxes.get(self._pool_id(process))
        if lanes:
            return Box(lanes.x, lanes.y, lanes.width, max(lanes.bottom, pool.bottom if pool else 0) - lanes.y)
        if pool:
            return Box(pool.x + HEAD, pool.y, pool.width - HEAD, pool.height)
        inner = self._inner(process)
        return Box(inner.x - LANE_NAME, inner.y, inner.width + LANE_NAME + 30, inner.height + 30) if inner else None

    def _new_lane(self, process: Element, sheet: Sheet, own: str, room: Box) -> None:
        """The pool grows, and what stands under it moves down."""
        self._push(sheet, room.bottom, _LANE)
        self.put(sheet, own, Box(room.x, room.bottom, room.width, _LANE), isHorizontal="true")
        self.grow(sheet, self._pool_id(process), room.right, room.bottom + _LANE)

    def outside_lanes(self, process: Element, sheet: Sheet) -> Box | None:
        """Room in a pool below its lanes, for steps that stand in none; None if there are no lanes."""
        lanes, pool = self._drawn_lanes(process), self._pool_id(process)
        if lanes is None:
            return None
        if pool in sheet.boxes and sheet.boxes[pool].bottom < lanes.bottom + _LANE:
            self._push(sheet, sheet.boxes[pool].bottom, lanes.bottom + _LANE - sheet.boxes[pool].bottom)
            self.grow(sheet, pool, lanes.right, lanes.bottom + _LANE)
        return Box(lanes.x, lanes.bottom, lanes.width, _LANE)

    def _push(self, sheet: Sheet, below: float, by: float) -> None:
        if any(below - 1 <= box.y < below + by for box in sheet.boxes.values()):
            sheet.push_down(below, by)

    def _strip(self, own: str, process: Element) -> None:
        """A pool that nothing is drawn of stands below everything, with all it holds."""
        sheet = self.sheets[0]
        whole, left = sheet.whole(), HEAD + LANE_NAME
        content = lay_out_container(self.held, process)
        wide, high = max(whole.width, content.width + left), max(content.height, _POOL)
        box = Box(whole.x, whole.bottom + GAP, wide, high)
        self.put(sheet, own, box, isHorizontal="true")
        for lane, (top, bottom) in zip(lane_leaves(self.found, process), content.bands, strict=False):
            band = Box(box.x + HEAD, box.y + top, wide - HEAD, bottom - top)
            self.put(sheet, lane.get("id") or "", band, isHorizontal="true")
        self.put_all(sheet, content, box.x + left, box.y)
