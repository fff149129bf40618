"""What a diagram is to the rest of the house: an XML tree that nothing is lost from, and the steps read out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
OWN = "urn:hjulet:process:1"  # our own attributes on an element: what the table holds and BPMN has no place for
OWN_FACTS = ("stage", "role", "purpose", "documented")

# Flow nodes by their BPMN name. Those not named here (other tools' or later ones) are shown under their own name.
NODE_TYPES = {
    "startEvent": _("Start"),
    "endEvent": _("Slut"),
    "intermediateCatchEvent": _("Väntar på"),
    "intermediateThrowEvent": _("Händelse"),
    "boundaryEvent": _("Händelse under steget"),
    "task": _("Steg"),
    "userTask": _("Steg med system"),
    "manualTask": _("Steg för hand"),
    "sendTask": _("Skicka"),
    "receiveTask": _("Ta emot"),
    "serviceTask": _("Automatiskt steg"),
    "scriptTask": _("Automatiskt steg"),
    "businessRuleTask": _("Regel"),
    "subProcess": _("Delprocess"),
    "adHocSubProcess": _("Delprocess"),
    "transaction": _("Delprocess"),
    "callActivity": _("Annan process"),
    "exclusiveGateway": _("Val, en väg"),
    "inclusiveGateway": _("Val, en eller flera vägar"),
    "parallelGateway": _("Samtidigt"),
    "eventBasedGateway": _("Det som händer först"),
    "complexGateway": _("Val"),
}


class Unreadable(ValueError):
    """The file cannot be taken in. The message says why and what to do, in the reader's language."""


@dataclass
class Diagram:
    """A BPMN document. `tree`: lxml element tree, whole; `warnings`: sentences about what is not as the schema says."""

    tree: Any
    warnings: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Next:
    """Where a step leads: the sequence flow's id and name (the branch told in words), and the step it goes to."""

    flow: str
    label: str
    target: str


@dataclass(frozen=True)
class Beside:
    """What the drawing shows at a step beside where it leads.

    `kind`: `on` (the step that an event hangs on), `link` (where a link event is taken up), `sends`, `gets`, `uses`,
    `gives`, `calls`, `note`, `text` or `sign`. `text`: what is sent, used or written, or BPMN's name of the sign.
    `other`, `name`: id and name of who is at the other end.
    """

    kind: str
    text: str = ""
    other: str = ""
    name: str = ""


@dataclass(frozen=True)
class Row:
    """A step in the table, in reading order. `lane`: who does it (lane, else the pool); `inside`: id of the
    sub-process that holds it, or empty; `type`: BPMN's name of it.
    """

    id: str
    place: int
    type: str
    name: str
    lane: str = ""
    inside: str = ""
    next: tuple[Next, ...] = ()
    stage: str = ""  # one of the seven sub-processes, by code
    role: str = ""  # a role's code
    purpose: str = ""
    documented: str = ""
    beside: tuple[Beside, ...] = ()

    @property
    def label(self) -> str:
        return str(NODE_TYPES.get(self.type, self.type))
