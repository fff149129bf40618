"""What is promised, for anyone to read: declarations that are decided and in force. No results, and nobody's name."""

from __future__ import annotations

from datetime import date
from itertools import groupby
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.views.decorators.http import require_safe

from hjulet.core.access import ANYONE, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.law.models import LawRow
from hjulet.org.models import Principal
from hjulet.services.models import Declaration, Description, Service
from hjulet.services.planning import units_of

KEPT = 300  # seconds that others may keep the page


def _kept(request: HttpRequest, page: HttpResponse) -> HttpResponse:
    """The page is the same for everyone who is not logged in, in each language."""
    patch_vary_headers(page, ["Accept-Language", "Cookie"])
    if getattr(request, "actor", None) is None:
        patch_cache_control(page, public=True, max_age=KEPT)
    return page


def _declared(on: date) -> Any:
    held = Declaration.objects.held(on).order_by()
    return Service.objects.offered(on).filter(pk__in=held.values("service"))


def _principals(on: date) -> list[Principal]:
    return list(Principal.objects.filter(pk__in=_declared(on).order_by().values("principal")).order_by("name", "id"))


def _chosen(request: HttpRequest, principals: list[Principal]) -> Principal | None:
    code = request.GET.get("huvudman", "")
    named = next((one for one in principals if one.code == code), None)
    return named or (principals[0] if len(principals) == 1 else None)


@access(ANYONE)
@require_safe
def declarations(request: HttpRequest) -> HttpResponse:
    """In the address: `huvudman`. All of them on one page, by central service: they are some tens."""
    today = local_date(now())
    principals = _principals(today)
    principal = _chosen(request, principals)
    context: dict[str, Any] = {"principals": principals, "principal": principal, "nameless": True, "groups": []}
    if principal is not None:
        rows = _declared(today).of(principal.pk).select_related("central")
        purposes = dict.fromkeys(rows.values_list("pk", flat=True), "")
        for held in Description.objects.held(today).filter(service__in=purposes):
            purposes[held.service_id] = held.parts[0][1] if held.parts else ""
        shown = [(row, purposes[row.pk]) for row in rows]
        context["groups"] = [(str(c), list(g)) for c, g in groupby(shown, key=lambda pair: pair[0].central)]
    return _kept(request, render(request, "services/public_list.html", context))


@access(ANYONE)
@require_safe
def declaration(request: HttpRequest, code: str) -> HttpResponse:
    """In the address: `huvudman`, where several have declarations."""
    today = local_date(now())
    principal = _chosen(request, _principals(today))
    service = (
        _declared(today).of(principal.pk).filter(code=code).select_related("central").first() if principal else None
    )
    if service is None or principal is None:
        raise Http404
    held = Declaration.objects.held(today).filter(service=service).prefetch_related("promises").first()
    description = Description.objects.held(today).filter(service=service).first()
    context = {
        "nameless": True,
        "principal": principal,
        "service": service,
        "declaration": held,
        "description": description,
        "laws": LawRow.objects.on(today).filter(code__in=description.laws if description else []),
        "units": units_of(service, today),
    }
    return _kept(request, render(request, "services/public_one.html", context))
