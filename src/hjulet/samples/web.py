"""Samples of case files: the list, a new draw, one sample with its files, its protocol, and the draw made again."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core import exports
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.personal_number import has_personal_number
from hjulet.core.swedish_time import clock_words
from hjulet.samples import actions
from hjulet.samples.actions.draws import may_judge, sums_of
from hjulet.samples.choices import DRAWS, SEES_SUMS, FileOutcome, GroupBy, Source
from hjulet.samples.drawing import Entry
from hjulet.samples.exports import SAMPLES
from hjulet.samples.forms import AgainForm, DrawForm, units_with
from hjulet.samples.models import Draw, DrawnFile
from hjulet.samples.own_cases import entries_of

PAGE = 50


@access(*DRAWS, *SEES_SUMS)
@require_safe
def samples(request: ActorRequest) -> HttpResponseBase:
    """Newest first. In the address: `sida`."""
    if exports.wanted(request):
        return exports.response(request, SAMPLES)
    actor, at = request.actor, now()
    rows = Draw.objects.visible_to(actor).select_related("unit", "drawn_by")
    page = Paginator(rows, PAGE).get_page(request.GET.get("sida"))
    shown: list[Any] = list(page.object_list)
    log_read("list", actor=actor, at=at, about="sample", ids=[row.pk for row in shown])
    told = [(row, None if row.closed_at or row.erased_at else clock_words(at, due_on=row.due_on)) for row in shown]
    draws = any(actor.holds(duty) for duty in DRAWS)
    return render(request, "samples/list.html", {"page": page, "shown": told, "draws": draws})


@access(*DRAWS)
@require_http_methods(["GET", "POST"])
def draw(request: ActorRequest) -> HttpResponse:
    """POST draws. The list is read, drawn from and forgotten."""
    actor, at = request.actor, now()
    units = units_with(actor, *DRAWS)
    first = units.first()
    initial = {"unit": first, "year": local_date(at).year, "track": _first_law(actor)}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = DrawForm(*given, actor=actor, units=units, at=at, initial=initial)
    if request.method == "GET" or not form.is_valid():
        return render(request, "samples/new.html", {"form": form}, status=422 if form.is_bound else 200)
    told = form.cleaned_data
    asked = actions.Asked(told["unit"], told["track"], told["title"], told["source"], told["group_by"], told["count"])
    try:
        made = actions.draw_files(asked, _entries(form, request), actor=actor, at=at)
    except Refused as problem:
        return render(request, "samples/new.html", {"form": form, "refusal": str(problem)}, status=409)
    messages.success(request, _("Stickprovet är draget. Akterna står här, i lottens ordning."))
    return redirect("sample", made.pk)


def _first_law(actor: Any) -> str:
    return next(
        (track for grant in actor.reach(*DRAWS) for track in ("sol", "lss", "hsl") if track in grant.tracks), ""
    )


def _entries(form: DrawForm, request: ActorRequest) -> list[Entry]:
    told = form.cleaned_data
    if told["source"] == Source.LIST:
        return list(form.read.rows)
    year = told["year"] or local_date(now()).year
    return entries_of(told["unit"], told["track"], year, told["group_by"], request.actor)


def draw_or_404(request: ActorRequest, pk: int) -> Draw:
    rows = Draw.objects.visible_to(request.actor).select_related("unit", "drawn_by", "closed_by")
    found: Draw = get_object_or_404(rows, pk=pk)
    return found


@access(*DRAWS, *SEES_SUMS)
@require_http_methods(["GET", "POST"])
def sample(request: ActorRequest, pk: int) -> HttpResponse:
    """One sample. POST judges one file: `file`, `outcome`, `note`. In the address: `sida`, and `visa=kvar`."""
    made = draw_or_404(request, pk)
    judges = may_judge(made, request.actor)
    if request.method == "POST":
        if not judges:
            raise Http404
        return _judge(request, made)
    files = DrawnFile.objects.visible_to(request.actor).filter(draw=made)
    left_only = request.GET.get("visa") == "kvar"
    shown = files.filter(outcome="") if left_only else files
    page = Paginator(shown, PAGE).get_page(request.GET.get("sida"))
    rows: list[Any] = list(page.object_list)
    _log(request, made, "read")
    context = {
        "draw": made,
        "page": page,
        "rows": rows,
        "outcomes": FileOutcome.choices,
        "judges": judges and made.closed_at is None and made.erased_at is None,
        "sees_files": judges and made.erased_at is None,
        "left": files.filter(outcome="").count(),
        "left_only": left_only,
        "clock": None if made.closed_at else clock_words(now(), due_on=made.due_on),
        **_told(made),
        "sums": _sums(made, files),
    }
    return render(request, "samples/one.html", context)


def _told(made: Draw) -> dict[str, Any]:
    return {
        "drawn": sum(count for _size, count in made.groups.values()),
        "groups": [(name or "–", size, count) for name, (size, count) in made.groups.items()],
        "grouped": made.group_by != GroupBy.NONE and len(made.groups) > 1,
    }


def _sums(made: Draw, files: Any) -> list[tuple[str, list[int], int]]:
    """By group: how many of each outcome, and how many in all; last the whole when there are several groups."""
    sums = made.sums if made.closed_at else sums_of(files.exclude(outcome="").values_list("group", "outcome"))
    rows = [(name or "", [part.get(code, 0) for code in FileOutcome.values]) for name, part in sums.items()]
    if len(rows) > 1:
        rows.append(("", [sum(column) for column in zip(*(numbers for _name, numbers in rows), strict=True)]))
    last = len(rows) - 1
    return [
        (name if len(rows) > 1 and n < last else str(_("Alla")), some, sum(some)) for n, (name, some) in enumerate(rows)
    ]


def _judge(request: ActorRequest, made: Draw) -> HttpResponse:
    actor, at = request.actor, now()
    rows = DrawnFile.objects.visible_to(actor).filter(draw=made)
    one = get_object_or_404(rows, pk=whole_number(request.POST.get("file", "")))
    note = without_nul(request.POST.get("note", ""))
    try:
        if has_personal_number(note):
            raise Refused(_("Det ser ut som ett personnummer. Ta bort det, och skriv inga namn."))
        actions.judge_file(one, outcome=request.POST.get("outcome", ""), note=note, actor=actor, at=at)
        messages.success(request, _("Bedömningen är sparad."))
    except Refused as problem:
        messages.error(request, str(problem))
    page = whole_number(request.GET.get("sida", "")) or 1
    only = "&visa=kvar" if request.GET.get("visa") == "kvar" else ""
    return redirect(f"{request.path}?sida={page}{only}#akt-{one.place}")


@access(*DRAWS)
@require_POST
def close(request: ActorRequest, pk: int) -> HttpResponse:
    """POST `summary`."""
    made = draw_or_404(request, pk)
    summary = without_nul(request.POST.get("summary", ""))
    try:
        if has_personal_number(summary):
            raise Refused(_("Det ser ut som ett personnummer. Ta bort det, och skriv inga namn."))
        actions.close_draw(made, summary=summary, actor=request.actor, at=now())
        messages.success(request, _("Stickprovet är avslutat. Enhetens chef ser summorna, aldrig akterna."))
    except Refused as problem:
        messages.error(request, str(problem))
    return redirect("sample", made.pk)


@access(*DRAWS, *SEES_SUMS)
@require_safe
def protocol(request: ActorRequest, pk: int) -> HttpResponse:
    """All on one page, to print or keep: how it was drawn, each file's outcome, and the sums."""
    made = draw_or_404(request, pk)
    files = DrawnFile.objects.visible_to(request.actor).filter(draw=made)
    _log(request, made, "print")
    context = {"draw": made, "rows": list(files), "outcomes": FileOutcome.choices, **_told(made)}
    return render(request, "samples/protocol.html", context | {"sums": _sums(made, files)})


@access(*DRAWS)
@require_http_methods(["GET", "POST"])
def again(request: ActorRequest, pk: int) -> HttpResponse:
    """The list once more, to see that its seed draws the same files. Nothing is kept and nothing changes."""
    made, actor, at = draw_or_404(request, pk), request.actor, now()
    if not may_judge(made, actor):
        raise Http404
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = AgainForm(*given, actor=actor, units=units_with(actor, *DRAWS), at=at, group_by=made.group_by)
    context: dict[str, Any] = {"draw": made, "form": form}
    if form.is_bound and form.is_valid():
        same, found = actions.draw_again(made, form.read.rows)
        context |= {"tried": True, "same": same, "found": found}
        _log(request, made, "read")
    bad = form.is_bound and not form.is_valid()
    return render(request, "samples/again.html", context, status=422 if bad else 200)


def _log(request: ActorRequest, made: Draw, action: str) -> None:
    log_read(action, actor=request.actor, at=now(), about="sample", ids=[made.pk], unit_id=made.unit_id)
