"""From BPMN elements to the parts and links of a grid: how large each is drawn, and what its name takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from hjulet.processes.bpmn.elements import ANNOTATIONS, DATA, Element, Index, bare, family, kind, name_of, tag, words
from hjulet.processes.bpmn.grid import Link, Part, arrange
from hjulet.processes.bpmn.interchange import SHAPE, Box, box_of, by_element
from hjulet.processes.bpmn.lengths import HANG, Laid, Ruler
from hjulet.processes.bpmn.text import Lines, wrap

HEAD = 30.0  # the band with a pool's name, or an outer lane's, written upwards
LANE_NAME = 140.0  # the column with the lanes' names
TASK = (140.0, 60.0)
EVENT = 36.0
GATEWAY = 50.0
NAME_SIZE = 14.0
SMALL = 12.0
_OUTSIDE_ROOM = 110.0  # a name outside its shape, or on a flow, breaks at this width
_INNER_MARGIN = 14.0
_LANE_LEAST = 96.0
_INNER_TOP = 30.0  # room for the name in a sub-process drawn open


def outside(name: str, room: float = _OUTSIDE_ROOM) -> Lines | None:
    return wrap(name[:200], room, SMALL) if name else None


def size_of(name: str, family_name: str) -> tuple[float, float]:
    """The size of a step's shape."""
    if family_name == "event":
        return EVENT, EVENT
    if family_name == "gateway":
        return GATEWAY, GATEWAY
    wide, high = TASK
    text = wrap(name[:400], wide - 16, NAME_SIZE)
    return wide, max(high, text.height + 26, 76 if family_name == "sub" else 0)


def lane_leaves(index: Index, container: Element) -> list[Element]:
    """The lanes that hold steps themselves, from the top: those without lanes inside."""
    return [lane for lane in index.lanes(container) if lane.find(f"{tag('childLaneSet')}/{tag('lane')}") is None]


def lanes_of_nodes(index: Index, container: Element) -> dict[str, int]:
    """Which leaf lane each step stands in: as the lanes say, else where it is drawn."""
    leaves = lane_leaves(index, container)
    number = {leaf: at for at, leaf in enumerate(leaves)}
    found: dict[str, int] = {}
    for lane in index.lanes(container):  # outer lanes first, so that the inner word counts
        first = next((number[inner] for inner in lane.iter(tag("lane")) if inner in number), 0)
        for reference in lane.findall(tag("flowNodeRef")):
            found[bare(words(reference))] = first
    silent = [node.get("id") for node in index.inside(container) if node.get("id") not in found] if leaves else []
    if silent:
        boxes = {own: box for own, shape in by_element(index.root, SHAPE).items() if (box := box_of(shape))}
        bands = [(at, boxes[lane.get("id")]) for lane, at in number.items() if lane.get("id") in boxes]
        for own in silent:
            at = next((at for at, band in bands if own in boxes and band.holds(boxes[own].middle)), None)
            found |= {own: at} if at is not None else {}
    return found


def lane_depth(index: Index, container: Element) -> int:
    """How many lanes lie round the innermost one."""
    above = ([kind(outer) for outer in leaf.iterancestors()] for leaf in lane_leaves(index, container))
    return max((kinds.count("lane") for kinds in above), default=0)


def lane_boxes(index: Index, container: Element, bands: list[tuple[float, float]], room: Box) -> dict[str, Box]:
    """Every lane across the whole room; an outer lane round its inner ones."""
    band = dict(zip(lane_leaves(index, container), bands, strict=False))
    found: dict[str, Box] = {}
    for lane in index.lanes(container):
        mine = [band[inner] for inner in lane.iter(tag("lane")) if inner in band]
        depth = sum(kind(above) == "lane" for above in lane.iterancestors())
        if mine and lane.get("id"):
            x, top = room.x + HEAD * depth, mine[0][0]
            found[lane.get("id")] = Box(x, room.y + top, room.right - x, mine[-1][1] - top)
    return found


@dataclass
class Stock:
    """Everything of one document that is laid out, sorted by what holds it."""

    index: Index
    borders: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # events by their host
    anchors: dict[str, str] = field(default_factory=dict)  # what an artifact speaks of
    flows: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))  # by the source's container
    notes: dict[str, list[Element]] = field(default_factory=lambda: defaultdict(list))  # artifacts, likewise

    def holder(self, own: str) -> str:
        element = self.index.by_id.get(own)
        above = self.index.held_by(element) if element is not None else None
        return (above.get("id") or "") if above is not None else ""


def stock(index: Index) -> Stock:
    found = Stock(index)
    for own, node in index.nodes.items():
        host = bare(node.get("attachedToRef"))
        if host in index.nodes and found.holder(host) == found.holder(own):
            found.borders[host].append(own)
    for flow in index.flows.values():
        found.flows[found.holder(index.ends(flow)[0])].append(flow)
    _stock_artifacts(found)
    return found


def _stock_artifacts(found: Stock) -> None:
    """Each artifact with what it speaks of, and with the container where it is drawn."""
    index = found.index
    for link in index.links.values():
        for one, other in (index.ends(link), index.ends(link)[::-1]):
            if one in index.artifacts and other not in index.artifacts:
                found.anchors.setdefault(one, _anchor(index, other))
    first = next(iter(index.containers), "")
    for own, artifact in index.artifacts.items():
        if kind(artifact) != "group":
            found.notes[found.holder(own) or found.holder(found.anchors.get(own, "")) or first].append(artifact)


def _anchor(index: Index, own: str) -> str:
    """A flow is spoken of where it starts; an event on a border where its host is."""
    own = index.ends(index.flows[own])[0] if own in index.flows else own
    node = index.nodes.get(own)
    return bare(node.get("attachedToRef")) or own if node is not None else own


def lay_out_container(stock: Stock, container: Element) -> Laid:
    """Lays out what a process or sub-process holds, with what its sub-processes hold. Lane labels not counted."""
    index = stock.index
    inner = {
        own: lay_out_container(stock, node)
        for node in index.inside(container)
        if family(kind(node)) == "sub" and index.inside(node)
        for own in [node.get("id")]
    }
    hanging = {event for host in stock.borders for event in stock.borders[host]}
    lanes, count = lanes_of_nodes(index, container), len(lane_leaves(index, container))
    nodes = [node for node in index.inside(container) if node.get("id") not in hanging]
    parts = [_part(stock, node, inner.get(node.get("id")), lanes.get(node.get("id"), count)) for node in nodes]
    lanes_needed = count + any(part.lane == count for part in parts)
    links = list(_links(stock, container, {part.id: part for part in parts}))
    notes = [(_note(note), _place_of(stock, note, parts)) for note in stock.notes[container.get("id")]]
    grid = arrange(_in_reading_order(parts, links), links, lanes_needed, notes)
    laid = Ruler(grid, _LANE_LEAST if count else 0).laid()
    _open_sub_processes(laid, inner)
    _hang_events(stock, laid, parts)
    return _with_lanes(index, container, laid) if count and kind(container) != "process" else laid


def _with_lanes(index: Index, container: Element, laid: Laid) -> Laid:
    """A sub-process with lanes of its own; a process gets its lanes when all pools are equally wide."""
    left = LANE_NAME + HEAD * lane_depth(index, container)
    whole = Laid(width=laid.width + left, height=laid.height)
    whole.add(laid, left, 0)
    whole.lanes |= lane_boxes(index, container, laid.bands, Box(0, 0, whole.width, whole.height))
    return whole


def _in_reading_order(parts: list[Part], links: list[Link]) -> list[Part]:
    """Parts as one meets them along the flows, so that the drawing does not depend on the file's order."""
    out: dict[str, list[str]] = defaultdict(list)
    into = set()
    for link in links:
        out[link.source].append(link.target)
        into.add(link.target)
    by_id, met = {part.id: part for part in parts}, dict[str, None]()
    for start in [part.id for part in parts if part.id not in into] + [part.id for part in parts]:
        walk = [start]
        while walk:
            own = walk.pop()
            if own not in met:
                met[own] = None
                walk += reversed(out[own])
    return [by_id[own] for own in met]


def _part(stock: Stock, node: Element, inner: Laid | None, lane: int) -> Part:
    own, name, sort = node.get("id"), name_of(node), family(kind(node))
    if inner:
        wide = max(inner.width + 2 * _INNER_MARGIN, TASK[0])
        part = Part(own, sort, wide, inner.height + _INNER_TOP + _INNER_MARGIN, lane)
    else:
        part = Part(own, sort, *size_of(name, sort), lane)
    if sort in ("event", "gateway"):
        part.label = outside(name)
    events = stock.borders.get(own, [])
    part.width = max(part.width, 20 + sum(_step(stock, event) for event in events))
    if events:
        part.height += 0 if inner else 14  # the name keeps clear of them
        part.foot = max(HANG, *(_hanging_name(stock, event).height + 4 for event in events))
    return part


def _hanging_name(stock: Stock, event: str) -> Lines:
    return outside(name_of(stock.index.nodes[event]), 90) or Lines((), SMALL)


def _step(stock: Stock, event: str) -> float:
    """How much of the lower edge an event on it takes, its name beside it."""
    return EVENT + 12 + _hanging_name(stock, event).width


def _stem_x(stock: Stock, host: Part, event: str) -> float:
    """The middle of an event on the lower edge, from the host's left; the last stands furthest to the right."""
    x = host.width - 10
    for other in reversed(stock.borders[host.id]):
        x -= _step(stock, other)
        if other == event:
            break
    return x + EVENT / 2


def _links(stock: Stock, container: Element, parts: dict[str, Part]) -> Iterable[Link]:
    """The flows between parts of this container; an event on a border counts as its host."""
    host_of = {event: host for host, events in stock.borders.items() for event in events}
    for flow in stock.flows[container.get("id")]:
        start, end = stock.index.ends(flow)
        source, target = host_of.get(start, start), host_of.get(end, end)
        if source in parts and target in parts:
            label = outside(name_of(flow))
            if start in host_of:
                yield Link(flow.get("id"), source, target, label, start, _stem_x(stock, parts[source], start))
            else:
                yield Link(flow.get("id"), source, target, label)


def note_size(artifact: Element) -> tuple[float, float]:
    sort = kind(artifact)
    if sort in ANNOTATIONS:
        text = wrap(name_of(artifact)[:1000], 160, SMALL, keep_breaks=True)
        return max(text.width + 18, 60), max(text.height + 10, 30)
    return (50.0, 50.0) if sort == "dataStoreReference" else (36.0, 48.0)


def _note(artifact: Element) -> Part:
    data = kind(artifact) in DATA
    label = outside(name_of(artifact)) if data else None
    return Part(artifact.get("id"), "data" if data else "note", *note_size(artifact), label=label)


def _place_of(stock: Stock, note: Element, parts: list[Part]) -> str:
    """The part of this container that an artifact speaks of, or that holds what it speaks of."""
    here = {part.id for part in parts}
    anchor = stock.anchors.get(note.get("id"), "")
    while anchor and anchor not in here:
        anchor = stock.holder(anchor)
    return anchor


def _open_sub_processes(laid: Laid, inner: dict[str, Laid]) -> None:
    for own, content in inner.items():
        box = laid.boxes[own]
        laid.add(content, box.x + (box.width - content.width) / 2, box.y + _INNER_TOP)


def _hang_events(stock: Stock, laid: Laid, parts: list[Part]) -> None:
    for part in parts:
        for event in stock.borders.get(part.id, []):
            box = laid.boxes[part.id]
            x = box.x + _stem_x(stock, part, event)
            laid.boxes[event] = Box(x - EVENT / 2, box.bottom - EVENT / 2, EVENT, EVENT)
            name = _hanging_name(stock, event)
            if name.lines:
                laid.labels[event] = Box(x + EVENT / 2 + 3, box.bottom + 4, name.width, name.height)
