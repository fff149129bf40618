"""Pools and lanes in a drawing, with their names: level where there is room for it, else written upwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from hjulet.processes.bpmn.ink import Ink
from hjulet.processes.bpmn.interchange import Box, Point
from hjulet.processes.bpmn.text import fit

_LEAST = 72.0  # a column narrower than this has its name written upwards
_MOST = 140.0
_BAND = 30.0
_SIZES = (14.0, 13.0, 12.0, 11.0)


@dataclass
class Band:
    """A pool or a lane. `head`: how much of its left side (of its top, if upright) its name takes."""

    own: str
    name: str
    box: Box
    upright: bool = False
    lane: bool = False
    head: float = _BAND


def measure(bands: list[Band], steps: Iterable[Box]) -> None:
    """Gives each band its head: up to the first lane in it, or as wide as the steps leave free."""
    left: dict[float, float] = {}
    boxes = list(steps)
    for band in bands:
        inner = [other.box for other in bands if _in_band(other, band)]
        if band.upright:
            continue
        if inner:
            band.head = min(max(min(box.x for box in inner) - band.box.x, 0), _MOST)
            continue
        first = min((box.x for box in boxes if _inside(box, band.box)), default=band.box.right)
        edge = round(band.box.x)
        left[edge] = min(left.get(edge, _MOST), first - band.box.x - 24)
    for band in bands:  # lanes that start at the same place have equally wide heads
        free = left.get(round(band.box.x))
        if free is not None and not band.upright and not _has_lanes(band, bands):
            band.head = min(free, band.box.width) if free >= _LEAST else _BAND


def _has_lanes(band: Band, bands: list[Band]) -> bool:
    return any(_in_band(other, band) for other in bands)


def _in_band(lane: Band, outer: Band) -> bool:
    """Whether a lane is one that a pool or lane is divided into; lanes of a sub-process reach less far."""
    reaches = abs(lane.box.right - outer.box.right) < 4 or outer.upright
    return lane is not outer and lane.lane and reaches and _inside(lane.box, outer.box)


def _inside(inner: Box, outer: Box) -> bool:
    return outer.holds(inner.middle) and inner.width * inner.height < outer.width * outer.height


def drawn(band: Band, ink: Ink, empty: bool) -> str:
    """The SVG of a pool or lane. `empty`: a pool that nothing stands in, so that its name has the whole of it."""
    box = band.box
    if empty:
        head = box
    elif band.upright:
        head = Box(box.x, box.y, box.width, min(_BAND, box.height))
    else:
        head = Box(box.x, box.y, band.head, box.height)
    out = ink.rect(box, "lane") + (ink.rect(head, "laneh") if head.width > 0 else "")
    return out + _name(band, head, ink)


def _name(band: Band, head: Box, ink: Ink) -> str:
    """From the left, where one starts to read a wide drawing; upwards in a narrow head."""
    middle, name = head.middle, band.name[:400]
    if head.width < _LEAST:
        lines = fit(name, max(head.height - 10, 20), max(head.width - 2, 12), _SIZES)
        return ink.upward(lines, middle, "tl") if head.width >= 12 else ""
    lines = fit(name, max(head.width - 20, 20), max(head.height - 6, 12), _SIZES)
    top = middle.y - lines.height / 2
    if band.upright:
        return ink.text(lines, Point(middle.x, top), "tl")
    return ink.text(lines, Point(head.x + 12, top), "tl", "start")
