"""DIGG's national REST API profile 1.2.0: what its 47 rules ask of the description that is served."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hjulet.config.api import api

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]
RULES = [
    "DOK.01",
    "DOK.03",
    "DOK.06",
    "DOK.07",
    "DOK.08",
    "DOK.09",
    "DOK.11",
    "DOK.15",
    "DOK.17",
    "DOK.19",
    "DOK.20",
    "DOT.01",
    "DOT.04",
    "RES.02",
    "RES.06",
    "UFN.01",
    "UFN.02",
    "UFN.05",
    "UFN.07",
    "UFN.08",
    "UFN.09",
    "AME.01",
    "AME.02",
    "AME.04",
    "AME.05",
    "AME.07",
    "ARQ.01",
    "ARQ.03",
    "ARQ.05",
    "FEL.01",
    "FEL.02",
    "VER.05",
    "VER.06",
    "FNS.01",
    "FNS.03",
    "FNS.05",
    "FNS.06",
    "FNS.07",
    "FNS.08",
    "FNS.09",
    "SAK.01",
    "SAK.09",
    "SAK.10",
    "SAK.15",
    "SAK.16",
    "SAK.18",
    "FOR.02",
]
PROBLEM = "application/problem+json"
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")


@pytest.fixture
def document(settings) -> dict[str, Any]:
    """As a municipality serves it, behind https."""
    settings.BASE_URL = "https://hjulet.kommun.example"
    served = Client().get("/api/v1/openapi.json")
    assert served.status_code == 200 and served["Content-Type"] == "application/json"
    told: dict[str, Any] = served.json()
    return told


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            yield path, method, told


def media(told: dict[str, Any]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Status (0: request body), media type and content."""
    for kind, content in told.get("requestBody", {}).get("content", {}).items():
        yield 0, kind, content
    for status, answer in told["responses"].items():
        for kind, content in answer.get("content", {}).items():
            yield int(status), kind, content


def properties(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for schema in document["components"]["schemas"].values():
        yield from schema.get("properties", {}).items()


def test_every_rule_is_answered_in_the_documentation() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
    answered = re.findall(r"^\| ([A-Z]{3}\.\d\d) \| (SKALL|BÖR|SKALL INTE|BÖR INTE) \| (ja|delvis|nej) \|", text, re.M)
    assert [rule for rule, _kind, _how in answered] == RULES
    assert [rule for rule, kind, how in answered if kind.startswith("SKALL") and how != "ja"] == []


def test_documentation(document) -> None:
    info = document["info"]
    assert document["externalDocs"]["description"] and document["externalDocs"]["url"]  # DOK.01
    assert info["version"] and info["title"] and info["description"].strip()  # DOK.03, 07, 11
    assert set(info["contact"]) == {"name", "url", "email"} and {"name", "url"} <= set(info["license"])
    assert "In English" in info["description"]  # DOK.06
    assert info["termsOfService"] and set(info["x-sla"]) == {"availability", "responseTime", "support"}  # DOK.08
    assert info["x-limitations"] and "Begränsningar" in info["description"]  # DOK.09
    assert document["openapi"].startswith("3.1")  # DOK.17
    for path, method, told in operations(document):
        assert told["description"].strip(), (path, method)  # DOK.19
        assert all(answer["description"].strip() for answer in told["responses"].values())  # DOK.20


def test_every_json_has_an_example_that_follows_its_schema(document) -> None:  # DOK.15
    jsonschema_rs = pytest.importorskip("jsonschema_rs")
    for path, method, told in operations(document):
        for status, kind, content in media(told):
            if kind.endswith("json"):
                value = content["examples"]["exempel"]["value"]
                schema = {**content["schema"], "components": document["components"]}
                wrong = [str(one) for one in jsonschema_rs.validator_for(schema).iter_errors(value)]
                assert wrong == [], (path, method, status)


def test_dates_say_so(document) -> None:  # DOT.01, DOT.04
    for name, told in properties(document):
        parts = [told, *told.get("anyOf", [])]
        if re.search(r"(At|On|Released|validFrom|validTo)$", name) or name in {"from", "to", "at"}:
            assert any(part.get("format") in {"date", "date-time"} for part in parts), name


def test_addresses(document) -> None:
    for server in document["servers"]:
        assert re.fullmatch(r"https://[a-z0-9.-]+/api/v1", server["url"])  # UFN.01, 02, 07, 09, SAK.01, VER.05
    for path in document["paths"]:
        assert re.fullmatch(r"(/([a-z0-9]+(-[a-z0-9]+)*|\{[a-z]+\}))+", path), path  # RES.06, UFN.07, 08, 09
        assert len(path) < 200  # UFN.05
    assert "/api-info" in document["paths"]  # VER.06


def test_names(document) -> None:
    for name, _told in properties(document):
        assert CAMEL.fullmatch(name), name  # AME.04, 05, 07
    for path, method, told in operations(document):
        for parameter in told["parameters"]:
            name = parameter["name"]
            assert name.lower() not in {"pnr", "personnummer", "personnr", "personalidentitynumber", "ssn"}  # RES.02
            if parameter["in"] == "query":
                assert CAMEL.fullmatch(name), (path, name)  # FNS.01, 03, 06
                assert not parameter["required"], (path, name)  # FNS.05
            if parameter["in"] == "header":
                assert name in {"Idempotency-Key", "If-Match"}  # ARQ.05
        assert method != "get" or "requestBody" not in told  # FOR.02


def test_content(document) -> None:
    binary = {"export_cases", "get_file", "add_file", "get_bpmn", "put_bpmn"}  # BPMN is XML by its standard
    for path, method, told in operations(document):
        for status, kind, _content in media(told):
            if status >= 400:
                assert kind == PROBLEM, (path, method, status)  # FEL.02
            elif told["operationId"] not in binary:
                assert kind == "application/json", (path, method, status)  # AME.01, 02, ARQ.01
        assert any(int(status) >= 400 for status in told["responses"])
    assert set(document["components"]["schemas"]["Problem"]["required"]) == {
        *("type", "title", "status", "detail", "instance")
    }  # FEL.01


def test_pages(document) -> None:
    for path, method, told in operations(document):
        named = {parameter["name"]: parameter["schema"] for parameter in told["parameters"]}
        if "limit" in named or "offset" in named:
            assert "offset" in named and named["limit"]["default"] == 20, (path, method)  # FNS.07, 09
        assert "page" not in named  # FNS.08


def test_security(document) -> None:
    schemes = document["components"]["securitySchemes"]
    assert [(one["type"], one["scheme"]) for one in schemes.values()] == [("http", "bearer")]  # SAK.09, 10, 15, 16
    open_ones = [path for path, _method, told in operations(document) if not told["security"]]
    assert open_ones == ["/api-info"]


def test_on_ones_own_computer_the_address_is_told_as_it_is(settings) -> None:
    settings.BASE_URL = "http://127.0.0.1:8000"
    server = api.description_document()["servers"][0]
    assert server["url"] == "http://127.0.0.1:8000/api/v1" and "utan TLS" in server["description"]


def test_the_page_for_people_tells_every_operation() -> None:
    page = Client().get("/api/v1/docs").content.decode()
    for path, _method, told in operations(api.description_document()):
        assert f'id="{told["operationId"]}"' in page and path in page
    assert 'id="status-422"' in page and 'id="villkor"' in page
