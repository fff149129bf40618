"""What is new in law or knowledge, and the documents that are looked over for it (DOC-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.documents import actions
from hjulet.documents.actions import News
from hjulet.documents.models import Document, WatchItem, WatchReview
from hjulet.notify.models import Notice
from tests.cases.test_query_counts import asked as questions
from tests.documents.shelf import routine

pytestmark = [pytest.mark.django_db, pytest.mark.capability("DOC-5")]

ActorOf = Callable[..., Actor]
Browse = Callable[[str], Client]
LAW = "sosfs-2011-9-3"
UNTIL = date(2026, 12, 1)


@pytest.fixture
def resting(actor: ActorOf, at: Any) -> Document:
    return routine("Vilar på lagen", actor, at - timedelta(days=30), laws=(LAW,))


@pytest.fixture
def item(actor: ActorOf, at: Any) -> WatchItem:
    news = News("Ändrad föreskrift om ledningssystem", "Ny paragraf.", "HSLF-FS 2025:21", date(2027, 1, 1), (LAW,))
    return actions.note_news(news, actor=actor("dag"), at=at)


def test_from_news_to_a_new_version(resting: Document, browse: Browse, actor: ActorOf, at: Any) -> None:
    dag, asa = browse("dag"), browse("asa")
    said = {
        "title": "Ny föreskrift",
        "text": "Se till att.",
        "source": "HSLF-FS",
        "applies_from": "2027-01-01",
        "laws": [LAW],
    }
    answer = dag.post("/omvarld/ny/", said)
    item = WatchItem.objects.get()
    assert answer["Location"] == f"/omvarld/{item.pk}/dokument/"
    proposed = dag.get(answer["Location"]).content.decode()
    assert f'value="{resting.pk}" id="id_documents_{resting.pk}" checked' in proposed
    dag.post(answer["Location"], {"documents": [resting.pk], "until": "2026-12-01"})
    notice = Notice.objects.get(kind="document.watch")
    assert (notice.person.login, notice.link, notice.params) == (
        "asa",
        f"/omvarld/{item.pk}/",
        {"due_on": "2026-12-01"},
    )
    review, page = item.reviews.get(), asa.get(f"/omvarld/{item.pk}/").content.decode()
    assert f"/omvarld/{item.pk}/dokument/{review.pk}/klar/" in page
    early = dag.post(f"/omvarld/{item.pk}/klart/", {"k-outcome": "Klart.", "version": item.version})
    assert early.status_code == 409 and "1 dokument är inte översett än" in early.content.decode()
    words = {f"s{review.pk}-change": "yes", f"s{review.pk}-result": "Rutinen saknar det nya."}
    asa.post(f"/omvarld/{item.pk}/dokument/{review.pk}/klar/", words)
    review.refresh_from_db()
    assert review.became and review.became.number == 2 and resting.versions.under_way().exists()
    dag.post(f"/omvarld/{item.pk}/klart/", {"k-outcome": "En rutin skrivs om.", "version": item.version})
    item.refresh_from_db()
    assert item.settled_at and item.outcome == "En rutin skrivs om."
    seen = browse("juno").get(f"/omvarld/{item.pk}/").content.decode()
    assert "En rutin skrivs om." in seen and "Skrivs om: version 2" in seen
    verbs = set(Event.objects.filter(object_type="watch").values_list("verb", flat=True))
    assert verbs == {"watch.noted", "watch.asked", "watch.answered", "watch.settled"}


def test_nothing_to_change_begins_nothing(
    item: WatchItem, resting: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    (review,) = actions.ask_to_look_over(item, [resting], until=UNTIL, actor=actor("dag"), at=at)
    page = f"/omvarld/{item.pk}/dokument/{review.pk}/klar/"
    empty = browse("asa").post(page, {f"s{review.pk}-change": "no", f"s{review.pk}-result": ""})
    assert empty.status_code == 422 and "Skriv vad du kom fram till" in empty.content.decode()
    browse("asa").post(page, {f"s{review.pk}-change": "no", f"s{review.pk}-result": "Står redan där."})
    review.refresh_from_db()
    assert review.done_at and review.became is None and not resting.versions.under_way().exists()
    again = browse("asa").post(page, {f"s{review.pk}-change": "yes", f"s{review.pk}-result": "Nej"})
    assert again.status_code == 409 and not resting.versions.under_way().exists()


def test_who_changes_and_who_reads(item: WatchItem, resting: Document, actor: ActorOf, browse: Browse, at: Any) -> None:
    (review,) = actions.ask_to_look_over(item, [resting], until=UNTIL, actor=actor("dag"), at=at)
    juno = browse("juno")
    assert juno.get(f"/omvarld/{item.pk}/").status_code == 200
    for address in ("/omvarld/ny/", f"/omvarld/{item.pk}/andra/", f"/omvarld/{item.pk}/dokument/"):
        assert juno.get(address).status_code == 404, address
    for address in (f"/omvarld/{item.pk}/dokument/{review.pk}/klar/", f"/omvarld/{item.pk}/klart/"):
        assert juno.post(address, {}).status_code == 404, address
    assert browse("sara").get(f"/omvarld/{item.pk}/").status_code == 404  # another principal's
    assert "Ändrad föreskrift" not in browse("sara").get("/omvarld/").content.decode()
    assert "Vilar på lagen" not in browse("ivar").get(f"/omvarld/{item.pk}/").content.decode()
    with pytest.raises(Refused):
        actions.note_news(News("x"), actor=actor("juno"), at=at)
    with pytest.raises(Refused):
        actions.answer_news(review, result="x", change=False, actor=actor("bo"), at=at)


def test_the_list_searches_filters_and_counts(
    item: WatchItem, resting: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    other = actions.note_news(News("Nytt om nutrition"), actor=actor("dag"), at=at)
    actions.ask_to_look_over(item, [resting], until=UNTIL, actor=actor("dag"), at=at)
    juno, asa = browse("juno"), browse("asa")
    page = juno.get("/omvarld/").content.decode()
    assert "Nytt om nutrition" in page and "0 av 1 dokument" in page
    assert "Nytt om nutrition" not in juno.get("/omvarld/?q=föreskrifter").content.decode()
    assert "Ändrad föreskrift" in juno.get("/omvarld/?q=föreskrifter").content.decode()
    assert "Nytt om nutrition" not in juno.get(f"/omvarld/?lag={LAW}").content.decode()
    assert "Nytt om nutrition" not in asa.get("/omvarld/?min=1").content.decode()
    actions.settle_news(other, outcome="Berör oss inte.", actor=actor("dag"), at=at)
    assert "Nytt om nutrition" not in juno.get("/omvarld/").content.decode()
    assert "Nytt om nutrition" in juno.get("/omvarld/?val=klara").content.decode()
    assert "Inget passar" in juno.get("/omvarld/?q=zebra").content.decode()
    answer = asa.get("/omvarld/?val=alla&format=csv")
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "Nytt om nutrition" in file and "Berör oss inte." in file


def test_what_two_change_at_once_is_told(item: WatchItem, actor: ActorOf, browse: Browse, at: Any) -> None:
    actions.change_news(item, News("Annan rubrik"), actor=actor("mona"), at=at)
    answer = browse("dag").post(f"/omvarld/{item.pk}/andra/", {"title": "Min rubrik", "version": item.version})
    assert answer.status_code == 409 and "Min rubrik" in answer.content.decode()
    browse("dag").post(f"/omvarld/{item.pk}/andra/", {"title": "Min rubrik", "version": item.version + 1})
    item.refresh_from_db()
    assert item.title == "Min rubrik"


def test_chosen_once_searched_among_the_rest(
    item: WatchItem, resting: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    other = routine("Om nycklar", actor, at)
    dag, page = browse("dag"), f"/omvarld/{item.pk}/dokument/"
    assert "Om nycklar" not in dag.get(page).content.decode()
    assert f'id="id_documents_{other.pk}"' in dag.get(f"{page}?q=nyckel").content.decode()
    nothing = dag.post(page, {"until": "2026-12-01"})
    assert nothing.status_code == 422 and "Välj minst ett dokument" in nothing.content.decode()
    past = dag.post(f"{page}?q=nyckel", {"documents": [other.pk], "until": "2026-11-01"})
    assert past.status_code == 409 and "checked" in past.content.decode()
    for _ in range(2):
        dag.post(page, {"documents": [resting.pk, other.pk], "until": "2026-12-01"})
    assert WatchReview.objects.count() == 2 and Notice.objects.filter(kind="document.watch").count() == 1


def test_pages_ask_a_fixed_number_of_questions(
    item: WatchItem, resting: Document, actor: ActorOf, browse: Browse, at: Any
) -> None:
    asa, pages = browse("asa"), ("/omvarld/", f"/omvarld/{item.pk}/", f"/omvarld/{item.pk}/dokument/")
    actions.ask_to_look_over(item, [resting], until=UNTIL, actor=actor("dag"), at=at)
    few = {page: len(questions(asa, page)) for page in pages}
    for number in range(5):
        more = routine(f"Till {number}", actor, at, laws=(LAW,))
        actions.ask_to_look_over(item, [more], until=UNTIL, actor=actor("dag"), at=at)
        actions.note_news(News(f"Nytt {number}"), actor=actor("dag"), at=at)
    assert {page: len(questions(asa, page)) for page in pages} == few
    assert max(few.values()) <= 12
