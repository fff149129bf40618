"""What the drawing shows at a step beside where it leads: messages, data, notes, signs, the step an event hangs on."""

from __future__ import annotations

from collections.abc import Iterator

from hjulet.processes.bpmn.elements import ANNOTATIONS, DATA, Element, Index, bare, kind, name_of, tag, words
from hjulet.processes.bpmn.model import Beside

_DEFINITION = "EventDefinition"
_LOOPS = {"standardLoopCharacteristics": "loop", "multiInstanceLoopCharacteristics": "multiple"}


def all_beside(found: Index) -> dict[str, list[Beside]]:
    """By the step's id, in the same order whatever the order of the file: where it hangs, signs, then what is tied."""
    near = {own: list(_own(found, node)) for own, node in found.nodes.items()}
    for message in found.messages.values():
        _tie_message(found, message, near)
    for link in found.links.values():
        _tie_link(found, link, near)
    return {own: list(dict.fromkeys(some)) for own, some in near.items() if some}


def untied(found: Index, near: dict[str, list[Beside]]) -> dict[str, str]:
    """Notes, data and groups that no step is tied to, by id: what else there is to read in the drawing."""
    tied = {(one.other, one.text) for some in near.values() for one in some}
    loose = {}
    for own, artifact in found.artifacts.items():
        text = _group_name(found, artifact) if kind(artifact) == "group" else name_of(artifact)
        if text and (own, text) not in tied and ("", text) not in tied:
            loose[own] = text
    return loose


def _group_name(found: Index, group: Element) -> str:
    value = found.by_id.get(bare(group.get("categoryValueRef")))
    return str(value.get("value") or "").strip() if value is not None else ""


def _own(found: Index, node: Element) -> Iterator[Beside]:
    host = found.nodes.get(bare(node.get("attachedToRef")))
    if host is not None:
        yield Beside("on", other=host.get("id"), name=_called(host))
    called = bare(node.get("calledElement"))
    if called:
        process = found.by_id.get(called)
        yield Beside("calls", other=called, name=_called(process) if process is not None else called)
    for sign in _signs(node):
        yield Beside("sign", sign)
    for text in node.findall(tag("documentation")):
        if told := words(text).strip():
            yield Beside("text", told)


def _signs(node: Element) -> Iterator[str]:
    """BPMN's names of the small signs on a step: what an event waits for or sends, whether a step is repeated."""
    for child in node:
        name = kind(child)
        if name.endswith(_DEFINITION):
            yield name.removesuffix(_DEFINITION)
        elif name in _LOOPS:
            yield _LOOPS[name]
    if node.get("isForCompensation") == "true":
        yield "compensation"
    if node.get("triggeredByEvent") == "true":
        yield "event"
    if node.get("cancelActivity") == "false" or node.get("isInterrupting") == "false":
        yield "meanwhile"


def _called(element: Element) -> str:
    return name_of(element) or str(element.get("id") or "")


def _tie_message(found: Index, message: Element, near: dict[str, list[Beside]]) -> None:
    source, target = found.ends(message)
    text = name_of(message)
    for own, other, which in ((source, target, "sends"), (target, source, "gets")):
        if own in near and other in found.by_id:
            near[own].append(Beside(which, text, other, name_of(found.by_id[other])))


def _tie_link(found: Index, link: Element, near: dict[str, list[Beside]]) -> None:
    """An association or a data association: a note or data at the one end, a step at the other."""
    source, target = found.ends(link)
    for own, other, data in ((source, target, "gives"), (target, source, "uses")):
        end = found.artifacts.get(other)
        if own not in near or end is None or not name_of(end):
            continue
        if kind(end) in ANNOTATIONS:
            near[own].append(Beside("note", name_of(end)))
        elif kind(end) in DATA:
            near[own].append(Beside(data, name_of(end), other))
