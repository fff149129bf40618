"""The same through the API: one's own confirmation, and how many at each unit."""

from __future__ import annotations

from typing import Any

import pytest
from tests.rest.conftest import program

from hjulet.receipts.models import Receipt

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-3"), pytest.mark.capability("PLT-1")]
__all__ = ["program"]


def test_confirm_for_oneself(program: Any) -> None:
    mine = Receipt.objects.unscoped(reason="test").filter(person__login="juno")
    mine.delete()
    juno = program("juno")
    wrong = juno.post("/receipts", {"matter": "lex-sarah", "answer": "meeting"})
    assert wrong.status_code == 422 and wrong.json()["errors"][0]["field"] == "answer"
    assert "genast" in wrong.json()["errors"][0]["message"] and not mine.exists()
    given = juno.post("/receipts", {"matter": "lex-sarah", "answer": "report"})
    assert given.status_code == 200 and given.json()["validUntil"] == "2027-11-12"
    assert juno.post("/receipts", {"matter": "lex-sarah", "answer": "report"}).json() == given.json()
    assert mine.count() == 1
    assert juno.post("/receipts", {"matter": "annat"}).status_code == 404


def test_how_many(program: Any) -> None:
    Receipt.objects.unscoped(reason="test").filter(person__login="juno").delete()
    rows = {row["unit"]: row for row in program("asa").get("/receipts?matter=lex-sarah").json()["items"]}
    assert set(rows) == {"ekbacken", "ekbacken-eken", "ekbacken-boken"}
    eken = rows["ekbacken-eken"]
    assert (eken["asked"], eken["confirmed"], eken["overdue"], eken["never"]) == (1, 0, 0, 1)
    page = program("dag").get("/receipts?limit=2&offset=2").json()
    assert len(page["items"]) == 2 and page["total"] > 15
    hidden = program("hanna").get("/receipts").json()["items"]
    assert {row["asked"] for row in hidden if row["masked"]} == {None}
    assert program("dag").get("/receipts?matter=annat").status_code == 404
