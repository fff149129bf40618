"""A deviation from report to closed, all through the API."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from hjulet.core.models import Event
from tests.rest.conftest import Program

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]

TOLD = {
    "kind": "deviation",
    "track": "unsure",
    "description": "Hon ramlade i duschen. Golvet var halt.",
    "occurredAt": "2026-11-12T08:30:00+01:00",
}
ASSESSED = {
    "step": "assess",
    "title": "Fall i duschen",
    "tracks": ["sol"],
    "eventKind": "adverse-event",
    "harm": "discomfort",
    "severity": 2,
    "likelihood": 2,
    "misconduct": "no",
    "careInjury": "no",
}


def reported(juno: Program, unit: str, **changes: Any) -> str:
    answer = juno.post("/cases", TOLD | {"unit": unit} | changes)
    assert answer.status_code == 201, answer.content
    ref: str = answer.json()["ref"]
    return ref


def take(who: Program, ref: str, step: str, **fields: Any) -> dict[str, Any]:
    answer = who.post(f"/cases/{ref}/steps", {"step": step, **fields})
    assert answer.status_code == 200, answer.content
    done: dict[str, Any] = answer.json()
    return done


def open_steps(who: Program, ref: str) -> dict[str, list[str]]:
    items = who.get(f"/cases/{ref}/steps").json()["items"]
    return {item["name"]: item["whyNot"] for item in items}


@pytest.fixture
def unit(person) -> str:
    code: str = person("juno").home_unit.code
    return code


def category_of(who: Program, ref: str) -> str:
    steps = who.get(f"/cases/{ref}/steps").json()["items"]
    assess = next(step for step in steps if step["name"] == "assess")
    field = next(field for field in assess["fields"] if field["name"] == "category")
    codes = [choice["value"] for choice in field["choices"]]
    from hjulet.cases.models import Category

    return next(code for code in codes if Category.objects.filter(code=code, track="sol").exists())


def test_from_report_to_closed(program: Callable[..., Program], person, unit: str) -> None:
    juno, asa = program("juno"), program("asa")
    ref = reported(juno, unit)
    assert asa.get(f"/cases/{ref}").json()["occurredAt"] == "2026-11-12T07:30:00Z"
    assert juno.get(f"/cases/{ref}").status_code == 404
    assert juno.get(f"/my-reports/{ref}").json()["state"] == "reported"
    take(asa, ref, "receive")
    done = take(asa, ref, **ASSESSED, category=category_of(asa, ref))
    assert done["case"]["track"] == "sol" and done["case"]["state"] == "assessed"
    take(asa, ref, "investigate")
    assert open_steps(asa, ref)["decide"] == ["Utredningen har ingen anteckning.", "Ingen orsak är beskriven."]
    refused = asa.post(f"/cases/{ref}/steps", {"step": "decide", "message": "Vi torkar golvet."})
    assert refused.status_code == 409 and "Ingen orsak är beskriven." in refused.json()["detail"]

    note = {"kind": "fact", "notedOn": "2026-11-12", "source": "Larmloggen", "text": "Larmet kom 02.14."}
    assert asa.post(f"/cases/{ref}/notes", note).status_code == 201
    assert asa.post(f"/cases/{ref}/causes", {"area": "procedures", "text": "Ingen torkar golvet."}).status_code == 201
    planned = {
        "title": "Torka golvet",
        "expectedEffect": "Inga fall",
        "strength": "medium",
        "owner": person("asa").pk,
        "dueOn": "2026-11-30",
    }
    measure = asa.post(f"/cases/{ref}/causes/1/measures", planned)
    assert measure.status_code == 201, measure.content
    number = measure.json()["measures"][0]["id"]
    assert measure["Location"].endswith(f"/api/v1/measures/{number}")
    take(asa, ref, "decide", message="Vi torkar golvet.")

    done_now = {"doneOn": "2026-11-12", "note": "Det står i rutinen."}
    assert asa.post(f"/measures/{number}/done", done_now).json()["state"] == "done"
    take(asa, ref, "follow-up")
    effect = asa.post(f"/measures/{number}/effect", {"effect": "yes", "note": "Inga fall."})
    assert effect.json()["state"] == "effective"
    informed = {"informed": "yes", "informedOn": "2026-11-12"}
    assert asa.ask("PUT", f"/cases/{ref}/person-informed", informed).status_code == 204
    closed = take(asa, ref, "close", message="Golvet torkas nu.", lesson="Torra golv.")
    assert closed["case"]["state"] == "closed" and closed["case"]["closedAt"] == "2026-11-12T08:00:00Z"

    told = asa.get(f"/cases/{ref}/events?limit=100").json()
    verbs = [item["verb"] for item in told["items"]]
    assert verbs[0] == "case.close" and verbs[-1] == "case.reported" and told["total"] == len(verbs)
    assert "(nyckel" in told["items"][0]["who"]
    kinds = [item["kind"] for item in asa.get(f"/cases/{ref}/messages").json()["items"]]
    assert kinds == ["decision", "closing"]


def test_a_key_that_may_not_decide_closes_nothing(program, unit: str) -> None:
    juno, asa = program("juno"), program("asa", decides=False)
    ref = reported(juno, unit, suspectsMisconduct=False)
    take(asa, ref, "receive")
    dag = program("dag", decides=False)
    assert dag.get(f"/cases/{ref}").status_code == 404
    take(asa, ref, **ASSESSED, category=category_of(asa, ref))
    refused = dag.post(f"/cases/{ref}/steps", {"step": "annul", "reason": "Dubblett"})
    assert refused.status_code == 403 and refused.json()["detail"].startswith("Nyckeln får inte ta beslut.")
    assert "Nyckeln får inte ta beslut. Skapa en som får det, under Mitt konto." in open_steps(dag, ref)["annul"]
    assert program("dag").post(f"/cases/{ref}/steps", {"step": "annul", "reason": "Dubblett"}).status_code == 200


def test_files_pass_the_same_checks(program, unit: str) -> None:
    juno, asa = program("juno"), program("asa")
    ref = reported(juno, unit)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "JPEG")

    def upload(content: bytes, name: str, kind: str) -> Any:
        file = SimpleUploadedFile(name, content, content_type=kind)
        client = Client(headers={"Authorization": f"Bearer {asa.secret}"})
        return client.post(f"/api/v1/cases/{ref}/files", {"file": file})

    kept = upload(picture.getvalue(), "golvet.jpg", "image/jpeg")
    assert kept.status_code == 201, kept.content
    refused = upload(b"<script>alert(1)</script>", "golvet.jpg", "image/jpeg")
    assert refused.status_code == 422 and refused.json()["errors"][0]["field"] == "file"
    listed = asa.get(f"/cases/{ref}/files").json()
    assert listed["total"] == 1 and listed["items"][0]["name"] == "golvet.jpg"
    content = asa.get(listed["items"][0]["href"].partition("/api/v1")[2])
    assert content["Content-Type"] == "image/jpeg" and content["Content-Disposition"].startswith("attachment")
    assert program("cilla").get(f"/cases/{ref}/files/{listed['items'][0]['id']}").status_code == 404
    assert Event.objects.filter(kind="read", purpose="file", actor_label__contains="(nyckel").count() == 1
