"""A version as PDF, for the binder and for the meeting."""

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
from hjulet.documents.laws import bases
from hjulet.documents.models import Document, Version

TEMPLATE = Path(__file__).parent / "paper" / "document.typ"


def response(document: Document, version: Version, *, at: datetime) -> HttpResponse:
    """The PDF as a download. Raises PdfFailed."""
    content = pdf.make(TEMPLATE, _data(document, version, at), title=version.title, at=at, lang=get_language() or "sv")
    name = f"{document.code}-{version.number}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _data(document: Document, version: Version, at: datetime) -> dict[str, Any]:
    nodes = nodes_of(version.body) or [
        {"kind": "p", "runs": [{"text": line}]} for line in version.text.split("\n") if line.strip()
    ]
    return {
        "facts": [[label, value] for label, value in _facts(document, version, at) if value],
        "changes": version.changes,
        "changes_heading": _("Nytt i den här versionen"),
        "nodes": nodes,
        "lead": [],
        "page": _("Sida"),
        "boxed_words": _("Ett tecken som saknas i typsnittet visas som □."),
    }


def _facts(document: Document, version: Version, at: datetime) -> list[tuple[str, str]]:
    laws = ", ".join(basis.citation for basis in bases(document.laws, local_date(at)))
    adopted = ", ".join(part for part in (version.adopted_role, version.reference) if part)
    return [
        (_("Slag"), str(document.type)),
        (_("Version"), f"{version.number}, {version.get_state_display().lower()}"),
        (_("Gäller för"), document.unit.name),
        (_("Gäller från"), version.valid_from.isoformat() if version.valid_from else ""),
        (_("Fastställd av"), adopted),
        (_("Ägare"), document.owner.name if document.owner else ""),
        (_("Ses över senast"), document.review_on.isoformat() if document.review_on else ""),
        (_("Lagrum"), laws),
        (_("Diarienummer"), document.diary_number),
    ]
