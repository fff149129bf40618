"""The table of steps, read out of the tree: the same as the drawing, in the order one reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hjulet.processes.bpmn.beside import all_beside, untied
from hjulet.processes.bpmn.elements import CONTAINERS, Element, Index, bare, index, kind, name_of, tag, words
from hjulet.processes.bpmn.interchange import SHAPE, Box, box_of, by_element
from hjulet.processes.bpmn.model import OWN, OWN_FACTS, Beside, Diagram, Next, Row
from hjulet.processes.bpmn.order import reading_order
from hjulet.processes.bpmn.telling import shown, told

__all__ = ["remarks", "rows", "searchable", "shown", "told"]


def rows(diagram: Diagram) -> list[Row]:
    """Every step, whatever its type, in reading order; what a sub-process holds comes after it. O(size of the file).

    Pools come in the order of the file, then processes without a pool. A step without an id is in no drawing and is
    left out here too (reading says so).
    """
    return list(_Reader(index(diagram)).rows())


def remarks(diagram: Diagram) -> list[str]:
    """What can be read in the drawing without belonging to a step: loose notes, data and what groups are called."""
    found = index(diagram)
    return list(dict.fromkeys(untied(found, all_beside(found)).values()))


def searchable(steps: Iterable[Row]) -> str:
    """All that a process is found by: every name and text once, a line each."""
    found: dict[str, None] = {}
    for row in steps:
        branches = (one.label for one in row.next)
        near = (text for one in row.beside if one.kind != "sign" for text in (one.text, one.name))
        for text in (row.name, row.lane, row.purpose, row.documented, *branches, *near):
            found[" ".join(text.split())] = None
    return "\n".join(text for text in found if text)


class _Reader:
    """One reading of one tree."""

    def __init__(self, found: Index) -> None:
        self.found = found
        self.ways: dict[str, list[str]] = {}  # along the flows, and from a link to where it is taken up again
        self.next: dict[str, list[Next]] = {}
        self.hung: dict[str, list[str]] = {}
        self.beside = all_beside(found)
        self._follow_flows()
        self._follow_links()
        for own, node in found.nodes.items():
            host = bare(node.get("attachedToRef"))
            if host:
                self.hung.setdefault(host, []).append(own)
        self.boxes = {own: box_of(shape) for own, shape in by_element(found.root, SHAPE).items()}

    def _follow_flows(self) -> None:
        for own, flow in self.found.flows.items():
            source, target = self.found.ends(flow)
            if source in self.found.nodes and target:
                label = (flow.get("name") or "").strip()
                self.next.setdefault(source, []).append(Next(own, label, target))
                self.ways.setdefault(source, []).append(target)

    def _follow_links(self) -> None:
        """A drawing too wide for the paper goes on at the link event with the same name."""
        links = [node for node in self.found.nodes.values() if node.find(tag("linkEventDefinition")) is not None]
        caught = {
            (node.getparent(), name_of(node)): node.get("id")
            for node in links
            if kind(node) == "intermediateCatchEvent" and name_of(node)
        }
        for node in links:
            own, taken_up = node.get("id"), caught.get((node.getparent(), name_of(node)))
            if taken_up and kind(node) == "intermediateThrowEvent":
                self.ways.setdefault(own, []).append(taken_up)
                self.beside.setdefault(own, []).append(Beside("link", other=taken_up))

    def rows(self) -> Iterator[Row]:
        found = list(self._placed())
        places = {node.get("id"): place for place, (node, _lane, _inside) in enumerate(found, start=1)}
        for node, lane, inside in found:
            yield self._row(node, lane, inside, places)

    def _placed(self) -> Iterator[tuple[Element, str, str]]:
        for process in self._processes():
            pool = self.found.pool_of(process) if process.get("id") else None
            yield from self._within(process, name_of(pool) if pool is not None else "", "")

    def _processes(self) -> list[Element]:
        """Those with a pool in the pools' order, then the others."""
        all_of_them = list(self.found.root.iter(tag("process")))
        rank = {bare(pool.get("processRef")): at for at, pool in enumerate(self.found.participants.values())}
        return sorted(all_of_them, key=lambda process: rank.get(process.get("id") or "", len(rank)))

    def _within(self, container: Element, lane: str, inside: str) -> Iterator[tuple[Element, str, str]]:
        """(step, who does it, what holds it), in reading order. `lane`: who does it when no lane in here says."""
        held = {node.get("id"): node for node in self.found.inside(container)}
        starts = [own for own, node in held.items() if kind(node) == "startEvent"]
        lanes = self._lanes(container, held)
        for own in reading_order(list(held), self.ways, self.hung, starts):
            who = lanes.get(own) or lane
            yield held[own], who, inside
            if kind(held[own]) in CONTAINERS:
                yield from self._within(held[own], who, own)

    def _lanes(self, container: Element, held: dict[str, Element]) -> dict[str, str]:
        """Name of the innermost lane by step; a nameless lane has its outer lane's name."""
        found: dict[str, tuple[int, str]] = {}
        boxes: list[tuple[Box, str]] = []
        for lane in self.found.lanes(container):
            outer = [lane, *lane.iterancestors(tag("lane"))]
            name = next((name_of(one) for one in outer if name_of(one)), "")
            for reference in lane.findall(tag("flowNodeRef")):
                own = bare(words(reference))
                if len(outer) > found.get(own, (0, ""))[0]:
                    found[own] = (len(outer), name)
            box = self.boxes.get(lane.get("id") or "")
            if box is not None:
                boxes.append((box, name))
        names = {own: name for own, (_depth, name) in found.items()}
        for own in held.keys() - names.keys():
            names[own] = self._drawn_in(own, boxes)
        return names

    def _drawn_in(self, own: str, lanes: list[tuple[Box, str]]) -> str:
        """Some tools say only by the drawing which lane a step stands in: the smallest that holds its middle."""
        box = self.boxes.get(own)
        around = [(lane.width * lane.height, name) for lane, name in lanes if box and lane.holds(box.middle)]
        return min(around)[1] if around else ""

    def _row(self, node: Element, lane: str, inside: str, places: dict[str, int]) -> Row:
        own = node.get("id")
        facts = {fact: node.get(tag(fact, OWN)) or "" for fact in OWN_FACTS}
        ways, near = self._ways_on(node, places), tuple(self.beside.get(own, ()))
        return Row(own, places[own], kind(node), name_of(node), lane, inside, ways, beside=near, **facts)

    def _ways_on(self, node: Element, places: dict[str, int]) -> tuple[Next, ...]:
        """In the order of the steps they lead to, then those that lead back, last what holds otherwise."""
        own, default = node.get("id"), bare(node.get("default"))

        def rank(one: Next) -> tuple[bool, bool, int]:
            place = places.get(one.target, len(places) + 1)
            return one.flow == default, place <= places[own], place

        return tuple(sorted(self.next.get(own, ()), key=rank))
