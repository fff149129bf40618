"""What machines ask: is it alive, is it ready, how is it doing."""

from __future__ import annotations

import ipaddress
from hmac import compare_digest

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from hjulet.core.access import ANYONE, access
from hjulet.core.now import now
from hjulet.operations import health


@access(ANYONE)
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@access(ANYONE)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations, jobs, data folder and disk are well, else 503 with what is wrong."""
    wrong = health.what_is_wrong(now())
    told = "".join(f"{line}\n" for line in wrong or ["ok"])
    return HttpResponse(told, status=503 if wrong else 200, content_type="text/plain; charset=utf-8")


@access(ANYONE)
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Off unless HJULET_METRICS=1, and then only for the token or the addresses in the settings; else not found."""
    if not (settings.METRICS and _may_measure(request)):
        raise Http404
    return HttpResponse(health.figures(now()), content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_measure(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    if settings.METRICS_TOKEN and compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return True
    # What has passed a proxy has the proxy's address, so an address counts only for those who come straight here.
    if request.headers.get("X-Forwarded-For") or request.headers.get("Forwarded"):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in network for network in settings.METRICS_FROM)
