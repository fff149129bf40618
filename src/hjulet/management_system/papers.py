"""The whole as PDF, for the meeting and the binder."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hjulet.core import pdf
from hjulet.core.clocks import local_date
from hjulet.core.richtext_paper import nodes_of
from hjulet.management_system.content import More, Piece, Prose, Section, Table, Tree
from hjulet.management_system.models import Adoption

TEMPLATE = Path(__file__).parent / "paper" / "whole.typ"


def response(tree: Tree, adoption: Adoption | None, *, at: datetime) -> HttpResponse:
    """The PDF as a download. Raises PdfFailed."""
    title = _("Ledningssystem för systematiskt kvalitetsarbete")
    content = pdf.make(TEMPLATE, _data(tree, adoption), title=title, at=at, lang=get_language() or "sv")
    name = f"ledningssystem-{adoption.number if adoption else local_date(at).isoformat()}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _data(tree: Tree, adoption: Adoption | None) -> dict[str, Any]:
    return {
        "facts": _facts(tree, adoption),
        "sections": [_section(number, section) for number, section in enumerate(tree.sections, 1)],
        "contents": _("Innehåll"),
        "basis_word": _("Vilar på"),
        "lead": [],
        "page": _("Sida"),
        "boxed_words": _("Ett tecken som saknas i typsnittet visas som □."),
    }


def _facts(tree: Tree, adoption: Adoption | None) -> list[list[str]]:
    if adoption is None:
        day = local_date(tree.composed_at).isoformat()
        return [[_("Huvudman"), tree.principal], [_("Som det var"), day], [_("Läge"), _("Inte beslutat")]]
    return [
        [_("Huvudman"), tree.principal],
        [_("Version"), str(adoption.number)],
        [_("Antaget av"), f"{adoption.board}, {adoption.reference}, {adoption.decided_on.isoformat()}"],
        [_("Ses över senast"), adoption.review_on.isoformat()],
    ]


def _section(number: int, section: Section) -> dict[str, Any]:
    parts = [_part(part) for part in section.parts if not isinstance(part, More)]
    return {"title": f"{number} {section.title}", "basis": section.basis, "parts": parts}


def _part(part: Piece) -> dict[str, Any]:
    if isinstance(part, Prose):
        return {"kind": "prose", "nodes": nodes_of(part.html)}
    if isinstance(part, Table):
        told = {"title": part.title, "lead": part.lead, "heads": part.heads, "rows": part.rows}
        return {"kind": "table", "widths": _widths(part), **told}
    return {"kind": "note" if getattr(part, "gap", False) else "p", "text": part.text}


def _widths(part: Table) -> list[int]:
    """Shares of the line for each column, by its longest text; none so narrow that words break in it."""
    longest = [
        max((len(row[place]) for row in (part.heads, *part.rows) if place < len(row)), default=1)
        for place in range(len(part.heads))
    ]
    return [min(max(length, 8), 40) for length in longest]
