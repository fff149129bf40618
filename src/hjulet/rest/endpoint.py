"""One address of the API: what each method needs, HEAD and OPTIONS, and what is checked before an operation runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from ninja.operation import Operation

from hjulet.core.access import ANYONE, ActorRequest, ByMethod
from hjulet.core.now import now
from hjulet.core.problem import FieldError, Problem, problem
from hjulet.rest.once import HEADER, once

Verb = TypeVar("Verb", bound=Callable[..., Any])
BODY_TYPES = {"body": "application/json", "file": "multipart/form-data", "form": "multipart/form-data"}


def reading(operation: Verb) -> Verb:
    """Marks a POST that only reads, so that a key for reading may use it."""
    operation.reading = True  # type: ignore[attr-defined]
    return operation


class Endpoint:
    """A Django view over ninja's operations at an address. AccessMiddleware reads `access` before they run."""

    csrf_exempt = True  # cookies open nothing here

    def __init__(self, operations: list[Operation]) -> None:
        self.operations = {method: operation for operation in operations for method in operation.methods}
        self.access = ByMethod({name: getattr(one.view_func, "access", None) for name, one in self.operations.items()})
        if "GET" in self.operations:
            self.access["HEAD"] = self.access["GET"]
        self.access["OPTIONS"] = frozenset({ANYONE})
        first = operations[0].view_func
        self.__module__, self.__name__, self.__qualname__ = first.__module__, first.__name__, first.__qualname__

    @property
    def allowed(self) -> str:
        more = {"HEAD", "OPTIONS"} if "GET" in self.operations else {"OPTIONS"}
        return ", ".join(sorted({*self.operations, *more}))

    def __call__(self, request: ActorRequest, **kwargs: Any) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(status=204, headers={"Allow": self.allowed})
        operation = self.operations.get("GET" if request.method == "HEAD" else request.method or "")
        if operation is None:
            words = _("Adressen tar emot %(methods)s.") % {"methods": self.allowed}
            return problem(request, Problem(405, words, headers={"Allow": self.allowed}))
        try:
            check(request, operation)
            response = self._run(request, operation, kwargs)
        except Problem as refusal:
            return problem(request, refusal)
        return without_body(response) if request.method == "HEAD" else response

    def _run(self, request: ActorRequest, operation: Operation, kwargs: dict[str, Any]) -> HttpResponseBase:
        if request.method == "POST" and HEADER in request.headers:
            return once(request, lambda: operation.run(request, **kwargs), now())
        return operation.run(request, **kwargs)


def check(request: ActorRequest, operation: Operation) -> None:
    """What holds for every operation. Raises Problem 400, 403 or 415."""
    key = request.actor.key if request.actor else None
    writes = request.method not in {"GET", "HEAD"} and not getattr(operation.view_func, "reading", False)
    if writes and key is not None and key.read_only:
        raise Problem(403, _("Nyckeln får bara läsa. Skapa en som också får skriva, under Mitt konto."))
    _check_question(request, operation)
    _check_body(request, operation)


def _check_question(request: HttpRequest, operation: Operation) -> None:
    known: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ == "query":
            known |= set(getattr(model, "__ninja_flatten_map__", {}))
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        words = _("Frågan har något som adressen inte känner till. Den känner till: %(known)s.")
        names = tuple(FieldError(name[:80], _("Okänt namn.")) for name in unknown[:10])
        raise Problem(400, words % {"known": ", ".join(sorted(known)) or "–"}, errors=names)


def _check_body(request: HttpRequest, operation: Operation) -> None:
    sources = {str(model.__ninja_param_source__) for model in operation.models} & set(BODY_TYPES)
    wanted = BODY_TYPES["file"] if "file" in sources else BODY_TYPES["body"] if sources else ""
    given = (request.content_type or "").lower()
    if wanted and given != wanted:
        raise Problem(415, _("Skicka innehållet som %(type)s.") % {"type": wanted})


def without_body(response: HttpResponseBase) -> HttpResponseBase:
    """The same headers and status, with the length that the body would have had.

    The answer is emptied and not made anew: a file that it holds is closed when the server has sent it.
    """
    if isinstance(response, HttpResponse):
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    elif isinstance(response, StreamingHttpResponse):
        response.streaming_content = iter(())
    return response
