"""Refuses what no one has declared, and tells plainly when the database is away."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes
from django.utils.module_loading import import_string

from hjulet.core.access import admits, marks_of
from hjulet.core.problem import Problem, is_api, no_key, problem

Handler = Callable[[HttpRequest], HttpResponse]


NEVER = frozenset({"TRACE", "TRACK", "CONNECT"})  # they only help someone who listens


class AccessMiddleware:
    """Checks a view's @access marks. Not logged in leads to the login page, which keeps what was typed;
    a program is told that it needs a key."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in NEVER:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        if "\x00" in request.path:
            raise Http404
        if "%00" in request.META.get("QUERY_STRING", ""):  # no text holds a NUL, and PostgreSQL refuses to look for one
            raise BadRequest("NUL in the address")
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        marks = marks_of(view, request.method or "")
        if marks is None:
            raise ImproperlyConfigured(f"{view.__module__}.{view.__name__} carries no @access")
        actor = getattr(request, "actor", None)
        if admits(marks, actor):
            return None
        if actor is None and is_api(request):
            return problem(request, no_key())
        if actor is None:
            login_first: Callable[[HttpRequest], HttpResponse] = import_string("hjulet.org.login.login_first")
            return login_first(request)
        raise Http404


class DatabaseErrors:
    """A database that does not answer gives a clear page with 503; the transaction has already been rolled back."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return unavailable(request) if isinstance(error, OperationalError | InterfaceError) else None


class SentInBackground:
    """Tells a form that a script sent where to go next (204, X-Next) instead of redirecting it.

    Had the script followed, the page would be made for no one: its message used up and a read logged that nobody made.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        sent = request.method == "POST" and request.headers.get("X-Requested-With") == "fetch"
        if sent and answer.has_header("Location"):
            answer.headers["X-Next"] = answer.headers["Location"]
            del answer.headers["Location"]
            answer.status_code = 204
            answer.content = b""
        return answer


def typed(request: HttpRequest) -> list[str]:
    """The texts a person wrote in a form that went nowhere, to be shown back to her and to no one else."""
    try:
        fields = list(request.POST.lists())
    except (SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return []  # too large or broken off: that may be why there is an error page at all
    hidden = {"csrfmiddlewaretoken", "password", "kept", "written_by", "submission_key", "current", "new"}
    found = [value for name, values in fields for value in values if name not in hidden]
    return [value for value in found if len(value) > 20]


def unavailable(request: HttpRequest) -> HttpResponse:
    if is_api(request):
        return problem(request, Problem(503, headers={"Retry-After": "30"}))
    page = render_to_string(
        "shell/503.html",
        {"kept": typed(request), "path": escape_leading_slashes(request.path), "base_url": settings.BASE_URL},
    )
    return HttpResponse(page, status=503, headers={"Retry-After": "30"})
