"""Subscriptions in a calendar program: the page where one makes and shuts them, and the file itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hjulet.core.access import ANYONE, LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.swedish_time import date_short
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for
from hjulet.wheel import actions, listing
from hjulet.wheel.actions.feeds import digest_of
from hjulet.wheel.choices import WheelStanding
from hjulet.wheel.ical import Entry, calendar_file
from hjulet.wheel.listing import Row, rows_of
from hjulet.wheel.models import Feed
from hjulet.wheel.web import place_or_404

NOT_HERE = frozenset({WheelStanding.DONE, WheelStanding.SKIPPED})
NAME_BYTES = 16


@access(LOGGED_IN)
@require_http_methods(["GET", "POST"])
def subscriptions(request: ActorRequest) -> HttpResponse:
    """In the address: `enhet`. A new address is shown once, in the answer to the POST that made it."""
    units = list(listing.places(request.actor))
    unit = place_or_404(request, units) if units else None
    made = ""
    if request.method == "POST" and unit is not None:
        try:
            _feed, secret = actions.subscribe(unit, actor=request.actor, at=now())
            made = settings.BASE_URL + reverse("wheel-feed", args=[secret])
        except Refused as problem:
            messages.error(request, str(problem))
    feeds = Feed.objects.filter(person_id=request.actor.person_id, revoked_at__isnull=True).select_related("unit")
    answer = render(request, "wheel/feeds.html", {"unit": unit, "units": units, "feeds": feeds, "made": made})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@access(LOGGED_IN)
@require_POST
def shut(request: ActorRequest, pk: int) -> HttpResponse:
    feed = get_object_or_404(Feed.objects.select_related("unit"), pk=pk, person_id=request.actor.person_id)
    actions.revoke(feed, actor=request.actor, at=now())
    messages.success(request, _("Adressen är stängd. Kalendern som hämtade från den får inget mer."))
    return redirect("wheel-feeds")


@access(ANYONE)
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the one who made the address may see now of the unit's year and the next. 404 for a shut or unknown one."""
    rows = Feed.objects.select_related("unit", "person__principal", "person__home_unit")
    found = rows.filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    if found is None or not found.person.is_active:
        raise Http404
    with translation.override(found.person.language or "sv"):
        body = _file(found.person, found.unit, now())
    etag = quote_etag(hashlib.sha256(body).hexdigest()[: NAME_BYTES * 2])
    answer = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    for name, value in (("ETag", etag), ("Cache-Control", "private, no-cache"), ("X-Robots-Tag", "noindex")):
        answer.headers[name] = value
    conditional = get_conditional_response(request, etag=etag, response=answer)
    return conditional if conditional is not None else answer


def _file(person: Person, unit: Unit, at: datetime) -> bytes:
    """Nothing of people and nothing of cases: titles, days, roles and what is to come of it."""
    actor = actor_for(person, at=at)
    if not Unit.objects.seen_by(actor).filter(pk=unit.pk, path__isnull=False).exists():
        raise Http404
    year = local_date(at).year
    rows = [row for one in (year, year + 1) for row in rows_of(unit, one, actor, at)]
    name = _("Årshjul: %(unit)s") % {"unit": unit.name}
    return calendar_file(name, _entries(rows))


def _entries(rows: list[Row]) -> Iterator[Entry]:
    host = settings.BASE_URL.split("//")[-1].split("/")[0].split(":")[0]
    for row in rows:
        one = row.activity
        if row.standing in NOT_HERE:
            continue
        told = [_("%(first)s–%(last)s") % {"first": date_short(one.starts_on), "last": date_short(one.ends_on)}]
        told += [_("Ska ge: %(what)s") % {"what": one.produces_told}]
        told += [_("Ansvarar: %(role)s") % {"role": one.role.label}] if one.role else []
        yield Entry(
            uid=f"arshjul-{one.pk}-{row.unit.pk}@{host}",
            day=one.ends_on,
            summary=_("Sista dag: %(title)s") % {"title": one},
            description="\n".join(told),
            url=settings.BASE_URL + row.address,
            changed_at=one.changed_at,
        )
