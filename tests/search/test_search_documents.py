"""From a question to a routine: suggestions while typing, documents beside the cases (DOC-4)."""

from __future__ import annotations

import pytest

from hjulet.core.models import Event
from hjulet.core.swedish_words import forms
from hjulet.core.words_index import HasWords, newest_first
from hjulet.documents.models import Document

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-4")]


def suggested(browse, typed: str, login: str = "juno") -> list[str]:
    return [hit["title"] for hit in browse(login).post("/sok/forslag/", {"q": typed}).json()["hits"]]


@pytest.mark.parametrize("typed", ["fal", "fall", "ramla", "ramlar", "trill", "Rutin vid fa"])
def test_a_few_letters_are_enough(typed: str, browse) -> None:
    assert "Rutin vid fall" in suggested(browse, typed)


def test_the_routine_by_that_name_comes_first(browse) -> None:
    assert suggested(browse, "fall")[0] == "Rutin vid fall"


@pytest.mark.parametrize("typed", ["", "fa", "19121212-1212", "'; drop --", '"', "fall & giraff", "x" * 400])
def test_odd_things_are_no_fault(typed: str, browse) -> None:
    assert browse("juno").post("/sok/forslag/", {"q": typed}).status_code == 200


def test_nothing_is_suggested_out_of_cases(reported, browse) -> None:
    reported(description="Hon snubblade i vindfånget.")
    assert suggested(browse, "vindfånget", "asa") == []


def test_another_principal_gets_no_suggestion(browse) -> None:
    assert suggested(browse, "fall", "sara") == []


def test_documents_stand_beside_the_cases(reported, browse) -> None:
    case = reported(description="Ett fall i hallen.")
    page = browse("asa").post("/sok/", {"q": "fall"}).content.decode()
    assert case.ref in page
    assert "/dokument/rutin-vid-fall/" in page


def test_who_has_no_cases_searches_among_documents(browse) -> None:
    answer = browse("hanna").post("/sok/", {"q": "klagomål", "bland": "case"})
    assert answer.context["sort"] == "document"
    assert "/dokument/rutin-for-synpunkter-och-klagomal/" in answer.content.decode()


def test_a_search_among_documents_is_not_logged_as_reading_of_people(browse) -> None:
    before = Event.objects.filter(verb="search").count()
    browse("asa").post("/sok/", {"q": "fall", "bland": "document"})
    assert Event.objects.filter(verb="search").count() == before


def test_a_search_asks_few_questions(browse, reported, django_assert_max_num_queries) -> None:
    reported(description="Ett fall i hallen.")
    visitor = browse("asa")
    visitor.post("/sok/", {"q": "fall"})
    with django_assert_max_num_queries(12):
        visitor.post("/sok/", {"q": "fall"})
    with django_assert_max_num_queries(8):
        visitor.post("/sok/forslag/", {"q": "fall"})


def test_a_process_is_found_by_what_is_done_in_it(browse) -> None:
    page = browse("juno").post("/sok/", {"q": "välkomstbesök", "bland": "process"}).content.decode()
    assert "/processer/home-care/" in page
    assert (
        "/processer/" not in browse("sara").post("/sok/", {"q": "välkomstbesök", "bland": "process"}).content.decode()
    )


@pytest.mark.parametrize("often", [1, 10_000])
def test_the_newest_come_first_however_they_are_asked_for(often: int) -> None:
    hits = Document.objects.filter(HasWords(forms("rutin")[:1]))
    found = [row.pk for row in newest_first(hits, often)]
    assert len(found) > 5 and found == sorted(found, reverse=True)
    assert set(found) == set(hits.values_list("pk", flat=True))
