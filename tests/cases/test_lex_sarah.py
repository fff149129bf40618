"""Lex Sarah, told as a lawyer would ask about it: one test, one story (rulebook 3.1; SAR-1)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.conftest import ASSESSMENT

from hjulet.cases import actions
from hjulet.cases.choices import ContentPoint
from hjulet.cases.dossier import Dossier
from hjulet.cases.models import Case, Category, Note
from hjulet.core.flow import Refused
from hjulet.org.models import Delegation

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-1")]

PROTECTION = {"answer": "yes", "text": "Någon annan har tagit över arbetet."}
ENTRIES: dict[str, dict[str, Any]] = {
    "heard": {"answer": "yes", "text": "Hon blev rädd och ville inte äta."},
    "consequence": {"text": "Oro och sömnlösa nätter."},
    "child-view": {"answer": "no-child", "text": ""},
    "apology": {"answer": "yes", "text": "Enhetschefen besökte henne."},
    "told-unit": {"text": "Arbetsplatsträffen."},
    "told-board": {"text": "Nämnden fick beslutet.", "reference": "§ 44"},
}
DECISION = {
    "grade": "misconduct",
    "motivation": "Hon fick inte den hjälp hon skulle ha.",
    "message": "Vi har beslutat.",
}
SENT = {"answer": "e-service", "text": "Utredningen och två bilagor.", "reference": ""}


@pytest.fixture
def suspected(reported: Callable[..., Case], actor: Callable[..., Any], at: datetime) -> Callable[..., Case]:
    """A report by Juno that Dag has received and assessed as possible misconduct: lex Sarah from that moment."""

    def make(**changes: Any) -> Case:
        case = reported(suspects_misconduct=True, **changes)
        dag = actor("dag")
        actions.perform(case, "receive", actor=dag, at=at)
        category = Category.objects.filter(track="sol", parent__isnull=False).first()
        data = ASSESSMENT | {"tracks": ["sol"], "category_id": category.pk, "misconduct": "yes"}  # type: ignore[union-attr]
        return actions.perform(case, "assess", actor=dag, at=at, data=data)

    return make


@pytest.fixture
def inquiry(
    suspected: Callable[..., Case], actor: Callable[..., Any], person: Any, at: datetime
) -> Callable[..., Case]:
    """One that Bo inquires into, with all that a decision needs."""

    def make(**changes: Any) -> Case:
        case = suspected(**changes)
        dag, bo = actor("dag"), actor("bo")
        actions.perform(case, "receive", actor=dag, at=at)
        actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
        actions.enter(case, "conflict", data={"answer": "yes"}, actor=bo, at=at)
        actions.perform(case, "investigate", actor=bo, at=at)
        for point in ContentPoint:
            told = {"kind": "fact", "noted_on": at.date(), "source": "Samtal", "text": str(point.label)}
            actions.add_note(case, **told, point=point.value, actor=bo, at=at)
        cause = actions.add_cause(case, area="procedures", text="Ingen hade ansvaret.", actor=bo, at=at)
        actions.give_no_measure_reason(cause, reason="Åtgärdas redan i ett annat ärende.", actor=bo, at=at)
        actions.tell_person_informed(case, informed="yes", informed_on=at.date(), note="", actor=bo, at=at)
        for code in ("heard", "consequence", "child-view", "apology"):
            actions.enter(case, code, data=ENTRIES[code], actor=bo, at=at)
        return fresh_of(case, bo)

    return make


def fresh_of(case: Case, who: Any) -> Case:
    found: Case = Case.objects.visible_to(who).get(pk=case.pk)
    return found


def test_a_suspicion_becomes_lex_sarah_in_the_same_write(suspected, actor, at) -> None:
    case = suspected()
    assert (case.kind, case.state, case.handler.login, case.track) == ("lex-sarah", "reported", "dag", "sol")
    running = {clock.code for clock in case.clocks.filter(stopped_at__isnull=True)}
    assert {"lexsarah.remedy", "lexsarah.receive"} <= running
    assert not running & {"deviation.assess", "deviation.investigate"}
    assert not Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()
    assert not Case.objects.visible_to(actor("fatima")).filter(pk=case.pk).exists()
    assert case.description == "Hon ramlade i duschen. Golvet var halt."


def test_from_report_to_board_when_it_is_not_serious(inquiry, actor, at) -> None:
    case, dag, bo = inquiry(), actor("dag"), actor("bo")
    case = actions.perform(case, "grade", actor=dag, at=at, data=DECISION)
    assert (case.state, case.grade) == ("decided", "misconduct")
    with pytest.raises(Refused, match="inte är allvarligt"):
        actions.perform(case, "report-ivo", actor=dag, at=at, data={**SENT, "day": at.date()})
    actions.perform(case, "measures", actor=bo, at=at)
    with pytest.raises(Refused, match="enheten har fått veta"):
        actions.perform(case, "feed-back", actor=bo, at=at)
    for code in ("told-unit", "told-board"):
        actions.enter(case, code, data=ENTRIES[code] | {"day": at.date()}, actor=bo, at=at)
    actions.perform(case, "feed-back", actor=bo, at=at)
    actions.enter(case, "effect", data={"answer": "yes", "text": "Inget nytt på ett halvår."}, actor=bo, at=at)
    case = actions.perform(case, "close", actor=bo, at=at, data={"message": "Nu är det klart.", "lesson": "Vi ..."})
    assert case.state == "closed"


def test_serious_is_reported_to_ivo_before_the_work_goes_on(inquiry, actor, at) -> None:
    case, dag = inquiry(), actor("dag")
    case = actions.perform(case, "grade", actor=dag, at=at, data=DECISION | {"grade": "serious"})
    clock = case.clocks.get(code="lexsarah.notify")
    assert (clock.due_on, clock.urgency) == (None, "asap")
    with pytest.raises(Refused, match="anmälas till IVO"):
        actions.perform(case, "measures", actor=dag, at=at)
    case = actions.perform(case, "report-ivo", actor=dag, at=at, data={**SENT, "day": at.date()})
    assert (case.state, case.ivo_reported_on) == ("notified", at.date())
    assert case.clocks.get(code="lexsarah.notify").stopped_at


def test_serious_and_reported_before_the_inquiry_is_finished(suspected, actor, at) -> None:
    case, dag = suspected(), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    early = {**SENT, "day": at.date(), "grade": "serious", "text": "Hon var utan hjälp i två dygn."}
    case = actions.perform(case, "report-early", actor=dag, at=at, data=early)
    assert (case.state, case.ivo_reported_on, case.grade) == ("received", at.date(), "serious")
    assert case.clocks.get(code="lexsarah.supplement").due_on == (at + timedelta(days=61)).date()
    with pytest.raises(Refused, match="redan skickad"):
        actions.perform(case, "report-early", actor=dag, at=at, data=early)


def test_no_misconduct_closes_the_trial_with_a_reason_and_the_unit_goes_on(suspected, actor, person, at) -> None:
    case, dag = suspected(), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
    reason = {"motivation": "Larmet gick sönder, men hjälpen kom i tid.", "message": "Vi har prövat det."}
    case = actions.perform(case, "not-misconduct", actor=dag, at=at, data=reason)
    assert (case.kind, case.state, case.grade, case.handler.login) == ("deviation", "assessed", "none", "asa")
    decision = Note.objects.visible_to(actor("asa")).get(case=case, code="decision")
    assert decision.text == reason["motivation"]
    assert Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()


def test_the_reporter_cannot_inquire(suspected, actor, person, at) -> None:
    case, dag = suspected(login="ylva", unit=person("juno").home_unit), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    with pytest.raises(Refused, match="rapporterade händelsen"):
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("ylva")})


def test_the_nearest_manager_cannot_inquire(suspected, actor, person, at) -> None:
    case, dag = suspected(), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    with pytest.raises(Refused, match="Närmaste chef"):
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("asa")})


def test_a_conflicted_investigator_cannot_begin(suspected, actor, person, at) -> None:
    case, dag, bo = suspected(), actor("dag"), actor("bo")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
    with pytest.raises(Refused, match="opartisk"):
        actions.perform(case, "investigate", actor=bo, at=at)
    actions.enter(case, "conflict", data={"answer": "no", "text": "Min syster arbetar där."}, actor=bo, at=at)
    with pytest.raises(Refused, match="jävig"):
        actions.perform(case, "investigate", actor=bo, at=at)


def test_an_expired_delegation_decides_nothing(inquiry, actor, at) -> None:
    case, dag = inquiry(), actor("dag")
    Delegation.objects.filter(person_id=dag.person_id).update(valid_to=at.date() - timedelta(days=1))
    with pytest.raises(Refused, match="giltig delegation"):
        actions.perform(case, "grade", actor=dag, at=at, data=DECISION)
    assert fresh_of(case, dag).state == "investigating"


def test_the_investigator_proposes_but_does_not_decide(inquiry, actor, at) -> None:
    with pytest.raises(Refused, match="uppdrag"):
        actions.perform(inquiry(), "grade", actor=actor("bo"), at=at, data=DECISION)


def test_nothing_is_decided_while_the_record_lacks_a_point(inquiry, actor, at) -> None:
    case, dag = inquiry(), actor("dag")
    other = Case.objects.visible_to(dag).get(pk=case.pk)
    told = {missing.reason for missing in Dossier.of(other).missing(Dossier.of(other).flow.step("grade"))}
    assert told == set()
    bare = Dossier.of(other)
    bare.notes = [note for note in bare.notes if note.point != "similar"]
    assert [
        "Utredningen säger inget om: om något liknande" in m.reason for m in bare.missing(bare.flow.step("grade"))
    ] == [True]


def test_reopened_with_a_reason_the_first_decision_stands(inquiry, actor, at) -> None:
    case, dag, bo = inquiry(), actor("dag"), actor("bo")
    actions.perform(case, "grade", actor=dag, at=at, data=DECISION)
    actions.perform(case, "measures", actor=bo, at=at)
    for code in ("told-unit", "told-board"):
        actions.enter(case, code, data=ENTRIES[code] | {"day": at.date()}, actor=bo, at=at)
    actions.perform(case, "feed-back", actor=bo, at=at)
    actions.enter(case, "effect", data={"answer": "yes", "text": "Ja."}, actor=bo, at=at)
    actions.perform(case, "close", actor=bo, at=at, data={"message": "Klart.", "lesson": "Vi ..."})
    case = actions.perform(case, "reopen", actor=dag, at=at, data={"reason": "Nya uppgifter från en anhörig."})
    assert case.state == "investigating"
    case = actions.perform(case, "grade", actor=dag, at=at, data=DECISION | {"grade": "serious"})
    grades = list(case.notes.filter(code="decision").order_by("id").values_list("answer", flat=True))
    assert grades == ["misconduct", "serious"]


def test_the_page_leads_whoever_inquires_to_what_is_missing(inquiry, browse, actor, at) -> None:
    case = inquiry()
    assert "Inget saknas. Nästa steg är ”Besluta”" in browse("bo").get(case.get_absolute_url()).content.decode()
    cause = actions.add_cause(case, area="procedures", text="Ingen frågade.", actor=actor("bo"), at=at)
    page = browse("bo").get(case.get_absolute_url()).content.decode()
    assert (
        "Före ”Besluta”:" in page
        and "<span>Orsak 2 saknar åtgärd.</span>" in page
        and f'href="#orsak-{cause.number}"' in page
    )


def test_the_page_sends_nobody_to_what_only_the_investigator_answers(suspected, browse, actor, person, at) -> None:
    case, dag = suspected(), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
    link = f"{case.get_absolute_url()}uppgift/conflict/"
    assert link in browse("bo").get(case.get_absolute_url()).content.decode()
    page = browse("dag").get(case.get_absolute_url()).content.decode()
    assert link not in page and "Den som handlägger ärendet fyller i det." in page


def test_whoever_inquires_is_on_the_right_side_of_the_wall(suspected, actor, person, at) -> None:
    case, dag = suspected(), actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data=PROTECTION, actor=dag, at=at)
    with pytest.raises(Refused, match="annan lag"):
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("fatima")})
