"""Papers that leave a case: for IVO, for whoever asks, for the person herself (SAR-2, CMP-3, ACC-3)."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfReader
from tests.cases.test_lex_sarah import DECISION, inquiry, suspected  # noqa: F401 - fixtures
from tests.conftest import ASSESSMENT
from tests.rest.conftest import program  # noqa: F401 - a fixture
from tests.test_access_matrix import EVERYBODY

from hjulet.cases import actions
from hjulet.cases.models import Case, Category
from hjulet.cases.papers import archive, extract, masking
from hjulet.cases.papers.content import File, items_of, missing_in
from hjulet.core.models import Event, EventValue
from hjulet.exports.jobs import write_exports
from hjulet.exports.models import Order
from hjulet.files.actions import store
from hjulet.files.models import StoredFile

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SAR-2"), pytest.mark.capability("CMP-3")]

HOSTILE = '#import "/etc/passwd": * #read("/etc/passwd") *fet*'


def text_of(sheet: bytes) -> str:
    return " ".join("\n".join(page.extract_text() for page in PdfReader(io.BytesIO(sheet)).pages).split())


def everything_in(sheet: bytes) -> str:
    """All that lies in the file: every stream unpacked, every text of every object, the metadata."""
    reader = PdfReader(io.BytesIO(sheet))
    found = [text_of(sheet), repr(reader.metadata), sheet.decode("latin-1")]
    for number in range(1, len(reader.xref[0]) + len(reader.xref_objStm) + 2):
        try:
            thing: Any = reader.get_object(number)
        except Exception:  # noqa: BLE001 - a free number
            continue
        if hasattr(thing, "get_data"):
            raw = thing.get_data()
            found += [raw.decode("latin-1"), raw.decode("utf-8", "replace"), raw.decode("utf-16-be", "replace")]
        found.append(repr(thing))
    return "\n".join(found)


def picture(name: str = "bild.png") -> SimpleUploadedFile:
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


def attach(case: Case, who: Any, at: Any, *names: str) -> None:
    """Files with exactly these names, as a row from elsewhere could have them."""
    for name in names:
        stored = store(picture(), actor=who, at=at)
        StoredFile.objects.filter(pk=stored.pk).update(name=name)
        actions.add_file(case, stored, actor=who, at=at)


@pytest.fixture
def decided(inquiry, actor, at) -> Callable[..., Case]:  # noqa: F811
    """A serious lex Sarah case with all that IVO asks for."""

    def make(**changes: Any) -> Case:
        case = inquiry(person_ref="K-117", occurred_at=at - timedelta(days=1), **changes)
        case = actions.perform(case, "grade", actor=actor("dag"), at=at, data=DECISION | {"grade": "serious"})
        actions.enter(case, "side-police", data={"answer": "no"}, actor=actor("bo"), at=at)
        return Case.objects.visible_to(actor("dag")).get(pk=case.pk)

    return make


def made(case: Case, who: Any, at: Any) -> tuple[zipfile.ZipFile, archive.Made, bytes]:
    with archive.temporary() as file:
        told = archive.write(case, file, actor=who, at=at)
        file.seek(0)
        content = file.read()
    return zipfile.ZipFile(io.BytesIO(content)), told, content


# What IVO asks for -----------------------------------------------------------------


def test_a_new_report_says_what_is_missing_and_where_to_fill_it_in(suspected, browse) -> None:  # noqa: F811
    case = suspected()
    missing = {item.code: item for item in missing_in(items_of(File.of(case)))}
    assert {"noticed", "consequence", "protection", "heard", "causes", "decision", "recurrence"} <= set(missing)
    assert missing["heard"].mend == f"/arenden/{case.ref}/uppgift/heard/"
    assert missing["noticed"].mend == f"/arenden/{case.ref}/anteckning/?om=noticed"
    page = browse("dag").get(f"/arenden/{case.ref}/handlingar/").content.decode()
    assert f"{len(missing)} saker saknas" in page
    assert "aldrig med e-post" in page and "Hjulet skickar inget" in page
    for item in missing.values():
        assert item.missing in page


def test_a_finished_inquiry_is_complete(decided, browse) -> None:
    case = decided()
    items = items_of(File.of(case))
    assert [item.code for item in missing_in(items)] == []
    told = {item.code: "\n".join(item.lines) for item in items}
    assert "Hon ramlade i duschen" in told["happened"]
    assert "Delegation: " in told["decision"] and DECISION["motivation"] in told["decision"]
    assert "ingen åtgärd. Åtgärdas redan i ett annat ärende." in told["measures"]
    assert "Allt som IVO frågar efter finns" in browse("dag").get(f"/arenden/{case.ref}/handlingar/").content.decode()


def test_a_duty_beside_that_is_not_done_is_missing(decided, actor, at) -> None:
    case = decided()
    actions.enter(case, "side-police", data={"answer": "yes", "text": "Stöld"}, actor=actor("bo"), at=at)
    assert [item.code for item in missing_in(items_of(File.of(case)))] == ["others-told"]
    sent = {"who": "Polisen", "reference": "K-1", "day": at.date()}
    actions.enter(case, "side-police-sent", data=sent, actor=actor("bo"), at=at)
    assert missing_in(items_of(File.of(case))) == []


def test_lex_maria_asks_for_what_lex_sarah_does_not(suspected, reported, actor, at) -> None:  # noqa: F811
    sarah, maria = suspected(), maria_case(reported, actor, at)
    codes = [{item.code for item in items_of(File.of(case))} for case in (sarah, maria)]
    assert codes[1] - codes[0] == {"injury", "patient-told", "commission"}
    assert codes[0] - codes[1] == {"informed"}


def maria_case(reported: Any, actor: Any, at: Any, **changes: Any) -> Case:
    case = reported(**changes)
    actions.perform(case, "receive", actor=actor("asa"), at=at)
    category = Category.objects.filter(track="hsl", parent__isnull=False).first()
    data = ASSESSMENT | {"tracks": ["hsl"], "category_id": category.pk, "care_injury": "yes"}  # type: ignore[union-attr]
    return actions.perform(case, "assess", actor=actor("asa"), at=at, data=data)


# The archive -----------------------------------------------------------------------


def test_the_archive_holds_the_report_the_attachments_and_sums_that_match(decided, actor, at) -> None:
    case, dag = decided(), actor("dag")
    attach(case, dag, at, "foto.png", "foto.png")
    papers, told, content = made(case, dag, at)
    assert papers.namelist() == [
        "anmalan.pdf",
        "bilagor/01-foto.png",
        "bilagor/02-foto.png",
        "innehall.csv",
        "sha256.txt",
    ]
    sums = dict(reversed(line.split("  ", 1)) for line in papers.read("sha256.txt").decode().splitlines())
    assert sums == {
        name: hashlib.sha256(papers.read(name)).hexdigest() for name in papers.namelist() if name != "sha256.txt"
    }
    rows = list(csv.reader(io.StringIO(papers.read("innehall.csv").decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == papers.namelist()[:3]
    assert {row[0]: row[4] for row in rows[1:]} == {name: sums[name] for name in papers.namelist()[:3]}
    stored = [row.file for row in case.files.select_related("file")]
    assert [papers.read(f"bilagor/0{n}-foto.png") for n in (1, 2)] == [file.path.read_bytes() for file in stored]
    assert told.sha256 == hashlib.sha256(content).hexdigest() and told.missing == ()


def test_making_it_is_recorded_with_its_sum_and_what_was_missing(suspected, actor, at) -> None:  # noqa: F811
    case, dag = suspected(), actor("dag")
    _papers, told, _content = made(case, dag, at)
    event = Event.objects.get(verb="case.dossier", object_id=case.pk)
    values = EventValue.objects.get(event=event).values
    assert values["sha256"] == told.sha256 and "decision" in values["missing"]
    read = Event.objects.filter(
        kind="read", verb="export", object_id=case.pk, purpose="dossier", actor_id=dag.person_id
    )
    assert read.count() == 1


def test_the_report_reads_in_order_and_has_title_and_language(decided, actor, at) -> None:
    case = decided()
    papers, _told, _content = made(case, actor("dag"), at)
    sheet = papers.read("anmalan.pdf")
    reader = PdfReader(io.BytesIO(sheet))
    assert reader.metadata.title == f"Anmälan enligt lex Sarah, {case.ref}"  # type: ignore[union-attr]
    assert reader.trailer["/Root"]["/Lang"] == "sv"  # type: ignore[index]
    text = text_of(sheet)
    places = [text.index(item.label) for item in items_of(File.of(case))]
    assert places == sorted(places)
    assert "Saknas" not in text


def test_what_is_missing_stands_in_the_report(suspected, actor, at) -> None:  # noqa: F811
    papers, _told, _content = made(suspected(), actor("dag"), at)
    text = text_of(papers.read("anmalan.pdf"))
    assert "Det här saknas när handlingarna görs" in text and "Saknas: Inget beslut är fattat än." in text


def test_typst_in_a_report_stays_text(suspected, actor, at) -> None:  # noqa: F811
    papers, _told, _content = made(suspected(description=HOSTILE), actor("dag"), at)
    text = text_of(papers.read("anmalan.pdf"))
    assert HOSTILE in text and "root:" not in text


@pytest.mark.parametrize(
    "name",
    [
        "../../x.png",
        "/etc/passwd",
        "C:\\x\\CON.png",
        "x" * 150 + ".png",
        "a\u202egnp.exe",
        ".htaccess",
        "=cmd.png",
        "…",
    ],
)
def test_hostile_names_of_attachments(name: str, suspected, actor, at) -> None:  # noqa: F811
    case, dag = suspected(), actor("dag")
    attach(case, dag, at, name, name)
    papers, _told, _content = made(case, dag, at)
    inside = [one for one in papers.namelist() if one.startswith("bilagor/")]
    assert len(set(inside)) == 2
    for one in inside:
        assert one.count("/") == 1 and ".." not in one.split("/")[0] and len(one) < 150 and one.endswith(".png")
        assert not any(ord(c) < 32 or c in '\\:<>"|?*' or c == "\u202e" for c in one)
        assert one.split("/")[1][:2].isdigit()
    assert "\r\n=" not in papers.read("innehall.csv").decode() and ";=" not in papers.read("innehall.csv").decode()


def test_a_nul_in_a_name_never_reaches_the_archive() -> None:
    assert "\x00" not in archive.safe_name("a\x00b/../c.png", "png")


def test_a_damaged_attachment_stops_it_and_nothing_is_recorded(suspected, actor, browse, at) -> None:  # noqa: F811
    case, dag = suspected(), actor("dag")
    attach(case, dag, at, "foto.png")
    case.files.get().file.path.write_bytes(b"something else")
    answer = browse("dag").post(f"/arenden/{case.ref}/handlingar/arkiv/")
    assert answer.status_code == 409 and "foto.png är inte längre den som lades in" in answer.content.decode()
    assert not Event.objects.filter(verb="case.dossier").exists()


def test_the_button_gives_the_archive(decided, browse) -> None:
    case = decided()
    answer = browse("dag").post(f"/arenden/{case.ref}/handlingar/arkiv/")
    assert answer["Content-Type"] == "application/zip" and "no-store" in answer["Cache-Control"]
    papers = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert papers.testzip() is None and "anmalan.pdf" in papers.namelist()


def test_a_large_archive_is_made_in_the_background(decided, actor, browse, person, monkeypatch, at) -> None:
    case, visitor = decided(), browse("dag")
    attach(case, actor("dag"), at, "foto.png")
    monkeypatch.setattr(archive, "LARGE", 10)
    assert visitor.post(f"/arenden/{case.ref}/handlingar/arkiv/")["Location"] == "/exporter/"
    assert write_exports(at) == 1
    order = Order.objects.get(person=person("dag"))
    assert (order.state, order.code, order.form) == ("ready", "case-dossier", "zip")
    answer = visitor.get(f"/exporter/{order.pk}/")
    assert answer["Content-Type"] == "application/zip"
    papers = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert papers.namelist()[1] == "bilagor/01-foto.png"
    assert "Handlingar till IVO" in visitor.get("/exporter/").content.decode()


def test_an_order_for_a_case_out_of_sight_gives_nothing(decided, actor, person, at) -> None:
    from hjulet.exports import actions as orders

    case = decided()
    orders.order("case-dossier", "zip", {"ref": case.ref}, total=1, actor=actor("asa"), at=at)
    with pytest.raises(Case.DoesNotExist):
        write_exports(at)
    assert not Event.objects.filter(verb="case.dossier").exists()


@pytest.mark.capability("ACC-2")
@pytest.mark.parametrize("law", ["sarah", "maria"])
def test_who_makes_the_papers(law: str, decided, reported, actor, browse, at) -> None:
    """Those who inquire or decide under that law, and nobody of the other."""
    case = decided() if law == "sarah" else maria_case(reported, actor, at)
    expected = {"dag", "bo", "klara"} if law == "sarah" else {"fatima", "rolf"}
    seen = {login for login in EVERYBODY if browse(login).get(f"/arenden/{case.ref}/handlingar/").status_code == 200}
    assert seen == expected
    for login in sorted(EVERYBODY - expected):
        assert browse(login).post(f"/arenden/{case.ref}/handlingar/arkiv/").status_code == 404, login
    for login in sorted(EVERYBODY - {"dag", "bo", "fatima", "rolf"}):
        assert browse(login).get(f"/arenden/{case.ref}/kopia/").status_code == 404, login


def test_an_ordinary_case_has_no_papers_for_ivo(assessed, browse) -> None:
    assert browse("asa").get(f"/arenden/{assessed('sol').ref}/handlingar/").status_code == 404


# A masked copy ---------------------------------------------------------------------


SECRET = "Hon heter Annastina Berg och bor på Ekbacken. Annastinas son Bo ringde."


def given(case: Case, **more: str) -> dict[str, str]:
    fields = {p.key: "" for p in masking.passages_of(case)}
    return {**fields, "to": "Nya Tidningen", "decided_by": "Registrator", "reason": "Rör enskilds hälsa.", **more}


def copied(visitor: Any, case: Case, **more: str) -> tuple[str, bytes]:
    """The preview's page and the PDF."""
    answer = visitor.post(f"/arenden/{case.ref}/kopia/", given(case, **more))
    assert answer.status_code == 302, answer.content.decode()
    page = visitor.get(answer["Location"]).content.decode()
    return page, visitor.post(f"/arenden/{case.ref}/kopia/pdf/").content


def test_masked_words_are_nowhere_in_the_page_or_the_file(assessed, browse) -> None:
    case = assessed("sol", description=SECRET)
    page, sheet = copied(browse("asa"), case, **{"words-osl-26-1": "annastina berg\nAnnastina\nBo"})
    for place in (page.split("<main", 1)[1], everything_in(sheet)):
        for word in ("Annastina", "annastina", "Annastinas"):
            assert word not in place
    assert "Hon heter ████ och bor på Ekbacken. ████ son ████ ringde." in page
    text = text_of(sheet)
    assert "Hon heter ████ och bor på Ekbacken. ████ son ████ ringde." in text
    assert "OSL 26 kap. 1 §" in text and "Rör enskilds hälsa." in text and "kammarrätten" in text


def test_a_masked_passage_is_nowhere(assessed, actor, browse, at) -> None:
    case = assessed("sol")
    told = {"kind": "fact", "noted_on": at.date(), "source": "Källa Hemliga Harald", "text": "Diagnosen är xyzzy."}
    note = actions.add_note(case, **told, actor=actor("asa"), at=at)
    page, sheet = copied(browse("asa"), case, **{f"note-{note.pk}": "osl-25-1"})
    for place in (page, everything_in(sheet)):
        assert "xyzzy" not in place and "Harald" not in place
    assert "OSL 25 kap. 1 §" in text_of(sheet)


@pytest.mark.parametrize(
    ("word", "text", "expected"),
    [
        ("Anna", "Annagården, anna, ANNA.", "████, ████, ████."),
        ("Li", "Li går. Lis katt. liten", "████ går. ████ katt. liten"),
        ("Anna Berg", "Anna\n  Berg", "████"),
        ("Åsa", "Åsa", "████"),
        ("Anna", "An\u00adna An\u200bna", "████ ████"),
        ("a.c*", "abc a.c*d", "abc ████"),
        ("070-123", "ring 070-123 45", "ring ████ 45"),
    ],
)
def test_how_a_word_is_found(word: str, text: str, expected: str) -> None:
    result = masking.masked([masking.Passage("p", "Text", text)], masking.Masks({}, ((word, "osl-26-1"),)))
    assert result.passages[0].text == expected


def test_the_mask_is_as_long_for_all(assessed) -> None:
    case = assessed("sol")
    result = masking.masked(masking.passages_of(case), masking.Masks({"description": "osl-26-1"}))
    assert {p.text for p in result.passages if p.key == "description"} == {masking.MASK}


def test_a_copy_is_recorded_with_whom_what_and_why_but_not_the_words(assessed, browse) -> None:
    case = assessed("sol", description=SECRET)
    copied(browse("asa"), case, title="osl-26-1", **{"words-osl-25-1": "Ekbacken"})
    event = Event.objects.get(verb="case.copy", object_id=case.pk)
    values = EventValue.objects.get(event=event).values
    assert values["to"] == "Nya Tidningen" and values["decided_by"] == "Registrator"
    assert values["passages"] == 1 and values["places"] >= 2
    assert values["provisions"] == ["osl-25-1", "osl-26-1"]
    assert "Ekbacken" not in repr(values) and "Annastina" not in repr(values)


def test_a_case_that_has_grown_is_gone_through_again(assessed, actor, browse, at) -> None:
    case, visitor = assessed("sol"), browse("asa")
    visitor.post(f"/arenden/{case.ref}/kopia/", given(case))
    told = {"kind": "fact", "noted_on": at.date(), "source": "x", "text": "Ny uppgift"}
    actions.add_note(case, **told, actor=actor("asa"), at=at)
    answer = visitor.post(f"/arenden/{case.ref}/kopia/pdf/", follow=True)
    assert "har ändrats sedan du maskade" in answer.content.decode()
    assert not Event.objects.filter(verb="case.copy").exists()


def test_masking_without_a_reason_keeps_what_was_chosen(assessed, browse) -> None:
    case = assessed("sol")
    answer = browse("asa").post(
        f"/arenden/{case.ref}/kopia/", given(case, reason="", title="osl-26-1", **{"words-osl-26-1": "duschen"})
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and "Skriv varför något är maskat." in page
    assert ">duschen</textarea>" in page.replace("\n", "") or "duschen" in page


def test_who_it_is_about_is_masked_from_the_start(assessed, browse) -> None:
    case = assessed("sol", person_ref="K-117")
    page = browse("asa").get(f"/arenden/{case.ref}/kopia/").content.decode()
    field = page.split('name="person"', 1)[1].split("</select>", 1)[0]
    assert '<option value="osl-26-1" selected>' in field


@pytest.mark.parametrize(("track", "inside", "outside"), [("sol", "dag", "fatima"), ("hsl", "fatima", "dag")])
def test_the_wall_holds_for_copies(track: str, inside: str, outside: str, assessed, browse) -> None:
    case = assessed(track)
    for tail in ("kopia/", "kopia/forhandsvisning/"):
        assert browse(inside).get(f"/arenden/{case.ref}/{tail}").status_code in {200, 302}
        assert browse(outside).get(f"/arenden/{case.ref}/{tail}").status_code == 404
    assert browse(outside).post(f"/arenden/{case.ref}/kopia/pdf/").status_code == 404


def test_one_who_only_reads_hands_out_nothing(assessed, browse) -> None:
    case = assessed("sol")
    assert browse("lars").get(f"/arenden/{case.ref}/").status_code == 200
    assert browse("lars").get(f"/arenden/{case.ref}/kopia/").status_code == 404


# A person's extract ------------------------------------------------------------------


@pytest.mark.capability("ACC-3")
class TestExtract:
    def test_who_answers_sees_her_own_and_that_there_is_more(self, assessed, actor, at) -> None:
        seen, hidden = assessed("sol", person_ref="K-117"), assessed("hsl", person_ref="K-117", description="Hemligt")
        assessed("sol", person_ref="K-1170")
        found = extract.search(" K-117 ", actor=actor("dag"), at=at)
        assert [one.case.pk for one in found.kept] == [seen.pk] and found.elsewhere == 1
        assert found.ask
        sheet = text_of(extract.make(found, actor=actor("dag"), at=at))
        assert seen.ref in sheet and hidden.ref not in sheet and "Hemligt" not in sheet
        assert "Det finns mer om personen" in sheet

    def test_whom_to_ask_does_not_tell_the_law(self, assessed, actor, at) -> None:
        assessed("sol", person_ref="A"), assessed("hsl", person_ref="B")
        answers = {ref: extract.search(ref, actor=actor("petra"), at=at) for ref in ("A", "B")}
        assert answers["A"].ask == answers["B"].ask != []
        assert [answers[ref].elsewhere for ref in "AB"] == [1, 1]
        assert extract.search("C", actor=actor("petra"), at=at).ask == []

    def test_the_readings_are_told_with_lists_too(self, assessed, actor, browse, at) -> None:
        case, other = assessed("sol", person_ref="K-117"), assessed("sol")
        browse("lars").get(f"/arenden/{case.ref}/")
        browse("lars").get(f"/arenden/{other.ref}/")
        browse("asa").get("/arenden/?val=alla")
        (kept,) = extract.search("K-117", actor=actor("dag"), at=at).kept
        told = [(reading.who.split(",")[0], reading.what) for reading in kept.readings]
        names = {login: actor(login).name for login in ("lars", "asa")}
        assert (names["lars"], "läste") in told and (names["asa"], "såg i en lista") in told
        assert sum(1 for name, _what in told if name == names["lars"]) == 1

    def test_the_unit_is_the_one_where_the_reader_worked_when_she_read(
        self, assessed, actor, browse, person, at
    ) -> None:
        case = assessed("sol", person_ref="K-117")
        browse("lars").get(f"/arenden/{case.ref}/")
        worked_at, lars = person("lars").home_unit.name, person("lars")
        lars.home_unit = person("goran").home_unit
        lars.save(update_fields=["home_unit"])
        browse("lars").get(f"/arenden/{case.ref}/")
        found = extract.search("K-117", actor=actor("dag"), at=at)
        units = [reading.unit for reading in found.kept[0].readings if reading.who.startswith(lars.name)]
        assert units == [lars.home_unit.name, worked_at] and case.unit.name not in units
        assert "Läsarens enhet" in text_of(extract.make(found, actor=actor("dag"), at=at))

    def test_protected_identity_is_only_a_flag(self, assessed, actor, at) -> None:
        case = assessed("sol", person_ref="K-117", protected_identity=True, description="Bor hos xyzzy")
        found = extract.search("K-117", actor=actor("dag"), at=at)
        sheet = everything_in(extract.make(found, actor=actor("dag"), at=at))
        assert "xyzzy" not in sheet and case.unit.name not in sheet and "Skyddade personuppgifter" in sheet

    def test_another_principal_is_never_counted(self, assessed, actor, at) -> None:
        assessed("sol", person_ref="K-117")
        assert extract.search("K-117", actor=actor("sara"), at=at).elsewhere == 0

    def test_the_search_is_logged_and_stands_in_no_address(self, assessed, browse, actor) -> None:
        assessed("sol", person_ref="K-117")
        visitor = browse("petra")
        log = Event.objects.filter(verb="search", purpose="register extract", actor_id=actor("petra").person_id)
        asked = visitor.get("/registerutdrag/?person_ref=K-117").content.decode()
        assert "Mer på annat håll" not in asked and log.count() == 0
        answer = visitor.post("/registerutdrag/", {"person_ref": "K-117"})
        assert answer.status_code == 200 and "Det finns mer om personen" in answer.content.decode()
        assert log.count() == 1

    def test_the_document_is_recorded(self, assessed, browse) -> None:
        assessed("sol", person_ref="K-117")
        answer = browse("petra").post("/registerutdrag/", {"person_ref": "K-117", "pdf": "1"})
        assert answer["Content-Type"] == "application/pdf"
        values = EventValue.objects.get(event__verb="extract.made").values
        assert values == {"person_ref": "K-117", "cases": 0, "elsewhere": 1}

    def test_an_empty_question_is_asked_again(self, browse) -> None:
        answer = browse("petra").post("/registerutdrag/", {"person_ref": " "})
        assert answer.status_code == 422 and "Fyll i det här." in answer.content.decode()


# The API ------------------------------------------------------------------------------


@pytest.mark.capability("PLT-1")
def test_the_list_in_the_api_is_the_pages_and_for_the_same_people(suspected, program) -> None:  # noqa: F811
    case = suspected()
    answer = program("dag").get(f"/cases/{case.ref}/dossier")
    told = answer.json()
    assert answer.status_code == 200 and told["ref"] == case.ref and told["complete"] is False
    assert [row["code"] for row in told["items"]] == [item.code for item in items_of(File.of(case))]
    decision = next(row for row in told["items"] if row["code"] == "decision")
    assert decision["complete"] is False and decision["missing"] == "Inget beslut är fattat än."
    for login in ("asa", "fatima", "lars", "root", "sara"):
        assert program(login).get(f"/cases/{case.ref}/dossier").status_code == 404, login


def test_an_ordinary_case_has_no_list_in_the_api(assessed, program) -> None:  # noqa: F811
    assert program("asa").get(f"/cases/{assessed('sol').ref}/dossier").status_code == 404
