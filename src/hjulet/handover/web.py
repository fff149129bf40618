"""Pages: the list, starting one, the dossier, sharing out, carrying out, and the receipt."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read, log_reads
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.pdf import PdfFailed
from hjulet.handover import actions
from hjulet.handover.forms import ShareForm, StartForm, WhoForm, WithdrawForm, WordsForm
from hjulet.handover.listing import (
    handover_of,
    handovers_in,
    leading_units,
    look_of,
    may_begin,
    passed_rows,
    posts_of,
    sections,
    told_of,
    totals,
    words_of,
)
from hjulet.handover.models import Handover
from hjulet.handover.paper import receipt_pdf
from hjulet.handover.plan import Plan
from hjulet.handover.registry import MOVERS, SECTIONS
from hjulet.handover.world import units_of
from hjulet.org.account import draft_key
from hjulet.org.changes import crumbs
from hjulet.org.choices import Duty
from hjulet.org.models import Person

PAGE = 50
LEADS = (Duty.MANAGE_ORGANISATION, Duty.READ)
both = require_http_methods(["GET", "HEAD", "POST"])


def handover_or_404(request: ActorRequest, pk: int) -> Handover:
    try:
        return handover_of(request.actor, pk)
    except Handover.DoesNotExist as absent:
        raise Http404 from absent


def _path(*more: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return crumbs((_("Överlämningar"), reverse("handovers")), *more)


def _here(handover: Handover) -> tuple[tuple[str, str], ...]:
    return _path((handover.leaving.name, handover.get_absolute_url()))


@access(LOGGED_IN)
@require_safe
def handovers(request: ActorRequest) -> HttpResponse:
    """`visa=klara` shows those that are over, `sida` pages."""
    actor = request.actor
    page = Paginator(handovers_in(request.GET, actor=actor), PAGE).get_page(request.GET.get("sida"))
    log_read("list", actor=actor, at=now(), about="handover", ids=[row.pk for row in page])
    tab = "klara" if request.GET.get("visa") == "klara" else "pagar"
    context = {"page": page, "tab": tab, "may_begin": may_begin(actor), "crumbs": crumbs()}
    return render(request, "handover/list.html", context)


# Starting ---------------------------------------------------------------------------


def _people(request: ActorRequest, at: datetime) -> Any:
    return Person.objects.seen_by(request.actor, local_date(at)).select_related("home_unit", "principal")


@access(*LEADS)
@both
def handover_new(request: ActorRequest) -> HttpResponse:
    """First who leaves (`vem`), then which of her units, who comes after her, and when."""
    actor, at = request.actor, now()
    if not may_begin(actor):
        raise Http404
    people = _people(request, at)
    who = WhoForm(request.GET if "vem" in request.GET else None, people=people)
    if not who.is_valid():
        context = {"form": who, "crumbs": _path()}
        return render(request, "handover/who.html", context, status=422 if who.is_bound else 200)
    return _start(request, who.cleaned_data["vem"], people, at)


def _start(request: ActorRequest, leaving: Person, people: Any, at: datetime) -> HttpResponse:
    actor, today = request.actor, local_date(at)
    mine = posts_of(leaving, actor, at)
    form = StartForm(
        request.POST if request.method == "POST" else None,
        units=leading_units(actor).filter(pk__in=[unit.pk for unit in mine]),
        people=people.filter(is_active=True),
        today=today,
        initial={"first_day": today, "units": [unit.pk for unit in mine][:1]},
    )
    context = {"form": form, "leaving": leaving, "units": mine, "crumbs": _path()}
    if request.method != "POST" or not form.is_valid():
        return render(request, "handover/start.html", context, status=422 if form.is_bound else 200)
    given: dict[str, Any] = {**form.cleaned_data, "units": list(form.cleaned_data["units"].select_related("principal"))}
    try:
        made = actions.start(leaving=leaving, **given, actor=actor, at=at)
    except Refused as problem:
        form.add_error(None, str(problem))
        return render(request, "handover/start.html", context, status=409)
    messages.success(request, _("Överlämningen förbereds. Båda har fått veta det."))
    return redirect("handover", pk=made.pk)


# The dossier ----------------------------------------------------------------------------


@access(LOGGED_IN)
@require_safe
def handover(request: ActorRequest, pk: int) -> HttpResponse:
    """What passes, how far it is, and after it is carried out the receipt. `sida` pages the receipt's rows."""
    found, actor, at = handover_or_404(request, pk), request.actor, now()
    context = {
        "handover": found,
        "units": units_of(found),
        "words": words_of(found),
        "may_lead": found.prepared and actions.may_lead(found, actor),
        "leaves": found.leaving_id == actor.person_id,
        "comes": found.successor_id == actor.person_id,
        "due": found.first_day <= local_date(at),
        "crumbs": _path(),
        "draft_sent": request.GET.get("sparat") == "1",
    }
    if found.done:
        return _receipt(request, found, context, at)
    log_read("read", actor=actor, at=at, about="handover", ids=[found.pk], unit_id=found.unit_id)
    if found.prepared:
        context["sections"] = sections(look_of(found, actor, at))
    return render(request, "handover/handover.html", context)


def _receipt(request: ActorRequest, found: Handover, context: dict[str, Any], at: datetime) -> HttpResponse:
    page = Paginator(passed_rows(found, request.actor), PAGE).get_page(request.GET.get("sida"))
    rows = told_of(list(page), request.actor)
    seen: dict[str, list[int]] = {"handover": [found.pk]}
    for one in rows:
        seen.setdefault(MOVERS[one.row.kind].sort, []).append(one.row.object_id)
    log_reads("read", actor=request.actor, at=at, what=seen, purpose="handover", unit_id=found.unit_id)
    numbers = totals(found)
    context |= {
        "page": page,
        "rows": rows,
        "totals": numbers,
        "unseen": sum(total.all for total in numbers) - page.paginator.count,
        "receipt": found.receipt,
        "may_confirm": context["comes"] and found.state == "done",
    }
    return render(request, "handover/receipt.html", context)


@access(LOGGED_IN)
@require_safe
def section(request: ActorRequest, pk: int, key: str) -> HttpResponse:
    """One part of the dossier, as the reader's own duties let her see it. `sida` pages."""
    found, actor, at = handover_or_404(request, pk), request.actor, now()
    chosen = SECTIONS.get(key)
    if chosen is None or not found.prepared:
        raise Http404
    page = Paginator(chosen.found(look_of(found, actor, at)), PAGE).get_page(request.GET.get("sida"))
    things = list(page)
    about = chosen.sort or "handover"
    ids = [thing.pk for thing in things] if chosen.sort else [found.pk]
    log_read("list", actor=actor, at=at, about=about, ids=ids, purpose="handover", unit_id=found.unit_id)
    context = {
        "handover": found,
        "section": chosen,
        "page": page,
        "rows": [chosen.row(thing) for thing in things],
        "tabs": SECTIONS.values(),
        "crumbs": _here(found),
    }
    return render(request, "handover/section.html", context)


@access(LOGGED_IN)
@both
def words(request: ActorRequest, pk: int) -> HttpResponse:
    """Only the one who leaves writes, until it is carried out."""
    found, actor, at = handover_or_404(request, pk), request.actor, now()
    if found.leaving_id != actor.person_id or not found.prepared:
        raise Http404
    form = WordsForm(request.POST if request.method == "POST" else None, initial=found.words)
    shown = whole_number(request.POST.get("version", ""), digits=9)
    version = found.version if shown is None else shown
    context = {
        "form": form,
        "handover": found,
        "version": version,
        "draft_key": draft_key(actor.person_id),
        "crumbs": _here(found),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "handover/words.html", context, status=422 if form.is_bound else 200)
    told = {name: form.cleaned_data[name] for name in form.watched}
    try:
        actions.write_words(found, words=told, version=version, actor=actor, at=at)
    except Stale as problem:
        context |= {"refusal": str(problem), "version": handover_or_404(request, pk).version, "theirs": words_of(found)}
        return render(request, "handover/words.html", context, status=409)
    messages.success(request, _("Det du skrev är sparat. Efterträdaren kan läsa det nu."))
    return redirect(f"{found.get_absolute_url()}?sparat=1")


# Sharing out and carrying out ---------------------------------------------------------


def _for_sharing(request: ActorRequest, pk: int) -> Handover:
    found, actor = handover_or_404(request, pk), request.actor
    if not found.prepared or not (found.leaving_id == actor.person_id or actions.may_lead(found, actor)):
        raise Http404
    return found


@access(LOGGED_IN)
@both
def share(request: ActorRequest, pk: int) -> HttpResponse:
    """Every row the reader may see, with who gets it; marked ones are given to another. `visa=valda`, `sida`."""
    found, at = _for_sharing(request, pk), now()
    people = _people(request, at).filter(is_active=True)
    form = ShareForm(request.POST if request.method == "POST" else None, people=people, initial={"where": "to"})
    marked = request.POST.getlist("rad")
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _shared(request, found, form, marked, at)
        except Refused as problem:
            refusal = str(problem)
    plan = Plan(found, at)
    return _share_page(request, plan, form, marked, refusal)


def _shared(request: ActorRequest, found: Handover, form: ShareForm, marked: list[str], at: datetime) -> HttpResponse:
    given = form.cleaned_data
    to = given["to"] if given["where"] == "to" else None
    keys = [(kind, number) for kind, number in map(_key, marked) if number is not None]
    back = given["where"] == "back"
    n = actions.choose(found, keys, to=to, reason=given["reason"], back=back, actor=request.actor, at=at)
    messages.success(request, ngettext("%(n)s rad är ändrad.", "%(n)s rader är ändrade.", n) % {"n": n})
    return redirect(f"{reverse('handover-share', args=[found.pk])}?{request.GET.urlencode()}")


def _key(text: str) -> tuple[str, int | None]:
    kind, _colon, number = text.partition(":")
    return kind, whole_number(number)


def _share_page(request: ActorRequest, plan: Plan, form: ShareForm, marked: list[str], refusal: str) -> HttpResponse:
    actor = request.actor
    lines, chosen = plan.mine(actor), request.GET.get("visa", "")
    tabs = {"": lines, "valda": [line for line in lines if line.chosen]}
    page = Paginator(tabs.get(chosen, lines), PAGE).get_page(request.GET.get("sida"))
    rows = plan.readable(page, actor)
    seen: dict[str, list[int]] = {}
    for line, _shown in rows:
        seen.setdefault(line.mover.sort, []).append(line.thing.pk)
    log_reads("list", actor=actor, at=plan.at, what=seen, purpose="handover", unit_id=plan.handover.unit_id)
    hidden = [line for line in plan.lines if line not in set(lines)]
    context = {
        "handover": plan.handover,
        "page": page,
        "rows": rows,
        "marked": set(marked),
        "form": form,
        "refusal": refusal,
        "tab": chosen if chosen in tabs else "",
        "numbers": {"all": len(lines), "chosen": len(tabs["valda"])},
        "hidden": plan.groups(hidden),
        "may_lead": actions.may_lead(plan.handover, actor),
        "crumbs": _here(plan.handover),
    }
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "handover/share.html", context, status=status)


@access(LOGGED_IN)
@both
def carry_out(request: ActorRequest, pk: int) -> HttpResponse:
    """GET shows all that will happen; POST does it, unless something has changed since it was shown."""
    found, actor, at = handover_or_404(request, pk), request.actor, now()
    if not found.prepared or not actions.may_lead(found, actor):
        raise Http404
    refusal = ""
    if request.method == "POST":
        try:
            actions.carry_out(found, seen=request.POST.get("seen", ""), actor=actor, at=at)
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, _("Överlämningen är genomförd. Båda har fått veta det."))
            return redirect("handover", pk=pk)
    plan = Plan(found, at)
    log_read("read", actor=actor, at=at, about="handover", ids=[pk], unit_id=found.unit_id)
    context = {
        "handover": found,
        "plan": plan,
        "groups": plan.groups(plan.lines),
        "stamp": plan.stamp(actor),
        "due": found.first_day <= local_date(at),
        "refusal": refusal,
        "crumbs": _here(found),
    }
    return render(request, "handover/carry_out.html", context, status=409 if refusal else 200)


@access(LOGGED_IN)
@require_POST
def confirm(request: ActorRequest, pk: int) -> HttpResponse:
    found = handover_or_404(request, pk)
    if found.successor_id != request.actor.person_id:
        raise Http404
    try:
        actions.confirm(found, actor=request.actor, at=now())
    except Refused as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Du har bekräftat att du har tagit över."))
    return redirect("handover", pk=pk)


@access(*LEADS)
@both
def withdraw(request: ActorRequest, pk: int) -> HttpResponse:
    found, actor = handover_or_404(request, pk), request.actor
    if not found.prepared or not actions.may_lead(found, actor):
        raise Http404
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(found, reason=form.cleaned_data["reason"], actor=actor, at=now())
        except Refused as problem:
            messages.error(request, str(problem))
            return redirect("handover", pk=pk)
        messages.success(request, _("Överlämningen är tillbakatagen. Inget har bytt händer."))
        return redirect("handovers")
    context = {"form": form, "handover": found, "crumbs": _here(found)}
    return render(request, "handover/withdraw.html", context, status=422 if form.is_bound else 200)


@access(LOGGED_IN)
@require_safe
def pdf(request: ActorRequest, pk: int) -> HttpResponse:
    """The receipt with the rows that the reader sees, by number."""
    found, actor, at = handover_or_404(request, pk), request.actor, now()
    if not found.done:
        raise Http404
    try:
        sheet = receipt_pdf(found, actor, at)
    except PdfFailed:
        words = _("Det gick inte att göra dokumentet. Försök igen. Händer det igen, säg till den som sköter Hjulet.")
        messages.error(request, words)
        return redirect("handover", pk=pk)
    log_read("export", actor=actor, at=at, about="handover", ids=[pk], unit_id=found.unit_id)
    name = content_disposition_header(True, f"overlamning-{found.pk}.pdf") or "attachment"
    headers = {"Content-Disposition": name, "Cache-Control": "private, no-store"}
    return HttpResponse(sheet, content_type="application/pdf", headers=headers)
