"""Which sides a flow leaves and enters by, and in which track between two columns it turns. No lengths yet."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from hjulet.processes.bpmn.grid import Grid, Link, Row

RIGHT, LEFT, TOP, BOTTOM, STEM = "right", "left", "top", "bottom", "stem"


@dataclass
class Turn:
    """An upright piece of a flow between two columns. Levels: twice the row's number, one more for just below it.
    `sides`: from where a level piece meets it, at `start` and at `end`.
    """

    gap: int  # the room left of the column with this number
    start: int
    end: int
    nets: tuple[str, str]  # pieces of one net may lie on each other: those that leave, or enter, one part together
    sides: tuple[str, str]
    track: int = 0

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)

    def related(self, other: Turn) -> bool:
        return self.nets[0] == other.nets[0] or self.nets[1] == other.nets[1]


@dataclass
class Route:
    """`run`: the row that the flow runs along; None when it only turns once between neighbouring columns."""

    link: Link
    leave: str
    enter: str
    run: Row | None
    turns: list[Turn] = field(default_factory=list)


class Router:
    """Decides flow by flow, the short first; what is taken stays taken."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.place = {row: at for at, row in enumerate(grid.all_rows())}
        self.by_place = list(self.place)
        self.uprights: dict[int, list[tuple[int, int, str]]] = defaultdict(list)  # by column: from, to, link
        self.turned: list[Turn] = []
        self.left_by: dict[str, set[str]] = defaultdict(set)
        self.entered_by: dict[str, set[str]] = defaultdict(set)
        self.ways_in: dict[str, int] = defaultdict(int)
        for link in grid.links:
            self.ways_in[link.target] += 1

    def routes(self) -> list[Route]:
        found = [self._route(link) for link in sorted(self.grid.links, key=self._turn)]
        self.turned = [turn for route in found for turn in route.turns]
        _give_tracks(self.turned)
        return found

    def crosses(self, row: Row) -> bool:
        """Whether an upright piece of a flow runs through a row."""
        at = self.place[row]
        upright = any(low < at < high for several in self.uprights.values() for low, high, _link in several)
        return upright or any(turn.low <= 2 * at + 1 and 2 * at <= turn.high for turn in self.turned)

    def _turn(self, link: Link) -> tuple[int, int]:
        """Among branches the one to the furthest row gets the upright way, so that the others need not cross it."""
        rows = self.place[self.grid.row[link.source]], self.place[self.grid.row[link.target]]
        return len(self.grid.span(link)), -abs(rows[0] - rows[1])

    # One flow ---------------------------------------------------------------------------------------------------

    def _route(self, link: Link) -> Route:
        source, target = self.grid.row[link.source], self.grid.row[link.target]
        run = self.grid.run.get(link.id)
        if run is None and not link.stem and source is target:
            return Route(link, RIGHT, LEFT, source)
        leave, run = self._leave(link, source, target, run)
        enter, run = self._enter(link, source, target, run, leave)
        self.left_by[link.source].add(leave)
        self.entered_by[link.target].add(enter)
        route = Route(link, leave, enter, run)
        route.turns = self._turns(route, source, target)
        return route

    def _leave(self, link: Link, source: Row, target: Row, run: Row | None) -> tuple[str, Row | None]:
        """Straight up or down out of a gateway or a border event, where the column is free; else by the right."""
        along = run or target
        column = self.grid.column[link.source]
        if along is source and not link.stem:
            return RIGHT, run
        down = self.place[along] > self.place[source]
        side = STEM if link.stem else BOTTOM if down else TOP
        may = self.grid.parts[link.source].kind == "gateway" or (link.stem and down)
        taken = (self.left_by[link.source] | self.entered_by[link.source]) & {side} and not link.stem
        if may and not taken and self._upright(link, column, source, along):
            return side if not link.stem else BOTTOM, along
        return STEM if link.stem else RIGHT, run

    def _enter(self, link: Link, source: Row, target: Row, run: Row | None, leave: str) -> tuple[str, Row | None]:
        """Where several flows meet, one from another row comes in from above or below if it can."""
        along = run or source
        if along is target or leave == STEM and run is None or self.ways_in[link.target] < 2:
            return LEFT, run
        side = TOP if self.place[along] < self.place[target] else BOTTOM
        part = self.grid.parts[link.target]
        if part.kind == "event" or part.foot and side == BOTTOM or side in self.left_by[link.target]:
            return LEFT, run
        if self._upright(link, self.grid.column[link.target], target, along):
            return side, along
        return LEFT, run

    def _upright(self, link: Link, column: int, start: Row, end: Row) -> bool:
        """Takes the column between two rows for an upright line, if no part and no other such line stands there."""
        low, high = sorted((self.place[start], self.place[end]))
        if any(self.by_place[at].cells.get(column) in self.grid.parts for at in range(low + 1, high)):
            return False
        if end.cells.get(column, link.id) != link.id:
            return False
        if any(low < other_high and other_low < high for other_low, other_high, _id in self.uprights[column]):
            return False
        self.uprights[column].append((low, high, link.id))
        end.cells[column] = link.id
        return True

    # Turns ------------------------------------------------------------------------------------------------------

    def _level(self, row: Row) -> int:
        return 2 * self.place[row]

    def _turns(self, route: Route, source: Row, target: Row) -> list[Turn]:
        link, turns = route.link, []
        out_gap, in_gap = self.grid.column[link.source] + 1, self.grid.column[link.target]
        nets = (f"from {link.stem or link.source} {route.leave}", f"to {link.target} {route.enter}")
        here = self._level(source) + (route.leave == STEM)
        if route.run is None:
            return [Turn(out_gap, here, self._level(target), nets, (LEFT, RIGHT))]
        along, forward = self._level(route.run), in_gap >= out_gap
        if route.leave in (RIGHT, STEM) and here != along:
            turns.append(Turn(out_gap, here, along, (nets[0], link.id), (LEFT, RIGHT if forward else LEFT)))
        if route.enter == LEFT and along != self._level(target):
            turns.append(
                Turn(in_gap, along, self._level(target), (link.id, nets[1]), (LEFT if forward else RIGHT, RIGHT))
            )
        return turns


def _before(one: Turn, other: Turn) -> bool:
    """Whether the first must stand left of the second, so that their level pieces do not lie on each other."""
    mine = {(one.start, one.sides[0]), (one.end, one.sides[1])}
    theirs = {(other.start, other.sides[0]), (other.end, other.sides[1])}
    return any((level, RIGHT) in theirs for level, side in mine if side == LEFT)


def _give_tracks(turns: list[Turn]) -> None:
    gaps: dict[int, list[Turn]] = defaultdict(list)
    for turn in turns:
        gaps[turn.gap].append(turn)
    for found in gaps.values():
        _tracks_in(found)


def _tracks_in(turns: list[Turn]) -> None:
    """The lowest track for each that keeps it clear of the others; those bound to stand left come first."""
    done: list[Turn] = []
    waiting = sorted(turns, key=lambda turn: (turn.high - turn.low, turn.low))
    lefts = {
        id(turn): {
            id(other) for other in turns if other is not turn and not turn.related(other) and _before(other, turn)
        }
        for turn in waiting
    }
    while waiting:
        placed = {id(turn) for turn in done}
        turn = next((turn for turn in waiting if lefts[id(turn)] <= placed), waiting[0])
        waiting.remove(turn)
        least = max((other.track + 1 for other in done if id(other) in lefts[id(turn)]), default=0)
        turn.track = _free_track(turn, done, least)
        done.append(turn)


def _free_track(turn: Turn, done: list[Turn], least: int) -> int:
    def clash(track: int) -> bool:
        return any(
            other.track == track and not turn.related(other) and other.low <= turn.high and turn.low <= other.high
            for other in done
        )

    track = least
    while clash(track):
        track += 1
    return track
