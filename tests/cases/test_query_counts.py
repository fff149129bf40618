"""How many questions a page asks the database: at most this many, however many rows there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

pytestmark = pytest.mark.django_db

MOST = {"/": 17, "/arenden/?val=alla": 9, "/rapportera/": 9, "CASE": 13, "/atgarder/": 6, "/rapportera/mina/": 5}


@pytest.mark.parametrize("path", MOST)
def test_pages_ask_a_fixed_number_of_questions(path: str, assessed, browse) -> None:
    visitor = browse("asa")
    case = assessed("sol")
    address = case.get_absolute_url() if path == "CASE" else path
    visitor.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        visitor.get(address)
    for _ in range(3):
        assessed("sol")
    with CaptureQueriesContext(connection) as many:
        visitor.get(address)
    locks = [q for q in many if "pg_advisory" in q["sql"]]  # PostgreSQL's way to let the sealer wait
    assert len(many) - len(locks) <= MOST[path], [q["sql"][:90] for q in many]
    assert len(many) == len(few)
