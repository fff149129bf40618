"""Processes in the API: read, begun, and the BPMN file in and out with its ETag."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.processes.conftest import Written, draft, publish
from tests.rest.conftest import program

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1"), pytest.mark.capability("PRO-2")]


def test_read_with_its_steps(written: Written, program: Any, actor: Any, at: datetime) -> None:
    made = publish(written(), actor("asa"), at)
    listed = program("juno").get("/processes").json()
    assert made.code in [item["id"] for item in listed["items"]]
    one = program("juno").get(f"/processes/{made.code}").json()
    assert one["current"]["number"] == 1 and one["draft"] is None
    steps = program("juno").get(f"/processes/{made.code}/steps").json()
    assert [step["name"] for step in steps] == ["Start", "Kvittera larmet", "Slut"]
    assert steps[0]["next"][0]["target"] == steps[1]["id"]


def test_a_draft_is_not_there_for_others(written: Written, program: Any) -> None:
    made = written()
    assert program("juno").get(f"/processes/{made.code}").status_code == 404
    assert program("juno").get(f"/processes/{made.code}/bpmn").status_code == 404
    assert program("sara").get(f"/processes/{made.code}/bpmn").status_code == 404
    assert program("asa").get(f"/processes/{made.code}/bpmn").status_code == 200


def test_a_new_process_needs_a_name_and_a_level(program: Any) -> None:
    made = program("asa").ask("POST", "/processes", {"name": "Hemgång", "level": "operating"})
    assert made.status_code == 201 and made.json()["draft"]["state"] == "draft"
    assert program("juno").ask("POST", "/processes", {"name": "Hemgång", "level": "operating"}).status_code == 404


def test_the_file_goes_out_and_comes_in_as_the_next_draft(
    written: Written, program: Any, actor: Any, at: datetime
) -> None:
    made = publish(written(), actor("asa"), at)
    asa = program("asa")
    out = asa.get(f"/processes/{made.code}/bpmn")
    assert out["Content-Type"] == "application/xml" and out["ETag"]
    changed = out.content.replace(b"Kvittera larmet", "Svara på larmet".encode())

    def put(data: bytes, tag: str, who: Any = asa) -> Any:
        return who.client.put(
            f"/api/v1/processes/{made.code}/bpmn",
            data,
            content_type="application/xml",
            headers={"Authorization": f"Bearer {who.secret}", "If-Match": tag},
        )

    assert put(changed, '"1"').status_code == 412
    assert put(b"<x", out["ETag"]).status_code in {409, 422}
    answer = put(changed, out["ETag"])
    assert answer.status_code == 200 and answer.json()["draft"]["number"] == 2
    assert draft(made).elements.filter(name="Svara på larmet").exists()
    assert put(changed, out["ETag"]).status_code == 412  # the draft is what stands there now
    now = asa.get(f"/processes/{made.code}/bpmn?draft=true")
    assert now["ETag"] == answer["ETag"] and "Svara på larmet" in now.content.decode()
    assert put(changed, answer["ETag"]).status_code == 200
    assert put(changed, answer["ETag"], program("juno")).status_code == 404
