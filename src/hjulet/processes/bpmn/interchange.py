"""The drawn part of a BPMN file (BPMN DI): where shapes stand and lines run. Numbers from others are distrusted."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lxml import etree

from hjulet.processes.bpmn.elements import Element, bare, tag
from hjulet.processes.bpmn.model import BPMN, BPMNDI, DC, DI, OWN

FAR = 100_000.0  # no drawing of ours is larger; a foreign file's wild numbers are drawn back to this
_PREFIXES = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
for _prefix, _namespace in {**_PREFIXES, "hjulet": OWN, "bpmn": BPMN}.items():
    etree.register_namespace(_prefix, _namespace)

SHAPE, EDGE, PLANE, DIAGRAM = (tag(f"BPMN{part}", BPMNDI) for part in ("Shape", "Edge", "Plane", "Diagram"))
LABEL, BOUNDS, WAYPOINT = tag("BPMNLabel", BPMNDI), tag("Bounds", DC), tag("waypoint", DI)


class Point(NamedTuple):
    x: float
    y: float


class Box(NamedTuple):
    """Left, top, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> Point:
        return Point(self.x + self.width / 2, self.y + self.height / 2)

    def meets(self, other: Box, gap: float = 0) -> bool:
        return (
            self.x - gap < other.right
            and other.x - gap < self.right
            and self.y - gap < other.bottom
            and other.y - gap < self.bottom
        )

    def holds(self, point: Point) -> bool:
        return self.x <= point.x <= self.right and self.y <= point.y <= self.bottom

    def moved(self, x: float, y: float) -> Box:
        return Box(self.x + x, self.y + y, self.width, self.height)


def around(boxes: Sequence[Box]) -> Box | None:
    """The least box round them all."""
    if not boxes:
        return None
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(x, y, max(box.right for box in boxes) - x, max(box.bottom for box in boxes) - y)


def _number(text: str | None) -> float | None:
    """A finite number within reach, else None."""
    try:
        number = float(text or "")
    except ValueError:
        return None
    return min(max(number, -FAR), FAR) if math.isfinite(number) else None


def box_of(element: Element) -> Box | None:
    """The bounds of a shape or a label; None if there are none to trust."""
    bounds = element.find(BOUNDS)
    if bounds is None:
        return None
    x, y, width, height = (_number(bounds.get(key)) for key in ("x", "y", "width", "height"))
    if x is None or y is None or width is None or height is None or width <= 0 or height <= 0:
        return None
    return Box(x, y, width, height)


def points_of(edge: Element) -> list[Point]:
    """The waypoints of a line; fewer than two means that there is no line."""
    found = ((_number(point.get("x")), _number(point.get("y"))) for point in edge.findall(WAYPOINT))
    return [Point(x, y) for x, y in found if x is not None and y is not None]


def label_of(element: Element) -> Box | None:
    label = element.find(LABEL)
    return box_of(label) if label is not None else None


def planes(root: Element) -> list[Element]:
    return list(root.iter(PLANE))


def points_at(drawn: Element) -> str:
    """The id of the element that a shape, line or plane draws."""
    return bare(drawn.get("bpmnElement"))


def drawn(root: Element) -> Iterator[Element]:
    """All shapes and lines."""
    yield from root.iter(SHAPE, EDGE)


def by_element(root: Element, which: str) -> dict[str, Element]:
    """Shapes (or lines) by the id of what they draw; the first where there are several."""
    found: dict[str, Element] = {}
    for element in root.iter(which):
        found.setdefault(points_at(element), element)
    return found


def _short(number: float) -> str:
    rounded = round(number, 1)
    return str(int(rounded)) if rounded == int(rounded) else str(rounded)


def _put_bounds(holder: Element, box: Box) -> None:
    bounds = holder.find(BOUNDS)
    if bounds is None:
        bounds = etree.Element(BOUNDS)
        extension = holder.find(tag("extension", DI))
        holder.insert(0 if extension is None else 1, bounds)
    for key, number in zip(("x", "y", "width", "height"), box, strict=True):
        bounds.set(key, _short(number))


def put_box(shape: Element, box: Box) -> None:
    _put_bounds(shape, box)


def put_points(edge: Element, points: Sequence[Point]) -> None:
    for old in edge.findall(WAYPOINT):
        edge.remove(old)
    extension = edge.find(tag("extension", DI))
    start = 0 if extension is None else 1
    for at, point in enumerate(points):
        new = etree.Element(WAYPOINT)
        new.set("x", _short(point.x))
        new.set("y", _short(point.y))
        edge.insert(start + at, new)


def put_label(element: Element, box: Box | None) -> None:
    """Where the name is written; None: the reader of the file decides."""
    label = element.find(LABEL)
    if box is None:
        bounds = label.find(BOUNDS) if label is not None else None
        if bounds is not None:
            label.remove(bounds)
        return
    _put_bounds(label if label is not None else etree.SubElement(element, LABEL), box)


class Pen:
    """Adds to a file's first plane, or to a new one, with ids that nothing else has."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self._ids = {own for element in root.iter() if (own := element.get("id"))}
        found = planes(root)
        self.plane: Any = found[0] if found else self._new_plane()
        self.shapes = by_element(root, SHAPE)
        self.edges = by_element(root, EDGE)

    def start_over(self) -> None:
        """Empties the picture. What is drawn again keeps its id and what other tools wrote there."""
        for element in list(drawn(self.root)):
            drop(element)
        for diagram in self.root.findall(DIAGRAM):
            if self.plane.getparent() is not diagram:
                for style in diagram.findall(tag("BPMNLabelStyle", BPMNDI)):
                    self.plane.getparent().append(style)
                drop(diagram)

    def indent(self) -> None:
        etree.indent(self.plane.getparent(), space="  ", level=1)

    def _new_id(self, wanted: str) -> str:
        own, at = wanted, 1
        while own in self._ids:
            at += 1
            own = f"{wanted}_{at}"
        self._ids.add(own)
        return own

    def _new_plane(self) -> Element:
        diagram = etree.Element(DIAGRAM, nsmap=_PREFIXES)
        diagram.set("id", self._new_id("diagram"))
        relationship = self.root.find(tag("relationship"))
        if relationship is None:
            self.root.append(diagram)
        else:
            relationship.addprevious(diagram)
        plane = etree.SubElement(diagram, PLANE)
        plane.set("id", self._new_id("plane"))
        return plane

    def _drawn(self, which: str, known: dict[str, Element], element: str, plane: Element | None) -> Element:
        if element not in known:
            new = etree.Element(which)
            new.set("id", self._new_id(f"{element}_di"))
            new.set("bpmnElement", element)
            known[element] = new
        if known[element].getparent() is None:
            (self.plane if plane is None else plane).append(known[element])
        return known[element]

    def shape(
        self, element: str, box: Box, label: Box | None = None, plane: Element | None = None, **facts: str
    ) -> Element:
        """The shape of an element, new or the one there is."""
        shape = self._drawn(SHAPE, self.shapes, element, plane)
        put_box(shape, box)
        put_label(shape, label)
        for key, value in facts.items():
            shape.set(key, value)
        return shape

    def edge(
        self, element: str, points: Sequence[Point], label: Box | None = None, plane: Element | None = None
    ) -> Element:
        edge = self._drawn(EDGE, self.edges, element, plane)
        put_points(edge, points)
        put_label(edge, label)
        return edge


def drop(drawn_element: Element) -> None:
    """Takes a shape or line out; the text after it stays."""
    parent = drawn_element.getparent()
    if parent is None:
        return
    tail, before = drawn_element.tail, drawn_element.getprevious()
    parent.remove(drawn_element)
    if tail and tail.strip():
        if before is None:
            parent.text = (parent.text or "") + tail
        else:
            before.tail = (before.tail or "") + tail
