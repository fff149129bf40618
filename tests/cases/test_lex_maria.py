"""Lex Maria, told as a lawyer would ask about it (rulebook 3.2; MAR-1), and the wall to lex Sarah."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tests.conftest import ASSESSMENT

from hjulet.cases import actions
from hjulet.cases.choices import ContentPoint
from hjulet.cases.entries import PATIENT_ITEMS
from hjulet.cases.models import Case, Category
from hjulet.core.flow import Refused
from hjulet.org.models import Delegation

pytestmark = [pytest.mark.django_db, pytest.mark.capability("MAR-1")]

SERIOUS = {"answer": "serious-injury", "items": ["avoidable"], "text": "Höftfraktur och ny vårdnivå."}
SENT = {"answer": "e-service", "text": "Utredningen.", "reference": ""}
DECISION = {"grade": "serious-injury", "motivation": "Bestående skada som gick att undvika.", "message": "Vi anmäler."}
TOLD = {
    "answer": "yes",
    "items": [code for code, _ in PATIENT_ITEMS],
    "who": "Sjuksköterskan",
    "reference": "2026-11-12, O. Berg",
}


@pytest.fixture
def taken_up(assessed: Callable[..., Case], actor: Any, reported: Any, at: datetime) -> Callable[..., Case]:
    """A fall that Åsa assessed as a possible injury in care, and that Fatima took up."""

    def make(*tracks: str, **changes: Any) -> Case:
        case = reported(occurred_at=at - timedelta(days=10))
        actions.perform(case, "receive", actor=actor("asa"), at=at)
        laws = tracks or ("hsl",)
        category = Category.objects.filter(track=laws[0], parent__isnull=False).first()
        data = ASSESSMENT | {"tracks": list(laws), "category_id": category.pk, "care_injury": "yes"} | changes  # type: ignore[union-attr]
        case = actions.perform(case, "assess", actor=actor("asa"), at=at, data=data)
        if case.kind == "lex-maria":
            case = actions.perform(case, "receive", actor=actor("fatima"), at=at)
        return case

    return make


@pytest.fixture
def inquiry(taken_up: Any, actor: Any, person: Any, at: datetime) -> Callable[..., Case]:
    def make() -> Case:
        case, fatima, rolf = taken_up(), actor("fatima"), actor("rolf")
        actions.perform(case, "weigh", actor=fatima, at=at, data=SERIOUS)
        data = {"handler": person("rolf"), "answer": "yes", "text": "Utred till mars.", "who": "Rolf Ahlin"}
        actions.perform(case, "commission", actor=fatima, at=at, data=data)
        actions.enter(case, "conflict", data={"answer": "yes"}, actor=rolf, at=at)
        for point in ContentPoint:
            told = {"kind": "fact", "noted_on": at.date(), "source": "Journal", "text": str(point.label)}
            actions.add_note(case, **told, point=point.value, actor=rolf, at=at)
        cause = actions.add_cause(case, area="technology", text="Larmmattan var av.", actor=rolf, at=at)
        actions.give_no_measure_reason(cause, reason="Finns redan i ett annat ärende.", actor=rolf, at=at)
        actions.enter(case, "heard", data={"answer": "yes", "text": "Hon minns fallet."}, actor=rolf, at=at)
        actions.enter(case, "consequence", data={"text": "Rullstol."}, actor=rolf, at=at)
        return case

    return make


def sees(case: Case, who: Any) -> bool:
    return bool(Case.objects.visible_to(who).filter(pk=case.pk).exists())


def test_a_possible_injury_goes_to_mas_the_same_day(taken_up, actor) -> None:
    case = taken_up()
    assert (case.kind, case.state, case.handler.login) == ("lex-maria", "received", "fatima")
    assert sees(case, actor("rolf")) and not sees(case, actor("asa")) and not sees(case, actor("dag"))
    assert case.diary_number


def test_the_outer_limit_counts_from_the_event_and_says_it_is_unverified(taken_up, at) -> None:
    clock = taken_up().clocks.get(code="lexmaria.outer_limit")
    assert (clock.due_on, clock.status) == (date(2027, 1, 4), "memory")  # 2 November and two months, a Saturday
    assert "ur minnet" in clock.source


def test_the_patient_is_told_without_any_day_count(taken_up) -> None:
    clock = taken_up().clocks.get(code="lexmaria.inform_patient")
    assert (clock.due_on, clock.urgency) == (None, "asap")


def test_not_serious_goes_back_to_the_unit_with_a_reason(taken_up, actor, at) -> None:
    case, fatima = taken_up(), actor("fatima")
    actions.perform(case, "weigh", actor=fatima, at=at, data={"answer": "injury", "text": "Läker ut.", "items": []})
    told = {"grade": "injury", "motivation": "Övergående.", "message": "Vi har prövat det."}
    case = actions.perform(case, "not-lex-maria", actor=fatima, at=at, data=told)
    assert (case.kind, case.state, case.handler.login, case.grade) == ("deviation", "assessed", "asa", "injury")


def test_serious_is_decided_reported_and_followed_to_the_end(inquiry, actor, at) -> None:
    case, fatima, rolf = inquiry(), actor("fatima"), actor("rolf")
    case = actions.perform(case, "grade", actor=fatima, at=at, data=DECISION)
    case = actions.perform(case, "report-ivo", actor=fatima, at=at, data={**SENT, "day": at.date()})
    assert case.clocks.get(code="lexmaria.outer_limit").stopped_at
    actions.perform(case, "ivo-decision", actor=fatima, at=at, data={"answer": "closed", "text": "", "day": at.date()})
    actions.perform(case, "measures", actor=rolf, at=at)
    actions.tell_person_informed(case, informed="yes", informed_on=at.date(), note="", actor=rolf, at=at)
    for code in ("told-unit", "told-board"):
        actions.enter(case, code, data={"text": "Mötet.", "day": at.date()}, actor=rolf, at=at)
    actions.perform(case, "feed-back", actor=rolf, at=at)
    actions.enter(case, "effect", data={"answer": "yes", "text": "Inga fler fall."}, actor=rolf, at=at)
    ending = {"message": "Klart.", "lesson": "Larmmattor kontrolleras varje kväll."}
    with pytest.raises(Refused, match="vad patienten har fått veta"):
        actions.perform(case, "close", actor=fatima, at=at, data=ending)
    actions.enter(case, "patient-told", data=TOLD | {"day": at.date()}, actor=rolf, at=at)
    assert actions.perform(case, "close", actor=fatima, at=at, data=ending).state == "closed"


def test_all_six_things_are_told_and_noted_in_the_journal(inquiry, browse) -> None:
    case = inquiry()
    half = {"answer": "yes", "items": ["event", "ivo"], "who": "Sjuksköterskan", "day": "2026-11-12"}
    page = browse("rolf").post(f"/arenden/{case.ref}/uppgift/patient-told/", half)
    assert page.status_code == 422
    assert {"items", "reference"} <= set(page.context["form"].errors)


def test_only_the_one_appointed_decides(inquiry, actor, at) -> None:
    case, fatima = inquiry(), actor("fatima")
    Delegation.objects.filter(person_id=fatima.person_id).delete()
    with pytest.raises(Refused, match="giltig delegation"):
        actions.perform(case, "grade", actor=fatima, at=at, data=DECISION)


@pytest.mark.capability("NEW-24")
def test_one_event_two_tracks_two_cases_and_a_wall(taken_up, actor) -> None:
    sarah = taken_up("sol", "hsl", misconduct="yes")
    maria = Case.objects.visible_to(actor("fatima")).get(kind="lex-maria")
    assert sarah.kind == "lex-sarah" and sarah.linked_ids == [maria.pk] and maria.linked_ids == [sarah.pk]
    assert sees(sarah, actor("dag")) and not sees(sarah, actor("fatima"))
    assert sees(maria, actor("fatima")) and not sees(maria, actor("dag"))
    assert maria.handler.login == "fatima" and sarah.handler.login == "dag"


@pytest.mark.capability("NEW-24")
def test_what_crosses_the_wall_does_so_by_a_decision(taken_up, actor, at) -> None:
    sarah = taken_up("sol", "hsl", misconduct="yes")
    dag, maria = actor("dag"), Case.objects.visible_to(actor("fatima")).get(kind="lex-maria")
    actions.perform(sarah, "receive", actor=dag, at=at)
    parts = [("Rapportens ord", sarah.description)]
    data = {"answer": "consent", "text": "Hon sa ja i dag.", "target": maria.pk, "parts": parts}
    actions.perform(sarah, "disclose", actor=dag, at=at, data=data)
    note = maria.notes.get(source__startswith="Utlämnat från")
    assert sarah.ref in note.source and "OSL 10 kap. 1 §" in note.source
    assert note.text == f"Rapportens ord: {sarah.description}"
    assert sarah.notes.get(code="disclosure").answer == "consent"


def test_from_an_assessed_case_it_can_be_handed_over_later(assessed, actor, at) -> None:
    case = assessed("hsl")
    case = actions.perform(
        case, "lex-maria", actor=actor("asa"), at=at, data={"reason": "Ny röntgen visar en fraktur."}
    )
    assert (case.kind, case.state, case.handler.login) == ("lex-maria", "reported", "fatima")
    with pytest.raises(Refused, match="annan lag"):
        other = assessed("sol")
        actions.perform(other, "lex-maria", actor=actor("asa"), at=at, data={"reason": "x"})
