"""The register of measures, and one measure with what to do next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.lists import GROUPS
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import ClockWords, clock_words
from hjulet.measures import actions
from hjulet.measures.choices import MeasureState
from hjulet.measures.exports import MEASURES
from hjulet.measures.forms import CancelForm, DoneForm, EffectForm, MeasureForm, initial_of
from hjulet.measures.listing import measures_in, tab_of, tabs
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES, came_of, ways
from hjulet.org.models import Person

PAGE = 25


def clock_of(measure: Measure, at: datetime) -> ClockWords | None:
    """What the measure waits for: the work, then the effect."""
    if measure.state == MeasureState.PLANNED:
        return clock_words(at, due_on=measure.due_on)
    if measure.state == MeasureState.DONE and measure.effect_due_on:
        return clock_words(at, due_on=measure.effect_due_on)
    return None


@access(LOGGED_IN)
def measure_list(request: ActorRequest) -> HttpResponseBase:
    actor, at = request.actor, now()
    if exports.wanted(request):
        return exports.response(request, MEASURES)
    choices, chosen = tabs(actor, at), tab_of(request.GET)
    queryset = measures_in(request.GET, actor=actor, at=at).select_related("owner", "unit")
    counts = Measure.objects.visible_to(actor).aggregate(
        **{key: Count("pk", filter=condition) for key, (_label, condition) in choices.items()}
    )
    page = Paginator(queryset, PAGE).get_page(request.GET.get("sida"))
    rows = [(measure, clock_of(measure, at)) for measure in page]
    log_read("list", actor=actor, at=at, about="measure", ids=[measure.pk for measure, _clock in rows])
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "group": GROUPS.get(request.GET.get("nar", "")),
        "tabs": [(key, label, counts[key]) for key, (label, _condition) in choices.items()],
    }
    return render(request, "measures/list.html", context)


def measure_or_404(request: ActorRequest, pk: int) -> Measure:
    found: Measure | None = (
        Measure.objects.visible_to(request.actor).filter(pk=pk).select_related("owner", "unit", "created_by").first()
    )
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
def measure(request: ActorRequest, pk: int) -> HttpResponse:
    actor, at = request.actor, now()
    found = measure_or_404(request, pk)
    log_read("read", actor=actor, at=at, about="measure", ids=[found.pk], unit_id=found.unit_id)
    source = SOURCES.get(found.source_type)
    context = {
        "measure": found,
        "clock": clock_of(found, at),
        "source": source.link(actor, found.source_id) if source and found.source_id else None,
        "may_change": actions.may_change(found, actor),
        "came_of": [one for make in came_of for one in make(found, actor)],
        "ways": [one for make in ways for one in make(found, actor)],
    }
    return render(request, "measures/measure.html", context)


@dataclass(frozen=True)
class Act:
    heading: str
    lead: str
    button: str
    done: str
    make: Callable[[ActorRequest, Measure, datetime], forms.Form]
    do: Callable[[Measure, dict[str, Any], dict[str, Any]], object]


def _act(request: ActorRequest, pk: int, act: Act) -> HttpResponse:
    found, at = measure_or_404(request, pk), now()
    if not actions.may_change(found, request.actor):
        raise Http404
    form = act.make(request, found, at)
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = found.version if shown is None else shown
    context = {"measure": found, "act": act, "form": form, "version": version}
    if request.method == "GET":
        log_read("read", actor=request.actor, at=at, about="measure", ids=[found.pk], unit_id=found.unit_id)
        return render(request, "measures/act.html", context)
    if not form.is_valid():
        return render(request, "measures/act.html", context, status=422)
    try:
        act.do(found, form.cleaned_data, {"version": version, "actor": request.actor, "at": at})
    except Refused as problem:
        fresh = measure_or_404(request, pk)
        context |= {"refusal": str(problem), "measure": fresh, "version": fresh.version}
        return render(request, "measures/act.html", context, status=409)
    messages.success(request, act.done)
    return redirect("measure", pk=pk)


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, pk: int) -> HttpResponse:
    today = local_date(now())
    people = Person.objects.seen_by(request.actor, today).staff(today)
    act = Act(
        heading=_("Ändra åtgärden"),
        lead=_("Den nya planen syns för alla som följer åtgärden."),
        button=_("Spara"),
        done=_("Åtgärden är ändrad."),
        make=lambda r, m, at: MeasureForm(_posted(r), people=people, at=at, initial=initial_of(m)),
        do=lambda m, d, who: actions.change_plan(
            m, title=d["title"], expected_effect=d["expected_effect"], owner=d["owner"], due=d["due"], **who
        ),
    )
    return _act(request, pk, act)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def done(request: ActorRequest, pk: int) -> HttpResponse:
    act = Act(
        heading=_("Åtgärden är genomförd"),
        lead=_("Efter en tid bedöms om den hade den effekt du räknade med."),
        button=_("Markera som genomförd"),
        done=_("Åtgärden är genomförd. Effekten bedöms senare."),
        make=lambda r, m, at: DoneForm(_posted(r), initial={"done_on": local_date(at)}),
        do=lambda m, d, who: actions.mark_done(m, done_on=d["done_on"], note=d["note"], **who),
    )
    return _act(request, pk, act)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def effect(request: ActorRequest, pk: int) -> HttpResponse:
    act = Act(
        heading=_("Bedöm effekten"),
        lead=_("Utan effekt öppnas åtgärden igen, med en ny orsak."),
        button=_("Spara bedömningen"),
        done=_("Bedömningen är sparad."),
        make=lambda r, m, at: EffectForm(_posted(r), areas=SOURCES[m.source_type].areas if m.source_type else ()),
        do=lambda m, d, who: actions.assess_effect(
            m,
            effect=d["effect"],
            note=d["note"],
            new_cause=d["new_cause"],
            area=d.get("area", ""),
            due=d["due"],
            **who,
        ),
    )
    return _act(request, pk, act)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, pk: int) -> HttpResponse:
    act = Act(
        heading=_("Återkalla åtgärden"),
        lead=_("Orsaken behöver då en annan åtgärd, eller en motivering."),
        button=_("Återkalla"),
        done=_("Åtgärden är återkallad."),
        make=lambda r, m, at: CancelForm(_posted(r)),
        do=lambda m, d, who: actions.cancel(m, reason=d["reason"], **who),
    )
    return _act(request, pk, act)
