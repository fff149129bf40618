"""The pages of a year: three views, planning by forms, subscriptions, reminders and the API (YEAR-1)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hjulet.core.models import Event
from hjulet.notify.models import Notice
from hjulet.wheel import actions
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.content import wheels
from hjulet.wheel.figure import arcs_of, draw
from hjulet.wheel.ical import escaped, folded
from hjulet.wheel.jobs import remind_wheel
from hjulet.wheel.listing import rows_of
from hjulet.wheel.models import Activity, Feed, Plan

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-1")]
DECISION = actions.Decision("Nämnden", "§ 1", date(2026, 1, 8))


@pytest.fixture
def year(unit: Any, at: Any) -> Plan:
    """A whole decided year at the administration."""
    plan = actions.plan_ready(unit("forvaltningen"), 2026, wheels()["learning-stops"], actor=None, at=at)
    return actions.adopt(plan, DECISION, version=None, actor=None, at=at)


@pytest.mark.parametrize("view", ["", "hjul", "lista", "kalender"])
def test_three_views_of_the_same_year(view: str, year: Plan, browse: Any) -> None:
    text = browse("asa").get(f"/arshjul/?enhet=ekbacken&ar=2026&vy={view}").content.decode()
    assert (
        "Hållplats: avvikelser, synpunkter och klagomål" in text
        and "Från Vård- och omsorgsförvaltningen" in text
        or view == "kalender"
    )
    assert (text.count('<svg class="wheel yearwheel"') == 1) == (view in {"", "hjul"})
    assert ('<table class="month">' in text) == (view == "kalender")
    assert "style=" not in text.split("<main")[1]


def test_filters_and_order_lie_in_the_address(year: Plan, browse: Any) -> None:
    asa = browse("asa")
    late = asa.get("/arshjul/?enhet=ekbacken&vy=lista&lage=late&fran=har&sort=-titel").content.decode()
    titles = re.findall(r'class="ttl"[^>]*>([^<]+)<', late)
    assert titles == sorted(titles, key=str.casefold, reverse=True) and len(titles) == 5
    assert "Inget stämmer" in asa.get("/arshjul/?enhet=ekbacken&lage=skipped").content.decode()
    for odd in (
        "ar=abc",
        "ar=99999",
        "manad=13&vy=kalender",
        "vy=x",
        "sida=99&vy=lista",
        "ar=2149",
        "ar=1999",
        "sort=--",
    ):
        assert asa.get(f"/arshjul/?{odd}").status_code == 200, odd
    assert "Årshjul 2026, Ekbacken" in asa.get("/arshjul/?enhet=finns-inte").content.decode()
    assert "Ekbacken" not in browse("ivar").get("/arshjul/?enhet=ekbacken").content.decode()
    assert asa.post("/arshjul/ny/?enhet=finns-inte", {"title": "x"}).status_code == 404


def test_the_picture_is_links_with_names_that_begin_as_it_shows(year: Plan, unit: Any, actor: Any, at: Any) -> None:
    rows = rows_of(unit("ekbacken"), 2026, actor("asa"), at)
    arcs = arcs_of(rows, 2026)
    for one in arcs:
        for other in arcs:
            if one is not other and one.ring == other.ring:
                assert one.end <= other.begin + 0.02 or other.end <= one.begin + 0.02
    picture = draw(rows, 2026, at.date(), "Ekbacken", "")
    links = re.findall(r'<a class="k-(\w+) is-(\w+)[^"]*" href="([^"]+)" aria-label="([^"]+)"', picture)
    assert len(links) == len(rows) and all(link[2].startswith("/arshjul/") for link in links)
    assert "NaN" not in picture and "<a " in draw(rows, 2025, at.date(), "x", "") and draw([], 2026, at.date(), "x", "")


def test_an_empty_year_tells_the_next_step(browse: Any) -> None:
    assert "Välj en mall" in browse("mona").get("/arshjul/?enhet=forvaltningen").content.decode()
    assert "Välj en mall" not in browse("juno").get("/arshjul/").content.decode()


def test_a_year_from_template_to_decision_by_forms(browse: Any, at: Any) -> None:
    mona, juno, klara = browse("mona"), browse("juno"), browse("klara")
    where = "enhet=forvaltningen&ar=2027"
    assert "Hållplatser för lärande" in mona.get(f"/arshjul/mallar/?{where}").content.decode()
    page = mona.get(f"/arshjul/mallar/?{where}&mall=generic")
    assert "Kvartalets avvikelser: kvartal 4" in page.content.decode()
    nothing = mona.post(f"/arshjul/mallar/?{where}&mall=generic", {"valjer": "1"})
    assert nothing.status_code == 409 and "Kryssa i minst en" in nothing.content.decode()
    sent = mona.post(
        f"/arshjul/mallar/?{where}&mall=generic", {"valjer": "1", "valj": ["gen-suggestions", "duty-to-report"]}
    )
    assert sent.status_code == 302 and "forslag=1" in sent.url
    assert "Lämna till beslut" in mona.get(sent.url).content.decode()
    assert "forslag" not in juno.get(f"/arshjul/?{where}").content.decode()
    assert mona.get(f"/arshjul/besluta/?{where}").status_code == 404
    wrong = klara.post(f"/arshjul/besluta/?{where}", {"decided_by": "", "decided_on": "2026-11-10"})
    assert wrong.status_code == 422
    done = klara.post(
        f"/arshjul/besluta/?{where}", {"decided_by": "Nämnden", "decided_on": "2026-11-10", "version": "1"}
    )
    assert done.status_code == 302
    assert "Medarbetarnas förslag får svar" in juno.get("/arshjul/?enhet=sarskilt-boende&ar=2027").content.decode()
    assert "redan beslutat" in mona.get(f"/arshjul/mallar/?{where}&mall=generic").content.decode()
    preview = mona.get(f"/arshjul/nasta-ar/?{where}").content.decode()
    assert "Planera 2028" in preview and "Sista dag 2027" in preview
    assert mona.post(f"/arshjul/nasta-ar/?{where}", {"valjer": "1", "valj": "gen-suggestions"}).status_code == 302
    assert Plan.objects.get(year=2028).activities.count() == 1


def test_a_form_keeps_what_was_typed_and_tells_what_to_do(browse: Any) -> None:
    asa = browse("asa")
    given = {
        "title": "Fika för 850709-9805", "produces": "Bullar", "starts_on": "2026-12-10", "ends_on": "2026-12-01",
        "repeats": "once", "reach": "here", "quarter": "do", "about": "", "role": "",
    }  # fmt: skip
    wrong = asa.post("/arshjul/ny/?enhet=ekbacken&ar=2026", given)
    assert wrong.status_code == 422 and "före den första" in wrong.content.decode()
    assert "personnummer" in wrong.content.decode() and "Fika för 850709-9805" in wrong.content.decode()
    given |= {"title": "Fika", "ends_on": "2026-12-11"}
    assert asa.post("/arshjul/ny/?enhet=ekbacken&ar=2026", given).status_code == 302
    one = Activity.objects.get(title="Fika")
    assert "Fika" in asa.get("/arshjul/?enhet=ekbacken&forslag=1").content.decode()
    assert "som ingen har beslutat än" in asa.get(f"/arshjul/{one.pk}/").content.decode()
    assert browse("cilla").get(f"/arshjul/{one.pk}/").status_code == 404
    assert asa.get(f"/arshjul/{one.pk}/klar/?enhet=ekbacken").status_code == 404
    changed = asa.post(f"/arshjul/{one.pk}/andra/", given | {"title": "Julfika", "version": "1"})
    assert changed.status_code == 302
    stale = asa.post(f"/arshjul/{one.pk}/andra/", given | {"title": "Nyårsfika", "version": "1"})
    assert stale.status_code == 409 and "Nyårsfika" in stale.content.decode() and 'value="2"' in stale.content.decode()
    assert asa.post(f"/arshjul/{one.pk}/ta-bort/", {"version": "2", "reason": ""}).status_code == 302
    assert not Activity.objects.filter(pk=one.pk).exists()


def test_a_unit_answers_on_the_page_and_takes_it_back(planned: Any, browse: Any) -> None:
    one, asa = planned(), browse("asa")
    address = f"/arshjul/{one.pk}/"
    assert "Den är klar" in asa.get(address).content.decode()
    assert "Den är klar" not in browse("juno").get(address).content.decode()
    assert browse("juno").get(f"{address}klar/").status_code == 404
    assert browse("cilla").post(f"{address}klar/?enhet=ekbacken", {"produced": "x"}).status_code == 404
    wrong = asa.post(f"{address}klar/?enhet=ekbacken", {"produced": "Klart", "link": "javascript:alert(1)"})
    assert wrong.status_code == 422 and "https://" in wrong.content.decode()
    sent = asa.post(f"{address}klar/?enhet=ekbacken", {"produced": "Protokollet är skrivet", "link": "/dokument/"})
    assert sent.status_code == 302
    page = browse("juno").get(f"{address}?enhet=ekbacken").content.decode()
    assert "Protokollet är skrivet" in page and 'href="/dokument/"' in page and "Åsa Lindqvist" in page
    assert asa.post(f"{address}angra/?enhet=ekbacken").status_code == 302
    assert asa.post(f"{address}utgar/?enhet=ekbacken", {"reason": "Köket är stängt."}).status_code == 302
    assert "Köket är stängt." in browse("lars").get(f"{address}?enhet=sarskilt-boende").content.decode()


def test_progress_is_told_place_by_place(planned: Any, unit: Any, actor: Any, browse: Any, at: Any) -> None:
    one = planned()
    actions.mark(one, unit("ekbacken"), Answer("done", produced="x"), actor=actor("asa"), at=at)
    text = browse("klara").get("/arshjul/framdrift/?enhet=forvaltningen&ar=2026").content.decode()
    assert unit("sarskilt-boende").name in text and "1 av 5 klara" in text
    assert "Inget att räkna än" in browse("klara").get("/arshjul/framdrift/?ar=2031").content.decode()
    assert "omsorgsförvaltningen" not in browse("ivar").get("/arshjul/framdrift/?enhet=forvaltningen").content.decode()


def test_each_is_reminded_once_in_time_and_once_when_late(
    planned: Any, unit: Any, actor: Any, person: Any, at: Any
) -> None:
    one = planned()
    planned("ekbacken", title="Egen")
    actions.mark(one, unit("solhojden"), Answer("done", produced="x"), actor=actor("cilla"), at=at)
    assert remind_wheel(at) == 0  # fifteen days before
    told = remind_wheel(at + timedelta(days=2))
    notices = Notice.objects.filter(kind="wheel.due_soon")
    assert told == notices.count() > 8 and notices.filter(person=person("asa")).count() == 1
    assert not notices.filter(person=person("cilla")).exists() and not notices.filter(person=person("klara")).exists()
    assert remind_wheel(at + timedelta(days=3)) == 0
    late = remind_wheel(at + timedelta(days=16))
    assert late == told and Notice.objects.filter(kind="wheel.overdue", person=person("asa")).count() == 1
    assert remind_wheel(at + timedelta(days=17)) == 0 and not mail.outbox


def test_what_waits_stands_on_the_start_page(planned: Any, browse: Any) -> None:
    one = planned()
    text = browse("asa").get("/").content.decode()
    assert f'href="/arshjul/{one.pk}/?enhet=ekbacken"' in text and "Årshjulet, Ekbacken" in text
    assert f"/arshjul/{one.pk}/" not in browse("juno").get("/").content.decode()


# Subscriptions ----------------------------------------------------------------------


def subscribed(visitor: Client) -> str:
    text = visitor.post("/arshjul/prenumerera/?enhet=ekbacken").content.decode()
    found = re.search(r'class="secret">[^<]*(/arshjul/prenumerera/[^<]+\.ics)<', text)
    assert found
    return found[1]


def test_a_calendar_fetches_the_year_without_a_login(planned: Any, browse: Any, client: Client, at: Any) -> None:
    one, asa = planned(title="Egenkontroll; mat, dryck"), browse("asa")
    planned("ekbacken", title="Ü" * 150)
    address = subscribed(asa)
    secret = address.split("/")[-1].removesuffix(".ics")
    assert len(secret) >= 43 and not Feed.objects.filter(digest__contains=secret).exists()
    assert secret not in asa.get("/arshjul/prenumerera/").content.decode()
    answer = client.get(address)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar") and answer.content.count(b"BEGIN:VEVENT") == 2
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n")) and "DTSTART;VALUE=DATE:20261127" in text
    assert (
        "Egenkontroll\\; mat\\, dryck" in text.replace("\r\n ", "")
        and "Åsa" not in text
        and f"arshjul-{one.pk}-" in text
    )
    assert client.get(address).content == answer.content
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.content == b""
    Activity.objects.filter(pk=one.pk).update(title="Något annat")
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 200
    assert client.head(address).status_code == 200 and client.post(address).status_code in {403, 405}


def test_a_shut_address_gives_nothing(planned: Any, browse: Any, client: Client, person: Any) -> None:
    planned()
    asa, address = browse("asa"), subscribed(browse("asa"))
    feed = Feed.objects.get()
    assert browse("cilla").post(f"/arshjul/prenumerera/{feed.pk}/stang/").status_code == 404
    assert client.get(address).status_code == 200
    person("asa").__class__.objects.filter(login="asa").update(is_active=False)
    assert client.get(address).status_code == 404
    person("asa").__class__.objects.filter(login="asa").update(is_active=True)
    assert asa.post(f"/arshjul/prenumerera/{feed.pk}/stang/").status_code == 302
    for wrong in (address, "/arshjul/prenumerera/gissning.ics", "/arshjul/prenumerera/%00.ics"):
        assert client.get(wrong).status_code in {400, 404}
    verbs = list(Event.objects.filter(object_type="wheel-feed").values_list("verb", flat=True))
    assert sorted(verbs) == ["wheel.subscribed", "wheel.unsubscribed"]


@given(text=st.text())
def test_lines_are_folded_so_that_they_can_be_put_together_again(text: str) -> None:
    line = folded(f"SUMMARY:{escaped(text)}")
    assert line.endswith(b"\r\n") and all(len(part) <= 75 for part in line.split(b"\r\n"))
    whole = line.replace(b"\r\n ", b"").removesuffix(b"\r\n").decode("utf-8")
    assert whole == f"SUMMARY:{escaped(text)}".encode("utf-8", "ignore").decode()
    assert (
        "\n" not in whole and "\r" not in whole and not re.search(r"(?<!\\)(\\\\)*[;,]", whole.removeprefix("SUMMARY:"))
    )


# API and file -----------------------------------------------------------------------


def test_the_api_lists_makes_and_marks(planned: Any, program: Any) -> None:
    one, asa, mona = planned(), program("asa"), program("mona")
    found = asa.get("/wheel-activities?unit=ekbacken&year=2026&here=true").json()
    assert found["total"] == 1 and found["items"][0]["standing"] == "now" and found["items"][0]["doneHere"] is True
    top = mona.get(f"/wheel-activities/{one.pk}")
    assert top.json()["unit"] == "forvaltningen" and top.json()["total"] > 10 and top.headers["ETag"] == '"1"'
    body = {"unit": "ekbacken", "said": "done", "produced": "Protokoll", "link": "https://x.example/1"}
    done = asa.post(f"/wheel-activities/{one.pk}/marks", body)
    assert done.status_code == 200 and done.json()["mark"]["said"] == "done" and done.json()["standing"] == "done"
    assert asa.post(f"/wheel-activities/{one.pk}/marks", body).status_code == 409
    assert asa.post(f"/wheel-activities/{one.pk}/marks", body | {"said": "skipped"}).status_code == 422
    assert program("cilla").post(f"/wheel-activities/{one.pk}/marks", body).status_code == 409
    assert program("ivar").post(f"/wheel-activities/{one.pk}/marks", body).status_code == 404
    new = {"unit": "ekbacken", "title": "Fika", "produces": "Bullar", "startsOn": "2026-12-01", "endsOn": "2026-12-11"}
    made = asa.post("/wheel-activities", new)
    assert made.status_code == 201 and made.json()["planState"] == "proposed"
    assert asa.get(made.headers["Location"].split("/api/v1")[1]).status_code == 200
    assert program("cilla").get(f"/wheel-activities/{made.json()['id']}").status_code == 404
    for wrong in (
        {"unit": "solhojden"},
        {"endsOn": "1999-01-01"},
        {"role": "finns-inte"},
    ):
        assert asa.post("/wheel-activities", new | wrong).status_code == 422, wrong
    for odd in ({"title": ""}, {"vem": "jag"}):
        assert asa.post("/wheel-activities", new | odd).status_code == 400
    assert program("juno").post("/wheel-activities", new).status_code == 404


def test_the_list_leaves_as_it_is_shown(year: Plan, browse: Any) -> None:
    answer = browse("asa").get("/arshjul/?enhet=ekbacken&fran=har&format=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert text.count("\n") == len([row for row in text.splitlines() if row]) and "Hållplats: egenkontroll" in text
    assert "Månadens granskning" not in text
