"""Files that are something else than BPMN 2.0: what they are, so that people know what to choose when they export."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.processes.bpmn.model import BPMN

# How a file begins, and what it is.
_SIGNATURES: tuple[tuple[bytes, str | Promise], ...] = (
    (b"PK\x03\x04", gettext_lazy("en zippad fil, som Visio, Bizagi och Office skriver")),
    (b"PK\x05\x06", gettext_lazy("en tom zippad fil")),
    (b"\x1f\x8b", gettext_lazy("en packad fil")),
    (b"%PDF", gettext_lazy("en PDF")),
    (b"\x89PNG", gettext_lazy("en bild")),
    (b"\xff\xd8\xff", gettext_lazy("en bild")),
    (b"GIF8", gettext_lazy("en bild")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("en äldre fil från Visio eller Office")),
    (b"{", gettext_lazy("JSON")),
    (b"[", gettext_lazy("JSON")),
)
# Part of a root element's namespace, its possible names, and what the file is. The first that fits.
_FORMATS: tuple[tuple[str, tuple[str, ...], str | Promise], ...] = (
    ("wfmc.org", ("package",), "XPDL"),
    ("schemas.microsoft.com/visio", ("visiodocument",), "Visio"),
    ("schemas-microsoft-com:office:visio", (), "Visio"),
    ("jgraph", ("mxfile", "mxgraphmodel"), "draw.io"),
    ("www.w3.org/1999/xhtml", ("html",), gettext_lazy("en webbsida")),
    ("www.w3.org/2000/svg", ("svg",), gettext_lazy("en bild")),
    ("graphml", ("graphml",), "GraphML"),
    ("/spec/dmn/", (), gettext_lazy("DMN, alltså beslutsregler")),
    ("/spec/cmmn/", (), gettext_lazy("CMMN, alltså ärendehantering")),
    ("wsbpel", (), "BPEL"),
    ("bpel4ws", (), "BPEL"),
    ("omg.org/xmi", ("xmi",), gettext_lazy("en UML-modell")),
    ("archimate", (), "ArchiMate"),
    ("", ("aml",), gettext_lazy("en export från ARIS")),
)
_OLD_ROOTS = ("bpmndiagram", "businessprocessdiagram")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def reason_for_bytes(data: bytes) -> str:
    """Why a file that is not XML cannot be read, from how it begins; empty if it may be XML."""
    for mark in _MARKS:
        data = data.removeprefix(mark)
    start = data.lstrip(b"\0 \t\r\n")[:16]
    if not start:
        return _("Filen är tom. Exportera den på nytt från ritverktyget.")
    for signature, what in _SIGNATURES:
        if start.startswith(signature):
            return _other(what)
    return ""


def reason_for(tag: str) -> str:
    """Why XML with this root element (`{namespace}name`) cannot be read; empty for what we have not heard of."""
    namespace, _brace, name = tag.removeprefix("{").rpartition("}")
    if namespace == BPMN:
        told = _("Filen är en del av en BPMN-fil: den börjar med ”%(tag)s”. Exportera hela modellen.")
        return told % {"tag": name[:60]}
    space, local = namespace.lower(), name.lower()
    for part, names, what in _FORMATS:
        if (part and part in space) or local in names:
            return _other(what)
    if "bpmn" in space or local in _OLD_ROOTS:
        return _(
            "Filen är BPMN men inte version 2.0. Öppna den i ett ritverktyg som läser den, och exportera den som "
            "BPMN 2.0."
        )
    return ""


def _other(what: str | Promise) -> str:
    return _("Filen är %(what)s, inte BPMN 2.0. Välj BPMN 2.0 när du exporterar från ritverktyget.") % {"what": what}
