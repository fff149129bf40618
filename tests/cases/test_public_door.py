"""The public's door: anyone may say what they think, in six languages, and read the answer with a code (rulebook 4)."""

from __future__ import annotations

import io
import re
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.notify.conftest import Postbox

from hjulet.cases import actions, codes, unnamed
from hjulet.cases.choices import MessageKind
from hjulet.cases.models import Case, CaseFile, Complainant, Message
from hjulet.cases.public_texts import CODES, FOLDER, languages, texts_in
from hjulet.core.actor import Actor
from hjulet.core.clocks import due_on
from hjulet.core.models import Event
from hjulet.files.models import StoredFile
from hjulet.law.rules import service_level
from hjulet.notify.jobs import send_mail
from hjulet.notify.models import Notice, Outbox
from hjulet.org.models import LoginAttempt, Person, Principal, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-1")]
DOOR, FOLLOW, NEW = "/synpunkt/", "/synpunkt/folj/", "/synpunkt/ny/"
TEXT = "Hemtjänsten kom två timmar för sent tre dagar i rad."
CODE = re.compile(r"<b>((?:[2-9A-Z]{4}-){5}[2-9A-Z]{4})</b>")
ARABIC = "لم يأت أحد لمساعدة أمي في الصباح."


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))


def fields(page: str, unit: str = "unknown", **changes: Any) -> dict[str, Any]:
    """What a browser would send from the page."""
    empty = {"wants": "", "day": "", "name": "", "email": "", "phone": "", "website": ""}
    told = {"kind": "complaint", "description": TEXT, "unit": unit, "relation": "self", "who": "anonymous"}
    return hidden(page) | empty | told | changes


def opened(client: Client, language: str = "sv") -> str:
    return client.get(DOOR, {"sprak": language, "huvudman": "lovdala"}).content.decode()


def unit_of(name: str) -> str:
    return str(Unit.objects.get(name=name).pk)


def picture() -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(content, "JPEG")
    return SimpleUploadedFile("golvet.jpg", content.getvalue(), "image/jpeg")


Send = Callable[..., tuple[Case, str]]


@pytest.fixture
def send(db: None) -> Send:
    """Sends a form as someone without login and gives the case and its code."""

    def go(language: str = "sv", **changes: Any) -> tuple[Case, str]:
        client = Client()
        answer = client.post(DOOR, fields(opened(client, language), **changes))
        found = CODE.search(answer.content.decode())
        assert answer.status_code == 200 and found, answer.content.decode()[:3000]
        assert not client.cookies
        case = unnamed.by_code(found[1])
        assert case
        return case, found[1]

    return go


def complainant(case: Case) -> Complainant:
    found: Complainant = Complainant.objects.unscoped(reason="test").get(case=case)
    return found


# Languages (NEW-5)


@pytest.mark.capability("NEW-5")
@pytest.mark.parametrize("code", CODES)
def test_every_language_says_everything_with_the_same_places_to_fill(code: str) -> None:
    source, texts = texts_in("sv"), texts_in(code)
    assert set(texts) == set(source)
    assert not [name for name in texts if hasattr(texts, name)]  # a template would find the text first
    for name, text in texts.items():
        assert text.strip(), name
        assert sorted(re.findall(r"{\w+}", text)) == sorted(re.findall(r"{\w+}", source[name])), name
    assert set(yaml.safe_load((FOLDER / f"{code}.yaml").read_text())) == {
        *("label", "lang", "direction", "status", "texts")
    }


@pytest.mark.capability("NEW-5")
@pytest.mark.parametrize("code", CODES)
def test_a_page_holds_only_its_own_language(code: str, send: Send) -> None:
    """Every text of the form is there, and none of another language; that it awaits review is said in Swedish too."""
    texts, client = texts_in(code), Client()
    page = unescape(opened(client, code))
    assert f'<html lang="{texts.lang}" dir="{texts.direction}">' in page
    shown = (
        "title",
        "intro",
        "emergency",
        "what",
        "want",
        "where",
        "when",
        "about",
        "who",
        "attach",
        "official",
        "send",
    )
    assert [name for name in shown if texts[name] not in page] == []
    others = [one for one in languages() if one.code != code]
    mine = {text for text in texts.values()} | {texts_in("sv")["review"]}
    foreign = [t for one in others for t in one.values() if len(t) > 12 and t not in mine and f">{t}<" in page]
    assert foreign == []
    wrong = client.post(f"{DOOR}?sprak={code}", fields(page, description=" ", day="igår", email="x", who="named"))
    said = unescape(wrong.content.decode())
    assert wrong.status_code == 422
    for name in ("err_title", "err_what", "err_day", "err_email"):
        assert texts[name] in said
    case, number = send(code)
    inside = unescape(client.post(FOLLOW, {"code": number, "sprak": code}).content.decode())
    assert texts["state_new"] in inside and texts["no_answers"] in inside and TEXT in inside
    assert complainant(case).language == code


@pytest.mark.capability("NEW-5")
def test_what_no_one_has_reviewed_says_so() -> None:
    for texts in languages():
        page = unescape(opened(Client(), texts.code))
        assert (texts["review"] in page and texts_in("sv")["review"] in page) == (texts.code in {"ar", "so", "fi"})


@pytest.mark.capability("NEW-5")
def test_numbers_are_not_turned_around_where_one_reads_from_the_right() -> None:
    assert "\u20662026-0010\u2069" in texts_in("ar").say("receipt_number", ref="2026-0010")
    assert "\u20662026-11-24" in texts_in("ar")["err_day"]
    assert texts_in("en").say("receipt_number", ref="2026-0010") == "Case number: 2026-0010"


def test_a_language_that_does_not_exist_is_swedish() -> None:
    assert '<html lang="sv"' in Client().get(DOOR, {"sprak": "../sv"}).content.decode()


# Who is not asked (NEW-3)


@pytest.mark.capability("NEW-3")
def test_nothing_tells_who_it_was(send: Send) -> None:
    case, code = send()
    who = complainant(case)
    assert (who.name, who.email, who.phone, who.address) == ("", "", "", "")
    event = Event.objects.get(verb="case.came-in", object_id=case.pk)
    assert (event.actor_id, event.actor_label) == (None, "")
    kept = [str(value) for value in Case.objects.unscoped(reason="test").filter(pk=case.pk).values_list()[0]]
    assert not any(code in value or code.replace("-", "") in value or "127.0.0.1" in value for value in kept)
    assert LoginAttempt.objects.count() == 0


@pytest.mark.capability("NEW-3")
def test_a_session_that_is_there_is_not_looked_at(browse: Callable[[str], Client]) -> None:
    juno = browse("juno")
    page = opened(juno)
    assert "Juno" not in page and "csrf" not in page
    answer = juno.post(DOOR, fields(page))
    assert answer.status_code == 200 and not answer.cookies and answer.headers["Cache-Control"] == "no-store"
    assert Event.objects.get(verb="case.came-in").actor_id is None


@pytest.mark.capability("NEW-3")
def test_the_page_says_before_sending_who_reads_and_that_it_becomes_official() -> None:
    page, texts = unescape(opened(Client())), texts_in("sv")
    readers = page[page.index('class="panel readers"') : page.index(texts["send"] + "</button>")]
    for name in ("role_registrar", "role_manager", "role_lex", "role_others", "readers_guess", "official"):
        assert texts[name] in readers


@pytest.mark.capability("NEW-3")
def test_contact_details_of_someone_anonymous_are_asked_about_and_not_kept(send: Send) -> None:
    client = Client()
    answer = client.post(DOOR, fields(opened(client), phone="070-123 45 67"))
    assert answer.status_code == 422 and "070-123 45 67" in answer.content.decode()
    assert texts_in("sv")["err_contact"] in answer.content.decode()
    case, _code = send(who="named", phone="070-123 45 67")
    assert complainant(case).phone == "070-123 45 67"


# Taking in


def test_it_comes_to_the_registrar_with_the_words_as_written(send: Send, person: Any) -> None:
    case, _code = send("ar", description=ARABIC, wants="  اتصلوا بي ", unit=unit_of("Hemtjänst norr"), day="2026-11-01")
    assert (case.description, complainant(case).wants) == (ARABIC, "  اتصلوا بي ")
    assert (case.kind, case.source_type, case.unit.name) == ("complaint", "user", "Hemtjänst norr")
    assert case.occurred_at is not None and not case.occurred_time_known
    assert Notice.objects.filter(person=person("goran"), kind="case.came_in").exists()


def test_a_place_one_does_not_know_goes_where_there_is_a_registrar(send: Send) -> None:
    case, _code = send()
    assert case.unit.code == "forvaltningen"


def test_with_several_principals_one_chooses_first() -> None:
    page = Client().get(DOOR).content.decode()
    assert "Lövdala kommun" in page and "Sundö kommun" in page and "<form" not in page
    Principal.objects.exclude(code="lovdala")  # the other one is still there: its places are not shown at the first
    assert "Fyren" not in opened(Client())
    assert Client().post(DOOR, {"description": TEXT}).status_code == 404


def test_a_place_of_another_principal_is_refused(send: Send) -> None:
    client = Client()
    answer = client.post(DOOR, fields(opened(client), unit=unit_of("Äldreboendet Fyren")))
    assert answer.status_code == 422 and texts_in("sv")["err_choose"] in answer.content.decode()


def test_a_picture_comes_along_without_a_name(send: Send) -> None:
    case, _code = send(files=[picture()])
    row = CaseFile.objects.unscoped(reason="test").select_related("file").get(case=case)
    assert row.from_reporter and row.file.uploaded_by_id is None and row.file.owner_id == case.principal_id
    assert row.file.path.exists()


def test_a_file_that_is_refused_leaves_nothing_behind() -> None:
    client = Client()
    bad = SimpleUploadedFile("x.jpg", b"not a picture", "image/jpeg")
    answer = client.post(DOOR, fields(opened(client), files=[picture(), bad]))
    page = answer.content.decode()
    assert answer.status_code == 422 and TEXT in page
    assert texts_in("sv")["err_file"] in page and texts_in("sv")["err_files_again"] in page
    assert not StoredFile.objects.exists() and not Case.objects.unscoped(reason="test").exists()


def test_the_same_page_twice_gives_one_case_and_loses_no_words() -> None:
    client = Client()
    told = fields(opened(client))
    first = CODE.findall(client.post(DOOR, told).content.decode())
    second = CODE.findall(client.post(DOOR, told | {"description": TEXT + " Och igår."}).content.decode())
    assert first == second
    case = Case.objects.unscoped(reason="test").get(submission_key=uuid.UUID(told["submission_key"]))
    assert [m.text for m in Message.objects.unscoped(reason="test").filter(case=case)] == [TEXT + " Och igår."]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"description": " "}, "err_what"),
        ({"description": "a\x00b"}, "err_chars"),
        ({"kind": "deviation"}, "err_choose"),
        ({"day": "2031-01-01"}, "err_future"),
        ({"day": "1931-01-01"}, "err_old"),
        ({"code": "ettan"}, "err_page"),
        ({"submission_key": "x"}, "err_page"),
        ({"unit": "999999"}, "err_choose"),
        ({"website": "http://x.example"}, "err_again"),
        ({"description": "Han heter 19121212-1212."}, "err_number"),
    ],
)
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_bad_input_loses_nothing(changes: dict[str, str], said: str, language: str) -> None:
    client, texts = Client(), texts_in(language)
    told = fields(opened(client, language), wants="Kom i tid.") | changes
    answer = client.post(DOOR, told)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and texts[said] in page and "Kom i tid." in page
    again = client.post(DOOR, fields(page, wants="Kom i tid."))
    if said != "err_page" or "code" in changes:
        assert again.status_code == 200


def test_a_filled_trap_is_taken_in_when_it_is_sent_once_more() -> None:
    client = Client()
    page = client.post(DOOR, fields(opened(client), website="x")).content.decode()
    assert 'name="website" autocomplete="off" tabindex="-1"' in page.replace('type="text" ', "")
    assert client.post(DOOR, fields(page)).status_code == 200


@pytest.mark.capability("CMP-2")
def test_the_receipt_promises_what_the_principal_has_promised(at: datetime) -> None:
    client = Client()
    page = unescape(client.post(DOOR, fields(opened(client))).content.decode())
    lovdala, texts = Principal.objects.get(code="lovdala"), texts_in("sv")
    for code, text in (("complaint.confirm", "next_confirm"), ("complaint.answer", "next_answer")):
        level = service_level(code, principal_id=lovdala.pk, day=at.date())
        assert texts.say(text, day=due_on(level.limit, at.date())) in page
    assert texts["next_promise"] in page


def test_help_by_phone_says_the_number_only_when_there_is_one(settings: Any) -> None:
    settings.PUBLIC_PHONE = ""
    assert texts_in("sv")["call_us"] in unescape(opened(Client()))
    settings.PUBLIC_PHONE = "0999-120 00"
    assert texts_in("sv").say("call", phone="0999-120 00") in unescape(opened(Client()))


# Following


@pytest.fixture
def registered(send: Send, actor: Callable[..., Actor], person: Any, at: datetime) -> Callable[..., tuple[Case, str]]:
    """A complaint that the registrar has registered, with Åsa to answer."""

    def go(language: str = "sv", track: str = "sol", **changes: Any) -> tuple[Case, str]:
        case, code = send(language, unit=unit_of("Ekbacken"), **changes)
        data = {"track": track, "title": "Klagomål, Ekbacken", "handler": person("asa")}
        actions.perform(case, "register", data=data, actor=actor("goran"), at=at)
        return case, code

    return go


Registered = Callable[..., tuple[Case, str]]


def read(code: str, language: str = "sv", **more: str) -> str:
    client = Client()
    page = unescape(client.post(FOLLOW, {"code": code, "sprak": language, **more}).content.decode())
    assert not client.cookies
    return page


@pytest.mark.capability("CMP-2")
def test_confirmation_delay_question_and_answer_through_the_code(
    registered: Registered, actor: Callable[..., Actor], at: datetime
) -> None:
    case, code = registered("en")
    asa, texts = actor("asa"), texts_in("en")
    assert texts["state_registered"] in read(code, "en")
    actions.perform(case, "confirm", data={"message": "Åsa svarar."}, actor=asa, at=at)
    actions.perform(case, "delay", data={"reason": "Två är sjuka."}, actor=asa, at=at)
    actions.ask_reporter(case, text="Vilka dagar?", actor=asa, at=at)
    page = read(code.lower(), "en")
    for said in ("Åsa svarar.", "Svaret dröjer: Två är sjuka.", "Vilka dagar?", texts["state_confirmed"]):
        assert said in page
    for kind in ("said_confirm", "said_delay", "said_question", "in_swedish", "answer_by"):
        assert texts[kind].split("{")[0] in page
    assert texts["sent"] in read(code, "en", message="Monday to Wednesday.")
    reply = Message.objects.unscoped(reason="test").get(text="Monday to Wednesday.")
    assert (reply.kind, reply.author_name) == (MessageKind.REPLY, "Den som skrev")


def test_an_ended_case_says_so_and_loses_no_words(send: Send) -> None:
    case, code = send()
    Case.objects.unscoped(reason="test").filter(pk=case.pk).update(
        state="closed", track="sol", track_set_at=case.reported_at
    )
    page = read(code, message="En sak till.")
    assert texts_in("sv")["ended"] in page and texts_in("sv")["state_closed"] in page and "En sak till." in page


def test_a_late_answer_is_said_to_be_late(send: Send, settings: Any) -> None:
    _case, code = send()
    settings.CLOCK = "2026-12-20T09:00"
    assert texts_in("sv")["answer_late"].split("{")[0] in read(code)


@pytest.mark.parametrize("typed", ["", "abc", "QX7F-2KMA-QX7F-2KMA-QX7F-2KMA", "\x00"])
def test_a_wrong_code_opens_nothing(typed: str, send: Send) -> None:
    send()
    answer = Client().post(FOLLOW, {"code": typed, "sprak": "fi", "message": "Hej"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and TEXT not in page and "Hej" in page
    assert any(texts_in("fi")[name] in page for name in ("err_code", "err_code_empty"))


def test_the_words_of_the_same_event_under_another_law_are_read_too(send: Send, at: datetime) -> None:
    """Both doors: what the health care side says reaches the one who has the code, and an answer goes to the part chosen."""
    case, code = send()
    everything = Case.objects.unscoped(reason="test")
    told = actions.Report(
        unit=case.unit, description="Fel dos.", code_digest=codes.derived(codes.digest_of(code), "hsl")
    )
    twin = actions.report(told, actor=None, at=at)
    everything.filter(pk=twin.pk).update(track="hsl", track_set_at=at)
    Message.objects.create(case=twin, kind="question", text="Vilken medicin?", author_name="MAS", created_at=at)
    assert "Vilken medicin?" in read(code)
    page = unescape(Client().post("/rapportera/anonymt/svar/", {"code": code}).content.decode())
    assert "Vilken medicin?" in page and f'name="part" value="{twin.pk}"' in page
    chosen = {"code": code, "message": "Waran.", "part": str(twin.pk)}
    Client().post("/rapportera/anonymt/svar/", chosen)
    assert Message.objects.unscoped(reason="test").get(text="Waran.").case_id == twin.pk
    refused = Client().post("/rapportera/anonymt/svar/", {"code": code, "message": "Åt vem?"})
    assert refused.status_code == 422 and "Åt vem?" in refused.content.decode()


# Mail to who left an address (CMP-2)


@pytest.fixture
def postbox(settings: Any) -> Any:
    box = Postbox()
    box.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", box.port
    settings.BASE_URL = "https://hjulet.example"
    yield box
    box.stop()


@pytest.mark.capability("CMP-2")
def test_a_mail_says_only_that_there_is_something_to_read(
    registered: Registered, actor: Callable[..., Actor], at: datetime, postbox: Postbox
) -> None:
    case, _code = registered("fi", who="named", email="aino@example.org", name="Aino Korpela")
    Outbox.objects.filter(notice__isnull=False).delete()
    evening = at.replace(hour=22)
    for step, data in (("confirm", {"message": "Åsa svarar."}), ("delay", {"reason": "Sjukdom."})):
        actions.perform(case, step, data=data, actor=actor("asa"), at=evening)
    actions.ask_reporter(case, text="När var det?", actor=actor("asa"), at=evening)
    assert send_mail(evening) == 0  # quiet hours
    assert send_mail((at + timedelta(days=1)).replace(hour=7)) == 3
    assert all(mail["To"] == "aino@example.org" for mail in postbox.mails)
    texts = texts_in("fi")
    assert [mail.get_content().splitlines()[0] for mail in postbox.mails] == [
        texts.say(f"mail_{kind}", ref=case.ref) for kind in ("confirm", "delay", "question")
    ]
    for mail in postbox.mails:
        whole = mail["Subject"] + mail.get_content()
        assert "https://hjulet.example/synpunkt/folj/?sprak=fi" in whole and case.ref in whole
        for secret in ("Aino", "Ekbacken", "Åsa", "Sjukdom", "När var", "Valitus", TEXT):
            assert secret not in whole


@pytest.mark.capability("CMP-2")
def test_someone_anonymous_gets_no_mail(registered: Registered, actor: Callable[..., Actor], at: datetime) -> None:
    case, _code = registered()
    actions.perform(case, "confirm", data={"message": "Åsa svarar."}, actor=actor("asa"), at=at)
    assert not Outbox.objects.filter(notice=None).exists()


# Floods


def test_a_flood_from_one_place_hinders_no_one_else() -> None:
    client = Client()
    told = fields(opened(client))
    answers = [client.post(DOOR, told | {"description": ""}).status_code for _ in range(1000)]
    assert set(answers[:30]) == {422} and set(answers[30:]) == {429}
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert other.post(DOOR, fields(opened(other))).status_code == 200


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_who_is_turned_away_keeps_her_words_and_knows_how_long(settings: Any, language: str) -> None:
    settings.DOOR_MOST = 2
    client, texts = Client(), texts_in(language)
    told = fields(opened(client, language), kind="praise", unit=unit_of("Lindgården"))
    for _ in range(2):
        client.post(DOOR, told | {"description": ""})
    answer = client.post(DOOR, told)
    page = unescape(answer.content.decode())
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert texts.say("err_wait", minutes=10) in page and TEXT in page
    client.post(DOOR, told)
    flood = client.post(f"{DOOR}?sprak={language}", told)
    assert flood.status_code == 429 and flood.content.decode() == texts.say("err_wait", minutes=10)
    assert not Case.objects.unscoped(reason="test").exists()
    assert Client().get(DOOR).status_code == 200
    kept = client.post(FOLLOW, {"code": "x", "message": "Hej"})
    assert kept.status_code == 429


def test_the_staffs_door_has_the_same_brake_and_fewer_alarms(settings: Any, person: Any) -> None:
    settings.DOOR_MOST_ACUTE = 1
    door, unit = "/rapportera/anonymt/", person("juno").home_unit_id
    told = {"description": TEXT, "when": "now", "unit": str(unit), "reported_harm": "yes", "acute": "on"}
    client = Client()
    first = hidden(client.get(door).content.decode()) | told
    assert client.post(door, first).status_code == 200
    assert client.post(door, first).status_code == 200  # the same page alarms nobody
    second = hidden(client.get(door).content.decode()) | told
    refused = client.post(door, second)
    assert refused.status_code == 429 and TEXT in refused.content.decode() and "Ring 112" in refused.content.decode()
    assert client.post(door, {k: v for k, v in second.items() if k != "acute"}).status_code == 200
    settings.DOOR_MOST = 4
    stopped = client.post(door, second)
    assert stopped.status_code == 429 and TEXT in stopped.content.decode() and "Vänta" in stopped.content.decode()


# The registrar


@pytest.fixture
def taken_down() -> Callable[..., dict[str, Any]]:
    def fill(page: str, **changes: Any) -> dict[str, Any]:
        told = {
            "channel": "phone",
            "received_on": "2026-11-10",
            "received_time": "14:30",
            "kind": "complaint",
            "description": TEXT,
            "unit": unit_of("Hemtjänst norr"),
            "relation": "other",
            "language": "fi",
            "phone": "070-123 45 67",
        }
        return hidden(page) | told | changes

    return fill


def test_the_registrar_enters_a_call_and_tells_the_code(browse: Any, taken_down: Any) -> None:
    goran = browse("goran")
    told = taken_down(goran.get(NEW).content.decode())
    answers = [goran.post(NEW, told).content.decode() for _ in range(2)]
    found = [CODE.findall(page)[0] for page in answers]
    assert found[0] == found[1]
    case = unnamed.by_code(found[0])
    assert case and f"/arenden/{case.ref}/" in answers[0]
    who = complainant(case)
    assert (who.channel, who.language, who.relation, who.phone) == ("phone", "fi", "other", "070-123 45 67")
    assert case.reported_at.astimezone().isoformat()[:10] == "2026-11-10"
    assert Event.objects.filter(verb="case.came-in", object_id=case.pk).exclude(actor_id=None).count() == 1
    clock = case.clocks.get(code="complaint.confirm")
    assert str(clock.due_on) == "2026-11-12"  # two working days from the day it reached the municipality (FL 22 §)
    assert TEXT in read(found[0])
    changed = goran.post(NEW, told | {"description": "Något annat."})
    assert changed.status_code == 422 and case.ref in changed.content.decode()
    assert goran.get(f"/arenden/{case.ref}/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"received_on": "2026-11-13"}, "framtiden"),
        ({"received_on": "2026-11-12", "received_time": "09:30"}, "framtiden"),
        ({"received_on": ""}, "Välj ett datum"),
        ({"day": "2026-11-11"}, "efter att det kom in"),
        ({"description": " "}, "En mening räcker"),
        ({"protected_identity": "on"}, "Ta bort adress"),
        ({"email": "x"}, "e-postadressen"),
    ],
)
def test_the_registrars_mistakes_lose_nothing(changes: Any, said: str, browse: Any, taken_down: Any) -> None:
    goran = browse("goran")
    told = taken_down(goran.get(NEW).content.decode(), wants="Ring mig.")
    answer = goran.post(NEW, told | changes)
    page = unescape(answer.content.decode())
    assert answer.status_code == 422 and said in page and "Ring mig." in page
    assert not Case.objects.unscoped(reason="test").exists()


def test_only_a_registrar_takes_down(browse: Any) -> None:
    assert browse("asa").get(NEW).status_code == 404
    assert Client().get(NEW).status_code == 302


def test_one_finds_the_door(client: Client, person: Callable[[str], Person]) -> None:
    for path in ("/konto/logga-in/", "/hjalp/", "/tillganglighet/"):
        assert 'href="/synpunkt/"' in client.get(path).content.decode(), path
    assert b"Allow: /synpunkt/$" in client.get("/robots.txt").content
