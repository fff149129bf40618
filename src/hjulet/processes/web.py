"""Pages for those who work by a process: the hub, a process step by step, one step, what changed, the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, gettext_lazy
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.core.numbers import whole_number
from hjulet.documents.laws import bases
from hjulet.org.choices import Duty
from hjulet.org.models import Role
from hjulet.processes import actions, papers
from hjulet.processes.activities import happens_in
from hjulet.processes.bpmn.compare import compare
from hjulet.processes.bpmn.model import Beside, Next, Row
from hjulet.processes.bpmn.steps import shown, told
from hjulet.processes.choices import ONCE_PUBLISHED, UNFINISHED, Level, Stage
from hjulet.processes.exports import PROCESSES
from hjulet.processes.hanging import Hung, hung_on
from hjulet.processes.hurting import Picture, picture
from hjulet.processes.listing import TRACKS, processes_in, read_selection
from hjulet.processes.models import Drawing, Element, Process
from hjulet.processes.rights import may_publish, may_write
from hjulet.processes.work_lists import beside, marked, owns_any

PAGE = 50
PICTURE_KEPT = 10 * 60  # seconds that a drawing with the same figures is used again
TABS = (
    ("galler", gettext_lazy("Gäller")),
    ("utkast", gettext_lazy("Utkast")),
    ("upphavda", gettext_lazy("Upphävda")),
)


@access(LOGGED_IN)
@require_safe
def processes(request: ActorRequest) -> HttpResponseBase:
    """In the address: `val`, `niva`, `lag`, `q`, `sort`, `sida`, as in listing.Selection."""
    if exports.wanted(request):
        return exports.response(request, PROCESSES)
    actor = request.actor
    selection = read_selection(request.GET)
    page = Paginator(processes_in(selection, actor), PAGE).get_page(request.GET.get("sida"))
    writes = actor.holds(Duty.WRITE_DOCUMENTS)
    context = {
        "page": page,
        "levels": _by_level(list(page)) if selection.sort == "ordning" else [("", "", list(page))],
        "selection": selection,
        "tabs": TABS if writes else [tab for tab in TABS if tab[0] != "utkast"],
        "all_levels": Level.choices,
        "tracks": [(track.value, track.label) for track in TRACKS],
        "answers": writes or owns_any(actor),
        "writes": writes,
        "sees_hurt": actor.holds(Duty.STATISTICS) or actor.holds(Duty.MASKED_STATISTICS),
        "today": local_date(now()),
    }
    return render(request, "processes/list.html", context)


def _by_level(rows: list[Process]) -> list[tuple[str, Any, list[Process]]]:
    found = [(level.value, level.label, [row for row in rows if row.level == level]) for level in Level]
    return [group for group in found if group[2]]


def process_or_404(request: ActorRequest, code: str) -> Process:
    rows = Process.objects.seen_by(request.actor).select_related("unit", "owner", "current__published_by")
    rows = rows.defer("current__xml")
    found: Process | None = marked(rows).filter(code=code).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def process(request: ActorRequest, code: str) -> HttpResponse:
    """What holds; for a process that has never held, its draft."""
    found = process_or_404(request, code)
    if found.current is None:
        return redirect("process-draft", code=code)
    return _page(request, found, found.current)


@access(LOGGED_IN)
@require_safe
def version(request: ActorRequest, code: str, number: int) -> HttpResponse:
    """An earlier version, as history."""
    found = process_or_404(request, code)
    return _page(request, found, _once_published(found, number))


def _once_published(found: Process, number: int) -> Drawing:
    one = found.drawings.filter(number=number, state__in=ONCE_PUBLISHED).select_related("published_by").first()
    if one is None:
        raise Http404
    one.process = found
    return one


def _page(request: ActorRequest, found: Process, one: Drawing) -> HttpResponse:
    actor, at = request.actor, now()
    writes = may_write(found, actor)
    label = Role.objects.filter(principal_id=found.principal_id, code=OuterRef("role")).values("label")
    elements: list[Any] = list(one.elements.annotate(role_label=Subquery(label)))
    versions = list(found.drawings.defer("xml", "svg").order_by("-number"))
    hurts = picture(actor, [found] if one.pk == found.current_id else [], local_date(at))
    roles = {element.role: element.role_label for element in elements if element.role_label}
    context = {
        "process": found,
        "drawing": one,
        "groups": grouped(elements, hung_on(one, elements, actor, at), roles, hurts=hurts, on=local_date(at)),
        "hurts": hurts,
        "whole": hurts.of(found.pk, "").others,
        "svg": _drawn(found, one, elements, hurts),
        "laws": bases(found.laws, local_date(at)),
        "versions": [row for row in versions if row.state in ONCE_PUBLISHED],
        "under_way": next((row for row in versions if row.state in UNFINISHED), None) if writes else None,
        "writes": writes,
        "reports": actor.holds(Duty.REPORT),
        "withdraws": found.withdrawn_on is None and may_publish(found, actor),
        "owner": owner_of(found),
        **beside(found, one, actor),
        "today": local_date(at),
    }
    return render(request, "processes/process.html", context)


def owner_of(found: Process) -> str:
    """Who owns it: a person, else a role."""
    if found.owner:
        return str(found.owner.name)
    return roles_of(found).get(found.owner_role, "") if found.owner_role else ""


def _drawn(found: Process, one: Drawing, elements: list[Element], hurts: Picture) -> Any:
    """The drawing: as it was made at publishing, or anew with what has happened; earlier versions without links."""
    heat = hurts.heat(found.pk)
    svg = one.svg
    if one.pk != found.current_id or heat:
        linked = {"link": found.step_url, "heat": heat} if one.pk == found.current_id else {}
        one.process = found
        svg = _kept(one, heat, lambda: actions.svg_of(one, elements, **linked))
    return mark_safe(svg)  # noqa: S308 - drawn by us, every text in it escaped (bpmn.drawing)


def _kept(one: Drawing, heat: object, make: Callable[[], str]) -> str:
    """A published version never changes: the same figures give the same picture, whoever they were counted for."""
    shown = repr((one.pk, one.revision, one.state, one.process.name, get_language(), heat))
    return str(cache.get_or_set(f"process-svg-{sha256(shown.encode()).hexdigest()}", make, PICTURE_KEPT))


def roles_of(process: Process) -> dict[str, str]:
    return dict(Role.objects.filter(principal_id=process.principal_id).values_list("code", "label"))


def row_of(element: Element) -> Row:
    ways, beside = tuple(Next(**way) for way in element.next), tuple(Beside(**one) for one in element.beside)
    names = ("place", "type", "name", "lane", "inside", "stage", "role", "purpose", "documented")
    return Row(id=element.code, next=ways, beside=beside, **{name: getattr(element, name) for name in names})


def grouped(
    elements: list[Element],
    hung: Mapping[str, Hung],
    roles: Mapping[str, str],
    *,
    hurts: Picture | None = None,
    on: date | None = None,
) -> list[tuple[str, Any, list[dict[str, Any]]]]:
    """The table of steps by sub-process: (code, label, rows). A process without sub-processes is one group."""
    rows = {element.code: row_of(element) for element in elements}
    groups: list[tuple[str, Any, list[dict[str, Any]]]] = []
    for element in elements:
        if not groups or (element.stage and groups[-1][0] != element.stage):
            label = Stage(element.stage).label if element.stage in Stage.values else ""
            groups.append((element.stage, label, []))
        row = rows[element.code]
        line = {"element": element, "next": told(row, rows), "beside": shown(row, rows), "hung": hung.get(element.code)}
        if hurts is not None and on is not None:
            late = hung[element.code].late(on) if element.code in hung else []
            hurt = hurts.of(element.drawing.process_id, element.code)
            line |= {"hurt": hurt, "late": late, "happens": happens_in(element.type)}
        groups[-1][2].append(line | {"role": roles.get(element.role, "")})
    return groups


@access(LOGGED_IN)
@require_safe
def step(request: ActorRequest, code: str, element: str) -> HttpResponse:
    """One step of what holds: what it is for, who does it, what belongs to it, what comes before and after."""
    found = process_or_404(request, code)
    if found.current is None:
        raise Http404
    found.current.process = found
    elements = list(found.current.elements.all())
    one = next((row for row in elements if row.code == element), None)
    if one is None:
        raise Http404
    actor, at = request.actor, now()
    rows = {row.code: row_of(row) for row in elements}
    context = {
        "process": found,
        "drawing": found.current,
        "element": one,
        "next": told(rows[one.code], rows),
        "beside": shown(rows[one.code], rows),
        "before": [row for row in elements if any(way["target"] == one.code for way in row.next)],
        "after": [row for row in elements if row.code in {way["target"] for way in one.next}],
        "hung": (hung := hung_on(found.current, [one], actor, at)[one.code]),
        "role": roles_of(found).get(one.role, ""),
        "hurts": (hurts := picture(actor, [found], local_date(at))),
        "hurt": hurts.of(found.pk, one.code),
        "reports": actor.holds(Duty.REPORT),
        "happens": happens_in(one.type),
        "late": hung.late(local_date(at)),
        "writes": may_write(found, actor),
    }
    return render(request, "processes/step.html", context)


@access(LOGGED_IN)
@require_safe
def compared(request: ActorRequest, code: str) -> HttpResponse:
    """Two versions, in words and side by side. In the address: `fran` and `till`, numbers."""
    found = process_or_404(request, code)
    known = list(found.drawings.filter(state__in=ONCE_PUBLISHED).order_by("-number"))
    if may_write(found, request.actor):
        known = [*found.drawings.filter(state__in=UNFINISHED), *known]
    if not known:
        raise Http404
    new = _chosen(known, request.GET.get("till", ""), known[0])
    older = [one for one in known if one.number < new.number]
    old = _chosen(known, request.GET.get("fran", ""), older[0] if older else new)
    for one in (old, new):
        one.process = found
    labels = {str(code): str(label) for code, label in Stage.choices} | roles_of(found)
    changes = [] if old.pk == new.pk else compare(actions.diagram_of(old), actions.diagram_of(new), labels)
    context = {
        "process": found,
        "known": known,
        "old": old,
        "new": new,
        "changes": [one for one in changes if one.kind != "drawn"],
        "drawn": [one for one in changes if one.kind == "drawn"],
        "pictures": [_picture(one, prefix) for one, prefix in ((old, "fran-"), (new, "till-"))],
    }
    return render(request, "processes/compare.html", context)


def _chosen(known: list[Drawing], number: str, other: Drawing) -> Drawing:
    return next((one for one in known if one.number == whole_number(number, digits=6)), other)


def _picture(drawing: Drawing, prefix: str) -> tuple[Drawing, str]:
    return drawing, mark_safe(actions.svg_of(drawing, prefix=prefix))  # noqa: S308 - every text in it is escaped


@access(LOGGED_IN)
@require_safe
def as_bpmn(request: ActorRequest, code: str) -> HttpResponse:
    """The file, whole. In the address: `version`, a number; else what holds."""
    found = process_or_404(request, code)
    return bpmn_file(_asked_for(request, found))


def _asked_for(request: ActorRequest, found: Process) -> Drawing:
    number = whole_number(request.GET.get("version", ""), digits=6)
    states = (*ONCE_PUBLISHED, *UNFINISHED) if may_write(found, request.actor) else ONCE_PUBLISHED
    rows = found.drawings.filter(state__in=states).order_by("-number")
    if number is None and found.current is not None:
        one: Drawing | None = found.current
    else:
        one = rows.filter(number=number).first() if number is not None else rows.first()
    if one is None:
        raise Http404
    one.process = found
    return one


def bpmn_file(drawing: Drawing) -> HttpResponse:
    answer = HttpResponse(drawing.xml.encode(), content_type="application/xml; charset=utf-8")
    name = f"{drawing.process.code}-{drawing.number}.bpmn"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@access(LOGGED_IN)
@require_safe
def as_pdf(request: ActorRequest, code: str) -> HttpResponse:
    """What holds, or once held, for the binder and the meeting. In the address: `version`, a number."""
    found, actor, at = process_or_404(request, code), request.actor, now()
    number = whole_number(request.GET.get("version", ""), digits=6)
    one = found.current if number is None else _once_published(found, number)
    if one is None:
        raise Http404
    elements, day, roles = list(one.elements.all()), local_date(at), roles_of(found)
    hurts = picture(actor, [found] if one.pk == found.current_id else [], day)
    told = papers.Told(
        groups=grouped(elements, hung_on(one, elements, actor, at), roles, hurts=hurts, on=day),
        hurts=hurts,
        owner=owner_of(found),
        laws=bases(found.laws, day),
        elements=elements,
    )
    one.process = found
    return papers.response(found, one, told, at=at)


@access(LOGGED_IN)
@require_safe
def as_svg(request: ActorRequest, code: str) -> HttpResponse:
    """The drawing on its own, for paper, Word and other systems. In the address: `version`."""
    found = process_or_404(request, code)
    one = _asked_for(request, found)
    answer = HttpResponse(actions.svg_of(one, standalone=True), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'attachment; filename="{found.code}-{one.number}.svg"'
    return answer
