"""Self-checks to do and done, how places compare, and what a result means."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.checks import listing
from hjulet.checks.actions import Analysis, NewMeasure, analyse
from hjulet.checks.actions.analysing import SOURCE, has_measure
from hjulet.checks.choices import ChecklistKind, CheckStanding, RoundState, VersionState
from hjulet.checks.content_types import sheet_of
from hjulet.checks.exports import COMPARED, ROUNDS
from hjulet.checks.figure import trend
from hjulet.checks.forms import AnalysisForm
from hjulet.checks.listing import Selection, read_selection
from hjulet.checks.models import Checklist, Round
from hjulet.checks.rights import may_analyse
from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.measures.forms import MeasureForm
from hjulet.measures.models import Measure
from hjulet.org.models import Person, Unit
from hjulet.wheel.listing import own_place, places

PAGE = 40


def place_of(request: ActorRequest, units: list[Unit], selection: Selection) -> Unit | None:
    """The unit that the address names, else her own; an unknown one is left aside. None where she knows of none."""
    named = next((unit for unit in units if unit.code == selection.unit), None)
    return named or own_place(request.actor, units)


@access(LOGGED_IN)
@require_safe
def rounds(request: ActorRequest) -> HttpResponseBase:
    """In the address: `visa` (gora, klara, alla), `enhet`, `lista`, `ar`, `lage`, `sort`, `sida`."""
    if exports.wanted(request):
        return exports.response(request, ROUNDS)
    actor, today = request.actor, local_date(now())
    selection = read_selection(request.GET)
    units = list(places(actor))
    unit = place_of(request, units, selection)
    rows = listing.rounds_for(actor, selection, unit, today)
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    shown = [(row, listing.standing_of(row, today)) for row in page]
    context = {
        "selection": selection,
        "units": units,
        "unit": unit,
        "page": page,
        "rows": shown,
        "standings": CheckStanding.choices,
        "lists": Checklist.objects.seen_by(actor).filter(kind=ChecklistKind.SELF_CHECK),
        "views": [("gora", _("Att göra")), ("klara", _("Gjorda")), ("alla", _("Alla"))],
        "today": today,
    }
    return render(request, "checks/rounds.html", context)


@access(LOGGED_IN)
@require_safe
def compare(request: ActorRequest) -> HttpResponseBase:
    """In the address: `lista`, `enhet`, `sort` (enhet, medel, -medel), `sida`. Units beside each other."""
    if exports.wanted(request):
        return exports.response(request, COMPARED)
    actor, today = request.actor, local_date(now())
    selection = read_selection(request.GET)
    units = list(places(actor))
    unit = place_of(request, units, selection)
    used = Exists(Round.objects.filter(version__checklist=OuterRef("pk")))
    lists = list(Checklist.objects.seen_by(actor).filter(used, kind=ChecklistKind.SELF_CHECK))
    chosen = next((one for one in lists if one.pk == selection.checklist), next(iter(lists), None))
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in {"enhet", "medel", "-medel"} else "medel"
    context: dict[str, Any] = {
        "selection": selection,
        "units": units,
        "unit": unit,
        "lists": lists,
        "chosen": chosen,
        "sort": sort,
    }
    if chosen is not None and unit is not None:
        rows = listing.compared(actor, chosen, unit)
        columns = listing.columns_of(rows)
        page = Paginator(listing.units_of(rows, sort), listing.UNITS_A_PAGE).get_page(request.GET.get("sida"))
        version = chosen.versions.exclude(state=VersionState.DRAFT).first()
        sheet = sheet_of(version) if version else None
        context |= {
            "columns": columns,
            "page": page,
            "lines": listing.lines_of(list(page), rows, columns, today),
            "sheet": sheet,
            "figure": trend(columns, sheet) if sheet and len([c for c in columns if c.mean is not None]) > 1 else "",
        }
    return render(request, "checks/compare.html", context)


def round_or_404(request: ActorRequest, pk: int) -> Round:
    rows = Round.objects.seen_by(request.actor).select_related("version__checklist", "unit", "check_of", "analysed_by")
    found: Round | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def analysis(request: ActorRequest, pk: int) -> HttpResponse:
    """What the result means, told by those who lead the unit; under the target also what is done about it."""
    round_ = round_or_404(request, pk)
    if round_.state == RoundState.OPEN or not may_analyse(round_, request.actor):
        raise Http404
    needed = round_.reached is False and not has_measure(round_)
    data = request.POST if request.method == "POST" else None
    initial = {"text": round_.analysis, "reason": round_.reason, "then": "none" if round_.reason else ""}
    form = AnalysisForm(data, needed=needed, initial=initial)
    measure = _measure_form(request, data if data and data.get("then") == "measure" else None)
    if data is not None and form.is_valid() and (not measure.is_bound or measure.is_valid()):
        try:
            analyse(round_, _told(form, measure), actor=request.actor, at=now())
        except Refused as problem:
            return _analysis_page(request, round_, form, measure, needed, 409, refusal=str(problem))
        messages.success(request, _("Analysen är sparad."))
        return redirect("check-round", pk=pk)
    return _analysis_page(request, round_, form, measure, needed, 422 if data is not None else 200)


def _measure_form(request: ActorRequest, data: Any) -> MeasureForm:
    at = now()
    people = Person.objects.seen_by(request.actor, local_date(at)).staff(local_date(at))
    initial = {"owner": request.actor.person_id, "strength": "medium"}
    return MeasureForm(data, people=people, at=at, prefix="m", initial=initial)


def _told(form: AnalysisForm, measure: MeasureForm) -> Analysis:
    data = form.cleaned_data
    new = NewMeasure(**measure.cleaned_data, track=data["track"]) if measure.is_bound else None
    return Analysis(data["text"], data["reason"] if data["then"] == "none" else "", new)


def _analysis_page(
    request: ActorRequest,
    round_: Round,
    form: AnalysisForm,
    measure: MeasureForm,
    needed: bool,
    status: int,
    **more: Any,
) -> HttpResponse:
    mean, number = listing.others(round_)
    context = {
        "round": round_,
        "form": form,
        "measure": measure,
        "needed": needed,
        "others": mean,
        "number": number,
        **more,
    }
    context["then"] = form["then"].value()
    return render(request, "checks/analysis.html", context, status=status)


def result_of(round_: Round, request: ActorRequest) -> dict[str, Any]:
    """What the page of a round shows beside its answers: earlier rounds, the others', the analysis and its measures."""
    mean, number = listing.others(round_)
    measures = Measure.objects.visible_to(request.actor).filter(source_type=SOURCE, source_id=round_.pk)
    return {
        "earlier": listing.before(round_),
        "others": mean,
        "number": number,
        "may_analyse": may_analyse(round_, request.actor),
        "measures": list(measures.select_related("owner").order_by("id")),
    }
