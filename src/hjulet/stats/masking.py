"""Small numbers: hides them, and just enough of the rest that none can be worked out (rulebook 10.3).

A table of units × columns with every total is a network: each number is a flow between two sums it takes
part in. A hidden number can be something else exactly when there is a way round the network along which
hidden numbers can go one up or one down within what is known of them (`<5` is 0–4, `dolt` is 5 or more).
For each hidden number such a way is found, hiding the smallest shown numbers it needs; the way is the proof
that it cannot be worked out. Units may lie in a tree: then one and the same table serves every level, so
levels cannot be set against each other.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

ALL = "*"
Key: TypeAlias = tuple[str, str]


class Hidden(Enum):
    LOW = "low"  # zero up to the threshold
    SECONDARY = "secondary"  # hidden so that a small number cannot be worked out; at least the threshold
    UNKNOWN = "unknown"  # hidden, and nothing is known of it


Shown: TypeAlias = int | Hidden


@dataclass(frozen=True)
class Grid:
    """Counts by unit and column. `parents` gives each unit's parent, ALL for the topmost; counts lie on the
    leaves.

     Without columns there is one number per unit. Keys are (unit, column), totals have ALL in either place.
    `void` are cells of leaves that the reader knows must be empty; they hide nothing and are no part of the
    table.
    """

    parents: Mapping[str, str]
    columns: Sequence[str]
    counts: Mapping[Key, int]
    void: frozenset[Key] = frozenset()

    @property
    def leaves(self) -> list[str]:
        inner = set(self.parents.values())
        return [unit for unit in self.parents if unit not in inner]

    def totals(self) -> dict[Key, int]:
        """Every cell of the table, totals too."""
        cells: dict[Key, int] = {(ALL, ALL): 0}
        for leaf in self.leaves:
            for column in self.columns or (ALL,):
                if (leaf, column) not in self.void:
                    self._climb(cells, leaf, column, self.counts.get((leaf, column), 0))
        return cells

    def _climb(self, cells: dict[Key, int], unit: str, column: str, count: int) -> None:
        while True:
            for place in {column, ALL}:
                cells[unit, place] = cells.get((unit, place), 0) + count
            if unit == ALL:
                return
            unit = self.parents[unit]


def mask(table: Grid, threshold: int = 5, *, keep_total: bool = False) -> dict[Key, Shown]:
    """What may be shown of each cell and total: the number itself, or how it is hidden. Nothing else hides
    numbers.

     With `keep_total` a grand total of at least the threshold is always shown (other tables show it), and
    when that leaves no other way, everything but it is hidden.
    """
    network = _Network(table, threshold, keep_total)
    if network.protect():
        return network.shown()
    fixed = network.total if keep_total and network.total >= threshold else Hidden.UNKNOWN
    same = _same_as_total(table)
    return {key: fixed if key in same else Hidden.UNKNOWN for key in network.values}


def mask_sum(parts: Iterable[Shown]) -> Shown:
    """A sum over tables hidden apart from each other (quarters) is shown when every part of it is."""
    known = list(parts)
    if all(isinstance(part, int) for part in known):
        return sum(part for part in known if isinstance(part, int))
    return Hidden.UNKNOWN


def mask_share(part: int, whole: int, *, threshold: int = 5, min_denominator: int = 10) -> bool:
    """Whether “part of whole” may be shown to masked roles: no small number on either side."""
    return whole >= min_denominator and part >= threshold and (whole - part) >= threshold


def percent(part: int, whole: int, *, min_denominator: int = 10) -> int | None:
    """Whole percent, or None when the cases are too few for a percentage to say anything. For everyone."""
    return round(100 * part / whole) if whole >= min_denominator else None


def _same_as_total(table: Grid) -> set[Key]:
    """Cells that are the grand total by another name: a unit with no siblings, a single column."""
    children: dict[str, list[str]] = {}
    for unit, parent in table.parents.items():
        children.setdefault(parent, []).append(unit)
    units = [ALL]
    while len(children.get(units[-1], ())) == 1:
        units += children[units[-1]]
    columns = [ALL, *table.columns] if len(table.columns) == 1 else [ALL]
    return {(unit, column) for unit in units for column in columns}


@dataclass(slots=True, eq=False)
class _Edge:
    """A cell as a flow from one sum to another: how it is hidden, if it is, and which ways it can move within
    what a reader would then know of it.
    """

    key: Key
    start: int
    end: int
    value: int
    hidden: Hidden | None
    grows: bool
    shrinks: bool
    safe: bool = False


Way: TypeAlias = tuple[int, list[_Edge]]


class _Network:
    """The table as sums (numbered) and the cells between them. `out` are the moves open from each sum."""

    def __init__(self, table: Grid, threshold: int, keep_total: bool) -> None:
        self.table, self.threshold, self.keep_total = table, threshold, keep_total
        self.values = table.totals()
        self.sums: dict[tuple[str, ...], int] = {}
        leaves = set(table.leaves)
        cells = [key for key in self.values if table.columns or key[1] == ALL]
        self.edges = [self._edge(key, self.values[key], leaves) for key in cells]
        self.one_way = [e for e in self.edges if e.hidden and e.grows != e.shrinks]
        self.out: list[list[tuple[_Edge, int]]] = [[] for _sum in self.sums]
        self.into: list[list[tuple[_Edge, int]]] = [[] for _sum in self.sums]
        for edge in self.edges:
            if edge.grows:
                self._open(edge, edge.start, edge.end)
            if edge.shrinks:
                self._open(edge, edge.end, edge.start)

    def _open(self, edge: _Edge, here: int, there: int) -> None:
        self.out[here].append((edge, there))
        self.into[there].append((edge, here))

    @property
    def total(self) -> int:
        return self.values[ALL, ALL]

    def _number(self, *name: str) -> int:
        return self.sums.setdefault(name, len(self.sums))

    def _edge(self, key: Key, value: int, leaves: set[str]) -> _Edge:
        """The two sums a cell takes part in: across its own row (leaves and the top), and down its column."""
        unit, column = key
        row = self._number("row", unit if unit in leaves and self.table.columns else ALL)
        below = row if unit in leaves else self._number("column", unit, column)
        above = row if unit == ALL else self._number("column", self.table.parents[unit], column)
        start, end = (above, below) if column == ALL else (below, above)
        if value < self.threshold:
            return _Edge(key, start, end, value, Hidden.LOW, value < self.threshold - 1, value > 0)
        loose = key != (ALL, ALL) or not self.keep_total
        return _Edge(key, start, end, value, None, loose, loose and value > self.threshold)

    def protect(self) -> bool:
        """Finds a way round for every hidden cell; False when some cell has none."""
        self._settle_loose()
        for edge in sorted((e for e in self.edges if e.hidden), key=lambda e: -e.value):
            if edge.safe:
                continue
            cost = self._protect(edge)
            if cost is None:
                return False
            if cost == 0:  # it was safe already, and so are those around it
                self._settle_around(edge)
        return True

    def _settle_loose(self) -> None:
        """Quick proof for most: cells that can go both ways are safe on a ring of such cells."""
        forest = _Forest([e for e in self.edges if e.hidden and e.grows and e.shrinks])
        for edge in forest.closing:
            edge.safe = True
            for step in forest.ring(edge):
                step.safe = True

    def _settle_around(self, edge: _Edge) -> None:
        """Quick proof for cells that can go one way only: safe where all sums can reach each other."""
        reach = self._reach(edge.start, self.out) & self._reach(edge.start, self.into)
        self.one_way = [e for e in self.one_way if not e.safe]
        for other in self.one_way:
            other.safe = other.start in reach and other.end in reach

    def _reach(self, source: int, moves: Sequence[Sequence[tuple[_Edge, int]]]) -> set[int]:
        """The sums that moves of hidden cells lead to."""
        found, queue = {source}, [source]
        while queue:
            for edge, there in moves[queue.pop()]:
                if there not in found and edge.hidden:
                    found.add(there)
                    queue.append(there)
        return found

    def _protect(self, edge: _Edge) -> int | None:
        """Hides what it takes to make a cell safe; tells what that cost, None when there is no way."""
        up = self._way(edge.end, edge.start, edge) if edge.grows else None
        down = self._way(edge.start, edge.end, edge, up[0] if up else None) if edge.shrinks else None
        best = down or up
        if best is None:
            return None
        for step in (edge, *best[1]):
            step.safe = True
            step.hidden = step.hidden or Hidden.SECONDARY
        return best[0]

    def _way(self, source: int, target: int, without: _Edge, limit: int | None = None) -> Way | None:
        """The cheapest way along cells that can move, below a limit: hidden cells are free, shown ones cost
        what they show.
        """
        best: dict[int, int] = {source: 0}
        came: dict[int, tuple[int, _Edge]] = {}
        queue: list[tuple[int, int]] = [(0, source)]
        while queue:
            cost, here = heapq.heappop(queue)
            if here == target:
                return cost, _walk_back(came, source, target)
            if cost > best[here]:
                continue
            for edge, there in self.out[here]:
                price = cost if edge.hidden else cost + edge.value
                known = best.get(there)
                better = (known is None or price < known) and (limit is None or price < limit)
                if better and edge is not without:
                    best[there], came[there] = price, (here, edge)
                    heapq.heappush(queue, (price, there))
        return None

    def shown(self) -> dict[Key, Shown]:
        return {edge.key: edge.hidden or edge.value for edge in self.edges}


def _walk_back(came: Mapping[int, tuple[int, _Edge]], source: int, target: int) -> list[_Edge]:
    path, here = [], target
    while here != source:
        here, edge = came[here]
        path.append(edge)
    return path


class _Forest:
    """Trees over the sums that given cells tie together, and the cells that close rings in them."""

    def __init__(self, edges: Sequence[_Edge]) -> None:
        near: dict[int, list[tuple[_Edge, int]]] = {}
        for edge in edges:
            near.setdefault(edge.start, []).append((edge, edge.end))
            near.setdefault(edge.end, []).append((edge, edge.start))
        self.up: dict[int, tuple[int, _Edge] | None] = {}
        self.depth: dict[int, int] = {}
        self.skip: dict[int, int] = {}
        for root in near:
            if root not in self.up:
                self._grow(root, near)
        branches = {id(up[1]) for up in self.up.values() if up}
        self.closing = [edge for edge in edges if id(edge) not in branches]

    def _grow(self, root: int, near: Mapping[int, Sequence[tuple[_Edge, int]]]) -> None:
        self.up[root], self.depth[root] = None, 0
        queue = [root]
        while queue:
            here = queue.pop()
            for edge, there in near[here]:
                if there not in self.up:
                    self.up[there], self.depth[there] = (here, edge), self.depth[here] + 1
                    queue.append(there)

    def ring(self, edge: _Edge) -> Iterable[_Edge]:
        """The branches between the two ends of a closing cell, each told once only in the forest's life."""
        a, b = self._top(edge.start), self._top(edge.end)
        while a != b:
            if self.depth[a] < self.depth[b]:
                a, b = b, a
            step = self.up[a]
            if step is None:
                return
            self.skip[a] = step[0]
            yield step[1]
            a = self._top(a)

    def _top(self, place: int) -> int:
        passed = []
        while place in self.skip:
            passed.append(place)
            place = self.skip[place]
        for node in passed:
            self.skip[node] = place
        return place
