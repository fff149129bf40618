"""The order in which a drawing is read: along its arrows, the main path first, and each loop once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

Ways = Mapping[str, Sequence[str]]


def reading_order(nodes: Sequence[str], ways: Ways, hung: Ways, starts: Iterable[str]) -> list[str]:
    """`nodes` (in the document's order) as they are read. `ways`: where each leads; `hung`: events on its border.

    First what the starts lead to, then what nothing leads to and what that leads to, last what only goes round. A step
    comes after all that lead to it, save where that would close a loop; branches are taken in the document's order. An
    event on a step's border comes right after the step, where it leads after the main path. O(nodes + ways).
    """
    place = {node: at for at, node in enumerate(nodes)}
    on = {node: sorted((to for to in ways.get(node, ()) if to in place), key=place.__getitem__) for node in nodes}
    events = {node: [event for event in hung.get(node, ()) if event in place] for node in nodes}
    order: dict[str, None] = {}
    for roots in _roots(nodes, on, events, starts, order):
        _read(_without_loops(roots, on, events, order), events, roots, order)
    return list(order)


def _roots(
    nodes: Sequence[str], on: Ways, events: Ways, starts: Iterable[str], order: Mapping[str, None]
) -> Iterator[list[str]]:
    """Where to begin, for as long as there is something left; `order` grows between the rounds."""
    first = [start for start in starts if start in on]
    if first:
        yield first
    led_to = {to for ways in (on, events) for node, tos in ways.items() for to in tos if to != node}
    for left in ((node for node in nodes if node not in led_to), nodes):
        for node in left:
            if node not in order:
                yield [node]


def _without_loops(roots: Sequence[str], on: Ways, events: Ways, order: Mapping[str, None]) -> dict[str, list[str]]:
    """What is reached from the roots and not yet read, with the ways on from each, without those that lead back."""
    forward: dict[str, list[str]] = {}
    for root in roots:
        if root in forward or root in order:
            continue
        forward[root] = []
        path = {root}
        stack = [(root, iter((*on[root], *events[root])))]
        while stack:
            node, left = stack[-1]
            to = next(left, None)
            if to is None:
                path.discard(stack.pop()[0])
            elif to not in path and to not in order:
                forward[node].append(to)
                if to not in forward:
                    forward[to] = []
                    path.add(to)
                    stack.append((to, iter((*on[to], *events[to]))))
    return forward


def _read(forward: Mapping[str, list[str]], events: Ways, roots: Sequence[str], order: dict[str, None]) -> None:
    """Adds the steps to `order`, each when all that lead to it have been added; the last found is followed first."""
    waits = Counter(to for tos in forward.values() for to in tos)
    stack = [root for root in reversed(roots) if root in forward and not waits[root]]
    while stack:
        node = stack.pop()
        if node not in order:
            ready = _add(node, forward, waits, order)
            for event in (event for event in events[node] if event in ready):
                ready.remove(event)
                ready += _add(event, forward, waits, order)
            stack.extend(reversed(ready))


def _add(node: str, forward: Mapping[str, list[str]], waits: Counter[str], order: dict[str, None]) -> list[str]:
    """Adds one step, and returns those that waited for it alone."""
    order[node] = None
    waits.subtract(forward[node])
    return [to for to in dict.fromkeys(forward[node]) if not waits[to]]
