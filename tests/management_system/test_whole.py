"""The whole is composed from the records; what the board has adopted stays as it was (SYS-1, SOSFS 2011:9 3–4 kap.)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils.translation import override
from pypdf import PdfReader

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused, Stale
from hjulet.documents.actions import Decision as DocumentDecision
from hjulet.documents.actions import Facts
from hjulet.documents.actions import adopt as adopt_document
from hjulet.documents.actions import create as create_document
from hjulet.documents.models import Document, DocumentType
from hjulet.management_system import actions, jobs
from hjulet.management_system.actions import Decision, composed, stamp
from hjulet.management_system.choices import Part
from hjulet.management_system.comparing import compared
from hjulet.management_system.content import Note, Paragraph, Prose, Section, Table, Tree, as_json, from_json
from hjulet.management_system.models import Adoption, SectionText
from hjulet.management_system.registry import sections
from hjulet.notify.models import Notice
from hjulet.org.actions import deactivate_person
from hjulet.org.models import Person, Unit

pytestmark = [pytest.mark.django_db, pytest.mark.capability("SYS-1")]
MINE = "Nämnden äger det här ledningssystemet."


@pytest.fixture
def principal(person: Callable[[str], Person]) -> int:
    return person("klara").principal_id


@pytest.fixture
def new_document(actor: Callable[..., Actor], person: Callable[[str], Person], at: Any) -> Callable[..., Document]:
    """A guideline that holds from today, for the whole administration."""

    def make(title: str, kind: str = "guideline", unit: str = "forvaltningen", **more: Any) -> Document:
        facts = {"title": title, "type": DocumentType.objects.get(code=kind), "unit": Unit.objects.get(code=unit)}
        rest = {"owner": person("klara"), "review_months": 12}
        document = create_document(Facts(**(facts | rest | more)), body="<p>Så här.</p>", actor=actor("klara"), at=at)
        decision = DocumentDecision(valid_from=at.date(), reference="§ 99", decided_on=at.date())
        adopt_document(document.versions.get(), decision, actor=actor("klara"), at=at)
        return document

    return make


def part(tree: Tree, key: str) -> Section:
    return next(section for section in tree.sections if section.key == key)


def words(tree: Tree) -> str:
    return str(as_json(tree)["sections"])


def adopt(who: Actor, at: Any, **more: Any) -> Adoption:
    given: dict[str, Any] = {"board": "Socialnämnden", "reference": "§ 87", "decided_on": at.date()} | more
    return actions.adopt(Decision(**given), actor=who, at=at)


# Composed --------------------------------------------------------------------


def test_it_follows_the_records(principal: int, new_document, person, actor, at) -> None:
    before = composed(principal, at)
    assert "Riktlinje vid värmebölja" not in words(before)
    assert person("dag").name in words(before)
    new_document("Riktlinje vid värmebölja", laws=("sol-5-1",))
    deactivate_person(person=person("dag"), actor=actor("root"), at=at)
    after = composed(principal, at)
    rows = [row for one in part(after, "documents").parts if isinstance(one, Table) for row in one.rows]
    row = next(row for row in rows if row[0] == "Riktlinje vid värmebölja")
    assert row[1] == "1" and "§ 99" in row[2] and row[3] == "2026-11-12" and row[4] == "2027-11-12"
    told = next(one for one in part(after, "responsibility").parts if isinstance(one, Table))
    assert not any(person("dag").name in cell for row in told.rows for cell in row)


def test_each_section_is_told_from_where_it_lives(principal: int, at) -> None:
    tree = composed(principal, at)
    assert [section.key for section in tree.sections][:3] == ["intro", "scope", "responsibility"]
    laws = words(Tree("", at, (part(tree, "laws"),)))
    assert "SoL 27 kap. 2 §" in laws and "SoL (2001:453)" not in laws
    methods = words(Tree("", at, (part(tree, "methods"),)))
    assert "Rapporterad → Mottagen" in methods and "PSL 3 kap. 5 §" in methods and "10 arbetsdagar" in methods
    assert "SOSFS 2011:9 4 kap." in part(tree, "documents").basis
    titles = [one.title for one in part(tree, "responsibility").parts if isinstance(one, Table)]
    assert "Delegationer" in titles


def test_a_late_document_and_a_gap_are_told(principal: int, new_document, at) -> None:
    document = new_document("Riktlinje vid åska")
    Document.objects.filter(pk=document.pk).update(review_on=at.date() - timedelta(days=1))
    tree = composed(principal, at)
    late = [one.text for one in part(tree, "documents").parts if isinstance(one, Note) and one.gap]
    gaps = [one.text for one in part(tree, "responsibility").parts if isinstance(one, Note) and one.gap]
    assert any("skulle redan ha setts över" in text for text in late)
    assert any("saknar någon" in text for text in gaps)  # Bengt is away and nobody stands in


def test_processes_are_told_and_another_room_may_add(principal: int, at) -> None:
    told = part(composed(principal, at), "processes").parts
    assert any(isinstance(one, Table) and any("Hemtjänst" in row for row in one.rows) for one in told), told
    sections["processes"].append(lambda asked: [Paragraph("Tio processer.")])
    try:
        assert part(composed(principal, at), "processes").parts == (*told, Paragraph("Tio processer."))
    finally:
        sections["processes"].clear()


def test_small_numbers_are_hidden(principal: int, at) -> None:
    from hjulet.management_system.registry import Asked
    from hjulet.management_system.sections.work import _told

    asked = Asked(principal, at)
    assert _told(2, 1, asked) == ("<5", "–")
    assert _told(20, 18, asked) == ("20", "dolt")
    assert _told(40, 20, asked) == ("40", "20")
    assert _told(0, 0, asked) == ("0", "0")


def test_people_with_a_protected_identity_are_not_named(principal: int, person, at) -> None:
    Person.objects.filter(login="fatima").update(protected_identity=True)
    tree = words(composed(principal, at))
    assert person("fatima").name not in tree and "skyddade uppgifter" in tree


def test_what_is_adopted_is_kept_in_both_languages(actor, at) -> None:
    adoption = adopt(actor("klara"), at)
    swedish = part(adoption.tree(for_providers=False), "responsibility")
    with override("en"):
        english = part(adoption.tree(for_providers=False), "responsibility")
        assert english.title == str(Part.RESPONSIBILITY.label)
        assert part(composed(actor("klara").principal_id, at), "responsibility") == english
    assert swedish.title == "Ansvar" != english.title


def test_words_of_ones_own_are_cleaned_and_kept_as_history(actor, at) -> None:
    actions.write_section(
        "scope", body=f"<p>{MINE}<script>x()</script></p>", for_providers=True, actor=actor("mona"), at=at
    )
    tree = composed(actor("mona").principal_id, at)
    assert part(tree, "scope").parts[0] == Prose(f"<p>{MINE}</p>")
    earlier = SectionText.objects.filter(section="scope").count()
    with pytest.raises(Stale):
        actions.write_section("scope", body="Nytt.", for_providers=True, seen=1, actor=actor("klara"), at=at)
    actions.write_section("scope", body="Nytt.", for_providers=True, actor=actor("klara"), at=at)
    assert SectionText.objects.filter(section="scope").count() == earlier + 1


@pytest.mark.parametrize("login", ["asa", "juno", "ivar", "hanna", "lars"])
def test_only_those_at_the_boards_level_write(login: str, actor, at) -> None:
    with pytest.raises(Refused):
        actions.write_section("scope", body=MINE, for_providers=True, actor=actor(login), at=at)
    with pytest.raises(Refused):
        adopt(actor(login), at)


# Adopted ---------------------------------------------------------------------


def test_what_is_adopted_stays_as_it_was(principal: int, new_document, actor, at) -> None:
    adoption = adopt(actor("klara"), at)
    assert (adoption.number, adoption.review_on) == (2, date(2027, 11, 12))
    frozen = words(adoption.tree(for_providers=False))
    new_document("Riktlinje vid värmebölja")
    adoption.refresh_from_db()
    assert words(adoption.tree(for_providers=False)) == frozen
    assert "Riktlinje vid värmebölja" in words(composed(principal, at))


@pytest.mark.parametrize(
    "missing",
    [
        {"reference": " "},
        {"board": ""},
        {"decided_on": date(2026, 11, 13)},
        {"decided_on": date(2020, 1, 1)},
    ],
)
def test_a_decision_without_number_board_or_a_possible_day_is_refused(missing: dict[str, Any], actor, at) -> None:
    before = Adoption.objects.count()
    with pytest.raises(Refused):
        adopt(actor("klara"), at, **missing)
    assert Adoption.objects.count() == before


def test_the_database_refuses_every_change(actor, at) -> None:
    adoption = adopt(actor("klara"), at)
    with pytest.raises((DatabaseError, IntegrityError)), transaction.atomic():
        Adoption.objects.filter(pk=adoption.pk).update(trees={})
    adoption.refresh_from_db()
    assert adoption.trees


def test_what_has_changed_since_it_was_read_is_not_adopted_unseen(principal: int, new_document, actor, at) -> None:
    seen = stamp(composed(principal, at))
    new_document("Riktlinje vid värmebölja")
    decision = Decision("Socialnämnden", "§ 87", at.date())
    with pytest.raises(Stale):
        actions.adopt(decision, seen=seen, actor=actor("klara"), at=at)
    assert actions.adopt(decision, seen=stamp(composed(principal, at)), actor=actor("klara"), at=at).number == 2


def test_as_json_and_back_is_the_same(principal: int, at) -> None:
    tree = composed(principal, at)
    assert from_json(as_json(tree)) == tree


# Compared --------------------------------------------------------------------


def test_comparing_tells_a_new_document_and_changed_words(principal: int, new_document, actor, at) -> None:
    adoption = adopt(actor("klara"), at)
    new_document("Riktlinje vid värmebölja")
    actions.write_section("intro", body="Helt andra ord.", for_providers=True, actor=actor("mona"), at=at)
    found = {change.key: change for change in compared(adoption.tree(for_providers=False), composed(principal, at))}
    rows = [(row.kind, row.name) for one in found["documents"].tables for row in one.rows]
    assert ("added", "Riktlinje vid värmebölja") in rows
    assert found["intro"].kind == "changed" and any("Helt andra" in one.text for one in found["intro"].words)
    assert found["methods"].kind == "same"


def test_rows_that_came_went_and_changed(at) -> None:
    def one(*rows: tuple[str, str]) -> Tree:
        return Tree("x", at, (Section("laws", "Lagar", "", (Table("Lag", ("Namn", "Dag"), rows),)),))

    (change,) = compared(one(("A", "1"), ("B", "1")), one(("B", "2"), ("C", "1")))
    told = [(row.kind, row.name, [(c.head, c.old, c.new) for c in row.changes]) for row in change.tables[0].rows]
    assert told == [("changed", "B", [("Dag", "1", "2")]), ("added", "C", []), ("removed", "A", [])]


# Pages -----------------------------------------------------------------------


def test_the_page_tells_when_it_is_adopted_and_what_to_do(browse, at) -> None:
    page = browse("klara").get("/ledningssystem/").content.decode()
    assert "Senast antaget av" in page and "§ 18" in page and "Skriv in nämndens beslut" in page
    reader = browse("juno").get("/ledningssystem/").content.decode()
    assert "Styrande dokument" in reader and "Skriv in nämndens beslut" not in reader


def test_a_provider_reads_only_what_concerns_him(browse, person, new_document) -> None:
    new_document("Bara för oss", for_providers=False)
    new_document("Också för utförare", for_providers=True)
    page = browse("ivar").get("/ledningssystem/").content.decode()
    assert "Också för utförare" in page and "Bara för oss" not in page
    assert 'id="participation"' not in page and person("dag").name not in page
    staff = browse("juno").get("/ledningssystem/").content.decode()
    assert "Bara för oss" in staff and person("dag").name in staff
    assert person("dag").name not in browse("ivar").get("/ledningssystem/version/1/").content.decode()
    assert person("dag").name not in browse("ivar").get("/ledningssystem/jamfor/").content.decode()
    api = browse("ivar").get("/ledningssystem/pdf/?version=1")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(api.content)).pages)
    assert "Dag Sandell" not in text


def test_another_principal_sees_nothing_of_it(browse) -> None:
    sara = browse("sara")
    page = sara.get("/ledningssystem/").content.decode()
    assert "har inte antagit" in page and "Lövdala" not in page.split("<main", 1)[1].split("</main", 1)[0]
    assert sara.get("/ledningssystem/version/1/").status_code == 404
    assert sara.get("/ledningssystem/pdf/?version=1").status_code == 404
    assert "inget att jämföra" in sara.get("/ledningssystem/jamfor/").content.decode()


def test_the_pdf_holds_the_whole_with_tags(browse) -> None:
    answer = browse("hanna").get("/ledningssystem/pdf/?version=1")
    reader = PdfReader(BytesIO(answer.content))
    text = "".join(page.extract_text() for page in reader.pages)
    assert answer["Content-Type"] == "application/pdf" and "§ 18" in text and "Styrande dokument" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]


def test_klara_enters_the_decision_and_compares(browse, new_document) -> None:
    klara = browse("klara")
    new_document("Riktlinje vid värmebölja")
    stamped = klara.get("/ledningssystem/anta/")
    given = {"board": "", "reference": "§ 90", "decided_on": "2026-11-12", "stamp": stamped.context["stamp"]}
    given["board"] = stamped.context["form"].fields["board"].choices[-1][0]
    refused = klara.post("/ledningssystem/anta/", given)
    assert refused.status_code == 422 and "§ 90" in refused.content.decode()
    without = klara.post("/ledningssystem/anta/", given | {"final": "on", "reference": ""})
    assert without.status_code == 422 and "Skriv beslutets nummer." in without.content.decode()
    answer = klara.post("/ledningssystem/anta/", given | {"final": "on"})
    assert answer.status_code == 302 and answer["Location"] == "/ledningssystem/version/2/"
    page = klara.get("/ledningssystem/jamfor/?fran=1&till=2").content.decode()
    assert "Riktlinje vid värmebölja" in page and "Tillagt:" in page
    assert "§ 90" in klara.get("/ledningssystem/versioner/").content.decode()


def test_a_section_is_changed_and_its_earlier_words_remain(browse) -> None:
    mona = browse("mona")
    page = mona.get("/ledningssystem/avsnitt/intro/")
    sent = {"body": "Nya ord.", "for_providers": "on", "seen": page.context["seen"]}
    assert mona.post("/ledningssystem/avsnitt/intro/", sent).status_code == 302
    assert "Nya ord." in mona.get("/ledningssystem/").content.decode()
    stale = mona.post("/ledningssystem/avsnitt/intro/", sent)
    assert stale.status_code == 409 and "Nya ord." in stale.content.decode()
    assert mona.get("/ledningssystem/avsnitt/finns-inte/").status_code == 404
    assert browse("asa").get("/ledningssystem/avsnitt/intro/").status_code == 404
    flag = {"seen": "0"}
    assert mona.post("/ledningssystem/avsnitt/services/", flag).status_code == 302
    assert 'id="services"' not in browse("ivar").get("/ledningssystem/").content.decode()


# By itself, and for programs ----------------------------------------------------


def test_writers_are_reminded_once_before_the_year_is_over(actor, at) -> None:
    Notice.objects.filter(kind="management-system.due").delete()
    assert jobs.remind(at) == 0
    later = at + timedelta(days=60)  # the demo's board decided 272 days ago; told two months ahead
    assert jobs.remind(later) == 1 and jobs.remind(later) == 0
    told = set(Notice.objects.filter(kind="management-system.due").values_list("person__login", flat=True))
    assert {"klara", "mona"} <= told and not told & {"asa", "juno", "ivar", "hanna"}


def test_programs_read_it_too(program, new_document) -> None:
    new_document("Bara för oss", for_providers=False)
    whole = program("juno").get("/management-system").json()
    assert whole["adopted"]["reference"] == "§ 18" and "Bara för oss" in str(whole["sections"])
    listed = program("juno").get("/management-system/versions").json()
    assert [row["number"] for row in listed["items"]] == [1]
    kept = program("juno").get("/management-system/versions/1").json()
    assert kept["adopted"]["number"] == 1 and "Bara för oss" not in str(kept["sections"])
    assert "Bara för oss" not in str(program("ivar").get("/management-system").json())
    assert program("sara").get("/management-system/versions/1").status_code == 404
    assert program("sara").get("/management-system").json()["adopted"] is None
