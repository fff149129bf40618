"""Search by words, on whichever database the tests run on: what a question finds, and what it must not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client

from hjulet.cases import actions
from hjulet.cases.listing import found, read_selection
from hjulet.cases.models import Case
from hjulet.cases.search import marked, terms
from hjulet.core.models import Event
from hjulet.measures.actions import change_plan, propose
from hjulet.measures.models import Measure
from hjulet.org.models import Person

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-4")]

TEXTS = {
    "dos": "Brukaren fick dubbel dos av läkemedlet på morgonen.",
    "lista": "Läkemedelslistan var inte signerad av sjuksköterskan.",
    "lm-fel": "Ett läkemedelsfel upptäcktes vid överrapporteringen.",
    "fel-lm": "Han fick fel läkemedel, tabletterna var grannens.",
    "fall": "Hon föll i badrummet och slog i handen.",
    "fallolycka": "En fallolycka i korridoren, golvet var halt.",
    "ramla": "Mannen ramlade ur sängen, sänggrinden var nere.",
    "avfall": "Avfallet stod kvar i soprummet i flera dagar.",
    "material": "Materialet till mattorna var slut på förrådet.",
    "mat": "Maten hade fel konsistens, hon satte i halsen.",
    "matta": "Hon snubblade på mattan i hallen.",
    "natt": "Under natten fanns bara en nattpersonal i tjänst.",
    "natter": "Två nätter i rad uteblev tillsynen.",
    "larm": "Larmet hördes inte, trygghetslarmet var trasigt.",
    "alarm": "Bilens alarm störde de boende.",
    "far": "Han får insulin till lunch varje dag.",
    "fara": "Det var fara för brand i köket.",
    "far-utan": "Hennes far blev inte informerad om händelsen.",
    "aland": "ÅNGEST OCH ORO EFTER BESÖKET AV ÖVERLÄKAREN",
    "hyphen": "Kvälls-medicinen glömdes bort av vikarien.",
    "apart": "Kvällsmedicin gavs två gånger.",
    "english": "The night nurse found the patient on the floor, no staff was informed.",
    "policy": "Enligt policyn ska en checklista användas vid delegering.",
    "trycksar": "Ett trycksår på vänster häl har inte lagts om.",
    "hemtjanst": "Hemtjänstpersonalen kom två timmar för sent till kunden.",
    "fonster": "Fönstret i sovrummet gick inte att stänga.",
    "nyckel": "Nycklarna till medicinskåpet var borta.",
    "barn": "Barnet var med på besöket och blev rädd.",
    "boende": "De boendes rum hade inte städats.",
    "vatten": "Vattnet i duschen var för varmt, hon fick brännskador.",
    "rullstol": "Rullstolsbromsen var trasig sedan en vecka.",
    "delegering": "Delegeringen hade gått ut, ingen hade förnyat den.",
    "utredning": "Utredningarna drog ut på tiden.",
    "nummer": "Numret till jouren fanns inte på listan.",
    "blod": "Han blödde från pannan efter stöten.",
    "kvalitet": "Kvaliteten på dokumentationen är låg.",
    "insulin": "Insulinsprutan låg kvar på bordet, dosen var 12 enheter.",
    "cafe": "Idén kom upp på caféet i Måltidens hus.",
    "hand": "Händerna var svullna.",
    "hande": "Det händer ofta på helgerna.",
    "lex": "Anmäld enligt lex Sarah, diarienummer 2026:118.",
}
# A question, what it must find, and what it must not.
ASKED: list[tuple[str, str, str]] = [
    ("läkemedel", "dos lista lm-fel fel-lm", "mat"),
    ("läkemedlet", "dos lista lm-fel fel-lm", ""),
    ("LÄKEMEDEL", "dos lista lm-fel fel-lm", ""),
    ("lakemedel", "", "dos lista lm-fel"),
    ("läkemedelsfel", "lm-fel", "dos lista fel-lm"),
    ("läkemedels-fel", "lm-fel", "dos"),
    ("fel läkemedel", "fel-lm lm-fel", "dos lista mat"),
    ("fel", "lm-fel fel-lm mat", "dos"),
    ("fall", "fall fallolycka", "avfall ramla"),
    ("föll", "fall fallolycka", "avfall"),
    ("fallit", "fall", "avfall"),
    ("olycka", "fallolycka", "fall"),
    ("olyckor", "fallolycka", ""),
    ("fallolyckor", "fallolycka", "fall"),
    ("avfall", "avfall", "fall fallolycka"),
    ("ramlat", "ramla", "fall"),
    ("mat", "mat", "matta material"),
    ("matta", "matta material", "mat"),
    ("mattor", "matta material", "mat"),
    ("material", "material", "mat matta"),
    ("natt", "natt natter", ""),
    ("nätterna", "natt natter", ""),
    ("nattpersonal", "natt", "natter hemtjanst"),
    ("personal", "natt hemtjanst", "natter"),
    ("larm", "larm", "alarm"),
    ("larmen", "larm", "alarm"),
    ("trygghetslarm", "larm", "alarm"),
    ("alarm", "alarm", "larm"),
    ("får", "far", "fara far-utan"),
    ("far", "far-utan", "far"),
    ("fara", "fara", "far far-utan"),
    ("ångest", "aland", ""),
    ("Överläkare", "aland", ""),
    ("angest", "", "aland"),
    ("oro", "aland", ""),
    ("kvällsmedicin", "hyphen apart", ""),
    ("kvälls-medicin", "hyphen apart", ""),
    ("medicin", "hyphen apart nyckel", ""),
    ("vikarier", "hyphen", ""),
    ("patient", "english", ""),
    ("floor", "english", ""),
    ("night nurse", "english", "natt"),
    ("policy", "", "english"),
    ("policyn", "policy", ""),
    ("checklistor", "policy", ""),
    ("sår", "trycksar", ""),
    ("trycksåret", "trycksar", ""),
    ("hemtjänst", "hemtjanst", ""),
    ("hemtjänsten", "hemtjanst", "natt"),
    ("fönster", "fonster", ""),
    ("fönstren", "fonster", ""),
    ("nyckel", "nyckel", ""),
    ("nyckeln", "nyckel", ""),
    ("medicinskåp", "nyckel", "apart"),
    ("barn", "barn", ""),
    ("barnen", "barn", ""),
    ("boendet", "boende alarm", ""),
    ("rum", "boende", ""),
    ("vatten", "vatten", ""),
    ("dusch", "vatten", ""),
    ("skada", "vatten", ""),
    ("rullstol", "rullstol", ""),
    ("broms", "rullstol", ""),
    ("delegerad", "", "delegering"),
    ("delegeringar", "delegering policy", ""),
    ("utredning", "utredning", ""),
    ("nummer", "nummer", ""),
    ("blöda", "blod", ""),
    ("kvalitet", "kvalitet", ""),
    ("dokumentation", "kvalitet", "policy"),
    ("insulin", "far insulin", ""),
    ("spruta", "insulin", "far"),
    ("12", "insulin", ""),
    ("ide", "cafe", ""),
    ("cafe", "cafe", ""),
    ("hand", "hand fall", ""),
    ("säng", "ramla", ""),
    ("grind", "ramla", ""),
    ("lex sarah", "lex", ""),
    ("2026:118", "lex", ""),
    ("sjuksköterskor", "lista", ""),
    ("sköterska", "lista", ""),
    ("signera", "lista", ""),
    ("brukare läkemedel dos", "dos", "lista fel-lm"),
    ("brukare fönster", "", "dos fonster"),
]


@pytest.fixture
def told(reported: Callable[..., Case]) -> dict[str, Case]:
    return {key: reported(description=text) for key, text in TEXTS.items()}


def test_words_find_their_inflections_and_compounds(told: dict[str, Case], actor: Callable[..., Any], at: Any) -> None:
    asa, keys = actor("asa"), {case.pk: key for key, case in told.items()}
    everything = read_selection({"val": "alla"}, actor=asa, at=at)
    wrong = []
    for query, wanted, unwanted in ASKED:
        hits = {keys[case.pk] for case in found(query, everything, actor=asa)}
        if not set(wanted.split()) <= hits or hits & set(unwanted.split()) or (not wanted and hits):
            wrong.append((query, terms(query), sorted(hits)))
    assert not wrong
    assert len(ASKED) >= 60


def test_both_ways_to_walk_find_the_same(told: dict[str, Case], actor: Callable[..., Any], at: Any) -> None:
    asa = actor("asa")
    everything = read_selection({"val": "alla"}, actor=asa, at=at)
    for query in ("läkemedel", "natt", "fel"):
        plain = [case.pk for case in found(query, everything, actor=asa)]
        narrow, wide = found(query, everything, actor=asa), found(query, everything, actor=asa, wide=True)
        assert [case.pk for case in narrow.part(asa, 0, 20)] == plain == [case.pk for case in wide.part(asa, 0, 20)]
        assert narrow.counted(asa, 200) == wide.counted(asa, 200) == len(plain) and narrow.counted(asa, 1) == 2


def test_a_hit_is_marked_and_the_text_is_shown_as_text(
    reported: Callable[..., Case], browse: Callable[[str], Client]
) -> None:
    reported(description="<b>Larmet</b> hördes inte. " + "Det var tyst i huset hela kvällen. " * 9 + "Larm igen.")
    page = browse("asa").post("/sok/", {"q": "larm"}).content.decode()
    assert "&lt;b&gt;<mark>Larmet</mark>&lt;/b&gt;" in page
    assert marked("Ingen sådan text.", ["larm"]) == "Ingen sådan text."
    long = "Inledning. " * 40 + "Här kom larmet till sist. " + "Slut. " * 60
    assert "<mark>larmet</mark>" in marked(long, ["larm"]) and marked(long, ["larm"]).startswith("… ")
    assert len(marked(long, ["larm"])) < 260


def test_the_newest_come_first_twenty_a_page_and_no_more_than_two_hundred_are_counted(
    reported: Callable[..., Case], browse: Callable[[str], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    from hjulet.search import sources as searching

    refs = [reported(description=f"Larm nummer {n}").ref for n in range(23)]
    visitor = browse("asa")
    page = visitor.post("/sok/", {"q": "larm"})
    assert [hit.sub.split(" ")[0] for hit in page.context["page"]] == refs[:2:-1]
    assert "23 träffar" in page.content.decode()
    rest = visitor.post("/sok/", {"q": "larm", "sida": "2"})
    assert [hit.sub.split(" ")[0] for hit in rest.context["page"]] == refs[2::-1]
    monkeypatch.setattr(searching, "COUNTED", 20)
    assert "Fler än 20 träffar" in visitor.post("/sok/", {"q": "larm"}).content.decode()


def test_filters_narrow_the_search(
    assessed: Callable[..., Case], reported: Callable[..., Case], browse: Callable[[str], Client]
) -> None:
    known, new = assessed("sol", description="Larmet hördes inte."), reported(description="Larmet tystnade.")
    visitor = browse("asa")

    def hits(**filters: str) -> set[int]:
        return {hit.pk for hit in visitor.post("/sok/", {"q": "larm", **filters}).context["page"]}

    assert hits() == {known.pk, new.pk}
    assert hits(track="sol") == {known.pk} and hits(track="hsl") == set()
    assert hits(state="reported") == {new.pk} and hits(kind="complaint") == set()
    assert hits(unit=known.unit.code) == {known.pk, new.pk}
    assert hits(**{"from": "2026-11-12", "to": "2026-11-12"}) == {known.pk, new.pk}
    assert hits(**{"to": "2026-11-11"}) == set()


def test_only_what_one_may_see_is_found(
    reported: Callable[..., Case], browse: Callable[[str], Client], actor: Callable[..., Any]
) -> None:
    hidden = reported(description="Larmet hördes inte.", protected_identity=True)
    seen = reported(description="Larmet tystnade.")
    assert {hit.pk for hit in browse("asa").post("/sok/", {"q": "larm"}).context["page"]} == {seen.pk}
    assert list(browse("cilla").post("/sok/", {"q": "larm"}).context["page"]) == []
    by_number = browse("asa").post("/sok/", {"q": hidden.ref}).context["page"]
    assert [hit.pk for hit in by_number] == [hidden.pk] and "Larmet" not in str(list(by_number))


def test_notes_causes_and_new_titles_are_found_at_once_but_not_under_another_law(
    assessed: Callable[..., Case], actor: Callable[..., Any], reported: Callable[..., Case], at: Any
) -> None:
    asa = actor("asa")
    everything = read_selection({"val": "alla"}, actor=asa, at=at)
    case = reported(description="Hon blev rädd.")
    actions.perform(case, "receive", actor=asa, at=at)
    actions.add_note(case, kind="fact", noted_on=at.date(), source="Samtal", text="Lyftselen brast.", actor=asa, at=at)
    assert [hit.pk for hit in found("lyftsele", everything, actor=asa)] == [case.pk]
    from tests.conftest import ASSESSMENT

    data = ASSESSMENT | {"tracks": ["sol", "hsl"], "title": "Trasig taklift", "category_id": None}
    actions.perform(case, "assess", actor=asa, at=at, data=data)
    assert {hit.pk for hit in found("taklift", everything, actor=asa)} >= {case.pk}
    assert [hit.pk for hit in found("lyftsele", everything, actor=asa)] == [case.pk]
    actions.add_cause(case, area="technology", text="Karbinhaken var sliten", actor=asa, at=at)
    assert [hit.pk for hit in found("karbinhake", everything, actor=asa)] == [case.pk]


def test_measures_are_found_and_follow_their_changes(
    assessed: Callable[..., Case], actor: Callable[..., Any], browse: Callable[[str], Client], at: Any
) -> None:
    case, asa = assessed("sol"), actor("asa")
    owner = Person.objects.get(pk=asa.person_id)
    plan = {"owner": owner, "due": at.date(), "actor": asa, "at": at}
    words = {"title": "Nya sänggrindar", "expected_effect": "Färre fall ur sängen"}
    measure = propose(unit=case.unit, track="sol", strength="strong", source=("case", case.pk), **words, **plan)
    visitor = browse("asa")

    def hits(query: str, **filters: str) -> list[int]:
        page = visitor.post("/sok/", {"q": query, "bland": "measure", **filters}).context["page"]
        return [hit.pk for hit in page]

    assert hits("sänggrind") == hits("fall") == hits("fall", track="sol", state="planned") == [measure.pk]
    assert hits("fall", track="hsl") == hits("fall", state="done") == []
    change_plan(measure, title="Nya madrasser", expected_effect="Färre trycksår", version=measure.version, **plan)
    assert hits("sänggrind") == [] and hits("madrass") == [measure.pk]
    read = Event.objects.filter(verb="search", object_type="measure").latest("id")
    assert read.purpose == "madrass"


def test_the_question_is_logged_but_never_a_personal_number(
    reported: Callable[..., Case], browse: Callable[[str], Client]
) -> None:
    case = reported(description="Larmet hördes inte. Personnummer 19121212-1212 nämndes.")
    visitor = browse("asa")
    visitor.post("/sok/", {"q": "larm"})
    read = Event.objects.filter(verb="search").latest("id")
    assert (read.purpose, read.object_id) == ("larm", case.pk)
    before = Event.objects.count()
    answer = visitor.post("/sok/", {"q": "larm 19121212-1212"})
    assert answer.status_code == 422 and "1212" not in answer.content.decode()
    assert Event.objects.count() == before
    assert "1212" not in Case.objects.unscoped(reason="test").get(pk=case.pk).search_text
    assert "page" not in visitor.get("/sok/?q=larm").context  # a question in an address is not answered


def test_the_index_can_be_made_anew(told: dict[str, Case], actor: Callable[..., Any], at: Any) -> None:
    asa = actor("asa")
    everything = read_selection({"val": "alla"}, actor=asa, at=at)
    Case.objects.unscoped(reason="test").update(search_text="")
    assert not found("läkemedel", everything, actor=asa)
    call_command("rebuild-search", verbosity=0)
    assert found("läkemedel", everything, actor=asa).count() == 4
    assert "läkemedl" in Case.objects.unscoped(reason="test").get(pk=told["dos"].pk).search_text


def test_the_index_goes_with_the_transaction(reported: Callable[..., Case], actor: Callable[..., Any], at: Any) -> None:
    from django.db import transaction

    asa = actor("asa")
    everything = read_selection({"val": "alla"}, actor=asa, at=at)
    with pytest.raises(RuntimeError), transaction.atomic():
        reported(description="Karusellen stannade.")
        assert found("karusell", everything, actor=asa).count() == 1
        raise RuntimeError
    assert not found("karusell", everything, actor=asa)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM cases_case_words WHERE cases_case_words MATCH 'karusell'")
            assert cursor.fetchone() == (0,)
    assert Measure.objects.visible_to(asa).count() == 0
