"""The start page, the quarters of the wheel, pages for everyone, health, and what is said when something goes wrong."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hjulet.core import jobs
from hjulet.core.access import ANYONE, LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.middleware import typed, unavailable
from hjulet.core.now import now
from hjulet.core.problem import Problem, is_api, problem
from hjulet.org.login import safe_next
from hjulet.org.models import Person
from hjulet.shell import verdicts, work
from hjulet.shell.navigation import QUARTERS, entries_for
from hjulet.shell.wheel import Mark, Quarter, wheel_svg

GROUPS = ("late", "week", "new", "later")


@access(LOGGED_IN)
def start(request: ActorRequest) -> HttpResponse:
    """My work: the wheel, and what to do now."""
    actor, at = request.actor, now()
    today = local_date(at)
    found = work.items(actor, at)
    _log(found, actor, at, "start page")
    quarters = [
        Quarter(
            section.key,
            str(section.label),
            sum(1 for item in found if item.quarter == section.key),
            sum(1 for item in found if item.quarter == section.key and item.group == "late"),
            reverse(section.name),
        )
        for section in QUARTERS
    ]
    marks = [Mark(day, label, status, url) for day, label, status, url in verdicts.year(actor, at)]
    grouped = {name: [item for item in found if item.group == name] for name in GROUPS}
    context = {
        "today": today,
        "wheel": wheel_svg(quarters, marks, today, actor.unit_name or actor.principal_name),
        "quarters": quarters,
        "marks": marks,
        "late": grouped["late"],
        "groups": [(key, label, grouped[key]) for key, label in _labels()],
        "counts": {name: len(rows) for name, rows in grouped.items()},
        "verdicts": verdicts.for_start(actor, at),
    }
    return render(request, "shell/start.html", context)


def _log(found: list[work.Item], actor: Actor, at: datetime, purpose: str) -> None:
    for about in ("case", "measure"):
        ids = [item.ids[1] for item in found if item.ids and item.ids[0] == about]
        log_read("list", actor=actor, at=at, about=about, ids=ids, purpose=purpose)


def _labels() -> list[tuple[str, str]]:
    return [
        ("late", _("Sent")),
        ("week", _("Den här veckan")),
        ("new", _("Nyss inkommet")),
        ("later", _("Senare")),
    ]


def quarter(key: str) -> Any:
    section = next(section for section in QUARTERS if section.key == key)

    @access(LOGGED_IN)
    def page(request: ActorRequest) -> HttpResponse:
        built, ahead = entries_for(section, request.actor)
        at = now()
        waiting = [item for item in work.items(request.actor, at) if item.quarter == key]
        _log(waiting, request.actor, at, "quarter page")
        context = {"section": section, "built": built, "ahead": ahead, "waiting": waiting}
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
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@access(ANYONE)
def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


@access(ANYONE)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when database, migrations and jobs are well, else 503 with what is wrong."""
    wrong = _what_is_wrong()
    return HttpResponse(
        "".join(f"{line}\n" for line in wrong or ["ok"]),
        status=503 if wrong else 200,
        content_type="text/plain",
    )


def _what_is_wrong() -> list[str]:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        if pending:
            return [_("databasen är inte uppdaterad: kör ./hjulet manage migrate")]
        return [_("schemalagt arbete står stilla: kör ./hjulet manage jobs")] if jobs.stale(now()) else []
    except (DatabaseError, InterfaceError):
        return [_("databasen svarar inte")]


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
    page = render_to_string("shell/csrf.html", {"path": request.path, "kept": typed(request)}, request=None)
    return HttpResponse(page, status=403)
