"""From columns, rows and tracks to lengths: boxes for parts, points for flows, places for names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from hjulet.processes.bpmn.grid import Grid, Part, Row
from hjulet.processes.bpmn.interchange import Box, Point
from hjulet.processes.bpmn.lines import straightened
from hjulet.processes.bpmn.routes import BOTTOM, LEFT, RIGHT, STEM, TOP, Route, Router

GAP = 44.0  # least room between two columns
ROW_GAP = 22.0  # least room between what stands in two rows
TRACK = 12.0
MARGIN = 16.0
LABEL_GAP = 4.0
HANG = 18.0  # how far an event on a border reaches below it
THIN = 6.0  # half a row that holds nothing but lines


@dataclass
class Laid:
    """A laid-out container, from 0, 0. `bands`: top and bottom of every lane."""

    boxes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    lanes: dict[str, Box] = field(default_factory=dict)
    lines: dict[str, list[Point]] = field(default_factory=dict)
    bands: list[tuple[float, float]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0

    def add(self, other: Laid, x: float, y: float) -> None:
        self.boxes |= {own: box.moved(x, y) for own, box in other.boxes.items()}
        self.labels |= {own: box.moved(x, y) for own, box in other.labels.items()}
        self.lanes |= {own: box.moved(x, y) for own, box in other.lanes.items()}
        self.lines |= {own: [Point(px + x, py + y) for px, py in line] for own, line in other.lines.items()}


def _above(part: Part) -> float:
    """How far a part and its name reach above the middle of its row."""
    label = part.label.height + LABEL_GAP if part.label and part.label_side != "below" else 0
    return part.height / 2 + label


def _below(part: Part) -> float:
    label = part.label.height + LABEL_GAP if part.label and part.label_side == "below" else 0
    return part.height / 2 + max(label, part.foot)


def _half(part: Part) -> float:
    """Half of how wide a part and its name are."""
    label = part.label.width if part.label else 0
    return max(part.width / 2, label + 8 if part.label_side == "corner" else label / 2)


class Ruler:
    """Measures a grid out. `lane_least`: least height of a lane."""

    def __init__(self, grid: Grid, lane_least: float) -> None:
        self.grid = grid
        router = Router(grid)
        self.routes = router.routes()
        self.crosses = router.crosses
        self.order = grid.all_rows()
        self.lane_least = lane_least
        self.count = max(grid.column.values(), default=-1) + 1
        self._turn_names()
        self.y: dict[Row, float] = {}
        self.foot: dict[Row, float] = {}  # the lower edge of what stands in a row
        self.bands: list[tuple[float, float]] = []
        self._rows()
        self.room = {gap: [MARGIN, MARGIN] for gap in range(self.count + 1)}  # left and right of a gap's tracks
        self._gaps()
        self.gap_x: dict[int, float] = {}
        self.middle: dict[int, float] = {}
        self.aside_x: dict[str, float] = {}
        self.width = self._columns()

    def _turn_names(self) -> None:
        """A gateway's name stands above it, or where no flow leaves."""
        sides: dict[str, set[str]] = defaultdict(set)
        for route in self.routes:
            sides[route.link.source].add(route.leave)
            sides[route.link.target].add(route.enter)
        for part in self.grid.parts.values():
            if part.kind == "gateway":
                used = sides[part.id] & {TOP, BOTTOM}
                part.label_side = "corner" if len(used) == 2 else "below" if TOP in used else "above"

    # Rows -------------------------------------------------------------------------------------------------------

    def _rows(self) -> None:
        up, down = self._reach()
        y = 0.0
        for rows in self.grid.rows:
            top, high = y, self._lane_height(rows, up, down)
            y += MARGIN + max(self.lane_least - high, 0) / 2
            for row in rows:
                y += up[row]
                self.y[row] = y
                y += down[row]
                self.foot[row] = y
                y += ROW_GAP if row is not rows[-1] else MARGIN
            y = max(y, top + self.lane_least)
            self.bands.append((top, y))

    def _lane_height(self, rows: list[Row], up: dict[Row, float], down: dict[Row, float]) -> float:
        return sum(up[row] + down[row] for row in rows) + ROW_GAP * (len(rows) - 1) + 2 * MARGIN

    def _reach(self) -> tuple[dict[Row, float], dict[Row, float]]:
        up = dict.fromkeys(self.grid.all_rows(), THIN)
        down = dict(up)
        for own, part in self.grid.parts.items():
            row = self.grid.row[own]
            up[row], down[row] = max(up[row], _above(part)), max(down[row], _below(part))
        for route in self.routes:
            if route.link.label:
                row = self._label_row(route)
                up[row] = max(up[row], route.link.label.height + LABEL_GAP)
        return up, down

    def _label_row(self, route: Route) -> Row:
        return route.run or self.grid.row[route.link.target]

    # Columns ----------------------------------------------------------------------------------------------------

    def _gaps(self) -> None:
        for route in self.routes:
            wide = route.link.label.width + MARGIN if route.link.label else 0
            gap = self.grid.column[route.link.source] + 1
            if not wide or route.leave in (TOP, BOTTOM):
                continue
            side = 1 if route.turns and route.turns[0].gap == gap else 0
            self.room[gap][side] = max(self.room[gap][side], wide)

    def _columns(self) -> float:
        tracks: dict[int, int] = defaultdict(int)
        half: dict[int, float] = defaultdict(float)
        for route in self.routes:
            for turn in route.turns:
                tracks[turn.gap] = max(tracks[turn.gap], turn.track + 1)
        for own, column in self.grid.column.items():
            half[column] = max(half[column], _half(self.grid.parts[own]))
        x = 0.0
        for gap in range(self.count + 1):
            left, right = self.room[gap]
            needed = left + right + TRACK * max(tracks[gap] - 1, 0)
            if gap in (0, self.count) and not tracks[gap]:
                needed = MARGIN
            elif 0 < gap < self.count:
                needed, left = max(needed, GAP), left + max(GAP - needed, 0) / 2
            self.gap_x[gap] = x + left
            x += needed
            if gap < self.count:
                self.middle[gap] = x + half[gap]
                x += 2 * half[gap]
        return max([x, *(self._aside(row, x if self.crosses(row) else MARGIN) for row in self.grid.aside)])

    def _aside(self, row: Row, x: float) -> float:
        """Puts the parts of a row outside the columns beside each other, from the left; the right edge they need.
        Where flows cross the row, they stand right of all columns.
        """
        for own in self.grid.aside[row]:
            wide = self.grid.parts[own].width
            self.aside_x[own] = x + wide / 2
            x += wide + GAP
        return x - GAP + MARGIN

    # What comes out ---------------------------------------------------------------------------------------------

    def laid(self) -> Laid:
        found = Laid(bands=self.bands, width=self.width, height=self.bands[-1][1])
        for own, part in self.grid.parts.items():
            x = self.aside_x[own] if own in self.aside_x else self.middle[self.grid.column[own]]
            y = self.y[self.grid.row[own]]
            found.boxes[own] = Box(x - part.width / 2, y - part.height / 2, part.width, part.height)
            if part.label:
                found.labels[own] = _name_box(part, found.boxes[own])
        for route in self.routes:
            found.lines[route.link.id] = self._points(route, found.boxes)
            if route.link.label:
                found.labels[route.link.id] = self._flow_name(route, found.lines[route.link.id])
        return found

    def _level(self, level: int) -> float:
        row = self.order[level // 2]
        return self.foot[row] + ROW_GAP / 3 if level % 2 else self.y[row]

    def _points(self, route: Route, boxes: dict[str, Box]) -> list[Point]:
        link = route.link
        points = self._first(route, boxes[link.source])
        for turn in route.turns:
            x = self.gap_x[turn.gap] + TRACK * turn.track
            points += [Point(x, self._level(turn.start)), Point(x, self._level(turn.end))]
        points += self._last(route, boxes[link.target])
        return straightened(points)

    def _first(self, route: Route, box: Box) -> list[Point]:
        middle, link = box.middle, route.link
        if route.leave == STEM:
            x = box.x + link.stem_x
            return [Point(x, box.bottom + HANG), Point(x, self.foot[self.grid.row[link.source]] + ROW_GAP / 3)]
        if route.leave == RIGHT or route.run is None:
            return [Point(box.right, middle.y)]
        x, bottom = (box.x + link.stem_x, box.bottom + HANG) if link.stem else (middle.x, box.bottom)
        return [Point(x, box.y if route.leave == TOP else bottom), Point(x, self.y[route.run])]

    def _last(self, route: Route, box: Box) -> list[Point]:
        middle = box.middle
        if route.enter == LEFT or route.run is None:
            return [Point(box.x, middle.y)]
        return [Point(middle.x, self.y[route.run]), Point(middle.x, box.y if route.enter == TOP else box.bottom)]

    def _flow_name(self, route: Route, line: list[Point]) -> Box:
        """Over the first level piece after the flow has parted from its siblings, or beside an upright one."""
        label, start = route.link.label, line[0]
        assert label is not None
        if route.leave in (TOP, BOTTOM):
            down = route.leave == BOTTOM
            y = start.y + LABEL_GAP if down else start.y - LABEL_GAP - label.height
            return Box(start.x + 6, y, label.width, label.height)
        turn = route.turns[0] if route.turns and route.turns[0].gap == self.grid.column[route.link.source] + 1 else None
        if turn is None:
            return Box(start.x + 6, start.y - label.height - 1, label.width, label.height)
        x, y = self.gap_x[turn.gap] + TRACK * turn.track + 6, self._level(turn.end)
        if turn.sides[1] == LEFT:  # back: beside the upright piece, close to where it starts
            down = turn.end > turn.start
            y = self._level(turn.start) + (LABEL_GAP + 1 + label.height if down else -LABEL_GAP)
        return Box(x, y - label.height - 1, label.width, label.height)


def _name_box(part: Part, box: Box) -> Box:
    assert part.label is not None
    wide, high = part.label.width, part.label.height
    if part.label_side == "corner":
        return Box(box.middle.x - wide - 8, box.y - high + LABEL_GAP, wide, high)
    y = box.y - high - LABEL_GAP if part.label_side == "above" else box.bottom + LABEL_GAP
    return Box(box.middle.x - wide / 2, y, wide, high)
