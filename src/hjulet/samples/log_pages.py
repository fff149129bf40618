"""Under the log: the plan of its review, and extracts of other systems' logs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.audit import reviews
from hjulet.audit.choices import Outcome, Reason
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.org.choices import Duty
from hjulet.samples import actions
from hjulet.samples.forms import ExtractForm
from hjulet.samples.models import Extract
from hjulet.samples.plan import every, outcomes, plan

PAGE = 50


@access(Duty.LOG_REVIEW)
@require_safe
def log_plan(request: ActorRequest) -> HttpResponse:
    """Which units are to be reviewed next, the late ones first. In the address: `sida`."""
    actor, today = request.actor, local_date(now())
    rows = plan(actor, today)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("sida")),
        "all": len(rows),
        "late": sum(row.late for row in rows),
        "months": every(actor.principal_id, today),
        "outcomes": outcomes(actor, today),
    }
    return render(request, "samples/log_plan.html", context)


@access(Duty.LOG_REVIEW)
@require_http_methods(["GET", "POST"])
def extracts(request: ActorRequest) -> HttpResponse:
    """Reviews of other systems' logs, newest month first, and a form to begin another. In the address: `sida`."""
    actor, at = request.actor, now()
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = ExtractForm(
        *given, units=reviews.reach(actor).filter(path__isnull=False).order_by("path"), today=local_date(at)
    )
    status, refusal = 200, ""
    if form.is_bound and form.is_valid():
        try:
            return redirect("log-extract", _drawn(form, request).pk)
        except Refused as problem:
            status, refusal = 409, str(problem)
    elif form.is_bound:
        status = 422
    rows = Extract.objects.visible_to(actor).select_related("unit", "reviewer")
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    context = {"page": page, "form": form, "refusal": refusal}
    return render(request, "samples/extracts.html", context, status=status)


def _drawn(form: ExtractForm, request: ActorRequest) -> Extract:
    told = form.cleaned_data
    asked = actions.AskedOfLog(told["unit"], told["system"], told["month"], told["share"], form.hours)
    return actions.draw_extract(asked, form.read.rows, form.read.columns, actor=request.actor, at=now())


def extract_or_404(request: ActorRequest, pk: int) -> Extract:
    found: Extract = get_object_or_404(
        Extract.objects.visible_to(request.actor).select_related("unit", "reviewer"), pk=pk
    )
    return found


@access(Duty.LOG_REVIEW)
@require_http_methods(["GET", "POST"])
def extract(request: ActorRequest, pk: int) -> HttpResponse:
    """The drawn rows. POST judges one: `row`, `outcome`, `note`. In the address: `sida`."""
    actor, at = request.actor, now()
    made = extract_or_404(request, pk)
    if request.method == "POST":
        row = get_object_or_404(made.rows, pk=whole_number(request.POST.get("row", "")))
        told = {"outcome": request.POST.get("outcome", ""), "note": without_nul(request.POST.get("note", ""))}
        try:
            actions.judge_row(row, actor=actor, at=at, **told)
            messages.success(request, _("Bedömningen är sparad."))
        except Refused as problem:
            messages.error(request, str(problem))
        return redirect(f"{request.path}?sida={whole_number(request.GET.get('sida', '')) or 1}#rad-{row.pk}")
    page = Paginator(made.rows.all(), PAGE).get_page(request.GET.get("sida"))
    rows: list[Any] = list(page.object_list)
    log_read("read", actor=actor, at=at, about="log-extract", ids=[made.pk], unit_id=made.unit_id, purpose="log review")
    judged = list(made.rows.order_by().values_list("outcome", flat=True))
    context = {
        "extract": made,
        "page": page,
        "rows": rows,
        "outcomes": Outcome.choices,
        "left": judged.count(""),
        "unclear": judged.count(Outcome.UNCLEAR),
        "sums": [(outcome.label, judged.count(outcome.value)) for outcome in Outcome],
        "hits": [(Reason(code).label, made.hits.get(code, 0)) for code in made.rules],
        "not_tried": [reason.label for reason in Reason if reason != Reason.SAMPLE and reason.value not in made.rules],
        "most": reviews.MOST_BY_RULE,
        "mine": made.reviewer_id == actor.person_id and made.closed_at is None and made.erased_at is None,
    }
    return render(request, "samples/extract.html", context)


@access(Duty.LOG_REVIEW)
@require_POST
def extract_close(request: ActorRequest, pk: int) -> HttpResponse:
    """POST `note`."""
    made = extract_or_404(request, pk)
    try:
        note = without_nul(request.POST.get("note", ""))
        actions.close_extract(made, note=note, actor=request.actor, at=now())
        messages.success(request, _("Granskningen är avslutad. Bara utfallen är kvar."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("log-extract", made.pk)
