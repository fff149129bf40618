"""The start page, the quarters of the wheel, pages for everyone, and what is said when something goes wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.http import escape_leading_slashes
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from hjulet.core.access import ANYONE, LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_reads
from hjulet.core.lists import GROUPS
from hjulet.core.middleware import typed, unavailable
from hjulet.core.now import now
from hjulet.core.problem import Problem, is_api, problem
from hjulet.learning.listing import latest_of_own
from hjulet.org.choices import Duty
from hjulet.org.login import safe_next
from hjulet.org.models import Person
from hjulet.shell import verdicts, work
from hjulet.shell.navigation import QUARTERS, entries_for
from hjulet.shell.planned import QUARTER_OF_AN_HOUR
from hjulet.shell.wheel import Mark, Quarter, wheel_svg


@access(LOGGED_IN)
def start(request: ActorRequest) -> HttpResponse:
    """My work: the wheel, and what to do now."""
    actor, at = request.actor, now()
    today = local_date(at)
    found = work.waiting(actor, at)
    _log(found.items, actor, at, "start page")
    quarters = [
        Quarter(
            section.key,
            str(section.label),
            found.count(quarter=section.key),
            found.count(quarter=section.key, group="late"),
            reverse(section.name),
        )
        for section in QUARTERS
    ]
    marks = [Mark(day, label, status, url) for day, label, status, url in verdicts.year(found.year, today)]
    context = {
        "today": today,
        "wheel": wheel_svg(quarters, marks, today, actor.unit_name or actor.principal_name),
        "quarters": quarters,
        "marks": marks,
        "groups": [Group.of(key, found) for key in GROUPS],
        "counts": {key: found.count(group=key) for key in GROUPS},
        "verdicts": _verdicts(actor, at),
        # whoever follows figures without a unit of her own has the feed, not its latest
        "lessons": [] if actor.holds(Duty.MASKED_STATISTICS) else latest_of_own(actor),
    }
    return render(request, "shell/start.html", context)


def _verdicts(actor: Actor, at: datetime) -> list[tuple[str, str, str | None]]:
    """How it goes at her place; kept a quarter of an hour, for the duties she has now."""
    key = f"start-verdicts-{actor.person_id}-{get_language()}-{local_date(at)}-{hash((actor.grants, actor.bounds))}"
    kept: list[tuple[str, str, str | None]] | None = cache.get(key)
    if kept is None:
        kept = verdicts.for_start(actor, at)
        cache.set(key, kept, QUARTER_OF_AN_HOUR)
    return kept


@dataclass(frozen=True)
class Group:
    """One heading of what waits: the rows shown, how many there are, and where the rest is."""

    key: str
    label: str
    rows: list[work.Item]
    count: int
    rest: list[tuple[str, str]]

    @classmethod
    def of(cls, key: str, found: work.Waiting) -> Group:
        rows = [item for item in found.items if item.group == key]
        return cls(key, str(GROUPS[key]), rows, found.count(group=key), found.rest(group=key))


def _log(found: list[work.Item], actor: Actor, at: datetime, purpose: str) -> None:
    ids = {about: [item.ids[1] for item in found if item.ids and item.ids[0] == about] for about in ("case", "measure")}
    log_reads("list", actor=actor, at=at, what=ids, purpose=purpose)


def quarter(key: str) -> Any:
    section = next(section for section in QUARTERS if section.key == key)

    @access(LOGGED_IN)
    def page(request: ActorRequest) -> HttpResponse:
        built, ahead = entries_for(section, request.actor)
        at = now()
        found = work.waiting(request.actor, at, key)
        waiting = [item for item in found.items if item.quarter == key]
        _log(waiting, request.actor, at, "quarter page")
        context = {
            "section": section,
            "built": built,
            "ahead": ahead,
            "waiting": waiting,
            "count": found.count(quarter=key),
            "rest": found.rest(quarter=key),
        }
        return render(request, "shell/quarter.html", context)

    return page


@access(ANYONE)
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/accessibility.html")


@access(ANYONE)
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "shell/help.html")


@access(LOGGED_IN)
@require_POST
def set_language(request: ActorRequest) -> HttpResponse:
    wanted = request.POST.get("language", "")
    if wanted in dict(settings.LANGUAGES):
        Person.objects.filter(pk=request.actor.person_id).update(language=wanted)
    return redirect(safe_next(request))


@access(ANYONE)
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nAllow: /synpunkt/$\nDisallow: /\n", content_type="text/plain; charset=utf-8")


# What is said when something goes wrong ------------------------------------


def _plain(template: str, request: HttpRequest, status: int) -> HttpResponse:
    """An error page that needs neither session nor database; for a program the same in problem+json."""
    if is_api(request):
        return problem(request, Problem(status))
    return HttpResponse(
        render_to_string(f"shell/{template}", {"path": request.path, "kept": typed(request)}), status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _plain("400.html", request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return not_found(request, exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same page for what does not exist and for what one may not see."""
    return _plain("404.html", request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        return unavailable(request)
    return _plain("500.html", request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    page = render_to_string(
        "shell/csrf.html", {"path": escape_leading_slashes(request.path), "kept": typed(request)}, request=None
    )
    return HttpResponse(page, status=403)
