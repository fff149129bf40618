"""What a log line holds, and what it never holds."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from hjulet.operations.logs import REQUEST, Json, Text, config

pytestmark = pytest.mark.capability("PLT-4")
SECRET = "Anna Andersson 19121212-1212 ramlade"


@pytest.fixture(params=["json", "text"])
def written(request: Any) -> Iterator[Callable[[], str]]:
    """Everything any logger says, in both formats."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Json() if request.param == "json" else Text())
    root = logging.getLogger()
    loggers = [root, logging.getLogger(REQUEST)]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield stream.getvalue
    root.removeHandler(handler)
    for logger, level in zip(loggers, before, strict=True):
        logger.setLevel(level)


def test_an_exception_is_told_without_its_words(written: Callable[[], str]) -> None:
    try:
        try:
            int(SECRET)
        except ValueError as problem:
            raise RuntimeError(SECRET) from problem
    except RuntimeError:
        logging.getLogger("hjulet.cases").exception("job %s failed", "remind")
    said = written()
    assert "Anna" not in said and "1212" not in said
    assert "job remind failed" in said and "RuntimeError" in said and "ValueError" in said
    assert "operations/test_logs.py:" in said and "test_an_exception_is_told_without_its_words" in said


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_not_quoted(written: Callable[[], str], person: Any) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO core_event (verb, actor_label) VALUES ('x', %s)", [SECRET])
    except DatabaseError:
        logging.getLogger("hjulet.core").exception("a write failed")
    assert "IntegrityError" in written() and "Anna" not in written()


@pytest.mark.django_db
def test_a_page_is_named_by_its_route(written: Callable[[], str], browse: Callable[[str], Client], person: Any) -> None:
    juno = browse("juno")
    juno.get("/arenden/", {"q": SECRET})
    juno.get(f"/{SECRET.replace(' ', '-')}/?namn={SECRET}")
    juno.post("/sok/", {"q": SECRET})
    juno.get("/healthz", headers={"X-Request-ID": "<script>Anna"})
    said = written()
    assert "Anna" not in said and "1212" not in said and "arenden/" not in said
    for route in ("cases", "search", "healthz"):
        assert route in said
    assert str(person("juno").pk) in said


@pytest.mark.django_db
def test_a_request_keeps_the_id_it_was_given(written: Callable[[], str], client: Client) -> None:
    answer = client.get("/healthz", headers={"X-Request-ID": "abc-123-def-456"})
    assert answer.headers["X-Request-ID"] == "abc-123-def-456"
    other = client.get("/healthz").headers["X-Request-ID"]
    assert len(other) == 32
    assert "abc-123-def-456" in written() and other in written()


def test_one_line_of_json_holds_these_fields(client: Client) -> None:
    record = logging.LogRecord("hjulet.request", logging.INFO, __file__, 1, "request", None, None)
    record.answered = {"method": "GET", "route": "cases", "status": 200, "ms": 12, "person": 7}
    line = json.loads(Json().format(record))
    assert set(line) == {
        *("at", "level", "logger", "message", "request_id"),
        *("method", "route", "status", "ms", "person"),
    }
    assert "\n" not in Json().format(record) and line["at"].endswith("+00:00")


def test_what_gunicorn_complains_of_is_not_quoted() -> None:
    record = logging.LogRecord(
        "gunicorn.error", logging.ERROR, __file__, 1, "Error handling request %s", ("/?q=Anna",), None
    )
    assert json.loads(Json().format(record))["message"] == "Error handling request %s"


@pytest.mark.capability("ACC-3")
@pytest.mark.parametrize("evil", ["a\nb", "a\r\nb", "a\x1b[2Jb", "a\u2028b", "a\x85b", "a\x00b"])
@pytest.mark.parametrize("form", [Json, Text])
def test_a_line_break_in_what_others_wrote_begins_no_entry(evil: str, form: type[logging.Formatter]) -> None:
    record = logging.LogRecord("hjulet.files", logging.ERROR, __file__, 1, "told: %s", (evil,), None)
    written = form().format(record)
    assert len(written.splitlines()) == 1
    assert not set(written) & {"\n", "\r", "\x1b", "\x00", "\x85", "\u2028"}


def test_the_lines_of_a_fault_are_indented() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError as problem:
        told = (ValueError, problem, problem.__traceback__)
        record = logging.LogRecord("hjulet.files", logging.ERROR, __file__, 1, "failed", None, told)
    _first, *rest = Text().format(record).splitlines()
    assert rest and all(line.startswith("  ") for line in rest)


def test_both_formats_can_be_set_up() -> None:
    assert config("json", "WARNING")["loggers"]["hjulet.request"]["level"] == "INFO"
    assert config("text", "WARNING")["loggers"]["hjulet.request"]["level"] == "WARNING"
    for form, name in (("json", Json), ("text", Text)):
        made = logging.config.DictConfigurator(config(form, "INFO"))
        formatter = made.configure_formatter(config(form, "INFO")["formatters"]["chosen"])
        assert type(formatter) is name
