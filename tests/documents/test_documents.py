"""A steering document from first draft to withdrawn, and who may do what with it (DOC-2, SOSFS 2011:9 4 kap.)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from pypdf import PdfReader

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused, Stale
from hjulet.documents import actions, jobs
from hjulet.documents.actions import Decision, Facts
from hjulet.documents.choices import VersionState
from hjulet.documents.models import AdoptionRule, Document, DocumentType, Version
from hjulet.notify.models import Notice
from hjulet.org.models import Unit
from tests.files import words

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-2")]

TEXT = "<h2>Direkt</h2><p>Stanna hos personen.</p>"


@pytest.fixture
def written(actor: Callable[..., Actor], person: Any, at: Any) -> Callable[..., Document]:
    """A document under way: a routine at Åsa's unit unless told otherwise."""

    def make(kind: str = "routine", unit: str = "ekbacken", by: str = "asa", body: str = TEXT, **more: Any) -> Document:
        facts = {
            "title": "Rutin vid åska",
            "type": DocumentType.objects.get(code=kind),
            "unit": Unit.objects.get(code=unit),
            "owner": person(by),
            "review_months": 12,
        }
        return actions.create(Facts(**(facts | more)), body=body, actor=actor(by), at=at)

    return make


def draft_of(document: Document) -> Version:
    return document.versions.under_way().get()


def adopt(document: Document, who: Actor, at: Any, **more: Any) -> Version:
    return actions.adopt(draft_of(document), Decision(**({"valid_from": at.date()} | more)), actor=who, at=at)


# From draft to what holds ------------------------------------------------------


def test_a_manager_writes_and_adopts_her_units_routine(written, actor, at) -> None:
    document = written()
    version = adopt(document, actor("asa"), at)
    document.refresh_from_db()
    assert (version.state, document.current_id) == (VersionState.ADOPTED, version.pk)
    assert version.adopted_role == "Enhetschef"
    assert document.review_on == at.date().replace(year=at.year + 1)


def test_the_next_version_replaces_the_first_in_the_same_write(written, actor, at) -> None:
    document = written()
    first = adopt(document, actor("asa"), at)
    second = actions.begin_version(document, actor=actor("asa"), at=at)
    words = {"title": "Rutin vid åska", "body": f"{TEXT}<p>Ring Kim.</p>", "changes": "Vem man ringer."}
    actions.save_text(second, revision=second.revision, **words, actor=actor("asa"), at=at)
    adopt(document, actor("asa"), at)
    first.refresh_from_db()
    document.refresh_from_db()
    assert first.state == VersionState.REPLACED
    assert document.current is not None
    assert "Ring Kim" in document.current.text


def test_a_new_version_must_tell_what_is_new(written, actor, at) -> None:
    document = written()
    adopt(document, actor("asa"), at)
    actions.begin_version(document, actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="vad som är nytt"):
        adopt(document, actor("asa"), at)


def test_an_empty_draft_is_not_adopted(written, actor, at) -> None:
    with pytest.raises(Refused, match="ingen text"):
        adopt(written(body=""), actor("asa"), at)


def test_a_version_adopted_ahead_waits_for_its_day(written, actor, at) -> None:
    document = written()
    first = adopt(document, actor("asa"), at)
    second = actions.begin_version(document, actor=actor("asa"), at=at)
    actions.save_text(
        second, title="Ny", body=TEXT, changes="Allt", revision=second.revision, actor=actor("asa"), at=at
    )
    later = at.date() + timedelta(days=20)
    waiting = adopt(document, actor("asa"), at, valid_from=later)
    document.refresh_from_db()
    assert (waiting.state, document.current_id) == (VersionState.COMING, first.pk)
    assert jobs.begin(at) == 0
    assert jobs.begin(at + timedelta(days=20)) == 1
    document.refresh_from_db()
    assert (document.current_id, document.title) == (second.pk, "Ny")


def test_a_decision_ahead_can_be_called_off(written, actor, at) -> None:
    document = written()
    adopt(document, actor("asa"), at, valid_from=at.date() + timedelta(days=5))
    actions.call_off(draft_of(document), actor=actor("asa"), at=at)
    assert draft_of(document).state == VersionState.DRAFT
    assert jobs.begin(at + timedelta(days=9)) == 0


def test_a_withdrawn_document_is_read_as_history_and_gets_no_new_version(written, actor, at, browse) -> None:
    document = written()
    adopt(document, actor("asa"), at)
    actions.withdraw(document, reason="Läs rutinen om väder.", on=at.date(), actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="upphävt"):
        actions.begin_version(document, actor=actor("asa"), at=at)
    page = browse("juno").get(document.get_absolute_url()).content.decode()
    assert "Läs rutinen om väder." in page
    assert document.title not in browse("juno").get("/dokument/").content.decode()
    assert document.title in browse("juno").get("/dokument/?val=upphavd").content.decode()


def test_one_that_is_to_be_withdrawn_later_holds_until_then(written, actor, at, browse) -> None:
    document = written()
    adopt(document, actor("asa"), at)
    later = at.date() + timedelta(days=10)
    actions.withdraw(document, reason="Läs rutinen om väder.", on=later, actor=actor("asa"), at=at)
    assert document in Document.objects.in_force(at.date())
    assert document not in Document.objects.in_force(later)
    assert document not in Document.objects.kept_up()
    visitor = browse("juno")
    assert document.title in visitor.get("/dokument/").content.decode()
    assert document.get_absolute_url() in visitor.post("/sok/forslag/", {"q": "åska"}).content.decode()
    assert document.title not in visitor.get("/dokument/?val=upphavd").content.decode()
    assert "upphävs" in visitor.get(document.get_absolute_url()).content.decode()


# Who ---------------------------------------------------------------------------------


def test_a_manager_does_not_adopt_for_the_whole_administration(written, actor, at) -> None:
    document = written(unit="forvaltningen", by="mona")
    for login in ("mona", "asa"):
        with pytest.raises((Refused, Document.DoesNotExist)):
            adopt(document, actor(login), at)
    assert adopt(document, actor("klara"), at).adopted_role == "Förvaltningschef"


def test_the_boards_decision_is_entered_with_number_and_day(written, actor, at) -> None:
    document = written(kind="policy", unit="forvaltningen", by="mona")
    with pytest.raises(Refused, match="nummer"):
        adopt(document, actor("mona"), at)
    version = adopt(document, actor("mona"), at, reference="§ 87", decided_on=at.date())
    assert (version.adopted_role, version.reference) == ("Vård- och omsorgsnämnden", "§ 87")


def test_a_municipalitys_own_rule_is_data(written, actor, person, at) -> None:
    document = written(unit="forvaltningen", by="mona")
    routine = DocumentType.objects.get(code="routine")
    AdoptionRule.objects.create(
        type=routine, level="administration", role="quality_developer", principal=person("mona").principal
    )
    assert adopt(document, actor("mona"), at).adopted_role == "Verksamhetsutvecklare"


@pytest.mark.parametrize("login", ["juno", "cilla", "hanna", "root", "sara"])
def test_a_draft_is_not_there_for_those_who_have_nothing_to_do_with_it(login, written, browse) -> None:
    document = written()
    visitor = browse(login)
    for tail in ("", "utkast/", "utkast/skriv/", "uppgifter/", "utkast/fil/", "jamfor/", "pdf/"):
        assert visitor.get(f"/dokument/{document.code}/{tail}").status_code == 404, tail
    for tail in (
        "ny-version",
        "utkast/granska",
        "utkast/faststall",
        "utkast/kasta",
        "utkast/spara",
        "utkast/kommentar",
    ):
        assert visitor.post(f"/dokument/{document.code}/{tail}/", {"title": "x"}).status_code == 404, tail
    assert document.title not in visitor.get("/dokument/?val=utkast").content.decode()


@pytest.mark.parametrize("login", ["juno", "cilla", "hanna", "goran", "ivar"])
def test_what_holds_is_read_by_all_but_changed_by_few(login, browse) -> None:
    visitor = browse(login)
    assert visitor.get("/dokument/rutin-vid-fall/").status_code == 200
    assert visitor.get("/dokument/rutin-vid-fall/uppgifter/").status_code == 404
    assert visitor.post("/dokument/rutin-vid-fall/ny-version/").status_code == 404
    assert visitor.get("/dokument/rutin-vid-fall/upphav/").status_code == 404


def test_another_principal_and_a_provider_see_only_what_is_theirs(written, actor, at, browse) -> None:
    own = written(title="Rutin vid skyfall")
    adopt(own, actor("asa"), at)
    inward = written(unit="forvaltningen", by="mona", title="Rutin för attest", for_providers=False)
    adopt(inward, actor("klara"), at)
    for login in ("sara", "ivar"):
        page = browse(login).get("/dokument/").content.decode()
        assert "skyfall" not in page
        assert "attest" not in page
    assert "Rutin vid fall" in browse("ivar").get("/dokument/").content.decode()
    assert "Rutin vid fall" not in browse("sara").get("/dokument/").content.decode()


# Review -----------------------------------------------------------------------------


def test_those_asked_answer_and_the_one_who_asked_is_told(written, actor, person, at, browse) -> None:
    document = written()
    people, until = [person("juno"), person("fatima")], at.date() + timedelta(days=7)
    actions.ask_review(draft_of(document), people=people, until=until, actor=actor("asa"), at=at)
    assert Notice.objects.filter(kind="document.review", person__login="juno").exists()
    assert browse("juno").get(f"/dokument/{document.code}/utkast/").status_code == 200
    with pytest.raises(Refused, match="Juno"):
        adopt(document, actor("asa"), at)
    version = draft_of(document)
    actions.answer_review(version, verdict="change", text="Ring vem?", actor=actor("juno"), at=at)
    actions.answer_review(version, verdict="agrees", text="", actor=actor("fatima"), at=at)
    assert Notice.objects.filter(kind="document.reviewed", person__login="asa").count() == 1
    assert adopt(document, actor("asa"), at).state == VersionState.ADOPTED


def test_a_review_that_nobody_answers_does_not_stop_it_for_ever(written, actor, person, at) -> None:
    document = written()
    until = at.date() + timedelta(days=2)
    actions.ask_review(draft_of(document), people=[person("juno")], until=until, actor=actor("asa"), at=at)
    with pytest.raises(Refused):
        adopt(document, actor("asa"), at)
    later = at + timedelta(days=3)
    assert adopt(document, actor("asa", later), later).state == VersionState.ADOPTED


def test_who_was_not_asked_has_no_answer_to_give(written, actor, at) -> None:
    with pytest.raises(Refused, match="ingen granskning"):
        actions.answer_review(draft_of(written()), verdict="agrees", text="", actor=actor("asa"), at=at)


def test_nobody_writes_in_what_others_read(written, actor, person, at) -> None:
    document = written()
    version = draft_of(document)
    until = at.date() + timedelta(days=2)
    actions.ask_review(version, people=[person("juno")], until=until, actor=actor("asa"), at=at)
    version.refresh_from_db()
    with pytest.raises(Refused, match="Ta tillbaka"):
        actions.save_text(version, title="x", body="", changes="", revision=version.revision, actor=actor("asa"), at=at)


def test_the_database_keeps_what_was_adopted_as_it_was(written, actor, at) -> None:
    version = adopt(written(), actor("asa"), at)
    for changed in ({"body": "<p>Lyft genast.</p>"}, {"title": "Annat"}, {"adopted_role": "Nämnden"}, {"number": 9}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(**changed)
    Version.objects.filter(pk=version.pk).update(ended_on=at.date())


# Two at once -----------------------------------------------------------------------------


def test_there_is_one_draft_at_a_time_whatever_happens(written, at) -> None:
    document = written()
    with pytest.raises(IntegrityError), transaction.atomic():
        Version.objects.create(document=document, number=2, title="x", created_at=at, saved_at=at)


def test_two_who_save_lose_nothing(written, actor, at, browse) -> None:
    document = written()
    version = draft_of(document)
    first = version.revision
    actions.save_text(
        version, title="A", body="<p>Åsas ord.</p>", changes="", revision=first, actor=actor("asa"), at=at
    )
    with pytest.raises(Stale):
        actions.save_text(version, title="A", body="", changes="", revision=first, actor=actor("lars"), at=at)
    data = {"title": "A", "body": "<p>Mina egna ord.</p>", "changes": "", "revision": first}
    answer = browse("lars").post(f"/dokument/{document.code}/utkast/skriv/", data)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Mina egna ord" in page
    assert "Åsas" in page
    assert draft_of(document).text.strip() == "Åsas ord."


def test_who_writes_is_shown_and_can_be_taken_over_from(written, browse) -> None:
    document = written()
    url = f"/dokument/{document.code}/utkast/skriv/"
    assert browse("asa").get(url).status_code == 200
    held = browse("lars").get(url)
    assert (held.status_code, "Åsa" in held.content.decode()) == (409, True)
    assert browse("lars").get(f"{url}?ta=1").status_code == 200


def test_autosave_answers_with_the_next_revision(written, browse) -> None:
    document = written()
    url = f"/dokument/{document.code}/utkast/spara/"
    data = {"title": "Ny rubrik", "body": "<p>Sparat.</p>", "changes": "", "revision": draft_of(document).revision}
    said = browse("asa").post(url, data)
    assert said.json()["revision"] == data["revision"] + 1
    assert browse("asa").post(url, data).status_code == 409
    assert draft_of(document).title == "Ny rubrik"


# Reading -----------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["fall", "ramla", "ramlade", "golv"])
def test_a_routine_is_found_by_what_people_call_it(asked, browse) -> None:
    assert "Rutin vid fall" in browse("juno").get("/dokument/", {"q": asked}).content.decode()


def test_the_text_is_shown_with_its_headings_and_nothing_that_runs(written, actor, at, browse) -> None:
    document = written(body="<h2>Direkt</h2><p onclick='x()'>Stanna<script>alert(1)</script></p>")
    adopt(document, actor("asa"), at)
    page = browse("asa").get(document.get_absolute_url()).content.decode()
    assert re.search(r'<h2 id="[a-z-]+">Direkt</h2>', page)
    assert "<p>Stanna</p>" in page
    assert "alert(1)" not in page


def test_a_word_file_becomes_text_to_write_on_and_a_broken_one_is_told(written, browse) -> None:
    docx = words.document(words.paragraph("Lyft aldrig ensam."))
    document = written(body="")
    url = f"/dokument/{document.code}/utkast/fil/"
    broken = browse("asa").post(url, {"file": SimpleUploadedFile("rutin.docx", b"PK\x03\x04 nej")})
    assert broken.status_code == 422
    sent = browse("asa").post(url, {"file": SimpleUploadedFile("rutin.docx", docx)})
    assert sent.status_code == 302
    version = draft_of(document)
    assert "Lyft aldrig ensam" in version.text
    assert version.file is not None
    page = browse("asa").get(f"/dokument/{document.code}/utkast/").content.decode()
    assert "Lyft aldrig ensam" in page


def test_one_word_that_is_not_there_finds_nothing_and_says_what_to_do(browse) -> None:
    page = browse("juno").get("/dokument/?q=giraff").content.decode()
    assert "Rutin vid fall" not in page
    assert "Pröva ett annat ord" in page


def test_a_page_of_documents_asks_few_questions(browse, django_assert_max_num_queries) -> None:
    visitor = browse("asa")
    visitor.get("/dokument/")
    with django_assert_max_num_queries(12):
        visitor.get("/dokument/?q=fall")
    with django_assert_max_num_queries(12):
        visitor.get("/dokument/rutin-vid-fall/")


def test_the_document_as_pdf_has_its_text(browse) -> None:
    answer = browse("juno").get("/dokument/rutin-vid-fall/pdf/")
    assert answer["Content-Type"] == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "Stanna hos personen" in text
    assert "Fatima Rahimi" in text


def test_the_list_as_a_file(browse) -> None:
    answer = browse("juno").get("/dokument/?format=csv")
    assert "Rutin vid fall" in b"".join(answer.streaming_content).decode("utf-8-sig")
