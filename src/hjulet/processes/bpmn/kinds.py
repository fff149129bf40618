"""A step turned into another type: what it is called, where it leads and what hangs on it stay."""

from __future__ import annotations

from django.utils.translation import gettext as _

from hjulet.processes.bpmn.changes import Work, hung_on, is_tied
from hjulet.processes.bpmn.elements import SUB_PROCESSES, Element, family, kind, name_of, tag
from hjulet.processes.bpmn.interchange import (
    SHAPE,
    Box,
    Point,
    box_of,
    drop,
    label_of,
    points_at,
    points_of,
    put_box,
    put_label,
    put_points,
)
from hjulet.processes.bpmn.model import NODE_TYPES, Diagram
from hjulet.processes.bpmn.parts import size_of

_ALWAYS = {"documentation", "extensionElements", "auditing", "monitoring", "categoryValueRef", "incoming", "outgoing"}
_ACTIVITY = {
    "ioSpecification",
    "property",
    "dataInputAssociation",
    "dataOutputAssociation",
    "resourceRole",
    "performer",
    "humanPerformer",
    "potentialOwner",
    "standardLoopCharacteristics",
    "multiInstanceLoopCharacteristics",
}
_CATCH = {"property", "dataOutput", "dataOutputAssociation", "outputSet"}
_THROW = {"property", "dataInput", "dataInputAssociation", "inputSet"}
_OWN_CHILDREN = {"scriptTask": {"script"}, "userTask": {"rendering"}, "complexGateway": {"activationCondition"}}
_IMPLEMENTED = {"implementation", "operationRef"}
# Attributes that BPMN allows on one type only; those that all types share are not listed.
_ATTRIBUTES = {
    "userTask": {"implementation"},
    "businessRuleTask": {"implementation"},
    "serviceTask": _IMPLEMENTED,
    "sendTask": {*_IMPLEMENTED, "messageRef"},
    "receiveTask": {*_IMPLEMENTED, "messageRef", "instantiate"},
    "scriptTask": {"scriptFormat"},
    "callActivity": {"calledElement"},
    "subProcess": {"triggeredByEvent"},
    "adHocSubProcess": {"triggeredByEvent", "cancelRemainingInstances", "ordering"},
    "transaction": {"triggeredByEvent", "method"},
    "eventBasedGateway": {"gatewayDirection", "instantiate", "eventGatewayType"},
    "startEvent": {"isInterrupting", "parallelMultiple"},
    "intermediateCatchEvent": {"parallelMultiple"},
    "boundaryEvent": {"cancelActivity", "attachedToRef", "parallelMultiple"},
    "exclusiveGateway": {"gatewayDirection", "default"},
    "inclusiveGateway": {"gatewayDirection", "default"},
    "complexGateway": {"gatewayDirection", "default"},
    "parallelGateway": {"gatewayDirection"},
}
_OF_ACTIVITIES = {"isForCompensation", "startQuantity", "completionQuantity", "default"}
_SHARED = {"id", "name"}
_THROWING = ("endEvent", "intermediateThrowEvent")


def set_type(diagram: Diagram, own: str, new: str) -> None:
    """Turns a step into another type. What only the old type has goes. Raises ValueError, in Swedish, where it would
    not make sense.
    """
    work = Work(diagram)
    node = work.node(own)
    old = kind(node)
    if old == new:
        return
    _check(work, own, old, new)
    _strip(work, node, new)
    node.tag = tag(new)
    _redrawn(work, own, old, new)


def _check(work: Work, own: str, old: str, new: str) -> None:
    for wrong, reason in (
        (new not in NODE_TYPES, _("Välj en typ i listan.")),
        (
            "boundaryEvent" in (old, new),
            _("En händelse under ett steg kan inte bli något annat, eller tvärtom. Lägg till ett nytt steg i stället."),
        ),
        (new == "startEvent" and work.into(own), _("Flöden leder hit, så steget kan inte vara en start.")),
        (new == "endEvent" and work.out_of(own), _("Steget leder vidare, så det kan inte vara ett slut.")),
        (
            new not in SUB_PROCESSES and work.found.inside(work.node(own)),
            _("Delprocessen har steg i sig. Flytta eller ta bort dem först."),
        ),
        (
            family(new) in ("event", "gateway") and hung_on(work, own),
            _("Det hänger händelser på steget. Ta bort dem först."),
        ),
        (
            family(new) == "gateway" and is_tied(work, own),
            _("Ett meddelande går till eller från steget, så det kan inte vara ett val. Ta bort meddelandet först."),
        ),
        (
            new == "eventBasedGateway" and not _waits_after(work, own),
            _("Efter ”Det som händer först” ska varje väg börja med något man väntar på. Ändra de stegen först."),
        ),
    ):
        if wrong:
            raise ValueError(reason)


def _waits_after(work: Work, own: str) -> bool:
    targets = [work.found.nodes.get(work.found.ends(flow)[1]) for flow in work.out_of(own)]
    return all(node is not None and kind(node) in ("intermediateCatchEvent", "receiveTask") for node in targets)


def _strip(work: Work, node: Element, new: str) -> None:
    """Takes away what BPMN does not allow on the new type. Other tools' elements and attributes stay."""
    allowed = _attributes(new)
    for attribute in [name for name in node.attrib if not name.startswith("{") and name not in allowed]:
        del node.attrib[attribute]
    children = _children(new)
    for child in [child for child in node if kind(child) and kind(child) not in children]:
        if not (family(new) == "event" and kind(child).endswith("EventDefinition")) and not _may_hold(new, child):
            work.drop_all([own for element in child.iter() if (own := element.get("id"))])
            drop(child)


def _may_hold(new: str, child: Element) -> bool:
    return new in SUB_PROCESSES and kind(child) in ("laneSet", "textAnnotation", "association", "group", "dataObject")


def _attributes(new: str) -> set[str]:
    if family(new) in ("event", "gateway"):
        return _SHARED | _ATTRIBUTES.get(new, set())
    return _SHARED | _OF_ACTIVITIES | _ATTRIBUTES.get(new, set())


def _children(new: str) -> set[str]:
    if family(new) == "gateway":
        own: set[str] = set()
    elif family(new) == "event":
        own = _THROW if new in _THROWING else _CATCH
    else:
        own = _ACTIVITY
    return _ALWAYS | own | _OWN_CHILDREN.get(new, set())


# In the drawing -----------------------------------------------------------------------------------------------------


def _redrawn(work: Work, own: str, old: str, new: str) -> None:
    """The shape keeps its middle; lines that then end beside it are drawn anew."""
    shapes = [shape for shape in work.root.iter(SHAPE) if points_at(shape) == own]
    for shape in shapes:
        for attribute in ("isExpanded", "isMarkerVisible"):
            shape.attrib.pop(attribute, None)
        if family(new) == "sub":
            shape.set("isExpanded", "true" if work.found.inside(work.node(own)) else "false")
        if new == "exclusiveGateway":
            shape.set("isMarkerVisible", "true")
        box = box_of(shape)
        if box and _look(old) != _look(new):
            _resize(work, own, shape, box, new)


def _look(name: str) -> str:
    found = family(name)
    return found if found in ("event", "gateway") else "task"


def _resize(work: Work, own: str, shape: Element, box: Box, new: str) -> None:
    wide, high = size_of(name_of(work.node(own)), family(new))
    now = Box(box.middle.x - wide / 2, box.middle.y - high / 2, wide, high)
    put_box(shape, now)
    if label_of(shape):
        put_label(shape, None)
    lines = {**work.found.flows, **work.found.messages, **work.found.links}
    mine = {line: work.found.ends(element) for line, element in lines.items() if own in work.found.ends(element)}
    for edge in [edge for edge in shape.getparent() if points_at(edge) in mine]:
        points = points_of(edge)
        source, target = mine[points_at(edge)]
        if len(points) > 1 and source == own:
            points = _moved_end(points, now)
        if len(points) > 1 and target == own:
            points = _moved_end(points[::-1], now)[::-1]
        if len(points) > 1:
            put_points(edge, points)
        else:
            drop(edge)


def _moved_end(points: list[Point], box: Box) -> list[Point]:
    """A line whose first point is set on the new border; none if it does not point at the middle."""
    end, after, middle = points[0], points[1], box.middle
    if abs(end.y - middle.y) < 1.5 and abs(after.y - end.y) < 1.5 and not box.x <= after.x <= box.right:
        return [Point(box.right if after.x > middle.x else box.x, end.y), *points[1:]]
    if abs(end.x - middle.x) < 1.5 and abs(after.x - end.x) < 1.5 and not box.y <= after.y <= box.bottom:
        return [Point(end.x, box.bottom if after.y > middle.y else box.y), *points[1:]]
    return []
