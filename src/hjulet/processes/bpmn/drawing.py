"""The drawing as SVG, made on the server: for the page, in its own colours, and for print, in fixed ones."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from hjulet.processes.bpmn import bands, figures
from hjulet.processes.bpmn.bands import Band
from hjulet.processes.bpmn.completing import missing
from hjulet.processes.bpmn.elements import LINKS, Element, Index, bare, family, index, kind, name_of, tag
from hjulet.processes.bpmn.figures import Figure
from hjulet.processes.bpmn.ink import FONT, Ink, num, safe
from hjulet.processes.bpmn.interchange import (
    EDGE,
    SHAPE,
    Box,
    Point,
    around,
    box_of,
    label_of,
    planes,
    points_at,
    points_of,
)
from hjulet.processes.bpmn.layout import complete
from hjulet.processes.bpmn.lines import halfway
from hjulet.processes.bpmn.model import NODE_TYPES, Diagram
from hjulet.processes.bpmn.text import Lines, width, wrap

Heat = Mapping[str, tuple[int, str]]
_MARGIN = 12.0
_APART = 44.0  # between the drawings of a file that has several
_WIDEST = 30_000.0  # of the picture on a page, in pixels; larger is shown smaller
_RADIUS = {1: 10.0, 2: 11.5, 3: 13.0, 4: 15.0}


def heat_level(count: int, most: int) -> int:
    """How hot a step is, 1 to 4, among steps where the hottest has `most`. 0: nothing has happened."""
    if count <= 0:
        return 0
    share = count / max(most, 6)
    return 1 + (share > 0.25) + (share > 0.5) + (share > 0.75)


def draw(
    diagram: Diagram,
    *,
    title: str,
    description: str,
    link: Callable[[str], str] | None = None,
    heat: Heat | None = None,
    prefix: str = "",
    numbers: Mapping[str, int] | None = None,
    standalone: bool = False,
) -> str:
    """The whole drawing as one <svg>.

    `link`: an address for a step's id, or empty; `heat`: how many and in words, by the step's id; `numbers`: the
    steps' places in the table; `prefix`: makes ids unique where a page has several drawings; `standalone`: for a file,
    a print or another program, with fixed colours and without classes. What lacks a place is given one in a copy.
    """
    found = _placed(diagram)
    picture = _Picture(found, Ink(standalone), link, heat or {}, numbers or {}, re.sub(r"[^\w-]", "", prefix))
    body, size = picture.all()
    return _svg(picture, body, size, title, description)


def _placed(diagram: Diagram) -> Index:
    found = index(diagram)
    if not missing(found):
        return found
    copy = Diagram(deepcopy(diagram.tree))
    complete(copy)
    return index(copy)


def _svg(picture: _Picture, body: str, size: tuple[float, float], title: str, description: str) -> str:
    own, (wide, high) = picture.prefix, size
    shown = min(1.0, _WIDEST / wide)
    look = f'xmlns="http://www.w3.org/2000/svg" font-family="{FONT}"' if picture.ink.standalone else 'class="p-map"'
    role = "group" if picture.link else "img"
    return (
        f'<svg {look} viewBox="0 0 {num(wide)} {num(high)}" width="{num(wide * shown)}" height="{num(high * shown)}"'
        f' role="{role}" aria-labelledby="{own}p-title {own}p-desc">'
        f'<title id="{own}p-title">{safe(title)}</title><desc id="{own}p-desc">{safe(description)}</desc>'
        f"<defs>{_markers(picture)}</defs>{body}</svg>"
    )


def _markers(picture: _Picture) -> str:
    def marker(name: str, x: float, d: str, look: str) -> str:
        return (
            f'<marker id="{picture.prefix}p-{name}" viewBox="-1 -1 12 12" refX="{num(x)}" refY="5" markerWidth="12"'
            f' markerHeight="12" markerUnits="userSpaceOnUse" orient="auto">{picture.ink.path(d, look)}</marker>'
        )

    return (
        marker("arrow", 9.5, "M0 0L10 5L0 10Z", "arrow")
        + marker("sent", 9.5, "M0 0L10 5L0 10Z", "open")
        + marker("from", 0, "M8 5A4 4 0 1 1 0 5A4 4 0 1 1 8 5Z", "open")
        + marker("into", 9.5, "M1 0L10 5L1 10", "sign")
        + marker("maybe", 0, "M0 5L5 1L10 5L5 9Z", "open")
        + marker("else", 0, "M3 9L8 1", "sign")
    )


@dataclass
class _Sheet:
    """One plane: SVG in the order of drawing, and the boxes that it takes up."""

    out: list[str] = field(default_factory=list)
    room: list[Box] = field(default_factory=list)


class _Picture:
    def __init__(
        self,
        found: Index,
        ink: Ink,
        link: Callable[[str], str] | None,
        heat: Heat,
        numbers: Mapping[str, int],
        prefix: str,
    ) -> None:
        self.found, self.ink, self.link, self.heat = found, ink, link, heat
        self.numbers, self.prefix = numbers, prefix
        self.most = max((count for count, _words in heat.values()), default=0)
        self.defaults = {bare(node.get("default")) for node in found.nodes.values()} - {""}

    def all(self) -> tuple[str, tuple[float, float]]:
        """All planes below each other; those of sub-processes with their names above."""
        out, wide, y = [], 200.0, 0.0
        for plane in planes(self.found.root):
            sheet = self._sheet(plane)
            frame = around(sheet.room)
            if frame is None:
                continue
            head = self._caption(plane, y) if y else ""
            y += 30 if head else 0
            move = f"translate({num(_MARGIN - frame.x)} {num(y + _MARGIN - frame.y)})"
            out.append(f'{head}<g transform="{move}">{"".join(sheet.out)}</g>')
            wide = max(wide, frame.width + 2 * _MARGIN)
            y += frame.height + 2 * _MARGIN + _APART
        return "".join(out), (wide, max(y - _APART, 60.0))

    def _caption(self, plane: Element, y: float) -> str:
        element = self.found.by_id.get(points_at(plane))
        name = name_of(element) if element is not None else ""
        return self.ink.text(wrap(name[:200], 1200, 14), Point(_MARGIN, y + 8), "tl", "start") if name else ""

    # One plane --------------------------------------------------------------------------------------------------

    def _sheet(self, plane: Element) -> _Sheet:
        sheet = _Sheet()
        shapes = [(shape, box) for shape in plane.findall(SHAPE) if (box := box_of(shape))]
        boxes = {points_at(shape): box for shape, box in shapes}
        pools = [band for shape, box in shapes if (band := self._band(shape, box))]
        frames = {band.own for band in pools}
        shown = [self._figure(shape, box, boxes) for shape, box in shapes if points_at(shape) not in frames]
        self._ground(sheet, pools, [one for one in shown if _lies_under(one)], [one.box for one in shown])
        names: list[str] = []
        for edge in plane.findall(EDGE):
            self._edge(sheet, edge, names)
        rest = [one for one in shown if not _lies_under(one)]
        for figure in sorted(rest, key=lambda one: one.kind == "boundaryEvent"):
            self._draw_figure(sheet, figure)
        sheet.out += names
        return sheet

    def _band(self, shape: Element, box: Box) -> Band | None:
        element = self.found.by_id.get(points_at(shape))
        name = kind(element) if element is not None else ""
        if element is None or name not in ("participant", "lane"):
            return None
        upright = shape.get("isHorizontal") == "false"
        return Band(points_at(shape), name_of(element), box, upright, lane=name == "lane")

    def _ground(self, sheet: _Sheet, pools: list[Band], open_ones: list[Figure], steps: list[Box]) -> None:
        """Pools, lanes, open sub-processes and groups, the large under the small."""
        bands.measure(pools, steps)
        ground: list[Band | Figure] = [*pools, *open_ones]
        for one in sorted(ground, key=lambda one: -one.box.width * one.box.height):
            if isinstance(one, Figure):
                self._draw_figure(sheet, one)
                continue
            within = [*steps, *(other.box for other in pools if other.lane)]
            empty = not one.lane and not any(one.box.holds(box.middle) for box in within)
            sheet.out.append(self._group(one.own, bands.drawn(one, self.ink, empty), "p-band"))
            sheet.room.append(one.box)

    def _figure(self, shape: Element, box: Box, boxes: dict[str, Box]) -> Figure:
        own = points_at(shape)
        element = self.found.by_id.get(own)
        name = self._called(element) if element is not None else ""
        figure = Figure(own, element, box, name, label_of(shape), self.numbers.get(own))
        figure.marked = shape.get("isMarkerVisible") != "false"
        figure.hot = self._level(own) == 4
        if element is not None and family(figure.kind) == "sub":
            inner = any(node.get("id") in boxes for node in self.found.inside(element))
            figure.open = shape.get("isExpanded") == "true" or (shape.get("isExpanded") is None and inner)
        return figure

    def _called(self, element: Element) -> str:
        if kind(element) == "group":
            value = self.found.by_id.get(bare(element.get("categoryValueRef")))
            return (value.get("value") or "").strip() if value is not None else ""
        return name_of(element)

    # One shape --------------------------------------------------------------------------------------------------

    def _draw_figure(self, sheet: _Sheet, figure: Figure) -> None:
        body, room = figures.drawn(figure, self.ink)
        body += self._bubble(figure, sheet)
        sheet.out.append(self._linked(figure, body))
        sheet.room.append(room)

    def _level(self, own: str) -> int:
        return heat_level(self.heat[own][0], self.most) if own in self.heat else 0

    def _bubble(self, figure: Figure, sheet: _Sheet) -> str:
        """How much has happened at a step, at its right top corner: a number in a ring, the hottest filled."""
        level = self._level(figure.own)
        if not level:
            return ""
        count = str(self.heat[figure.own][0])
        radius = max(_RADIUS[level], width(count, 12, bold=True) / 2 + 5)
        box = figure.box
        inset = 0.15 if family(figure.kind) in ("event", "gateway") else 0.0
        at = Point(box.right - box.width * inset, box.y + box.height * inset)
        sheet.room.append(Box(at.x - radius, at.y - radius, 2 * radius, 2 * radius))
        number = self.ink.mark(Lines((count,), 12), Point(at.x, at.y - 7.7), "th4" if level == 4 else "th")
        return self.ink.circle(at, radius, f"heat-{level}") + number

    def _linked(self, figure: Figure, body: str) -> str:
        href = self.link(figure.own) if self.link and figure.own in self.found.nodes else ""
        if not href:
            return self._group(figure.own, body, "p-shape")
        said = figure.name or str(NODE_TYPES.get(figure.kind, figure.kind))
        said = f"{figure.number} {said}" if figure.number is not None else said
        said += f": {self.heat[figure.own][1]}" if figure.own in self.heat else ""
        classes = "" if self.ink.standalone else ' class="p-shape p-link"'
        return (
            f'<a href="{safe(href)}"{classes} data-id="{safe(figure.own)}" aria-label="{safe(" ".join(said.split()))}">'
            f"{body}</a>"
        )

    def _group(self, own: str, body: str, name: str) -> str:
        classes = "" if self.ink.standalone else f' class="{name}"'
        return f'<g{classes} data-id="{safe(own)}">{body}</g>'

    # One line ---------------------------------------------------------------------------------------------------

    def _edge(self, sheet: _Sheet, edge: Element, names: list[str]) -> None:
        points = points_of(edge)
        element = self.found.by_id.get(points_at(edge))
        if len(points) < 2:
            return
        name = kind(element) if element is not None else ""
        look, ends = self._line_look(element, name)
        d = "M" + "L".join(f"{num(x)} {num(y)}" for x, y in points)
        more = "".join(f' marker-{end}="url(#{self.prefix}p-{sign})"' for end, sign in ends)
        path = self.ink.path(d, look, f' stroke-linejoin="round"{more}')
        sheet.out.append(self._group(points_at(edge), path, "p-edge"))
        sheet.room += [Box(x - 1, y - 1, 2, 2) for x, y in points]
        if element is not None and name not in LINKS and name_of(element):
            names.append(self._edge_name(sheet, name_of(element), label_of(edge), points))

    def _line_look(self, element: Element | None, name: str) -> tuple[str, list[tuple[str, str]]]:
        if element is None or name == "conversationLink":
            return "flow", []
        if name == "messageFlow":
            return "message", [("start", "from"), ("end", "sent")]
        if name in LINKS:
            points = name != "association" or element.get("associationDirection") in ("One", "Both")
            return "tie", [("end", "into")] if points else []
        start = self._flow_start(element)
        return "flow", [*([("start", start)] if start else []), ("end", "arrow")]

    def _flow_start(self, flow: Element) -> str:
        if flow.get("id") in self.defaults:
            return "else"
        source = self.found.nodes.get(bare(flow.get("sourceRef")))
        asks = flow.find(tag("conditionExpression")) is not None
        return "maybe" if asks and source is not None and family(kind(source)) != "gateway" else ""

    def _edge_name(self, sheet: _Sheet, name: str, label: Box | None, points: list[Point]) -> str:
        middle = halfway(points)
        if label is not None and figures.trusted(label, min(points, key=lambda at: _distance(at, label.middle))):
            lines, at = wrap(name[:300], max(label.width + 2, 60), figures.NAME), Point(label.middle.x, label.y)
        else:
            lines = wrap(name[:300], 110, figures.NAME)
            at = Point(middle.x, middle.y - lines.height - 3)
        sheet.room.append(Box(at.x - lines.width / 2, at.y, lines.width, lines.height))
        return self.ink.text(lines, at, "tf")


def _distance(one: Point, other: Point) -> float:
    return abs(one.x - other.x) + abs(one.y - other.y)


def _lies_under(figure: Figure) -> bool:
    return figure.open or figure.kind == "group"
