"""Staff's suggestions: made in a minute, answered always (ACT-5). Praise: thanked with one click (DEV-2)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from tests.rest.conftest import program

from hjulet.cases import actions
from hjulet.cases.choices import CaseKind, State
from hjulet.cases.dossier import FLOWS, Dossier
from hjulet.cases.models import Case
from hjulet.core.flow import Refused
from hjulet.notify.models import Notice
from hjulet.org.choices import Duty, Track

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("ACT-5"), pytest.mark.capability("DEV-2")]
WORDS = "Lägg duschens larmknapp där man når den från golvet."


@pytest.fixture
def suggested(person, actor, at) -> Callable[..., Case]:
    def suggest(login: str = "juno", **changes: Any) -> Case:
        told = {"unit": person(login).home_unit, "text": WORDS} | changes
        return actions.suggest(actions.Suggestion(**told), actor=actor(login), at=at)

    return suggest


@pytest.fixture
def praised(person, at) -> Case:
    told = actions.Voice(
        unit=person("juno").home_unit,
        kind=CaseKind.PRAISE,
        description="Ni är så snälla mot pappa.",
        code_digest="a" * 64,
    )
    return actions.take_in_voice(told, actor=None, at=at)


def offered(case: Case, who: Any) -> list[str]:
    return [offer.step.name for offer in Dossier.of(case).offers(who)]


def test_one_field_is_enough(browse, person, at) -> None:
    juno = browse("juno")
    page = juno.get("/forslag/ny/")
    assert page.context["form"]["unit"].value() == person("juno").home_unit_id
    sent = {"text": WORDS, "unit": person("juno").home_unit_id, "submission_key": uuid.uuid4()}
    answer = juno.post("/forslag/ny/", sent, follow=True)
    case = Case.objects.unscoped(reason="the test").get()
    assert answer.redirect_chain[-1][0] == f"/rapportera/mina/{case.ref}/"
    shown = answer.content.decode()
    assert "Ditt förslag" in shown and WORDS in shown and "Du får svar senast tor 26 nov" in shown
    assert (case.kind, case.state, case.receiving_duty) == ("suggestion", State.REPORTED, Duty.RECEIVE)
    assert juno.post("/forslag/ny/", sent).status_code == 302  # a page that was sent again
    assert Case.objects.unscoped(reason="the test").count() == 1


def test_what_is_missing_is_said_and_what_was_typed_stays(browse, person) -> None:
    answer = browse("juno").post(
        "/forslag/ny/", {"text": " ", "change": "Färre fall", "unit": 1, "submission_key": "x"}
    )
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Skriv ditt förslag. En mening räcker." in shown and "Färre fall" in shown


def test_the_promise_is_a_row_of_ours(suggested, at) -> None:
    case = suggested()
    clock = case.clocks.get()
    assert (clock.code, clock.status, clock.due_on) == ("suggestion.answer", "local", date(2026, 11, 26))
    assert case.feedback_due_on == clock.due_on


def test_the_manager_is_told_and_answers_without_the_register(suggested, actor, person, at, fresh) -> None:
    case, asa = suggested(), actor("asa")
    assert Notice.objects.filter(person=person("asa"), kind="case.suggestion").count() == 1
    assert not Notice.objects.filter(person=person("goran")).exists()
    actions.perform(case, "answer", actor=asa, at=at, data={"message": "Bra. Vi flyttar knappen."})
    case = fresh(case, asa)
    assert (case.state, case.track, case.handler_id) == (State.ANSWERED, Track.NONE, asa.person_id)
    assert not case.diary_number
    assert case.clocks.get().stopped_at == at and case.feedback_at == at
    data = {"answer": "partly", "text": "Knappen flyttas i två av fyra duschar."}
    actions.perform(case, "finish", actor=asa, at=at, data=data)
    assert fresh(case, asa).state == State.CLOSED
    said = [m.text for m in Case.objects.reported_by(actor("juno")).get().messages.all()]
    assert said == ["Bra. Vi flyttar knappen.", "Vi gör en del av det. Knappen flyttas i två av fyra duschar."]


def test_it_is_always_answered_before_it_is_closed(suggested, actor, at) -> None:
    case, asa = suggested(), actor("asa")
    assert offered(case, asa)[0] == "answer" and "finish" not in offered(case, asa)
    with pytest.raises(Refused):
        actions.perform(case, "finish", actor=asa, at=at, data={"answer": "yes", "text": ""})
    # one that was a complaint first, and stood as answered without an answer
    Case.objects.unscoped(reason="the test").filter(pk=case.pk).update(
        state=State.ANSWERED, track="none", track_set_at=at
    )
    with pytest.raises(Refused, match="har inte fått svar"):
        actions.perform(case, "finish", actor=asa, at=at, data={"answer": "yes", "text": ""})


@pytest.mark.parametrize("login", ["gittan", "cilla", "dag", "fatima", "ivar", "sara"])
def test_nobody_elsewhere_reads_it_before_it_is_published(login: str, suggested, browse) -> None:
    case, visitor = suggested(), browse(login)
    assert visitor.get(f"/arenden/{case.ref}/").status_code == 404
    assert visitor.get(f"/rapportera/mina/{case.ref}/").status_code == 404
    for address in ("/forslag/", "/larande/", "/arenden/?val=alla", "/"):
        assert "larmknapp" not in visitor.get(address).content.decode(), address


def test_staff_of_a_provider_write_to_their_own_units_only(suggested, person) -> None:
    with pytest.raises(Refused, match="Välj en annan plats"):
        suggested("tove", unit=person("juno").home_unit)


def test_a_suggestion_that_is_a_complaint_goes_on_as_one(suggested, actor, person, at, fresh) -> None:
    case, asa, goran = suggested(), actor("asa"), actor("goran")
    actions.perform(case, "sort", actor=asa, at=at, data={"kind": CaseKind.COMPLAINT})
    data = {"track": "sol", "title": "Synpunkt på larm", "handler": person("asa")}
    actions.perform(case, "register", actor=goran, at=at, data=data)
    case = fresh(case, asa)
    actions.perform(case, "confirm", actor=asa, at=at, data={"message": "Tack."})
    actions.enter(case, "impartial", data={"answer": "no"}, actor=asa, at=at)
    actions.perform(case, "investigate", actor=asa, at=at)
    actions.perform(case, "answer", actor=asa, at=at, data={"message": "Så här blir det."})
    assert [clock.code for clock in case.clocks.all() if clock.stopped_at is None] == []


@pytest.mark.capability("DEV-2")
def test_praise_is_thanked_with_one_click(praised, browse, actor, at) -> None:
    goran = browse("goran")
    page = goran.get(f"/arenden/{praised.ref}/").content.decode()
    assert "Skicka vårt vanliga tack" in page
    answer = goran.post(f"/arenden/{praised.ref}/steg/thank/", {"version": praised.version})
    assert answer.status_code == 302
    case = Case.objects.unscoped(reason="the test").get(pk=praised.pk)
    assert (case.state, case.track, case.diary_number) == (State.CLOSED, Track.NONE, None)
    said = case.messages.get()
    assert said.kind == "answer" and "Ekbacken, Eken" in said.text
    assert [clock.code for clock in case.clocks.all() if clock.stopped_at is None] == []
    asa = browse("asa")
    assert "Ni är så snälla" in asa.get(f"/arenden/{case.ref}/").content.decode()  # the unit hears of it


def test_the_registrar_may_give_praise_a_number_and_a_handler(praised, actor, person, at, fresh) -> None:
    goran = actor("goran")
    data = {"track": "sol", "title": "Beröm, Ekbacken", "handler": person("asa")}
    actions.perform(praised, "register", actor=goran, at=at, data=data)
    assert offered(fresh(praised, actor("asa")), actor("asa"))[0] == "thank"


def test_staffs_own_words_need_no_number(suggested, actor, at) -> None:
    with pytest.raises(Refused, match="inget diarienummer"):
        actions.perform(suggested(), "register", actor=actor("goran"), at=at, data={})


def test_reminded_and_late_as_any_case(suggested, at) -> None:
    case = suggested()
    late = Case.objects.unscoped(reason="the test").overdue((at + timedelta(days=15)).date())
    assert [found.pk for found in late] == [case.pk]


def test_each_kind_has_its_own_short_way() -> None:
    assert FLOWS[CaseKind.PRAISE].name == "praise" and FLOWS[CaseKind.SUGGESTION].name == "suggestion"
    assert FLOWS[CaseKind.COMPLAINT].name == "voice"


@pytest.mark.capability("PLT-1")
class TestByKey:
    def test_a_few_words_are_enough(self, program, person) -> None:
        answer = program("juno").post("/cases", {"kind": "suggestion", "description": "Lägg halkskydd i duscharna."})
        assert answer.status_code == 201, answer.content
        told = answer.json()
        assert (told["kind"], told["unit"]) == ("suggestion", person("juno").home_unit.code)
        assert program("juno").get(f"/my-reports/{told['ref']}").json()["description"] == "Lägg halkskydd i duscharna."
        assert Notice.objects.filter(person=person("asa"), kind="case.suggestion").count() == 1

    def test_with_a_place_and_what_it_would_change_once(self, program) -> None:
        body = {"kind": "suggestion", "description": "Ett nytt schema.", "change": "Färre byten.", "unit": "ekbacken"}
        juno = program("juno")
        answers = [juno.post("/cases", body, **{"Idempotency-Key": "ett"}) for _ in range(2)]
        assert [one.status_code for one in answers] == [201, 201], answers[0].content
        assert [one.json()["unit"] for one in answers] == ["ekbacken"] * 2
        assert "Färre byten." in answers[0].json()["description"]
        assert Case.objects.unscoped(reason="test").filter(kind="suggestion").count() == 1

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"description": " "}, "description"),
            ({"unit": "fyren"}, "unit"),
            ({"acute": True}, "acute"),
            ({"suspectsMisconduct": True}, "suspectsMisconduct"),
            ({"description": "Om 811228-9874"}, "description"),
        ],
    )
    def test_what_does_not_belong_is_refused(self, change, field, program) -> None:
        answer = program("juno").post("/cases", {"kind": "suggestion", "description": "Ett förslag.", **change})
        assert answer.status_code == 422
        assert [one["field"] for one in answer.json()["errors"]] == [field]

    def test_a_report_still_says_where(self, program) -> None:
        answer = program("juno").post("/cases", {"kind": "deviation", "description": "Hon ramlade."})
        assert answer.status_code == 422 and answer.json()["errors"][0]["field"] == "unit"
        for kind in ("complaint", "lex-sarah"):
            assert program("juno").post("/cases", {"kind": kind, "description": "x"}).status_code == 422
