"""The drawing tool's pages: open, load, save; and a BPMN file instead of what the draft holds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.swedish_time import time_short
from hjulet.processes import actions
from hjulet.processes.choices import DrawnState
from hjulet.processes.drafting import MOST, draft_or_404, who
from hjulet.processes.forms import FileForm


@access(LOGGED_IN)
@require_safe
def draw(request: ActorRequest, code: str) -> HttpResponse:
    """The editor. `ta=1` takes over from someone who has it open."""
    drawing = draft_or_404(request, code)
    if drawing.state != DrawnState.DRAFT:
        return redirect("process-draft", code=code)
    try:
        actions.take_pen(drawing, force=request.GET.get("ta") == "1", **who(request))
    except Refused as problem:
        context = {"process": drawing.process, "drawing": drawing, "refusal": str(problem)}
        return render(request, "processes/held.html", context, status=409)
    return render(request, "processes/draw.html", {"process": drawing.process, "drawing": drawing})


@access(LOGGED_IN)
@require_safe
def draft_file(request: ActorRequest, code: str) -> HttpResponse:
    """{xml, revision} for the editor."""
    drawing = draft_or_404(request, code)
    return JsonResponse({"xml": drawing.xml, "revision": drawing.revision})


@access(LOGGED_IN)
@require_POST
def save(request: ActorRequest, code: str) -> HttpResponse:
    """The drawing as it is while someone draws. Answers {revision, saved}, or {message} with 409 or 422."""
    drawing = draft_or_404(request, code)
    data = request.POST.get("xml", "").encode()
    revision = whole_number(request.POST.get("revision", ""), digits=9) or 0
    at = now()
    try:
        saved = actions.save_file(drawing, data, revision=revision, drawn=True, actor=request.actor, at=at)
    except Stale as problem:
        return JsonResponse({"message": str(problem)}, status=409)
    except Refused as problem:
        return JsonResponse({"message": str(problem)}, status=422)
    return JsonResponse({"revision": saved.revision, "saved": time_short(at)})


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def upload(request: ActorRequest, code: str) -> HttpResponse:
    """A BPMN file in place of what the draft holds."""
    drawing = draft_or_404(request, code)
    form = FileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "process": drawing.process, "drawing": drawing}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/upload.html", context, status=422 if form.is_bound else 200)
    try:
        file = form.cleaned_data["file"]
        if file.size > MOST:
            raise Refused(_("Filen är för stor. Den får vara högst 5 MB."))
        saved = actions.save_file(drawing, file.read(), revision=None, **who(request))
    except Refused as problem:
        return render(request, "processes/upload.html", context | {"refusal": str(problem)}, status=422)
    messages.success(request, _("Filen är inläst."))
    if saved.warnings:
        messages.warning(request, _("Den följer inte standarden i allt. Det står under bilden vad som skiljer."))
    return redirect("process-draft", code=code)
