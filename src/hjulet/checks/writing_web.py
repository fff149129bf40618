"""Checklists: those there are, one as it is shown when it is answered, and the page where it is written."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.checks import actions
from hjulet.checks.choices import PLANS, ChecklistKind, VersionState
from hjulet.checks.content import Ready, ready_checklists
from hjulet.checks.content_types import sheet_of
from hjulet.checks.forms import NewChecklistForm
from hjulet.checks.models import Checklist, ChecklistVersion
from hjulet.checks.rights import may_write
from hjulet.checks.sheets import WEIGHTS, changed, problems_of, read
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.fields import without_nul
from hjulet.core.flow import Refused, Stale
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.core.personal_number import has_personal_number
from hjulet.org.models import Unit
from hjulet.wheel.listing import planned_places
from hjulet.wheel.web import place_or_404


@access(LOGGED_IN)
@require_safe
def checklists(request: ActorRequest) -> HttpResponse:
    rows = Checklist.objects.seen_by(request.actor).filter(kind=ChecklistKind.SELF_CHECK).select_related("unit")
    rows = rows.prefetch_related("versions")
    found = [(row, _published(row), _draft(row)) for row in rows]
    writes = any(grant.duty == PLANS for grant in request.actor.grants)
    shown = [one for one in found if one[1] or may_write(one[0].unit, request.actor)]
    return render(request, "checks/checklists.html", {"rows": shown, "writes": writes})


def _published(row: Checklist) -> ChecklistVersion | None:
    return next((one for one in row.versions.all() if one.state == VersionState.PUBLISHED), None)


def _draft(row: Checklist) -> ChecklistVersion | None:
    return next((one for one in row.versions.all() if one.state == VersionState.DRAFT), None)


def checklist_or_404(request: ActorRequest, pk: int, *, mine: bool = False) -> Checklist:
    rows = Checklist.objects.seen_by(request.actor).select_related("unit").prefetch_related("versions")
    found: Checklist | None = rows.filter(pk=pk).first()
    writes = found is not None and may_write(found.unit, request.actor)
    if (
        found is None
        or (mine and not writes)
        or not (writes or any(v.state != VersionState.DRAFT for v in found.versions.all()))
    ):
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def checklist(request: ActorRequest, pk: int) -> HttpResponse:
    """In the address: `version`, else what is published, else the draft."""
    found = checklist_or_404(request, pk)
    writes = may_write(found.unit, request.actor)
    versions = [one for one in found.versions.all() if writes or one.state != VersionState.DRAFT]
    number = whole_number(request.GET.get("version", ""), digits=4)
    shown = next((one for one in versions if one.number == number), None) or _published(found) or versions[0]
    context = {
        "checklist": found,
        "versions": versions,
        "version": shown,
        "sheet": sheet_of(shown),
        "writes": writes,
        "draft": _draft(found) if writes else None,
        "problems": problems_of(shown.content) if shown.state == VersionState.DRAFT else [],
    }
    return render(request, "checks/checklist.html", context)


@access(PLANS)
@require_http_methods(["GET", "POST"])
def new(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`. An empty list, or one that comes with Hjulet (`fardig`, its code)."""
    unit = place_or_404(request, planned_places(request.actor))
    actor, at = request.actor, now()
    ready = ready_checklists().get(request.POST.get("fardig", ""))
    form = NewChecklistForm(request.POST if request.method == "POST" and ready is None else None)
    refusal = ""
    if request.method == "POST" and (ready is not None or form.is_valid()):
        try:
            made = _made(unit, ready, form, actor=actor, at=at)
        except Refused as problem:
            refusal = str(problem)
        else:
            messages.success(request, _("Utkastet finns. Gå igenom frågorna och publicera sedan."))
            return redirect("checklist-edit", pk=made.pk)
    there = actions.taken(unit, actor)
    offered = [(one, there.get(one.title)) for one in ready_checklists().values()]
    context = {"form": form, "ready": offered, "unit": unit, "refusal": refusal}
    status = 409 if refusal else 422 if form.is_bound else 200
    return render(request, "checks/checklist_new.html", context, status=status)


def _made(unit: Unit, ready: Ready | None, form: NewChecklistForm, **who: Any) -> Checklist:
    if ready is not None:
        return actions.take_ready(unit, ready, **who)
    return actions.new_checklist(unit, form.cleaned_data["title"], purpose=form.cleaned_data["purpose"], **who)


@access(PLANS)
@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, pk: int) -> HttpResponse:
    """The whole draft on one page; each button keeps what is written. `do`: save, publish, or as sheets.changed."""
    found = checklist_or_404(request, pk, mine=True)
    draft = _draft(found) or actions.begin_change(found, actor=request.actor, at=now())
    if request.method == "GET":
        return _edit_page(request, found, draft, draft.content)
    post = {name: without_nul(str(value)) for name, value in request.POST.items()}
    content, do = read(post, draft.content), post.get("do", "save")
    title, purpose = post.get("title", found.title).strip()[:160], post.get("purpose", found.purpose).strip()[:600]
    if any(has_personal_number(text) for text in post.values()):
        return _edit_page(
            request, found, draft, content, 422, refusal=_("Det ser ut som ett personnummer. Ta bort det.")
        )
    content = content if do in {"save", "publish"} else changed(content, do)
    try:
        seen = whole_number(post.get("version", ""), digits=9)
        saved = actions.save_draft(draft, title, purpose, content, seen=seen, actor=request.actor, at=now())
        if do == "publish":
            return _publish(request, found, saved)
    except Stale as problem:
        fresh = checklist_or_404(request, pk, mine=True)
        return _edit_page(request, fresh, _draft(fresh) or draft, content, 409, refusal=str(problem))
    if do == "save":
        messages.success(request, _("Utkastet är sparat."))
        return redirect("checklist", pk=pk)
    return _edit_page(request, found, saved, saved.content)


def _publish(request: ActorRequest, found: Checklist, saved: ChecklistVersion) -> HttpResponse:
    try:
        actions.publish(saved, seen=None, actor=request.actor, at=now())
    except Refused:
        return _edit_page(request, found, saved, saved.content, 422, problems=problems_of(saved.content))
    messages.success(request, _("Version %(n)s gäller nu. Nya omgångar får den.") % {"n": saved.number})
    return redirect("checklist", pk=found.pk)


def _edit_page(
    request: ActorRequest,
    found: Checklist,
    draft: ChecklistVersion,
    content: dict[str, Any],
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    scale = content["scale"]
    anchors = [
        (n, scale["anchors"].get(str(n), "")) for n in range(scale["min"], min(scale["max"], scale["min"] + 10) + 1)
    ]
    context = {"checklist": found, "draft": draft, "content": content, "anchors": anchors, "weights": WEIGHTS, **more}
    return render(request, "checks/checklist_edit.html", context, status=status)


@access(PLANS)
@require_http_methods(["GET", "POST"])
def drop(request: ActorRequest, pk: int) -> HttpResponse:
    """Throws the draft away, after a question."""
    found = checklist_or_404(request, pk, mine=True)
    draft = _draft(found)
    if draft is None:
        raise Http404
    if request.method == "GET":
        return render(
            request, "checks/checklist_drop.html", {"checklist": found, "draft": draft, "first": draft.number == 1}
        )
    only = len(found.versions.all()) == 1
    actions.drop_draft(draft, actor=request.actor, at=now())
    messages.success(request, _("Utkastet är borttaget."))
    return redirect("checklists") if only else redirect("checklist", pk=pk)


@access(PLANS)
@require_POST
def end(request: ActorRequest, pk: int) -> HttpResponse:
    """Ends the list, or takes it into use again."""
    found = actions.end_checklist(checklist_or_404(request, pk, mine=True), actor=request.actor, at=now())
    words = (
        _("Checklistan är avslutad. Det som är planerat görs klart.")
        if found.ended_on
        else _("Checklistan används igen.")
    )
    messages.success(request, words)
    return redirect("checklist", pk=pk)
