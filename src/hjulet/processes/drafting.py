"""Pages for those who draw: a new process, the draft with its table of steps, the drawing, the way to publication."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.org.choices import Duty
from hjulet.processes import actions
from hjulet.processes.bpmn.model import Diagram, Unreadable
from hjulet.processes.bpmn.reading import read
from hjulet.processes.choices import UNFINISHED, DrawnState
from hjulet.processes.forms import (
    ChangesForm,
    FileForm,
    ProcessForm,
    SendBackForm,
    WithdrawProcessForm,
    facts_of,
)
from hjulet.processes.hanging import hung_on
from hjulet.processes.models import Drawing, Process
from hjulet.processes.rights import may_publish, may_write
from hjulet.processes.web import grouped, owner_of, process_or_404, roles_of
from hjulet.processes.work_lists import answered_in

MOST = 5_000_000  # bytes of a file


# A process and its facts -----------------------------------------------------------


@access(Duty.WRITE_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """A new process, empty or from a BPMN file."""
    first = {"owner": request.user, "unit": request.actor.unit_id}
    form = ProcessForm(request.POST or None, actor=request.actor, initial=first)
    upload = FileForm(request.POST or None, request.FILES or None) if request.FILES else FileForm()
    context = {"form": form, "upload": upload}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/new.html", context, status=422 if form.is_bound else 200)
    try:
        diagram = _read(request.FILES["file"]) if "file" in request.FILES else None
        made = actions.create(form.facts(), diagram=diagram, actor=request.actor, at=now())
    except Refused as problem:
        return render(request, "processes/new.html", context | {"refusal": str(problem)}, status=422)
    messages.success(request, _("Processen är påbörjad. Lägg till stegen i tabellen eller rita dem."))
    return redirect("process-draft", code=made.code)


def _read(file: Any) -> Diagram:
    if file.size > MOST:
        raise Refused(_("Filen är för stor. Den får vara högst 5 MB."))
    try:
        return read(file.read())
    except Unreadable as problem:
        raise Refused(str(problem)) from None


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def facts(request: ActorRequest, code: str) -> HttpResponse:
    found = mine_or_404(request, code)
    form = ProcessForm(request.POST or None, actor=request.actor, process=found, initial=facts_of(found))
    seen = whole_number(request.POST.get("version", ""), digits=9)
    context = {"form": form, "process": found, "seen": found.version}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/facts.html", context, status=422 if form.is_bound else 200)
    try:
        actions.change_facts(found, form.facts(), seen=seen, actor=request.actor, at=now())
    except Refused as problem:
        return render(request, "processes/facts.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Uppgifterna är sparade."))
    return redirect("process", code=code)


@access(LOGGED_IN)
@require_POST
def begin(request: ActorRequest, code: str) -> HttpResponse:
    found = mine_or_404(request, code)
    try:
        actions.begin_version(found, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
        return redirect("process", code=code)
    return redirect("process-draft", code=code)


def mine_or_404(request: ActorRequest, code: str) -> Process:
    found = process_or_404(request, code)
    if not may_write(found, request.actor):
        raise Http404
    return found


# The draft ----------------------------------------------------------------------------


def draft_or_404(request: ActorRequest, code: str, *, writes: bool = True) -> Drawing:
    """The draft, for who writes it; also for who publishes it, unless `writes`."""
    found = process_or_404(request, code)
    allowed = may_write(found, request.actor) or (not writes and may_publish(found, request.actor))
    one = found.drawings.filter(state__in=UNFINISHED).select_related("editing_by", "asked_by").first()
    if one is None or not allowed:
        raise Http404
    one.process = found
    return one


@access(LOGGED_IN)
@require_safe
def draft(request: ActorRequest, code: str) -> HttpResponse:
    return draft_page(request, draft_or_404(request, code, writes=False))


def draft_page(
    request: ActorRequest, drawing: Drawing, *, refusal: str = "", status: int = 200, **given: Any
) -> HttpResponse:
    actor, at = request.actor, now()
    found = drawing.process
    elements = list(drawing.elements.all())
    steps = {offer.step.name: offer for offer in actions.offers(drawing, actor=actor)}
    context = {
        "process": found,
        "drawing": drawing,
        "groups": grouped(elements, hung_on(drawing, elements, actor, at), roles_of(found)),
        "svg": mark_safe(actions.svg_of(drawing)),  # noqa: S308 - drawn by us, every text in it escaped
        "steps": steps,
        "writes": may_write(found, actor) and drawing.state == DrawnState.DRAFT,
        "publishers": actions.publishers(drawing, at)[:5],
        "changes_form": given.get("changes", ChangesForm(initial={"changes": drawing.changes})),
        "send_back_form": given.get("send_back", SendBackForm(prefix="t")),
        "refusal": refusal,
        "answered": answered_in(drawing, actor, may_write(found, actor)),
        "owner": owner_of(found),
    }
    return render(request, "processes/draft.html", context, status=status)


def _take(
    request: ActorRequest, code: str, do: Callable[[Drawing], object], said: str, to: str, **given: Any
) -> HttpResponse:
    """Takes a step with the draft, and goes on; the page says why when it may not be taken."""
    drawing = draft_or_404(request, code, writes=False)
    try:
        do(drawing)
    except Refused as problem:
        return draft_page(request, draft_or_404(request, code, writes=False), refusal=str(problem), status=409, **given)
    messages.success(request, said)
    return redirect(to) if to == "processes" else redirect(to, code=code)


def who(request: ActorRequest) -> dict[str, Any]:
    return {"actor": request.actor, "at": now()}


@access(LOGGED_IN)
@require_POST
def ask(request: ActorRequest, code: str) -> HttpResponse:
    said = _("Utkastet är skickat till kvalitetsgruppen.")
    return _take(request, code, lambda one: actions.ask(one, **who(request)), said, "process-draft")


@access(LOGGED_IN)
@require_POST
def take_back(request: ActorRequest, code: str) -> HttpResponse:
    said = _("Utkastet är ditt igen.")
    return _take(request, code, lambda one: actions.take_back(one, **who(request)), said, "process-draft")


@access(LOGGED_IN)
@require_POST
def send_back(request: ActorRequest, code: str) -> HttpResponse:
    form = SendBackForm(request.POST, prefix="t")
    if not form.is_valid():
        return draft_page(request, draft_or_404(request, code, writes=False), status=422, send_back=form)

    def do(one: Drawing) -> None:
        actions.send_back(one, reason=form.cleaned_data["reason"], **who(request))

    return _take(request, code, do, _("Utkastet är skickat tillbaka."), "process-draft", send_back=form)


@access(LOGGED_IN)
@require_POST
def publish(request: ActorRequest, code: str) -> HttpResponse:
    said = _("Processen är publicerad och gäller från i dag.")
    return _take(request, code, lambda one: actions.publish(one, **who(request)), said, "process")


@access(LOGGED_IN)
@require_POST
def drop(request: ActorRequest, code: str) -> HttpResponse:
    to = "process" if process_or_404(request, code).current_id else "processes"
    return _take(request, code, lambda one: actions.drop(one, **who(request)), _("Utkastet är kastat."), to)


@access(LOGGED_IN)
@require_POST
def changes(request: ActorRequest, code: str) -> HttpResponse:
    form = ChangesForm(request.POST)
    if not form.is_valid():
        return draft_page(request, draft_or_404(request, code), status=422, changes=form)

    def do(one: Drawing) -> None:
        actions.save_changes(one, form.cleaned_data["changes"], **who(request))

    return _take(request, code, do, _("Sparat."), "process-draft", changes=form)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def withdraw(request: ActorRequest, code: str) -> HttpResponse:
    found = process_or_404(request, code)
    if found.current is None or found.withdrawn_on or not may_publish(found, request.actor):
        raise Http404
    form = WithdrawProcessForm(request.POST or None)
    context = {"form": form, "process": found}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/withdraw.html", context, status=422 if form.is_bound else 200)
    try:
        actions.withdraw(found.current, reason=form.cleaned_data["reason"], **who(request))
    except Refused as problem:
        return render(request, "processes/withdraw.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Processen är upphävd. Den går fortfarande att läsa som historik."))
    return redirect("process", code=code)
