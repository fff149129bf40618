"""What comes in: a proposal with its rule for whoever assesses, and a door for staff without a name."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor
from tests.e2e.test_story import told

Open = Callable[..., Visitor]
ROUGH = "Personalen slog brukaren på armen när hon inte ville klä på sig."
LOCKED = "Dörren till hennes rum är låst utifrån varje natt. Hon har inte sagt ja till det."


@pytest.mark.both
@pytest.mark.capability("NEW-1")
def test_the_handler_sees_the_proposal_and_says_why_not(phone: Open, desk: Open) -> None:
    ref = told(phone("juno"), ROUGH)
    asa = desk("asa")
    page = asa.page
    asa.go(f"/arenden/{ref}/")
    assert "Ska prövas enligt lex Sarah" in page.locator(".nextstep").inner_text()
    page.click(".nextstep a.btn-primary")
    asa.send()
    page.click(".nextstep a.btn-primary")
    aside = page.locator("aside.after").inner_text()
    assert "SoL 27 kap. 2 §" in aside and "Personalen, slog, brukaren" in aside.replace("\n", " ")
    assert page.locator("input[name=misconduct][value=yes]").is_checked()
    assert page.locator("input[name=tracks][value=sol]").is_checked()
    asa.check("assess with a proposal")
    asa.picture("forslag-bedom", whole=True)
    _answer(asa)
    asa.send()
    assert "Skriv varför det inte ska det" in asa.main()
    assert page.locator("#id_title").input_value() == "Arm vid påklädning"
    page.fill("#id_set_aside", "Hon råkade slå i dörrkarmen. Två har sett det.")
    asa.send()
    assert "Hon råkade slå i dörrkarmen" in asa.main()


def _answer(asa: Visitor) -> None:
    page = asa.page
    page.fill("#id_title", "Arm vid påklädning")
    asa.pick("event_kind", "near-miss")
    first = """s => [...s.querySelectorAll("optgroup")].find(g => g.label.startsWith("SoL"))?.children[0].value"""
    page.select_option("#id_category", page.locator("#id_category").evaluate(first))
    page.select_option("#id_harm", "none")
    page.select_option("#id_severity", "1")
    page.select_option("#id_likelihood", "1")
    asa.pick("misconduct", "no")
    asa.pick("care_injury", "no")


@pytest.mark.both
@pytest.mark.capability("NEW-3")
def test_without_a_name_and_answered(phone: Open, desk: Open) -> None:
    who, asa = phone(""), desk("asa")
    page = who.page
    who.go("/konto/logga-in/")
    page.click("text=Rapportera utan namn")
    who.page.context.clear_cookies()
    who.go("/rapportera/anonymt/")
    who.check("report without a name")
    page.fill("#id_description", LOCKED)
    who.pick("when", "today")
    page.select_option("#id_unit", label="Ekbacken, Eken")
    who.pick("reported_harm", "unknown")
    who.send()
    found = re.search(r"(?:[2-9A-Z]{4}-){5}[2-9A-Z]{4}", who.main())
    assert found
    who.check("code of one without a name")
    who.picture("utan-namn-kod")
    assert page.context.cookies() == []
    ref = _asa_asks(asa)
    _read_and_answer(who, found[0])
    asa.go(f"/arenden/{ref}/")
    assert "Sedan i somras." in asa.main() and "Utan namn" in asa.main()
    assert who.page.context.cookies() == []


def _asa_asks(asa: Visitor) -> str:
    page = asa.page
    asa.go("/arenden/?val=vantar")
    page.click("text=Dörren till hennes rum")
    ref = re.search(r"/arenden/(\d{4}-\d+)/", page.url)
    assert ref and "Rapporterat utan namn" in asa.main()
    asa.check("case without a name")
    page.click(".nextstep a.btn-primary")
    asa.send()
    asa.go(f"/arenden/{ref[1]}/fraga/")
    page.fill("#id_message", "Hur länge har det varit så?")
    asa.send()
    return ref[1]


def _read_and_answer(who: Visitor, code: str) -> None:
    page = who.page
    who.go("/rapportera/anonymt/svar/")
    page.fill("#id_code", "QX7F-2KMA-QX7F-2KMA-QX7F-2KMA")
    page.click("main button[type=submit]")
    assert "Koden stämmer inte" in who.main()
    page.fill("#id_code", code.lower())
    page.click("main button[type=submit]")
    assert "Hur länge har det varit så?" in who.main() and LOCKED in who.main()
    who.check("inbox of one without a name")
    page.fill("#id_message", "Sedan i somras.")
    who.send()
    assert "Ditt svar är skickat" in who.main()
