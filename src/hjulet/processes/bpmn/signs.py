"""Small signs in a drawing, each in a square of 16 round 0, 0. The second word: filled when the event sends."""

from __future__ import annotations

from hjulet.processes.bpmn.elements import Element, kind, tag

_LETTER = "M-7-5H7V5H-7ZM-7-5L0 1L7-5"
_GEAR = "M0-7V-4M0 7V4M-7 0H-4M7 0H4M-5-5L-3-3M5 5L3 3M-5 5L-3 3M5-5L3-3M4 0A4 4 0 1 1-4 0A4 4 0 1 1 4 0Z"

EVENTS = {
    "messageEventDefinition": _LETTER,
    "timerEventDefinition": "M7 0A7 7 0 1 1-7 0A7 7 0 1 1 7 0ZM0-4.5V0L3.2 2",
    "errorEventDefinition": "M-6 6L-2-5L2 1L6-6L2 5L-2-1Z",
    "escalationEventDefinition": "M0-7L5 6L0 1L-5 6Z",
    "signalEventDefinition": "M0-6.5L6.5 5H-6.5Z",
    "conditionalEventDefinition": "M-5-7H5V7H-5ZM-3-4H3M-3 0H3M-3 4H3",
    "linkEventDefinition": "M-7-2H1V-5.5L7 0L1 5.5V2H-7Z",
    "compensateEventDefinition": "M0-5V5L-6 0ZM6-5V5L0 0Z",
    "cancelEventDefinition": "M-6-4L-4-6L0-2L4-6L6-4L2 0L6 4L4 6L0 2L-4 6L-6 4L-2 0Z",
    "terminateEventDefinition": "M7 0A7 7 0 1 1-7 0A7 7 0 1 1 7 0Z",
}
_MULTIPLE = "M0-7L6.7-2.2L4.1 5.7H-4.1L-6.7-2.2Z"
_ALWAYS_FULL = ("terminateEventDefinition",)

TASKS = {
    "userTask": "M3-3.5A3 3 0 1 1-3-3.5A3 3 0 1 1 3-3.5ZM-6 7C-6 2-3.5 1 0 1S6 2 6 7Z",
    "manualTask": "M-6-1H0V-4.5C0-6 2-6 2.3-4.5L3-1H5.5C7 0 7 5-1 6H-6Z",
    "serviceTask": _GEAR,
    "scriptTask": "M-4-7H6C3-4 7 4 4 7H-6C-3 4-7-4-4-7ZM-2.5-3H3M-2.5 0H3M-2 3H3.5",
    "businessRuleTask": "M-7-5.5H7V5.5H-7ZM-7-2H7M-7 2H7M-3-2V5.5",
    "sendTask": _LETTER,
    "receiveTask": _LETTER,
}

GATEWAYS = {
    "exclusiveGateway": "M-5.5-6.5L5.5 6.5M5.5-6.5L-5.5 6.5",
    "parallelGateway": "M0-8V8M-8 0H8",
    "inclusiveGateway": "M7 0A7 7 0 1 1-7 0A7 7 0 1 1 7 0Z",
    "complexGateway": "M0-8V8M-8 0H8M-5.5-5.5L5.5 5.5M5.5-5.5L-5.5 5.5",
    "eventBasedGateway": "M9 0A9 9 0 1 1-9 0A9 9 0 1 1 9 0ZM0-5.5L5.2-1.7L3.2 4.5H-3.2L-5.2-1.7Z",
}

PLUS = "M-6-6H6V6H-6ZM-3.5 0H3.5M0-3.5V3.5"
TILDE = "M-6 2C-4-4-1-2 0 0S4 4 6-2"
LOOP = "M-3 5A6 6 0 1 1 3 5M-3 5H-6.5M-3 5V1.5"
PARALLEL = "M-4-6V6M0-6V6M4-6V6"
SEQUENTIAL = "M-6-4H6M-6 0H6M-6 4H6"


def of_event(event: Element) -> tuple[str, bool]:
    """The sign of what an event waits for or sends, and whether it is filled; empty for a plain event."""
    found = [kind(child) for child in event if kind(child).endswith("EventDefinition")]
    found += ["signalEventDefinition" for _ in event.findall(tag("eventDefinitionRef"))] if not found else []
    if not found:
        return "", False
    sends = kind(event) in ("endEvent", "intermediateThrowEvent")
    sign = EVENTS.get(found[0], _MULTIPLE) if len(found) == 1 else _MULTIPLE
    return sign, sends or found[0] in _ALWAYS_FULL


def of_activity(activity: Element) -> list[str]:
    """The signs at the lower edge that tell how often a step is done."""
    found = []
    if activity.find(tag("standardLoopCharacteristics")) is not None:
        found.append(LOOP)
    several = activity.find(tag("multiInstanceLoopCharacteristics"))
    if several is not None:
        found.append(SEQUENTIAL if several.get("isSequential") == "true" else PARALLEL)
    if kind(activity) == "adHocSubProcess":
        found.append(TILDE)
    return found
