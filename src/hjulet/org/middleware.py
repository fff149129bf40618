"""Who is asking, resolved once per request: by session on the pages, by key in the API. A session ends when
nobody has been there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _

from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.core.kept import beginning, reading, state
from hjulet.core.now import now
from hjulet.core.problem import Problem, is_api, problem
from hjulet.org.login import client_address
from hjulet.org.reach import actor_for
from hjulet.org.tokens import actor_of_header

TOUCH = timedelta(seconds=60)
WITHOUT_PERSON = ("/static/", "/healthz")
# Nobody is asked who she is: not even a session that is there is looked at.
UNNAMED = ("/rapportera/anonymt/", "/synpunkt/folj/")
READS = frozenset({"GET", "HEAD"})
PUBLIC = frozenset({"/diarium/", "/synpunkt/"})  # alone: the registrar's page lies below the latter


class ActorMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_api(request):
            return self._api(request)
        request.actor = None if _without_person(request.path) else self._actor(request)  # type: ignore[attr-defined]
        return self._answer(request, _marks(request) if request.actor else None)  # type: ignore[attr-defined]

    def _answer(self, request: HttpRequest, marks: str | None) -> HttpResponse:
        """With the marks as they are known, where nothing but reading goes on."""
        known = reading(marks) if marks and request.method in READS else nullcontext()
        with beginning(marks), known, net.asking(net.person(request.actor)):  # type: ignore[attr-defined]
            response = self.get_response(request)
        if not request.path.startswith(WITHOUT_PERSON):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _api(self, request: HttpRequest) -> HttpResponse:
        """A key and nothing else: cookies are not looked at, so no other site can act for anyone. Always Swedish."""
        translation.activate("sv")
        request.LANGUAGE_CODE = "sv"
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            # Not led to https: the key has gone out in the open, and whoever sent it must notice.
            return problem(
                request, Problem(403, _("Skicka frågan över https. Byt nyckel: den här kan ha lästs på vägen."))
            )
        header = request.headers.get("Authorization", "")
        marks = state() if header else None
        try:
            with reading(marks) if marks else nullcontext():
                address = client_address(request)
                request.actor = actor_of_header(header, address, now()) if header else None  # type: ignore[attr-defined]
        except Problem as refusal:
            return problem(request, refusal)
        return self._answer(request, marks)

    def _actor(self, request: HttpRequest) -> Actor | None:
        at = now()
        if not request.user.is_authenticated or self._has_ended(request, at):
            return None
        person = request.user
        translation.activate(person.language)
        request.LANGUAGE_CODE = person.language
        with reading(_marks(request)):
            return actor_for(person, at=at)

    def _has_ended(self, request: HttpRequest, at: datetime) -> bool:
        seen = request.session.get("seen")
        last = datetime.fromisoformat(seen) if seen else None
        idle = last is not None and at - last > timedelta(minutes=settings.IDLE_MINUTES)
        if idle or _too_old(request, at):
            request.expired_person_id = request.user.pk  # type: ignore[attr-defined]
            logout(request)
            return True
        if last is None or at - last > TOUCH or last > at:
            request.session["seen"] = at.isoformat()
        return False


def _marks(request: HttpRequest) -> str | None:
    """As they were when the person was asked for; of one who has just logged in they are not known."""
    return getattr(getattr(request, "user", None), "marks", None)


def _without_person(path: str) -> bool:
    return path in PUBLIC or path.startswith((*WITHOUT_PERSON, *UNNAMED))


def _too_old(request: HttpRequest, at: datetime) -> bool:
    """Whether the password was given too long ago, however busy the session has been since."""
    given = request.session.get("authenticated_at")
    return given is not None and at - datetime.fromisoformat(given) > timedelta(seconds=settings.SESSION_COOKIE_AGE)
