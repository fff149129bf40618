"""A self-check is filled in: each thing once, nothing lost, no one's answer written over unasked."""

from __future__ import annotations

import io
import json
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from hjulet.checks import answering
from hjulet.checks.answering import SomeoneElse, Told
from hjulet.checks.answering_web import told_in
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.files.models import StoredFile
from hjulet.org.login import owner_token
from tests.checks.answering_world import make_round
from tests.test_markup import faults

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CHK-6")]
TWO, ONE, ZERO = Decimal(2), Decimal(1), Decimal(0)


@pytest.fixture
def round_(person: Callable[..., Any]) -> Round:
    return make_round(person("juno").home_unit)


@pytest.fixture
def say(round_, actor, at) -> Callable[..., Answer]:
    def answer(
        told: Told, *, by: str = "juno", question: str = "kvall-1", seen: int | None = 0, key: Any = None
    ) -> Answer:
        key = key or uuid.uuid4()
        return answering.answer(round_, question, told, key=key, seen=seen, actor=actor(by), at=at)

    return answer


def photo(colour: str = "green") -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(file, "JPEG", exif=b"Exif\x00\x00GPS")
    return SimpleUploadedFile("foto.jpg", file.getvalue(), "image/jpeg")


def page(round_: Round, tail: str = "fyll-i/") -> str:
    return f"/egenkontroll/omgang/{round_.pk}/{tail}"


# -- once ----------------------------------------------------------------------------------------------------------------


def test_the_same_key_twice_is_one_answer(say, round_) -> None:
    key = uuid.uuid4()
    first, again = say(Told(TWO), key=key), say(Told(TWO), key=key)
    assert first.pk == again.pk and again.version == 1
    assert Event.objects.filter(verb="selfcheck.answered").count() == 1


def test_someone_elses_answer_is_told_of_and_not_written_over(say, round_) -> None:
    say(Told(ZERO, note="Kylen var tom."), by="asa")
    with pytest.raises(SomeoneElse) as met:
        say(Told(TWO))
    assert met.value.theirs.note == "Kylen var tom."
    assert say(Told(TWO), seen=1).version == 2  # she has seen it now, and chose her own
    say(Told(ONE), seen=0)  # her own from another screen is not someone else's
    assert Answer.objects.get(round=round_).points == ONE


@pytest.mark.parametrize(
    ("told", "question", "why"),
    [
        (Told(Decimal(3)), "kvall-1", "Välj ett av svaren"),
        (Told(Decimal(-1)), "kvall-1", "Välj ett av svaren"),
        (Told(TWO), "borta", "finns inte"),
        (Told(ONE, note="Gäller 19121212-1212."), "kvall-1", "personnummer"),
        (Told(ONE, follow_up="x" * 2001), "kvall-1", "för lång"),
    ],
)
def test_what_is_not_an_answer_is_refused(say, told: Told, question: str, why: str) -> None:
    with pytest.raises(Refused, match=why):
        say(told, question=question)
    assert not Answer.objects.exists()


def test_photos_are_drawn_anew_kept_once_and_taken_away(round_, actor, at) -> None:
    key, juno = uuid.uuid4(), actor("juno")
    first = answering.add_photo(round_, "kvall-1", photo(), key=key, actor=juno, at=at)
    again = answering.add_photo(round_, "kvall-1", photo(), key=key, actor=juno, at=at)
    assert first.pk == again.pk and StoredFile.objects.count() == 1
    assert b"GPS" not in first.file.path.read_bytes()
    answering.remove_photo(first, actor=juno, at=at)
    assert not StoredFile.objects.exists() and not Evidence.objects.exists()


def test_only_photos_and_only_a_few(round_, actor, at) -> None:
    pdf = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n%%EOF\n"
    with pytest.raises(answering.files.FileRefused, match="bara att lägga till foton"):
        upload = SimpleUploadedFile("x.pdf", pdf)
        answering.add_photo(round_, "kvall-1", upload, key=uuid.uuid4(), actor=actor("juno"), at=at)
    assert not StoredFile.objects.exists()
    for _number in range(answering.MOST_PHOTOS):
        answering.add_photo(round_, "kvall-1", photo(), key=uuid.uuid4(), actor=actor("juno"), at=at)
    with pytest.raises(Refused, match="redan fyra bilder"):
        answering.add_photo(round_, "kvall-1", photo(), key=uuid.uuid4(), actor=actor("juno"), at=at)


def test_it_is_sent_once_and_then_stays(say, round_, actor, at) -> None:
    with pytest.raises(Refused, match="3 frågor saknar svar"):
        answering.send(round_, actor=actor("juno"), at=at)
    for question in ("kvall-1", "kvall-2"):
        say(Told(TWO), question=question)
    say(Told(not_applicable=True), question="miljo-1")
    answering.send(round_, actor=actor("juno"), at=at)
    answering.send(round_, actor=actor("asa"), at=at)
    assert Event.objects.filter(verb="selfcheck.sent").count() == 1
    with pytest.raises(Refused, match="redan inskickad"):
        say(Told(ZERO), seen=1)


# -- the page ------------------------------------------------------------------------------------------------------------


def test_the_page_asks_everything_in_words_and_is_the_only_one_to_be_kept(
    round_, browse, django_assert_max_num_queries
) -> None:
    juno = browse("juno")
    with django_assert_max_num_queries(12):
        answer = juno.get(page(round_))
    html = answer.content.decode()
    assert answer["X-Keep-For"] and answer["Cache-Control"] == "no-store"
    for words in ("Måltidsmiljö", "1 – Delvis", "Gäller inte oss", "Vad hindrar?", "Fotografera inga personer", "0/3"):
        assert words in html
    assert "X-Keep-For" not in juno.get("/") and faults(html) == []


def test_without_a_script_all_is_kept_although_something_is_wrong(round_, browse) -> None:
    data = {
        "points-kvall-1": "1",
        "note-kvall-1": "Smörgåsar finns.",
        "seen-kvall-1": "0",
        "points-kvall-2": "7",
        "do": "send",
    }
    answer = browse("juno").post(page(round_), data | {"note-kvall-2": "Kanske"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "1.2: Välj ett av svaren." in html and "Kanske" in html
    assert Answer.objects.get(round=round_).note == "Smörgåsar finns."


def test_without_a_script_it_is_filled_in_and_sent(round_, browse) -> None:
    juno = browse("juno")
    data = {f"points-{code}": "2" for code in ("kvall-1", "kvall-2")} | {"points-miljo-1": "na", "do": "save"}
    assert juno.post(page(round_), data | {"photo-kvall-1": photo()}).status_code == 302
    assert Evidence.objects.filter(round=round_, question="kvall-1").count() == 1
    assert "3/3" in juno.get(page(round_)).content.decode()
    sent = juno.post(page(round_), data | {"do": "send"})
    assert sent["Location"] == page(round_, "inskickad/")
    round_.refresh_from_db()
    assert round_.state == "sent"
    assert juno.get(page(round_)).status_code == 302


def test_without_a_script_someone_elses_answer_is_shown_beside_ones_own(round_, say, browse) -> None:
    say(Told(ZERO, note="Inget kvällsmål."), by="asa")
    data = {"points-kvall-1": "2", "note-kvall-1": "Allt bra.", "seen-kvall-1": "0", "do": "save"}
    html = browse("juno").post(page(round_), data).content.decode()
    assert "Inget kvällsmål." in html and "Allt bra." in html and 'name="seen-kvall-1" value="1"' in html


def test_who_does_not_fill_it_in_finds_nothing(round_, browse, client: Client) -> None:
    for tail in ("fyll-i/", "lage/"):
        assert browse("nils").get(page(round_, tail)).status_code == 404
    assert client.get(page(round_)).status_code == 302
    assert client.get(page(round_, "lage/"), headers={"X-Requested-With": "fetch"}).status_code == 401


# -- in the background ---------------------------------------------------------------------------------------------------


def send(client: Client, round_: Round, tail: str, login_id: int, **data: Any) -> Any:
    data = {"key": str(uuid.uuid4()), "written_by": owner_token(login_id)} | data
    return client.post(page(round_, tail), data, headers={"X-Requested-With": "fetch"})


def test_a_phone_saves_and_sends(round_, browse, person) -> None:
    juno, me = browse("juno"), person("juno").pk
    told = juno.get(page(round_, "lage/")).json()
    assert told["owner"] == str(me) and told["csrf"]
    for code in ("kvall-1", "kvall-2", "miljo-1"):
        saved = send(juno, round_, "svar/", me, question=code, points="2", note="", follow_up="", seen="0")
        assert saved.json() == {"revision": 1}
    assert send(juno, round_, "bild/", me, question="kvall-1", photo=photo()).status_code == 200
    for _tab in range(2):
        done = send(juno, round_, "skicka/", me)
        assert done.status_code == 204 and done["X-Next"] == page(round_, "inskickad/")
    assert Event.objects.filter(verb="selfcheck.sent").count() == 1
    late = send(juno, round_, "svar/", me, question="kvall-1", points="0", seen="1")
    assert late.status_code == 422 and "redan inskickad" in late.json()["problem"]


def test_a_conflict_tells_what_the_other_said(round_, say, browse, person) -> None:
    say(Told(ZERO, note="Kylen var tom."), by="asa")
    answer = send(browse("juno"), round_, "svar/", person("juno").pk, question="kvall-1", points="2", seen="0")
    theirs = answer.json()["theirs"]
    assert answer.status_code == 409 and theirs["points"] == "0" and theirs["revision"] == 1
    assert "svarade 0" in theirs["words"] and "Kylen var tom." in theirs["words"]


def test_what_one_kept_is_never_sent_in_anothers_name(round_, browse, person) -> None:
    for tail in ("svar/", "bild/", "skicka/"):
        answer = send(browse("asa"), round_, tail, person("juno").pk, question="kvall-1", points="2", photo=photo())
        assert answer.status_code == 404
    assert not Answer.objects.exists() and not Evidence.objects.exists()


def test_a_photo_is_for_who_sees_the_round(round_, actor, at, browse) -> None:
    row = answering.add_photo(round_, "kvall-1", photo(), key=uuid.uuid4(), actor=actor("juno"), at=at)
    seen = browse("asa").get(page(round_, f"bild/{row.pk}/"))
    assert seen.status_code == 200 and seen["Content-Security-Policy"].startswith("sandbox")
    other = make_round(round_.unit)
    assert browse("asa").get(page(other, f"bild/{row.pk}/")).status_code == 404


# -- a deviation in the same breath --------------------------------------------------------------------------------------


def test_a_low_answer_becomes_a_deviation_and_one_comes_back(round_, browse, actor) -> None:
    juno = browse("juno")
    data = {"points-kvall-1": "0", "note-kvall-1": "Fru Ek fick inget.", "do": "deviation:kvall-1"}
    to = juno.post(page(round_), data)["Location"]
    form = juno.get(to).content.decode()
    assert "Serveras ett kvällsmål efter klockan 20? Svar: 0 – Nej." in form and "Fru Ek" not in form
    report = {"description": "Inget kvällsmål i går.", "when": "now", "unit": round_.unit_id, "reported_harm": "no"}
    report |= {"submission_key": str(uuid.uuid4()), "begun_from": f"kontroll:{round_.pk}:kvall-1"}
    sent = juno.get(juno.post("/rapportera/", report)["Location"]).content.decode()
    assert f'href="{page(round_)}#q-kvall-1"' in sent
    juno.post("/rapportera/", report)
    assert Event.objects.filter(verb="selfcheck.deviation").count() == 1
    assert "är gjord" in juno.get(page(round_)).content.decode()
    other = next(
        login for login in ("cilla", "olga", "bo", "mona") if browse(login).get(page(round_)).status_code == 200
    )
    assert "är gjord" not in browse(other).get(page(round_)).content.decode()


@pytest.mark.parametrize("token", ["kontroll:", "kontroll:²:x", "kontroll:999999:kvall-1", "kontroll:1:borta"])
def test_a_beginning_that_is_not_hers_is_left_aside(round_, browse, token: str) -> None:
    answer = browse("juno").get("/rapportera/", {"fran": token})
    assert answer.status_code == 200 and "Tillbaka till egenkontrollen" not in answer.content.decode()


def test_when_it_is_sent_it_says_what_lies_under_the_target_and_what_is_next(
    round_, say, actor, at, browse, django_assert_max_num_queries
) -> None:
    say(Told(ZERO, note="Kylen var tom.", follow_up="Köket stänger."))
    say(Told(TWO), question="kvall-2")
    say(Told(not_applicable=True), question="miljo-1")
    answering.send(round_, actor=actor("juno"), at=at)
    asa = browse("asa")
    with django_assert_max_num_queries(12):
        html = asa.get(page(round_, "inskickad/")).content.decode()
    for words in ("Målet är inte nått.", "0,67 av 2", "minst 1,6", "Köket stänger.", "Kylen var tom.", "Gäller inte"):
        assert words in html
    assert f'href="{page(round_, "analys/")}"' in html and f"fran=kontroll:{round_.pk}:kvall-1" in html
    assert "nattfastan" not in html.partition('id="h-low"')[2].partition('id="h-areas"')[0]
    assert faults(html) == [] and faults(asa.get(page(round_, "")).content.decode()) == []
    form = asa.get(f"/rapportera/?fran=kontroll:{round_.pk}:kvall-1").content.decode()
    assert f"{page(round_, 'inskickad/')}#q-kvall-1" in form


# -- the worker ----------------------------------------------------------------------------------------------------------


def test_the_worker_is_asked_for_anew_and_serves_self_checks_only(client: Client) -> None:
    answer = client.get("/sw.js")
    assert answer["Content-Type"].startswith("text/javascript") and answer["Cache-Control"] == "no-cache"
    assert answer["Service-Worker-Allowed"] == "/egenkontroll/" and not answer.cookies
    assert r"/^\/egenkontroll\/omgang\/\d+\/fyll-i\/$/" in answer.content.decode()


TEXT = st.text(max_size=30)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.one_of(TEXT, st.sampled_from(["", "0", "1", "2", "na", "²", "9" * 400, "-1"])), note=TEXT)
def test_anything_posted_is_an_answer_or_a_sentence(say, points: str, note: str) -> None:
    told = told_in({"points": points, "note": note})
    assert "\x00" not in told.note and not (told.points is not None and told.not_applicable)
    try:
        kept = say(told, seen=None)
    except Refused as problem:
        assert str(problem)
    else:
        assert answering.told_by(kept) == told
        json.dumps(kept.note)
