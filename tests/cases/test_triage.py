"""What a report is proposed to be, on texts that people could have written (NEW-1)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.test import Client

from hjulet.cases import actions
from hjulet.cases.models import Case, Category
from hjulet.cases.triage import Proposal, propose, table
from hjulet.core.actor import Actor
from hjulet.core.models import Event
from hjulet.law.models import LawRow

TEXTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "triage_texts.yaml").read_text("utf-8"))


@pytest.mark.capability("NEW-1")
@pytest.mark.parametrize("row", TEXTS, ids=lambda row: row["text"][:40])
def test_a_text_is_proposed_to_be(row: dict[str, Any]) -> None:
    answers = {"reported_harm": row.get("harm", "unknown"), "suspects_misconduct": row.get("suspects", False)}
    assert [str(p.proposal) for p in propose(row["text"], answers)] == row["expects"]


def test_there_are_enough_texts_and_they_use_the_table() -> None:
    assert len(TEXTS) >= 60
    expected = {code for row in TEXTS for code in row["expects"]}
    assert expected == set(Proposal.values)
    codes = [rule.code for rule in table()[1]]
    assert len(codes) == len(set(codes))


ROUGH = "Personalen slog brukaren på armen när hon inte ville klä på sig."
pytestmark = pytest.mark.django_db


def filled(case: Case, **changes: str) -> dict[str, str]:
    category = Category.objects.filter(track="sol", parent__isnull=False).first()
    answers = {
        **{
            "title": "Hårdhänt",
            "tracks": "sol",
            "event_kind": "adverse-event",
            "category": str(category and category.pk),
        },
        **{"harm": "discomfort", "severity": "3", "likelihood": "1", "misconduct": "no", "care_injury": "no"},
    }
    return answers | {"version": str(case.version)} | changes


@pytest.mark.capability("NEW-1")
def test_a_no_to_what_should_be_tried_needs_a_reason_that_stays(
    reported: Callable[..., Case], actor: Callable[..., Actor], browse: Callable[[str], Client], at: datetime
) -> None:
    case, asa = reported(description=ROUGH), browse("asa")
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    path = f"/arenden/{case.ref}/steg/assess/"
    page = asa.get(path).content.decode()
    assert "Ska prövas enligt lex Sarah" in page and "SoL 27 kap. 2 §" in page and "<mark>slog</mark>" in page
    assert re.search(r'name="misconduct" value="yes"[^>]* checked', page)
    case.refresh_from_db()
    refused = asa.post(path, filled(case))
    assert refused.status_code == 422 and "Skriv varför det inte ska det" in refused.content.decode()
    assert asa.post(path, filled(case, set_aside="Lek mellan syskon, inget slag.")).status_code == 302
    page = asa.get(f"/arenden/{case.ref}/").content.decode()
    assert "Lek mellan syskon, inget slag." in page
    event = Event.objects.get(verb="case.assess", object_id=case.pk)
    assert event.value.values["proposed"] == ["lex-sarah"]


def test_a_yes_needs_no_reason_and_one_law_covers_the_other(
    reported: Callable[..., Case], actor: Callable[..., Actor], browse: Callable[[str], Client], at: datetime
) -> None:
    case, asa = reported(description=ROUGH), browse("asa")
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    case.refresh_from_db()
    answer = asa.post(f"/arenden/{case.ref}/steg/assess/", filled(case, misconduct="yes"))
    assert answer.status_code == 302


def test_a_reason_goes_when_it_is_tried_after_all(
    reported: Callable[..., Case], actor: Callable[..., Actor], browse: Callable[[str], Client], at: datetime
) -> None:
    case, asa = reported(description=ROUGH), browse("asa")
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    case.refresh_from_db()
    asa.post(f"/arenden/{case.ref}/steg/assess/", filled(case, set_aside="Hon slog i dörren."))
    case.refresh_from_db()
    assert case.set_aside == "Hon slog i dörren."
    asa.post(f"/arenden/{case.ref}/steg/reclassify/", filled(case, misconduct="yes"))
    case.refresh_from_db()
    assert (case.misconduct, case.set_aside) == ("yes", None)


def test_the_table_can_be_read_and_tried(browse: Callable[[str], Client]) -> None:
    juno = browse("juno")
    page = juno.get("/rapportera/forslag/").content.decode()
    assert all(str(rule.why) in page for rule in table()[1])
    tried = juno.post("/rapportera/forslag/", {"text": ROUGH}).content.decode()
    assert "<mark>Personalen</mark>" in tried
    odd = juno.post("/rapportera/forslag/", {"text": "\x00<script>alert(1)</script>"})
    assert odd.status_code == 200 and b"<script>alert" not in odd.content


def test_every_rule_rests_on_a_provision_of_today(at: datetime) -> None:
    known = set(LawRow.objects.on(at.date()).values_list("code", flat=True))
    assert {rule.law for rule in table()[1]} <= known
