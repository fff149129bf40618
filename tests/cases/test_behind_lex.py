"""What is behind the wall of lex Sarah and lex Maria, and stays there: notices, notes, and the manager it may be about
(rulebook 3.1, 10.3).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from tests.conftest import ASSESSMENT
from tests.rest.conftest import program

from hjulet.cases import actions
from hjulet.cases.dossier import Dossier
from hjulet.cases.flows.guards import person_informed
from hjulet.cases.models import Case, CaseFile, Category, Message, Note
from hjulet.core.flow import Refused
from hjulet.diary.actions import matter_of
from hjulet.diary.models import Document
from hjulet.files.actions import store
from hjulet.notify.models import Notice
from hjulet.org.choices import Duty
from hjulet.org.models import Person

__all__ = ["program"]
pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-1"), pytest.mark.capability("ACC-2")]
Tried = Callable[..., Case]
SECRET = "Chefen visste om det i våras."
FIRST = "Bo ringde larmcentralen."


@pytest.fixture
def picture() -> SimpleUploadedFile:
    drawn = BytesIO()
    Image.new("RGB", (8, 8)).save(drawn, "PNG")
    return SimpleUploadedFile("signeringslistan.png", drawn.getvalue())


@pytest.fixture
def tried(reported: Callable[..., Case], actor: Any, person: Any, at: datetime) -> Tried:
    """A report by Juno that Åsa has noted something in and Dag tries as lex Sarah, with Bo as investigator."""

    def make(**changes: Any) -> Case:
        case = reported(**changes)
        by = actor("dag" if changes.get("about_manager") else "asa")
        actions.perform(case, "receive", actor=by, at=at)
        actions.perform(case, "assess", actor=by, at=at, data=assessment())
        if not changes.get("about_manager"):
            note(case, FIRST, by, at)
        actions.perform(case, "lex-sarah", actor=by, at=at, data={"reason": "Kan vara ett missförhållande."})
        dag = actor("dag")
        actions.perform(case, "receive", actor=dag, at=at)
        actions.enter(case, "protection", data={"answer": "yes", "text": "Extra tillsyn."}, actor=dag, at=at)
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
        bo = actor("bo")
        note(case, SECRET, bo, at)
        actions.enter(case, "heard", data={"answer": "yes", "text": "Hon är rädd för chefen."}, actor=bo, at=at)
        return Case.objects.visible_to(dag).get(pk=case.pk)

    return make


def assessment(*tracks: str, **changes: Any) -> dict[str, Any]:
    category = Category.objects.filter(track=(tracks or ("sol",))[0], parent__isnull=False).first()
    assert category is not None
    return ASSESSMENT | {"tracks": list(tracks or ("sol",)), "category_id": category.pk} | changes


def note(case: Case, text: str, who: Any, at: datetime) -> None:
    actions.add_note(case, kind="fact", noted_on=at.date(), source="Samtal", text=text, actor=who, at=at)


def send_back(case: Case, actor: Any, at: datetime) -> Case:
    reason = {"motivation": "Hjälpen kom i tid.", "message": "Vi har prövat det."}
    return actions.perform(case, "not-misconduct", actor=actor("dag"), at=at, data=reason)


def told(kind: str, case: Case) -> set[str]:
    return set(Notice.objects.filter(kind=kind, params__ref=case.ref).values_list("person__login", flat=True))


def read_by(case: Case, who: Any) -> set[str]:
    return set(Note.objects.visible_to(who).filter(case=case).values_list("text", flat=True))


@pytest.mark.parametrize(
    ("tracks", "yes", "lex"), [(("sol", "hsl"), "care_injury", "hsl"), (("hsl", "sol"), "misconduct", "sol")]
)
def test_nobody_outside_is_told_of_the_part_that_is_tried(tracks, yes, lex, reported, actor, at) -> None:
    case, asa = reported(), actor("asa")
    actions.perform(case, "receive", actor=asa, at=at)
    actions.perform(case, "assess", actor=asa, at=at, data=assessment(*tracks, **{yes: "yes"}))
    other = Case.objects.unscoped(reason="test").get(pk=case.pk + 1)
    assert other.is_lex and other.track == lex
    links = Notice.objects.filter(link__startswith=other.get_absolute_url()).select_related("person")
    assert links.filter(kind="case.lex").exists()
    for one in links.exclude(link__endswith="/del/"):
        assert Case.objects.visible_to(actor(one.person.login)).filter(pk=other.pk).exists(), one.person.login
    for one in links.filter(link__endswith="/del/"):
        assert Case.objects.in_part(actor(one.person.login)).filter(pk=other.pk).exists(), one.person.login


def test_whoever_handles_the_other_law_is_told_when_it_stays_a_deviation(assessed, actor) -> None:
    case = assessed("sol", "hsl")
    other = Case.objects.unscoped(reason="test").get(pk=case.pk + 1)
    handlers = told("case.assigned", other)
    assert len(handlers) == 1
    assert all(Case.objects.visible_to(actor(login)).filter(pk=other.pk).exists() for login in handlers)


def test_ivos_decision_is_in_the_diary_also_when_it_is_written_as_an_entry(tried, actor, at) -> None:
    case, dag = tried(), actor("dag")
    early = {"answer": "e-service", "text": "Uppenbart.", "reference": "", "day": at.date(), "grade": "serious"}
    actions.perform(case, "report-early", actor=dag, at=at, data=early)
    before = entered(case)
    decided = {"answer": "closed", "text": "", "day": at.date(), "reference": "3.1-1"}
    actions.enter(case, "ivo-decision", data=decided, actor=dag, at=at)
    assert [row for row in entered(case) if row not in before] == [("in", "IVO", "Beslut")]
    actions.enter(case, "consequence", data={"text": "Oro."}, actor=actor("bo"), at=at)
    assert len(entered(case)) == len(before) + 1


def entered(case: Case) -> list[tuple[str, str, str]]:
    rows = Document.objects.unscoped(reason="test").filter(matter=matter_of(("case", case.pk)))
    return list(rows.order_by("line").values_list("direction", "counterpart", "subject"))


def test_the_manager_of_the_unit_protects_the_person(tried) -> None:
    assert told("case.protect", tried()) == {"asa"}


def test_a_manager_it_may_be_about_is_told_nothing_and_hers_protects(reported, tried, actor, browse, at) -> None:
    case = tried(about_manager=True)
    assert told("case.protect", case) == {"lars"}
    assert not {"asa"} & {
        login for kind in ("case.reported", "case.lex", "case.assigned") for login in told(kind, case)
    }
    assert not Case.objects.in_part(actor("asa")).filter(pk=case.pk).exists()
    assert browse("asa").get(f"{case.get_absolute_url()}del/").status_code == 404
    assert case.ref not in browse("asa").get("/arenden/").content.decode()
    link = Notice.objects.get(kind="case.protect", params__ref=case.ref).link
    assert browse("lars").get(link).status_code == 200
    protected = {"answer": "yes", "text": "En annan chef har tagit över.", "day": at.date()}
    assert actions.enter(case, "protection", data=protected, actor=actor("lars"), at=at).author_name == "Lars Holmgren"
    with pytest.raises(Refused):
        actions.enter(case, "heard", data={"answer": "no", "text": "x"}, actor=actor("lars"), at=at)


def test_whoever_hands_it_over_says_that_it_may_be_about_the_manager(assessed, actor, at) -> None:
    case = assessed()
    data = {"reason": "Chefen kan ha känt till det.", "about_manager": True}
    actions.perform(case, "lex-sarah", actor=actor("dag"), at=at, data=data)
    assert told("case.protect", case) == {"lars"}


def test_a_report_about_the_manager_goes_past_her(reported, browse, actor) -> None:
    case = reported(about_manager=True, guessed_track="hsl")
    assert told("case.reported", case) == {"dag"}
    assert not Case.objects.visible_to(actor("asa")).filter(pk=case.pk).exists()
    page = browse("juno").get("/rapportera/").content.decode()
    assert 'name="about_manager"' in page
    table = "/rapportera/lasare/?unit={}&guessed_track=sol{}"
    unit = case.unit_id
    assert "Åsa Lindqvist" in browse("juno").get(table.format(unit, "")).content.decode()
    assert "Åsa Lindqvist" not in browse("juno").get(table.format(unit, "&about_manager=1")).content.decode()


def test_back_from_lex_it_is_not_given_to_the_manager_it_is_about(tried, actor, at) -> None:
    case = send_back(tried(about_manager=True), actor, at)
    assert case.handler_id == actor("dag").person_id
    assert told("case.assigned", case) == {"bo", "dag"}


def test_notes_from_the_trial_stay_with_those_who_could_read_them(tried, actor, at) -> None:
    case = send_back(tried(), actor, at)
    asa, dag, bo = actor("asa"), actor("dag"), actor("bo")
    assert Case.objects.visible_to(asa).filter(pk=case.pk).exists()
    assert read_by(case, asa) == {FIRST, "Hjälpen kom i tid."}
    assert {FIRST, SECRET, "Hon är rädd för chefen.", "Extra tillsyn."} <= read_by(case, dag)
    assert SECRET in read_by(case, actor("lars"))
    actions.perform(case, "assign", actor=asa, at=at, data={"handler": Person.objects.get(login="bo")})
    assert {SECRET, FIRST} <= read_by(case, bo)


def test_no_page_list_search_or_key_shows_them(tried, actor, browse, program, at) -> None:
    case = send_back(tried(), actor, at)
    actions.enter(case, "side-breach", data={"answer": "no", "text": ""}, actor=actor("asa"), at=at)
    page = browse("asa").get(case.get_absolute_url()).content.decode()
    assert FIRST in page and "Hjälpen kom i tid." in page
    assert SECRET not in page and "rädd för chefen" not in page and "Extra tillsyn" not in page
    assert SECRET in browse("dag").get(case.get_absolute_url()).content.decode()
    assert [hit.pk for hit in browse("asa").post("/sok/", {"q": "våras"}).context["page"]] == []
    assert [hit.pk for hit in browse("asa").post("/sok/", {"q": "larmcentralen"}).context["page"]] == [case.pk]
    for path in ("notes", "entries"):
        told = program("asa").get(f"/cases/{case.ref}/{path}").content.decode()
        assert SECRET not in told and "rädd för chefen" not in told, path
    assert SECRET in program("dag").get(f"/cases/{case.ref}/notes").content.decode()


def test_causes_files_and_what_was_said_stay_too(tried, actor, browse, program, person, picture, at) -> None:
    case = tried()
    bo, dag, juno = actor("bo"), actor("dag"), actor("juno")
    actions.add_cause(case, area="procedures", text="Chefen tystade ned det.", actor=bo, at=at)
    actions.ask_reporter(case, text="Vem visste om det?", actor=bo, at=at)
    actions.reply(case, text="Min chef visste.", actor=juno, at=at)
    actions.add_file(case, store(picture, actor=bo, at=at), actor=bo, at=at)
    (file,) = CaseFile.objects.visible_to(bo).filter(case=case)
    case = send_back(case, actor, at)
    hidden = ("Chefen tystade ned det.", "Vem visste om det?", "Min chef visste.", file.file.name)
    url = case.get_absolute_url()
    page, hers = (browse(login).get(url).content.decode() for login in ("asa", "dag"))
    assert [words for words in hidden if words in page] == []
    assert [words for words in hidden if words not in hers] == []
    for path in ("causes", "messages", "files"):
        told, kept = (program(login).get(f"/cases/{case.ref}/{path}").content.decode() for login in ("asa", "dag"))
        assert [words for words in hidden if words in told] == [], path
        assert any(words in kept for words in hidden), path
    assert browse("asa").get(f"{url}fil/{file.pk}/").status_code == 404
    assert browse("asa").get(f"{url}orsak/1/atgard/").status_code == 404
    assert browse("dag").get(f"{url}fil/{file.pk}/").status_code == 200
    assert [hit.pk for hit in browse("asa").post("/sok/", {"q": "tystade"}).context["page"]] == []
    assert "Min chef visste." in browse("juno").get(f"/rapportera/mina/{case.ref}/").content.decode()
    new = actions.add_cause(case, area="procedures", text="Larmet hördes inte.", actor=actor("asa"), at=at)
    assert new.number == 2  # the hidden one has its number
    assert "Larmet hördes inte." in browse("asa").get(url).content.decode()
    assert not Message.objects.visible_to(actor("asa")).filter(case=case, text__in=hidden).exists()
    assert Message.objects.visible_to(dag).filter(case=case, text__in=hidden).count() == 2


def tell_person(case: Case, text: str, who: Any, at: datetime) -> None:
    actions.tell_person_informed(case, informed="no", informed_on=None, note=text, actor=who, at=at)


def test_what_the_person_was_told_during_the_trial_stays_too(tried, actor, browse, program, at) -> None:
    case = tried()
    why = "Hon bor kvar hos den det gäller."
    tell_person(case, why, actor("bo"), at)
    assert why in browse("dag").get(case.get_absolute_url()).content.decode()
    case = send_back(case, actor, at)
    assert why not in browse("asa").get(case.get_absolute_url()).content.decode()
    assert why not in program("asa").get(f"/cases/{case.ref}").content.decode()
    assert why in read_by(case, actor("dag")) and why not in read_by(case, actor("asa"))
    assert any(missing.anchor == "den-enskilde" for missing in person_informed(Dossier.of(case)))


def test_what_the_person_was_told_before_the_trial_is_still_there(reported, actor, person, at) -> None:
    case, asa, dag = reported(), actor("asa"), actor("dag")
    actions.perform(case, "receive", actor=asa, at=at)
    actions.perform(case, "assess", actor=asa, at=at, data=assessment())
    tell_person(case, FIRST, asa, at)
    actions.perform(case, "lex-sarah", actor=asa, at=at, data={"reason": "Kan vara ett missförhållande."})
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data={"answer": "yes", "text": "Extra tillsyn."}, actor=dag, at=at)
    actions.perform(case, "appoint", actor=dag, at=at, data={"handler": person("bo")})
    assert send_back(case, actor, at).informed_note == FIRST


def test_a_duty_that_was_found_during_the_trial_is_still_to_be_done(tried, actor, browse, at) -> None:
    case = tried()
    found = {"answer": "yes", "text": "Journalen låg framme hos fel person.", "day": at.date()}
    actions.enter(case, "side-breach", data=found, actor=actor("bo"), at=at)
    case = send_back(case, actor, at)
    page = browse("asa").get(case.get_absolute_url()).content.decode()
    assert "Journalen låg framme" not in page
    assert f"{case.get_absolute_url()}uppgift/side-breach-sent/" in page


def test_under_another_law_the_first_trial_stays_behind_its_wall(tried, actor, at) -> None:
    case, asa = send_back(tried(), actor, at), actor("asa")
    actions.perform(case, "reclassify", actor=asa, at=at, data=assessment("hsl"))
    fatima = actor("fatima")
    assert FIRST in read_by(case, fatima) and SECRET not in read_by(case, fatima)
    actions.perform(case, "lex-maria", actor=asa, at=at, data={"reason": "Kan vara en vårdskada."})
    assert SECRET not in read_by(case, fatima)


def test_tried_again_under_the_same_law_all_is_read_by_whoever_inquires(tried, actor, at) -> None:
    case = send_back(tried(), actor, at)
    actions.perform(case, "lex-sarah", actor=actor("asa"), at=at, data={"reason": "Nya uppgifter."})
    dag = actor("dag")
    actions.perform(case, "receive", actor=dag, at=at)
    actions.enter(case, "protection", data={"answer": "yes", "text": "Fortsatt tillsyn."}, actor=dag, at=at)
    ylva = Person.objects.get(login="rolf")
    with pytest.raises(Refused, match="annan lag"):
        actions.perform(case, "appoint", actor=dag, at=at, data={"handler": ylva})
    actions.perform(case, "appoint", actor=dag, at=at, data={"handler": Person.objects.get(login="mona")})
    assert SECRET in read_by(case, actor("mona"))


def test_a_complaint_the_manager_says_is_about_her_is_protected_by_hers(actor, person, at) -> None:
    told_by = actions.Voice(unit=person("asa").home_unit, kind="complaint", description="Chefen skrek åt mamma.")
    goran = actor("goran")
    case = actions.take_in_voice(told_by, actor=goran, at=at)
    given = {"title": "Klagomål, Ekbacken", "track": "sol", "handler": person("asa"), "unit": case.unit}
    actions.perform(case, "register", actor=goran, at=at, data=given)
    asa = actor("asa")
    actions.enter(case, "impartial", data={"answer": "yes"}, actor=asa, at=at)
    data = {"kind": "lex-sarah", "track": "sol", "reason": "Det kan vara ett missförhållande."}
    actions.perform(case, "misconduct", actor=asa, at=at, data=data)
    other = Case.objects.unscoped(reason="test").get(linked_ids=[case.pk])
    assert other.is_lex and told("case.protect", other) == {"lars"}
    assert not Case.objects.in_part(asa).filter(pk=other.pk).exists()
    assert actor("lars").holds(Duty.READ_LEX)
