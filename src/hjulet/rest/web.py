"""The description of the API as a document for programs and as a page for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from hjulet.core.access import ANYONE, access
from hjulet.rest.openapi import LIMITATIONS, SAID, SLA
from hjulet.rest.root import api

METHODS = ("get", "post", "put", "patch", "delete")


@access(ANYONE)
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    document = api.description_document()
    return JsonResponse(document, json_dumps_params={"ensure_ascii": False, "indent": 1})


@dataclass(frozen=True)
class Told:
    """One operation, as the page tells it."""

    anchor: str
    method: str
    path: str
    summary: str
    description: str
    parameters: list[tuple[str, str, bool, str]]
    body: list[tuple[str, str, bool, str]]
    statuses: list[str]


@access(ANYONE)
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Drawn from the same document as programs read, by the server: it needs no script."""
    document = api.description_document()
    groups: dict[str, list[Told]] = {}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                one = methods[method]
                groups.setdefault(one.get("tags", ["Övrigt"])[0], []).append(_told(path, method, one, document))
    context = {
        "info": document["info"],
        "about": document["info"]["description"].split("\n\n"),
        "groups": groups,
        "statuses": sorted(SAID.items()),
        "sla": SLA,
        "limitations": LIMITATIONS,
        "root": f"{settings.BASE_URL}/api/v1",
    }
    return render(request, "rest/docs.html", context)


def _told(path: str, method: str, one: dict[str, Any], document: dict[str, Any]) -> Told:
    schemas = document["components"]["schemas"]
    content = one.get("requestBody", {}).get("content", {})
    shape = _resolved(next(iter(content.values()))["schema"], schemas) if content else {}
    needed = set(shape.get("required", []))
    return Told(
        anchor=one["operationId"],
        method=method.upper(),
        path=path,
        summary=one.get("summary", ""),
        description=one["description"],
        parameters=[
            (p["name"], _kind(p["schema"], schemas), p.get("required", False), _words(p)) for p in one["parameters"]
        ],
        body=[
            (name, _kind(part, schemas), name in needed, part.get("description", ""))
            for name, part in shape.get("properties", {}).items()
        ],
        statuses=list(one["responses"]),
    )


def _words(parameter: dict[str, Any]) -> str:
    text: str = parameter.get("description") or parameter["schema"].get("description", "")
    return text


def _resolved(schema: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = schemas[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
    return found


def _kind(schema: dict[str, Any], schemas: dict[str, Any]) -> str:
    """text, heltal, ett av a, b … in a few words."""
    shape = _resolved(schema, schemas)
    choices = [one for word in ("anyOf", "allOf", "oneOf") for one in shape.get(word, []) if one.get("type") != "null"]
    if choices:
        return _kind(choices[0], schemas)
    if "enum" in shape:
        return ", ".join(str(value) for value in shape["enum"])
    if shape.get("type") == "array":
        return f"lista av {_kind(shape['items'], schemas)}"
    names = {"string": "text", "integer": "heltal", "boolean": "true, false", "object": "objekt"}
    by_format = {"date": "datum", "date-time": "tidpunkt", "binary": "fil"}
    return by_format.get(shape.get("format", ""), names.get(str(shape.get("type")), str(shape.get("const", ""))))
