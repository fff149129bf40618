"""`manage handover`, and the same in the API."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.rest.conftest import program  # noqa: F401 - a program asks too

from hjulet.cases.models import Case
from hjulet.handover import actions
from hjulet.handover.models import Handover

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5"), pytest.mark.capability("PLT-1")]


def run(*more: str) -> str:
    out = StringIO()
    call_command("handover", "--from", "asa", "--to", "cilla", "--unit", "ekbacken", *more, stdout=out)
    return out.getvalue()


def test_it_tells_carries_out_and_writes_the_receipt(assessed, person, actor, tmp_path) -> None:
    case, file = assessed("sol"), tmp_path / "kvitto.pdf"
    said = run("-o", str(file))
    assert "Öppna ärenden: 1" in said
    assert "Ärenden, SoL: 1 → Cilla Norén" in said
    assert "Ärenden: 1 till efterträdaren, 0 till andra, 0 utan mottagare." in said
    assert file.read_bytes().startswith(b"%PDF-")
    assert Case.objects.visible_to(actor("cilla")).get(pk=case.pk).handler_id == person("cilla").pk


def test_a_dry_run_changes_nothing(assessed, actor) -> None:
    assessed("sol")
    said = run("--dry-run")
    assert "Ärenden, SoL: 1 → Cilla Norén" in said
    assert "Inget är ändrat." in said
    assert not Handover.objects.unscoped(reason="test").exists()
    assert actor("asa").holds("handle_cases")


def test_a_day_to_come_only_prepares(at, actor) -> None:
    said = run("--on", (at + timedelta(days=9)).date().isoformat())
    assert "Överlämningen förbereds." in said
    assert Handover.objects.unscoped(reason="test").get().state == "prepared"
    assert actor("asa").holds("handle_cases")


@pytest.mark.parametrize(
    "wrong", [["--on", "i morgon"], ["--unit", "finns-inte"], ["--to", "finns-inte"], ["--to", "asa"]]
)
def test_what_is_wrong_is_told(db: None, wrong: list[str]) -> None:
    with pytest.raises(CommandError) as told:
        run(*wrong)
    assert told.value.returncode == 1


def body(person: Any, at: Any, **changes: Any) -> dict[str, Any]:
    return {
        "units": ["ekbacken"],
        "leaving": person("asa").pk,
        "successor": person("cilla").pk,
        "firstDay": at.date().isoformat(),
    } | changes


def test_the_whole_way_in_the_api(assessed, program, person, at) -> None:  # noqa: F811
    assessed("sol")
    lars = program("lars")
    made = lars.post("/handovers", body(person, at))
    assert made.status_code == 200, made.content
    number = made.json()["id"]
    assert {"key": "arenden", "count": 1} in made.json()["sections"]
    assert program("cilla").get(f"/handovers/{number}").json()["state"] == "prepared"
    assert lars.post(f"/handovers/{number}/carry-out", None, **{"If-Match": '"99"'}).status_code == 412
    done = lars.post(f"/handovers/{number}/carry-out", None)
    assert done.json()["passed"][0] == {"kind": "case", "successor": 1, "others": 0, "stay": 0, "nobody": 0}
    assert [row["id"] for row in lars.get("/handovers?shown=ended").json()["items"]] == [number]
    assert lars.post(f"/handovers/{number}/carry-out", None).status_code == 409


def test_what_is_wrong_is_told_by_field(program, person, at) -> None:  # noqa: F811
    lars = program("lars")
    for changes, field in (
        ({"units": ["namnden"]}, "units"),
        ({"leaving": 999_999}, "leaving"),
        ({"successor": 999_999}, "successor"),
        ({"firstDay": "2020-01-01"}, "firstDay"),
    ):
        answer = lars.post("/handovers", body(person, at, **changes))
        assert answer.status_code == 422, answer.content
        assert answer.json()["errors"][0]["field"] == field


def test_who_may_in_the_api(prepared, program) -> None:  # noqa: F811
    handover = prepared()
    reads = {"asa": 200, "cilla": 200, "lars": 200, "root": 200, "juno": 404, "dag": 404, "sara": 404}
    for login, status in reads.items():
        assert program(login).get(f"/handovers/{handover.pk}").status_code == status, login
    for login in ("asa", "cilla", "juno", "dag"):
        assert program(login).post(f"/handovers/{handover.pk}/carry-out", None).status_code == 404, login
    actions.withdraw(handover, reason="x", actor=_lars(handover), at=handover.started_at)
    assert program("lars").post(f"/handovers/{handover.pk}/carry-out", None).status_code == 409


def _lars(handover: Handover) -> Any:
    from hjulet.org.models import Person
    from hjulet.org.reach import actor_for

    return actor_for(Person.objects.select_related("principal", "home_unit").get(login="lars"), at=handover.started_at)
