"""The handlers' pages: the list, the case, and one page per thing one does in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from hjulet.cases import actions
from hjulet.cases.choices import ENDED, CaseKind, State
from hjulet.cases.dossier import FILES, FLOWS, Dossier, may_take
from hjulet.cases.entry_rows import earlier_of, groups_of, points_of
from hjulet.cases.exports import CASES, HANDLERS
from hjulet.cases.forms import AssessForm, AssignForm
from hjulet.cases.handlers import colleagues
from hjulet.cases.listing import PAGE, Selection, cases_for, is_plain, numbers_of, part_of, read_selection
from hjulet.cases.models import EXPERT_RULE, Case
from hjulet.cases.sight import SEES, Managed
from hjulet.cases.steps import case_of, step_form
from hjulet.cases.timeline import timeline, what_changed
from hjulet.cases.triage import proposed_for, with_laws
from hjulet.core import exports
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.flow import Offer, Refused, Stale
from hjulet.core.net import Mode
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.paging import CappedPaginator
from hjulet.core.scope import ForActor
from hjulet.core.swedish_time import clock_words, day_short
from hjulet.law.models import LawRow
from hjulet.law.rules import laws_on
from hjulet.org.account import confirms_password, recently_authenticated
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person
from hjulet.org.reach import places_of

BULK_MOST = 100
MANY_UNITS = 30  # above this, a list in order is found sooner among all cases than unit by unit


def case_or_404(request: ActorRequest, ref: str) -> Case:
    """The case, if the actor may see it; the same 404 for what is not hers and what does not exist."""
    try:
        return case_of(request.actor, ref)
    except Case.DoesNotExist as absent:
        raise Http404 from absent


def posted(request: ActorRequest) -> Any:
    return request.POST if request.method == "POST" else None


# The list ---------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A case in a list, in words. Django's own get_…_display looks through every choice each time."""

    case: Case
    clock: Any
    title: str
    kind: str
    track: str
    state: str
    place: str
    came: str


def row_of(case: Case, at: datetime) -> Row:
    return Row(
        case,
        clock_words(at, due_on=case.due_on, short=True) if case.due_on and case.is_open else None,
        _("Skyddade personuppgifter") if case.protected_identity else case.title,
        str(CaseKind(case.kind).label),
        str(Track(case.track).label) if case.track_set_at else _("inte bestämt"),
        str(State(case.state).label),
        "–" if case.protected_identity else case.unit.name,
        day_short(case.reported_on, today=local_date(at)),
    )


@access(*HANDLERS)
def case_list(request: ActorRequest) -> HttpResponse:
    actor, at = request.actor, now()
    selection = read_selection(request.GET, actor=actor, at=at)
    today, units = local_date(at), places_of(actor, *SEES)
    wide = len(units) > MANY_UNITS and not request.GET.get("unit")
    numbers = numbers_of(actor, today)
    pages = CappedPaginator(
        lambda first, last: part_of(selection, first, last, actor=actor, today=today, wide=wide),
        PAGE,
        found=_found(selection, numbers, actor, today, wide),
    )
    page = pages.get_page(request.GET.get("sida"))
    rows = [row_of(case, at) for case in page]
    log_read("list", actor=actor, at=at, about="case", ids=[row.case.pk for row in rows])
    context = {
        "selection": selection,
        "tabs": [(tab, label, numbers.get(tab)) for tab, label in TAB_LABELS],
        "page": page,
        "rows": rows,
        "headings": HEADINGS,
        "units": units,
        "states": State.choices,
        "tracks": [(t.value, t.label) for t in (Track.SOL, Track.LSS, Track.HSL, Track.NONE, Track.UNSURE)],
        "params": request.GET,
        "may_assign": actor.holds(Duty.HANDLE),
        "in_part": in_part_for(actor),
    }
    return render(request, "cases/list.html", context)


IN_PART_MOST = 10


def in_part_for(actor: Actor) -> list[Case]:
    """Open lex cases from one's own units that others have, newest first; none for those who work with them."""
    if not actor.holds(Duty.RECEIVE) or actor.holds(Duty.LEX):
        return []
    return IN_PART(actor)


# Put in order after they are found: along the order one would look through all cases for a few.
IN_PART = ForActor(
    lambda anyone: (
        Case.objects.in_part(anyone)
        .open()
        .select_related("unit", "handler")
        .order_by((F("pk") + 0).desc())[:IN_PART_MOST]
    ),
    Managed,
    mode=Mode.PART,
)


HEADINGS = (
    ("rubrik", gettext_lazy("Ärende")),
    ("typ", gettext_lazy("Typ")),
    ("enhet", gettext_lazy("Enhet")),
    ("steg", gettext_lazy("Steg")),
    ("handlaggare", gettext_lazy("Handläggare")),
    ("inkommet", gettext_lazy("Inkommet")),
    ("klart", gettext_lazy("Klart senast")),
)


TAB_LABELS = (
    ("mina", gettext_lazy("Mina")),
    ("vantar", gettext_lazy("Väntar på dig")),
    ("oppna", gettext_lazy("Öppna")),
    ("sena", gettext_lazy("Sena")),
    ("alla", gettext_lazy("Alla")),
)


def _found(selection: Selection, numbers: dict[str, int], actor: Actor, today: date, wide: bool) -> int:
    """How many rows the list has. Of many only the first are counted."""
    if selection.tab in numbers and is_plain(selection, actor, today):
        return numbers[selection.tab]
    return cases_for(selection, actor=actor, wide=wide).counted(actor)


@access(*HANDLERS)
def export(request: ActorRequest) -> HttpResponseBase:
    """The list as a spreadsheet."""
    return exports.response(request, CASES)


@access(Duty.HANDLE)
@require_POST
def bulk_assign(request: ActorRequest) -> HttpResponse:
    """Gives marked cases a new handler; first a page that asks who and shows which."""
    actor, at = request.actor, now()
    refs = request.POST.getlist("ref")[:BULK_MOST]
    cases = [case for ref in refs if (case := Case.objects.visible_to(actor).by_ref(ref).for_list().first())]
    if not cases:
        messages.info(request, _("Markera minst ett ärende i listan först."))
        return redirect("cases")
    chosen = "handler" in request.POST
    form = AssignForm(request.POST if chosen else None, people=colleagues(actor, at))
    if not chosen or not form.is_valid():
        log_read("list", actor=actor, at=at, about="case", ids=[case.pk for case in cases])
        return render(request, "cases/bulk_assign.html", {"form": form, "cases": cases})
    done, refused = _assign_all(cases, form.cleaned_data["handler"], actor, at)
    if done:
        text = ngettext("%(n)s ärende har ny handläggare.", "%(n)s ärenden har ny handläggare.", done) % {"n": done}
        messages.success(request, text)
    for case, reason in refused:
        messages.warning(request, f"{case.ref}: {reason}")
    return redirect("cases")


def _assign_all(cases: list[Case], person: Person, actor: Actor, at: datetime) -> tuple[int, list[tuple[Case, str]]]:
    done, refused = 0, []
    for case in cases:
        try:
            actions.perform(case, "assign", actor=actor, at=at, data={"handler": person})
            done += 1
        except Refused as problem:
            refused.append((case, str(problem)))
    return done, refused


# The case ---------------------------------------------------------------


@access(*HANDLERS)
def case_page(request: ActorRequest, ref: str) -> HttpResponse:
    actor, at = request.actor, now()
    case = case_or_404(request, ref)
    dossier = Dossier.of(case, actor)
    offers = dossier.offers(actor)
    ahead = [offer for offer in offers if offer.step.main]
    main = next((offer for offer in ahead if offer.open), ahead[0] if ahead else None)
    groups = groups_of(dossier, actor)
    log_read("read", actor=actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
    context = {
        "case": case,
        "dossier": dossier,
        "path": path_of(case),
        "clocks": [words_of(clock, at) for clock in dossier.running],
        "main": main,
        "waits": None if main else waits_for(dossier, actor),
        "others": [offer for offer in offers if offer is not main],
        "gate": gate_of(dossier),
        "causes": [(cause, dossier.measures_of(cause)) for cause in dossier.causes],
        "attachments": [file for file in FILES.of(case) if file.read_by(actor, case)],
        "linked": linked_cases(case, actor),
        "timeline": timeline(case),
        "may_work": actions.may_work(case, actor),
        "may_write_lesson": actions.may_write_lesson(case, actor),
        "expert": actions.asks_for_expert(case, EXPERT_RULE(case.principal_id, case.reported_on)),
        "wall": wall_of(case),
        "proposed": [] if case.track_set_at else proposed_for(case),
        "entry_groups": groups,
        "fillable": {f"uppgift-{row.entry.code}" for _label, _code, rows, _folded in groups for row in rows if row.may},
        "earlier": earlier_of(dossier),
        "may_open_licensed": actions.may_open_licensed(case, actor),
        "points": points_of(dossier) if case.is_lex else [],
        "points_left": any(not n for _point, n in points_of(dossier)),
        "similar": similar_to(case, actor) if case.is_lex else [],
        "complainant": dossier.complainant,
    }
    return render(request, "cases/case.html", context)


def waits_for(dossier: Dossier, actor: Actor) -> Offer | None:
    """The next step, which someone else takes, with what whoever works in the case has yet to do before it."""
    if not actions.may_work(dossier.case, actor):
        return None
    steps = (step for step in dossier.flow.steps_from(dossier.case.state) if step.main)
    return next((Offer(step, dossier.missing(step)) for step in steps), None)


SIMILAR_MOST, SIMILAR_WITHIN = 5, timedelta(days=731)


def similar_to(case: Case, actor: Actor) -> list[Case]:
    """What the actor may see of the same category at the same place in the two years before, newest first."""
    if case.category is None:
        return []
    since = case.reported_at - SIMILAR_WITHIN
    rows = Case.objects.visible_to(actor).filter(unit_id=case.unit_id, category__parent=case.category.parent_id)
    rows = rows.filter(reported_at__gte=since, reported_at__lt=case.reported_at, protected_identity=False)
    return list(rows.exclude(pk=case.pk).order_by("-reported_at", "-id")[:SIMILAR_MOST])


def path_of(case: Case) -> list[tuple[Any, str]]:
    """The fixed steps with done, now or ahead for each."""
    codes = FLOWS[case.kind].way(case.state)
    here = codes.index(case.state) if case.state in codes else -1
    return [
        (State(code).label, "done" if i < here else "now" if i == here else "ahead") for i, code in enumerate(codes)
    ]


def words_of(clock: Any, at: datetime) -> tuple[str, Any, str]:
    words = clock_words(
        at,
        due_on=clock.due_on,
        limit=clock.limit,
        counted_from=clock.counted_from,
        started_at=clock.started_at,
        urgency=clock.urgency or "immediate",
        paused_since=clock.paused_on,
        waiting_for=clock.pause_reason,
    )
    return (clock.label, words, clock.source)


def gate_of(dossier: Dossier) -> list[tuple[str, str]] | None:
    """What is missing before the case can be closed; None before it is assessed and when it has ended."""
    if dossier.case.state in {State.REPORTED, State.RECEIVED, *ENDED}:
        return None
    flow, state = dossier.flow, dossier.case.state
    steps = [step for step in flow.steps if step.main and step.to in flow.path and flow.lies_ahead(step, state)]
    missing = [one for step in steps for one in dossier.missing(step)]
    return list(dict.fromkeys((m.reason, m.anchor) for m in missing))


def linked_cases(case: Case, actor: Actor) -> list[Case]:
    if not case.linked_ids:
        return []
    return list(Case.objects.visible_to(actor).filter(pk__in=case.linked_ids).order_by("id"))


def law_of(case: Case, basis: str) -> LawRow | None:
    """The provision that a step or an entry rests on, as it read the day the case was reported."""
    return laws_on((basis,), case.reported_on).get(basis) if basis else None


def wall_of(case: Case) -> str:
    return case.track if case.track_set_at else "unset"


# Steps ------------------------------------------------------------------


@access(*HANDLERS)
@require_http_methods(["GET", "POST"])
def step_page(request: ActorRequest, ref: str, name: str) -> HttpResponse:
    case, at = case_or_404(request, ref), now()
    offer = next((o for o in Dossier.of(case, request.actor).offers(request.actor) if o.step.name == name), None)
    if offer is None:
        return _too_late(request, case, name, at) if request.method == "POST" else no_such_step(request, case)
    form = step_form(offer.step, case, posted(request), request.actor, at)
    if request.method == "GET":
        log_read("read", actor=request.actor, at=at, about="case", ids=[case.pk], unit_id=case.unit_id)
        return _step_form_page(request, case, offer, form)
    if form is not None and not form.is_valid():
        return _step_form_page(request, case, offer, form)
    if offer.step.reauth and not recently_authenticated(request) and not confirms_password(request):
        return _step_form_page(request, case, offer, form, wrong_password="password" in request.POST)
    return _take_step(request, case, offer, form, at)


def _take_step(request: ActorRequest, case: Case, offer: Offer, form: forms.Form | None, at: datetime) -> HttpResponse:
    data = form.data_for_step() if isinstance(form, AssessForm) else form.cleaned_data if form else {}
    try:
        actions.perform(
            case,
            offer.step.name,
            actor=request.actor,
            at=at,
            version=whole_number(request.POST.get("version", ""), digits=9),
            data=data,
        )
    except Stale as problem:
        return _conflict(request, case, offer, form, str(problem))
    except Refused as problem:
        return _step_form_page(request, case, offer, form, refusal=str(problem), status=409)
    except Case.DoesNotExist as problem:  # it went out of sight while the form was filled in
        raise Http404 from problem
    messages.success(request, f"{offer.step.done}.")
    return after_change(request, case)


def after_change(request: ActorRequest, case: Case) -> HttpResponse:
    """Back to the case, or to the list when the change took the case out of one's sight."""
    if Case.objects.visible_to(request.actor).filter(pk=case.pk).exists():
        return redirect(case.get_absolute_url())
    messages.info(request, _("Ärendet syns inte längre för dig. Den som har uppdraget tar vid."))
    return redirect("cases")


def _too_late(request: ActorRequest, case: Case, name: str, at: datetime) -> HttpResponse:
    """The step was there when the form was opened but is not any more: what was typed is kept and shown."""
    step = next((step for step in FLOWS[case.kind].steps if step.name == name), None)
    if step is None or not may_take(case, step, request.actor):
        return no_such_step(request, case)
    form = step_form(step, case, posted(request), request.actor, at)
    reason = _("Någon annan hann före. Ärendet är nu i läget %(state)s. Din text finns kvar här nedanför.")
    return _conflict(request, case, Offer(step), form, reason % {"state": case.get_state_display().lower()})


def no_such_step(request: ActorRequest, case: Case) -> HttpResponse:
    messages.info(
        request,
        _("Det steget går inte att ta nu. Ärendet är i läget %(state)s.") % {"state": case.get_state_display().lower()},
    )
    return redirect(case.get_absolute_url())


def _step_form_page(
    request: ActorRequest,
    case: Case,
    offer: Offer,
    form: forms.Form | None,
    *,
    refusal: str = "",
    wrong_password: bool = False,
    status: int = 200,
) -> HttpResponse:
    weighs = offer.step.name in {"assess", "reclassify", "register", "misconduct", "sort"}
    context = {
        "case": case,
        "law": law_of(case, offer.step.basis),
        "proposed": with_laws(proposed_for(case), case.reported_on) if weighs else [],
        "offer": offer,
        "heading": offer.step.label,
        "lead": offer.step.tells,
        "form": form,
        "button": offer.step.label,
        "refusal": refusal,
        "ask_password": offer.step.reauth and not recently_authenticated(request),
        "wrong_password": wrong_password,
        "version": request.POST.get("version") or case.version,
    }
    return render(request, "cases/act.html", context, status=422 if form and form.errors else status)


def _conflict(request: ActorRequest, case: Case, offer: Offer, form: forms.Form | None, reason: str) -> HttpResponse:
    """Someone else was first: shows what they did and keeps what was typed."""
    fresh = case_or_404(request, case.ref)
    context = {
        "case": fresh,
        "heading": offer.step.label,
        "form": form,
        "button": offer.step.label,
        "conflict": reason,
        "theirs": what_changed(fresh, since_version=whole_number(request.POST.get("version", ""), digits=9) or 0),
        "version": fresh.version,
    }
    return render(request, "cases/act.html", context, status=409)
