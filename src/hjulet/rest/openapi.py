"""The description of the API: what ninja knows of the operations, and the rest that DIGG's profile asks for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from ninja.operation import Operation

from hjulet.core.access import ANYONE, LOGGED_IN
from hjulet.core.problem import TYPE, title_of
from hjulet.rest.conditions import FORM as IF_MATCH_FORM
from hjulet.rest.examples import example_of
from hjulet.rest.later import LATER

VERSION = "1.0.0"
RELEASED = "2026-11-22"
ABOUT = """Hjulets API gör det som sidorna gör, med samma regler och samma rättigheter: läsa och föra ärenden, åtgärder,
organisation och statistik. Den som frågar är en person, med en API-nyckel som hen har skapat under Mitt konto.
Allt som läses och skrivs loggas med nyckelns nummer. Personnummer får aldrig stå i en adress. Begränsningar: se
x-limitations.

In English: the API does what the pages do, under the same rules and the same rights: reading and working with cases,
measures, the organisation and statistics. The caller is a person, with an API key made under My account. All reads
and writes are logged with the number of the key. Personal identity numbers never go into an address. Limitations: see
x-limitations."""
LIMITATIONS = (
    "En sida har högst 100 poster. En export har högst 50 000 ärenden. En fil är högst 15 MB, övrigt innehåll 5 MB. "
    "Avvikelser och förslag går att skicka in. Det här är inte byggt än och svarar 501: "
    + ", ".join(sorted(LATER))
    + ". "
    "Siffror för den som ser dolda små tal gäller hela, avslutade kvartal."
)
SLA = {
    "availability": "Bestäms av den som driver installationen. Hälsa visas på /healthz och /readyz.",
    "responseTime": "Bestäms av den som driver installationen. Uppmätta tider står i docs/performance.md.",
    "support": "Den som sköter Hjulet i kommunen, på vardagar. Adressen står i contact.",
}
SAID = {
    200: "Det gick bra.",
    201: "Det är skapat. Adressen står i Location.",
    204: "Det är gjort, och det finns inget mer att säga.",
    400: "Frågan följer inte beskrivningen. I errors står vad som ska rättas, fält för fält.",
    401: "API-nyckel saknas, stämmer inte, har gått ut eller är återkallad.",
    403: "Nyckeln får bara läsa, eller får inte ta beslut.",
    404: "Det finns inte, eller så är det inte ditt att se. Svaret är detsamma.",
    405: "Adressen finns men tar emot något annat. I Allow står vad.",
    409: "Det går inte i det läge som är nu. I detail står vad som saknas.",
    412: "Det har ändrats sedan du läste det (If-Match).",
    413: "Innehållet är för stort.",
    415: "Innehållet har fel typ.",
    422: "Frågan går att läsa, men något i den stämmer inte. I errors står vad, fält för fält.",
    429: "För många försök med nycklar som inte gäller. Vänta så länge som Retry-After säger.",
    501: "Det är inte byggt än.",
    503: "Databasen svarar inte just nu. Försök igen efter så många sekunder som Retry-After säger.",
}
PROBLEM = {
    "type": "object",
    "title": "Problem",
    "description": "Vad som gick fel, enligt RFC 9457.",
    "required": ["type", "title", "status", "detail", "instance"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "examples": ["/api/v1/docs#status-422"]},
        "title": {"type": "string", "examples": ["Något behöver rättas"]},
        "status": {"type": "integer", "examples": [422]},
        "detail": {"type": "string", "examples": ["Rätta det som står i errors och skicka igen."]},
        "instance": {"type": "string", "format": "uri-reference", "examples": ["/api/v1/cases"]},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/FieldError"}},
    },
}
FIELD_ERROR = {
    "type": "object",
    "title": "FieldError",
    "required": ["field", "message"],
    "properties": {
        "field": {"type": "string", "examples": ["description"], "description": "Fältets namn i frågan."},
        "message": {"type": "string", "examples": ["Skriv vad som hände. En mening räcker."]},
    },
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "description": "ETag från senaste läsningen. Har någon annan ändrat sedan dess blir svaret 412.",
    "schema": {"type": "string", "format": "etag", "pattern": IF_MATCH_FORM, "examples": ['"3"']},
}
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Ditt eget unika värde. Skickas samma fråga igen inom ett dygn görs inget och svaret blir detsamma.",
    "schema": {"type": "string", "pattern": "^[!-~]{1,100}$", "examples": ["0b3c7f0e-6a43-4f0e-9d2e-6b1f6f0f6c11"]},
}
TEXT = {"type": "string"}
HEADERS = {
    "ETag": {"description": "Version, att skicka i If-Match.", "schema": {"type": "string", "format": "etag"}},
    "Location": {"description": "Adressen till det som skapades.", "schema": {"type": "string", "format": "uri"}},
    "Retry-After": {"description": "Sekunder att vänta.", "schema": {"type": "integer", "minimum": 1}},
    "WWW-Authenticate": {"description": "Hur man visar vem man är.", "schema": TEXT},
}


def complete(document: dict[str, Any], endpoints: Mapping[str, list[Operation]]) -> dict[str, Any]:
    """Adds what every operation shares, examples, and who answers for the API."""
    document["info"] |= _info()
    document["servers"] = [{"url": f"{settings.BASE_URL}/api/v1", "description": _server_words()}]
    document["externalDocs"] = {
        "description": "Hur API:et används, villkor, servicenivå (SLA) och kända begränsningar",
        "url": f"{settings.BASE_URL}/api/v1/docs",
    }
    schemas = document["components"]["schemas"]
    schemas["Problem"], schemas["FieldError"] = PROBLEM, FIELD_ERROR
    document["components"]["securitySchemes"] = {
        "key": {"type": "http", "scheme": "bearer", "description": "API-nyckel, skapas under Mitt konto."}
    }
    for route, operations in endpoints.items():
        for operation in operations:
            for method in operation.methods:
                _finish(document["paths"][route][method.lower()], operation, schemas)
    return document


def _info() -> dict[str, Any]:
    return {
        "summary": "Ärenden, åtgärder, organisation och statistik i ett ledningssystem för kvalitet",
        "contact": {
            "name": "Den som sköter Hjulet",
            "url": f"{settings.BASE_URL}/hjalp/",
            "email": settings.DEFAULT_FROM_EMAIL,
        },
        "license": {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/sv/"},
        "termsOfService": f"{settings.BASE_URL}/api/v1/docs#villkor",
        "x-sla": SLA,
        "x-limitations": LIMITATIONS,
    }


def _server_words() -> str:
    secure = urlsplit(settings.BASE_URL).scheme == "https"
    return "Den här installationen" if secure else "Den egna datorn, utan TLS. I drift används https på port 443."


def _finish(told: dict[str, Any], operation: Operation, schemas: dict[str, Any]) -> None:
    told |= {"operationId": operation.view_func.__name__, "description": _who(operation, told.get("description", ""))}
    parameters = told.setdefault("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _without_null(parameter["schema"])
    post = "POST" in operation.methods
    minds = getattr(operation.view_func, "conditional", False)
    parameters += ([IDEMPOTENCY_KEY] if post else []) + ([IF_MATCH] if minds else [])
    anyone = ANYONE in operation.view_func.access  # type: ignore[attr-defined]
    told["security"] = [] if anyone else [{"key": []}]
    responses = told["responses"]
    for status in _problems(told, operation, anyone=anyone, minds=minds):
        responses[status] = {"content": {TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
    for status, answer in responses.items():
        _finish_answer(int(status), answer, schemas, minds)
    told["responses"] = {str(status): responses[status] for status in sorted(responses, key=int)}
    for media, content in told.get("requestBody", {}).get("content", {}).items():
        _give_example(media, content, schemas)


def _without_null(schema: dict[str, Any]) -> dict[str, Any]:
    """An address has no null: what may be left out is just not there."""
    there = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    if len(there) != 1:
        return schema
    return {name: value for name, value in schema.items() if name != "anyOf"} | there[0]


def _who(operation: Operation, description: str) -> str:
    marks = sorted(str(mark) for mark in operation.view_func.access)  # type: ignore[attr-defined]
    if ANYONE in marks:
        who = "Öppen för alla, utan nyckel."
    elif LOGGED_IN in marks:
        who = "Öppen för alla som har en nyckel."
    else:
        who = f"Kräver något av uppdragen {', '.join(marks)}."
    return f"{description} {who}".strip()


def _problems(told: dict[str, Any], operation: Operation, *, anyone: bool, minds: bool) -> list[int]:
    found = {503, 401, 429}  # a key that does not hold is refused everywhere
    if told["parameters"] or "requestBody" in told:
        found |= {400}
    if not anyone:
        found |= {404}
    if any(part["in"] == "query" for part in told["parameters"]) or "requestBody" in told:
        found |= {422}
    if not {"GET"} & set(operation.methods):
        found |= {403, 409, 422} | ({412} if minds else set())
    if "requestBody" in told:
        found |= {413, 415}
    return sorted(found)


def _finish_answer(status: int, answer: dict[str, Any], schemas: dict[str, Any], minds: bool) -> None:
    answer["description"] = SAID[status]
    names = {201: ["Location"], 401: ["WWW-Authenticate"], 429: ["Retry-After"], 503: ["Retry-After"]}.get(status, [])
    if names or (minds and status in {200, 201}):
        wanted = names + (["ETag"] if minds and status in {200, 201} else [])
        answer["headers"] = {name: HEADERS[name] for name in wanted}
    for media, content in answer.get("content", {}).items():
        _give_example(media, content, schemas, status)


def _give_example(media: str, content: dict[str, Any], schemas: dict[str, Any], status: int = 0) -> None:
    if not media.endswith("json"):
        return
    value = example_of(content["schema"], schemas)
    if media == TYPE:
        value = {**value, "type": f"/api/v1/docs#status-{status}", "title": title_of(status), "status": status}
        value["detail"] = SAID[status]
    content.setdefault("examples", {"exempel": {"summary": "Exempel", "value": value}})
