"""What an API answers when it cannot do as asked: application/problem+json (RFC 9457) with Swedish words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

API_ROOT = "/api/"
PAGES = frozenset({"/api/v1/docs"})
TYPE = "application/problem+json"


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, by the name it has in the request."""

    field: str
    message: str


class Problem(Exception):
    """Raised where an API operation cannot go on. The detail is a sentence for the person behind the program."""

    def __init__(
        self,
        status: int,
        detail: str = "",
        *,
        errors: tuple[FieldError, ...] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors, self.headers = status, detail, errors, dict(headers or {})


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks, not a browser: keys instead of cookies, problem+json instead of pages."""
    return request.path.startswith(API_ROOT) and request.path not in PAGES


def title_of(status: int) -> str:
    titles = {
        400: _("Frågan går inte att förstå"),
        401: _("Det behövs en API-nyckel som gäller"),
        403: _("API-nyckeln räcker inte till"),
        404: _("Det finns inget här"),
        405: _("Det går inte att göra så här"),
        409: _("Det går inte just nu"),
        412: _("Någon annan hann före"),
        413: _("Det är för mycket på en gång"),
        415: _("Innehållet har en typ som inte går att läsa"),
        422: _("Något behöver rättas"),
        429: _("För många försök"),
        500: _("Något gick sönder hos oss"),
        501: _("Det är inte byggt än"),
        503: _("Databasen svarar inte just nu"),
    }
    return titles.get(status, _("Det gick inte"))


def problem(request: HttpRequest, what: Problem) -> HttpResponse:
    """The answer. `type` leads to the page that tells what the status means, `instance` is the address asked for."""
    body: dict[str, Any] = {
        "type": f"/api/v1/docs#status-{what.status}",
        "title": title_of(what.status),
        "status": what.status,
        "detail": what.detail or title_of(what.status),
        "instance": quote(request.path),
    }
    if what.errors:
        body["errors"] = [{"field": one.field, "message": one.message} for one in what.errors]
    text = json.dumps(body, ensure_ascii=False)
    return HttpResponse(text, status=what.status, content_type=TYPE, headers=what.headers)


def no_key(detail: str = "") -> Problem:
    words = detail or _("Skicka en API-nyckel i huvudet Authorization: Bearer. Du skapar den under Mitt konto.")
    return Problem(401, words, headers={"WWW-Authenticate": 'Bearer realm="hjulet"'})
