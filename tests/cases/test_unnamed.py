"""Staff who report without saying who they are: no trace of who, a code, and an answer (NEW-3, NEW-2)."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.models import Case, Message
from hjulet.core.actor import Actor
from hjulet.core.models import Event
from hjulet.notify.models import Notice
from hjulet.org.login import note_failure
from hjulet.org.models import LoginAttempt, Person
from hjulet.stats.models import CaseFact

pytestmark = pytest.mark.django_db
DOOR, INBOX = "/rapportera/anonymt/", "/rapportera/anonymt/svar/"
TEXT = "Nattpersonalen låser in henne på rummet efter tio."
CODE = re.compile(r"<b>((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})</b>")


def fields(page: str, unit: int, **changes: str) -> dict[str, str]:
    """What a browser would send from the page."""
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    return hidden | {"description": TEXT, "when": "now", "unit": str(unit), "reported_harm": "yes"} | changes


@pytest.fixture
def sent(person: Callable[[str], Person]) -> tuple[Case, str]:
    """A report without a name, and its code."""
    client = Client()
    unit = person("juno").home_unit
    assert unit
    page = client.get(DOOR).content.decode()
    answer = client.post(DOOR, fields(page, unit.pk))
    code = CODE.search(answer.content.decode())
    assert answer.status_code == 200 and code
    assert not client.cookies
    found = unnamed.by_code(code[1])
    assert found
    return found, code[1]


@pytest.mark.capability("NEW-3")
def test_nothing_tells_who_it_was(sent: tuple[Case, str]) -> None:
    case, code = sent
    assert case.reporter_id is None and case.reporter_title == "" and not case.suspects_misconduct
    event = Event.objects.get(verb="case.reported", object_id=case.pk)
    assert (event.actor_id, event.actor_label) == (None, "")
    kept = [str(value) for value in Case.objects.unscoped(reason="test").filter(pk=case.pk).values_list()[0]]
    assert not any(code in value or code.replace("-", "") in value for value in kept)
    assert LoginAttempt.objects.count() == 0


@pytest.mark.capability("NEW-3")
def test_a_session_that_is_there_is_not_looked_at(browse: Callable[[str], Client], person: Any) -> None:
    juno = browse("juno")
    session = juno.session
    session["seen"] = "2026-01-01T00:00:00+00:00"  # long ago: a look at it would end or move it
    session.save()
    page = juno.get(DOOR).content.decode()
    assert "Juno" not in page and "csrf" not in page
    answer = juno.post(DOOR, fields(page, person("juno").home_unit_id))
    assert answer.status_code == 200 and not answer.cookies and answer.headers["Cache-Control"] == "no-store"
    assert juno.session["seen"] == "2026-01-01T00:00:00+00:00"
    assert Event.objects.get(verb="case.reported").actor_id is None


@pytest.mark.capability("NEW-2")
def test_question_answer_and_decision_through_the_code(
    sent: tuple[Case, str], actor: Callable[..., Actor], person: Any, at: datetime
) -> None:
    case, code = sent
    asa, client = actor("asa"), Client()
    assert Notice.objects.filter(person=person("asa"), kind="case.reported").exists()
    actions.perform(case, "receive", actor=asa, at=at)
    actions.ask_reporter(case, text="Vilken natt var det?", actor=asa, at=at)
    page = client.post(INBOX, {"code": code.lower().replace("-", " ")}).content.decode()
    assert TEXT in page and "Vilken natt var det?" in page
    page = client.post(INBOX, {"code": code, "message": "I torsdags."}).content.decode()
    assert "Ditt svar är skickat" in page and not client.cookies
    client.post(INBOX, {"code": code, "message": "I torsdags."})  # the page is sent once more
    reply = Message.objects.unscoped(reason="test").get(text="I torsdags.")
    assert reply.author_name == "Den som rapporterade utan namn"
    assert Notice.objects.filter(person=person("asa"), kind="case.reply").exists()
    assert Event.objects.filter(verb="case.read-by-code", object_id=case.pk, actor_id=None).exists()


def test_it_counts_as_one_to_answer(sent: tuple[Case, str]) -> None:
    case, _code = sent
    fact = CaseFact.objects.get(unit_id=case.unit_id)
    assert (fact.cases, fact.with_reporter) == (1, 1)
    call_command("verify-stats")


def test_wrong_codes_are_told_apart_by_nobody(sent: tuple[Case, str], at: datetime) -> None:
    case, code = sent
    client = Client()
    wrong = client.post(INBOX, {"code": codes.new_code()})
    short = client.post(INBOX, {"code": "abc"})
    assert wrong.status_code == short.status_code == 422
    from hjulet.org.login import attempt_keys

    place = attempt_keys("", "127.0.0.1")[1]
    for _ in range(110):
        note_failure(["", place], at)
    refused = client.post(INBOX, {"code": code})
    assert refused.status_code == 422 and TEXT not in refused.content.decode()
    assert unnamed.open_with(code, place="another place", at=at) == case


def test_sending_twice_gives_one_case_and_the_same_code(person: Any) -> None:
    client = Client()
    page = client.get(DOOR).content.decode()
    told = fields(page, person("juno").home_unit_id)
    codes = {CODE.findall(client.post(DOOR, told).content.decode())[0] for _ in range(2)}
    assert len(codes) == 1
    assert Case.objects.unscoped(reason="test").filter(submission_key=uuid.UUID(told["submission_key"])).count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"description": " "}, "En mening räcker"),
        ({"code": "ettan"}, "Sidan har varit öppen för länge"),
        ({"unit": "999999"}, "Välj"),
        ({"unit": ""}, "Välj"),
        ({"when": "other", "day": "2031-01-01"}, "framtiden"),
    ],
)
def test_bad_input_loses_nothing(changes: dict[str, str], said: str, person: Any) -> None:
    client = Client()
    told = fields(client.get(DOOR).content.decode(), person("juno").home_unit_id, immediate_action="Jag låste upp.")
    answer = client.post(DOOR, told | changes)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and "Jag låste upp." in page
    again = fields(page, person("juno").home_unit_id)
    assert client.post(DOOR, again).status_code == 200


def test_a_closed_case_takes_no_more_answers(sent: tuple[Case, str], at: datetime) -> None:
    case, code = sent
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(state="annulled")
    page = Client().post(INBOX, {"code": code, "message": "En sak till."})
    assert page.status_code == 422 and "skriv en ny rapport" in page.content.decode()
