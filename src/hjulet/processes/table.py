"""The table of steps as pages: everything the drawing can be changed to, by keyboard and screen reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.flow import Refused
from hjulet.core.numbers import whole_number
from hjulet.processes import actions
from hjulet.processes.bpmn import editing
from hjulet.processes.bpmn.layout import lay_out
from hjulet.processes.bpmn.model import Diagram
from hjulet.processes.choices import UNFINISHED, LinkKind
from hjulet.processes.drafting import draft_or_404, draft_page, mine_or_404, who
from hjulet.processes.forms import HangForm, NextForm, StepForm
from hjulet.processes.models import Drawing, Element


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def step_new(request: ActorRequest, code: str) -> HttpResponse:
    """A step after another one; `efter` in the address is that one's code."""
    drawing = draft_or_404(request, code)
    after = drawing.elements.filter(code=request.GET.get("efter", "")[:200]).first()
    first = {"type": "task", "lane": after.lane if after else "", "stage": after.stage if after else ""}
    form = StepForm(request.POST or None, actor=request.actor, initial=first)
    context = {"form": form, "process": drawing.process, "drawing": drawing, "after": after}

    def change(diagram: Diagram) -> None:
        data = form.cleaned_data
        made = editing.add_step(
            diagram, after=after.code if after else None, type=data["type"], name=data["name"], lane=data["lane"]
        )
        editing.set_facts(diagram, made, **_facts(data))

    return _edited(request, drawing, form, change, "processes/step_new.html", context)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def step_change(request: ActorRequest, code: str, element: str) -> HttpResponse:
    drawing = draft_or_404(request, code)
    elements = list(drawing.elements.all())
    one = _element(elements, element)
    names = ("name", "type", "lane", "role", "stage", "purpose", "documented")
    first = {name: getattr(one, name) for name in names}
    form = StepForm(request.POST or None, actor=request.actor, initial=first, kept_type=one.type, nobody=not one.lane)
    ways = NextForm(request.POST or None, element=one, others=elements, prefix="vag")
    context = {"form": form, "ways": ways, "process": drawing.process, "drawing": drawing, "element": one}

    def change(diagram: Diagram) -> None:
        data = form.cleaned_data
        if data["type"] != one.type:
            editing.set_type(diagram, one.code, data["type"])
        if data["name"] != one.name:
            editing.rename(diagram, one.code, data["name"])
        if data["lane"] != one.lane:
            editing.set_lane(diagram, one.code, data["lane"])
        editing.set_facts(diagram, one.code, **_facts(data))
        if ways.has_changed():
            editing.set_next(diagram, one.code, ways.ways())

    return _edited(request, drawing, form, change, "processes/step_change.html", context, also=ways)


def _facts(data: dict[str, Any]) -> dict[str, str]:
    return {name: data[name].strip() for name in ("role", "stage", "purpose", "documented")}


def _element(elements: list[Element], code: str) -> Element:
    one = next((row for row in elements if row.code == code), None)
    if one is None:
        raise Http404
    return one


def _edited(
    request: ActorRequest,
    drawing: Drawing,
    form: forms.Form,
    change: Callable[[Diagram], object],
    template: str,
    context: dict[str, Any],
    also: forms.Form | None = None,
) -> HttpResponse:
    """Shows the form of a step, or makes the change and goes back to the table."""
    context["revision"] = drawing.revision
    if request.method == "GET":
        return render(request, template, context)
    if not form.is_valid() or (also is not None and not also.is_valid()):
        return render(request, template, context, status=422)
    try:
        _change(request, drawing, change)
    except Refused as problem:
        return render(request, template, context | {"refusal": str(problem)}, status=409)
    messages.success(request, _("Tabellen och bilden är ändrade."))
    return redirect("process-draft", code=drawing.process.code)


def _change(request: ActorRequest, drawing: Drawing, change: Callable[[Diagram], object]) -> None:
    revision = whole_number(request.POST.get("revision", ""), digits=9) or 0
    actions.edit(drawing, change, revision=revision, **who(request))


@access(LOGGED_IN)
@require_POST
def step_move(request: ActorRequest, code: str, element: str) -> HttpResponse:
    """Moves a step one place: `till` is upp or ner."""
    drawing = draft_or_404(request, code)
    elements = list(drawing.elements.all())
    one = _element(elements, element)
    at = elements.index(one)
    up = request.POST.get("till") == "upp"
    if not (at > 0 if up else at + 1 < len(elements)):
        return redirect("process-draft", code=code)
    moved, before = (one, elements[at - 1]) if up else (elements[at + 1], one)
    return _at_once(
        request, drawing, lambda diagram: editing.move(diagram, moved.code, before.code), _("Steget är flyttat.")
    )


@access(LOGGED_IN)
@require_POST
def step_remove(request: ActorRequest, code: str, element: str) -> HttpResponse:
    drawing = draft_or_404(request, code)
    one = _element(list(drawing.elements.all()), element)
    said = _("Steget ”%(name)s” är borttaget.") % {"name": one}
    return _at_once(request, drawing, lambda diagram: editing.remove(diagram, one.code), said)


@access(LOGGED_IN)
@require_POST
def redraw(request: ActorRequest, code: str) -> HttpResponse:
    """Lays the whole drawing out anew, whatever places it had."""
    return _at_once(request, draft_or_404(request, code), lay_out, _("Bilden är omritad."))


def _at_once(request: ActorRequest, drawing: Drawing, change: Callable[[Diagram], object], said: str) -> HttpResponse:
    try:
        _change(request, drawing, change)
    except Refused as problem:
        fresh = draft_or_404(request, drawing.process.code)
        return draft_page(request, fresh, refusal=str(problem), status=409)
    messages.success(request, said)
    return redirect("process-draft", code=drawing.process.code)


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def hang(request: ActorRequest, code: str, element: str) -> HttpResponse:
    """What belongs to a step, in the draft as in what holds."""
    found = mine_or_404(request, code)
    drawing = found.drawings.filter(state__in=UNFINISHED).first() or found.current
    if drawing is None:
        raise Http404
    one = _element(list(drawing.elements.all()), element)
    held: dict[str, list[str]] = {}
    for row in found.links.filter(element=element):
        held.setdefault(row.kind, []).append(row.code)
    first = {
        "documents": held.get(LinkKind.DOCUMENT, []),
        "laws": held.get(LinkKind.LAW, []),
        "services": held.get(LinkKind.SERVICE, []),
    }
    form = HangForm(request.POST or None, actor=request.actor, initial=first)
    context = {"form": form, "process": found, "element": one, "drawing": drawing}
    if request.method == "GET" or not form.is_valid():
        return render(request, "processes/hang.html", context, status=422 if form.is_bound else 200)
    actions.hang(found, element, form.wanted(), **who(request))
    messages.success(request, _("Sparat. Det syns på steget från och med nu."))
    return redirect("process-draft" if drawing.unfinished else "process", code=code)
