"""Which step of a process a case happened in, in the API."""

from __future__ import annotations

from typing import Any

import pytest

from hjulet.org.models import Person
from hjulet.processes import actions
from hjulet.processes.bpmn import editing

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-4")]
STEP = "larm/steg_1"


@pytest.fixture
def alarm(actor: Any, at: Any) -> None:
    who, unit = actor("klara"), Person.objects.get(login="klara").home_unit
    assert unit is not None
    facts = actions.ProcessFacts(name="Larm", unit=unit, owner=Person.objects.get(login="klara"), tracks=("sol",))
    made = actions.create(facts, code="larm", actor=who, at=at)
    drawing = made.drawings.select_related("process__unit").get()
    drawing = actions.edit(
        drawing,
        lambda diagram: editing.rename(diagram, "steg_1", "Kvittera larmet"),
        revision=drawing.revision,
        actor=who,
        at=at,
    )
    actions.publish(actions.ask(drawing, actor=who, at=at), actor=who, at=at)


def test_it_is_set_told_and_chosen_by(alarm: None, assessed: Any, program: Any) -> None:
    case, asa = assessed(), program("asa")
    where = f"/cases/{case.ref}/process-step"
    assert asa.ask("PUT", where, {"processStep": STEP}).status_code == 204
    assert asa.get(f"/cases/{case.ref}").json()["processStep"] == STEP
    assert [row["ref"] for row in asa.get(f"/cases?processStep={STEP}").json()["items"]] == [case.ref]
    assert asa.get("/cases?processStep=finns/inte").status_code == 422
    assert asa.ask("PUT", where, {"processStep": "finns/inte"}).status_code == 409
    assert asa.ask("PUT", where, {"processStep": None}).status_code == 204
    assert asa.get(f"/cases/{case.ref}").json()["processStep"] is None


def test_a_report_may_say_it(alarm: None, program: Any) -> None:
    told = {"kind": "deviation", "track": "sol", "unit": "ekbacken-eken", "description": "Ingen kvitterade larmet."}
    assert program("juno").post("/cases", told | {"processStep": STEP}).status_code == 201
    assert program("juno").post("/cases", told | {"processStep": "finns/inte"}).status_code == 201
