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
from dataclasses import dataclass, field
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


@dataclass
class _Edge:
    """A cell as a flow from one sum to another. `hidden` tells whether it is shown; bounds are what a
    reader knows.
    """

    key: Key
    start: object
    end: object
    value: int
    hidden: Hidden | None = None
    fixed: bool = False
    safe: bool = False

    def may_grow(self, threshold: int) -> bool:
        return not self.fixed and (self.hidden is not Hidden.LOW or self.value < threshold - 1)

    def may_shrink(self, threshold: int) -> bool:
        return not self.fixed and self.value > (0 if self.hidden is Hidden.LOW else threshold)


@dataclass
class _Network:
    table: Grid
    threshold: int
    keep_total: bool
    values: dict[Key, int] = field(init=False)
    edges: list[_Edge] = field(init=False)
    near: dict[object, list[tuple[_Edge, bool]]] = field(init=False)

    def __post_init__(self) -> None:
        self.values = self.table.totals()
        leaves = set(self.table.leaves)
        self.edges = [self._edge(key, value, leaves) for key, value in self.values.items() if self._counts(key)]
        self.near = {}
        for edge in self.edges:
            self.near.setdefault(edge.start, []).append((edge, True))
            self.near.setdefault(edge.end, []).append((edge, False))

    @property
    def total(self) -> int:
        return self.values[ALL, ALL]

    def _counts(self, key: Key) -> bool:
        return bool(self.table.columns) or key[1] == ALL

    def _edge(self, key: Key, value: int, leaves: set[str]) -> _Edge:
        """The two sums a cell takes part in: across its own row (leaves and the top), and down its column."""
        unit, column = key
        row: object = ("row", unit if unit in leaves and self.table.columns else ALL)
        below: object = row if unit in leaves else ("column", unit, column)
        above: object = row if unit == ALL else ("column", self.table.parents[unit], column)
        start, end = (above, below) if column == ALL else (below, above)
        edge = _Edge(key, start, end, value)
        if value < self.threshold:
            edge.hidden = Hidden.LOW
        elif key == (ALL, ALL):
            edge.fixed = self.keep_total
        return edge

    def protect(self) -> bool:
        """Finds a way round for every hidden cell; False when some cell has none."""
        self._settle_loose()
        for edge in sorted((e for e in self.edges if e.hidden), key=lambda e: -e.value):
            if not edge.safe:
                self._settle_around(edge)
            if not edge.safe and not self._protect(edge):
                return False
        return True

    def _settle_loose(self) -> None:
        """Quick proof for most: cells that can go both ways are safe on a ring of such cells."""
        loose = [e for e in self.edges if e.hidden and e.may_grow(self.threshold) and e.may_shrink(self.threshold)]
        forest = _Forest(loose)
        for edge in forest.closing:
            edge.safe = True
            for step in forest.ring(edge):
                step.safe = True

    def _settle_around(self, edge: _Edge) -> None:
        """Quick proof for cells that can go one way only: they are safe where all sums can reach each
        other.
        """
        reach = self._reach(edge.start, forward=True) & self._reach(edge.start, forward=False)
        for other in self.edges:
            one_way = other.may_grow(self.threshold) != other.may_shrink(self.threshold)
            if other.hidden and one_way and other.start in reach and other.end in reach:
                other.safe = True

    def _reach(self, source: object, *, forward: bool) -> set[object]:
        """The sums that hidden cells lead to from a sum, or lead from to it."""
        found, queue = {source}, [source]
        while queue:
            for edge, leaving in self.near[queue.pop()]:
                there = edge.end if leaving else edge.start
                open_way = edge.may_grow(self.threshold) if leaving == forward else edge.may_shrink(self.threshold)
                if edge.hidden and open_way and there not in found:
                    found.add(there)
                    queue.append(there)
        return found

    def _protect(self, edge: _Edge) -> bool:
        ways = []
        if edge.may_grow(self.threshold):
            ways.append(self._way(edge.end, edge.start, edge))
        if edge.may_shrink(self.threshold):
            ways.append(self._way(edge.start, edge.end, edge))
        found = [way for way in ways if way is not None]
        if not found:
            return False
        _, path = min(found, key=lambda way: way[0])
        edge.safe = True
        for step in path:
            step.safe = True
            step.hidden = step.hidden or Hidden.SECONDARY
        return True

    def _way(self, source: object, target: object, without: _Edge) -> tuple[float, list[_Edge]] | None:
        """The cheapest way along cells that can move: hidden ones cost next to nothing, shown ones what
        they show.
        """
        best: dict[object, float] = {source: 0.0}
        came: dict[object, tuple[object, _Edge]] = {}
        queue: list[tuple[float, int, object]] = [(0.0, 0, source)]
        order = 0
        while queue:
            cost, _, here = heapq.heappop(queue)
            if here == target:
                return cost, _walk_back(came, source, target)
            if cost > best[here]:
                continue
            for edge, there, price in self._steps(here, without):
                if cost + price < best.get(there, float("inf")):
                    best[there], came[there] = cost + price, (here, edge)
                    order += 1
                    heapq.heappush(queue, (cost + price, order, there))
        return None

    def _steps(self, here: object, without: _Edge) -> Iterable[tuple[_Edge, object, float]]:
        for edge, forward in self.near[here]:
            if edge is without:
                continue
            if edge.may_grow(self.threshold) if forward else edge.may_shrink(self.threshold):
                price = 0.01 if edge.hidden else 1.0 + edge.value
                yield edge, edge.end if forward else edge.start, price

    def shown(self) -> dict[Key, Shown]:
        return {edge.key: edge.hidden or edge.value for edge in self.edges}


def _walk_back(came: dict[object, tuple[object, _Edge]], source: object, target: object) -> list[_Edge]:
    path, here = [], target
    while here != source:
        here, edge = came[here]
        path.append(edge)
    return path


class _Forest:
    """Trees over the sums that given cells tie together, and the cells that close rings in them."""

    def __init__(self, edges: Sequence[_Edge]) -> None:
        near: dict[object, list[tuple[_Edge, object]]] = {}
        for edge in edges:
            near.setdefault(edge.start, []).append((edge, edge.end))
            near.setdefault(edge.end, []).append((edge, edge.start))
        self.up: dict[object, tuple[object, _Edge] | None] = {}
        self.depth: dict[object, int] = {}
        self.skip: dict[object, object] = {}
        for root in near:
            if root not in self.up:
                self._grow(root, near)
        branches = {id(up[1]) for up in self.up.values() if up}
        self.closing = [edge for edge in edges if id(edge) not in branches]

    def _grow(self, root: object, near: Mapping[object, Sequence[tuple[_Edge, object]]]) -> None:
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

    def _top(self, place: object) -> object:
        passed = []
        while place in self.skip:
            passed.append(place)
            place = self.skip[place]
        for node in passed:
            self.skip[node] = place
        return place
