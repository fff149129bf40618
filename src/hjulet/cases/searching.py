"""The search page: cases and measures by their words, within one's own reach. The question is posted, so that it lands
in no address and no server log; the read log keeps it with what was shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.cases.choices import CaseKind, State
from hjulet.cases.exports import HANDLERS
from hjulet.cases.listing import Selection, found, read_for_measures, read_selection
from hjulet.cases.models import Case
from hjulet.cases.search import marked, terms
from hjulet.cases.sight import SEES
from hjulet.cases.web import MANY_UNITS, Row, row_of
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.core.paging import CappedPaginator
from hjulet.core.personal_number import has_personal_number
from hjulet.core.words_index import HasWords
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.org.choices import Track
from hjulet.org.models import Unit

PAGE, COUNTED = 20, 200
LONGEST = 200


@dataclass(frozen=True)
class Hit:
    """A row of the answer. `text` is what stands round the first word that was found."""

    pk: int
    url: str
    title: SafeString | str
    text: SafeString | str
    sub: str
    unit: str
    state: str
    at: datetime


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def search(request: ActorRequest) -> HttpResponse:
    """Newest first, twenty a page; more than two hundred are not counted."""
    actor, at = request.actor, now()
    params = request.POST
    query = params.get("q", "").replace("\x00", " ").strip()[:LONGEST]
    sort = "measure" if params.get("bland") == "measure" else "case"
    units = list(Unit.objects.seen_by(actor).within(actor.reach(*SEES)).order_by("name", "id"))
    context = {"sort": sort, "params": params, "units": units, "query": query, **_choices(sort)}
    if has_personal_number(query):
        context |= {"query": "", "refused": _("Sök inte på personnummer. Sök på ord eller på ärendets nummer.")}
        return render(request, "cases/search.html", context, status=422)
    if query:
        given = {**params.dict(), "val": "alla", "sort": "-inkommet"}
        if sort == "case":
            pages = _cases(query, read_selection(given, actor=actor, at=at), actor, at, len(units) > MANY_UNITS)
        else:
            pages = _measures(query, read_for_measures(given, actor=actor, at=at), actor)
        page = pages.get_page(params.get("sida"))
        log_read("search", actor=actor, at=at, about=sort, ids=[hit.pk for hit in page] or [0], purpose=query)
        context["page"] = page
    return render(request, "cases/search.html", context)


def _choices(sort: str) -> dict[str, Any]:
    return {
        "kinds": CaseKind.choices if sort == "case" else [],
        "states": (State if sort == "case" else MeasureState).choices,
        "tracks": [(t.value, t.label) for t in (Track.SOL, Track.LSS, Track.HSL, Track.NONE)],
    }


def _cases(query: str, selection: Selection, actor: Actor, at: datetime, wide: bool) -> CappedPaginator:
    asked = terms(query)
    by_number = Case.objects.visible_to(actor).by_ref(query).for_list().first()
    if by_number is not None:
        return _pages(lambda first, last: [_case_hit(row_of(by_number, at), [])], 1)
    hits = found(query, selection, actor=actor, wide=wide)

    number = hits.counted(actor, COUNTED)

    def part(first: int, last: int) -> list[Hit]:
        cases = hits.part(actor, first, last) if number > COUNTED else hits.gathered(number)[first:last]
        return [_case_hit(row_of(case, at), asked) for case in cases.for_list()]

    return _pages(part, number)


def _case_hit(row: Row, asked: list[str]) -> Hit:
    case = row.case
    title = row.title if case.protected_identity else marked(row.title, asked)
    text = "" if case.protected_identity else marked(case.description, asked)
    sub = f"{case.ref} · {row.kind}"
    return Hit(case.pk, case.get_absolute_url(), title, text, sub, case.unit.name, row.state, case.reported_at)


def _measures(query: str, selection: Selection, actor: Actor) -> CappedPaginator:
    asked = terms(query)
    hits = Measure.objects.visible_to(actor).filter(selection.condition)
    hits = hits.filter(HasWords(asked)) if asked else hits.none()
    newest = hits.select_related("unit").order_by("-created_at", "-id")

    def part(first: int, last: int) -> list[Hit]:
        return [_measure_hit(measure, asked) for measure in newest[first:last]]

    return _pages(part, int(hits.order_by().values("pk")[: COUNTED + 1].count()))


def _measure_hit(measure: Measure, asked: list[str]) -> Hit:
    title, text = marked(measure.title, asked), marked(measure.expected_effect, asked)
    url, state = f"/atgarder/{measure.pk}/", str(MeasureState(measure.state).label)
    return Hit(measure.pk, url, title, text, _("Åtgärd"), measure.unit.name, state, measure.created_at)


def _pages(part: Callable[[int, int], list[Hit]], number: int) -> CappedPaginator:
    return CappedPaginator(part, PAGE, found=number, most=COUNTED)
