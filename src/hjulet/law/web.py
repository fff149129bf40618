"""Pages that show which laws Hjulet follows and which clocks it keeps."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core.access import LOGGED_IN, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.swedish_time import limit_words, urgency_words
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.rules import service_levels

PAGE_SIZE = 50


@access(LOGGED_IN)
@require_safe
def law_list(request: HttpRequest) -> HttpResponse:
    """`q` searches designation, title and summary; `upphavda=1` adds repealed provisions; `sida` pages."""
    today = local_date(now())
    query = request.GET.get("q", "").strip()[:200]
    repealed = request.GET.get("upphavda") == "1"
    rows = LawRow.objects.select_related("replaced_by")
    found = _search(list(rows if repealed else rows.on(today)), query)
    page = Paginator(sorted(found, key=_natural), PAGE_SIZE).get_page(request.GET.get("sida"))
    shown = [{"law": law, "state": _state(law, today)} for law in page.object_list]
    return render(request, "law/list.html", {"page": page, "shown": shown, "query": query, "repealed": repealed})


@access(LOGGED_IN)
@require_safe
def law_clocks(request: HttpRequest) -> HttpResponse:
    """Every clock that applies today to the reader's principal, grouped by procedure."""
    today = local_date(now())
    actor = getattr(request, "actor", None)
    laws = {law.code: law for law in LawRow.objects.on(today)}
    levels = service_levels(principal_id=actor.principal_id if actor else None, day=today)
    rows = [_clock_row(level, laws, actor.principal_name if actor else "") for level in levels]
    groups = [(name, list(group)) for name, group in groupby(rows, key=lambda row: row["procedure"])]
    return render(request, "law/clocks.html", {"groups": groups})


def _search(laws: list[LawRow], query: str) -> list[LawRow]:
    """The provision with exactly this designation, else those with every word. SQL folds no åäö."""
    exact = [law for law in laws if law.citation.casefold() == query.casefold()]
    return exact or [law for law in laws if _matches(law, query)]


def _matches(law: LawRow, query: str) -> bool:
    text = f"{law.code} {law.citation} {law.title} {law.summary}".casefold()
    return all(word in text for word in query.casefold().split())


def _natural(law: LawRow) -> tuple[list[tuple[int, int, str]], int]:
    """Chapter 5 before chapter 27, repealed wording after the one in force."""
    parts = law.citation.replace(":", " ").replace("§", "").split()
    words = [(0, int(part), "") if part.isdigit() else (1, 0, part.casefold()) for part in parts]
    return words, -law.valid_from.toordinal()


def _state(law: LawRow, today: date) -> str:
    if law.valid_to is not None and law.valid_to < today:
        return _("Upphävd")
    return _("Gäller inte än") if law.valid_from > today else _("Gäller")


def _clock_row(level: ServiceLevel, laws: dict[str, LawRow], own_name: str) -> dict[str, Any]:
    how_long = urgency_words(level.urgency) if level.amount is None else ""
    return {
        "procedure": level.get_procedure_display(),
        "level": level,
        "how_long": f"{how_long} {limit_words(level.limit)}".strip(),
        "counted_from": _(level.counted_from) if level.counted_from else "",
        "law": laws.get(level.basis),
        "whose": own_name if level.principal_id else _("Hjulets grundvärde"),
    }
