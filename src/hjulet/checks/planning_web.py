"""A unit's planned checks for a year: the list, and what changes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.checks import actions, listing
from hjulet.checks.choices import PLANS, CheckStanding, Often
from hjulet.checks.forms import CheckPlanForm, initial_of, usable
from hjulet.checks.models import SelfCheck
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.org.models import Unit
from hjulet.processes.models import Element
from hjulet.wheel.choices import WheelReach
from hjulet.wheel.listing import own_place, places, planned_places, read_year
from hjulet.wheel.rights import may_plan
from hjulet.wheel.web import place_or_404


@access(LOGGED_IN)
@require_safe
def plan(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`. What is planned by the unit, and above and under it, and how far it has come."""
    actor, today = request.actor, local_date(now())
    units = list(places(actor))
    unit = next((one for one in units if one.code == request.GET.get("enhet", "")), None) or own_place(actor, units)
    year = read_year(request.GET.get("ar", ""), today)
    rows = list(listing.plans_for(actor, unit, year)) if unit else []
    plans = unit is not None and may_plan(unit, actor)
    context = {
        "units": units,
        "unit": unit,
        "year": year,
        "years": sorted({year, today.year - 1, today.year, today.year + 1}),
        "rows": rows,
        "own": unit is not None and any(row.unit_id == unit.pk for row in rows),
        "may_plan": plans,
        "lists": plans and unit is not None and usable(unit).exists(),
        "next_year": year + 1,
    }
    return render(request, "checks/plan.html", context)


def check_or_404(request: ActorRequest, pk: int, *, mine: bool = False) -> SelfCheck:
    rows = SelfCheck.objects.seen_by(request.actor).select_related("unit", "checklist", "role", "document", "process")
    found: SelfCheck | None = rows.filter(pk=pk).first()
    if found is None or (mine and not may_plan(found.unit, request.actor)):
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def check(request: ActorRequest, pk: int) -> HttpResponse:
    """One planned check: how it is done, and how its rounds stand where the reader may know of them."""
    found, today = check_or_404(request, pk), local_date(now())
    rows = listing.Round.objects.seen_by(request.actor).alive().filter(check_of=found)
    columns = listing.columns_of(rows)
    late = rows.filter(listing.standing_is(CheckStanding.LATE, today)).select_related("unit").order_by("unit__path")
    context = {
        "check": found,
        "columns": columns,
        "late": list(late[:50]),
        "late_count": late.count(),
        "may_plan": may_plan(found.unit, request.actor),
        "step": _step(found),
    }
    return render(request, "checks/check.html", context)


def _step(found: SelfCheck) -> Element | None:
    """What it is checked against, as it stands in the process now."""
    if not found.process or not found.step:
        return None
    row: Element | None = Element.objects.filter(drawing=found.process.current_id, code=found.step).first()
    return row


def _page(
    request: ActorRequest, form: forms.Form, save: Callable[[int | None], Any], *, done: str, goes: str, **more: Any
) -> HttpResponse:
    shown = whole_number(request.POST.get("version", ""), digits=9)
    context = {"form": form, "back": goes, **more, "version": more.get("version") if shown is None else shown}
    if request.method == "GET" or not form.is_valid():
        return render(request, "checks/edit.html", context, status=422 if form.is_bound else 200)
    try:
        save(context["version"])
    except Refused as problem:
        fresh = more.get("fresh")
        if fresh and isinstance(problem, Stale):
            context["version"] = fresh()
        return render(request, "checks/edit.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, done)
    return redirect(goes)


def address(unit: Unit, year: int) -> str:
    return f"{reverse('check-plan')}?enhet={unit.code}&ar={year}"


@access(PLANS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`, `lista`."""
    unit = place_or_404(request, planned_places(request.actor))
    year = read_year(request.GET.get("ar", ""), local_date(now()))
    initial = {
        "reach": WheelReach.HERE,
        "often": Often.HALF_YEARLY,
        "checklist": whole_number(request.GET.get("lista", "")),
    }
    data = request.POST if request.method == "POST" else None
    form = CheckPlanForm(data, unit=unit, actor=request.actor, initial=initial)
    return _page(
        request,
        form,
        lambda _seen: actions.plan_check(unit, year, form.plan(), actor=request.actor, at=now()),
        done=_("Egenkontrollen är planerad."),
        goes=address(unit, year),
        heading=_("Planera en egenkontroll"),
        button=_("Planera"),
        unit=unit,
        year=year,
    )


@access(PLANS)
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, pk: int) -> HttpResponse:
    found = check_or_404(request, pk, mine=True)
    data = request.POST if request.method == "POST" else None
    form = CheckPlanForm(data, unit=found.unit, actor=request.actor, check=found, initial=initial_of(found))
    return _page(
        request,
        form,
        lambda seen: actions.change_check(found, form.plan(), version=seen, actor=request.actor, at=now()),
        done=_("Planen är ändrad."),
        goes=found.get_absolute_url(),
        heading=_("Ändra planen"),
        lead=_("Omgångar som någon har börjat på ändras inte."),
        button=_("Spara"),
        unit=found.unit,
        year=found.year,
        version=found.version,
        fresh=lambda: check_or_404(request, pk, mine=True).version,
    )


@access(PLANS)
@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    found = check_or_404(request, pk, mine=True)
    context: dict[str, Any] = {"check": found, "back": found.get_absolute_url()}
    if request.method == "GET":
        return render(request, "checks/remove.html", context)
    try:
        actions.remove_check(found, actor=request.actor, at=now())
    except Refused as problem:
        return render(request, "checks/remove.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Egenkontrollen är borttagen ur planen."))
    return redirect(address(found.unit, found.year))


@access(PLANS)
@require_POST
def next_year(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`: that year's checks are planned for the year after."""
    unit = place_or_404(request, planned_places(request.actor))
    year = read_year(request.GET.get("ar", ""), local_date(now()))
    try:
        made = actions.plan_next_year(unit, year, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect(address(unit, year))
    told = ngettext(
        "%(n)s egenkontroll är planerad för %(year)s.", "%(n)s egenkontroller är planerade för %(year)s.", made
    )
    messages.success(request, told % {"n": made, "year": year + 1})
    return redirect(address(unit, year + 1))
