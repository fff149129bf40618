"""What is to be checked, and saying how it went. Made for a phone: one question after another."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import ClockWords, clock_words
from hjulet.measures.models import Measure
from hjulet.org.models import Person, Unit
from hjulet.services import actions
from hjulet.services.choices import Outcome, Source
from hjulet.services.exports import CHECKS
from hjulet.services.forms import CheckForm
from hjulet.services.listing import checks_in, narrowed, read_checks, tabs
from hjulet.services.models import PromiseCheck, Service
from hjulet.services.registry import FIGURES, Reading

PAGE = 25
HEADINGS = (
    ("insats", gettext_lazy("Löfte")),
    ("enhet", gettext_lazy("Enhet")),
    ("", gettext_lazy("Period")),
    ("lage", gettext_lazy("Läge")),
    ("klart", gettext_lazy("När")),
)


@access(LOGGED_IN)
@require_safe
def check_list(request: ActorRequest) -> HttpResponseBase:
    """In the address: `val` (tab), `unit`, `insats` (a service's code), `sort`, `sida`."""
    if exports.wanted(request):
        return exports.response(request, CHECKS)
    actor, at = request.actor, now()
    selection, choices = read_checks(request.GET), tabs(actor, at)
    counts = narrowed(selection, actor).aggregate(
        **{key.replace("-", "_"): Count("pk", filter=condition) for key, (_label, condition) in choices.items()}
    )
    page = Paginator(checks_in(selection, actor, at), PAGE).get_page(request.GET.get("sida"))
    rows = [(check, clock_of(check, at)) for check in page]
    log_read("list", actor=actor, at=at, about="promise-check", ids=[check.pk for check, _clock in rows])
    seen = PromiseCheck.objects.visible_to(actor).order_by()
    context = {
        "page": page,
        "rows": rows,
        "selection": selection,
        "tabs": [(key, label, counts[key.replace("-", "_")]) for key, (label, _condition) in choices.items()],
        "headings": HEADINGS,
        "units": Unit.objects.seen_by(actor).filter(pk__in=seen.values("unit")).order_by("name", "id"),
        "services": Service.objects.of(actor.principal_id).order_by("label", "id"),
    }
    return render(request, "services/checks.html", context)


def clock_of(check: PromiseCheck, at: Any) -> ClockWords | None:
    return clock_words(at, due_on=check.due_on) if check.waits else None


def check_or_404(request: ActorRequest, pk: int) -> PromiseCheck:
    rows = PromiseCheck.objects.visible_to(request.actor).select_related(
        "unit", "promise__declaration__service", "checked_by"
    )
    found: PromiseCheck | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reading_of(check: PromiseCheck, request: ActorRequest) -> Reading | None:
    """What Hjulet works out for a check, where it can."""
    figure = FIGURES.get(check.promise.figure) if check.promise.source == Source.OWN else None
    if figure is None:
        return None
    return figure.read(request.actor, check.unit.code, check.period, local_date(now()))


def form_for(check: PromiseCheck, request: ActorRequest, data: Any = None, **kwargs: Any) -> CheckForm:
    at = now()
    today = local_date(at)
    has = bool(not check.waits and actions.measures_of([check.pk]))
    people = Person.objects.seen_by(request.actor, today).staff(today)
    again = not check.waits
    return CheckForm(data, promise=check.promise, again=again, has_measure=has, people=people, at=at, **kwargs)


def initial_of(check: PromiseCheck, reading: Reading | None, person_id: int) -> dict[str, Any]:
    """What is filled in before anyone has typed: what was said last, else what Hjulet worked out."""
    if not check.waits:
        met = {Outcome.MET: "yes", Outcome.NOT_MET: "no"}.get(Outcome(check.outcome), "")
        plain = {name: getattr(check, name) for name in ("value", "evidence", "analysis")}
        impossible = check.outcome == Outcome.NOT_POSSIBLE
        told = {"met": met, "impossible": impossible, "reason": check.no_measure_reason}
        return plain | told | {"then": "none" if check.no_measure_reason else "", "owner": person_id}
    filled: dict[str, Any] = {"owner": person_id, "strength": "medium"}
    return filled | ({"value": reading.value, "evidence": reading.words} if reading else {})


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def check(request: ActorRequest, pk: int) -> HttpResponse:
    """Who may say how it went gets the form while it waits, or with `ratta=1`; everyone else what was said."""
    actor, at = request.actor, now()
    found = check_or_404(request, pk)
    may = actions.may_check(found, actor) and found.period_first <= local_date(at)
    again = request.GET.get("ratta") == "1"
    if request.method == "POST":
        if not may:
            raise Http404
        return _save(request, found)
    log_read("read", actor=actor, at=at, about="promise-check", ids=[found.pk], unit_id=found.unit_id)
    if may and (found.waits or again):
        return _form_page(request, found)
    measures = Measure.objects.visible_to(actor).filter(source_type="promise-check", source_id=found.pk)
    context = {
        "check": found,
        "clock": clock_of(found, at),
        "may_check": may,
        "measures": list(measures.select_related("owner").order_by("id")),
        "has_measure": bool(actions.measures_of([found.pk])),
    }
    return render(request, "services/check.html", context)


def _form_page(request: ActorRequest, found: PromiseCheck, form: Any = None, **more: Any) -> HttpResponse:
    reading = reading_of(found, request) if form is None else more.pop("reading", None)
    if form is None:
        form = form_for(found, request, initial=initial_of(found, reading, request.actor.person_id))
    names = ("analysis", "then", "reason", "title", "expected_effect", "strength", "owner", "due")
    asked = bool(form.is_bound and any(name in form.errors for name in names)) or (
        not form.is_bound and found.outcome == Outcome.NOT_MET
    )
    context = {
        "check": found,
        "clock": clock_of(found, now()),
        "form": form,
        "reading": reading,
        "version": found.version,
        "first": [form[name] for name in ("value", "met", "impossible", "evidence") if name in form.fields],
        "not_kept": [form[name] for name in names[:3]],
        "measure": [form[name] for name in names[3:]],
        "show_not_kept": asked,
        "show_measure": asked and form["then"].value() == "measure",
        "last": [form["correction"]] if "correction" in form.fields else [],
    }
    status = 409 if "refusal" in more else 422 if form.is_bound else 200
    return render(request, "services/check_form.html", context | more, status=status)


def _save(request: ActorRequest, found: PromiseCheck) -> HttpResponse:
    reading = reading_of(found, request)
    form = form_for(found, request, request.POST)
    version = whole_number(request.POST.get("version", ""), digits=9)
    if not form.is_valid():
        seen = found.version if version is None else version
        return _form_page(request, found, form, reading=reading, version=seen)
    computed = reading is not None and form.cleaned_data.get("value") == reading.value
    try:
        finding = form.finding(computed=computed)
        done = actions.record_check(found, finding, version=version, actor=request.actor, at=now())
    except Refused as problem:
        fresh = check_or_404(request, found.pk)
        return _form_page(request, fresh, form, reading=reading, refusal=str(problem))
    said = {Outcome.MET: _("Tack. Löftet hölls."), Outcome.NOT_MET: _("Tack. Löftet hölls inte, och det står varför.")}
    messages.success(
        request, said.get(Outcome(done.outcome), _("Tack. Det står att löftet inte gick att kontrollera."))
    )
    return redirect("promise-check", pk=done.pk)
