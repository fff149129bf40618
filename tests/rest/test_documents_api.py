"""Steering documents in the API: the same reach as the pages."""

from __future__ import annotations

import pytest

from tests.rest.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-2"), pytest.mark.capability("PLT-1")]


@pytest.fixture
def everybody(program) -> dict[str, Program]:
    return {login: program(login) for login in ("asa", "cilla", "hanna", "ivar", "juno", "sara")}


def test_what_holds_is_listed_and_read(everybody) -> None:
    juno = everybody["juno"]
    found = juno.get("/documents?q=fall").json()
    assert [row["code"] for row in found["items"]][:1] == ["rutin-vid-fall"]
    one = juno.get("/documents/rutin-vid-fall").json()
    assert one["current"]["adoptedBy"] == "Förvaltningschef"
    assert [row["number"] for row in juno.get("/documents/rutin-vid-fall/versions").json()] == [1]
    assert "Stanna hos personen" in juno.get("/documents/rutin-vid-fall/versions/1").json()["text"]


def test_a_draft_is_for_those_who_write(everybody) -> None:
    body = {"title": "Rutin vid åska", "type": "routine", "unit": "ekbacken", "owner": "asa", "reviewMonths": 12}
    made = everybody["asa"].post("/documents", body | {"body": "<p>Dra ur.<script>x</script></p>"})
    assert (made.status_code, made.json()["current"]) == (201, None)
    code = made.json()["code"]
    assert everybody["asa"].get(f"/documents/{code}/versions/1").json()["body"] == "<p>Dra ur.</p>"
    for login in ("juno", "cilla", "sara", "ivar", "hanna"):
        for tail in ("", "/versions", "/versions/1"):
            assert everybody[login].get(f"/documents/{code}{tail}").status_code == 404, (login, tail)
        assert code not in everybody[login].get("/documents?standing=draft").content.decode()


def test_what_is_wrong_is_told_by_its_name(everybody) -> None:
    body = {"title": "X", "type": "saga", "unit": "solhojden", "owner": "ingen", "reviewMonths": 12}
    answer = everybody["asa"].post("/documents", body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"type", "unit", "owner"}
