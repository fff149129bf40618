"""The log for those who review it, the review itself, and break-glass."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.audit import actions, reviews
from hjulet.audit.choices import Outcome
from hjulet.audit.exports import LOG
from hjulet.audit.forms import AskForm, DrawForm
from hjulet.audit.listing import Filters, event_rows, events_in
from hjulet.audit.models import LogReview
from hjulet.audit.words import LOGIN, OWN_VERBS, READ_WORDS, kind_of_object
from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import day_short, moment_short, time_short
from hjulet.org.choices import FAILED_LOGIN, Duty
from hjulet.org.models import BreakGlass, UnknownLogin

PAGE_SIZE = 50


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@access(Duty.LOG_REVIEW)
@require_safe
def read_log(request: HttpRequest) -> HttpResponseBase:
    """Newest first. In the address: `person` (login), `fran`, `till`, `atgard`, `typ`, `natt=1`, `sida`."""
    actor, at = _actor(request), now()
    if exports.wanted(request):
        return exports.response(request, LOG)
    filters = Filters.read(request.GET, local_date(at))
    found = events_in(filters, actor)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("sida"))
    shown = event_rows(list(page.object_list), at)
    log_read(
        "list",
        actor=actor,
        at=at,
        about="event",
        ids=[row["event"].pk for row in shown],
        purpose="log review",
    )
    kinds = Event.objects.filter(principal_id=actor.principal_id).order_by().values_list("object_type", flat=True)
    context = {
        "page": page,
        "shown": shown,
        "filters": filters,
        "actions": [*READ_WORDS.items(), ("write", _("ändrade")), (LOGIN, OWN_VERBS[FAILED_LOGIN])],
        "unknown_logins": UnknownLogin.objects.filter(day__range=(filters.first, filters.last)).aggregate(
            total=Sum("count")
        )["total"],
        "kinds": sorted((kind_of_object(code), code) for code in set(kinds.distinct())),
    }
    return render(request, "audit/log.html", context)


@access(Duty.LOG_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def log_review(request: HttpRequest) -> HttpResponse:
    """Reviews of the actor's part of the organisation, newest month first, and a form to draw another."""
    actor, at = _actor(request), now()
    form = DrawForm(request.POST or None, units=reviews.reach(actor), today=local_date(at))
    if request.method == "POST" and form.is_valid():
        try:
            review = reviews.draw(**form.cleaned_data, actor=actor, at=at)
            return redirect("log-review-one", review.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    found = LogReview.objects.filter(unit__in=reviews.reach(actor)).select_related("unit", "reviewer")
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("sida"))
    return render(request, "audit/reviews.html", {"page": page, "form": form})


@access(Duty.LOG_REVIEW)
@require_http_methods(["GET", "HEAD", "POST"])
def log_review_one(request: HttpRequest, pk: int) -> HttpResponse:
    """The drawn rows of one review. POST judges one row: `row`, `outcome`, `note`."""
    actor, at = _actor(request), now()
    review = _review(actor, pk)
    if request.method == "POST":
        row = get_object_or_404(review.rows, pk=whole_number(request.POST.get("row", "")))
        outcome, note = request.POST.get("outcome", ""), without_nul(request.POST.get("note", ""))
        try:
            reviews.judge(row, outcome=outcome, note=note, actor=actor, at=at)
            messages.success(request, _("Bedömningen är sparad."))
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect(f"{request.path}?sida={whole_number(request.GET.get('sida', '')) or 1}#rad-{row.pk}")
    page = Paginator(review.rows.select_related("event"), PAGE_SIZE).get_page(request.GET.get("sida"))
    rows = list(page.object_list)
    shown = [{**seen, "row": row} for row, seen in zip(rows, event_rows([r.event for r in rows], at), strict=True)]
    log_read("list", actor=actor, at=at, about="event", ids=[r.event_id for r in rows], purpose="log review")
    context = {
        "page": page,
        "review": review,
        "shown": shown,
        "outcomes": Outcome.choices,
        **_sums(review),
        "mine": review.reviewer_id == actor.person_id and review.closed_at is None,
    }
    return render(request, "audit/review.html", context)


def _sums(review: LogReview) -> dict[str, Any]:
    judged = list(review.rows.values_list("outcome", flat=True))
    return {
        "left": judged.count(""),
        "unclear": judged.count(Outcome.UNCLEAR),
        "sums": [(outcome.label, judged.count(outcome.value)) for outcome in Outcome],
    }


@access(Duty.LOG_REVIEW)
@require_POST
def log_review_close(request: HttpRequest, pk: int) -> HttpResponse:
    actor = _actor(request)
    review = _review(actor, pk)
    try:
        reviews.close(review, note=without_nul(request.POST.get("note", "")), actor=actor, at=now())
        messages.success(request, _("Granskningen är avslutad och sparad."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("log-review-one", review.pk)


def _review(actor: Actor, pk: int) -> LogReview:
    found = LogReview.objects.filter(unit__in=reviews.reach(actor)).select_related("unit", "reviewer")
    return get_object_or_404(found, pk=pk)


@access(LOGGED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """Ask for temporary reach; below, what one has asked for, has to decide on, or watches."""
    actor, at = _actor(request), now()
    start = {"unit": actor.unit_id}
    form = AskForm(request.POST or None, actor=actor, today=local_date(at), initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask(**form.cleaned_data, actor=actor, at=at)
            messages.success(request, _("Din begäran är skickad. Du får en avisering när någon har beslutat."))
            return redirect("break-glass")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = Paginator(_seen_by(actor), PAGE_SIZE).get_page(request.GET.get("sida"))
    rows = list(page.object_list)
    others = [row.pk for row in rows if row.person_id != actor.person_id]
    log_read("list", actor=actor, at=at, about="break_glass", ids=others)
    shown = [_glass_row(row, actor, at) for row in rows]
    return render(request, "audit/break_glass.html", {"page": page, "form": form, "shown": shown})


@access(LOGGED_IN)
@require_POST
def break_glass_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """POST `decision`: approve, refuse or end."""
    actor = _actor(request)
    row = get_object_or_404(_seen_by(actor), pk=pk)
    verbs = {"approve": actions.approve, "refuse": actions.refuse, "end": actions.end}
    verb = verbs.get(request.POST.get("decision", ""))
    if verb is None:
        raise Http404
    try:
        verb(row, actor=actor, at=now())
        messages.success(request, _("Beslutet är sparat."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("break-glass")


def _seen_by(actor: Actor) -> Any:
    """One's own, and those at units and tracks where one decides or watches."""
    rule = Q(person_id=actor.person_id)
    for grant in actor.reach(Duty.APPROVE_BREAK_GLASS, Duty.WATCH_BREAK_GLASS):
        rule |= Q(unit__path__gte=grant.path, unit__path__lt=grant.path_end, track__in=grant.tracks)
    found = BreakGlass.objects.filter(rule, unit__principal_id=actor.principal_id)
    return found.select_related("person", "unit", "approved_by")


def _glass_row(row: BreakGlass, actor: Actor, at: datetime) -> dict[str, Any]:
    waiting = row.approved_at is None and row.refused_at is None
    open_now = bool(row.approved_at and row.ends_at and row.ends_at > at)
    may = actions.may_decide(row, actor)
    return {
        "glass": row,
        "asked": moment_short(row.asked_at, today=local_date(at)),
        "hours": int(actions.hours_asked(row).total_seconds() // 3600) if waiting else 0,
        "state": _glass_state(row, waiting, open_now, at),
        "may_decide": may and waiting and at - row.asked_at <= actions.STANDS_FOR,
        "may_end": open_now and (may or row.person_id == actor.person_id),
    }


def _glass_state(row: BreakGlass, waiting: bool, open_now: bool, at: datetime) -> str:
    if waiting:
        return _("Väntar på beslut") if at - row.asked_at <= actions.STANDS_FOR else _("Ingen beslutade i tid")
    if row.refused_at:
        return _("Nej, %(day)s") % {"day": day_short(local_date(row.refused_at))}
    ends = row.ends_at or at
    if open_now:
        return _("Öppen till %(day)s kl. %(time)s") % {
            "day": day_short(local_date(ends)),
            "time": time_short(ends),
        }
    return _("Avslutad %(day)s kl. %(time)s") % {"day": day_short(local_date(ends)), "time": time_short(ends)}
