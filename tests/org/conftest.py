"""Two small municipalities, without each other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from tests.org.town import Town, build_town


@pytest.fixture
def town(db: None, at: datetime) -> Town:
    return build_town("alvik", at)


@pytest.fixture
def other_town(db: None, at: datetime) -> Town:
    return build_town("bovik", at)


@pytest.fixture
def visit(at: datetime) -> Callable[[Town, str], Client]:
    """A client logged in as someone in a town."""

    def enter(town: Town, who: str) -> Client:
        client = Client()
        client.force_login(town.people[who])
        session = client.session
        session["seen"] = session["authenticated_at"] = at.isoformat()
        session.save()
        return client

    return enter
