"""Pages that change: an activity, what a unit answers, and a whole year at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.org.models import Unit
from hjulet.wheel import actions, listing
from hjulet.wheel.choices import PLANS, Quarter, Repeats, WheelReach
from hjulet.wheel.content import Wheel, wheels
from hjulet.wheel.forms import ActivityForm, DoneForm, RemoveForm, SkipForm, initial_of
from hjulet.wheel.listing import Row, plan_of, read_year
from hjulet.wheel.models import LATEST, OLDEST, Activity
from hjulet.wheel.planning import Line, lines_of_next, lines_of_wheel
from hjulet.wheel.rights import may_mark, may_plan
from hjulet.wheel.web import activity_or_404, place_or_404, row_or_404

Save = Callable[[dict[str, Any]], object]


def posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def form_page(
    request: ActorRequest, form: forms.Form, save: Save, *, done: str, goes: str, **more: Any
) -> HttpResponse:
    """A form on a page of its own. `more` is what the page shows beside: `heading`, `button`, `lead`, `version`, and
    `fresh`, which tells the version anew when someone else came first."""
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = more.pop("version", None) if shown is None else shown
    fresh = more.pop("fresh", None)
    context = {"form": form, "version": version, "back": goes, **more}
    if request.method == "GET" or not form.is_valid():
        return render(request, "wheel/edit.html", context, status=422 if form.is_bound else 200)
    try:
        save({"version": version, "actor": request.actor, "at": now()})
    except Refused as problem:
        newest = fresh() if fresh and isinstance(problem, Stale) else version
        return render(request, "wheel/edit.html", context | {"refusal": str(problem), "version": newest}, status=409)
    messages.success(request, done)
    return redirect(goes)


def address(unit: Unit, year: int, **more: str) -> str:
    rest = "".join(f"&{name}={value}" for name, value in more.items())
    return f"{reverse('wheel')}?enhet={unit.code}&ar={year}{rest}"


def _place(request: ActorRequest) -> tuple[Unit, int]:
    """The unit and year that the address names, where the reader plans; else her own unit, and this year."""
    return place_or_404(request, listing.planned_places(request.actor)), asked_year(request)


def asked_year(request: ActorRequest) -> int:
    return read_year(request.GET.get("ar", ""), local_date(now()))


# An activity ------------------------------------------------------------------------


@access(PLANS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`."""
    unit, year = _place(request)
    initial: dict[str, Any] = {"repeats": Repeats.MONTHS, "reach": WheelReach.HERE, "quarter": Quarter.DO}
    initial |= {"starts_on": date(year, 1, 1), "ends_on": date(year, 1, 31)}
    form = ActivityForm(posted(request), principal_id=unit.principal_id, year=year, initial=initial)
    plan = plan_of(unit, year)
    waits = plan is None or not plan.adopted
    return form_page(
        request,
        form,
        lambda who: actions.new_activity(unit, year, form.values(), actor=who["actor"], at=who["at"]),
        heading=_("Ny aktivitet"),
        button=_("Lägg till aktiviteten"),
        lead=_("Den hamnar i förslaget till plan, som någon beslutar.") if waits else _("Den syns genast."),
        done=_("Aktiviteten är tillagd."),
        goes=address(unit, year, forslag="1") if waits else address(unit, year),
        unit=unit,
        year=year,
    )


def _mine_or_404(request: ActorRequest, pk: int) -> Activity:
    one = activity_or_404(request, pk)
    if not may_plan(one.plan.unit, request.actor):
        raise Http404
    return one


@access(PLANS)
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, pk: int) -> HttpResponse:
    one = _mine_or_404(request, pk)
    year = one.plan.year
    form = ActivityForm(posted(request), principal_id=one.plan.principal_id, year=year, initial=initial_of(one))
    return form_page(
        request,
        form,
        lambda who: actions.change_activity(one, form.values(), **who),
        heading=_("Ändra aktiviteten"),
        button=_("Spara"),
        lead=_("Ändringen syns genast för alla som berörs.") if one.plan.adopted else "",
        done=_("Aktiviteten är ändrad."),
        goes=f"{one.get_absolute_url()}?enhet={one.plan.unit.code}",
        unit=one.plan.unit,
        year=year,
        activity=one,
        version=one.version,
        fresh=lambda: activity_or_404(request, pk).version,
    )


@access(PLANS)
@require_http_methods(["GET", "POST"])
def remove(request: ActorRequest, pk: int) -> HttpResponse:
    one = _mine_or_404(request, pk)
    adopted = one.plan.adopted
    form = RemoveForm(posted(request), needed=adopted)
    return form_page(
        request,
        form,
        lambda who: actions.remove_activity(one, form.cleaned_data["reason"], **who),
        heading=_("Ta bort aktiviteten"),
        button=_("Ta bort"),
        lead=_("Den försvinner från årshjulet för alla. Skälet står kvar i loggen.") if adopted else "",
        done=_("Aktiviteten är borttagen."),
        goes=address(one.plan.unit, one.plan.year, **({} if adopted else {"forslag": "1"})),
        unit=one.plan.unit,
        year=one.plan.year,
        activity=one,
        version=one.version,
        fresh=lambda: activity_or_404(request, pk).version,
    )


# What a unit answers ----------------------------------------------------------------


def _answered_by(request: ActorRequest, pk: int) -> Row:
    one = activity_or_404(request, pk)
    row = row_or_404(request, one)
    if not (row.here and one.plan.adopted and may_mark(one, row.unit, request.actor)):
        raise Http404
    return row


def _answer(request: ActorRequest, pk: int, kind: type[DoneForm | SkipForm], **words: str) -> HttpResponse:
    row = _answered_by(request, pk)
    form = kind(posted(request))
    return form_page(
        request,
        form,
        lambda who: actions.mark(row.activity, row.unit, form.answer(), actor=who["actor"], at=who["at"]),
        goes=row.address,
        unit=row.unit,
        year=row.activity.plan.year,
        activity=row.activity,
        **words,
    )


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def done(request: ActorRequest, pk: int) -> HttpResponse:
    """In the address: `enhet`, which answers."""
    words = {"heading": _("Vad blev det?"), "button": _("Klar"), "done": _("Tack. Aktiviteten är klar.")}
    return _answer(request, pk, DoneForm, **words)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def skip(request: ActorRequest, pk: int) -> HttpResponse:
    """In the address: `enhet`, which answers."""
    words = {"heading": _("Aktiviteten utgår"), "button": _("Den utgår"), "done": _("Aktiviteten utgår i år.")}
    return _answer(request, pk, SkipForm, **words)


@access(LOGGED_IN)
@require_POST
def undo(request: ActorRequest, pk: int) -> HttpResponse:
    """In the address: `enhet`, whose answer is taken back."""
    row = _answered_by(request, pk)
    try:
        actions.undo(row.activity, row.unit, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Svaret är tillbakataget. Aktiviteten väntar igen."))
    return redirect(row.address)


# A whole year -----------------------------------------------------------------------


def _fill(
    request: ActorRequest, unit: Unit, year: int, lines: list[Line], save: Callable[[set[str]], object], **more: Any
) -> HttpResponse:
    """The lines of a coming year, all chosen, to be taken into the proposal."""
    asked = request.method == "POST"
    chosen = set(request.POST.getlist("valj")) if asked else {line.series for line in lines if line.span}
    plan = plan_of(unit, year)
    there = set(plan.activities.values_list("series", flat=True)) if plan else set()
    context = {"unit": unit, "year": year, "lines": lines, "chosen": chosen, "there": there, "plan": plan, **more}
    context["left"] = any(line.span and line.series not in there for line in lines)
    if not asked or "valjer" not in request.POST:
        return render(request, "wheel/fill.html", context)
    try:
        save(chosen)
    except Refused as problem:
        return render(request, "wheel/fill.html", context | {"refusal": str(problem)}, status=409)
    messages.success(
        request, _("Förslaget för %(year)s är sparat. Gå igenom det innan någon beslutar.") % {"year": year}
    )
    return redirect(address(unit, year, forslag="1"))


@access(PLANS)
@require_http_methods(["GET", "POST"])
def from_ready(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`, `ar`, and `mall`, the code of a ready wheel; without it all are shown."""
    unit, year = _place(request)
    wheel: Wheel | None = wheels().get(request.GET.get("mall", ""))
    if wheel is None:
        places = listing.planned_places(request.actor)
        context = {"unit": unit, "units": places, "year": year, "years": _open_years(), "wheels": wheels().values()}
        return render(request, "wheel/ready.html", context)
    who: dict[str, Any] = {"actor": request.actor, "at": now()}
    return _fill(
        request,
        unit,
        year,
        lines_of_wheel(wheel, year),
        lambda chosen: actions.plan_ready(unit, year, wheel, chosen, **who),
        heading=wheel.label,
        lead=wheel.about,
        ready=wheel,
    )


def _open_years() -> list[int]:
    today = local_date(now())
    return [year for year in (today.year, today.year + 1) if OLDEST <= year <= LATEST]


@access(PLANS)
@require_http_methods(["GET", "POST"])
def next_year(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet` and `ar`, the year that is planned from."""
    unit, year = _place(request)
    plan = plan_of(unit, year)
    if plan is None or year >= LATEST:
        return render(request, "wheel/no_year.html", {"unit": unit, "year": year})
    who: dict[str, Any] = {"actor": request.actor, "at": now()}
    return _fill(
        request,
        unit,
        year + 1,
        lines_of_next(plan.activities.select_related("role"), year + 1),
        lambda chosen: actions.plan_next(plan, chosen, **who),
        heading=_("Planera %(year)s") % {"year": year + 1},
        lead=_("Samma aktiviteter som i år, på nästa års vardagar. Ta bort krysset för det som inte ska med."),
        before=year,
    )
