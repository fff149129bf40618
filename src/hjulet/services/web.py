"""Pages that read: the services, one service, one promise with its results over time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from hjulet.core import exports
from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.law.models import LawRow
from hjulet.services import actions
from hjulet.services.chart import draw
from hjulet.services.choices import Area, Outcome
from hjulet.services.exports import SERVICES
from hjulet.services.listing import (
    TRACKS,
    centrals,
    editions_of,
    latest_of,
    proposed,
    read_selection,
    rows_of,
    services_in,
    shown,
)
from hjulet.services.models import Declaration, Promise, PromiseCheck, Service, kept_words
from hjulet.services.planning import units_of

PAGE = 25
PERIODS = 13  # shown over time: a year of months and one more


@access(LOGGED_IN)
@require_safe
def service_list(request: ActorRequest) -> HttpResponseBase:
    """In the address: `q`, `tjanst`, `lag`, `omrade`, `avslutade`, `sort`, `sida`."""
    if exports.wanted(request):
        return exports.response(request, SERVICES)
    actor, today = request.actor, local_date(now())
    selection = read_selection(request.GET)
    page = Paginator(services_in(selection, actor, today), PAGE).get_page(request.GET.get("sida"))
    context = {
        "page": page,
        "rows": rows_of(list(page), actor, today),
        "selection": selection,
        "centrals": centrals(),
        "tracks": [(track.value, track.label) for track in TRACKS],
        "areas": Area.choices,
        "may_manage": actions.may_manage(actor),
        "today": today,
    }
    return render(request, "services/list.html", context)


def service_or_404(request: ActorRequest, code: str) -> Service:
    rows = Service.objects.of(request.actor.principal_id).select_related("central", "owner", "owner_role", "principal")
    found = rows.filter(code=code).first()
    if found is None:
        raise Http404
    return found


@access(LOGGED_IN)
@require_safe
def service(request: ActorRequest, code: str) -> HttpResponse:
    actor, today = request.actor, local_date(now())
    found = service_or_404(request, code)
    manages = actions.may_manage(actor)
    descriptions, declarations = editions_of(found)
    description = shown(descriptions, today, drafts=manages)
    declaration = shown(declarations, today, drafts=manages)
    seen = [unit for unit in units_of(found, today) if actor.sees(unit.path)]
    latest = latest_of([found.pk], actor)
    context = {
        "service": found,
        "description": description,
        "declaration": declaration,
        "laws": _laws(description.laws if description else ()),
        "promises": _with_results(declaration, latest) if declaration else [],
        "units": seen,
        "may_manage": manages,
        "waiting": {
            "description": manages and proposed(descriptions) is not None,
            "declaration": manages and proposed(declarations) is not None,
        },
        "ended": found.valid_to is not None and found.valid_to < today,
        "editions": [*descriptions, *declarations] if manages else [],
    }
    return render(request, "services/service.html", context)


def _laws(codes: Iterable[str]) -> list[LawRow]:
    rows = LawRow.objects.on(local_date(now())).filter(code__in=list(codes))
    return sorted(rows, key=lambda row: list(codes).index(row.code))


def _with_results(declaration: Declaration, latest: dict[tuple[int, str, int], str]) -> list[tuple[Promise, str, bool]]:
    """Each promise, what the latest check at each unit said, and whether it was not kept somewhere."""
    found = []
    for promise in declaration.promises.all():
        outcomes = [outcome for (_service, code, _unit), outcome in latest.items() if code == promise.code]
        judged = [outcome for outcome in outcomes if outcome != Outcome.NOT_POSSIBLE]
        kept = judged.count(Outcome.MET.value)
        words = _("%(kept)s av %(all)s enheter höll det senast.") % {"kept": kept, "all": len(judged)} if judged else ""
        found.append((promise, words, kept < len(judged)))
    return found


@access(LOGGED_IN)
@require_safe
def promise(request: ActorRequest, code: str, promise: str) -> HttpResponse:
    """In the address: `unit`, whose results are drawn. Every version of the promise is one series."""
    actor, at = request.actor, now()
    found = service_or_404(request, code)
    versions = Promise.objects.filter(declaration__service=found, code=promise).select_related("declaration")
    if not actions.may_manage(actor):
        versions = versions.exclude(declaration__state="draft")
    one = versions.exclude(declaration__state="draft").order_by("-declaration__number").first() or versions.first()
    if one is None:
        raise Http404
    checks = _checks(found, promise, request)
    log_read("list", actor=actor, at=at, about="promise-check", ids=[check.pk for check in checks])
    units = {check.unit_id: check.unit for check in checks}
    chosen = next((u for u in units.values() if u.code == request.GET.get("unit")), next(iter(units.values()), None))
    series = [check for check in checks if chosen is not None and check.unit_id == chosen.pk]
    done = [check for check in series if check.outcome in (Outcome.MET, Outcome.NOT_MET)]
    context = {
        "service": found,
        "promise": one,
        "chosen": chosen,
        "units": sorted(units.values(), key=lambda unit: unit.name),
        "chart": draw(one, done, chosen.name) if chosen else "",
        "words": kept_words(sum(c.outcome == Outcome.MET for c in done), len(done)) if done else "",
        "all_kept": all(check.outcome == Outcome.MET for check in done),
        "series": series[::-1],
        "grid": _grid(checks),
        "now": local_date(at),
    }
    return render(request, "services/promise.html", context)


def _checks(service: Service, promise: str, request: ActorRequest) -> list[PromiseCheck]:
    rows = PromiseCheck.objects.visible_to(request.actor).select_related("unit", "promise", "checked_by")
    rows = rows.filter(promise__code=promise, promise__declaration__service=service)
    return list(rows.order_by("unit__path", "period_first", "id"))


def _grid(checks: list[PromiseCheck]) -> dict[str, Any]:
    """Units as rows and the latest periods as columns."""
    periods = sorted({check.period for check in checks})[-PERIODS:]
    by_place = {(check.unit_id, check.period): check for check in checks}
    units = {check.unit_id: check.unit for check in checks}
    rows = [(unit, [by_place.get((pk, period)) for period in periods]) for pk, unit in units.items()]
    return {"periods": periods, "rows": rows}
