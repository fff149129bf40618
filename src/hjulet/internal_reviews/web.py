"""Pages that are read: a year of reviews, one visit, units beside each other, and what may concern others."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.internal_reviews import actions, listing
from hjulet.internal_reviews.choices import REVIEWS
from hjulet.internal_reviews.exports import REVIEWS_LIST
from hjulet.internal_reviews.listing import read_year
from hjulet.internal_reviews.models import LATEST, OLDEST, Drawn, Visit
from hjulet.measures.models import Measure

PAGE = 50


def visit_or_404(request: ActorRequest, pk: int) -> Visit:
    seen = Visit.objects.seen_by(request.actor, local_date(now()))
    found = seen.filter(pk=pk).select_related("unit", "protocol__checklist").first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def year(request: ActorRequest) -> HttpResponseBase:
    """A year, month by month. In the address: `ar`."""
    if exports.wanted(request):
        return exports.response(request, REVIEWS_LIST)
    today = local_date(now())
    chosen = read_year(request.GET.get("ar", ""), today)
    visits = list(listing.visits_of(request.actor, chosen, today))
    context = {
        "year": chosen,
        "years": [one for one in (chosen - 1, chosen + 1) if OLDEST <= one <= LATEST],
        "months": listing.by_month(visits) if visits else [],
        "count": len(visits),
        "told": sum(1 for visit in visits if visit.is_told),
        "reviews": request.actor.holds(REVIEWS),
        "today": today,
    }
    return render(request, "internal_reviews/year.html", context)


@access(LOGGED_IN)
@require_safe
def visit(request: ActorRequest, pk: int) -> HttpResponse:
    one = visit_or_404(request, pk)
    reviews = actions.may_review(one, request.actor)
    return render(request, "internal_reviews/visit.html", _shown(request, one, reviews))


def _shown(request: ActorRequest, one: Visit, reviews: bool) -> dict[str, Any]:
    today, told = local_date(now()), one.is_told
    parts = listing.parts_of(one, request.actor) if told or reviews else []
    measures = Measure.objects.visible_to(request.actor).filter(source_type="internal-review", source_id=one.pk)
    return {
        "visit": one,
        "reviews": reviews,
        "replies": told and actions.may_reply(one, request.actor),
        "parts": parts,
        "left": sum(len(part.asked) - part.done for part in parts),
        "low": [asked for part in parts for asked in part.asked if asked.low] if told else [],
        "measures": list(measures.select_related("owner")) if told else [],
        "drawn": drawn_of(request, one) if reviews else [],
        "come": one.day is not None and one.day <= today,
        "hidden": one.hidden_on(today),
        "earlier": list(_earlier(request, one, today)) if told else [],
    }


def drawn_of(request: ActorRequest, one: Visit) -> list[Drawn]:
    """Who was drawn; that it was read is logged."""
    rows = list(Drawn.objects.visible_to(request.actor).filter(visit=one).order_by("-which"))
    if rows:
        ids = [row.pk for row in rows]
        log_read("read", actor=request.actor, at=now(), about="drawn", ids=ids, unit_id=one.unit_id)
    return rows


def _earlier(request: ActorRequest, one: Visit, today: date) -> Any:
    seen = Visit.objects.seen_by(request.actor, today).told().filter(unit=one.unit, day__lt=one.day)
    return seen.order_by("-day", "-pk")[:5]


@access(LOGGED_IN)
@require_safe
def compare(request: ActorRequest) -> HttpResponse:
    """Units beside each other, year by year. In the address: `ar` the last year, `sort` `medel`, `sida`."""
    today = local_date(now())
    years, rows = listing.compared(request.actor, today, read_year(request.GET.get("ar", ""), today))
    sort = "medel" if request.GET.get("sort") == "medel" else "namn"
    page = Paginator(listing.sorted_compared(rows, sort), PAGE).get_page(request.GET.get("sida"))
    return render(request, "internal_reviews/compare.html", {"years": years, "page": page, "sort": sort})


@access(LOGGED_IN)
@require_safe
def others(request: ActorRequest) -> HttpResponse:
    """What was found at one unit and may concern more."""
    rows = listing.for_management(request.actor, local_date(now()))
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    return render(request, "internal_reviews/others.html", {"page": page, "reviews": request.actor.holds(REVIEWS)})
