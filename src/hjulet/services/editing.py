"""Pages that change: a service, its texts and promises, and the decision that makes a proposal hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.law.models import LawRow
from hjulet.org.choices import Duty, UnitKind
from hjulet.org.models import Unit
from hjulet.services import actions
from hjulet.services.forms import (
    AdoptForm,
    DeclarationForm,
    DescriptionForm,
    PromiseForm,
    ServiceForm,
    description_initial,
    initial_of,
    promise_initial,
)
from hjulet.services.models import Declaration, Description, Promise, Service
from hjulet.services.web import service_or_404

KINDS: dict[str, Any] = {"beskrivning": Description, "deklaration": Declaration}
Save = Callable[[dict[str, Any], dict[str, Any]], object]


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _page(
    request: ActorRequest, form: forms.Form, save: Save, *, heading: str, button: str, done: str, goes: Any, **more: Any
) -> HttpResponse:
    """A form on a page of its own. `more` is what the page shows beside: `service`, `lead`, `version`, `back`."""
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = more.pop("version", None) if shown is None else shown
    context = {"form": form, "heading": heading, "button": button, "version": version, **more}
    template = more.get("template", "services/edit.html")
    if request.method == "GET" or not form.is_valid():
        return render(request, template, context, status=422 if form.is_bound else 200)
    try:
        made = save(form.cleaned_data, {"version": version, "actor": request.actor, "at": now()})
    except Refused as problem:
        fresh = more["fresh"]() if isinstance(problem, Stale) and "fresh" in more else version
        return render(request, template, context | {"refusal": str(problem), "version": fresh}, status=409)
    messages.success(request, done)
    return redirect(*goes(made))


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    actor, at = request.actor, now()
    initial = {"valid_from": local_date(at)}
    form = ServiceForm(_posted(request), principal_id=actor.principal_id, at=at, initial=initial)

    def save(data: dict[str, Any], who: dict[str, Any]) -> Service:
        units = data.pop("units")
        return actions.create_service(actor.principal_id, data, units, actor=actor, at=who["at"])

    return _page(
        request,
        form,
        save,
        heading=_("Ny insats"),
        button=_("Lägg till insatsen"),
        done=_("Insatsen är tillagd. Skriv nu beskrivningen och vad ni lovar."),
        goes=lambda made: ("service", made.code),
        lead=_(
            "Bara namnet syns till att börja med. Beskrivningen och löftena skriver du sedan, och någon beslutar dem."
        ),
    )


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def change(request: ActorRequest, code: str) -> HttpResponse:
    found, at = service_or_404(request, code), now()
    form = ServiceForm(_posted(request), principal_id=found.principal_id, at=at, initial=initial_of(found))

    def save(data: dict[str, Any], who: dict[str, Any]) -> Service:
        units = data.pop("units")
        return actions.change_service(found, data, units, **who)

    return _page(
        request,
        form,
        save,
        heading=_("Ändra insatsen"),
        button=_("Spara"),
        done=_("Insatsen är ändrad."),
        goes=lambda made: ("service", made.code),
        lead=_("Det här beslutar ingen nämnd om. Ändringen gäller genast."),
        service=found,
        version=found.version,
        fresh=lambda: service_or_404(request, code).version,
    )


def _draft_or_held(kind: Any, service: Service) -> Any:
    """What one starts from: the proposal, else the newest that is decided, else an empty one."""
    return kind.objects.filter(service=service).order_by("-number").first() or kind(service=service)


def _seen_version(row: Any) -> int | None:
    return row.version if row.pk and row.state == "draft" else None


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def description(request: ActorRequest, code: str) -> HttpResponse:
    found, today = service_or_404(request, code), local_date(now())
    row = _draft_or_held(Description, found)
    citations = dict(LawRow.objects.on(today).values_list("code", "citation"))
    form = DescriptionForm(_posted(request), on=today, initial=description_initial(row, citations))
    return _page(
        request,
        form,
        lambda data, who: actions.write_draft(Description, found, data, **who),
        heading=_("Beskrivning av verksamheten"),
        button=_("Spara förslaget"),
        done=_("Förslaget är sparat. Det gäller först när det är beslutat."),
        goes=lambda _made: ("service", code),
        lead=_("Du skriver ett förslag. Det som är beslutat gäller tills förslaget också är det."),
        service=found,
        version=_seen_version(row),
        fresh=lambda: _seen_version(_draft_or_held(Description, found)),
    )


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def declaration(request: ActorRequest, code: str) -> HttpResponse:
    found = service_or_404(request, code)
    row = _draft_or_held(Declaration, found)
    initial = {"intro": row.intro, "intro_en": row.intro_en}
    return _page(
        request,
        DeclarationForm(_posted(request), initial=initial),
        lambda data, who: actions.write_draft(Declaration, found, data, **who),
        heading=_("Servicedeklaration"),
        button=_("Spara förslaget"),
        done=_("Förslaget är sparat. Det gäller först när det är beslutat."),
        goes=lambda _made: ("service-declaration", code),
        lead=_("Det ni lovar den som får insatsen. Varje löfte ska gå att kontrollera."),
        service=found,
        version=_seen_version(row),
        fresh=lambda: _seen_version(_draft_or_held(Declaration, found)),
        template="services/declaration.html",
        edition=row,
        promises=list(row.promises.all()) if row.pk else [],
    )


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def promise_new(request: ActorRequest, code: str) -> HttpResponse:
    return _promise(request, service_or_404(request, code), None)


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def promise_change(request: ActorRequest, code: str, promise: str) -> HttpResponse:
    found = service_or_404(request, code)
    return _promise(request, found, _promise_or_404(found, promise))


def _promise_or_404(service: Service, code: str) -> Promise:
    row = _draft_or_held(Declaration, service)
    found: Promise | None = row.promises.filter(code=code).first() if row.pk else None
    if found is None:
        raise Http404
    return found


def _promise(request: ActorRequest, found: Service, promise: Promise | None) -> HttpResponse:
    initial = (
        promise_initial(promise) if promise else {"source": "manual", "every": "quarter", "comparator": "at-least"}
    )
    row = _draft_or_held(Declaration, found)
    code = promise.code if promise else ""
    return _page(
        request,
        PromiseForm(_posted(request), initial=initial),
        lambda data, who: actions.write_promise(found, data, code=code, **who),
        heading=_("Ändra löftet") if promise else _("Nytt löfte"),
        button=_("Spara löftet"),
        done=_("Löftet är sparat i förslaget."),
        goes=lambda _made: ("service-declaration", found.code),
        lead=_("Lova bara sådant som går att kontrollera, och säg när det är hållet."),
        service=found,
        version=_seen_version(row),
        fresh=lambda: _seen_version(_draft_or_held(Declaration, found)),
        within=True,
    )


@access(Duty.MANAGE_SERVICES)
@require_POST
def promise_remove(request: ActorRequest, code: str, promise: str) -> HttpResponse:
    found = service_or_404(request, code)
    _promise_or_404(found, promise)
    version = whole_number(request.POST.get("version", ""), digits=9)
    try:
        actions.remove_promise(found, promise, version=version, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Löftet är borttaget ur förslaget. Det som är beslutat ändras inte."))
    return redirect("service-declaration", code)


@access(Duty.MANAGE_SERVICES)
@require_http_methods(["GET", "POST"])
def adopt(request: ActorRequest, code: str, what: str) -> HttpResponse:
    found, today = service_or_404(request, code), local_date(now())
    kind: Any = KINDS.get(what)
    edition = kind.objects.draft().filter(service=found).first() if kind else None
    if edition is None:
        raise Http404
    boards = Unit.objects.of(found.principal_id).alive(today).filter(kind=UnitKind.COMMITTEE).order_by("path")
    names = list(boards.values_list("name", flat=True)) if kind is Declaration else []
    form = AdoptForm(_posted(request), boards=names, initial={"decided_on": today, "valid_from": today})

    def save(data: dict[str, Any], who: dict[str, Any]) -> object:
        decision = actions.Decision(data["decided_by"], data["number"], data["decided_on"], data["valid_from"])
        return actions.adopt(edition, decision, **who)

    is_declaration = kind is Declaration
    return _page(
        request,
        form,
        save,
        heading=_("Skriv in beslutet om servicedeklarationen")
        if is_declaration
        else _("Skriv in beslutet om beskrivningen"),
        button=_("Skriv in beslutet om version %(n)s") % {"n": edition.number},
        done=_("Beslutet är inskrivet."),
        goes=lambda _made: ("service", code),
        lead=_("Läs igenom texten en sista gång."),
        service=found,
        version=edition.version,
        fresh=lambda: kind.objects.get(pk=edition.pk).version,
        template="services/adopt.html",
        edition=edition,
        is_declaration=is_declaration,
        missing=actions.missing_in(edition),
        before=kind.objects.held(today).filter(service=found).first(),
        promises=list(edition.promises.all()) if is_declaration else [],
        laws=LawRow.objects.on(today).filter(code__in=[] if is_declaration else edition.laws),
    )
