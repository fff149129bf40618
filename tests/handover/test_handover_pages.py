"""The pages: who reaches what, what each asks the database, and what stays when something is wrong."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.test_access_matrix import EVERYBODY
from tests.test_markup import faults

from hjulet.core.models import Event
from hjulet.handover import actions
from hjulet.handover.models import Handover
from hjulet.handover.registry import SECTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.capability("ORG-5"), pytest.mark.capability("NEW-22")]
TAILS = ("", "fordela/", "genomfor/", "ta-tillbaka/", "ord/", *(f"underlag/{key}/" for key in SECTIONS))
READS = {"asa", "cilla", "lars", "root"}
WHO = {
    "": READS,
    "fordela/": {"asa", "lars", "root"},
    "genomfor/": {"lars", "root"},
    "ta-tillbaka/": {"lars", "root"},
    "ord/": {"asa"},
} | {f"underlag/{key}/": READS for key in SECTIONS}


def address(handover: Handover, tail: str = "") -> str:
    return f"/organisation/overlamning/{handover.pk}/{tail}"


@pytest.mark.parametrize("login", sorted(EVERYBODY))
def test_who_reaches_which_page(login: str, prepared, assessed, measure_of, browse) -> None:
    assessed("sol")
    measure_of()
    handover, visitor = prepared(), browse(login)
    for tail in TAILS:
        status = visitor.get(address(handover, tail)).status_code
        assert (status == 200) == (login in WHO[tail]), (tail, status)
        assert status in {200, 404}
    assert visitor.get(address(handover, "kvitto.pdf")).status_code == 404
    assert visitor.post(address(handover, "bekrafta/")).status_code == (302 if login == "cilla" else 404)


@pytest.mark.parametrize("login", sorted(READS))
def test_pages_are_whole_and_ask_few_questions(login: str, prepared, assessed, measure_of, browse) -> None:
    for _ in range(3):
        assessed("sol", "hsl")
        measure_of()
    handover, visitor = prepared(), browse(login)
    pages = ["/organisation/overlamning/", *(address(handover, tail) for tail in TAILS if login in WHO[tail])]
    if login in {"lars", "root"}:
        pages += ["/organisation/overlamning/ny/", "/organisation/overlamning/ny/?vem=asa"]
    pages = [page for page in pages if page]
    costs = {}
    for page in pages:
        visitor.get(page)
        costs[page] = _cost(visitor, page)
    # one question for each kind of thing: with documents there are three, and the pages that show all ask one more
    assert [(page, len(cost), cost) for page, cost in costs.items() if len(cost) > 13] == []


def _cost(visitor: Any, page: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        answer = visitor.get(page)
    assert answer.status_code == 200
    assert faults(answer.content.decode()) == [], page
    return [query["sql"][:110] for query in captured if "pg_advisory" not in query["sql"]]


def test_the_receipt_asks_at_most_twelve_questions(prepared, assessed, measure_of, browse, actor, at) -> None:
    for _ in range(3):
        assessed("sol", "hsl")
        measure_of()
    handover = actions.carry_out(prepared(), actor=actor("lars"), at=at)
    for login in ("lars", "cilla", "asa", "root"):
        visitor = browse(login)
        visitor.get(address(handover))
        assert len(cost := _cost(visitor, address(handover))) <= 12, cost


def test_the_whole_way(browse, assessed, measure_of, at) -> None:
    case, _measure = assessed("sol"), measure_of()
    lars, asa, cilla = browse("lars"), browse("asa"), browse("cilla")
    found = lars.get("/organisation/overlamning/ny/?vem=Åsa Lindqvist").content.decode()
    assert "Åsa Lindqvist slutar" in found
    unit = re.search(r'name="units" value="(\d+)"', found)
    given = {"units": unit and unit[1], "successor": "cilla", "first_day": at.date().isoformat()}
    answer = lars.post("/organisation/overlamning/ny/?vem=asa", given)
    assert answer.status_code == 302
    handover = Handover.objects.unscoped(reason="test").get()
    words = {"first": "Börja med nattbemanningen.", "version": "1"}
    assert asa.post(address(handover, "ord/"), words).status_code == 302
    assert "nattbemanningen" in cilla.get(address(handover)).content.decode()
    assert "Det du skrev är sparat." in asa.get(address(handover)).content.decode()
    sent = asa.post(address(handover, "ord/"), words | {"version": "2"}, headers={"X-Requested-With": "fetch"})
    assert (sent.status_code, sent["X-Next"], sent.content) == (204, f"{address(handover)}?sparat=1", b"")
    assert "Location" not in sent and "Det du skrev är sparat." in asa.get(address(handover)).content.decode()
    shared = lars.post(
        address(handover, "fordela/"),
        {"rad": f"case:{case.pk}", "where": "to", "to": "bo", "reason": "Kan frågan"},
    )
    assert shared.status_code == 302
    page = lars.get(address(handover, "genomfor/")).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen
    assert lars.post(address(handover, "genomfor/"), {"seen": seen[1]}).status_code == 302
    assert "Kan frågan" in lars.get(address(handover)).content.decode()
    assert cilla.post(address(handover, "bekrafta/")).status_code == 302
    assert "Cilla Norén bekräftade" in lars.get(address(handover)).content.decode()
    assert lars.get(address(handover, "kvitto.pdf")).content.startswith(b"%PDF-")
    assert "Åsa Lindqvist" in lars.get("/organisation/overlamning/?visa=klara").content.decode()


def test_someone_changed_a_case_meanwhile(browse, prepared, assessed, actor, at) -> None:
    from hjulet.cases import actions as cases

    case, other = assessed("sol"), assessed("sol")
    handover, lars = prepared(), browse("lars")
    page = lars.get(address(handover, "genomfor/")).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    cases.perform(case, "investigate", actor=actor("asa"), at=at)
    answer = lars.post(address(handover, "genomfor/"), {"seen": seen and seen[1]})
    assert answer.status_code == 409
    text = answer.content.decode()
    assert case.ref in text.split("Nedan står")[0]
    assert other.ref not in text.split("Nedan står")[0]
    again = re.search(r'name="seen" value="([^"]*)"', text)
    assert lars.post(address(handover, "genomfor/"), {"seen": again and again[1]}).status_code == 302


def test_words_warn_about_a_personal_number_and_keep_what_was_written(browse, prepared) -> None:
    handover, asa = prepared(), browse("asa")
    told = {"first": "Ring 19121212-1212 om måndag", "version": "1"}
    answer = asa.post(address(handover, "ord/"), told)
    assert answer.status_code == 422
    assert "Ring 19121212-1212 om måndag" in answer.content.decode()
    assert asa.post(address(handover, "ord/"), told | {"personal_number_ok": "1"}).status_code == 302
    stale = asa.post(address(handover, "ord/"), {"first": "Något nytt", "version": "1"})
    assert stale.status_code == 409
    assert "Något nytt" in stale.content.decode()
    assert "om måndag" in stale.content.decode()


def test_what_is_filled_in_wrong_is_told_and_kept(browse, assessed, prepared, at) -> None:
    lars = browse("lars")
    assert lars.get("/organisation/overlamning/ny/?vem=ingen").status_code == 422
    day = (at - timedelta(days=1)).date().isoformat()
    answer = lars.post("/organisation/overlamning/ny/?vem=asa", {"successor": "cilla", "first_day": day})
    text = answer.content.decode()
    assert answer.status_code == 422
    for words in ("Välj minst en enhet.", "Dagen har redan varit.", 'value="cilla"'):
        assert words in text
    case, handover = assessed("sol"), prepared()
    share = address(handover, "fordela/")
    assert "Skriv vem som ska ha dem." in lars.post(share, {"rad": f"case:{case.pk}", "where": "to"}).content.decode()
    answer = lars.post(share, {"rad": f"case:{case.pk}", "where": "to", "to": "ivar"})
    assert answer.status_code == 409
    assert case.ref in answer.content.decode()
    assert 'value="ivar"' in answer.content.decode()
    assert lars.post(share, {"where": "stay", "reason": "x"}).status_code == 409


def test_reading_the_dossier_is_logged(browse, prepared, assessed, person) -> None:
    case, handover = assessed("sol"), prepared()
    browse("lars").get(address(handover, "underlag/arenden/"))
    read = Event.objects.filter(kind="read", actor_id=person("lars").pk, object_type="case")
    assert list(read.values_list("object_id", "purpose")) == [(case.pk, "handover")]
    browse("lars").get(address(handover))
    assert Event.objects.filter(kind="read", actor_id=person("lars").pk, object_type="handover").exists()


def test_taking_it_back(browse, prepared, actor) -> None:
    handover, lars = prepared(), browse("lars")
    assert lars.post(address(handover, "ta-tillbaka/"), {}).status_code == 422
    assert lars.post(address(handover, "ta-tillbaka/"), {"reason": "Åsa blir kvar"}).status_code == 302
    assert "Åsa blir kvar" in lars.get(address(handover)).content.decode()
    assert lars.get(address(handover, "genomfor/")).status_code == 404
    assert actor("asa").holds("handle_cases")
