"""Diagrams to test with, and what must hold for every laid-out one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from lxml import etree

from hjulet.processes.bpmn.building import build
from hjulet.processes.bpmn.completing import missing
from hjulet.processes.bpmn.elements import index, kind, tag
from hjulet.processes.bpmn.interchange import EDGE, SHAPE, Box, Point, box_of, by_element, points_of
from hjulet.processes.bpmn.model import BPMN, BPMNDI, DC, DI, Beside, Diagram, Next, Row
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows

FILES = sorted((Path(__file__).parent / "vectors").glob("*.bpmn"))
SOUND = [path for path in FILES if path.stem not in ("faults", "unknown_types")]


def diagram(body: str, head: str = "", drawn: str = "") -> Diagram:
    spaces = f'xmlns="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" xmlns:x="urn:example:verktyg"'
    process = f'<process id="p">{body}</process>' if body else ""
    plane = f'<bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="pl" bpmnElement="p">{drawn}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'
    text = f'<definitions {spaces} targetNamespace="urn:example:prov">{head}{process}{plane if drawn else ""}</definitions>'
    return Diagram(etree.ElementTree(etree.fromstring(text)))


def boxes(one: Diagram) -> dict[str, Box]:
    shapes = by_element(one.tree.getroot(), SHAPE)
    return {own: box for own, shape in shapes.items() if (box := box_of(shape))}


def lines(one: Diagram) -> dict[str, list[Point]]:
    return {own: points_of(edge) for own, edge in by_element(one.tree.getroot(), EDGE).items()}


def shape(own: str, x: float, y: float, wide: float = 100, high: float = 80, more: str = "") -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{wide}" height="{high}"/>'
    return f'<bpmndi:BPMNShape id="{own}_di" bpmnElement="{own}"{more}>{bounds}</bpmndi:BPMNShape>'


def flow(own: str, source: str, target: str, name: str = "") -> str:
    return f'<sequenceFlow id="{own}" name="{name}" sourceRef="{source}" targetRef="{target}"/>'


def chain(count: int) -> str:
    steps = "".join(f'<task id="t{at}" name="Steg {at}"/>' for at in range(count))
    return steps + "".join(flow(f"f{at}", f"t{at}", f"t{at + 1}") for at in range(count - 1))


# What must hold for every laid-out drawing ---------------------------------------------------------------------------


def crosses(one: Point, two: Point, box: Box) -> bool:
    """Whether a level or upright piece of line runs through the inside of a box."""
    left, right, top, bottom = min(one.x, two.x), max(one.x, two.x), min(one.y, two.y), max(one.y, two.y)
    return left < box.right - 1 and box.x + 1 < right and top < box.bottom - 1 and box.y + 1 < bottom


def on_border(point: Point, box: Box) -> bool:
    inside = box.x - 1 <= point.x <= box.right + 1 and box.y - 1 <= point.y <= box.bottom + 1
    edge = min(abs(point.x - box.x), abs(point.x - box.right), abs(point.y - box.y), abs(point.y - box.bottom))
    return inside and edge <= 1


def check_steps(one: Diagram) -> None:
    """Every step has a place; none lies on another beside it; events on a border lie on it; lanes hold their steps."""
    found, where = index(one), boxes(one)
    assert missing(found) == []
    hung = {own for own, node in found.nodes.items() if node.get("attachedToRef")}
    for own in hung:
        host = where[found.nodes[own].get("attachedToRef")]
        assert abs(where[own].middle.y - host.bottom) < 1
        assert host.x <= where[own].x and where[own].right <= host.right
    for container in found.containers.values():
        inside = [where[node.get("id")] for node in found.inside(container) if node.get("id") not in hung]
        assert not [pair for pair in combinations(inside, 2) if pair[0].meets(pair[1])]
        if kind(container) != "process":
            holder = where[container.get("id")]
            assert all(holder.x < box.x and box.right < holder.right and box.bottom < holder.bottom for box in inside)
    for row in rows(one):
        lanes = [lane for lane in one.tree.getroot().iter(tag("lane")) if (lane.get("name") or "").strip() == row.lane]
        if lanes and not row.inside:
            assert any(where[lane.get("id")].holds(where[row.id].middle) for lane in lanes), row


def check_flows(one: Diagram) -> None:
    """Every flow runs at right angles from border to border, and through no step beside its ends."""
    found, where, drawn = index(one), boxes(one), lines(one)
    for own, element in found.flows.items():
        source, target = found.ends(element)
        points = drawn[own]
        assert all(a.x == b.x or a.y == b.y for a, b in pairwise(points)), own
        assert on_border(points[0], where[source]) and on_border(points[-1], where[target]), (own, points)
        inside = found.inside(found.held_by(found.nodes[source]))
        others = {node.get("id") for node in inside} - {source, target, found.nodes[source].get("attachedToRef")}
        hit = [node for node in others for a, b in pairwise(points) if crosses(a, b, where[node])]
        assert not hit, (own, points, hit)


def without_drawing(path: Path) -> Diagram:
    one = read(path.read_bytes())
    root = one.tree.getroot()
    for old in root.findall(tag("BPMNDiagram", BPMNDI)):
        root.remove(old)
    return one


# Any flow at all -----------------------------------------------------------------------------------------------------

TYPES = ("task", "userTask", "exclusiveGateway", "parallelGateway", "intermediateCatchEvent", "subProcess")


@st.composite
def tables(draw: Any, most: int = 14) -> list[Row]:
    """Rows of any shape: loops, loose ends, several starts, lanes, sub-processes, events on borders."""
    count = draw(st.integers(1, most))
    ids = [f"s{at}" for at in range(count)]
    names = st.sampled_from(["", "Ring", "Är den boende trygg?", "Dokumentera i verksamhetssystemet " * 3])
    lanes = st.sampled_from(["Boende", "Omsorgspersonal", "Sjuksköterska", ""])
    found: list[Row] = []
    for at, own in enumerate(ids):
        type_ = draw(st.sampled_from(TYPES))
        holders = [row.id for row in found if row.type == "subProcess" and not row.inside]
        inside = draw(st.sampled_from(["", *holders]))
        found.append(Row(own, at, type_, draw(names), draw(lanes) if not inside else "", inside))
    hosts = [row for row in found if row.type in ("task", "subProcess")]
    for at, host in enumerate(draw(st.lists(st.sampled_from(hosts), max_size=2)) if hosts else []):
        beside = (Beside("on", other=host.id),)
        found.append(Row(f"b{at}", 90 + at, "boundaryEvent", draw(names), host.lane, host.inside, beside=beside))
    return [_with_ways(draw, row, found) for row in found]


def _with_ways(draw: Any, row: Row, found: list[Row]) -> Row:
    targets = [one.id for one in found if one.inside == row.inside and one.type != "boundaryEvent"]
    ways = draw(st.lists(st.sampled_from(targets), max_size=3, unique=True)) if targets else []
    labels = st.sampled_from(["", "ja", "nej, bedöm en gång till"])
    told = tuple(Next(f"{row.id}_{way}", draw(labels), way) for way in ways)
    return Row(row.id, row.place, row.type, row.name, row.lane, row.inside, told, beside=row.beside)


def large(count: int = 300) -> Diagram:
    """Branches, loops and lanes, as large as a map gets."""
    kinds = ("task", "userTask", "exclusiveGateway", "task", "parallelGateway", "task")

    def ways(at: int) -> Iterator[Next]:
        if at + 1 < count:
            yield Next(f"n{at}", "", f"s{at + 1}")
        if at % 6 == 2 and at + 7 < count:
            yield Next(f"b{at}", "nej", f"s{at + 7}")
        if at % 30 == 29:
            yield Next(f"l{at}", "åter", f"s{at - 20}")

    table = [
        Row(f"s{at}", at, kinds[at % 6], f"Steg nummer {at} i flödet", f"Roll {at // 9 % 5}", next=tuple(ways(at)))
        for at in range(count)
    ]
    return build("Stor", table, "stor")
