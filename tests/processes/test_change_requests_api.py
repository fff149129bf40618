"""Requests for a change in the API, as the pages have them: asked, listed, answered; those of others are not there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.processes.conftest import Written, publish
from tests.rest.conftest import program

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1"), pytest.mark.capability("PRO-1")]
KINDS = {
    "document": ("/documents/rutin-vid-fall/change-requests", "/document-change-requests", "rutin-vid-fall"),
    "process": ("/processes/fran-larm-till-hjalp/change-requests", "/process-change-requests", "fran-larm-till-hjalp"),
}


@pytest.fixture(params=sorted(KINDS))
def kind(request: Any, written: Written, actor: Any, at: datetime) -> str:
    if request.param == "process":
        publish(written("Från larm till hjälp", login="klara", unit="forvaltningen"), actor("klara"), at)
    return str(request.param)


def test_asked_listed_and_answered(kind: str, program: Any) -> None:
    new, listed, code = KINDS[kind]
    made = program("juno").ask("POST", new, {"text": "Numret har bytts."})
    assert made.status_code == 201, made.content
    one = made.json()
    assert (one["state"], one[kind], one["answeredBy"], one["became"]) == ("new", code, None, None)
    where = f"{listed}/{one['id']}"
    assert [item["id"] for item in program("juno").get(listed).json()["items"]] == [one["id"]]
    assert program("juno").get(f"{listed}?standing=waiting").json()["items"] == []
    assert one["id"] in [
        item["id"] for item in program("klara").get(f"{listed}?standing=waiting&{kind}={code}").json()["items"]
    ]
    assert program("klara").get(f"{listed}?standing=waiting&{kind}=annat").json()["items"] == []
    # another reader sees neither it nor its answer; the asker does not answer it
    for login in ("sara", "juno"):
        answer = program(login).ask("POST", f"{where}/answer", {"answer": "yes"})
        assert answer.status_code == 404, login
    assert program("sara").get(where).status_code == 404
    read = program("klara").get(where)
    stale = program("klara").ask("POST", f"{where}/answer", {"answer": "yes"}, **{"If-Match": '"999"'})
    assert stale.status_code == 412
    bare = program("klara").ask("POST", f"{where}/answer", {"answer": "no"})
    assert bare.status_code in (409, 422)
    told = {"answer": "no", "text": "Det står redan där."}
    done = program("klara").ask("POST", f"{where}/answer", told, **{"If-Match": read["ETag"]})
    assert done.status_code == 200 and done.json()["state"] == "declined" and done["ETag"] != read["ETag"]
    assert program("klara").ask("POST", f"{where}/answer", told).status_code == 409
    assert program("juno").get(where).json()["answer"] == "Det står redan där."


def test_a_yes_goes_into_the_next_version(kind: str, program: Any) -> None:
    new, listed, _code = KINDS[kind]
    one = program("juno").ask("POST", new, {"text": "Numret har bytts."}).json()
    done = program("klara").ask("POST", f"{listed}/{one['id']}/answer", {"answer": "yes"}).json()
    assert done["state"] == "accepted" and done["became"] >= 2


def test_what_cannot_be_asked(kind: str, program: Any) -> None:
    new, listed, code = KINDS[kind]
    for wrong in ({}, {"text": "  "}, {"text": "x" * 5001}, {"text": "x", "other": "y"}):
        assert program("juno").ask("POST", new, wrong).status_code in (400, 422), wrong
    assert program("juno").ask("POST", new.replace(code, "finns-inte"), {"text": "x"}).status_code == 404
    assert program("juno").get(f"{listed}/999999").status_code == 404
    assert program("juno").get(f"{listed}?standing=x").status_code in (400, 422)
    if kind == "process":
        assert program("juno").ask("POST", new, {"text": "x", "element": "borta"}).status_code == 409
