"""An employee asks for a change and is answered (DOC-6); a measure gives rise to a version, seen both ways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from hjulet.cases import actions as cases
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.documents import actions
from hjulet.documents.choices import RequestState
from hjulet.documents.models import RESERVED, ChangeRequest, Document, VersionCause
from hjulet.measures import actions as measures
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice
from hjulet.org.models import Person
from tests.cases.test_query_counts import asked as questions
from tests.documents.shelf import adopt, routine

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-6")]

ActorOf = Callable[..., Actor]
Browse = Callable[[str], Client]


@pytest.fixture
def document(actor: ActorOf, at: Any) -> Document:
    return routine("Dusch", actor, at - timedelta(days=30))


def told(login: str, kind: str) -> int:
    return Notice.objects.filter(person__login=login, kind=kind).count()


def test_from_what_one_reads_to_a_new_version_that_she_hears_of(
    document: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    juno, asa = browse("juno"), browse("asa")
    assert f"{document.get_absolute_url()}onskemal/" in juno.get(document.get_absolute_url()).content.decode()
    form = juno.get(f"{document.get_absolute_url()}onskemal/?om=Torka  golvet.")
    assert 'value="Torka golvet."' in form.content.decode()
    said = {"about": "Torka golvet.", "text": "Skriv att mattan ska hängas upp."}
    juno.post(f"{document.get_absolute_url()}onskemal/", said)
    wish = ChangeRequest.objects.get()
    assert (wish.read_id, wish.person.login) == (document.current_id, "juno")
    assert told("asa", "document.request") == 1
    asa.post(f"/dokument/onskemal/{wish.pk}/", {"answer": "yes", "text": "Bra tänkt."})
    wish.refresh_from_db()
    assert (wish.state, wish.became and wish.became.number) == (RequestState.ACCEPTED, 2)
    assert told("juno", "document.answered") == 1
    assert "mattan ska hängas upp" in asa.get(f"{document.get_absolute_url()}utkast/").content.decode()
    adopt(document, actor("asa"), at)
    wish.refresh_from_db()
    assert wish.state == RequestState.DONE and told("juno", "document.changed") == 1
    page = juno.get("/dokument/onskemal/?val=mina").content.decode()
    assert "mattan ska hängas upp" in page and "Ändrat" in page
    verbs = set(Event.objects.filter(object_type="document").values_list("verb", flat=True))
    assert {"document.asked", "document.request-accepted"} <= verbs


def test_no_needs_a_reason_and_what_was_typed_stays(
    document: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    wish = actions.ask_change(document, text="Ta bort allt.", actor=actor("juno"), at=at)
    answer = browse("asa").post(f"/dokument/onskemal/{wish.pk}/", {"answer": "no", "text": " "})
    assert answer.status_code == 422 and "Skriv varför det inte ändras" in answer.content.decode()
    browse("asa").post(f"/dokument/onskemal/{wish.pk}/", {"answer": "no", "text": "Golvet blir halt."})
    page = browse("juno").get(f"/dokument/onskemal/{wish.pk}/").content.decode()
    assert "Golvet blir halt." in page and "Ändras inte" in page
    assert not document.versions.under_way().exists()


def test_an_answer_is_given_once(document: Document, actor: ActorOf, at: Any) -> None:
    wish = actions.ask_change(document, text="x", actor=actor("juno"), at=at)
    actions.decline_request(wish, reason="Nej.", actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="redan svarat"):
        actions.accept_request(wish, actor=actor("asa"), at=at)


def test_two_wishes_go_into_the_same_draft(document: Document, actor: ActorOf, at: Any) -> None:
    wishes = [actions.ask_change(document, text=text, actor=actor("juno"), at=at) for text in ("a", "b")]
    versions = {actions.accept_request(wish, actor=actor("asa"), at=at).pk for wish in wishes}
    assert len(versions) == 1


@pytest.mark.parametrize("state", ["review", "coming"])
def test_a_version_that_is_past_writing_takes_no_more(
    state: str, document: Document, actor: ActorOf, browse: Browse, person: Any, at: Any
) -> None:
    wish = actions.ask_change(document, text="x", actor=actor("juno"), at=at)
    version = actions.begin_version(document, actor=actor("asa"), at=at)
    later = at.date() + timedelta(days=9)
    if state == "review":
        actions.ask_review(version, people=[person("juno")], until=later, actor=actor("asa"), at=at)
    else:
        version.changes = "x"
        version.save()
        actions.adopt(version, actions.Decision(later), actor=actor("asa"), at=at)
    answer = browse("asa").post(f"/dokument/onskemal/{wish.pk}/", {"answer": "yes", "text": "Ja då."})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Ja då." in page and ("Ta tillbaka den" in page if state == "review" else "återta beslutet" in page)
    wish.refresh_from_db()
    assert wish.state == RequestState.NEW


def test_a_wish_waits_again_when_its_draft_is_thrown_away(document: Document, actor: ActorOf, at: Any) -> None:
    wish = actions.ask_change(document, text="x", actor=actor("juno"), at=at)
    version = actions.accept_request(wish, actor=actor("asa"), at=at)
    actions.drop(version, actor=actor("asa"), at=at)
    wish.refresh_from_db()
    assert (wish.state, wish.became) == (RequestState.NEW, None)


def test_without_an_owner_those_who_write_nearest_hear(document: Document, actor: ActorOf, at: Any) -> None:
    Document.objects.filter(pk=document.pk).update(owner=None)
    orphan = Document.objects.select_related("unit", "owner").get(pk=document.pk)
    actions.ask_change(orphan, text="x", actor=actor("juno"), at=at)
    heard = set(Notice.objects.filter(kind="document.request").values_list("person__login", flat=True))
    assert "asa" in heard and "klara" not in heard


def test_only_the_asker_and_those_who_write_see_it(document: Document, actor: ActorOf, browse: Browse, at: Any) -> None:
    wish = actions.ask_change(document, text="Hemligt hittills", actor=actor("juno"), at=at)
    sees = {who for who in ("juno", "asa", "bo", "ivar", "sara") if browse(who).get(f"/dokument/onskemal/{wish.pk}/").status_code == 200}  # fmt: skip
    assert sees == {"juno", "asa"}
    assert browse("juno").post(f"/dokument/onskemal/{wish.pk}/", {"answer": "yes"}).status_code == 404
    assert "Hemligt" not in browse("bo").get("/dokument/onskemal/?val=vantar").content.decode()
    assert "Hemligt" in browse("asa").get(f"/dokument/onskemal/?dokument={document.code}").content.decode()


def test_what_no_longer_holds_is_not_asked_about(document: Document, actor: ActorOf, browse: Browse, at: Any) -> None:
    actions.withdraw(document, reason="x", on=at.date(), actor=actor("asa"), at=at)
    assert browse("juno").get(f"{document.get_absolute_url()}onskemal/").status_code == 404
    gone = Document.objects.select_related("unit", "owner").get(pk=document.pk)
    with pytest.raises(Refused, match="gäller inte längre"):
        actions.ask_change(gone, text="x", actor=actor("juno"), at=at)


def test_a_personal_number_is_warned_of_once(document: Document, browse: Browse) -> None:
    words = {"about": "", "text": "Som för 19121212-1212 i går."}
    answer = browse("juno").post(f"{document.get_absolute_url()}onskemal/", words)
    assert answer.status_code == 422 and not ChangeRequest.objects.exists()
    browse("juno").post(f"{document.get_absolute_url()}onskemal/", {**words, "personal_number_ok": "1"})
    assert ChangeRequest.objects.count() == 1


@pytest.mark.parametrize("title", ["Nytt", "Önskemål", "Översyn", "Jämför"])
def test_a_document_may_be_called_as_a_page(title: str, actor: ActorOf, browse: Browse, at: Any) -> None:
    documents = [routine(title, actor, at) for _ in range(2)]
    assert not {document.code for document in documents} & RESERVED
    for document in documents:
        assert title in browse("juno").get(document.get_absolute_url()).content.decode()


def test_every_page_beside_the_documents_is_a_reserved_code() -> None:
    routes = [
        str(entry.pattern) for part in get_resolver().url_patterns for entry in getattr(part, "url_patterns", [part])
    ]
    beside = {route.split("/")[1] for route in routes if route.startswith("dokument/") and route.count("/") > 1}
    assert {word for word in beside if not word.startswith("<")} <= RESERVED


def test_the_list_asks_a_fixed_number_of_questions(document: Document, actor: ActorOf, browse: Browse, at: Any) -> None:
    asa, few = browse("asa"), 0
    for number in range(2):
        for _ in range(1 + 5 * number):
            actions.ask_change(document, text="x", actor=actor("juno"), at=at)
        found = questions(asa, "/dokument/onskemal/")
        few = few or len(found)
    assert len(found) == few <= 8
    wish = ChangeRequest.objects.first()
    assert len(questions(asa, f"/dokument/onskemal/{wish.pk if wish else 0}/")) <= 9
    Document.objects.filter(pk=document.pk).update(laws=["sosfs-2011-9-3"])
    assert len(questions(asa, document.get_absolute_url())) <= 12


def test_the_owner_sees_it_among_her_work(document: Document, actor: ActorOf, browse: Browse, at: Any) -> None:
    wish = actions.ask_change(document, text="x", actor=actor("juno"), at=at)
    assert f"/dokument/onskemal/{wish.pk}/" in browse("asa").get("/").content.decode()
    assert f"/dokument/onskemal/{wish.pk}/" in browse("asa").get("/forbattra/").content.decode()
    actions.decline_request(wish, reason="x", actor=actor("asa"), at=at)
    assert f"/dokument/onskemal/{wish.pk}/" not in browse("asa").get("/").content.decode()


# A measure that is done by changing a routine ------------------------------------


@pytest.fixture
def measure(assessed: Any, actor: ActorOf, person: Any, at: Any) -> Measure:
    case = assessed("sol")
    cases.perform(case, "investigate", actor=actor("asa"), at=at)
    return measures.propose(
        unit=case.unit, track="sol", title="Häng upp mattan", expected_effect="x", strength="weak", owner=person("asa"),
        due=at.date(), source=("case", case.pk), actor=actor("asa"), at=at,
    )  # fmt: skip


@pytest.mark.capability("DOC-2", "ACT-1")
def test_a_measure_gives_a_version_and_both_show_it(
    measure: Measure, document: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    asa, page = browse("asa"), f"/atgarder/{measure.pk}/"
    case = Case.objects.visible_to(actor("asa")).get(pk=measure.source_id)
    cause = cases.add_cause(case, area="procedures", text="Ingen vet.", actor=actor("asa"), at=at)
    cases.link_measure(cause, measure, actor=actor("asa"), at=at)
    assert f"{page}dokument/" in asa.get(page).content.decode()
    assert "Dusch" in asa.get(f"{page}dokument/?q=dusch").content.decode()
    answer = asa.post(f"{page}dokument/", {"document": document.code})
    assert answer["Location"] == f"{document.get_absolute_url()}utkast/"
    shown = asa.get(page).content.decode()
    assert "Dusch, version 2" in shown and "Utkast" in shown and answer["Location"] in shown
    assert page in asa.get(answer["Location"]).content.decode()
    assert page in asa.get(case.get_absolute_url()).content.decode()
    adopt(document, actor("asa"), at)
    assert page in asa.get(document.get_absolute_url()).content.decode()
    assert "Gäller" in asa.get(page).content.decode()
    verbs = Event.objects.filter(object_type="measure", object_id=measure.pk).values_list("verb", flat=True)
    assert "measure.document" in verbs


def test_twice_is_once_and_a_version_on_its_way_is_refused(
    measure: Measure, document: Document, actor: ActorOf, browse: Browse, person: Any, at: Any
) -> None:
    for _ in range(2):
        version = actions.change_because(document, measure, actor=actor("asa"), at=at)
    assert VersionCause.objects.visible_to(actor("asa")).count() == 1
    until = at.date() + timedelta(days=5)
    actions.ask_review(version, people=[person("juno")], until=until, actor=actor("asa"), at=at)
    answer = browse("asa").post(f"/atgarder/{measure.pk}/dokument/", {"document": document.code})
    assert answer.status_code == 409 and "Ta tillbaka den" in answer.content.decode()


def test_who_sees_the_document_but_not_the_measure_sees_no_cause(
    measure: Measure, document: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    actions.change_because(document, measure, actor=actor("asa"), at=at)
    adopt(document, actor("asa"), at)
    assert "Häng upp mattan" not in browse("juno").get(document.get_absolute_url()).content.decode()
    assert browse("juno").get(f"/atgarder/{measure.pk}/dokument/").status_code == 404


def test_only_documents_one_writes_can_be_changed(measure: Measure, actor: ActorOf, browse: Browse, at: Any) -> None:
    other = Person.objects.exclude(home_unit=None).get(login="ivar")
    theirs = routine("Deras egen", actor, at, owner=other.login)
    page = f"/atgarder/{measure.pk}/dokument/"
    assert "Deras egen" not in browse("asa").get(page).content.decode()
    assert browse("asa").post(page, {"document": theirs.code}).status_code == 404
