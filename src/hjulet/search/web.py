"""The search page: everything one may see by its words. The question is posted, so that it lands in no address and no
server log; the read log keeps it with what was shown. Only names of documents are offered while someone types."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.paginator import Page
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.exports import HANDLERS
from hjulet.cases.listing import read_for_measures, read_selection
from hjulet.cases.sight import SEES
from hjulet.cases.web import MANY_UNITS
from hjulet.core.access import LOGGED_IN, ActorRequest, access, admits
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.kept import reading
from hjulet.core.now import now
from hjulet.core.paging import CappedPaginator
from hjulet.core.personal_number import has_personal_number
from hjulet.measures.choices import MeasureState
from hjulet.org.choices import Track
from hjulet.org.reach import places_of
from hjulet.search import sources
from hjulet.search.sources import Hit

LONGEST = 200
FEW = 4  # documents and lessons shown beside the cases
CASE, MEASURE, DOCUMENT, PROCESS, LESSON = "case", "measure", "document", "process", "lesson"
SORTS = {
    CASE: gettext_lazy("Ärenden"),
    MEASURE: gettext_lazy("Åtgärder"),
    DOCUMENT: gettext_lazy("Dokument"),
    PROCESS: gettext_lazy("Processer"),
    LESSON: gettext_lazy("Lärande"),
}
LOGGED = {CASE, MEASURE}  # those that tell of people
FOR_ALL = {sort: label for sort, label in SORTS.items() if sort not in LOGGED}


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
@reading()
def search(request: ActorRequest) -> HttpResponse:
    """Twenty a page; more than two hundred are not counted. `bland` is what to search in."""
    actor, at = request.actor, now()
    params = request.POST
    query = params.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    offered = SORTS if admits(frozenset(HANDLERS), actor) else FOR_ALL
    sort = params.get("bland", "") if params.get("bland") in offered else next(iter(offered))
    units = places_of(actor, *SEES)
    context: dict[str, Any] = {"sort": sort, "sorts": offered.items(), "params": params, "units": units, "query": query}
    context |= _choices(sort)
    if has_personal_number(query):
        context |= {"query": "", "refused": _("Sök inte på personnummer. Sök på ord eller på ärendets nummer.")}
        return render(request, "search/search.html", context, status=422)
    if query:
        page = _found(sort, query, params, actor, at, len(units)).get_page(params.get("sida"))
        if sort in LOGGED:
            log_read("search", actor=actor, at=at, about=sort, ids=[hit.pk for hit in page] or [0], purpose=query)
        context |= {"page": page, "beside": _beside(sort, query, actor, at, page)}
    return render(request, "search/search.html", context)


def _found(sort: str, query: str, params: Any, actor: Actor, at: datetime, units: int) -> CappedPaginator:
    given = {**params.dict(), "val": "alla", "sort": "-inkommet"}
    if sort == CASE:
        return sources.cases(query, read_selection(given, actor=actor, at=at), actor, at, units > MANY_UNITS)
    if sort == MEASURE:
        return sources.measures(query, read_for_measures(given, actor=actor, at=at), actor)
    if sort == DOCUMENT:
        return sources.documents(query, actor, local_date(at))
    return sources.processes(query, actor) if sort == PROCESS else sources.lessons(query, actor)


def _beside(
    sort: str, query: str, actor: Actor, at: datetime, page: Page[Hit]
) -> list[tuple[str, Any, list[Hit], bool]]:
    """The first documents when one searched among cases: what to do is as often what was meant."""
    if sort != CASE or page.number > 1:
        return []
    hits = sources.documents(query, actor, local_date(at))
    rows = list(hits.get_page(1))[:FEW]
    return [(DOCUMENT, SORTS[DOCUMENT], rows, hits.found > FEW)] if rows else []


def _choices(sort: str) -> dict[str, Any]:
    states = {CASE: State.choices, MEASURE: MeasureState.choices}
    return {
        "kinds": CaseKind.choices if sort == CASE else [],
        "states": states.get(sort, []),
        "tracks": [(t.value, t.label) for t in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)],
    }


@access(LOGGED_IN)
@require_POST
@reading()
def suggestions(request: ActorRequest) -> HttpResponse:
    """Documents whose words begin with `q`: {"hits": [{"title", "kind", "url"}]}. Nothing of cases, and no logging.

    Posted like every question: what someone types must not land in an address.
    """
    typed = request.POST.get("q", "").replace("\x00", " ")[:60]
    hits = sources.suggested(typed, request.actor, local_date(now()))
    names = ("title", "kind", "url")
    return JsonResponse({"hits": [dict(zip(names, hit, strict=True)) for hit in hits]})
