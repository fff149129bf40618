"""The yearly review of documents as a work list, and the page where one is looked over without a change (DOC-5)."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.documents import actions, yearly
from hjulet.documents.exports import REVIEWS
from hjulet.documents.models import DocumentType
from hjulet.documents.reading import document_or_404
from hjulet.documents.rights import may_write
from hjulet.documents.work_forms import LookOverForm
from hjulet.documents.work_lists import progress, progress_by_owner, read_due, reviews_in
from hjulet.org.models import Unit

PAGE = 25
OWNERS = 40
HEADINGS = (
    ("rubrik", gettext_lazy("Dokument")),
    ("agare", gettext_lazy("Ägare")),
    ("enhet", gettext_lazy("Gäller för")),
    ("dag", gettext_lazy("Ses över senast")),
)


@access(LOGGED_IN)
@require_safe
def reviews(request: ActorRequest) -> HttpResponseBase:
    """`val` is i-ar, nasta or gjorda; `agare`, `unit`, `slag`, `min=1`, `sort` and `sida` as in work_lists.Due."""
    if exports.wanted(request):
        return exports.response(request, REVIEWS)
    actor, today = request.actor, local_date(now())
    chosen = read_due(request.GET, today)
    also = yearly.lines(chosen, actor)
    counts = yearly.with_lines(progress(chosen, actor, today), also, chosen.year, today)
    year = {"year": chosen.year}
    owners = list(progress_by_owner(chosen, actor, today)[:OWNERS])
    context = {
        "page": Paginator(reviews_in(chosen, actor), PAGE).get_page(request.GET.get("sida")),
        "chosen": chosen,
        "counts": counts,
        "all": counts["left"] + counts["done"],
        "tabs": [
            ("i-ar", _("Kvar %(year)s") % year, counts["left"]),
            ("nasta", _("Nästa år"), counts["next"]),
            ("gjorda", _("Gjorda %(year)s") % year, counts["done"]),
        ],
        "owners": yearly.owners_with_lines(owners, also, chosen.year, today),
        "also": yearly.shown(also, chosen),
        "types": DocumentType.objects.all(),
        "units": Unit.objects.seen_by(actor).filter(valid_to__isnull=True, path__isnull=False).order_by("path"),
        "headings": HEADINGS,
        "first_sort": "dag",
        "today": today,
    }
    return render(request, "documents/reviews.html", context)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def look_over(request: ActorRequest, code: str) -> HttpResponse:
    """Looked over, and nothing changes. For those who write the document."""
    found, actor = document_or_404(request, code), request.actor
    if found.current is None or found.withdrawn_on or not may_write(found, actor):
        raise Http404
    form = LookOverForm(request.POST or None)
    shown = whole_number(request.POST.get("version", ""), digits=9)
    context: dict[str, Any] = {
        "form": form,
        "document": found,
        "seen": found.version if shown is None else shown,
        "under_way": found.versions.under_way().first(),
        "today": local_date(now()),
        "requests": found.wishes,  # type: ignore[attr-defined]
    }
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/look_over.html", context, status=422 if form.is_bound else 200)
    try:
        actions.look_over(found, reason=form.cleaned_data["reason"], seen=shown, actor=actor, at=now())
    except Refused as problem:
        context |= {"refusal": str(problem), "seen": document_or_404(request, code).version}
        return render(request, "documents/look_over.html", context, status=409)
    messages.success(request, _("Dokumentet är översett. Nästa dag för översyn är satt."))
    return redirect("document", code=code)
