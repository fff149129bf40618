"""What in a file is not as the standard says, in sentences. The file is taken in all the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from lxml import etree

from hjulet.processes.bpmn.elements import Element, bare, kind, tag, words
from hjulet.processes.bpmn.model import BPMN, BPMNDI, NODE_TYPES

# The OMG's schemas, put there at set-up. Without them the references are still followed.
SCHEMAS: Path = settings.ROOT / "build" / "schemas" / "bpmn"
MOST_WARNINGS = 20

# Attributes and child elements that point at another element of the file, by who has them.
_POINTERS = {
    "sequenceFlow": ("sourceRef", "targetRef"),
    "messageFlow": ("sourceRef", "targetRef"),
    "association": ("sourceRef", "targetRef"),
    "boundaryEvent": ("attachedToRef",),
    "participant": ("processRef",),
    "dataObjectReference": ("dataObjectRef",),
}
_WITH_DEFAULT = "default"
_NAMED_CHILDREN = ("flowNodeRef", "incoming", "outgoing")
_REQUIRED = {"sequenceFlow": ("sourceRef", "targetRef"), "boundaryEvent": ("attachedToRef",)}
_SAYS_WHERE = re.compile(r"Element '(?:\{[^}]*\})?([^']+)'(?:, attribute '(?:\{[^}]*\})?([^']+)')?")
_THE_ATTRIBUTE = re.compile(r"The attribute '(?:\{[^}]*\})?([^']+)'")
_NEVER_NEEDED = ("documentation", "extensionElements")
_EXPECTED = re.compile(r"\{[^}]*\}([\w.-]+)")
_VALIDATING = Lock()  # a schema keeps the log of its last document, and is shared by all threads


class Finding(NamedTuple):
    """`about`: the attribute or child that it is about, so that the schema does not say what the references said.
    `sentence` is not yet translated: a file may have thousands of findings, of which people read twenty.
    """

    line: int
    element: str
    about: str
    sentence: str
    values: dict[str, str]

    def words(self) -> str:
        return _("Rad %(line)d: %(words)s") % {"line": self.line, "words": _(self.sentence) % self.values}


def warnings(tree: Any) -> list[str]:
    """At most MOST_WARNINGS sentences, each with its line, in the order of the file."""
    found = list(_references(tree))
    told_of = {one[:3] for one in found}
    by_schema = (one for one in _by_schema(tree) if one[:3] not in told_of)
    found += {(one.line, one.sentence, *one.values.values()): one for one in by_schema}.values()
    in_order = sorted(found, key=lambda one: one.line)
    if len(in_order) <= MOST_WARNINGS:
        return [one.words() for one in in_order]
    told = [one.words() for one in in_order[: MOST_WARNINGS - 1]]
    return [*told, _("Det finns %(n)d till av samma slag.") % {"n": len(in_order) - len(told)}]


# By the schema ---------------------------------------------------------------------


def schema(folder: Path) -> Any | None:
    """The OMG's schema of BPMN 2.0 (an etree.XMLSchema) out of a folder; None when it is not there."""
    try:
        return _schema(folder)
    except (OSError, etree.LxmlError):
        return None


@lru_cache(maxsize=2)
def _schema(folder: Path) -> Any:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.XMLSchema(etree.parse(str(folder / "BPMN20.xsd"), parser))


def _by_schema(tree: Any) -> Iterator[Finding]:
    rules = schema(SCHEMAS)
    if rules is None:
        return
    with _VALIDATING:
        entries = [] if rules.validate(tree) else list(rules.error_log)
    for entry in entries:
        yield _told(entry)


def _told(entry: Any) -> Finding:
    """libxml2's message, said to someone who draws processes."""
    where = _SAYS_WHERE.search(entry.message)
    element, attribute = (where[1], where[2] or "") if where else ("", "")
    named = _THE_ATTRIBUTE.search(entry.message)
    about = named[1] if named else attribute
    values = {"element": element, "about": about}
    if entry.type_name == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        sentence = gettext_noop("%(element)s saknar %(about)s.")
    elif entry.type_name.startswith("SCHEMAV_CVC_COMPLEX_TYPE_3_2"):
        sentence = gettext_noop("%(element)s har %(about)s, som inte finns i standarden.")
    elif about:
        sentence = gettext_noop("%(element)s har ett värde i %(about)s som inte är av det slag som standarden säger.")
    elif "Missing child" in entry.message:
        sentence = gettext_noop("i %(element)s saknas något av %(needed)s.")
        expected = dict.fromkeys(_EXPECTED.findall(entry.message.partition("Expected is")[2]))
        values["needed"] = ", ".join(one for one in expected if one not in _NEVER_NEEDED)
    elif entry.type_name == "SCHEMAV_ELEMENT_CONTENT":
        sentence = gettext_noop("%(element)s står på ett ställe där standarden inte har det.")
    else:
        sentence = gettext_noop("%(element)s är inte som standarden säger.")
    return Finding(entry.line, element, about, sentence, values)


# By the references -----------------------------------------------------------------


def _references(tree: Any) -> Iterator[Finding]:
    """Ids that are missing or stand twice, and references that lead nowhere: what no schema of BPMN finds."""
    root = tree.getroot()
    own = root.get("targetNamespace")
    ids = _ids(root)
    for element in root.iter(tag("*"), tag("*", BPMNDI)):
        name = etree.QName(element).localname
        yield from _identity(element, name, ids)
        for about, reference in _pointing(element, name):
            if not reference and about in _REQUIRED.get(name, ()):
                yield _finding(element, name, about, gettext_noop("%(what)s saknar %(about)s."))
            elif reference and not _elsewhere(element, reference, own) and bare(reference) not in ids:
                sentence = gettext_noop("%(what)s pekar på ”%(other)s”, som inte finns i filen.")
                yield _finding(element, name, about, sentence, reference)


def _ids(root: Element) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in root.iter(tag("*"), tag("*", BPMNDI)):
        own = (element.get("id") or "").strip()
        if own:
            found.setdefault(own, element)
    return found


def _identity(element: Element, name: str, ids: dict[str, Element]) -> Iterator[Finding]:
    own = (element.get("id") or "").strip()
    if own and ids[own] is not element:
        sentence = gettext_noop("%(what)s har samma id som ett annat element, ”%(other)s”. Bara det första visas.")
        yield _finding(element, name, "id", sentence, own)
    elif not own and (name in NODE_TYPES or name == "sequenceFlow") and kind(element):
        yield _finding(element, name, "id", gettext_noop("%(what)s saknar id och visas därför inte."))


def _pointing(element: Element, name: str) -> Iterator[tuple[str, str]]:
    """What an element points at: (attribute or child, reference)."""
    if element.tag.startswith(f"{{{BPMNDI}}}"):
        if name in {"BPMNShape", "BPMNEdge"}:
            yield "bpmnElement", element.get("bpmnElement") or ""
        return
    if name in _NAMED_CHILDREN:
        yield name, words(element).strip()
    for attribute in _POINTERS.get(name, ()):
        yield attribute, element.get(attribute) or ""
    if name in NODE_TYPES:
        yield _WITH_DEFAULT, element.get(_WITH_DEFAULT) or ""


def _elsewhere(element: Element, reference: str, own: str | None) -> bool:
    """Whether a reference says, by its prefix, that it points into another file."""
    prefix, colon, _local = reference.strip().rpartition(":")
    namespace = element.nsmap.get(prefix) if colon else None
    return namespace is not None and namespace not in {own, BPMN}


def _finding(element: Element, name: str, about: str, sentence: str, other: str = "") -> Finding:
    own = (element.get("name") or element.get("id") or "").strip()
    if name in _NAMED_CHILDREN:
        own = element.getparent().get("name") or element.getparent().get("id") or ""
    what = f"{name} ”{' '.join(own.split())[:60]}”" if own else name
    values = {"what": what, "about": about, "other": other[:60]}
    return Finding(element.sourceline or 1, name, about, sentence, values)
