"""A lesson is read by all staff once a second person has said that nobody can be recognised (NEW-2, ACT-4)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.learning.conftest import TEXTS

from hjulet.cases.models import Case
from hjulet.core.flow import Refused, Stale
from hjulet.core.models import Event
from hjulet.learning import actions
from hjulet.learning.choices import LessonState
from hjulet.learning.models import Lesson, LessonUse
from hjulet.notify.models import Notice
from hjulet.org.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("NEW-2"), pytest.mark.capability("ACT-4")]
TITLE = TEXTS["title"]


def shows(visitor: Any, address: str = "/larande/") -> bool:
    return TITLE in visitor.get(address).content.decode()


def test_written_from_a_closed_case_and_kept_apart_from_it(closed, browse) -> None:
    case, asa = closed(), browse("asa")
    assert "Skriv en lärdom" in asa.get(f"/arenden/{case.ref}/").content.decode()
    page = asa.get(f"/larande/ny/{case.ref}/").content.decode()
    assert case.description in page and "En i taget." in page
    assert asa.post(f"/larande/ny/{case.ref}/", TEXTS).status_code == 302
    lesson = Lesson.objects.unscoped(reason="the test").get()
    assert not [field.name for field in Lesson._meta.get_fields() if field.related_model is Case]
    assert Event.objects.filter(verb="case.lesson", object_type="case", object_id=case.pk).count() == 1
    assert not Event.objects.filter(verb="case.lesson", value__isnull=False).exists()
    assert lesson.state == LessonState.WAITING and lesson.track == "sol"


@pytest.mark.parametrize("login", ["juno", "cilla", "fatima", "goran", "sara", "ivar"])
def test_only_whoever_works_with_the_case_writes(login: str, closed, browse, actor, at) -> None:
    case = closed()
    assert browse(login).get(f"/larande/ny/{case.ref}/").status_code == 404
    with pytest.raises(Refused, match="avslutat ärende"):
        actions.write(case, **TEXTS, actor=actor(login), at=at)


def test_not_from_an_open_case_nor_a_protected_identity(assessed, closed, browse, actor, at) -> None:
    case, hidden = assessed(), closed(protected_identity=True)
    for one in (case, hidden):
        assert browse("asa").get(f"/larande/ny/{one.ref}/").status_code == 404
    with pytest.raises(Refused, match="skyddade personuppgifter"):
        actions.write(hidden, **TEXTS, actor=actor("asa"), at=at)


def test_a_personal_number_is_warned_about_once(closed, browse) -> None:
    case, asa = closed(), browse("asa")
    sent = TEXTS | {"text": "Gällde 19121212-1212."}
    answer = asa.post(f"/larande/ny/{case.ref}/", sent)
    assert answer.status_code == 422 and "personnummer" in answer.content.decode()
    assert not Lesson.objects.unscoped(reason="the test").exists()


def test_unconfirmed_is_seen_by_the_writer_and_those_who_may_review(written, browse) -> None:
    lesson = written()
    for login in ("asa", "dag", "lars"):
        assert browse(login).get(f"/larande/{lesson.pk}/").status_code == 200, login
    for login in ("juno", "cilla", "fatima", "mona", "ivar", "sara", "root", "rolf"):
        visitor = browse(login)
        assert visitor.get(f"/larande/{lesson.pk}/").status_code == 404, login
        assert not shows(visitor) and not shows(visitor, "/larande/granska/"), login
    assert not shows(browse("asa"))
    assert shows(browse("dag"), "/larande/granska/") and shows(browse("asa"), "/larande/granska/")


def test_the_wall_stands_until_it_is_confirmed(written, published, browse) -> None:
    lesson = written("hsl")
    assert browse("dag").get(f"/larande/{lesson.pk}/").status_code == 404
    assert browse("fatima").get(f"/larande/{lesson.pk}/").status_code == 200
    open_to_all = published("hsl", title="Andra")
    assert browse("juno").get(f"/larande/{open_to_all.pk}/").status_code == 200


def test_of_a_lex_case_only_those_who_read_lex(written, browse, actor) -> None:
    lesson = written()
    Lesson.objects.unscoped(reason="the test").filter(pk=lesson.pk).update(from_lex=True)
    assert browse("klara").get(f"/larande/{lesson.pk}/").status_code == 200
    lesson.refresh_from_db()
    assert actions.may_review(lesson, actor("dag")) and not actions.may_review(lesson, actor("fatima"))


def test_the_writer_never_confirms_herself(written, actor, at, browse) -> None:
    lesson, asa = written(), actor("asa")
    with pytest.raises(Refused, match="Någon annan"):
        actions.confirm(lesson, actor=asa, at=at)
    page = browse("asa")
    assert "Publicera" not in page.get(f"/larande/{lesson.pk}/").content.decode()
    assert page.post(f"/larande/{lesson.pk}/publicera/", {"unrecognisable": "on"}).status_code == 409
    with pytest.raises(IntegrityError), transaction.atomic():
        rows = Lesson.objects.unscoped(reason="the test").filter(pk=lesson.pk)
        rows.update(state="published", confirmed_by=asa.person_id, confirmed_at=at)


def test_confirmed_it_is_read_by_all_and_not_logged(written, browse, person) -> None:
    lesson, dag = written(), browse("dag")
    assert Notice.objects.filter(person=person("dag"), kind="lesson.to_review").exists()
    assert dag.post(f"/larande/{lesson.pk}/publicera/", {}).status_code == 422
    answer = dag.post(f"/larande/{lesson.pk}/publicera/", {"unrecognisable": "on", "version": lesson.version})
    assert answer.status_code == 302
    assert Notice.objects.filter(person=person("asa"), kind="lesson.published").exists()
    before = Event.objects.filter(kind="read").count()
    for login in ("juno", "cilla", "fatima", "mona", "root"):
        assert shows(browse(login)), login
    assert Event.objects.filter(kind="read").count() == before
    assert shows(browse("juno"), "/") and not shows(browse("cilla"), "/")


def test_refused_with_a_reason_it_goes_back_and_comes_again(written, browse, person) -> None:
    lesson, dag, asa = written(), browse("dag"), browse("asa")
    address = f"/larande/{lesson.pk}/"
    assert dag.post(f"{address}skicka-tillbaka/", {"r-reason": " "}).status_code == 422
    dag.post(f"{address}skicka-tillbaka/", {"r-reason": "Stryk att det var i duschen.", "version": 1})
    shown = asa.get(address).content.decode()
    assert "Stryk att det var i duschen." in shown and "Ändra texten" in shown
    assert dag.get(f"{address}andra/").status_code == 404
    assert asa.post(f"{address}andra/", TEXTS | {"version": 1}).status_code == 409  # the version before it went back
    assert asa.post(f"{address}andra/", TEXTS | {"title": "Ny rubrik", "version": 2}).status_code == 302
    lesson.refresh_from_db()
    assert (lesson.title, lesson.state) == ("Ny rubrik", LessonState.WAITING)
    assert Notice.objects.filter(person=person("dag"), kind="lesson.to_review").count() == 2


def test_what_was_changed_meanwhile_is_not_confirmed_unread(written, actor, at) -> None:
    lesson = written()
    actions.rewrite(lesson, **(TEXTS | {"text": "Annat."}), actor=actor("asa"), at=at)
    with pytest.raises(Stale):
        actions.confirm(lesson, actor=actor("dag"), at=at, version=1)


def test_withdrawn_it_disappears(published, browse) -> None:
    lesson = published()
    address = f"/larande/{lesson.pk}/"
    juno, asa = browse("juno"), browse("asa")
    assert juno.post(f"{address}dra-tillbaka/", {"w-reason": "x"}).status_code == 409
    asa.post(f"{address}dra-tillbaka/", {"w-reason": "Det gick att förstå vem.", "version": lesson.version})
    assert juno.get(address).status_code == 404 and not shows(juno) and not shows(juno, "/")
    assert "Det gick att förstå vem." in asa.get(address).content.decode()


def test_a_providers_people_read_their_own_part_only(published, browse, closed, actor, at, person) -> None:
    published()
    assert not shows(browse("ivar")) and not shows(browse("tove"))
    case = closed(unit=person("tove").home_unit, login="tove", by="ivar")
    own = actions.write(case, **(TEXTS | {"title": "Hos oss på Bäckängen"}), actor=actor("ivar"), at=at)
    actions.confirm(own, actor=actor("dag"), at=at)
    for login in ("tove", "ivar", "juno"):
        assert "Hos oss på Bäckängen" in browse(login).get("/larande/").content.decode(), login


@pytest.mark.parametrize("login", ["sara", "sixten"])
def test_another_principal_sees_nothing(login: str, written, published, browse) -> None:
    hidden, lesson, visitor = written(title="Dold"), published(), browse(login)
    assert not shows(visitor) and not shows(visitor, "/forslag/")
    for one in (hidden, lesson):
        assert visitor.get(f"/larande/{one.pk}/").status_code == 404


# Likewise ---------------------------------------------------------------


def test_a_manager_says_that_her_unit_does_likewise(published, browse) -> None:
    lesson, cilla = published(), browse("cilla")
    unit = Unit.objects.get(code="solhojden")
    assert "Vi gör likadant" in cilla.get(f"/larande/{lesson.pk}/").content.decode()
    for _again in range(2):
        assert cilla.post(f"/larande/{lesson.pk}/likadant/", {"unit": unit.pk}).status_code == 302
    assert LessonUse.objects.unscoped(reason="the test").count() == 1
    shown = browse("juno").get("/larande/").content.decode()
    assert "1 enhet gör likadant" in shown and unit.name in shown


def test_nobody_else_says_it_nor_for_another_unit(published, browse, actor, at) -> None:
    lesson, unit = published(), Unit.objects.get(code="solhojden")
    assert "Vi gör likadant" not in browse("juno").get(f"/larande/{lesson.pk}/").content.decode()
    assert browse("juno").post(f"/larande/{lesson.pk}/likadant/", {"unit": unit.pk}).status_code == 422
    with pytest.raises(Refused, match="leder en enhet"):
        actions.take_up(lesson, unit=unit, actor=actor("asa"), at=at)
    with pytest.raises(Refused, match="er egen"):
        own = Unit.objects.get(pk=lesson.unit_id)
        Lesson.objects.unscoped(reason="the test").filter(pk=lesson.pk).update(unit=Unit.objects.get(code="ekbacken"))
        lesson.refresh_from_db()
        actions.take_up(lesson, unit=Unit.objects.get(code="ekbacken"), actor=actor("asa"), at=at)
        assert own


# Feed -------------------------------------------------------------------


def test_the_own_unit_first_filtered_and_paged(published, browse, person) -> None:
    first = published()
    rows = Lesson.objects.unscoped(reason="the test")
    there = Unit.objects.get(code="solhojden")
    for number in range(12):
        other = published(title=f"Annan {number}", text="Hissen stannade mellan våningarna.")
        rows.filter(pk=other.pk).update(unit=there, confirmed_at=first.confirmed_at + timedelta(hours=number + 1))
    feed = browse("juno").get("/larande/").content.decode()
    assert feed.index(TITLE) < feed.index("Annan 11") < feed.index("Annan 4") and "Annan 2<" not in feed
    assert "Annan 2<" in browse("juno").get("/larande/?sida=2").content.decode()
    assert not shows(browse("juno"), "/larande/?q=hiss") and shows(browse("juno"), "/larande/?q=dosetter")
    assert not shows(browse("juno"), "/larande/?unit=solhojden") and shows(browse("juno"), "/larande/?unit=ekbacken")
    assert not shows(browse("juno"), "/larande/?slag=praise") and shows(browse("juno"), "/larande/?slag=lesson")
    assert "Inga lärdomar här" in browse("juno").get("/larande/?q=finnsinte").content.decode()
    for odd in ("?slag=x&sida=0", "?unit=finns-inte", "?q=!!"):
        assert browse("juno").get(f"/larande/{odd}").status_code == 200, odd


@pytest.mark.parametrize(("address", "most"), [("/larande/", 9), ("/forslag/", 9), ("/larande/granska/", 8)])
def test_as_many_questions_however_many_rows(address: str, most: int, published, written, browse) -> None:
    asa = browse("dag")
    published(), written(title="Ännu en")
    asa.get(address)  # what is remembered is asked for the first time
    with CaptureQueriesContext(connection) as few:
        asa.get(address)
    for number in range(4):
        published(title=f"Mer {number}"), written(title=f"Väntar {number}")
    with CaptureQueriesContext(connection) as many:
        asa.get(address)
    asked = [query["sql"] for query in many if "pg_advisory" not in query["sql"]]
    assert len(many) == len(few) and len(asked) <= most, asked


# Suggestions ------------------------------------------------------------


@pytest.mark.capability("ACT-5")
def test_a_suggestion_is_published_with_its_answer(suggestion, browse, actor, at) -> None:
    juno, asa = browse("juno"), browse("asa")
    assert suggestion.description in juno.get("/forslag/").content.decode()
    page = asa.get(f"/larande/ny/{suggestion.ref}/").content.decode()
    assert "Vad svarade ni?" in page and "Det gör vi." in page
    sent = {"title": "Larmknappen", "text": "Att nå den från golvet.", "change": ""}
    assert asa.post(f"/larande/ny/{suggestion.ref}/", sent).status_code == 422  # never without its answer
    asa.post(f"/larande/ny/{suggestion.ref}/", sent | {"change": "Det gör vi från nyår."})
    lesson = Lesson.objects.unscoped(reason="the test").get()
    assert "Larmknappen" not in browse("cilla").get("/forslag/").content.decode()
    actions.confirm(lesson, actor=actor("lars"), at=at)
    shown = browse("cilla").get("/forslag/").content.decode()
    assert "Larmknappen" in shown and "Det gör vi från nyår." in shown and "1 förslag är publicerat" in shown
    assert "Juno" not in browse("cilla").get(lesson.get_absolute_url()).content.decode()


# The API ----------------------------------------------------------------


@pytest.mark.capability("PLT-1")
def test_the_same_in_the_api(published, program) -> None:
    lesson = published()
    found = program("juno").get("/lessons?q=dosetter&kind=lesson").json()
    assert [item["title"] for item in found["items"]] == [lesson.title]
    assert found["items"][0]["usedBy"] == [] and found["items"][0]["unit"] == "ekbacken-eken"
    for login in ("ivar", "sara"):
        assert program(login).get("/lessons").json()["total"] == 0
    assert program("juno").get("/lessons?unit=solhojden").json()["total"] == 0
