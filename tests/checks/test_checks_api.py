"""Self-checks for other systems: the same doors as the pages, and what is wrong is said."""

from __future__ import annotations

from typing import Any

import pytest

from hjulet.checks.models import Answer, Round
from hjulet.org.models import Unit
from tests.checks.answering_world import make_round
from tests.rest.conftest import program as program

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-1")]
CODES = ("kvall-1", "kvall-2", "miljo-1")


def test_who_reads_and_who_answers(program: Any) -> None:
    round_ = make_round(Unit.objects.get(code="ekbacken"))
    body = {"answers": [{"question": "kvall-1", "points": 2}]}
    address = f"/checks/{round_.pk}"
    for login, reads, writes in (
        ("asa", 200, 200), ("juno", 200, 200), ("cilla", 200, 409), ("mona", 200, 200), ("goran", 200, 409),
        ("ivar", 404, 404), ("sara", 404, 404),
    ):  # fmt: skip
        assert program(login).ask("GET", address).status_code == reads, login
        assert program(login).ask("POST", f"{address}/answers", body).status_code == writes, login


def test_answers_come_in_and_are_sent(program: Any) -> None:
    round_, asa = make_round(Unit.objects.get(code="ekbacken")), program("asa")
    address = f"/checks/{round_.pk}/answers"
    some = {"answers": [{"question": "kvall-1", "points": 1, "note": "Kylen var tom."}], "send": True}
    refused = asa.ask("POST", address, some)
    assert refused.status_code == 409 and "saknar svar" in refused.content.decode()
    for wrong in ({"question": "finns-inte", "points": 1}, {"question": "kvall-1", "points": 3}):
        assert asa.ask("POST", address, {"answers": [wrong]}).status_code == 409
    whole = {"answers": [{"question": code, "points": 2} for code in CODES[:2]], "send": True}
    whole["answers"].append({"question": CODES[2], "notApplicable": True})  # type: ignore[attr-defined]
    told = asa.ask("POST", address, whole).json()
    assert (told["standing"], float(told["mean"]), len(told["answers"])) == ("sent", 2.0, 3)
    assert asa.ask("POST", address, whole).status_code == 409
    assert Answer.objects.filter(round=round_).count() == 3


def test_the_list_is_asked_by_place_and_standing(program: Any) -> None:
    round_ = make_round(Unit.objects.get(code="ekbacken"))
    Round.objects.filter(pk=round_.pk).update(opens_on="2026-07-01", due_on="2026-09-30")
    asa = program("asa")
    found = asa.ask("GET", "/checks?unit=ekbacken&standing=late").json()
    assert [one["id"] for one in found["items"]] == [round_.pk]
    assert asa.ask("GET", "/checks?unit=finns-inte").status_code == 422
