"""What I am to read and confirm, and how many at each unit have done it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import clock_words
from hjulet.law.rules import laws_on
from hjulet.org.choices import Duty
from hjulet.org.models import Unit
from hjulet.receipts import actions
from hjulet.receipts.choices import COUNTERS, MASKED, Standing
from hjulet.receipts.coverage import (
    counts_anywhere,
    matter_for,
    not_confirmed,
    sort_of,
    sorted_rows,
    total_of,
    units_of,
)
from hjulet.receipts.exports import COVERAGE, MATTER
from hjulet.receipts.forms import ConfirmForm
from hjulet.receipts.listing import Ask, asks, current
from hjulet.receipts.models import Matter, Receipt
from hjulet.receipts.registry import text_of

PAGE = 50


@access(LOGGED_IN)
@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """What the actor is to confirm, and all that she has confirmed, newest first. `sida` pages."""
    actor, at = request.actor, now()
    waiting = [(ask, clock_words(at, due_on=ask.due_on)) for ask in asks(actor, at) if ask.waits]
    given = Receipt.objects.visible_to(actor).filter(person_id=actor.person_id).select_related("matter")
    page = Paginator(given, PAGE).get_page(request.GET.get("sida"))
    counts = counts_anywhere(actor)
    context = {
        "waiting": waiting,
        "page": page,
        "today": local_date(at),
        "covered": current(actor.principal_id, local_date(at)) if counts else [],
    }
    return render(request, "receipts/mine.html", context)


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: ActorRequest, code: str) -> HttpResponse:
    """Read and confirm. Someone who is not asked may read it; that is all."""
    actor, at = request.actor, now()
    ask = next(iter(asks(actor, at, code)), None)
    matter = ask.matter if ask else matter_for(actor, at, code)
    if matter is None or (ask is None and request.method == "POST"):
        raise Http404
    form = ConfirmForm(request.POST if request.method == "POST" else None, matter=matter)
    if request.method != "POST":
        return _page(request, matter, ask, form)
    if not form.is_valid():
        return _page(request, matter, ask, form, status=422)
    try:
        actions.confirm(
            matter,
            answer=form.cleaned_data.get("answer", ""),
            version=whole_number(request.POST.get("version", ""), digits=5) or 0,
            actor=actor,
            at=at,
        )
    except Refused as refusal:
        return _page(request, matter, ask, form, status=409, refusal=str(refusal))
    return redirect(f"{request.path}?klart=1")


def _page(
    request: ActorRequest, matter: Matter, ask: Ask | None, form: ConfirmForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    at = now()
    context = {
        "matter": matter,
        "text": text_of(matter),
        "ask": ask,
        "clock": clock_words(at, due_on=ask.due_on) if ask and ask.waits else None,
        "first": ask is not None and ask.standing == Standing.MISSING,
        "form": form,
        "laws": list(laws_on(matter.laws, local_date(at)).values()),
        "done": request.GET.get("klart") == "1" and ask is not None and not ask.waits,
        "refusal": refusal,
        "counts": counts_anywhere(request.actor),
    }
    return render(request, "receipts/read.html", context, status=status)


COLUMNS = ("enhet", "tillfragade", "bekraftat", "andel", "sena", "aldrig")


@access(*COUNTERS, *MASKED)
@require_safe
def coverage(request: ActorRequest, code: str) -> HttpResponseBase:
    """Units with how many have confirmed, the lowest share first. `sort` chooses a column, `sida` pages."""
    actor, at = request.actor, now()
    matter = matter_for(actor, at, code)
    if matter is None:
        raise Http404
    if exports.wanted(request):
        params: Any = request.GET.copy()
        params[MATTER] = code
        request.GET = params
        return exports.response(request, COVERAGE)
    rows, sort = units_of(matter, actor, at), sort_of(request.GET)
    labels = (_("Enhet"), _("Ska bekräfta"), _("Har bekräftat"), _("Andel"), _("Tiden har gått ut"), _("Aldrig"))
    context = {
        "matter": matter,
        "page": Paginator(sorted_rows(rows, sort), PAGE).get_page(request.GET.get("sida")),
        "total": total_of(rows),
        "masked": any(row.masked for row in rows),
        "sort": sort,
        "headings": list(zip(COLUMNS, labels, strict=True)),
        "today": local_date(at),
    }
    return render(request, "receipts/coverage.html", context)


@access(Duty.RECEIVE)
@require_safe
def names(request: ActorRequest, code: str, unit: str) -> HttpResponse:
    """Who at one's own unit has not confirmed. `sida` pages."""
    actor, at = request.actor, now()
    matter = matter_for(actor, at, code)
    place = Unit.objects.of(actor.principal_id).within(actor.reach(Duty.RECEIVE)).filter(code=unit).first()
    if matter is None or place is None:
        raise Http404
    page = Paginator(not_confirmed(matter, place, actor, local_date(at)), PAGE).get_page(request.GET.get("sida"))
    people: list[Any] = list(page.object_list)
    log_read("list", actor=actor, at=at, about="person", ids=[person.pk for person in people], unit_id=place.pk)
    rows = [(person, clock_words(at, due_on=person.until) if person.until else None) for person in people]
    return render(request, "receipts/names.html", {"matter": matter, "unit": place, "page": page, "rows": rows})
