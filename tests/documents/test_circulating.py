"""What holds is sent to be read, and who has read it is known (DOC-3, NEW-23; S2 2.4 "known and followed")."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hjulet.core.flow import Refused
from hjulet.documents import actions
from hjulet.documents.actions import Decision, Question, Readers
from hjulet.documents.actions.circulating import code_of, matter_of
from hjulet.documents.models import Document
from hjulet.org.models import Unit
from hjulet.receipts.actions import confirm
from hjulet.receipts.listing import asks

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-3", "NEW-23")]

QUESTION = Question("Vem avgör om personen kan resas?", "Sjuksköterskan", ("Den som är närmast",))


@pytest.fixture
def falls(db) -> Document:
    return Document.objects.get(code="rutin-vid-fall")


@pytest.fixture
def sent(falls, actor, at):
    unit = Unit.objects.get(code="ekbacken")
    return actions.send(falls, Readers((unit,)), QUESTION, actor=actor("mona"), at=at)


def waits(login, falls, actor, at) -> bool:
    return any(ask.waits for ask in asks(actor(login, at), at, code_of(falls)))


def test_those_at_the_unit_are_asked_and_no_others(sent, falls, actor, at) -> None:
    assert waits("juno", falls, actor, at)
    assert waits("asa", falls, actor, at)
    assert not waits("cilla", falls, actor, at)
    assert not waits("ivar", falls, actor, at)


def test_only_those_with_the_role_are_asked(falls, actor, at) -> None:
    everywhere = Unit.objects.get(code="forvaltningen")
    actions.send(falls, Readers((everywhere,), ("unit_manager",)), actor=actor("mona"), at=at)
    assert waits("asa", falls, actor, at)
    assert waits("cilla", falls, actor, at)
    assert not waits("juno", falls, actor, at)


def test_people_asked_and_people_counted_are_the_same(falls, actor, at, person) -> None:
    """`Matter.people` and `with_me` say the same of everyone."""
    unit = Unit.objects.get(code="forvaltningen")
    for roles in ((), ("unit_manager",), ("employee", "sas")):
        matter = actions.send(falls, Readers((unit,), roles), actor=actor("mona"), at=at)
        counted = set(matter.people(falls.principal_id, at.date()).values_list("login", flat=True))
        for login in ("asa", "juno", "cilla", "dag", "fatima", "lars", "ivar", "eva", "hanna", "klara"):
            asked = bool(asks(actor(login), at, code_of(falls)))
            assert asked == (login in counted), (roles, login)


def test_a_wrong_answer_is_explained_and_the_right_one_confirms(sent, falls, browse, actor, at) -> None:
    url = f"/kvittens/{code_of(falls)}/"
    visitor = browse("juno")
    page = visitor.get(url).content.decode()
    assert "Stanna hos personen" in page
    wrong = visitor.post(url, {"version": sent.version, "answer": "fel-1"})
    assert (wrong.status_code, "Läs texten en gång till" in wrong.content.decode()) == (422, True)
    assert visitor.post(url, {"version": sent.version, "answer": "ratt"}).status_code == 302
    assert not waits("juno", falls, actor, at)


def test_a_new_version_asks_again_and_tells_what_is_new(sent, falls, browse, actor, at) -> None:
    confirm(sent, answer="ratt", actor=actor("juno"), at=at)
    later = at + timedelta(days=3)
    version = actions.begin_version(falls, actor=actor("mona"), at=later)
    words = {"title": falls.title, "body": "<p>Ring alltid.</p>", "changes": "Ring alltid sjuksköterskan."}
    actions.save_text(version, revision=version.revision, **words, actor=actor("mona"), at=later)
    actions.adopt(version, Decision(later.date()), actor=actor("klara", later), at=later)
    assert waits("juno", falls, actor, later)
    matter = matter_of(falls, later.date())
    assert (matter.version, matter.changes, matter.question) == (2, "Ring alltid sjuksköterskan.", QUESTION.text)


def test_a_new_employee_is_asked_too(sent, falls, actor, person, at) -> None:
    someone = person("cilla")
    assert not waits("cilla", falls, actor, at)
    someone.home_unit = Unit.objects.get(code="ekbacken")
    someone.save(update_fields=["home_unit"])
    assert waits("cilla", falls, actor, at)


def test_a_withdrawn_document_asks_nobody(sent, falls, actor, at) -> None:
    later = at + timedelta(days=2)
    falls.refresh_from_db()
    actions.withdraw(falls, reason="Ersatt.", on=later.date(), actor=actor("klara", later), at=later)
    assert not waits("juno", falls, actor, later)


def test_coverage_is_shown_beside_the_document_and_per_unit(sent, falls, browse, actor, at) -> None:
    confirm(sent, answer="ratt", actor=actor("juno"), at=at)
    page = browse("asa").get(falls.get_absolute_url()).content.decode()
    assert "1 av" in page
    names = browse("asa").get(f"/kvittens/{code_of(falls)}/tackning/ekbacken/").content.decode()
    assert "Åsa Lindqvist" in names


def test_a_unit_where_it_does_not_hold_is_refused(actor, at, person) -> None:
    other = Unit.objects.get(code="solhojden")
    own = Document.objects.create(
        principal=person("asa").principal,
        unit=Unit.objects.get(code="ekbacken"),
        type_id=Document.objects.get(code="rutin-vid-fall").type_id,
        code="egen",
        title="Egen",
        owner=person("asa"),
        review_months=12,
    )
    version = actions.begin_version(own, actor=actor("asa"), at=at)
    actions.save_text(version, title="Egen", body="<p>x</p>", changes="", revision=1, actor=actor("asa"), at=at)
    actions.adopt(version, Decision(at.date()), actor=actor("asa"), at=at)
    own.refresh_from_db()
    with pytest.raises(Refused, match="gäller inte för"):
        actions.send(own, Readers((other,)), actor=actor("asa"), at=at)


@pytest.mark.parametrize("login", ["juno", "cilla", "hanna"])
def test_only_those_who_write_it_send_it(login, falls, browse) -> None:
    assert browse(login).get(f"/dokument/{falls.code}/lasning/").status_code == 404


def test_the_form_tells_what_is_missing_and_keeps_the_rest(falls, browse) -> None:
    answer = browse("mona").post(f"/dokument/{falls.code}/lasning/", {"question": "Vad då?"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Välj minst en enhet." in page
    assert "Skriv det rätta svaret." in page
    assert "Vad då?" in page
