"""Pages that show which laws Hjulet follows and which clocks it keeps, and where the register is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_time import limit_words, urgency_words
from hjulet.law import actions
from hjulet.law.actions.register import WrongField
from hjulet.law.choices import Kind, LawState
from hjulet.law.exports import LAWS, WORKLIST
from hjulet.law.forms import CheckForm, EndForm, NewLawForm, WordingForm
from hjulet.law.history import changes_of
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.law.register import (
    EVERY,
    MONTHS,
    Selection,
    day_of,
    horizon,
    laws_in,
    laws_named,
    months_of,
    provision,
    still_hanging,
)
from hjulet.law.registry import KINDS, hangings
from hjulet.law.rules import laws_on, service_levels
from hjulet.org.changes import manages_all, require_all
from hjulet.org.choices import Duty
from hjulet.org.dated import stamp_of_rows
from hjulet.org.forms import OrgForm

PAGE_SIZE = 50


@access(LOGGED_IN)
@require_safe
def law_list(request: ActorRequest) -> HttpResponseBase:
    """`q` searches designation, title and summary; `lag`, `slag`, `lage` (as on `dag`) choose; `sida` pages."""
    if exports.wanted(request):
        return exports.response(request, LAWS)
    today = local_date(now())
    selection = Selection.read(request.GET, today)
    page = Paginator(laws_in(selection), PAGE_SIZE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "shown": [_line(law, selection.day, today) for law in page.object_list],
        "selection": selection,
        "today": today,
        "laws": laws_named(),
        "kinds": Kind.choices,
        "states": [*LawState.choices, (EVERY, _("Alla"))],
        "filtered": bool(selection.law or selection.kind) or selection.day != today,
        "may_keep": _keeps(request.actor),
    }
    return render(request, "law/list.html", context)


@access(LOGGED_IN)
@require_safe
def law_detail(request: ActorRequest, code: str) -> HttpResponse:
    """One provision as it reads on `dag`, what came before and after it, and what hangs on it."""
    actor, at = request.actor, now()
    today = local_date(at)
    day = day_of(request.GET.get("dag", ""), today)
    found = provision(code, day)
    if found is None:
        raise Http404
    hung = hangings([code], actor=actor, at=at)
    keeps = _keeps(actor)
    context = {
        "law": found.law,
        "found": found,
        "day": day,
        "today": today,
        "state": found.law.state_on(today),
        "checker": _checker(found.law, actor),
        "groups": [(label, list(rows)) for label, rows in groupby(hung, key=lambda row: row.kind_label)],
        "ends": found.latest.valid_to is not None,
        "changes": changes_of(found.wordings, actor),
        "may_keep": keeps,
        "may_withdraw": keeps and found.latest.own and found.latest.valid_from > today,
        "seen": stamp_of_rows(LawRow.objects.filter(code=code)),
    }
    return render(request, "law/detail.html", context)


@access(LOGGED_IN)
@require_safe
def law_worklist(request: ActorRequest) -> HttpResponseBase:
    """What hangs on provisions that have ended or end within `inom` months; `slag` is a kind; `sida` pages."""
    if exports.wanted(request):
        return exports.response(request, WORKLIST)
    actor, at = request.actor, now()
    months, kind = months_of(request.GET.get("inom", "")), request.GET.get("slag", "")
    found = still_hanging(months=months, actor=actor, at=at)
    kinds = {due.hanging.kind for due in found}
    chosen = [due for due in found if kind not in KINDS or due.hanging.kind == kind]
    context = {
        "page": Paginator(chosen, PAGE_SIZE).get_page(request.GET.get("sida")),
        "months": months,
        "horizons": MONTHS,
        "until": horizon(months, local_date(at)),
        "today": local_date(at),
        "kinds": [(code, label) for code, label in KINDS.items() if code in kinds or code == kind],
        "kind": kind if kind in KINDS else "",
        "may_keep": _keeps(actor),
    }
    return render(request, "law/worklist.html", context)


@access(LOGGED_IN)
@require_safe
def law_clocks(request: HttpRequest) -> HttpResponse:
    """Every clock that applies today to the reader's principal, grouped by procedure."""
    today = local_date(now())
    actor = getattr(request, "actor", None)
    levels = service_levels(principal_id=actor.principal_id if actor else None, day=today)
    laws = laws_on({level.basis for level in levels if level.basis}, today)
    rows = [_clock_row(level, laws, actor.principal_name if actor else "") for level in levels]
    groups = [(name, list(group)) for name, group in groupby(rows, key=lambda row: row["procedure"])]
    return render(request, "law/clocks.html", {"groups": groups})


def _line(law: LawRow, day: date, today: date) -> dict[str, Any]:
    """A row of the list. Its link says a day when the page would show another wording without one."""
    same = law.replaced_by is not None and law.replaced_by.code == law.code
    shown_on = law.valid_from if same or law.valid_from > today else day
    link = law.get_absolute_url() + ("" if shown_on == today else f"?dag={shown_on.isoformat()}")
    return {"law": law, "state": law.state_on(day), "link": link}


def _clock_row(level: ServiceLevel, laws: dict[str, LawRow], own_name: str) -> dict[str, Any]:
    how_long = urgency_words(level.urgency) if level.amount is None else ""
    return {
        "procedure": level.get_procedure_display(),
        "level": level,
        "how_long": f"{how_long} {limit_words(level.limit)}".strip(),
        "counted_from": _(level.counted_from) if level.counted_from else "",
        "law": laws.get(level.basis),
        "whose": own_name if level.principal_id else _("Hjulets grundvärde"),
    }


def _keeps(actor: Actor) -> bool:
    """Whether the actor keeps the register. It holds for everybody, so the duty must hold for the whole principal."""
    return actor.holds(Duty.MANAGE_SETTINGS) and manages_all(actor, Duty.MANAGE_SETTINGS)


def _checker(law: LawRow, actor: Actor) -> str:
    """Who read the source: by name to colleagues, to others which municipality."""
    person = law.checked_by
    if person is None:
        return ""
    return person.name if person.principal_id == actor.principal_id else person.principal.name


# Keeping the register -----------------------------------------------------------------


@dataclass(frozen=True)
class Act:
    """A page that changes the register. `verb` takes the form's fields as keywords."""

    title: str
    lead: str
    button: str
    done: str
    verb: Callable[..., object]
    code: str = ""


def _act(request: ActorRequest, act: Act, form: OrgForm) -> HttpResponse:
    latest = LawRow.objects.filter(code=act.code).order_by("valid_from").last() if act.code else None
    back = latest.get_absolute_url() if latest else reverse("law-list")
    context = {"act": act, "form": form, "law": latest, "back": back}
    if request.method != "POST":
        return render(request, "law/act.html", context)
    if not form.is_valid():
        return render(request, "law/act.html", context, status=422)
    values = {name: value for name, value in form.cleaned_data.items() if name != "seen"}
    code = act.code or values["code"]
    known = {"code": act.code, "seen": form.cleaned_data["seen"] or None} if act.code else {}
    try:
        act.verb(**{**values, **known}, actor=request.actor, at=now())
    except WrongField as wrong:
        form.add_error(wrong.field, str(wrong))
        return render(request, "law/act.html", context, status=422)
    except Refused as refusal:
        form.data = {**request.POST.dict(), "seen": _stamp(act.code)}
        return render(request, "law/act.html", context | {"refusal": str(refusal)}, status=409)
    messages.success(request, act.done)
    return redirect("law-detail", code=code)


def _stamp(code: str) -> str:
    return stamp_of_rows(LawRow.objects.filter(code=code))


def _latest_or_404(request: ActorRequest, code: str) -> LawRow:
    require_all(request.actor, Duty.MANAGE_SETTINGS)
    latest = LawRow.objects.select_related("replaced_by").filter(code=code).order_by("valid_from").last()
    if latest is None:
        raise Http404
    return latest


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@access(Duty.MANAGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def law_new(request: ActorRequest) -> HttpResponse:
    require_all(request.actor, Duty.MANAGE_SETTINGS)
    act = Act(
        title=_("Lägg till ett lagrum"),
        lead=_("En lag, en föreskrift, en riktlinje eller en lokal regel som arbetet vilar på. Alla i Hjulet ser den."),
        button=_("Lägg till"),
        done=_("Lagrummet är tillagt."),
        verb=actions.add_law,
    )
    return _act(request, act, NewLawForm(_posted(request)))


@access(Duty.MANAGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def law_wording(request: ActorRequest, code: str) -> HttpResponse:
    latest = _latest_or_404(request, code)
    act = Act(
        title=_("Ny lydelse: %(citation)s") % {"citation": latest.citation},
        lead=_("Den nya lydelsen gäller från en dag. Äldre ärenden visar det som gällde på deras dag."),
        button=_("Lägg in lydelsen"),
        done=_("Den nya lydelsen är inlagd."),
        verb=actions.begin_wording,
        code=code,
    )
    start = {"citation": latest.citation, "title": latest.title, "summary": latest.summary, "seen": _stamp(code)}
    return _act(request, act, WordingForm(_posted(request), initial=start))


@access(Duty.MANAGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def law_end(request: ActorRequest, code: str) -> HttpResponse:
    latest = _latest_or_404(request, code)
    act = Act(
        title=_("Upphäv: %(citation)s") % {"citation": latest.citation},
        lead=_("Lagrummet står kvar i registret och gäller för ärenden från sin tid."),
        button=_("Spara"),
        done=_("Lagrummets sista dag är sparad."),
        verb=actions.end_law,
        code=code,
    )
    replaced_by = latest.replaced_by.code if latest.replaced_by else ""
    start = {"valid_to": latest.valid_to, "replaced_by": replaced_by, "seen": _stamp(code)}
    return _act(request, act, EndForm(_posted(request), code=code, initial=start))


@access(Duty.MANAGE_SETTINGS)
@require_http_methods(["GET", "HEAD", "POST"])
def law_check(request: ActorRequest, code: str) -> HttpResponse:
    latest = _latest_or_404(request, code)
    act = Act(
        title=_("Läst i källan: %(citation)s") % {"citation": latest.citation},
        lead=_("Jämför det som står i korthet, och dagarna, med lagens egen text. Ditt namn står vid kontrollen."),
        button=_("Markera som läst i källan"),
        done=_("Lagrummet är markerat som läst i källan."),
        verb=actions.mark_checked,
        code=code,
    )
    return _act(
        request, act, CheckForm(_posted(request), initial={"checked_on": local_date(now()), "seen": _stamp(code)})
    )


@access(Duty.MANAGE_SETTINGS)
@require_POST
def law_withdraw(request: ActorRequest, code: str) -> HttpResponse:
    """Takes back an own wording that has not begun."""
    _latest_or_404(request, code)
    try:
        actions.withdraw_wording(code=code, seen=request.POST.get("seen") or None, actor=request.actor, at=now())
        messages.success(request, _("Lydelsen är tillbakatagen."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    if LawRow.objects.filter(code=code).exists():
        return redirect("law-detail", code=code)
    return redirect("law-list")
