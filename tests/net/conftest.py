from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.net.town import Town, plain, raised


@pytest.fixture(scope="session")
def town(django_db_setup: None, django_db_blocker: Any) -> Iterator[Town]:
    if connection.vendor != "postgresql":
        pytest.skip("row-level security is PostgreSQL's")
    with django_db_blocker.unblock(), raised() as built:
        yield built


@pytest.fixture
def database(town: Town) -> Iterator[psycopg.Connection[Any]]:
    """The application's role, by plain psycopg."""
    with plain(town) as opened:
        yield opened
