"""Pulls a drawing apart where a step is put in, as one does by hand, so that it can stand after the one before it."""

from __future__ import annotations

from hjulet.processes.bpmn.elements import Element, Index, family, kind
from hjulet.processes.bpmn.interchange import (
    EDGE,
    SHAPE,
    Box,
    Point,
    box_of,
    label_of,
    planes,
    points_at,
    points_of,
    put_box,
    put_label,
    put_points,
)
from hjulet.processes.bpmn.parts import size_of
from hjulet.processes.bpmn.rooms import GAP

_HOLDERS = ("participant", "lane", "group")


def make_room(found: Index, after: str, name: str, type: str) -> None:
    """Moves all that lies to the right of a step, so much that another fits between. A holder that reaches over the
    place grows; what has room already stays.
    """
    for plane in planes(found.root):
        places = [(shape, box) for shape in plane.findall(SHAPE) if (box := box_of(shape))]
        before = next((box for shape, box in places if points_at(shape) == after), None)
        if before is None:
            continue
        moved = [box.x for shape, box in places if box.x >= before.right and not _holds(found, shape)]
        wide, _high = size_of(name, family(type))
        needed = before.right + GAP + wide + GAP - min(moved, default=1e9)
        if needed > 0:
            _pull(found, plane, places, before.right, needed)


def _holds(found: Index, shape: Element) -> bool:
    element = found.by_id.get(points_at(shape))
    if element is None:
        return False
    return kind(element) in _HOLDERS or (family(kind(element)) == "sub" and bool(found.inside(element)))


def _pull(found: Index, plane: Element, places: list[tuple[Element, Box]], edge: float, by: float) -> None:
    for shape, box in places:
        if box.x >= edge:
            put_box(shape, box.moved(by, 0))
        elif box.right > edge and _holds(found, shape):
            put_box(shape, Box(box.x, box.y, box.width + by, box.height))
    for line in plane.findall(EDGE):
        points = points_of(line)
        if any(point.x >= edge + 1 for point in points):
            put_points(line, [Point(x + by, y) if x >= edge + 1 else Point(x, y) for x, y in points])
    for drawn in (*plane.findall(SHAPE), *plane.findall(EDGE)):
        label = label_of(drawn)
        if label is not None and label.x >= edge:
            put_label(drawn, label.moved(by, 0))
