"""Complaints and other voices from outside, told as a lawyer would ask about them (rulebook 4; CMP-1–4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.models import Case
from hjulet.core.flow import Refused
from hjulet.core.net import asking, of_writer
from hjulet.diary.actions import matter_of

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-2")]


@pytest.fixture
def sent_in(person: Callable[[str], Any], at: datetime) -> Callable[..., Case]:
    """Something a citizen sends through the public door."""

    def send(code: str | None = None, **changes: Any) -> Case:
        unit = person("juno").home_unit
        told = {"unit": unit, "kind": "complaint", "description": "Maten är kall varje dag.", "relation": "self"}
        digest = codes.digest_of(code) if code else None
        with asking(of_writer(unit.principal_id)):
            return actions.take_in_voice(actions.Voice(**told | changes, code_digest=digest), actor=None, at=at)

    return send


@pytest.fixture
def registered(sent_in: Any, actor: Any, person: Any, at: datetime) -> Callable[..., Case]:
    """One that Göran has registered and given to Åsa."""

    def register(track: str = "sol", code: str | None = None, **changes: Any) -> Case:
        case = sent_in(code=code, **changes)
        data = {"title": "Klagomål, Ekbacken", "kind": case.kind, "unit": case.unit, "track": track}
        return actions.perform(case, "register", actor=actor("goran"), at=at, data=data | {"handler": person("asa")})

    return register


def investigated(case: Case, actor: Any, at: datetime) -> Case:
    actions.perform(case, "confirm", actor=actor("goran"), at=at, data={"message": "Åsa Lindqvist svarar dig."})
    actions.enter(case, "impartial", data={"answer": "no"}, actor=actor("asa"), at=at)
    return actions.perform(case, "investigate", actor=actor("asa"), at=at)


def due(case: Case, code: str) -> date | None:
    found: date | None = case.clocks.get(code=code).due_on
    return found


def test_before_it_is_registered_only_the_registrar_sees_it(sent_in, actor) -> None:
    case = sent_in()
    seen = [login for login in ("goran", "asa", "dag", "fatima", "klara", "root") if sees(case, actor(login))]
    assert seen == ["goran"]


def sees(case: Case, who: Any) -> bool:
    return bool(Case.objects.visible_to(who).filter(pk=case.pk).exists())


def test_the_promises_are_counted_in_working_days_and_said_to_be_local(sent_in) -> None:
    case = sent_in()  # a Thursday
    assert due(case, "complaint.confirm") == date(2026, 11, 16)
    assert due(case, "complaint.answer") == date(2026, 11, 26)
    assert {c.status for c in case.clocks.filter(code__in=["complaint.confirm", "complaint.answer"])} == {"local"}
    assert due(case, "complaint.register") is None


def test_registered_it_has_a_number_a_handler_and_a_subject_for_the_public(registered, actor) -> None:
    case = registered(name="Karin Ask", email="karin@example.se")
    matter = matter_of(("case", case.pk))
    assert matter and matter.number == case.diary_number
    assert (case.state, case.handler.login, matter.subject) == ("registered", "asa", "Klagomål, Ekbacken")
    line = matter.documents.get()
    assert (line.counterpart, line.secrecy_code) == ("Karin Ask", "osl-26-1")
    assert sees(case, actor("asa")) and sees(case, actor("dag")) and not sees(case, actor("fatima"))


@pytest.mark.capability("NEW-3")
def test_an_anonymous_complaint_is_answered_through_the_code(registered, actor, at) -> None:
    code = codes.new_code()
    case = investigated(registered(code=code), actor, at)
    actions.perform(case, "answer", actor=actor("asa"), at=at, data={"message": "Vi har bytt leverantör."})
    found = unnamed.open_with(code, place="here", at=at)
    assert found == case
    said = [(m.kind, m.text) for m in unnamed.read_messages(case, at=at)]
    assert said == [("confirm", "Åsa Lindqvist svarar dig."), ("answer", "Vi har bytt leverantör.")]


def test_without_any_way_to_answer_it_is_investigated_all_the_same(registered, actor, at) -> None:
    case = registered()
    with pytest.raises(Refused, match="sätt att nå"):
        actions.perform(case, "confirm", actor=actor("goran"), at=at, data={"message": "Hej"})
    case = actions.perform(case, "cannot-confirm", actor=actor("goran"), at=at)
    assert (case.state, case.due_on) == ("confirmed", None)


def test_the_one_complained_about_does_not_answer(registered, actor, at) -> None:
    case = registered(email="karin@example.se")
    actions.perform(case, "confirm", actor=actor("goran"), at=at, data={"message": "Hej"})
    with pytest.raises(Refused, match="gäller hen"):
        actions.perform(case, "investigate", actor=actor("asa"), at=at)
    actions.enter(case, "impartial", data={"answer": "yes"}, actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="Byt handläggare"):
        actions.perform(case, "investigate", actor=actor("asa"), at=at)


def test_a_relative_is_not_answered_before_secrecy_is_tried(registered, actor, at) -> None:
    case = investigated(registered(email="son@example.se", relation="other"), actor, at)
    with pytest.raises(Refused, match="Pröva först"):
        actions.perform(case, "answer", actor=actor("asa"), at=at, data={"message": "Hon mår bra."})
    actions.enter(
        case, "secrecy-check", data={"answer": "general", "text": "Inget samtycke."}, actor=actor("asa"), at=at
    )
    case = actions.perform(case, "answer", actor=actor("asa"), at=at, data={"message": "Vi har sett över maten."})
    assert case.state == "answered"


@pytest.mark.capability("CMP-1")
def test_about_health_care_the_answer_explains_and_says_what_is_planned(registered, actor, browse, at) -> None:
    case = investigated(registered(track="hsl", email="a@example.se"), actor, at)
    page = browse("asa").post(f"/arenden/{case.ref}/steg/answer/", {"message": "Hej", "version": case.version})
    assert page.status_code == 422
    assert {"explanation", "planned"} <= set(page.context["form"].errors)
    data = {"message": "Hej", "explanation": "Dosen glömdes.", "planned": "Ny rutin."}
    case = actions.perform(case, "answer", actor=actor("asa"), at=at, data=data)
    assert case.messages.get(kind="answer").text == "Hej\n\nVad som hände: Dosen glömdes.\n\nVad vi gör nu: Ny rutin."
    assert case.clocks.get(code="complaint.answer_care").stopped_at


def test_a_delay_tells_the_complainant_why(registered, actor, at) -> None:
    case = registered(code=codes.new_code())
    actions.perform(case, "delay", actor=actor("asa"), at=at, data={"reason": "Den som vet mest är sjuk."})
    assert case.messages.get().text == "Svaret dröjer: Den som vet mest är sjuk."
    assert due(case, "complaint.answer") == date(2026, 11, 26)


def test_a_pause_has_a_reason_that_the_complainant_reads(registered, actor, at) -> None:
    case = registered(code=codes.new_code())
    case = actions.perform(case, "pause", actor=actor("asa"), at=at, data={"reason": "Vi väntar på svar från dig."})
    assert case.messages.get(kind="delay").text.endswith("Vi väntar på svar från dig.")
    assert case.clocks.get(code="complaint.answer").paused_on == at.date()


@pytest.mark.capability("DEV-2")
def test_misconduct_in_a_complaint_is_reported_and_the_complaint_answered(registered, actor, at) -> None:
    case = investigated(registered(code=codes.new_code(), description="De låser in mamma på natten."), actor, at)
    data = {"kind": "lex-sarah", "track": "sol", "reason": "Inlåst på natten."}
    case = actions.perform(case, "misconduct", actor=actor("asa"), at=at, data=data)
    lex = Case.objects.visible_to(actor("dag")).get(kind="lex-sarah")
    assert (lex.description, lex.reporter.login, lex.state) == ("De låser in mamma på natten.", "asa", "reported")
    assert (lex.linked_ids, case.linked_ids) == ([case.pk], [lex.pk])
    assert not sees(lex, actor("asa")) and case.state == "investigating"


def test_handed_over_to_another_the_complainant_is_told_to_whom(registered, actor, at) -> None:
    case = registered(code=codes.new_code())
    data = {"recipient": "Regionen", "reason": "Det gäller akuten.", "secrecy": "Samtycke."}
    case = actions.perform(case, "hand-over", actor=actor("goran"), at=at, data=data)
    assert case.state == "handed-over"
    assert case.messages.get().text == "Vi har lämnat över ärendet till Regionen. Det gäller akuten."


def test_it_is_not_ended_before_the_one_who_wrote_has_an_answer(registered, actor, at) -> None:
    case = investigated(registered(code=codes.new_code()), actor, at)
    with pytest.raises(Refused, match="går inte att ta nu"):
        actions.perform(case, "finish", actor=actor("asa"), at=at, data={"answer": "yes"})
    actions.perform(case, "answer", actor=actor("asa"), at=at, data={"message": "Varm mat från i dag."})
    case = actions.perform(case, "finish", actor=actor("asa"), at=at, data={"answer": "yes", "text": ""})
    assert (case.state, case.notes.get(code="outcome").answer) == ("closed", "yes")


def test_what_was_sent_stays_as_it_was_written(sent_in, actor, at) -> None:
    case = sent_in(description="Ruoka on kylmää.", language="fi")
    actions.enter(case, "translation", data={"text": "Maten är kall.", "who": "Tolk"}, actor=actor("goran"), at=at)
    kept = Case.objects.visible_to(actor("goran")).get(pk=case.pk)
    assert kept.description == "Ruoka on kylmää."
    assert kept.notes.get(code="translation").text == "Maten är kall."


@pytest.mark.capability("NEW-1")
def test_the_registrar_sees_what_the_words_speak_for_with_the_law(sent_in, browse) -> None:
    case = sent_in(description="De låser in mamma på rummet hela natten.")
    page = browse("goran").get(f"/arenden/{case.ref}/").content.decode()
    assert "Ska prövas enligt lex Sarah" in page
    form = browse("goran").get(f"/arenden/{case.ref}/steg/register/").content.decode()
    assert "Ska prövas enligt lex Sarah" in form and "SoL 27 kap." in form


def test_a_step_of_another_procedure_is_refused_in_words(registered, actor, at) -> None:
    with pytest.raises(Refused, match="sortens ärende"):
        actions.perform(registered(), "grade", actor=actor("asa"), at=at, data={})


def test_whoever_answers_is_on_the_right_side_of_the_wall(sent_in, actor, person, at) -> None:
    case = sent_in()
    data = {"title": "Klagomål", "kind": "complaint", "unit": case.unit, "track": "sol", "handler": person("fatima")}
    with pytest.raises(Refused, match="annan lag"):
        actions.perform(case, "register", actor=actor("goran"), at=at, data=data)
