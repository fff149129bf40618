"""The register of laws by the API, and the law of a case's own day."""

from __future__ import annotations

from typing import Any

import pytest

from hjulet.cases import actions
from hjulet.cases.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-1", "NEW-20", "PLT-1")]


def test_the_list_is_what_applies_on_a_day(program: Any) -> None:
    asa = program("asa")
    now = asa.get("/laws?law=SoL&limit=100").json()
    assert now["total"] == len(now["items"]) and {law["state"] for law in now["items"]} == {"in-force"}
    assert "sol-27-5" in {law["code"] for law in now["items"]}
    assert asa.get("/laws?law=SoL&on=2025-06-30").json()["total"] == 0
    old = asa.get("/laws?law=SoL (2001:453)&on=2025-06-30&limit=100").json()["items"]
    assert "sol01-14-6" in {law["code"] for law in old}
    assert asa.get("/laws?state=repealed&kind=regulation").json()["total"] >= 2
    assert asa.get("/laws?all=true").json()["total"] > asa.get("/laws").json()["total"]
    assert asa.get("/laws?on=igår").status_code == 400 and asa.get("/laws?kind=x").status_code == 400


def test_one_provision_with_its_neighbours_and_what_hangs(program: Any) -> None:
    asa = program("asa")
    law = asa.get("/laws/sol-27-5").json()
    assert [row["code"] for row in law["replaces"]] == ["sol01-14-6"] and law["replacedByChain"] == []
    assert {"step", "clock"} <= {row["kind"] for row in law["hangs"]}
    old = asa.get("/laws/sol01-14-6?on=2024-01-01").json()
    assert (old["state"], old["replacedBy"]) == ("in-force", "sol-27-5")
    assert asa.get("/laws/sol01-14-6").json()["state"] == "repealed"
    assert asa.get("/laws/finns-inte").status_code == 404
    assert asa.get("/laws/sol-27-5?dag=2024-01-01").status_code == 400


def test_the_basis_of_a_case_is_the_law_of_its_day(program: Any, reported: Any, actor: Any, at: Any) -> None:
    case = actions.perform(reported(suspects_misconduct=True), "receive", actor=actor("dag"), at=at)
    dag = program("dag")
    addresses = (f"/cases/{case.ref}/steps", f"/cases/{case.ref}/entries")

    def bases() -> set[str]:
        answers = [dag.get(address).json() for address in addresses]
        rows = [row for answer in answers for row in (answer["items"] if isinstance(answer, dict) else answer)]
        return {row["basis"] for row in rows}

    before = bases()
    moved = Case.objects.unscoped(reason="the test moves a case back in time").filter(pk=case.pk)
    moved.update(reported_at=case.reported_at.replace(year=2025, month=6, day=30))
    after = bases()
    assert {code for code in before if code and code.startswith("sol-")}
    assert not {code for code in after if code and code.startswith("sol-")}
    assert {code for code in after if code and code.startswith("sol01-")}
