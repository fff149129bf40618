"""The reporter's pages: staff's front door, the receipt, and what became of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from hjulet.cases import actions
from hjulet.cases.begun import Beginning, beginning_of, tell_beginning
from hjulet.cases.choices import MessageKind
from hjulet.cases.exports import HANDLERS
from hjulet.cases.forms import MessageForm, ReportForm, reportable_units
from hjulet.cases.models import Case
from hjulet.cases.readers import readers_of
from hjulet.cases.triage import Proposal, propose, table, with_laws
from hjulet.cases.web import path_of, posted
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.files.actions import FileRefused, store
from hjulet.law.rules import laws_on
from hjulet.org.account import draft_key
from hjulet.org.choices import Duty
from hjulet.org.login import owner_token
from hjulet.org.models import Unit
from hjulet.processes.activities import activity_on

MOST_FILES = 5


@access(Duty.REPORT)
@require_http_methods(["GET", "POST"])
def report(request: ActorRequest) -> HttpResponse:
    """In the address: `steg`, a step of a process; `fran`, what the report is begun from (cases.begun)."""
    actor, at = request.actor, now()
    token = request.POST.get("begun_from", "") if request.method == "POST" else request.GET.get("fran", "")
    begun = beginning_of(token, actor, at)
    form = ReportForm(posted(request), actor=actor, at=at, initial=_first_words(request, begun))
    if request.method == "GET" or not form.is_valid():
        return _form_page(request, form, begun=begun, status=422 if form.is_bound else 200)
    data, uploads = form.cleaned_data, request.FILES.getlist("files")
    try:
        if len(uploads) > MOST_FILES:
            raise FileRefused(_("Du kan lägga till högst fem filer. Ta bort några, eller lägg till resten efteråt."))
        kept = tuple(store(upload, actor=actor, at=at) for upload in uploads)
        told = actions.Report(**{name: data[name] for name in TOLD}, files=kept)
        case = actions.report(told, actor=actor, at=at)
    except (Refused, FileRefused) as problem:
        form.add_error(None, str(problem))
        return _form_page(request, form, begun=begun, status=422)
    if begun:
        tell_beginning(begun, case, actor, at)
    changed = [new for name in case.WORDS if (new := getattr(told, name)) != getattr(case, name)]
    if changed:
        return _arrived_before(request, case, "\n\n".join(changed))
    sent_to = reverse("report-sent", args=[case.ref])
    return redirect(f"{sent_to}?{urlencode({'fran': begun.token})}" if begun else sent_to)


def _first_words(request: ActorRequest, begun: Beginning | None) -> dict[str, Any]:
    step = {"process_step": request.GET.get("steg", "")[:300]}
    if begun is None:
        return step
    return step | {"begun_from": begun.token, "unit": begun.unit_id, "description": begun.text}


def _arrived_before(request: ActorRequest, case: Case, text: str) -> HttpResponse:
    """The first sending came through although no answer did; what was changed since is offered as a message."""
    form = MessageForm(initial={"message": text})
    return _my_report_page(request, case, form, arrived_before=True, status=409)


TOLD = (
    "unit",
    "description",
    "immediate_action",
    "occurred_at",
    "occurred_time_known",
    "reported_harm",
    "guessed_track",
    "suspects_misconduct",
    "about_manager",
    "acute",
    "person_ref",
    "protected_identity",
    "submission_key",
    "process_step",
)


def _form_page(request: ActorRequest, form: ReportForm, *, status: int, begun: Beginning | None = None) -> HttpResponse:
    actor, at = request.actor, now()
    units = list(form.places)
    chosen = str(form["unit"].value() or "")
    unit = next((u for u in units if str(u.pk) == chosen), units[0] if units else None)
    context = {
        "form": form,
        "near": [u for u in units if actor.unit_path and (u.path or "").startswith(actor.unit_path[:-6] or "-")],
        "units": units,
        "readers": _readers(unit, request.POST, actor, at),
        "draft_key": draft_key(actor.person_id),
        "owner": owner_token(actor.person_id),
        "receiver_missing": unit is None,
        "begun": begun,
        "step": activity_on(str(form["process_step"].value() or "")[:300], actor=actor, on=local_date(at)),
    }
    return render(request, "cases/report.html", context, status=status)


def _readers(unit: Unit | None, params: Any, actor: Actor, at: Any) -> list[Any]:
    if unit is None:
        return []
    told = {"misconduct": bool(params.get("suspects_misconduct")), "about_manager": bool(params.get("about_manager"))}
    return readers_of(unit, track=params.get("guessed_track", ""), **told, actor=actor, at=at)


@access(Duty.REPORT)
def readers(request: ActorRequest) -> HttpResponse:
    """The table of readers for the chosen place and answers; swapped in while the form is filled."""
    at = now()
    chosen = whole_number(request.GET.get("unit", ""))
    units = reportable_units(request.actor, local_date(at))
    unit = units.filter(pk=chosen).first() if chosen is not None else None
    if unit is None:
        raise Http404
    return render(request, "cases/readers.html", {"readers": _readers(unit, request.GET, request.actor, at)})


def mine_or_404(request: ActorRequest, ref: str) -> Case:
    case: Case | None = Case.objects.reported_by(request.actor).by_ref(ref).select_related("unit", "handler").first()
    if case is None:
        raise Http404
    return case


@access(Duty.REPORT)
def sent(request: ActorRequest, ref: str) -> HttpResponse:
    case, at = mine_or_404(request, ref), now()
    told = {"misconduct": case.suspects_misconduct, "about_manager": bool(case.about_manager)}
    first = readers_of(case.unit, track=case.guessed_track, **told, actor=request.actor, at=at)[0]
    begun = beginning_of(request.GET.get("fran", ""), request.actor, at)
    return render(request, "cases/sent.html", {"case": case, "first": first, "begun": begun})


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def triage(request: ActorRequest) -> HttpResponse:
    """The table that proposals come from, to be read and tried by anyone who reports or handles."""
    version, rules = table()
    today = local_date(now())
    laws = laws_on({rule.law for rule in rules}, today)
    rows = [(str(p.label), [(rule, laws.get(rule.law)) for rule in rules if rule.proposes == p]) for p in Proposal]
    text = request.POST.get("text", "")  # not in the address, which others log.replace("\x00", " ").strip()[:300]
    context = {
        "version": version,
        "groups": [(label, found) for label, found in rows if found],
        "text": text,
        "proposed": with_laws(propose(text), today) if text else [],
    }
    return render(request, "cases/triage.html", context)


@access(Duty.REPORT)
def my_reports(request: ActorRequest) -> HttpResponse:
    cases = Case.objects.reported_by(request.actor).select_related("unit").order_by("-reported_at", "-id")
    page = Paginator(cases, 25).get_page(request.GET.get("sida"))
    log_read("list", actor=request.actor, at=now(), about="case", ids=[case.pk for case in page], purpose="own report")
    return render(request, "cases/my_reports.html", {"page": page})


@access(Duty.REPORT)
@require_http_methods(["GET", "POST"])
def my_report(request: ActorRequest, ref: str) -> HttpResponse:
    """The reporter's own view: her words, where it stands, what she was told, and a way to answer."""
    case, at = mine_or_404(request, ref), now()
    form = MessageForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.reply(case, text=form.cleaned_data["message"], actor=request.actor, at=at)
        messages.success(request, _("Svaret är skickat."))
        return redirect("my-report", ref=case.ref)
    return _my_report_page(request, case, form, status=422 if form.errors else 200)


def _my_report_page(
    request: ActorRequest, case: Case, form: MessageForm, *, status: int, arrived_before: bool = False
) -> HttpResponse:
    at = now()
    form.fields["message"].label = _("Ditt svar")
    said = list(case.messages.all())
    case.messages.filter(read_at__isnull=True).exclude(kind=MessageKind.REPLY).update(read_at=at)
    log_read(
        "read",
        actor=request.actor,
        at=at,
        about="case",
        ids=[case.pk],
        purpose="own report",
        unit_id=case.unit_id,
    )
    context = {
        "case": case,
        "messages_said": said,
        "form": form,
        "path": path_of(case),
        "files": case.files.select_related("file"),
        "arrived_before": arrived_before,
    }
    return render(request, "cases/my_report.html", context, status=status)
