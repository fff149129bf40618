"""An employee asks for a change to a process or a step of it, and is answered (DOC-6), as with documents."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import get_resolver

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.documents.choices import RequestState
from hjulet.notify.models import Notice
from hjulet.processes import actions
from hjulet.processes.models import RESERVED, Process, ProcessRequest
from tests.cases.test_query_counts import asked as questions
from tests.processes.conftest import Written, draft, publish

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-6")]

ActorOf = Callable[..., Actor]
Browse = Callable[[str], Client]


@pytest.fixture
def process(written: Written, actor: ActorOf, at: datetime) -> Process:
    return publish(written(), actor("asa"), at)


def told(login: str, kind: str) -> int:
    return Notice.objects.filter(person__login=login, kind=kind).count()


def test_from_a_step_to_a_new_version_that_she_hears_of(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    juno, asa, url = browse("juno"), browse("asa"), process.get_absolute_url()
    assert f"{url}onskemal/" in juno.get(url).content.decode()
    assert f"{url}onskemal/?steg=steg_1" in juno.get(f"{url}steg/steg_1/").content.decode()
    assert '<option value="steg_1" selected>' in juno.get(f"{url}onskemal/?steg=steg_1").content.decode()
    juno.post(f"{url}onskemal/", {"element": "steg_1", "text": "Kvittera inom tio minuter."})
    wish = ProcessRequest.objects.get()
    assert (wish.read_id, wish.element, wish.about) == (process.current_id, "steg_1", "Kvittera larmet")
    assert told("asa", "process.request") == 1
    asa.post(f"/processer/onskemal/{wish.pk}/", {"answer": "yes", "text": "Bra tänkt."})
    wish.refresh_from_db()
    assert (wish.state, wish.became and wish.became.number) == (RequestState.ACCEPTED, 2)
    assert told("juno", "process.request-answered") == 1
    assert "inom tio minuter" in asa.get(f"{url}utkast/").content.decode()
    actions.save_changes(draft(process), "Ny tid.", actor=actor("asa"), at=at)
    publish(process, actor("asa"), at)
    wish.refresh_from_db()
    assert wish.state == RequestState.DONE and told("juno", "process.changed") == 1
    page = juno.get("/processer/onskemal/?val=mina").content.decode()
    assert "inom tio minuter" in page and "Ändrat" in page
    assert "inom tio minuter" in juno.get(url).content.decode()  # hers
    others = browse("bo").get(url).content.decode()
    assert "inom tio minuter" not in others and "1 önskemål från en medarbetare" in others
    verbs = set(Event.objects.filter(object_type="process").values_list("verb", flat=True))
    assert {"process.change-asked", "process.request-accepted"} <= verbs


def test_no_needs_a_reason_and_what_was_typed_stays(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    wish = actions.ask_change(process, text="Ta bort allt.", actor=actor("juno"), at=at)
    address = f"/processer/onskemal/{wish.pk}/"
    answer = browse("asa").post(address, {"answer": "no", "text": " "})
    assert answer.status_code == 422 and "Skriv varför det inte ändras" in answer.content.decode()
    with pytest.raises(Refused, match="Skriv varför"):
        actions.decline_request(wish, reason=" ", actor=actor("asa"), at=at)
    browse("asa").post(address, {"answer": "no", "text": "Vi har prövat."})
    page = browse("juno").get(address).content.decode()
    assert "Vi har prövat." in page and "Ändras inte" in page
    assert process.drawings.count() == 1


def test_two_who_answer_at_once(process: Process, actor: ActorOf, browse: Browse, at: datetime) -> None:
    wish = actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    actions.decline_request(wish, reason="Nej.", actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="redan svarat"):
        actions.accept_request(wish, actor=actor("asa"), at=at)
    answer = browse("asa").post(f"/processer/onskemal/{wish.pk}/", {"answer": "yes", "text": "Ja!"})
    assert answer.status_code == 409 and "redan svarat" in answer.content.decode()
    assert process.drawings.count() == 1


def test_two_wishes_go_into_the_same_draft(process: Process, actor: ActorOf, at: datetime) -> None:
    wishes = [actions.ask_change(process, text=text, actor=actor("juno"), at=at) for text in ("a", "b")]
    assert len({actions.accept_request(wish, actor=actor("asa"), at=at).pk for wish in wishes}) == 1


def test_a_version_that_waits_for_approval_takes_no_more(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    asa = actor("asa")
    wish = actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    actions.begin_version(process, actor=asa, at=at)
    actions.save_changes(draft(process), "Nytt.", actor=asa, at=at)
    actions.ask(draft(process), actor=asa, at=at)
    answer = browse("asa").post(f"/processer/onskemal/{wish.pk}/", {"answer": "yes", "text": "Ja då."})
    page = answer.content.decode()
    assert answer.status_code == 409 and "Ja då." in page and "Ta tillbaka den" in page
    wish.refresh_from_db()
    assert wish.state == RequestState.NEW


def test_a_wish_waits_again_when_its_draft_is_thrown_away(process: Process, actor: ActorOf, at: datetime) -> None:
    wish = actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    drawing = actions.accept_request(wish, actor=actor("asa"), at=at)
    actions.drop(drawing, actor=actor("asa"), at=at)
    wish.refresh_from_db()
    assert (wish.state, wish.became) == (RequestState.NEW, None)


def test_without_an_owner_those_who_write_nearest_hear(process: Process, actor: ActorOf, at: datetime) -> None:
    Process.objects.filter(pk=process.pk).update(owner=None)
    orphan = Process.objects.select_related("unit", "owner", "current").get(pk=process.pk)
    actions.ask_change(orphan, text="x", actor=actor("juno"), at=at)
    assert told("asa", "process.request") == 1 and told("klara", "process.request") == 0


def test_only_the_asker_and_those_who_write_see_it(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    wish = actions.ask_change(process, text="Hemligt hittills", actor=actor("juno"), at=at)
    address, people = f"/processer/onskemal/{wish.pk}/", ("juno", "asa", "bo", "ivar", "sara")
    assert {who for who in people if browse(who).get(address).status_code == 200} == {"juno", "asa"}
    assert browse("juno").post(address, {"answer": "yes"}).status_code == 404
    for tab in ("vantar", "besvarade", "mina"):
        assert "Hemligt" not in browse("bo").get(f"/processer/onskemal/?val={tab}").content.decode()
    assert "Hemligt" in browse("asa").get(f"/processer/onskemal/?process={process.code}").content.decode()
    with pytest.raises((Refused, Process.DoesNotExist)):
        actions.accept_request(wish, actor=actor("bo"), at=at)


def test_what_one_may_not_read_or_no_longer_holds_is_not_asked_about(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    url = process.get_absolute_url()
    assert browse("sara").get(f"{url}onskemal/").status_code == 404
    assert process.current is not None
    actions.withdraw(process.current, reason="x", actor=actor("asa"), at=at)
    assert browse("juno").get(f"{url}onskemal/").status_code == 404
    gone = Process.objects.select_related("unit", "current").get(pk=process.pk)
    with pytest.raises(Refused, match="gäller inte längre"):
        actions.ask_change(gone, text="x", actor=actor("juno"), at=at)


def test_a_step_that_is_not_there_and_an_empty_wish(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    page = f"{process.get_absolute_url()}onskemal/"
    for given in ({"element": "finns-inte", "text": "x"}, {"element": "", "text": " "}):
        assert browse("juno").post(page, given).status_code == 422
    with pytest.raises(Refused, match="Steget finns inte"):
        actions.ask_change(process, text="x", element="finns-inte", actor=actor("juno"), at=at)
    assert not ProcessRequest.objects.exists()


def test_a_personal_number_is_warned_of_once(process: Process, browse: Browse) -> None:
    page, words = f"{process.get_absolute_url()}onskemal/", {"element": "", "text": "Som för 19121212-1212 i går."}
    assert browse("juno").post(page, words).status_code == 422 and not ProcessRequest.objects.exists()
    browse("juno").post(page, {**words, "personal_number_ok": "1"})
    assert ProcessRequest.objects.count() == 1


def test_every_page_beside_the_processes_is_a_reserved_code() -> None:
    routes = [
        str(entry.pattern) for part in get_resolver().url_patterns for entry in getattr(part, "url_patterns", [part])
    ]
    beside = {route.split("/")[1] for route in routes if route.startswith("processer/") and route.count("/") > 1}
    assert {word for word in beside if not word.startswith("<")} <= RESERVED


def test_the_pages_ask_a_fixed_number_of_questions(
    process: Process, actor: ActorOf, browse: Browse, at: datetime
) -> None:
    asa, few = browse("asa"), 0
    for number in range(2):
        for _ in range(1 + 5 * number):
            actions.ask_change(process, text="x", element="steg_1", actor=actor("juno"), at=at)
        found = questions(asa, "/processer/onskemal/")
        few = few or len(found)
    assert len(found) == few <= 8
    wish = ProcessRequest.objects.first()
    assert len(questions(asa, f"/processer/onskemal/{wish.pk if wish else 0}/")) <= 9


def test_the_owner_sees_it_among_her_work(process: Process, actor: ActorOf, browse: Browse, at: datetime) -> None:
    wish = actions.ask_change(process, text="x", actor=actor("juno"), at=at)
    address = f"/processer/onskemal/{wish.pk}/"
    assert address in browse("asa").get("/").content.decode()
    assert address in browse("asa").get("/forbattra/").content.decode()
    actions.decline_request(wish, reason="x", actor=actor("asa"), at=at)
    assert address not in browse("asa").get("/").content.decode()
