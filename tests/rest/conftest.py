"""A program with someone's key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from hjulet.org import tokens
from hjulet.org.models import Person
from tests.conftest import AT

ROOT = "/api/v1"


class Program:
    """Asks the API with a key in the header and nothing else."""

    def __init__(self, secret: str) -> None:
        self.client, self.secret = Client(enforce_csrf_checks=True, raise_request_exception=True), secret

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        sent: dict[str, Any] = {"headers": {"Authorization": f"Bearer {self.secret}", **headers}}
        if body is not None:
            sent |= {"data": json.dumps(body), "content_type": "application/json"}
        answer: HttpResponse = self.client.generic(method, ROOT + path, **sent)
        return answer

    def get(self, path: str, **headers: str) -> HttpResponse:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.ask("POST", path, body, **headers)


@pytest.fixture
def program(person: Callable[[str], Person]) -> Callable[..., Program]:
    """`program("asa", read_only=True)`: a program with a new key of hers."""

    def make(login: str, **narrowed: Any) -> Program:
        options = {"name": "test", "days": 30, "decides": True, "at": AT, **narrowed}
        _token, secret = tokens.make(person(login), **options, actor=None)
        return Program(secret)

    return make
