"""From steps and flows to columns and rows: which step comes after which, and who gets the straight line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from hjulet.processes.bpmn.text import Lines

LOOSE_PER_ROW = 8  # steps without flows stand side by side, so many before the next row
_WIDE = 260.0  # what is wider and has no flows would make its whole column wide


@dataclass
class Part:
    """What takes a place in the grid. Lengths in the drawing's unit; `lane`: number of its lane from the top."""

    id: str
    kind: str  # a family of `elements`, or `note` and `data`
    width: float
    height: float
    lane: int = 0
    label: Lines | None = None  # a name written outside the shape
    label_side: str = "below"
    foot: float = 0.0  # what hangs below the lower edge: events on the border and their names


@dataclass(frozen=True)
class Link:
    """A flow between two parts. `stem`: the event on the source's border that it starts from, with its distance
    from the source's left edge.
    """

    id: str
    source: str
    target: str
    label: Lines | None = None
    stem: str = ""
    stem_x: float = 0.0


@dataclass(eq=False)
class Row:
    """One line of cells. A cell holds a part's id, or the id of a link that runs through."""

    lane: int
    cells: dict[int, str] = field(default_factory=dict)

    def free(self, columns: Iterable[int]) -> bool:
        return not any(column in self.cells for column in columns)

    def take(self, columns: Iterable[int], owner: str) -> None:
        for column in columns:
            self.cells[column] = owner


@dataclass
class Grid:
    """Where every part stands: column by column from the left, row by row from the top."""

    parts: dict[str, Part]
    links: list[Link]
    column: dict[str, int]
    rows: list[list[Row]]  # per lane
    row: dict[str, Row] = field(default_factory=dict)
    run: dict[str, Row] = field(default_factory=dict)  # the row that a link runs along past other columns
    aside: dict[Row, list[str]] = field(default_factory=dict)  # rows of their own for wide parts, outside the columns

    def all_rows(self) -> list[Row]:
        return [row for lane in self.rows for row in lane]

    def new_row(self, lane: int, at: int | None = None) -> Row:
        row = Row(lane)
        self.rows[lane].insert(len(self.rows[lane]) if at is None else at, row)
        return row

    def next_to(self, row: Row, below: bool) -> Row:
        """A new row right below or above another."""
        return self.new_row(row.lane, self.rows[row.lane].index(row) + below)

    def span(self, link: Link) -> range:
        """The columns a link passes between its ends; for one that goes back, theirs too."""
        start, end = self.column[link.source], self.column[link.target]
        return range(start + 1, end) if end > start else range(end, start + 1)


def _loops(order: Sequence[str], out: dict[str, list[int]], links: Sequence[Link], starts: Sequence[str]) -> set[int]:
    """The links that lead back, so that the rest has no loop. A walk in depth, without recursion."""
    back, state = set(), dict.fromkeys(order, 0)
    for start in [*starts, *order]:
        walk = [(start, iter(out[start]))] if not state[start] else []
        state[start] = state[start] or 1
        while walk:
            here, ways = walk[-1]
            for way in ways:
                target = links[way].target
                if state[target] == 1:
                    back.add(way)
                elif state[target] == 0:
                    state[target] = 1
                    walk.append((target, iter(out[target])))
                    break
            else:
                state[here] = 2
                walk.pop()
    return back


def _longest(order: Sequence[str], pairs: Sequence[tuple[str, str]]) -> tuple[dict[str, int], list[str]]:
    """Every part's column as the longest way to it, and the parts in an order where no link leads back."""
    waiting, out = dict.fromkeys(order, 0), defaultdict(list)
    for source, target in pairs:
        out[source].append(target)
        waiting[target] += 1
    column = dict.fromkeys(order, 0)
    ready = [part for part in order if not waiting[part]]
    for part in ready:  # grows while it is read
        for target in out[part]:
            column[target] = max(column[target], column[part] + 1)
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    return column, ready


def _reached(starts: Iterable[str], pairs: Sequence[tuple[str, str]], both_ways: bool = False) -> set[str]:
    out = defaultdict(list)
    for source, target in pairs:
        out[source].append(target)
        if both_ways:
            out[target].append(source)
    found, todo = set(), list(starts)
    while todo:
        part = todo.pop()
        if part not in found:
            found.add(part)
            todo += out[part]
    return found


def _pull_late_starts(column: dict[str, int], topological: Sequence[str], pairs: Sequence[tuple[str, str]]) -> None:
    """What joins later from a start of its own stands near where it joins, not far left."""
    into = {target for _source, target in pairs}
    mains: list[str] = []
    known: set[str] = set()
    for part in topological:
        if part not in into and part not in known:
            mains.append(part)
            known |= _reached([part], pairs, both_ways=True)
    fixed = _reached(mains, pairs)
    out = defaultdict(list)
    for source, target in pairs:
        out[source].append(target)
    for part in reversed(topological):
        if part not in fixed and out[part]:
            column[part] = min(column[target] for target in out[part]) - 1


def columns(order: Sequence[str], links: Sequence[Link]) -> tuple[dict[str, int], set[str]]:
    """The column of every part, and the ids of the links that lead back (loops)."""
    out: dict[str, list[int]] = {part: [] for part in order}
    into = set()
    for at, link in enumerate(links):
        out[link.source].append(at)
        if link.source != link.target:
            into.add(link.target)
    starts = [part for part in order if part not in into and out[part]]
    back = _loops(order, out, links, starts)
    pairs = [(link.source, link.target) for at, link in enumerate(links) if at not in back]
    column, topological = _longest(order, pairs)
    _pull_late_starts(column, topological, pairs)
    loose = [part for part in order if not out[part] and part not in into]
    per_row = max(LOOSE_PER_ROW, max(column.values(), default=0) + 1)
    for at, part in enumerate(loose):
        column[part] = at % per_row
    return column, {links[at].id for at in back}


class _Seats:
    """Gives every part a row, column by column."""

    def __init__(self, grid: Grid, back: set[str]) -> None:
        self.grid = grid
        self.into: dict[str, list[Link]] = defaultdict(list)
        for link in grid.links:
            if link.id not in back:
                self.into[link.target].append(link)

    def seat(self, part: Part) -> None:
        column = self.grid.column[part.id]
        row = self._straight(part, column) or self._beside(part, column)
        row.cells[column] = part.id
        self.grid.row[part.id] = row

    def _before(self, part: Part) -> list[Link]:
        """The links into a part from its own lane, the nearest first."""
        here = [link for link in self.into[part.id] if self.grid.parts[link.source].lane == part.lane]
        return sorted(here, key=lambda link: (bool(link.stem), -self.grid.column[link.source]))

    def _straight(self, part: Part, column: int) -> Row | None:
        """The row of one that leads here, if the way is free; the way is then taken."""
        for link in self._before(part):
            row, span = self.grid.row[link.source], self.grid.span(link)
            if not link.stem and column not in row.cells and row.free(span):
                row.take(span, link.id)
                if span:
                    self.grid.run[link.id] = row
                return row
        return None

    def _beside(self, part: Part, column: int) -> Row:
        """The nearest free row below the one that leads here, else the first free, else a new one."""
        rows = self.grid.rows[part.lane]
        before = self._before(part)
        start = rows.index(self.grid.row[before[0].source]) + 1 if before else 0
        free = next((row for row in rows[start:] if column not in row.cells), None)
        return free or self.grid.new_row(part.lane)


def _run(grid: Grid, link: Link, back: bool) -> None:
    """Finds a row where a long link can run past the parts between its ends; a new thin one if none is near."""
    span = grid.span(link)
    if not span or link.id in grid.run:
        return
    place = {row: at for at, row in enumerate(grid.all_rows())}
    source, target = grid.row[link.source], grid.row[link.target]
    start, end = place[source], place[target]
    own_lanes = (source.lane, target.lane)
    free = ((row, at) for row, at in place.items() if row not in grid.aside and row.free(span))
    found = [(abs(at - start) + abs(at - end) + 3 * (row.lane not in own_lanes), at, row) for row, at in free]
    nearest = min(found, default=None, key=lambda it: it[:2])
    if nearest and nearest[0] <= abs(start - end) + (2 if start == end else 0):
        row = nearest[2]
    else:
        row = grid.next_to(source, below=end > start or (end == start and not back))
    row.take(span, link.id)
    grid.run[link.id] = row


def _seat_notes(grid: Grid, notes: Sequence[tuple[Part, str]]) -> None:
    """Annotations stand above what they speak of, data below; what belongs to nothing stands last."""
    last: Row | None = None
    for part, anchor in notes:
        if anchor in grid.column:
            row, column = _near(grid, part, anchor)
        else:
            last = last if last and len(last.cells) < LOOSE_PER_ROW else grid.new_row(len(grid.rows) - 1)
            row, column = last, len(last.cells)
        grid.parts[part.id] = part
        part.lane = row.lane
        row.cells[column] = part.id
        grid.row[part.id], grid.column[part.id] = row, column


def _near(grid: Grid, part: Part, anchor: str) -> tuple[Row, int]:
    """A free cell on the better side of what a note speaks of, else on the other, else askew; else a new row."""
    home, column = grid.row[anchor], grid.column[anchor]
    rows, below = grid.rows[home.lane], part.kind == "data"
    sides = [rows.index(home) + (1 if below else -1), rows.index(home) + (-1 if below else 1)]
    near = [rows[at] for at in sides if 0 <= at < len(rows) and rows[at] not in grid.aside]
    for row, at in [*((row, column) for row in near), *((row, column + 1) for row in near[:1])]:
        if at not in row.cells:
            return row, at
    return grid.next_to(home, below), column


def _set_aside(grid: Grid, parts: Sequence[Part]) -> None:
    for part in parts:
        row = next((row for row in grid.aside if row.lane == part.lane), None) or grid.new_row(part.lane)
        grid.aside.setdefault(row, []).append(part.id)
        grid.parts[part.id], grid.row[part.id] = part, row


def arrange(parts: Sequence[Part], links: Sequence[Link], lanes: int, notes: Sequence[tuple[Part, str]] = ()) -> Grid:
    """Columns and rows for parts in reading order. `notes`: what stands beside a part, with that part's id."""
    tied = {end for link in links for end in (link.source, link.target)}
    wide = [part for part in parts if part.width > _WIDE and part.id not in tied]
    parts = [part for part in parts if part not in wide]
    column, back = columns([part.id for part in parts], links)
    grid = Grid({part.id: part for part in parts}, list(links), column, [[] for _ in range(max(lanes, 1))])
    seats = _Seats(grid, back)
    for part in sorted(parts, key=lambda part: column[part.id]):
        seats.seat(part)
    _set_aside(grid, wide)
    _seat_notes(grid, notes)
    for lane, rows in enumerate(grid.rows):
        if not rows:
            grid.new_row(lane)
    for link in sorted(links, key=lambda link: len(grid.span(link))):
        _run(grid, link, link.id in back)
    return grid
