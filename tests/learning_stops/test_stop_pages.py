"""The pages of learning stops: half done when it opens, saved while one writes, summed, read by the board."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hjulet.learning_stops import listing
from hjulet.learning_stops.models import Stop, Theme
from hjulet.org.models import Unit
from hjulet.wheel import actions as wheel
from hjulet.wheel.actions.marking import Answer
from hjulet.wheel.models import Activity

pytestmark = [pytest.mark.django_db, pytest.mark.capability("YEAR-3")]
JSON = {"HTTP_ACCEPT": "application/json"}
Q1 = "stop_deviations_q1"


@pytest.mark.capability("NEW-11")
def test_a_manager_opens_a_stop_and_finds_half_of_it_done(browse: Any, reported: Any) -> None:
    reported(title="Fall i badrummet")
    asa = browse("asa")
    text = asa.get("/hallplatser/?enhet=ekbacken&ar=2026").content.decode()
    assert "Öppna hållplatsen" in text and "0 av 5" in text and "Inte klar än" in text
    address = "/hallplatser/oppna/?enhet=ekbacken&ar=2026&tema=stop_deviations"
    assert "Vad ska bli gjort före årsskiftet?" in asa.get(address).content.decode()
    sent = asa.post(address)
    assert sent.status_code == 302 and asa.get(address).url == sent.url
    page = asa.get(sent.url).content.decode()
    assert "1 avvikelse på de senaste tolv månaderna." in page and "Skriv inget om enskilda" in page
    assert "Används inte ännu" not in page and "Fall i badrummet" not in page and "style=" not in page.split("<main")[1]
    assert page.count('data-island="docsave"') == 8


def test_it_is_saved_while_one_writes_and_two_texts_are_both_kept(browse: Any, begun: Any) -> None:
    stop, asa = begun(), browse("asa")
    url = f"/hallplatser/{stop.pk}/svar/{Q1}/"
    first = asa.post(url, {"text": "Natten är svårast.", "revision": "1"}, **JSON)
    assert first.status_code == 200 and first.json()["revision"] == 2
    late = asa.post(url, {"text": "Måndagar.", "revision": "1"}, **JSON)
    assert late.status_code == 409 and "båda texterna" in late.json()["problem"]
    page = asa.post(url, {"text": "Måndagar.", "revision": "1"})
    text = page.content.decode()
    assert page.status_code == 409 and "Natten är svårast." in text and "Måndagar." in text
    both = {"text": "Måndagar.", "theirs": "Natten är svårast.", "both": "1", "revision": "2"}
    assert asa.post(url, both).url.endswith(f"#{Q1}")
    assert stop.replies.get(code=Q1).text == "Natten är svårast.\n\nMåndagar."
    warned = asa.post(url, {"text": "19121212-1212 föll", "revision": "3"}, **JSON)
    assert warned.status_code == 422 and "personnummer" in warned.json()["problem"]
    assert asa.post(url, {"text": "19121212-1212 föll", "revision": "3"}).status_code == 422
    assert asa.post(f"/hallplatser/{stop.pk}/svar/finns-inte/", {"text": "x"}).status_code == 404
    assert browse("juno").post(url, {"text": "x", "revision": "3"}).status_code == 404


def test_signing_asks_before_it_is_final(browse: Any, begun: Any, year: Any) -> None:
    stop, asa = begun(), browse("asa")
    url = f"/hallplatser/{stop.pk}/skriv-under/"
    assert "Inte besvarade" in asa.get(url).content.decode()
    assert asa.post(url, {"people": "", "took_part": ""}).status_code == 422
    values = {"people": "6", "took_part": "Dagpasset", "version": "1"}
    assert asa.post(url, values).status_code == 409
    assert asa.post(url, values | {"rest_empty": "on"}).status_code == 302
    page = asa.get(stop.get_absolute_url()).content.decode()
    assert "Underskriven av Åsa Lindqvist" in page and "docsave" not in page and "Öppna igen" in page
    assert asa.get(url).status_code == 404
    assert asa.post(f"/hallplatser/{stop.pk}/siffror/").status_code == 302
    activity = Activity.objects.get(series="stop-deviations", plan=year)
    assert "Läs hållplatsen" in asa.get(f"/arshjul/{activity.pk}/?enhet=ekbacken").content.decode()
    assert asa.post(f"/hallplatser/{stop.pk}/oppna-igen/", {"reason": "Fel", "version": "2"}).status_code == 302


def test_the_wheel_leads_to_the_stop(browse: Any, year: Any) -> None:
    activity = Activity.objects.get(series="stop-deviations", plan=year)
    page = browse("asa").get(f"/arshjul/{activity.pk}/?enhet=ekbacken").content.decode()
    assert "/hallplatser/oppna/?enhet=ekbacken&amp;ar=2026&amp;tema=stop_deviations" in page
    assert "/hallplatser/oppna/" not in browse("juno").get(f"/arshjul/{activity.pk}/?enhet=ekbacken").content.decode()
    assert "/hallplatser/niva/" in browse("mona").get(f"/arshjul/{activity.pk}/?enhet=forvaltningen").content.decode()


def test_a_level_is_summed_and_who_is_late_is_told_without_blame(browse: Any, signed: Any, begun: Any) -> None:
    signed(what="risk")
    begun("cilla", "solhojden", "risk")
    mona = browse("mona")
    text = mona.get("/hallplatser/niva/?enhet=forvaltningen&ar=2026&tema=stop_risk").content.decode()
    assert "1 av " in text and "fråga vad som hindrar" in text and "7 personer deltog" in text
    assert "Svar på 1." in text and "Öppna nivåns egen hållplats" in text
    left = mona.get("/hallplatser/niva/?enhet=forvaltningen&ar=2026&tema=stop_risk&val=kvar").content.decode()
    assert "Solhöjden" in left.split('id="h-enheter"')[1] and "Ekbacken" not in left.split('id="h-enheter"')[1]
    word = mona.get("/hallplatser/niva/?enhet=forvaltningen&tema=stop_risk&ord=finnsinte").content.decode()
    assert "Inget svar har de orden." in word
    own = begun("mona", "forvaltningen", "risk")
    page = mona.get(own.get_absolute_url()).content.decode()
    assert "Enheternas svar" in page and "Svar på 1." in page


def test_the_board_reads_what_it_has_been_handed_and_nothing_else(
    browse: Any, signed: Any, actor: Any, at: Any
) -> None:
    stop, unit = signed("mona", "forvaltningen"), signed()
    hanna, mona = browse("hanna"), browse("mona")
    assert hanna.get(stop.get_absolute_url()).status_code == 404 == hanna.get(unit.get_absolute_url()).status_code
    assert mona.get(f"/hallplatser/{stop.pk}/namnden/").status_code == 404
    assert "nämnd" in mona.get(f"/hallplatser/{stop.pk}/lamna/").content.decode()
    values = {"to": "Vård- och omsorgsnämnden", "on": "2026-11-12", "version": str(stop.version)}
    assert mona.post(f"/hallplatser/{stop.pk}/lamna/", values).status_code == 302
    assert hanna.get(stop.get_absolute_url()).url == f"/hallplatser/{stop.pk}/namnden/"
    page = hanna.get(f"/hallplatser/{stop.pk}/namnden/").content.decode()
    assert "Enhetens eget underlag har också" in page and "Lärdomar" in page
    assert "Svar på 1." in page and "Små tal är dolda" in page and "enheter har skrivit under" in page
    assert str(stop) in hanna.get("/hallplatser/").content.decode()
    assert hanna.get(unit.get_absolute_url()).status_code == 404
    made = hanna.get(f"/hallplatser/{stop.pk}/pdf/")
    assert made.status_code == 200 and made.content.startswith(b"%PDF")


def test_months_and_questions_are_planned_at_the_top(browse: Any, theme: Any) -> None:
    mona, one = browse("mona"), theme("risk")
    assert "Risker och händelser" in mona.get("/hallplatser/teman/").content.decode()
    url = f"/hallplatser/teman/{one.code}/"
    form = mona.get(url).context["form"]
    values = {name: form[name].value() for name in form.fields} | {"q8": "Vad har vi lärt oss?", "month": "9"}
    assert mona.post(url, values | {"version": "1"}).status_code == 302
    assert mona.post(url, values | {"version": "1"}).status_code == 409
    assert theme("risk").month == 9 and theme("risk").questions.filter(asked=True).count() == 8
    assert browse("asa").get(url).status_code == 404 == mona.get("/hallplatser/teman/inte-det/").status_code


def test_odd_addresses_and_strangers(browse: Any, begun: Any) -> None:
    stop, asa = begun(), browse("asa")
    for odd in ("ar=abc", "enhet=finns-inte", "tema=x", "fraga=x&ord=%25", "sida=99&svar=x", "val=z"):
        for page in ("", "niva/", "oppna/"):
            assert asa.get(f"/hallplatser/{page}?{odd}").status_code in {200, 302}, (page, odd)
    assert asa.post("/hallplatser/oppna/?enhet=finns-inte").status_code == 404
    assert asa.get("/hallplatser/999999/").status_code == 404
    ivar = browse("ivar")
    for tail in ("", "pdf/", "namnden/", "skriv-under/"):
        assert ivar.get(f"/hallplatser/{stop.pk}/{tail}").status_code == 404
    for who in ("juno", "lars", "mona"):
        assert browse(who).get(stop.get_absolute_url()).status_code == 200, who


def test_a_stop_waits_when_it_has_begun_or_the_year_is_decided(actor: Any, at: Any, begun: Any, browse: Any) -> None:
    assert listing.waits_for(actor("asa"), at) == []
    stop = begun()
    assert [row.series for row in listing.waits_for(actor("asa"), at)] == [stop.theme.series]
    assert "Hållplats, Ekbacken" in browse("asa").get("/").content.decode()


def test_a_stop_on_the_wheel_is_told_once(browse: Any, begun: Any, year: Any) -> None:
    begun()
    page = browse("asa").get("/").content.decode()
    assert "Hållplats: " in page and "Hållplats, Ekbacken" not in page and "Årshjulet, Ekbacken" in page


def test_what_waits_for_a_manager(actor: Any, at: Any, signed: Any, year: Any, unit: Any, browse: Any) -> None:
    signed(what="risk")
    asa = actor("asa")
    with CaptureQueriesContext(connection) as asked:
        rows = listing.waits_for(asa, at)
    assert len(asked) == 1
    assert [row.due_on.month for row in rows] == [1, 3, 4, 11] and {row.unit_name for row in rows} == {"Ekbacken"}
    assert listing.waits_for(actor("juno"), at) == []
    left_out = year.activities.get(series=rows[0].series)
    wheel.mark(left_out, unit("ekbacken"), Answer("skipped", reason="Vi gör den i maj."), actor=asa, at=at)
    assert [row.series for row in listing.waits_for(asa, at)] == [row.series for row in rows[1:]]
    own = {row.theme.series: row.standing for row in listing.year_of(unit("ekbacken"), 2026, asa, at)}
    assert own[left_out.series] == "skipped" and list(own.values()).count("skipped") == 1
    theme = Theme.objects.get(series=left_out.series, principal_id=asa.principal_id)
    top, today = unit("sarskilt-boende"), at.date()
    sums = listing.level_of(top, theme, 2026, today)
    assert sums.skipped == 1 and sums.left == sums.total - 1
    level = browse("klara").get(f"/hallplatser/niva/?enhet=sarskilt-boende&ar=2026&tema={theme.code}")
    assert "1 gör den inte i år." in level.content.decode()
    left = listing.units_in(top, theme, 2026, today, "kvar")
    assert left.count() == sums.left and unit("ekbacken") not in left
    everyone = listing.with_stops(listing.units_in(top, theme, 2026, today, ""), theme, 2026, today)
    assert [row[0].code for row in everyone if row[2] == "skipped"] == ["ekbacken"]


def test_few_questions_however_many_units(browse: Any, begun: Any, unit: Any) -> None:
    dept = unit("sarskilt-boende")
    base = dept.path
    made = [
        Unit(
            **{"principal_id": dept.principal_id, "parent": dept, "code": f"plats-{n}", "name": f"Plats {n}"},
            **{"kind": "unit", "valid_from": date(2024, 1, 1), "path": f"{base}{900000 + n:06d}"},
        )
        for n in range(400)
    ]
    Unit.objects.bulk_create(made)
    theme = begun().theme
    Stop.objects.bulk_create(
        Stop(
            **{"principal_id": dept.principal_id, "unit": one, "theme": theme, "year": 2026, "state": "signed"},
            **{"begun_at": "2026-11-02T08:00Z", "signed_at": "2026-11-03T08:00Z", "people": 5},
        )
        for one in Unit.objects.filter(code__startswith="plats-")
    )
    mona = browse("mona")
    for address in (
        "/hallplatser/niva/?enhet=sarskilt-boende&tema=stop_deviations",
        "/hallplatser/?enhet=forvaltningen",
        begun().get_absolute_url(),
    ):
        with CaptureQueriesContext(connection) as asked:
            page = mona.get(address)
        assert page.status_code == 200
        assert len(asked) <= 12, (address, len(asked), [row["sql"][:100] for row in asked])


def test_a_program_reads_stops_and_writes_answers(program: Any, begun: Any) -> None:
    stop, asa = begun(), program("asa")
    listed = asa.get("/learning-stops?unit=ekbacken&theme=stop_deviations").json()
    assert [row["id"] for row in listed["items"]] == [stop.pk] and listed["items"][0]["standing"] == "open"
    whole = asa.get(f"/learning-stops/{stop.pk}").json()
    assert len(whole["replies"]) == 8 and any(part["code"] == "deviations" for part in whole["figures"])
    path = f"/learning-stops/{stop.pk}/replies/{Q1}"
    ask = lambda who, **more: who.ask("PUT", path, {"text": "Natten."}, **more)  # noqa: E731
    assert ask(asa, **{"If-Match": '"9"'}).status_code == 412
    assert ask(asa, **{"If-Match": '"1"'}).json()["version"] == 2
    assert ask(program("ivar"), **{"If-Match": '"1"'}).status_code == 404
    assert program("juno").get("/learning-stops?year=2026").json()["items"][0]["id"] == stop.pk
    assert program("sara").get(f"/learning-stops/{stop.pk}").status_code == 404
    assert asa.get("/learning-stops?unit=finns-inte").status_code == 422
