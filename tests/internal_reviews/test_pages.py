from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hjulet.internal_reviews import actions
from hjulet.internal_reviews.content import questions_of
from hjulet.internal_reviews.listing import waits_for
from hjulet.internal_reviews.models import Drawn, Visit
from tests.internal_reviews.conftest import TODAY

pytestmark = pytest.mark.capability("CHK-3", "NEW-13")
DOORS = (
    *("/", "/folja-upp/", "/granskningar/", "/granskningar/?ar=2026", "/granskningar/?ar=2026&format=csv"),
    *("/granskningar/jamfor/", "/granskningar/fler-enheter/", "/arshjul/?enhet=solhojden&vy=lista", "/aviseringar/"),
    *("/organisation/solhojden/", "/atgarder/", "/larande/", "/dokument/"),
)


def _text(client, address: str) -> str:
    answer = client.get(address, follow=True)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode()


@pytest.mark.parametrize(("before", "there"), [(1, False), (0, True)])
def test_every_door_the_day_before_and_the_day_itself(before, there, visit, actor, browse, settings):
    """What a manager meets: only the room's own list tells, and only when the day has come."""
    row = visit("solhojden", day=TODAY + timedelta(days=5), mode="unannounced")
    settings.CLOCK = f"{row.day - timedelta(days=before)}T09:00"
    client = browse("cilla")
    session = client.session
    session["seen"] = session["authenticated_at"] = f"{settings.CLOCK}:00+01:00"
    session.save()
    for address in DOORS:
        assert there or f"/granskningar/{row.pk}/" not in _text(client, address), address
    assert ("Oanmält" in _text(client, "/granskningar/?ar=2026&format=csv")) is there
    assert (f"/granskningar/{row.pk}/" in _text(client, "/granskningar/?ar=2026")) is there
    every = ("", "dag/", "ta-bort/", "urval/", "protokoll/", "resultat/", "svar/", "atgard/", "avsluta/")
    found = [client.get(f"/granskningar/{row.pk}/{one}").status_code for one in every]
    assert found == [200 if there else 404] + [404] * 8
    assert waits_for(actor("cilla"), row.day - timedelta(days=before)) == []


def test_a_year_is_planned_out_of_a_collision(browse, db):
    client = browse("fatima")
    answer = client.post(
        "/granskningar/regler/",
        {
            **{"per_month": 1, "more": 0, "closed": ["7"], "function": 3, "authority_visits": 2, "between": 4},
            **{"authority": ["myndighet"], "providers": "on", "unannounced": 50, "length": 12},
            **{"source": "Nämnden", "valid_from": "2026-11-12"},
        },
    )
    assert answer.status_code == 302
    page = client.get("/granskningar/plan/?ar=2027").content.decode()
    assert "14 besök behövs men 11 månader finns" in page
    assert client.post("/granskningar/plan/?ar=2027").status_code == 409
    assert client.post("/granskningar/plan/?ar=2027&val=1").status_code == 302
    assert Visit.objects.filter(year=2027).count() == 14
    assert client.post("/granskningar/plan/?ar=2027&val=1").status_code == 409
    assert client.post("/granskningar/plan/?ar=2027", {"do": "drop"}).status_code == 302
    assert not Visit.objects.exists()


def test_from_the_list_to_the_units_answer(visit, browse, person):
    row = visit()
    where = f"/granskningar/{row.pk}/"
    for login in ("fatima", "dag"):
        client = browse(login)
        assert client.get(f"{where}protokoll/").status_code == 200
        mine = {
            f"points-{code}": "1" if code == "q13" else "2"
            for code, (area, _q) in questions_of(row.protocol).items()
            if actions.may_answer_area(row, area.code, client.get("/").wsgi_request.actor)
        }
        assert client.post(f"{where}protokoll/", mine).status_code == 302
    texts = {"outcome": "Bra", "reflection": "Fortsätt", "concerns_others": "Selar"}
    assert client.post(f"{where}resultat/", texts).status_code == 302
    asa = browse("asa")
    page = asa.get(where).content.decode()
    assert "1,94" in page
    assert "Följs reglerna för handhygien?" in page
    task = {"area": "hygiene", "title": "Öva", "expected_effect": "Alla gör rätt", "strength": "medium"}
    assert asa.post(f"{where}atgard/", {**task, "owner": person("asa").pk, "due": "2026-12-20"}).status_code == 302
    assert asa.post(f"{where}svar/", {"text": "Vi övar."}).status_code == 302
    assert client.post(f"{where}ledningsgruppen/", {"on": "2026-11-12", "text": "Alla ser över."}).status_code == 302
    assert "Alla ser över." in asa.get("/granskningar/fler-enheter/").content.decode()
    assert client.post(f"{where}avsluta/").status_code == 302
    assert "Öva" in asa.get(where).content.decode()
    assert "1,94" in asa.get("/granskningar/jamfor/").content.decode()


@pytest.mark.parametrize("how", ["pasted", "csv"])
def test_a_list_is_drawn_from_and_gone(how, visit, browse, actor):
    row = visit()
    lines = "kod;född\nP-17;1931-03-02\nP-04;1928-01-09\nP-22;1951-06-30\n"
    told = {"pasted": lines} if how == "pasted" else {"file": SimpleUploadedFile("lista.csv", lines.encode())}
    assert browse("dag").post(f"/granskningar/{row.pk}/urval/", told).status_code == 302
    assert {one.pseudonym for one in Drawn.objects.visible_to(actor("dag"))} == {"P-04", "P-22"}
    assert "P-22" in browse("fatima").get(f"/granskningar/{row.pk}/").content.decode()
    assert "P-22" not in browse("asa").get(f"/granskningar/{row.pk}/").content.decode()


@pytest.mark.parametrize(
    "text", ["", "P-1 1931", "1931-03-02", "P-1 1931-03-02", "811228-9874 1931-03-02\nP 1930-01-01"]
)
def test_a_list_that_cannot_be_read(text, visit, browse):
    answer = browse("dag").post(f"/granskningar/{visit().pk}/urval/", {"pasted": text})
    assert answer.status_code in {409, 422}


@pytest.mark.parametrize(
    "address", ["", "jamfor/", "fler-enheter/", "plan/", "plan/?ar=2027&val=9", "regler/", "nytt/"]
)
def test_few_questions_a_page(address, told, browse, django_assert_max_num_queries):
    told("x", q13=0)
    client = browse("dag")
    client.get("/")
    with django_assert_max_num_queries(16):
        assert client.get(f"/granskningar/{address}").status_code == 200


def test_what_waits(visit, told, actor):
    first = visit("solhojden", day=date(2026, 11, 20))
    assert [row.title for row in waits_for(actor("dag"), TODAY)] == ["Gör granskningen av Solhöjden"]
    assert first.day == waits_for(actor("dag"), TODAY)[0].due
    told()
    assert [row.title for row in waits_for(actor("asa"), TODAY)] == ["Svara på granskningen av Ekbacken"]
