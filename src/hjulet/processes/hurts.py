"""“Where does it hurt?” across all processes: as a list to sort, and as a map of processes and sub-processes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.org.choices import Duty
from hjulet.processes.activities import WHERE_IT_HAPPENS, processes_to_choose
from hjulet.processes.bpmn.drawing import heat_level
from hjulet.processes.choices import Level, Stage
from hjulet.processes.hurting import Hurt, Picture, dot, picture
from hjulet.processes.models import Drawing, Element, Process

PAGE = 50
VIEWS = ("lista", "karta")


@dataclass(frozen=True)
class Row:
    """One step and what has happened in it."""

    element: Element
    hurt: Hurt


ORDERS: dict[str, tuple[Any, Callable[[Row], Any]]] = {
    "antal": (gettext_lazy("Flest avvikelser"), lambda row: (-row.hurt.n, -row.hurt.serious)),
    "allvar": (gettext_lazy("Flest allvarliga"), lambda row: (-row.hurt.serious, -row.hurt.n)),
    "okning": (gettext_lazy("Ökar mest"), lambda row: (-(row.hurt.change or 0), -row.hurt.n)),
    "process": (gettext_lazy("Process för process"), lambda row: 0),
}


@dataclass(frozen=True)
class Cell:
    """What has happened in one sub-process of a process. `radius`: of its dot, empty for none."""

    n: int
    radius: str
    hot: bool


@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
@require_safe
def where_it_hurts(request: ActorRequest) -> HttpResponse:
    """In the address: `vy` (lista or karta), `sort`, `niva`, `process` (a code), `sida`."""
    actor, params = request.actor, request.GET
    processes = chosen_processes(actor, params.get("niva", ""), params.get("process", ""))
    seen = picture(actor, processes, local_date(now()))
    sort = params.get("sort", "") if params.get("sort", "") in ORDERS else "antal"
    view = params.get("vy", "") if params.get("vy", "") in VIEWS else "lista"
    rows = hurting(processes, seen, sort, quiet=view == "karta")
    context = {
        "view": view,
        "sort": sort,
        "orders": [(code, label) for code, (label, _key) in ORDERS.items()],
        "page": Paginator(rows, PAGE).get_page(params.get("sida")),
        "seen": seen,
        "stages": Stage.choices,
        "map": stages_of(processes, rows) if view == "karta" else [],
        "known": list(processes_to_choose(actor).defer("search_text")),
        "chosen": params.get("process", ""),
        "level": params.get("niva", ""),
        "levels": Level.choices,
        "filtered": bool(params.get("niva") or params.get("process")),
    }
    return render(request, "processes/hurts.html", context)


def chosen_processes(actor: Actor, level: str = "", code: str = "") -> list[Process]:
    found = processes_to_choose(actor).defer("search_text")
    found = found.filter(level=level) if level in Level.values else found
    return list(found.filter(code=code) if code else found)


def hurting(processes: list[Process], seen: Picture, sort: str, *, quiet: bool = True) -> list[Row]:
    """All steps where something can happen, each with what has, in an order. Without `quiet`: those where it has."""
    place = {process.pk: at for at, process in enumerate(processes)}
    # one for all the steps of a process: reading a version for each step costs more than the steps themselves
    drawings = {process.current_id: Drawing(pk=process.current_id, process=process) for process in processes}
    elements = Element.objects.filter(WHERE_IT_HAPPENS, drawing__in=list(drawings)).order_by()
    if not quiet:
        elements = elements.filter(code__in={step for _process, step in seen.steps})
    rows = []
    for element in elements.only("code", "drawing_id", "name", "place", "stage", "type"):
        element.drawing = drawings[element.drawing_id]
        hurt = seen.of(element.drawing.process_id, element.code)
        if quiet or any(sign.n or sign.late for sign in hurt.signs):
            rows.append(Row(element, hurt))
    rows.sort(key=lambda row: (place[row.element.drawing.process_id], row.element.place))
    return sorted(rows, key=ORDERS[sort][1])


def stages_of(processes: list[Process], rows: list[Row]) -> list[tuple[Process, list[Cell | None]]]:
    """Each process with its seven sub-processes; None where it has no such part."""
    sums: dict[tuple[int, str], int] = {}
    for row in rows:
        key = (row.element.drawing.process_id, row.element.stage)
        sums[key] = sums.get(key, 0) + row.hurt.n
    most = max(sums.values(), default=0)
    return [(process, [_cell(sums.get((process.pk, stage)), most) for stage in Stage.values]) for process in processes]


def _cell(n: int | None, most: int) -> Cell | None:
    if n is None:
        return None
    radius, hot = dot(heat_level(n, most)), n == most and n > 0
    return Cell(n, radius, hot)
