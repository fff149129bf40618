"""Follow-up of decisions: numbers unit by unit, the decisions behind them, and reading a new list in."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core import exports
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_time import limit_words
from hjulet.law.rules import service_levels_of
from hjulet.org.choices import Track
from hjulet.samples import actions, followed
from hjulet.samples.choices import (
    DECISION_LEVEL,
    FOLLOWS,
    LAWS_OF_DECISIONS,
    PLAN_FOLLOW_LEVEL,
    PLAN_LEVEL,
    SEES_DECISIONS,
)
from hjulet.samples.exports import DECISIONS, FOLLOWED
from hjulet.samples.figure import line, percent
from hjulet.samples.forms import DecisionsForm, units_with

PAGE = 50
LEVELS = (DECISION_LEVEL, PLAN_LEVEL, PLAN_FOLLOW_LEVEL)
LAWS = [(law, str(Track(law).label)) for law in LAWS_OF_DECISIONS]


def _levels(request: ActorRequest) -> list[tuple[str, str, str]]:
    """The times that decide what is late: what for, how long, and by whose word."""
    levels = service_levels_of(LEVELS, principal_id=request.actor.principal_id, day=local_date(now()))
    return [(row.label, limit_words(row.limit), str(row.get_status_display())) for row in levels.values()]


@access(*FOLLOWS)
@require_safe
def follow_up(request: ActorRequest) -> HttpResponseBase:
    """Units with their numbers. In the address: `enhet`, `lag`, `sort`, `sida`."""
    if exports.wanted(request):
        return exports.response(request, FOLLOWED)
    actor, today = request.actor, local_date(now())
    selection = followed.read_selection(request.GET)
    units = list(followed.places(actor))
    under = next((unit for unit in units if unit.code == selection.unit), None)
    rows = followed.units_of(actor, today, under=under, law=selection.law)
    months = followed.months(actor, today, under=under, law=selection.law)
    labels = (
        *(_("Enhet"), _("Beslut"), _("Uppföljda i tid"), _("Sena uppföljningar")),
        *(_("Utan genomförandeplan"), _("Planer att följa upp")),
    )
    context = {
        "page": Paginator(followed.sorted_rows(rows, selection.sort), PAGE).get_page(request.GET.get("sida")),
        "total": followed.total_of(rows),
        "masked": any(row.masked for row in rows),
        "units": units,
        "under": under,
        "selection": selection,
        "sort": selection.sort,
        "laws": LAWS,
        "headings": list(zip(("enhet", "beslut", "andel", "sena", "utan-plan", "plan-sen"), labels, strict=True)),
        "chart": line(months),
        "months": [(month, whole, late, percent(whole, late)) for month, whole, late in months],
        "levels": _levels(request),
        "reads_in": any(grant.tracks & set(LAWS_OF_DECISIONS) for grant in actor.reach(*SEES_DECISIONS)),
    }
    return render(request, "samples/follow_up.html", context)


@access(*SEES_DECISIONS)
@require_safe
def decisions(request: ActorRequest) -> HttpResponseBase:
    """Decisions one by one. In the address: `enhet`, `lag`, `visa` (sena, utan-plan, plan-sen, alla), `sida`."""
    if exports.wanted(request):
        return exports.response(request, DECISIONS)
    actor, today = request.actor, local_date(now())
    selection = followed.read_selection(request.GET)
    rows = followed.decisions(actor, today, selection)
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    shown: list[Any] = list(page.object_list)
    log_read("list", actor=actor, at=now(), about="decision", ids=[row.pk for row in shown])
    context = {
        "page": page,
        "shown": shown,
        "units": list(units_with(actor, *SEES_DECISIONS)),
        "selection": selection,
        "laws": LAWS,
        "shows": [
            ("sena", _("Sena uppföljningar")),
            ("utan-plan", _("Utan genomförandeplan")),
            ("plan-sen", _("Planer att följa upp")),
            ("alla", _("Alla beslut")),
        ],
        "levels": _levels(request),
    }
    return render(request, "samples/decisions.html", context)


@access(*SEES_DECISIONS)
@require_http_methods(["GET", "POST"])
def read_in(request: ActorRequest) -> HttpResponse:
    """POST replaces what was read in before, or tells what is wrong row by row and changes nothing."""
    actor, at = request.actor, now()
    units = units_with(actor, *SEES_DECISIONS)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DecisionsForm(*given, actor=actor, units=units, at=at, initial={"unit": units.first()})
    if request.method == "GET" or not form.is_valid():
        return render(request, "samples/read_in.html", {"form": form}, status=422 if form.is_bound else 200)
    lines, unit = form.read.rows, form.cleaned_data["unit"]
    try:
        before = actions.read_in(unit, lines, actor=actor, at=at)
    except Refused as problem:
        return render(request, "samples/read_in.html", {"form": form, "refusal": str(problem)}, status=409)
    words = {"count": len(lines), "before": before, "bad": len(form.read.bad)}
    done = ngettext("%(count)s beslut är inläst", "%(count)s beslut är inlästa", len(lines)) % words
    more = [_("%(before)s från förra listan är borta") % words] if before else []
    more += [_("%(bad)s rader lämnades utanför") % words] if words["bad"] else []
    messages.success(request, ", ".join([done, *more]) + ".")
    return redirect("decision-follow-up")
