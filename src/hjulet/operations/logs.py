"""Logs that hold no personal data: no addresses of pages, no query strings, no bodies, no words of exceptions.

A database's own message may quote the whole row it refused, and Django's name the page; so both are left out of every
record, in either format. What remains finds the fault: route, request id, kind of exception and where it was raised.
"""

from __future__ import annotations

import json
import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from hjulet.operations import metrics

REQUEST = "hjulet.request"
HEADER = "X-Request-ID"
FRAMES = 15
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")
log = logging.getLogger(REQUEST)


def config(form: str, level: str) -> dict[str, Any]:
    """For logging.config.dictConfig. `form` is text or json; requests are logged one by one in json."""
    requests = "INFO" if form == "json" else level
    console = {"class": "logging.StreamHandler", "formatter": "chosen"}
    formatter = {"()": f"hjulet.operations.logs.{'Json' if form == 'json' else 'Text'}"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": formatter},
        "handlers": {"console": console},
        "loggers": {
            REQUEST: {"level": requests},
            # Django's own handlers would write each fault once more, and mail it.
            "django": {"handlers": [], "propagate": True},
        },
        "root": {"handlers": ["console"], "level": level},
    }


class RequestLog:
    """One line for each request, with an id that every other line of the request carries too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        # Not taken away afterwards: Django writes its own line on a refused request when we have returned.
        _request_id.set(given if _GIVEN_ID.fullmatch(given) else uuid.uuid4().hex)
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        response.headers[HEADER] = _request_id.get()
        metrics.observe(response.status_code, seconds)
        log.info("request", extra={"answered": _answered(request, response.status_code, seconds)})
        return response


def _answered(request: HttpRequest, status: int, seconds: float) -> dict[str, Any]:
    actor = getattr(request, "actor", None)
    return {
        "method": request.method if request.method in _METHODS else "?",
        "route": route(request),
        "status": status,
        "ms": round(seconds * 1000),
        "person": actor.person_id if actor else None,
    }


_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


def route(request: HttpRequest | None) -> str:
    """The name of the page's address, never the address itself."""
    match = getattr(request, "resolver_match", None)
    try:  # a request that was refused on its way to the page has not been matched
        match = match or resolve(getattr(request, "path_info", ""))
    except Resolver404:
        return "-"
    return str(match.view_name)


def message_of(record: logging.LogRecord) -> str:
    """What a record says, without what others put into it."""
    if hasattr(record, "request"):  # Django names the page, or quotes what was sent
        return f"answered {getattr(record, 'status_code', '?')} on {route(record.request)}"
    if record.name.startswith("gunicorn") and record.levelno >= logging.WARNING:
        return str(record.msg)  # its arguments may be an address with a query
    return record.getMessage()


def fields_of(record: logging.LogRecord) -> dict[str, Any]:
    answered: dict[str, Any] = getattr(record, "answered", {})
    fields = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": message_of(record),
        "request_id": _request_id.get(),
        **answered,
    }
    if record.exc_info and record.exc_info[1] is not None:
        fields["exception"] = list(_chain(record.exc_info[1]))
    return fields


def _chain(error: BaseException) -> Iterator[dict[str, Any]]:
    """The exception and those behind it: kind and places. Their words are left out."""
    found: BaseException | None = error
    while found is not None:
        frames = extract_tb(found.__traceback__)[-FRAMES:]
        yield {
            "type": type(found).__name__,
            "places": [f"{_short(frame.filename)}:{frame.lineno} {frame.name}" for frame in frames],
        }
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)


def _short(name: str) -> str:
    return "/".join(Path(name).parts[-3:])


class Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = json.dumps(fields_of(record), ensure_ascii=False)
        return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)  # some readers begin a line at U+2028


class Text(logging.Formatter):
    """One entry a line, its places indented: a line break in what others wrote begins no entry of its own."""

    def format(self, record: logging.LogRecord) -> str:
        fields = fields_of(record)
        chain = fields.pop("exception", [])
        head = " ".join(str(fields.pop(name)) for name in ("at", "level", "logger", "message"))
        rest = "".join(f" {name}={value}" for name, value in fields.items() if value not in ("", None))
        head, rest = (_CONTROL.sub(lambda found: f"\\x{ord(found[0]):02x}", text) for text in (head, rest))
        lines = [line for one in chain for line in (f"  {one['type']}", *(f"    {place}" for place in one["places"]))]
        return "\n".join([head + rest, *lines])
