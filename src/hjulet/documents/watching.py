"""Omvärldsbevakning: what is new in law or knowledge, and which documents are looked over for it (DOC-5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.documents import actions
from hjulet.documents.exports import WATCH
from hjulet.documents.laws import bases
from hjulet.documents.models import Document, WatchItem, WatchReview
from hjulet.documents.rights import may_write
from hjulet.documents.work_forms import ChooseForm, NewsAnswerForm, NewsForm, SettleForm, news_of
from hjulet.documents.work_lists import plain, read_watched, to_look_over, watch_counts, watched_in
from hjulet.org.choices import Duty

PAGE = 25
MOST_FOUND = 50
TIME_TO_LOOK = timedelta(days=30)  # what is proposed; whoever chooses the documents chooses the day


@access(LOGGED_IN)
@require_safe
def watch(request: ActorRequest) -> HttpResponseBase:
    """`val` is oppna, klara or alla; `q`, `lag`, `min=1` and `sida` as in work_lists.Watched."""
    if exports.wanted(request):
        return exports.response(request, WATCH)
    actor, today = request.actor, local_date(now())
    chosen = read_watched(request.GET)
    counts = watch_counts(actor)
    context = {
        "page": Paginator(watched_in(chosen, actor), PAGE).get_page(request.GET.get("sida")),
        "chosen": chosen,
        "tabs": [
            ("oppna", _("Öppna"), counts["oppna"]),
            ("klara", _("Klara"), counts["klara"]),
            ("alla", _("Alla"), counts["oppna"] + counts["klara"]),
        ],
        "law": next(iter(bases([chosen.law], today)), None) if chosen.law else None,
        "writes": actor.holds(Duty.WRITE_DOCUMENTS),
        "today": today,
    }
    return render(request, "documents/watch.html", context)


def _item_or_404(request: ActorRequest, pk: int) -> WatchItem:
    rows = WatchItem.objects.readable_by(request.actor).select_related("noted_by", "settled_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def item(request: ActorRequest, pk: int) -> HttpResponse:
    return _item_page(request, _item_or_404(request, pk))


@dataclass(frozen=True)
class Row:
    """A document to look over, as the reader sees it: `form` when she may answer."""

    review: WatchReview
    document: Document
    writes: bool
    form: NewsAnswerForm | None
    late: bool


def _item_page(
    request: ActorRequest, found: WatchItem, *, status: int = 200, refusal: str = "", **given: Any
) -> HttpResponse:
    actor, today = request.actor, local_date(now())
    rows = _rows(request, found, given)
    writes = actor.holds(Duty.WRITE_DOCUMENTS) and found.settled_at is None
    left = found.reviews.filter(done_at=None).count() if writes else 0
    context = {
        "item": found,
        "laws": bases(found.laws, today),
        "rows": rows,
        "writes": writes,
        "left": left,
        "proposed": to_look_over(found, "", actor).count() if writes and found.laws else 0,
        "settle_form": given.get("settle", SettleForm(prefix="k")),
        "refusal": refusal,
        "today": today,
    }
    return render(request, "documents/watch_item.html", context, status=status)


def _rows(request: ActorRequest, found: WatchItem, given: dict[str, Any]) -> list[Row]:
    """Only of documents the reader may see; what is left first."""
    actor, today = request.actor, local_date(now())
    reviews = found.reviews.filter(document__in=Document.objects.seen_by(actor).order_by().values("pk"))
    rows = []
    for review in reviews.select_related("document__unit", "document__owner", "done_by", "became"):
        writes = may_write(review.document, actor)
        asks = writes and review.done_at is None and found.settled_at is None
        form = given.get(f"row-{review.pk}") or NewsAnswerForm(prefix=f"s{review.pk}")
        late = review.done_at is None and review.until < today
        rows.append(Row(review, review.document, writes, form if asks else None, late))
    return sorted(rows, key=lambda row: (row.review.done_at is not None, row.review.until, row.review.pk))


@access(Duty.WRITE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    form = NewsForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/watch_new.html", {"form": form}, status=422 if form.is_bound else 200)
    made = actions.note_news(form.news(), actor=request.actor, at=now())
    messages.success(request, _("Antecknat. Välj nu vilka dokument som ska ses över."))
    return redirect("watch-documents", pk=made.pk)


@access(Duty.WRITE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, pk: int) -> HttpResponse:
    found = _item_or_404(request, pk)
    form = NewsForm(request.POST or None, item=found, initial=news_of(found))
    shown = whole_number(request.POST.get("version", ""), digits=9)
    context = {"form": form, "item": found, "seen": found.version if shown is None else shown}
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/watch_new.html", context, status=422 if form.is_bound else 200)
    try:
        actions.change_news(found, form.news(), seen=shown, actor=request.actor, at=now())
    except Refused as problem:
        newest = _item_or_404(request, pk).version if isinstance(problem, Stale) else found.version
        context |= {"refusal": str(problem), "seen": newest}
        return render(request, "documents/watch_new.html", context, status=409)
    messages.success(request, _("Sparat."))
    return redirect("watch-item", pk=pk)


@access(Duty.WRITE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def choose(request: ActorRequest, pk: int) -> HttpResponse:
    """Which documents to look over. `q` searches; without it those that rest on the item's laws."""
    found, actor, at = _item_or_404(request, pk), request.actor, now()
    if found.settled_at is not None:
        return redirect("watch-item", pk=pk)
    query = plain(request.GET, "q")
    rows = list(to_look_over(found, query, actor)[: MOST_FOUND + 1])
    posted = request.POST or None
    first = {"until": local_date(at) + TIME_TO_LOOK}
    form = ChooseForm(posted, documents=Document.objects.readable_by(actor).kept_up(), initial=first)
    ticked = set(request.POST.getlist("documents")) if posted else set() if query else {str(row.pk) for row in rows}
    context = {
        "form": form,
        "item": found,
        "rows": [(row, str(row.pk) in ticked) for row in rows[:MOST_FOUND]],
        "more": len(rows) > MOST_FOUND,
        "query": query,
    }
    if request.method == "GET" or not form.is_valid():
        return render(request, "documents/watch_choose.html", context, status=422 if form.is_bound else 200)
    data = form.cleaned_data
    try:
        actions.ask_to_look_over(
            found, data["documents"].select_related("unit", "owner"), until=data["until"], actor=actor, at=at
        )
    except Refused as problem:
        return render(request, "documents/watch_choose.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("De som ansvarar för dokumenten har fått veta det."))
    return redirect("watch-item", pk=pk)


def _take(
    request: ActorRequest,
    found: WatchItem,
    name: str,
    form: forms.Form,
    do: Callable[[dict[str, Any], dict[str, Any]], str],
) -> HttpResponse:
    """Does what a form on the item's page asks for; what was typed stays when it may not be done."""
    given: dict[str, Any] = {name: form}
    if not form.is_valid():
        return _item_page(request, found, status=422, **given)
    try:
        said = do(form.cleaned_data, {"actor": request.actor, "at": now()})
    except Refused as problem:
        return _item_page(request, _item_or_404(request, found.pk), status=409, refusal=str(problem), **given)
    messages.success(request, said)
    return redirect("watch-item", pk=found.pk)


@access(LOGGED_IN)
@require_POST
def done(request: ActorRequest, pk: int, review: int) -> HttpResponse:
    """A document was looked over, by someone who writes it."""
    found = _item_or_404(request, pk)
    row = found.reviews.filter(pk=review).select_related("document__unit").first()
    if row is None or not may_write(row.document, request.actor):
        raise Http404

    def do(data: dict[str, Any], who: dict[str, Any]) -> str:
        answered = actions.answer_news(row, result=data["result"], change=data["change"] == "yes", **who)
        if answered.became is None:
            return _("Sparat. Dokumentet är översett.")
        return _("Sparat. Utkastet till version %(n)s är påbörjat.") % {"n": answered.became.number}

    return _take(request, found, f"row-{row.pk}", NewsAnswerForm(request.POST, prefix=f"s{row.pk}"), do)


@access(Duty.WRITE_DOCUMENTS)
@require_POST
def settle(request: ActorRequest, pk: int) -> HttpResponse:
    found = _item_or_404(request, pk)
    seen = whole_number(request.POST.get("version", ""), digits=9)

    def do(data: dict[str, Any], who: dict[str, Any]) -> str:
        actions.settle_news(found, outcome=data["outcome"], seen=seen, **who)
        return _("Klart. Det står kvar här som historik.")

    return _take(request, found, "settle", SettleForm(request.POST, prefix="k"), do)
