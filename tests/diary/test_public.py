"""The register that anyone may read: no name that may be secret comes out of it, whatever is asked (OSL 5 kap. 2 §)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client

from hjulet.core.actor import Actor
from hjulet.diary import actions
from hjulet.diary.models import Document, Matter

pytestmark = [pytest.mark.django_db, pytest.mark.capability("CMP-3")]
Registered = Callable[..., Matter]
OPEN = "/diarium/?huvudman=lovdala"


def read(question: str = "") -> str:
    client = Client()
    answer = client.get(f"{OPEN}{question}")
    assert answer.status_code == 200 and not answer.cookies
    return answer.content.decode()


def test_it_shows_number_day_subject_and_who(registered: Registered) -> None:
    registered(counterpart="Patientnämnden")
    page = read()
    for told in ("SN 2026/00001", "2026-11-12", "Synpunkt, Ekbackens äldreboende", "Patientnämnden", "Inkommen"):
        assert told in page


def test_a_secret_name_never_shows(registered: Registered) -> None:
    registered(secrecy="osl-26-1")
    page = read()
    assert "SN 2026/00001" in page and "Visas inte" in page
    assert "Anna" not in page and "Anonymsson" not in page


def test_one_marked_document_hides_the_names_of_all(registered: Registered, at: datetime) -> None:
    """The answer goes to the one who complained."""
    matter = registered(secrecy="osl-26-1")
    actions.add_document(matter, direction="out", counterpart="Anna Anonymsson", actor=None, at=at)
    page = read()
    assert "Handling 2" in page and "Anna" not in page and page.count("Visas inte") == 2


def test_a_mark_later_hides_and_its_end_shows_again(
    registered: Registered, actor: Callable[..., Actor], at: datetime
) -> None:
    matter = registered()
    document = Document.objects.unscoped(reason="test").get(matter=matter)
    assert "Anna Anonymsson" in read()
    actions.mark_secrecy(document, provision="osl-25-7", actor=actor("goran"), at=at)
    assert "Anna" not in read()
    actions.withdraw_mark(document, reason="Fel handling", actor=actor("goran"), at=at)
    assert "Anna Anonymsson" in read()


@pytest.mark.parametrize(
    "question", ["anna", "Anonymsson", "anna anonymsson", "ANNA", "synpunkt anna", "osl", "26 kap"]
)
def test_searching_for_the_name_finds_nothing(question: str, registered: Registered) -> None:
    registered(secrecy="osl-26-1")
    registered(counterpart="Anna Anonymsson")  # nor where it may stand
    page = read(f"&q={question}")
    assert "SN 2026" not in page and "Inga handlingar här" in page


@pytest.mark.parametrize(
    "question",
    [
        "&sort=motpart", "&sort=-counterpart", "&counterpart=Anna+Anonymsson", "&q=%25", "&val=markta",
        "&format=csv", "&format=xlsx", "&about=case", "&secret=1", "&namnd=Anna", "&ar=anna", "&sida=999",
    ],
)  # fmt: skip
def test_no_other_question_tells_more(question: str, registered: Registered) -> None:
    """Order, count, export and filters of the registrar's list do not exist here."""
    registered(counterpart="Bo Borgare", secrecy="osl-26-1")
    registered(counterpart="Anna Anonymsson", secrecy="osl-26-1")
    answer = Client().get(f"{OPEN}{question}")
    page = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Borgare" not in page and "Anonymsson" not in page.replace("namnd=Anna", "")
    if "SN 2026" in page:
        assert page.index("00002") < page.index("00001")  # newest first, always


def test_what_it_is_about_stays_inside(registered: Registered) -> None:
    registered(about=("case", 4711))
    page = read()
    assert "4711" not in page and "/arenden/" not in page and "/registrator/" not in page
    assert "Göran" not in page


def test_search_finds_number_and_subject(registered: Registered) -> None:
    registered(subject="Lex Sarah-utredning, Ängen")
    registered(subject="Annat")
    assert "Ängen" in read("&q=ÄNGEN utredning") and "Annat" not in read("&q=ängen")
    assert "Annat" in read("&q=2026/00002") and "Ängen" not in read("&q=2026/00002")
    assert "Annat" not in read("&ar=2025&q=ängen") and "Inget" not in read("&namnd=namnden")


def test_a_personal_number_is_not_searched_for(registered: Registered) -> None:
    registered()
    page = read("&q=811228-9874")
    assert "ser ut som ett personnummer" in page and "811228" not in page


def test_each_principal_has_its_own(registered: Registered) -> None:
    registered("fyren", by=None, subject="Sundös egen")
    assert "Sundös egen" not in read()
    assert "Sundös egen" in Client().get("/diarium/?huvudman=sundo").content.decode()
    choose = Client().get("/diarium/").content.decode()
    assert "Sundö kommun" in choose and "Lövdala kommun" in choose and "Sundös egen" not in choose
    assert Client().get("/diarium/?huvudman=finns-inte").status_code == 200


def test_it_is_the_same_page_for_everyone(registered: Registered, browse: Callable[[str], Client]) -> None:
    registered(secrecy="osl-26-1")
    goran = browse("goran")
    session = goran.session
    session["seen"] = "2026-01-01T00:00:00+00:00"  # long ago: a look at it would end or move it
    session.save()
    answer = goran.get(OPEN)
    page = answer.content.decode()
    assert not answer.cookies and "csrf" not in page and "Göran" not in page and "Anna" not in page
    assert goran.session["seen"] == "2026-01-01T00:00:00+00:00"
    assert answer.headers["Cache-Control"] == "no-store"


def test_pages(registered: Registered) -> None:
    for _ in range(51):
        registered(by=None)
    assert "SN 2026/00001" not in read() and "SN 2026/00001" in read("&sida=2")
    assert Client().post(OPEN).status_code == 405
