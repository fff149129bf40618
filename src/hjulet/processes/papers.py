"""A version of a process as PDF: the steps, who does them and by what, where it hurts, and the picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjulet.core import pdf
from hjulet.core.clocks import local_date
from hjulet.documents.laws import Basis
from hjulet.processes import actions
from hjulet.processes.bpmn.ink import FONT
from hjulet.processes.hanging import Hung
from hjulet.processes.hurting import Hurt, Picture
from hjulet.processes.models import Drawing, Element, Process

TEMPLATE = Path(__file__).parent / "paper" / "process.typ"
PAPER_FONT = "Libertinus Serif"  # the papers' own: the picture's letters go with the rest, and none is missing
Groups = list[tuple[str, Any, list[dict[str, Any]]]]


@dataclass(frozen=True)
class Told:
    """What the page of a version knows: its steps by sub-process, what hurts, who owns it, what it rests on."""

    groups: Groups
    hurts: Picture
    owner: str
    laws: list[Basis]
    elements: list[Element]


def response(process: Process, drawing: Drawing, told: Told, *, at: datetime) -> HttpResponse:
    """The PDF as a download. Raises PdfFailed."""
    title = drawing.process.name
    content = pdf.make(TEMPLATE, _data(process, drawing, told, at), title=title, at=at, lang=get_language() or "sv")
    name = f"{process.code}-{drawing.number}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _data(process: Process, drawing: Drawing, told: Told, at: datetime) -> dict[str, Any]:
    heads = [_("Nr"), _("Steg"), _("Utförs av"), _("Hör till")]
    heads += [_("Det som har hänt")] if told.hurts.known else []
    svg = actions.svg_of(drawing, told.elements, standalone=True, heat=told.hurts.heat(process.pk))
    return {
        "facts": [[label, value] for label, value in _facts(process, drawing, told) if value],
        "purpose": process.purpose,
        "changes": drawing.changes if drawing.number > 1 else "",
        "changes_heading": _("Nytt i den här versionen"),
        "steps_heading": _("Steg för steg"),
        "hint": _hint(told.hurts, local_date(at)),
        "heads": heads,
        "widths": [4, 26, 16, 30, 22][: len(heads)],
        "groups": [
            {"title": str(label), "rows": [_row(row, told.hurts) for row in rows]} for _c, label, rows in told.groups
        ],
        "picture_heading": _("Processen som bild"),
        "svg": svg.replace(f'font-family="{FONT}"', f'font-family="{PAPER_FONT}"', 1),
        "told": _("Processen i bild. Den säger samma sak som tabellen över stegen."),
        "lead": [],
        "page": _("Sida"),
        "boxed_words": _("Ett tecken som saknas i typsnittet visas som □."),
    }


def _facts(process: Process, drawing: Drawing, told: Told) -> list[tuple[str, str]]:
    by = drawing.published_by.name if drawing.published_by else ""
    day = drawing.published_on.isoformat() if drawing.published_on else ""
    return [
        (_("Nivå"), process.get_level_display()),
        (_("Version"), f"{drawing.number}, {drawing.get_state_display().lower()}"),
        (_("Gäller för"), process.unit.name),
        (_("Publicerad"), ", ".join(part for part in (by, day) if part)),
        (_("Upphävd"), process.withdrawn_on.isoformat() if process.withdrawn_on else ""),
        (_("Ägare"), told.owner),
        (_("Följs upp"), "; ".join(sign.words for sign in told.hurts.of(process.pk, "").others)),
        (_("Ses över"), process.review_on.isoformat() if process.review_on else ""),
        (_("Lagrum"), ", ".join(basis.citation for basis in told.laws)),
    ]


def _hint(hurts: Picture, on: date) -> str:
    day = {"day": on.isoformat(), "n": hurts.least}
    if hurts.masked:
        said = _("Siffrorna är från %(day)s. De gäller de fyra senaste hela kvartalen, och tal under %(n)s visas inte.")
        return said % day
    if not hurts.known:
        return ""
    return _("Siffrorna är från %(day)s. De gäller de senaste tolv månaderna, i de enheter som läsaren ser.") % day


def _row(row: Mapping[str, Any], hurts: Picture) -> list[str]:
    element, hung = row["element"], row["hung"]
    who = "\n".join(dict.fromkeys(part for part in (element.lane, row["role"]) if part))
    step = "\n".join(part for part in (str(element), element.purpose, _documented(element)) if part)
    cells = [str(element.place), step, who, "\n".join(_hung(hung)) if hung else ""]
    return [*cells, _hurt(row["hurt"], hurts) if row["happens"] else ""] if hurts.known else cells


def _documented(element: Element) -> str:
    return _("Dokumenteras: %(what)s") % {"what": element.documented} if element.documented else ""


def _hung(hung: Hung) -> list[str]:
    return [
        *(document.title for document in hung.documents),
        *(str(service) for service in hung.services),
        *(law.citation for law in hung.laws),
    ]


def _hurt(hurt: Hurt, hurts: Picture) -> str:
    others = [sign.words for sign in hurt.others]
    return "\n".join(part for part in (hurt.words or hurts.nothing, hurt.weights, *others) if part)
