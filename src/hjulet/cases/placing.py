"""Where in the work it happened: a step is found by words, in a list, or by pointing in the map."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions
from hjulet.cases.exports import HANDLERS
from hjulet.cases.models import Case
from hjulet.cases.web import case_or_404, no_such_step
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.processes.actions import svg_of
from hjulet.processes.activities import activities_of, activities_with, activity_on, processes_to_choose
from hjulet.processes.models import Process


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def activity(request: ActorRequest, ref: str) -> HttpResponse:
    """In the address: `q`, words of a step; `process`, a code; `steg`, `process/step` that is about to be chosen."""
    case, actor = case_or_404(request, ref), request.actor
    if not actions.may_work(case, actor):
        return no_such_step(request, case)
    if request.method == "POST":
        return _place(request, case)
    log_read("read", actor=actor, at=now(), about="case", ids=[case.pk], unit_id=case.unit_id)
    return _page(request, case)


def _place(request: ActorRequest, case: Case) -> HttpResponse:
    version = whole_number(request.POST.get("version", ""), digits=9)
    wanted = request.POST.get("step", "")[:300]
    try:
        placed = actions.place(case, wanted, version=version, actor=request.actor, at=now())
    except (Refused, Stale) as problem:
        return _page(request, case_or_404(request, case.ref), refusal=str(problem), status=409)
    except Case.DoesNotExist as gone:
        raise Http404 from gone
    if placed.activity is None:
        messages.success(request, _("Ärendet hör inte längre till något steg."))
    else:
        messages.success(request, _("Det hände i steget %(name)s.") % {"name": placed.activity})
    return redirect(f"{case.get_absolute_url()}#h-om")


def _page(request: ActorRequest, case: Case, refusal: str = "", status: int = 200) -> HttpResponse:
    actor, text = request.actor, request.GET.get("q", "").replace("\x00", " ").strip()[:200]
    day = local_date(case.occurred_at or case.reported_at)
    wanted = request.GET.get("steg", "")[:300]
    process = _process(request.GET.get("process", "") or wanted.partition("/")[0], actor)
    context: dict[str, Any] = {
        "case": case,
        "text": text,
        "found": activities_with(text, actor=actor),
        "processes": processes_to_choose(actor).defer("search_text"),
        "process": process,
        "wanted": activity_on(wanted, actor=actor, on=day) if wanted else None,
        "refusal": refusal,
    }
    if process is not None and not text:
        context |= {"steps": activities_of(process), "svg": _map(process)}
    return render(request, "cases/activity.html", context, status=status)


def _process(code: str, actor: Actor) -> Process | None:
    found: Process | None = processes_to_choose(actor).select_related("current").filter(code=code).first()
    return found


def _map(process: Process) -> Any:
    """The drawing with a way into each step where something can have happened."""
    drawing = process.current
    if drawing is None:
        return ""
    drawing.process = process
    steps = {step.code for step in activities_of(process)}

    def link(step: str) -> str:
        return f"?{urlencode({'steg': f'{process.code}/{step}'})}#vald" if step in steps else ""

    return mark_safe(svg_of(drawing, link=link))  # noqa: S308 - every text in it is escaped
