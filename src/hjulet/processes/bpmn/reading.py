"""BPMN 2.0 files in. They come from outside, so nothing in one is run, fetched or expanded, and all of it is kept.

Script tasks, scripts in other tools' extensions and links that begin with javascript: are kept as the text they are:
Hjulet has no engine that runs a process, and shows such text, where it shows it at all, as text. A DOCTYPE is refused
before its entities are read. XInclude and schema locations are left alone.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from hjulet.processes.bpmn.checking import warnings
from hjulet.processes.bpmn.foreign import reason_for, reason_for_bytes
from hjulet.processes.bpmn.model import BPMN, Diagram, Unreadable

# What a file may hold. The largest drawings that people read have some hundred steps.
MOST_BYTES = 5_000_000
MOST_ELEMENTS = 20_000
MOST_DEPTH = 100
LONGEST_NAME = 2_000  # characters
LONGEST_ID = 200
LONGEST_TYPE = 60  # of an element's own name

_PARSER: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "dtd_validation": False,
    "attribute_defaults": False,
    "no_network": True,
    "huge_tree": False,
    "recover": False,
    "ns_clean": False,
    "remove_blank_text": False,
    "remove_comments": False,
    "remove_pis": False,
    "strip_cdata": False,
    "collect_ids": False,
}
# Some tools write their text as UTF-8 under a declaration that says UTF-16.
_SAYS_UTF_16 = re.compile(rb"""<\?xml[^>]{0,100}encoding\s*=\s*["']utf-?16["']""", re.IGNORECASE)
_BPMN = f"{{{BPMN}}}"
_CODES = etree.ErrorTypes
_BAD_CHARACTERS = {_CODES.ERR_INVALID_CHAR, _CODES.ERR_INVALID_CHARREF}
_BAD_ENCODINGS = {
    _CODES.ERR_INVALID_ENCODING,
    _CODES.ERR_UNSUPPORTED_ENCODING,
    _CODES.ERR_UNKNOWN_ENCODING,
    _CODES.I18N_CONV_FAILED,
}
_CUT_OFF = {
    _CODES.ERR_TAG_NAME_MISMATCH,
    _CODES.ERR_TAG_NOT_FINISHED,
    _CODES.ERR_GT_REQUIRED,
    _CODES.ERR_LTSLASH_REQUIRED,
}


def read(data: bytes) -> Diagram:
    """A BPMN 2.0 file as it is, with sentences about what the standard would have otherwise.

    Raises Unreadable: not BPMN 2.0, no process in it, or more than the limits above.
    """
    refuse_large(data)
    told = reason_for_bytes(data)
    if told:
        raise Unreadable(told)
    if data[:1].isspace() and b"\0" not in data[:4]:
        data = data.lstrip()  # the declaration must come first; a blank line before it is a slip of someone's
    options = _PARSER | ({"encoding": "utf-8"} if _SAYS_UTF_16.match(data) else {})
    tree = _parsed(data, options)
    if next(tree.iter(f"{_BPMN}process"), None) is None:
        raise Unreadable(_without_process(tree))
    return Diagram(tree, warnings(tree))


def refuse_large(data: bytes) -> None:
    """Raises Unreadable for more than a file may hold."""
    if len(data) > MOST_BYTES:
        raise Unreadable(
            _("Filen är större än %(most)d MB. Dela upp processen i flera filer och läs in dem var för sig.")
            % {"most": MOST_BYTES // 1_000_000}
        )


def _parsed(data: bytes, options: dict[str, Any]) -> Any:
    """The whole tree, once the file has been walked through and found to keep within the limits."""
    gate = etree.XMLParser(target=_Gate(), **options)
    try:
        gate.feed(data)
        gate.close()
        return etree.fromstring(data, etree.XMLParser(**options)).getroottree()
    except etree.XMLSyntaxError as problem:
        raise Unreadable(_syntax(problem)) from None


class _Gate:
    """Walks through a file without keeping it, and raises Unreadable at the first thing that is not let in."""

    def __init__(self) -> None:
        self.elements = self.depth = 0

    def doctype(self, name: str, _public: str | None, _system: str | None) -> None:
        raise Unreadable(
            reason_for(name)
            or _(
                "Filen har en DOCTYPE, som kan hämta in annat än det som står i filen. BPMN behöver ingen. "
                "Ta bort raden, eller exportera filen på nytt från ritverktyget."
            )
        )

    def start(self, tag: str, attributes: Any) -> None:
        self.elements += 1
        self.depth += 1
        if self.elements == 1 and tag != f"{_BPMN}definitions":
            raise Unreadable(reason_for(tag) or _unknown(tag))
        if self.elements > MOST_ELEMENTS:
            raise Unreadable(
                _("Filen har fler än %(most)d element. Dela upp processen i flera filer och läs in dem var för sig.")
                % {"most": MOST_ELEMENTS}
            )
        if self.depth > MOST_DEPTH:
            raise Unreadable(
                _(
                    "I filen ligger mer än %(most)d element i varandra. Lägg delprocesser i egna processer och "
                    "exportera filen igen."
                )
                % {"most": MOST_DEPTH}
            )
        _refuse_long(tag, attributes)

    def end(self, _tag: str) -> None:
        self.depth -= 1

    def close(self) -> None:
        pass


def _refuse_long(tag: str, attributes: Any) -> None:
    """What ends up in the table of steps has to fit there. Other tools' own elements are as long as they like."""
    if not tag.startswith(_BPMN):
        return
    for text, most in (
        (tag[len(_BPMN) :], LONGEST_TYPE),
        (attributes.get("name") or "", LONGEST_NAME),
        (attributes.get("id") or "", LONGEST_ID),
    ):
        if len(text) > most:
            raise Unreadable(
                _(
                    "”%(start)s…” i filen är längre än %(most)d tecken, som är det längsta som får plats där. "
                    "Korta det i ritverktyget och exportera filen igen."
                )
                % {"start": text[:40], "most": most}
            )


def _syntax(problem: etree.XMLSyntaxError) -> str:
    """Why it is not XML, from the parser's code of the first thing that was wrong."""
    code = problem.code
    line = {"line": problem.lineno or 1}
    if code in _BAD_ENCODINGS:
        return (
            _(
                "Rad %(line)d: filen är inte skriven i den teckenkodning som den säger. "
                "Spara den som UTF-8 och läs in den igen."
            )
            % line
        )
    if code in _BAD_CHARACTERS:
        return _("Rad %(line)d: där står ett tecken som inte får finnas i XML. Ta bort det och läs in igen.") % line
    if code in _CUT_OFF:
        return _("Rad %(line)d: filen är avklippt eller har taggar som inte går ihop. Exportera den på nytt.") % line
    if code == _CODES.ERR_DOCUMENT_EMPTY:
        return _("Filen är inte XML. Välj en fil i BPMN 2.0, som oftast slutar på .bpmn eller .xml.")
    return _("Rad %(line)d: filen är inte riktig XML. Exportera den på nytt från ritverktyget.") % line


def _unknown(tag: str) -> str:
    return _("Filen är XML men inte BPMN 2.0: den börjar med ”%(tag)s”. Välj BPMN 2.0 när du exporterar.") % {
        "tag": tag.rpartition("}")[2][:60]
    }


def _without_process(tree: Any) -> str:
    if next(tree.iter(f"{_BPMN}choreography"), None) is not None:
        return _("Filen är en koreografi, utan någon process. Hjulet läser processer.")
    return _("Det finns ingen process i filen. Rita minst ett steg och exportera den igen.")
