"""The spine in a browser: from a report on a phone to a closed case and an honest number."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from python_calamine import load_workbook

from tests.e2e.conftest import Server, Visitor

TOLD = "Larmet ringde i 25 minuter i natt. Ingen hade tagit över larmtelefonen vid passbytet."
DECIDED = "Vi utser en larmansvarig vid varje passbyte."
CHANGED = "Larmtelefonen lämnas nu över hand till hand."
Open = Callable[..., Visitor]


def told(who: Visitor, text: str) -> str:
    """Reports on the phone and returns the number."""
    who.report(text)
    who.send()
    return who.sent_ref()


def assess(who: Visitor, ref: str, track: str) -> None:
    page = who.page
    who.go(f"/arenden/{ref}/")
    page.click(".nextstep a.btn-primary")
    who.check("receive")
    who.send()
    page.click(".nextstep a.btn-primary")
    page.fill("#id_title", "Larm utan svar på natten")
    for proposed in page.locator('input[name="tracks"]').all():
        proposed.uncheck()
    who.pick("tracks", track)
    who.pick("event_kind", "adverse-event")
    first = f"""s => [...s.querySelectorAll("optgroup")].find(g => g.label.startsWith("{track}"))?.children[0].value"""
    value = page.locator("#id_category").evaluate(first.replace('"sol"', '"SoL"').replace('"hsl"', '"HSL"'))
    page.select_option("#id_category", value)
    page.select_option("#id_harm", "discomfort")
    page.select_option("#id_severity", "2")
    page.select_option("#id_likelihood", "2")
    who.pick("misconduct", "no")
    who.pick("care_injury", "no")
    if page.locator("#id_set_aside").count():  # the words of the report spoke for trying it
        page.fill("#id_set_aside", "Hon klarade sig med obehag, och vården gjorde det den skulle.")
    who.check("assess")
    who.picture("04-bedom", whole=False)
    who.send()


def counted(who: Visitor) -> int:
    """How many cases the statistics page counts in all: its Excel, summed."""
    with who.page.expect_download() as waiting:
        who.page.click("text=Hämta som Excel")
    sheet = load_workbook(str(waiting.value.path())).get_sheet_by_index(0).to_python()
    return sum(int(row[-1]) for row in sheet if row and isinstance(row[-1], int | float))


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_the_whole_story(server: Server, phone: Open, desk: Open) -> None:
    asa = desk("asa")
    asa.go("/statistik/")
    before = counted(asa)
    juno = phone("juno")
    ref = _juno_reports(juno)
    _mail_says(server, ref)
    _asa_receives_and_assesses(asa, ref)
    _asa_investigates(asa, ref)
    _asa_decides(asa, ref)
    _asa_follows_up(asa, ref)
    _juno_hears(juno, ref)
    _walls(desk, ref, sees=("dag",), not_theirs=("fatima", "cilla", "sara"))
    asa.go("/statistik/")
    asa.check()
    asa.picture("10-statistik")
    assert counted(asa) == before + 1
    _board_sees_no_small_numbers(desk("hanna"))
    _excel(asa, ref)
    server.manage("verify-log")


def _juno_reports(juno: Visitor) -> str:
    page = juno.page
    juno.check("start")
    juno.go("/rapportera/")
    juno.check()
    assert "Åsa Lindqvist, enhetschef" in page.locator("[data-readers]").inner_text()
    juno.picture("01-rapportera")
    juno.report(TOLD)
    page.fill("#id_immediate_action", "Jag gick in till henne och satt kvar en stund.")
    page.locator(".readers").scroll_into_view_if_needed()
    juno.picture("02-vem-laser")
    juno.send()
    ref = juno.sent_ref()
    juno.check("sent")
    assert f"Ditt nummer är {ref}" in juno.main() and "Åsa Lindqvist" in juno.main()
    juno.picture("03-tack")
    return ref


def _mail_says(server: Server, ref: str) -> None:
    server.manage("jobs", "--once")
    mails = server.post.about("asa", f"{server.url}/arenden/{ref}/")
    assert len(mails) == 1
    text = mails[0].get_content()
    assert f"{server.url}/arenden/{ref}/" in text
    assert "25 minuter" not in text + str(mails[0]["Subject"]) and "Juno" not in text


def _asa_receives_and_assesses(asa: Visitor, ref: str) -> None:
    asa.go("/")
    asa.check()
    assert asa.page.locator(f'a.go[href="/arenden/{ref}/"]').count() >= 1
    asa.picture("05-mitt-arbete")
    assess(asa, ref, "sol")
    assert asa.page.url.endswith(f"/arenden/{ref}/")
    assert "hör till socialtjänsten" in asa.main()


def _asa_investigates(asa: Visitor, ref: str) -> None:
    page = asa.page
    page.click(".nextstep a.btn-primary")
    asa.send()
    assert "Går inte än: Utredningen har ingen anteckning." in asa.main()
    assert page.locator(".nextstep button[aria-disabled=true]").inner_text() == "Besluta om åtgärder"
    asa.check("case blocked")
    asa.picture("06-gar-inte-an")
    page.click("text=Skriv en anteckning")
    asa.check("note")
    asa.pick("kind", "fact")
    page.fill("#id_source", "Larmloggen")
    page.fill("#id_text", "Larmet gick 02.14 och besvarades 02.39.")
    asa.send()
    page.click("text=Beskriv en orsak")
    asa.check("cause")
    asa.pick("area", "procedures")
    page.fill("#id_text", "Ingen lämnar över larmtelefonen vid passbytet.")
    asa.send()
    assert "Orsak 1 saknar åtgärd." in asa.main()
    page.click("text=Lägg till åtgärd för orsak 1")
    asa.check("measure for cause")
    page.fill("#id_title", "Larmansvarig vid varje passbyte")
    page.fill("#id_expected_effect", "Inget larm är obesvarat längre än tio minuter")
    asa.pick("strength", "medium")
    asa.send()


def _asa_decides(asa: Visitor, ref: str) -> None:
    page = asa.page
    page.click(".nextstep a.btn-primary")
    asa.check("decide")
    page.fill("#id_message", DECIDED)
    asa.picture("07-beslut")
    asa.send()
    assert "Åtgärden ”Larmansvarig vid varje passbyte” är inte genomförd." in asa.main()
    page.get_by_role("link", name="Larmansvarig vid varje passbyte", exact=True).click()
    page.wait_for_url("**/atgarder/*/")
    asa.check("measure")
    page.click("text=Markera som genomförd")
    asa.check("measure done")
    page.fill("#id_note", "Alla grupper har fått en larmansvarig.")
    asa.send()


def _asa_follows_up(asa: Visitor, ref: str) -> None:
    page = asa.page
    measure = page.url
    asa.go(f"/arenden/{ref}/")
    page.click(".nextstep a.btn-primary")
    asa.send()
    asa.go(measure)
    page.click("text=Bedöm effekten")
    asa.check("effect")
    asa.pick("effect", "yes")
    page.fill("#id_note", "Inga långa larm på två veckor.")
    asa.send()
    asa.go(f"/arenden/{ref}/")
    asa.picture("08-det-som-saknas")
    page.click(".gate a:has-text('Åtgärda')")
    asa.check("informed")
    asa.pick("informed", "yes")
    page.fill("#id_informed_on", "2026-11-12")
    asa.send()
    page.click(".nextstep a.btn-primary")
    asa.check("close")
    page.fill("#id_message", CHANGED)
    page.fill("#id_lesson", "Säg högt vem som har telefonen.")
    if page.locator("#password").is_visible():
        page.fill("#password", "hjulet")
    asa.send()
    assert "Ärendet avslutades." in asa.main()
    asa.check("case closed")


def _juno_hears(juno: Visitor, ref: str) -> None:
    juno.go("/rapportera/mina/")
    juno.check()
    juno.go(f"/rapportera/mina/{ref}/")
    juno.check("my report")
    assert DECIDED in juno.main() and CHANGED in juno.main() and TOLD in juno.main()
    juno.page.locator("#h-samtal").scroll_into_view_if_needed()
    juno.picture("09-svar-till-dig")


def _walls(desk: Open, ref: str, *, sees: tuple[str, ...], not_theirs: tuple[str, ...]) -> None:
    for login in sees:
        assert desk(login).status(f"/arenden/{ref}/") == 200, login
    for login in not_theirs:
        assert desk(login).status(f"/arenden/{ref}/") == 404, login


def _board_sees_no_small_numbers(hanna: Visitor) -> None:
    hanna.go("/statistik/")
    hanna.check("statistics masked")
    hanna.picture("11-namnden")
    cells = [cell.strip() for cell in hanna.page.locator("main td").all_inner_texts()]
    assert not [cell for cell in cells if cell in {"1", "2", "3", "4"}], cells


def _excel(asa: Visitor, ref: str) -> None:
    asa.go("/arenden/?val=alla")
    with asa.page.expect_download() as waiting:
        asa.page.click("text=Hämta som Excel")
    path: Path = waiting.value.path()
    rows = load_workbook(str(path)).get_sheet_by_index(0).to_python()
    assert rows[0][:2] == ["Nummer", "Rubrik"]
    assert [ref, "Larm utan svar på natten"] in [row[:2] for row in rows]
    assert re.fullmatch(r"arenden-2026-11-12\.xlsx", waiting.value.suggested_filename)


@pytest.mark.both
@pytest.mark.capability("DEV-2")
def test_health_care_goes_the_other_way(phone: Open, desk: Open) -> None:
    ref = told(phone("juno"), "Hon fick fel dos på kvällen.")
    asa = desk("asa")
    assess(asa, ref, "hsl")
    _walls(desk, ref, sees=("fatima",), not_theirs=("dag", "cilla", "sara"))
    fatima = desk("fatima")
    fatima.go(f"/arenden/{ref}/")
    assert "hör till hälso- och sjukvården" in fatima.main()
