"""What one adds to a case: one small page for each thing, all of one make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions
from hjulet.cases.dossier import Dossier
from hjulet.cases.entry_forms import EntryForm
from hjulet.cases.exports import HANDLERS
from hjulet.cases.forms import CauseForm, FileForm, InformedForm, MessageForm, NoteForm, ReasonForm
from hjulet.cases.handlers import colleagues
from hjulet.cases.models import Case, CaseFile, Cause
from hjulet.cases.web import case_or_404, law_of, no_such_step, path_of, posted
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.net import let_through
from hjulet.core.now import now
from hjulet.files import actions as files
from hjulet.measures import actions as measures
from hjulet.measures.forms import MeasureForm
from hjulet.org.choices import Duty


@dataclass(frozen=True)
class Act:
    """One small page: a form and what it does."""

    heading: Any
    lead: Any
    button: Any
    make: Callable[[ActorRequest, Case, datetime], forms.Form]
    do: Callable[[ActorRequest, Case, dict[str, Any], datetime], None]
    done: Any
    anchor: str = ""
    basis: str = ""
    may: Callable[[Case, Actor], bool] = actions.may_work


def act_page(request: ActorRequest, ref: str, act: Act) -> HttpResponse:
    case, at = case_or_404(request, ref), now()
    if not act.may(case, request.actor):
        return no_such_step(request, case)
    form = act.make(request, case, at)
    context = {"case": case, "heading": act.heading, "lead": act.lead, "form": form, "button": act.button}
    context["law"] = law_of(case, act.basis)
    if request.method == "GET":
        log_read("read", actor=request.actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
        return render(request, "cases/act.html", context)
    if not form.is_valid():
        return render(request, "cases/act.html", context, status=422)
    try:
        act.do(request, case, form.cleaned_data, at)
    except (Refused, files.FileRefused) as problem:
        return render(request, "cases/act.html", {**context, "refusal": str(problem)}, status=409)
    messages.success(request, act.done)
    return redirect(f"{case.get_absolute_url()}{'#' + act.anchor if act.anchor else ''}")


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def new_note(request: ActorRequest, ref: str) -> HttpResponse:
    act = Act(
        heading=_("Ny anteckning"),
        lead=_("En anteckning går inte att ändra efteråt. Blir något fel skriver du en ny."),
        button=_("Spara anteckningen"),
        make=lambda r, c, at: NoteForm(
            posted(r), lex=c.is_lex, initial={"noted_on": local_date(at), "point": r.GET.get("om", "")}
        ),
        do=lambda r, c, d, at: _add_note(r, c, d, at),
        done=_("Anteckningen är sparad."),
        anchor="h-ut",
    )
    return act_page(request, ref, act)


def _add_note(request: ActorRequest, case: Case, data: dict[str, Any], at: datetime) -> None:
    wanted: dict[str, Any] = {name: data.get(name) for name in ("kind", "noted_on", "source", "text", "point")}
    actions.add_note(case, **wanted, actor=request.actor, at=at)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def new_cause(request: ActorRequest, ref: str) -> HttpResponse:
    act = Act(
        heading=_("Ny orsak"),
        lead=_("Varje orsak får en åtgärd, eller en motivering till varför ingen behövs."),
        button=_("Spara orsaken"),
        make=lambda r, c, at: CauseForm(posted(r)),
        do=lambda r, c, d, at: _ignore(actions.add_cause(c, **d, actor=r.actor, at=at)),
        done=_("Orsaken är sparad. Lägg nu till en åtgärd."),
        anchor="h-or",
    )
    return act_page(request, ref, act)


def _ignore(_result: object) -> None:
    return None


def cause_or_404(request: ActorRequest, ref: str, number: int) -> Cause:
    case = case_or_404(request, ref)
    cause: Cause | None = Cause.objects.visible_to(request.actor).filter(case=case, number=number).first()
    if cause is None:
        raise Http404
    return cause


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def new_measure(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    cause = cause_or_404(request, ref, number)
    act = Act(
        heading=_("Åtgärd för orsak %(number)s") % {"number": number},
        lead=cause.text,
        button=_("Lägg till åtgärden"),
        make=lambda r, c, at: MeasureForm(
            posted(r),
            people=colleagues(r.actor, at),
            at=at,
            initial={"owner": r.actor.person_id, "due": local_date(at) + timedelta(days=30)},
        ),
        do=lambda r, c, d, at: _add_measure(r, c, cause, d, at),
        done=_("Åtgärden är tillagd."),
        anchor="h-or",
    )
    return act_page(request, ref, act)


def _add_measure(request: ActorRequest, case: Case, cause: Cause, data: dict[str, Any], at: datetime) -> None:
    with transaction.atomic():
        measure = measures.propose(
            unit=case.unit, track=case.track, source=("case", case.pk), **data, actor=request.actor, at=at
        )
        actions.link_measure(cause, measure, actor=request.actor, at=at)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def no_measure(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    cause = cause_or_404(request, ref, number)
    act = Act(
        heading=_("Ingen åtgärd för orsak %(number)s") % {"number": number},
        lead=cause.text,
        button=_("Spara motiveringen"),
        make=lambda r, c, at: ReasonForm(posted(r), initial={"reason": cause.no_measure_reason}),
        do=lambda r, c, d, at: actions.give_no_measure_reason(cause, reason=d["reason"], actor=r.actor, at=at),
        done=_("Motiveringen är sparad."),
        anchor="h-or",
    )
    return act_page(request, ref, act)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def person_informed(request: ActorRequest, ref: str) -> HttpResponse:
    act = Act(
        heading=_("Den enskilde"),
        lead=_("Den det gäller ska få veta vad som hände. Skriv annars varför inte."),
        button=_("Spara"),
        make=lambda r, c, at: InformedForm(
            posted(r),
            at=at,
            initial={"informed": c.informed, "informed_on": c.informed_on, "informed_note": c.informed_note},
        ),
        do=lambda r, c, d, at: actions.tell_person_informed(
            c,
            informed=d["informed"],
            informed_on=d["informed_on"],
            note=d["informed_note"],
            actor=r.actor,
            at=at,
        ),
        done=_("Uppgiften är sparad."),
        anchor="den-enskilde",
    )
    return act_page(request, ref, act)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def enter(request: ActorRequest, ref: str, code: str) -> HttpResponse:
    """One of the things that the procedure asks for."""
    case = case_or_404(request, ref)
    entry = actions.entry_of(Dossier.of(case, request.actor), code)
    if entry is None or not actions.may_enter(entry, case, request.actor):
        return no_such_step(request, case)
    act = Act(
        heading=entry.label,
        lead=entry.help,
        button=_("Spara"),
        make=lambda r, c, at: EntryForm(posted(r), entry=entry, at=at),
        do=lambda r, c, d, at: _ignore(actions.enter(c, code, data=d, actor=r.actor, at=at)),
        done=_("Uppgiften är sparad. Den går inte att ändra, men du kan skriva en ny."),
        anchor=f"uppgift-{code}",
        basis=entry.basis,
        may=lambda c, actor: True,
    )
    return act_page(request, ref, act)


@access(Duty.RECEIVE)
@require_http_methods(["GET", "POST"])
def part(request: ActorRequest, ref: str) -> HttpResponse:
    """A lex case for the manager of the unit: how far it is, who has it, and what has been done to protect someone."""
    actor, at = request.actor, now()
    case: Case | None = Case.objects.in_part(actor).by_ref(ref).select_related("unit", "handler").first()
    if case is None:
        raise Http404
    with let_through():
        dossier = Dossier.of(case)
    code = request.POST.get("code", "")
    forms_of = {
        entry.code: EntryForm(posted(request) if entry.code == code else None, entry=entry, at=at, prefix=entry.code)
        for entry in dossier.asked
        if entry.code in actions.IN_PART and case.is_open
    }
    if code in forms_of and forms_of[code].is_valid():
        actions.enter_in_part(case, code, data=forms_of[code].cleaned_data, actor=actor, at=at)
        messages.success(request, _("Uppgiften är sparad. Den går inte att ändra, men du kan skriva en ny."))
        return redirect("case-part", ref=case.ref)
    log_read("read", actor=actor, at=at, about="case", ids=[case.pk], purpose="part", unit_id=case.unit_id)
    rows = [(entry_form.entry, dossier.entries.get(name), entry_form) for name, entry_form in forms_of.items()]
    context = {"case": case, "path": path_of(case), "rows": rows}
    return render(request, "cases/part.html", context, status=422 if code in forms_of else 200)


@access(Duty.LICENSED)
@require_http_methods(["GET", "POST"])
def licensed(request: ActorRequest, ref: str) -> HttpResponse:
    """Opens a restricted case about someone with a licence. It shows in nobody else's view of this one."""
    case = case_or_404(request, ref)
    if not actions.may_open_licensed(case, request.actor):
        raise Http404
    at = now()
    form = ReasonForm(posted(request))
    form.fields["reason"].label = _("Vad talar för att någon med legitimation kan vara en fara?")
    if form.is_bound and form.is_valid():
        opened = actions.open_licensed(case, text=form.cleaned_data["reason"], actor=request.actor, at=at)
        messages.success(request, _("Ärendet är öppnat. Bara du och andra med samma uppdrag ser det."))
        return redirect("case", ref=opened.ref)
    log_read("read", actor=request.actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
    context = {
        "case": case,
        "heading": _("Fara för patientsäkerheten"),
        "lead": _("Det blir ett eget ärende som bara de med uppdraget får läsa. I det här ärendet syns inget av det."),
        "form": form,
        "button": _("Öppna ärendet"),
    }
    return render(request, "cases/act.html", context, status=422 if form.is_bound else 200)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def ask_reporter(request: ActorRequest, ref: str) -> HttpResponse:
    act = Act(
        heading=_("Fråga den som rapporterade"),
        lead=_("Frågan och svaret sparas i ärendet."),
        button=_("Skicka frågan"),
        make=lambda r, c, at: MessageForm(posted(r)),
        do=lambda r, c, d, at: actions.ask_reporter(c, text=d["message"], actor=r.actor, at=at),
        done=_("Frågan är skickad."),
        anchor="h-samtal",
    )
    return act_page(request, ref, act)


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def new_file(request: ActorRequest, ref: str) -> HttpResponse:
    act = Act(
        heading=_("Lägg till bild eller fil"),
        lead=_("Bilder och PDF, högst 15 MB. Platsen där en bild är tagen stryks."),
        button=_("Lägg till"),
        make=lambda r, c, at: FileForm(posted(r), r.FILES if r.method == "POST" else None),
        do=_add_file,
        done=_("Filen är tillagd."),
        anchor="h-filer",
    )
    return act_page(request, ref, act)


def _add_file(request: ActorRequest, case: Case, data: dict[str, Any], at: datetime) -> None:
    stored = files.store(data["file"], actor=request.actor, at=at)
    actions.add_file(case, stored, actor=request.actor, at=at)


@access(*HANDLERS)
def file(request: ActorRequest, ref: str, number: int) -> HttpResponse:
    case = case_or_404(request, ref)
    mine = CaseFile.objects.visible_to(request.actor).filter(case=case)
    attached: CaseFile | None = mine.select_related("file").filter(pk=number).first()
    if attached is None:
        raise Http404
    log_read(
        "read",
        actor=request.actor,
        at=now(),
        about="case",
        ids=[case.pk],
        purpose="file",
        unit_id=case.unit_id,
    )
    try:
        return files.response(attached.file)
    except files.FileDamaged as problem:
        messages.error(request, str(problem))
        return redirect(case.get_absolute_url())
