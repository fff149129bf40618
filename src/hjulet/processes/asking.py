"""Pages where an employee asks for a change to a process and is answered, as with documents."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.fields import CHOOSE
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.documents.asking import PAGE, give_answer, request_tabs
from hjulet.documents.work_forms import AskForm, RequestAnswerForm
from hjulet.documents.work_lists import plain
from hjulet.processes import actions
from hjulet.processes.actions.asking import desk
from hjulet.processes.choices import UNFINISHED
from hjulet.processes.models import Drawing, Element, Process, ProcessRequest
from hjulet.processes.rights import may_write
from hjulet.processes.web import process_or_404
from hjulet.processes.work_lists import request_counts, requests_in, writes_any


class AskProcessForm(AskForm):
    """As with a document, with a step where that has words."""

    watched: tuple[str, ...] = ("text",)
    about = None  # type: ignore[assignment]  # how Django takes a field away

    element = forms.ChoiceField(label=gettext_lazy("Vilket steg gäller det?"), required=False, error_messages=CHOOSE)

    field_order = ("element", "text")

    def __init__(self, *args: Any, steps: list[Element], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        named = [(step.code, f"{step.place}. {step}"[:120]) for step in steps]
        fields["element"].choices = [("", _("Hela processen")), *named]


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def ask(request: ActorRequest, code: str) -> HttpResponse:
    """`steg` in the address is the step it is about, when she comes from it."""
    found = process_or_404(request, code)
    if found.current is None or found.withdrawn_on:
        raise Http404
    steps = list(found.current.elements.all())
    form = AskProcessForm(request.POST or None, steps=steps, initial={"element": request.GET.get("steg", "")})
    context = {"form": form, "process": found, "writes": may_write(found, request.actor)}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/request_new.html", context, status=422 if form.is_bound else 200)
    words = {"element": form.cleaned_data["element"], "text": form.cleaned_data["text"]}
    try:
        made = actions.ask_change(found, **words, actor=request.actor, at=now())
    except Refused as problem:
        return render(request, "processes/request_new.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Tack. Den som ansvarar för processen har fått veta det, och du får svar här."))
    return redirect("process-request-answer", pk=made.pk)


@access(LOGGED_IN)
@require_safe
def requests(request: ActorRequest) -> HttpResponse:
    """`val` is vantar, besvarade or mina; `process` a process's code; `sida` the page."""
    actor = request.actor
    code = plain(request.GET, "process")
    answers = writes_any(actor)
    tab, tabs = request_tabs(request, answers, request_counts(actor, code))
    context = {
        "page": Paginator(requests_in(tab, code, actor), PAGE).get_page(request.GET.get("sida")),
        "tab": tab,
        "tabs": tabs,
        "about": Process.objects.seen_by(actor).filter(code=code).first() if code else None,
        "code": code,
        "answers": answers,
    }
    return render(request, "processes/requests.html", context)


def _request_or_404(request: ActorRequest, pk: int) -> ProcessRequest:
    rows = ProcessRequest.objects.seen_by(request.actor)
    rows = rows.select_related("process__unit", "process__owner", "person", "answered_by", "read", "became")
    rows = rows.defer("process__search_text", "read__xml", "read__svg", "became__xml", "became__svg")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def answer(request: ActorRequest, pk: int) -> HttpResponse:
    """What was asked and answered; for those who write the process, the answer to give."""
    found = _request_or_404(request, pk)
    if request.method == "GET":
        return _request_page(request, found, RequestAnswerForm())
    if not may_write(found.process, request.actor):
        raise Http404

    def again(form: RequestAnswerForm, **more: Any) -> HttpResponse:
        return _request_page(request, _request_or_404(request, pk), form, **more)

    to = reverse("process-requests"), reverse("process-draft", args=[found.process.code])
    return give_answer(request, found, desk, again, to)


def _request_page(
    request: ActorRequest, found: ProcessRequest, form: RequestAnswerForm, *, status: int = 200, refusal: str = ""
) -> HttpResponse:
    process = found.process
    writes = may_write(process, request.actor)
    answers = writes and found.waits
    context = {
        "asked": found,
        "process": process,
        "form": form if answers else None,
        "writes": writes,
        "own": found.person_id == request.actor.person_id,
        "newer": found.read is not None and process.current_id != found.read_id,
        "step": _step(process, found.element),
        "readable": Process.objects.seen_by(request.actor).filter(pk=process.pk).exists(),
        "under_way": _under_way(process) if answers else None,
        "refusal": refusal,
    }
    return render(request, "processes/request.html", context, status=status)


def _step(process: Process, code: str) -> str:
    """The address of the step in what holds; empty when it is there no more."""
    there = code and Element.objects.filter(drawing=process.current_id, code=code).exists()
    return reverse("process-step", args=[process.code, code]) if there else ""


def _under_way(process: Process) -> Drawing | None:
    return process.drawings.filter(state__in=UNFINISHED).defer("xml", "svg").first()
