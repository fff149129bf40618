"""The public register, and the registrar's pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from hjulet.core import exports
from hjulet.core.access import ANYONE, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.diary import actions, public
from hjulet.diary.choices import Direction
from hjulet.diary.exports import DIARY
from hjulet.diary.forms import (
    DocumentForm,
    MarkForm,
    MatterForm,
    NumberForm,
    SubjectForm,
    UnmarkForm,
    units_within,
)
from hjulet.diary.listing import HEADINGS, Wanted, documents_in, narrowed, query_of, tab_condition
from hjulet.diary.models import Document, Matter, Series
from hjulet.diary.registry import links, provisions_on
from hjulet.diary.timeline import timeline
from hjulet.org.choices import Duty
from hjulet.org.models import Principal

PAGE = 25
PUBLIC_PAGE = 50


# For anyone -------------------------------------------------------------


@access(ANYONE)
@require_safe
def public_register(request: HttpRequest) -> HttpResponse:
    """In the address: `huvudman`, `ar`, `namnd` (a code), `q`, `sida`. The same page for everyone, without cookies."""
    kept = Principal.objects.filter(pk__in=Series.objects.values("principal"))
    principals = list(kept.order_by("name", "id"))
    code = request.GET.get("huvudman", "")
    principal = next((one for one in principals if one.code == code), None)
    if principal is None and len(principals) == 1:
        principal = principals[0]
    context: dict[str, Any] = {"principals": principals, "principal": principal, "nameless": True}
    if principal is not None:
        context |= _register_of(request, principal)
    return render(request, "diary/public.html", context)


def _register_of(request: HttpRequest, principal: Principal) -> dict[str, Any]:
    query, refused = query_of(request.GET)
    boards, years = public.boards_of(principal.pk), public.years_of(principal.pk)
    board = request.GET.get("namnd", "")
    board = board if board in dict(boards) else ""
    year = whole_number(request.GET.get("ar", ""), digits=4)
    year = year if year in years else None
    rows = public.register(principal.pk, year=year, board=board, query=query)
    page = Paginator(rows, PUBLIC_PAGE).get_page(request.GET.get("sida"))
    return {
        "page": page,
        "rows": public.lines(page.object_list),
        "boards": boards,
        "years": years,
        "year": year,
        "board": board,
        "query": query,
        "refused": refused,
        "filtered": bool(query or board or year),
    }


# The registrar's list ---------------------------------------------------


@access(Duty.REGISTER)
@require_safe
def diary(request: ActorRequest) -> HttpResponseBase:
    """In the address: `val` (tab), `ar`, `riktning`, `q`, `sort`, `sida`."""
    actor, at = request.actor, now()
    if exports.wanted(request):
        return exports.response(request, DIARY)
    wanted = Wanted.read(request.GET)
    counts = narrowed(Document.objects.visible_to(actor), wanted).aggregate(
        **{tab.replace("-", "_"): Count("pk", filter=tab_condition(tab, actor)) for tab, _label in _tabs()[1:]},
        alla=Count("pk"),
    )
    rows = documents_in(wanted, actor).select_related("matter__unit")
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    shown = list(page.object_list)
    log_read("list", actor=actor, at=at, about="matter", ids=sorted({row.matter_id for row in shown}))
    context = {
        "wanted": wanted,
        "tabs": [(tab, label, counts[tab.replace("-", "_")]) for tab, label in _tabs()],
        "page": page,
        "rows": shown,
        "headings": HEADINGS,
        "directions": Direction.choices,
        "may_set": actor.holds(Duty.MANAGE_SETTINGS),
    }
    return render(request, "diary/list.html", context)


def _tabs() -> list[tuple[str, str]]:
    return [
        ("alla", _("Alla")),
        ("omarkta", _("Utan sekretess")),
        ("markta", _("Med sekretess")),
        ("mina", _("Mina")),
        ("utan-nummer", _("Saknar nummer")),
    ]


# One matter -------------------------------------------------------------


def matter_or_404(request: ActorRequest, pk: int) -> Matter:
    found: Matter | None = (
        Matter.objects.visible_to(request.actor)
        .filter(pk=pk)
        .select_related("unit", "series__board", "registered_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def document_or_404(request: ActorRequest, pk: int, line: int) -> Document:
    found: Document | None = matter_or_404(request, pk).documents.filter(line=line).first()
    if found is None:
        raise Http404
    return found


@access(Duty.REGISTER)
@require_safe
def matter(request: ActorRequest, pk: int) -> HttpResponse:
    found = matter_or_404(request, pk)
    log_read("read", actor=request.actor, at=now(), about="matter", ids=[found.pk], unit_id=found.unit_id)
    documents = list(found.documents.all())
    about = links.get(found.about_type)
    context = {
        "matter": found,
        "documents": documents,
        "hidden": any(document.is_marked for document in documents),
        "about": about(found.about_id) if about and found.about_id else "",
        "timeline": timeline(found),
    }
    return render(request, "diary/matter.html", context)


# What one does ----------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """One small page: a form and what it does. `do` gives the matter to go to."""

    heading: str
    lead: str
    button: str
    done: str
    form: forms.Form
    do: Callable[[dict[str, Any], datetime], Matter]


def _act(request: ActorRequest, act: Act, of: Matter | None = None) -> HttpResponse:
    at = now()
    context = {"act": act, "form": act.form, "matter": of}
    if request.method != "POST":
        if of is not None:
            log_read("read", actor=request.actor, at=at, about="matter", ids=[of.pk], unit_id=of.unit_id)
        return render(request, "diary/act.html", context)
    if not act.form.is_valid():
        return render(request, "diary/act.html", context, status=422)
    try:
        changed = act.do(act.form.cleaned_data, at)
    except Refused as problem:
        return render(request, "diary/act.html", context | {"refusal": str(problem)}, status=409)
    messages.success(request, act.done % {"number": changed.number or _("ett nummer som väntar")})
    return redirect(changed.get_absolute_url())


def _posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


change = require_http_methods(["GET", "HEAD", "POST"])


@access(Duty.REGISTER)
@change
def new_matter(request: ActorRequest) -> HttpResponse:
    actor, today = request.actor, local_date(now())
    form = MatterForm(
        _posted(request),
        units=units_within(actor, Duty.REGISTER),
        elsewhere=Series.objects.filter(principal_id=actor.principal_id, external=True).exists(),
        provisions=provisions_on(today),
        today=today,
        initial={"direction": Direction.IN},
    )
    act = Act(
        heading=_("Registrera ett ärende"),
        lead=_("Ärendet får nästa nummer direkt. Det som registreras går inte att ta bort."),
        button=_("Registrera"),
        done=_("Ärendet har fått %(number)s."),
        form=form,
        do=lambda data, at: actions.register(
            principal=Principal.objects.get(pk=actor.principal_id), **_told(data), actor=actor, at=at
        ),
    )
    return _act(request, act)


def _told(data: dict[str, Any]) -> dict[str, Any]:
    return {**data, "secrecy": data["secrecy"] or None}


@access(Duty.REGISTER)
@change
def new_document(request: ActorRequest, pk: int) -> HttpResponse:
    of, today = matter_or_404(request, pk), local_date(now())

    def do(data: dict[str, Any], at: datetime) -> Matter:
        return actions.add_document(of, **_told(data), actor=request.actor, at=at).matter

    act = Act(
        heading=_("Lägg till en handling"),
        lead=_("Den får samma nummer som ärendet. Det som registreras går inte att ta bort."),
        button=_("Registrera handlingen"),
        done=_("Handlingen är registrerad."),
        form=DocumentForm(_posted(request), provisions=provisions_on(today), today=today),
        do=do,
    )
    return _act(request, act, of)


@access(Duty.REGISTER)
@change
def matter_number(request: ActorRequest, pk: int) -> HttpResponse:
    of = matter_or_404(request, pk)
    act = Act(
        heading=_("Skriv in numret"),
        lead=_("Nämnden har sitt diarium i ett annat system. Skriv numret som ärendet har fått där."),
        button=_("Spara numret"),
        done=_("Ärendet har fått %(number)s."),
        form=NumberForm(_posted(request)),
        do=lambda data, at: actions.give_number(of, number=data["number"], actor=request.actor, at=at),
    )
    return _act(request, act, of)


@access(Duty.REGISTER)
@change
def matter_subject(request: ActorRequest, pk: int) -> HttpResponse:
    of = matter_or_404(request, pk)
    return _subject(request, of, of, of.subject)


@access(Duty.REGISTER)
@change
def document_subject(request: ActorRequest, pk: int, line: int) -> HttpResponse:
    document = document_or_404(request, pk, line)
    return _subject(request, document.matter, document, document.told_subject)


def _subject(request: ActorRequest, of: Matter, thing: Matter | Document, subject: str) -> HttpResponse:
    def do(data: dict[str, Any], at: datetime) -> Matter:
        actions.change_subject(thing, **data, actor=request.actor, at=at)
        return of

    act = Act(
        heading=_("Ändra rubriken"),
        lead=_("Den gamla rubriken och skälet finns kvar bland händelserna."),
        button=_("Spara rubriken"),
        done=_("Rubriken är ändrad."),
        form=SubjectForm(_posted(request), initial={"subject": subject}),
        do=do,
    )
    return _act(request, act, of)


@access(Duty.REGISTER)
@change
def document_mark(request: ActorRequest, pk: int, line: int) -> HttpResponse:
    document, today = document_or_404(request, pk, line), local_date(now())

    def do(data: dict[str, Any], at: datetime) -> Matter:
        return actions.mark_secrecy(document, **data, actor=request.actor, at=at).matter

    act = Act(
        heading=_("Sekretessmarkera handling %(line)s") % {"line": line},
        lead=_("Märket säger bestämmelse, dag och myndighet. Sekretessen prövas ändå varje gång någon vill läsa."),
        button=_("Markera"),
        done=_("Handlingen är sekretessmarkerad."),
        form=MarkForm(_posted(request), provisions=provisions_on(today), initial={"provision": document.secrecy_code}),
        do=do,
    )
    return _act(request, act, document.matter)


@access(Duty.REGISTER)
@change
def document_unmark(request: ActorRequest, pk: int, line: int) -> HttpResponse:
    document = document_or_404(request, pk, line)
    if not document.is_marked:
        raise Http404

    def do(data: dict[str, Any], at: datetime) -> Matter:
        return actions.withdraw_mark(document, **data, actor=request.actor, at=at).matter

    act = Act(
        heading=_("Ta bort sekretessmarkeringen på handling %(line)s") % {"line": line},
        lead=_("Är ingen annan handling i ärendet markerad blir avsändare och mottagare synliga för alla."),
        button=_("Ta bort markeringen"),
        done=_("Markeringen är borttagen."),
        form=UnmarkForm(_posted(request)),
        do=do,
    )
    return _act(request, act, document.matter)
