"""A private provider and the unit's own manager in a lex Sarah case (rulebook 3.1, 10.3; DEV-8)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from tests.conftest import ASSESSMENT

from hjulet.cases import actions
from hjulet.cases.models import Case, Category
from hjulet.core.flow import Refused
from hjulet.notify.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DEV-8")]

PROTECTION = {"answer": "yes", "text": "Någon annan har tagit över."}


@pytest.fixture
def serious(reported: Callable[..., Case], actor: Any, at: datetime) -> Callable[..., Case]:
    """What someone reports as suspected misconduct; Dag receives and assesses it."""

    def make(login: str = "ivar") -> Case:
        case = reported(login, suspects_misconduct=True, guessed_track="sol")
        dag = actor("dag")
        actions.perform(case, "receive", actor=dag, at=at)
        category = Category.objects.filter(track="sol", parent__isnull=False).first()
        data = ASSESSMENT | {"tracks": ["sol"], "category_id": category.pk, "misconduct": "yes"}  # type: ignore[union-attr]
        return actions.perform(case, "assess", actor=dag, at=at, data=data)

    return make


def sees(case: Case, who: Any) -> bool:
    return bool(Case.objects.visible_to(who).filter(pk=case.pk).exists())


def test_the_boards_officer_has_a_providers_serious_event_at_once(reported, actor, person) -> None:
    case = reported("ivar", suspects_misconduct=True, guessed_track="sol")
    assert sees(case, actor("dag"))
    assert Notice.objects.filter(person=person("dag"), kind="case.reported", link=case.get_absolute_url()).exists()


def test_the_provider_sees_only_its_own(serious, reported, actor) -> None:
    others = reported("juno")
    ivar = actor("ivar")
    assert not sees(others, ivar)
    mine = reported("ivar")
    assert sees(mine, ivar) and not sees(mine, actor("birgitta"))


def test_the_provider_tells_the_board_and_the_inquiry_waits_for_it(serious, actor, person, at) -> None:
    case, dag = serious(), actor("dag")
    clock = case.clocks.get(code="lexsarah.inform_board")
    assert clock.due_on is None and clock.stopped_at is None
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter_in_part(case, "protection", data=PROTECTION, actor=actor("ivar"), at=at)
    with pytest.raises(Refused, match="Nämnden har inte fått veta"):
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
    told = {"who": "Dag Sandell", "day": at.date(), "text": ""}
    actions.enter_in_part(case, "board-informed", data=told, actor=actor("ivar"), at=at)
    assert case.clocks.get(code="lexsarah.inform_board").stopped_at
    assert actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")}).state == "opened"


def test_the_units_manager_protects_without_reading_the_report(serious, browse: Callable[[str], Client], actor) -> None:
    case = serious("juno")
    page = browse("asa").get(f"/arenden/{case.ref}/del/").content.decode()
    assert "prövas" in page and case.description not in page and "Juno" not in page
    assert browse("asa").get(f"/arenden/{case.ref}/").status_code == 404
    sent = {
        "code": "protection",
        "protection-answer": "yes",
        "protection-text": "Extra personal.",
        "protection-day": "2026-11-12",
    }
    assert browse("asa").post(f"/arenden/{case.ref}/del/", sent).status_code == 302
    assert case.notes.get(code="protection").author.login == "asa"
    assert case.get_absolute_url() + "del/" in browse("asa").get("/arenden/").content.decode()


def test_another_units_manager_does_not_even_know(serious, browse) -> None:
    case = serious("juno")
    assert browse("cilla").get(f"/arenden/{case.ref}/del/").status_code == 404
    assert case.ref not in browse("cilla").get("/arenden/").content.decode()
    assert browse("sara").get(f"/arenden/{case.ref}/del/").status_code == 404


def test_what_is_missing_is_said_and_what_was_written_is_kept(serious, browse) -> None:
    case = serious("juno")
    sent = {"code": "protection", "protection-answer": "yes", "protection-text": "", "protection-day": "2026-11-12"}
    page = browse("asa").post(f"/arenden/{case.ref}/del/", sent)
    assert page.status_code == 422 and "Skriv några ord" in page.content.decode()
    assert not case.notes.filter(code="protection").exists()
