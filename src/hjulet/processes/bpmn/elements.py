"""Finding one's way in a BPMN tree: ids, references, what is a step and what holds it. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from hjulet.processes.bpmn.model import BPMN, NODE_TYPES, Diagram

Element = Any  # an lxml element; lxml is not typed here

CONTAINERS = ("process", "subProcess", "adHocSubProcess", "transaction")
SUB_PROCESSES = CONTAINERS[1:]
ANNOTATIONS = ("textAnnotation",)
DATA = ("dataObjectReference", "dataStoreReference", "dataObject", "dataInput", "dataOutput")
ARTIFACTS = (*ANNOTATIONS, *DATA, "group")
LINKS = ("association", "dataInputAssociation", "dataOutputAssociation")
# What stands among the steps without being one.
_NOT_STEPS = {
    *ARTIFACTS,
    *LINKS,
    "sequenceFlow",
    "laneSet",
    "extensionElements",
    "documentation",
    "ioSpecification",
    "property",
}


def tag(local: str, namespace: str = BPMN) -> str:
    return f"{{{namespace}}}{local}"


def kind(element: Element) -> str:
    """BPMN's name of an element; empty for comments and what is not BPMN."""
    name = element.tag
    prefix = f"{{{BPMN}}}"
    return name[len(prefix) :] if isinstance(name, str) and name.startswith(prefix) else ""


def bare(reference: str | None) -> str:
    """The id a reference points at: some tools write it with a namespace prefix, which an id cannot hold."""
    return (reference or "").strip().rpartition(":")[2]


def words(element: Element) -> str:
    """The text that stands directly in an element, whatever remarks stand in the middle of it."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def family(name: str) -> str:
    """`event`, `gateway`, `task`, `sub` (holds steps of its own) or `other`."""
    if name.endswith("Event"):
        return "event"
    if name.endswith("Gateway"):
        return "gateway"
    if name in SUB_PROCESSES:
        return "sub"
    return "task" if name.lower().endswith("task") or name == "callActivity" else "other"


def is_activity(name: str) -> bool:
    return family(name) in ("task", "sub", "other")


def name_of(element: Element) -> str:
    """What an element is called; an annotation by its text, a group by its category value."""
    if kind(element) in ANNOTATIONS:
        text = element.find(tag("text"))
        return "".join(text.itertext()).strip() if text is not None else ""
    return (element.get("name") or "").strip()


@dataclass
class Index:
    """One reading of the tree. Stale as soon as the tree is changed."""

    root: Element
    by_id: dict[str, Element] = field(default_factory=dict)
    nodes: dict[str, Element] = field(default_factory=dict)  # the steps, in the document's order
    flows: dict[str, Element] = field(default_factory=dict)
    messages: dict[str, Element] = field(default_factory=dict)
    links: dict[str, Element] = field(default_factory=dict)
    artifacts: dict[str, Element] = field(default_factory=dict)
    containers: dict[str, Element] = field(default_factory=dict)
    participants: dict[str, Element] = field(default_factory=dict)

    def held_by(self, element: Element) -> Element | None:
        """The process or sub-process that holds an element, itself not counted."""
        return next((above for above in element.iterancestors() if kind(above) in CONTAINERS), None)

    def process_of(self, element: Element) -> Element | None:
        return next((above for above in (element, *element.iterancestors()) if kind(above) == "process"), None)

    def inside(self, container: Element) -> list[Element]:
        """The steps that stand directly in a container."""
        return [child for child in container if self.nodes.get(child.get("id") or "") is child]

    def ends(self, flow: Element) -> tuple[str, str]:
        """From where to where, for flows, messages and associations; empty where it says nothing."""
        source, target = flow.get("sourceRef"), flow.get("targetRef")
        if kind(flow) in LINKS[1:]:
            source, target = source or _text(flow, "sourceRef"), target or _text(flow, "targetRef")
            owner = flow.getparent()
            if kind(flow) == "dataInputAssociation":
                target = owner.get("id")
            else:
                source = owner.get("id")
        return bare(source), bare(target)

    def pool_of(self, process: Element) -> Element | None:
        mine = process.get("id")
        return next((pool for pool in self.participants.values() if bare(pool.get("processRef")) == mine), None)

    def processes(self) -> list[Element]:
        return [found for found in self.containers.values() if kind(found) == "process"]

    def lanes(self, container: Element) -> Iterator[Element]:
        """All lanes of a process, outer before inner, in the document's order."""
        for lanes in container.findall(tag("laneSet")):
            yield from lanes.iter(tag("lane"))


def _text(element: Element, child: str) -> str:
    found = element.find(tag(child))
    return words(found) if found is not None else ""


def _is_step(element: Element, name: str, pointed: set[str]) -> bool:
    if name in NODE_TYPES:
        return True
    if name in _NOT_STEPS or not name:
        return False
    return element.get("id") in pointed or element.find(tag("incoming")) is not None


def _pointed_at(flows: list[Element]) -> set[str]:
    return {bare(flow.get(end)) for flow in flows for end in ("sourceRef", "targetRef")}


def index(diagram: Diagram) -> Index:
    """Reads the tree once: O(its size)."""
    root = diagram.tree.getroot()
    found = Index(root)
    everything = [(element, kind(element)) for element in root.iter() if isinstance(element.tag, str)]
    pointed = _pointed_at([element for element, name in everything if name == "sequenceFlow"])
    for element, name in everything:
        own = element.get("id")
        if own:
            found.by_id.setdefault(own, element)
            _file(found, element, name, own, pointed)
    return found


def _file(found: Index, element: Element, name: str, own: str, pointed: set[str]) -> None:
    if name == "sequenceFlow":
        found.flows.setdefault(own, element)
    elif name == "messageFlow":
        found.messages.setdefault(own, element)
    elif name in LINKS:
        found.links.setdefault(own, element)
    elif name == "participant":
        found.participants.setdefault(own, element)
    elif name in ARTIFACTS:
        _file_artifact(found, element, name, own)
    elif kind(element.getparent() if element.getparent() is not None else element) in CONTAINERS and _is_step(
        element, name, pointed
    ):
        found.nodes.setdefault(own, element)
    if name in CONTAINERS:
        found.containers.setdefault(own, element)


def _file_artifact(found: Index, element: Element, name: str, own: str) -> None:
    """A data object is drawn by its references, an activity's own inputs and outputs not at all."""
    above = kind(element.getparent())
    in_process = above == "ioSpecification" and kind(element.getparent().getparent()) == "process"
    if name != "dataObject" and (above in (*CONTAINERS, "collaboration") or in_process):
        found.artifacts.setdefault(own, element)
