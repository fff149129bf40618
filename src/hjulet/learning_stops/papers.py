"""A stop as PDF, for the board and the binder."""

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
from hjulet.learning_stops.models import Reply, Stop
from hjulet.learning_stops.pack import Pack, Part

TEMPLATE = Path(__file__).parent / "paper" / "stop.typ"


def response(stop: Stop, figures: Pack, *, at: datetime) -> HttpResponse:
    """The PDF as a download. Raises PdfFailed."""
    title = _("Hållplats: %(title)s") % {"title": stop.theme}
    content = pdf.make(TEMPLATE, _data(stop, figures), title=title, at=at, lang=get_language() or "sv")
    name = f"hallplats-{stop.unit.code}-{stop.theme.code.removeprefix('stop_')}-{stop.year}.pdf"
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _data(stop: Stop, figures: Pack) -> dict[str, Any]:
    missing = _("Används inte ännu: %(what)s.") % {"what": ", ".join(figures.missing)} if figures.missing else ""
    return {
        "facts": facts_of(stop),
        "replies": [{"question": str(row), "answer": answer_told(row)} for row in stop.replies.all()],
        "parts": [_part(part) for part in figures.parts],
        **{
            "answers_word": _("Frågor och svar"),
            "figures_word": _("Underlaget"),
            "missing": missing or figures.left_out_told,
            "lead": [],
        },
        **{"page": _("Sida"), "boxed_words": _("Ett tecken som saknas i typsnittet visas som □.")},
    }


def facts_of(stop: Stop) -> list[list[str]]:
    rows = [[_("Enhet"), stop.unit.name], [_("År"), str(stop.year)]]
    if stop.took_part:
        told = _("%(n)s personer. %(who)s") % {"n": stop.people, "who": stop.took_part}
        rows.append([_("Deltog"), told if stop.people else stop.took_part])
    if stop.signed_at:
        name = stop.signed_by.name if stop.signed_by else ""
        rows.append([_("Underskriven"), f"{name}, {local_date(stop.signed_at).isoformat()}".lstrip(", ")])
    else:
        rows.append([_("Läge"), _("Inte underskriven än")])
    if stop.handed_on:
        rows.append([_("Lämnad till"), f"{stop.handed_to}, {stop.handed_on.isoformat()}"])
    return rows


def answer_told(row: Reply) -> str:
    return row.text or (_("Inget att säga.") if row.nothing else _("Inte besvarad."))


def _part(part: Part) -> dict[str, Any]:
    """Its table, or what its chart shows where it has none."""
    rows = [list(row) for row in part.rows] or [[bar.label, bar.shown] for bar in part.bars]
    heads = list(part.heads) if part.rows else [_("Tid"), _("Antal")]
    widths = [min(max([len(head), *(len(row[n]) for row in rows), 8]), 40) for n, head in enumerate(heads)]
    told = {"title": part.title, "headline": part.headline, "notes": list(part.notes)}
    return {**told, "rows": rows, "heads": heads, "widths": widths}
