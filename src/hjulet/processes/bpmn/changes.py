"""Small changes to a BPMN tree that each leave it whole: no reference without its end, no place for what is gone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable

from django.utils.translation import gettext as _
from lxml import etree

from hjulet.processes.bpmn.elements import Element, bare, index, kind, tag, words
from hjulet.processes.bpmn.interchange import EDGE, SHAPE, drawn, drop, planes, points_at
from hjulet.processes.bpmn.model import Diagram

_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BEFORE_INCOMING = ("documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef", "incoming")
_FLOW_DATA = ("sequenceFlow", "dataObject", "dataObjectReference", "dataStoreReference")
_AFTER_STEPS = ("textAnnotation", "association", "group", "completionCondition")
_PROCESS_TAIL = (
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "correlationSubscription",
    "supports",
)
_POINTERS = ("attachedToRef", "activityRef", "default", "sourceElement", "targetElement", "choreographyActivityShape")


def clean(text: str) -> str:
    """Text as XML can hold it, without blanks around."""
    return _UNWRITABLE.sub("", text).strip()


def same(one: str, other: str) -> bool:
    """Whether two texts are the same to who reads them: a form or a table does not keep a drawing's line breaks."""
    return one.split() == other.split()


def set_or_drop(element: Element, attribute: str, value: str) -> None:
    if value:
        element.set(attribute, value)
    elif attribute in element.attrib:
        del element.attrib[attribute]


def put_after(sibling: Element, new: Element) -> None:
    """Right after a sibling, on a line of its own if the sibling has one."""
    sibling.addnext(new)
    if new.tail and not new.tail.strip():
        sibling.tail = new.tail


def put_before(sibling: Element, new: Element) -> None:
    """Right before a sibling, likewise."""
    before = sibling.getprevious()
    blank = before.tail if before is not None else sibling.getparent().text
    sibling.addprevious(new)
    if blank and not blank.strip():
        new.tail = blank


def put_last(parent: Element, new: Element) -> None:
    """After the last child."""
    if len(parent):
        put_after(parent[-1], new)
    else:
        parent.append(new)


class Work:
    """One change in progress: the tree, and an index of it that is kept in step."""

    def __init__(self, diagram: Diagram) -> None:
        self.root = diagram.tree.getroot()
        self.found = index(diagram)
        self._ids = {own for element in self.root.iter() if (own := element.get("id"))}
        self._tells_ways = (
            not self.found.flows or next(self.root.iter(tag("incoming"), tag("outgoing")), None) is not None
        )

    def node(self, own: str) -> Element:
        """The step with an id. Raises ValueError, in Swedish, if there is none."""
        if own not in self.found.nodes:
            raise ValueError(_("Steget finns inte längre. Läs in sidan på nytt."))
        return self.found.nodes[own]

    def new_id(self, what: str) -> str:
        """An id that nothing has, or has had: what hangs on a step is found by it."""
        own = f"{what}_{secrets.token_hex(4)}"
        while own in self._ids:
            own = f"{what}_{secrets.token_hex(4)}"
        self._ids.add(own)
        return own

    def make(self, name: str, what: str) -> Element:
        """A new element with an id, not yet put anywhere."""
        new, own = etree.Element(tag(name)), self.new_id(what)
        new.set("id", own)
        self.found.by_id[own] = new
        return new

    def put_in_container(self, container: Element, new: Element) -> None:
        """After the last step or flow of a process or sub-process, where the schema wants it."""
        steps = [child for child in container if kind(child) in _FLOW_DATA or child.get("id") in self.found.nodes]
        later = (*_AFTER_STEPS, *_PROCESS_TAIL) if kind(container) == "process" else _AFTER_STEPS
        after = next((child for child in container if kind(child) in later), None)
        if steps:
            put_after(steps[-1], new)
        elif after is not None:
            put_before(after, new)
        else:
            put_last(container, new)

    # Flows ------------------------------------------------------------------------------------------------------

    def out_of(self, own: str) -> list[Element]:
        return [flow for flow in self.found.flows.values() if self.found.ends(flow)[0] == own]

    def into(self, own: str) -> list[Element]:
        return [flow for flow in self.found.flows.values() if self.found.ends(flow)[1] == own]

    def add_flow(self, source: str, target: str, label: str = "") -> Element:
        flow = self.make("sequenceFlow", "flow")
        set_or_drop(flow, "name", clean(label))
        container = self.found.held_by(self.node(source))
        assert container is not None  # a step is one by standing in a container
        self.put_in_container(container, flow)
        self.found.flows[flow.get("id")] = flow
        self.turn(flow, source, target)
        return flow

    def call(self, flow: Element, own: str) -> None:
        """Gives a new flow the id that is wanted for it."""
        old, (source, target) = flow.get("id"), self.found.ends(flow)
        for node in (self.found.nodes[source], self.found.nodes[target]):
            for way in (*node.findall(tag("incoming")), *node.findall(tag("outgoing"))):
                if words(way) == old:
                    way[:], way.text = [], own
        flow.set("id", own)
        for known in (self.found.flows, self.found.by_id):
            known[own] = known.pop(old)

    def turn(self, flow: Element, source: str = "", target: str = "") -> None:
        """Gives a flow another end; its place in the drawing is forgotten."""
        own, (old_source, old_target) = flow.get("id"), self.found.ends(flow)
        if source and source != old_source:
            self._forget_way(old_source, "outgoing", own)
            flow.set("sourceRef", source)
            self._tell_way(source, "outgoing", own)
        if target and target != old_target:
            self._forget_way(old_target, "incoming", own)
            flow.set("targetRef", target)
            self._tell_way(target, "incoming", own)
        self.undraw([own])

    def _tell_way(self, node: str, which: str, flow: str) -> None:
        element = self.found.nodes.get(node)
        if element is None or not self._tells_ways:
            return
        new = etree.Element(tag(which))
        new.text = flow
        before = _BEFORE_INCOMING if which == "incoming" else (*_BEFORE_INCOMING, "outgoing")
        earlier = [child for child in element if kind(child) in before]
        if earlier:
            put_after(earlier[-1], new)
        else:
            element.insert(0, new)

    def _forget_way(self, node: str, which: str, flow: str) -> None:
        element = self.found.nodes.get(node)
        for way in element.findall(tag(which)) if element is not None else []:
            if bare(words(way)) == flow:
                drop(way)

    def drop_flow(self, flow: Element) -> None:
        own, (source, target) = flow.get("id"), self.found.ends(flow)
        self._forget_way(source, "outgoing", own)
        self._forget_way(target, "incoming", own)
        self.drop_all([own])

    # Taking away ------------------------------------------------------------------------------------------------

    def drop_all(self, ids: Iterable[str]) -> None:
        """Takes elements out, with all that stands in them or only points at them, in the drawing too."""
        gone = self._with_dependents(ids)
        for reference in list(self.root.iter(tag("flowNodeRef"))):
            if bare(words(reference)) in gone:
                drop(reference)
        self.undraw(gone)
        self._forget_pointers(gone)
        for own in gone:
            element = self.found.by_id.pop(own, None)
            for known in (self.found.nodes, self.found.flows, self.found.messages, self.found.links):
                known.pop(own, None)
            self.found.containers.pop(own, None)
            if element is not None:
                drop(element)

    def _with_dependents(self, ids: Iterable[str]) -> set[str]:
        """And what stands in them, and the messages and associations to and from all that."""
        gone = set(ids)
        for own in list(gone):
            gone |= {below for element in self.found.by_id[own].iter() if (below := element.get("id"))}
        for link in [*self.found.links.values(), *self.found.messages.values()]:
            if gone.intersection(self.found.ends(link)):
                gone.add(link.get("id"))
        return gone

    def _forget_pointers(self, gone: set[str]) -> None:
        for element in self.root.iter():
            for attribute in _POINTERS:
                if isinstance(element.tag, str) and bare(element.get(attribute)) in gone:
                    del element.attrib[attribute]

    def undraw(self, ids: Iterable[str]) -> None:
        """Takes shapes and lines out of the drawing, and drawings of what is gone."""
        gone, shapes = set(ids), set()
        for element in list(drawn(self.root)):
            if points_at(element) in gone:
                shapes.add(element.get("id"))
                drop(element)
        for plane in planes(self.root)[1:]:
            if points_at(plane) in gone and points_at(plane) not in self.found.flows:
                drop(plane.getparent())
        if shapes - {None}:
            self._forget_pointers(shapes - {None})

    def redraw(self, own: str) -> None:
        """Forgets where a step stands, with what hangs on it, stands in it on the same sheet, and leads to it."""
        sheet = next((shape.getparent() for shape in self.root.iter(SHAPE) if points_at(shape) == own), None)
        if sheet is None:
            return
        moved = {own} | {event for event, node in self.found.nodes.items() if bare(node.get("attachedToRef")) == own}
        for one in list(moved):
            moved |= {below for element in self.found.by_id[one].iter() if (below := element.get("id"))}
        lines = {**self.found.flows, **self.found.messages, **self.found.links}
        moved |= {line for line, element in lines.items() if moved.intersection(self.found.ends(element))}
        for shape in list(sheet.iterchildren(SHAPE, EDGE)):
            if points_at(shape) in moved:
                drop(shape)


def is_tied(work: Work, own: str) -> bool:
    """Whether messages run to or from a step."""
    return any(own in work.found.ends(message) for message in work.found.messages.values())


def hung_on(work: Work, own: str) -> list[str]:
    """The events on a step's border."""
    return [event for event, node in work.found.nodes.items() if bare(node.get("attachedToRef")) == own]
