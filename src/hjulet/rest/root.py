"""The one API. Rooms hang their routers on it (config/api.py); here is what they all share."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.operation import Operation
from ninja.renderers import BaseRenderer
from ninja.utils import normalize_path

from hjulet.core.flow import Refused, Stale
from hjulet.core.problem import FieldError, Problem, problem
from hjulet.rest import openapi
from hjulet.rest.endpoint import Endpoint


class Renderer(BaseRenderer):
    """JSON with Å, Ä and Ö as they are."""

    media_type = "application/json"

    def render(self, request: HttpRequest, data: Any, *, response_status: int) -> str:
        return json.dumps(data, ensure_ascii=False, default=str)


class Api(NinjaAPI):
    _documents: ClassVar[dict[str, dict[str, Any]]] = {}

    def endpoints(self) -> dict[str, list[Operation]]:
        """Every address with its operations, in order. Two routers may share an address."""
        found: dict[str, list[Operation]] = {}
        for router in self._get_bound_routers():
            for route, path_view in router.path_operations.items():
                whole = normalize_path("/".join(part for part in (router.prefix, route) if part))
                found.setdefault("/" + whole.strip("/"), []).extend(path_view.operations)
        return found

    @property
    def patterns(self) -> list[URLPattern]:
        """Addresses for Django. Unlike ninja's own they carry the access that AccessMiddleware asks for."""
        return [
            path(_django_route(route), Endpoint(operations), name=f"api{re.sub('[/{}]+', '-', route).rstrip('-')}")
            for route, operations in self.endpoints().items()
        ]

    def description_document(self) -> dict[str, Any]:
        """The OpenAPI 3.1 document that is served, in Swedish. Put together once for an address."""
        if settings.BASE_URL not in self._documents:
            with translation.override("sv"):
                document = openapi.complete(self.get_openapi_schema(path_prefix=""), self.endpoints())
            self._documents[settings.BASE_URL] = document
        return self._documents[settings.BASE_URL]

    def get_openapi_operation_id(self, operation: Any) -> str:
        return operation.view_func.__name__

    def on_exception(self, request: HttpRequest, exc: Any) -> HttpResponse:
        """What an operation raised, as an answer. What has no answer here goes on to Django."""
        return problem(request, _problem_of(exc))

    def set_default_exception_handlers(self) -> None:
        """ninja's own answers are not problem+json."""


def _django_route(route: str) -> str:
    """`/cases/{ref}` as Django writes it, without the leading slash."""
    return route.lstrip("/").replace("{", "<").replace("}", ">")


def _problem_of(error: Exception) -> Problem:
    """Raises the error again when it is none of those that an operation may end in."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ValidationError):
        return _malformed(error)
    if isinstance(error, Stale):
        return Problem(412, _("Någon annan hann ändra. Läs igen och försök då."))
    if isinstance(error, Refused):
        return Problem(409, str(error))
    if isinstance(error, Http404 | ObjectDoesNotExist):
        return Problem(404, _("Det finns inte, eller så är det inte ditt att se."))
    if isinstance(error, RequestDataTooBig):
        return Problem(413)
    if isinstance(error, HttpError):
        return Problem(error.status_code)
    raise error


def _malformed(error: ValidationError) -> Problem:
    """The request does not follow the description: 400 with what is wrong, field by field."""
    errors = tuple(FieldError(_field_of(one["loc"]), _words_of(one)) for one in error.errors[:50])
    return Problem(400, _("Rätta det som står i errors och skicka igen."), errors=errors)


def _field_of(location: tuple[Any, ...]) -> str:
    """("body", "given", "occurredAt") as occurredAt; in a question the name alone."""
    source, *rest = [str(part) for part in location]
    inner = rest[1:] if source in {"body", "form"} and len(rest) > 1 else rest
    return ".".join(inner)


def _words_of(error: dict[str, Any]) -> str:
    context = error.get("ctx") or {}
    expected = str(context.get("expected", ""))
    words = {
        "missing": _("Fältet saknas."),
        "extra_forbidden": _("Fältet finns inte i beskrivningen."),
        "string_too_long": _("Texten får ha högst %(most)s tecken.") % {"most": context.get("max_length")},
        "string_too_short": _("Texten är för kort."),
        "string_pattern_mismatch": _("Texten har tecken eller en form som inte går."),
        "greater_than_equal": _("Talet ska vara minst %(least)s.") % {"least": context.get("ge")},
        "less_than_equal": _("Talet ska vara högst %(most)s.") % {"most": context.get("le")},
        "enum": _("Ska vara något av: %(values)s.") % {"values": expected},
        "literal_error": _("Ska vara något av: %(values)s.") % {"values": expected},
        "timezone_aware": _("Tiden ska ha en tidszon, till exempel 2026-11-12T08:00:00Z."),
    }
    return words.get(str(error["type"]), _("Värdet har fel form. Se beskrivningen i /api/v1/openapi.json."))


api = Api(
    title="Hjulet",
    version=openapi.VERSION,
    description=openapi.ABOUT,
    renderer=Renderer(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="hjulet-api",
)
