"""A promise that was not kept, told on a phone; a new promise that the board decides and anyone then reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
pytestmark = pytest.mark.capability("ORG-6")


@pytest.mark.both
def test_a_promise_that_was_not_kept(phone: Open) -> None:
    asa = phone("asa")
    asa.go("/loften/")
    asa.check("promises")
    asa.page.get_by_role("link", name="Vi har ett ankomstsamtal").first.click()
    asa.check("promise check")
    asa.page.fill("#id_value", "mycket")
    asa.page.fill("#id_evidence", "Genomgång av alla nya.")
    asa.send()
    assert "Skriv ett tal" in asa.main() and asa.page.input_value("#id_evidence") == "Genomgång av alla nya."
    asa.page.fill("#id_value", "80,5")
    asa.send()
    assert "Skriv varför det blev så" in asa.main() and asa.page.input_value("#id_value") == "80,5"
    asa.check("promise not kept")
    asa.page.fill("#id_analysis", "Ingen hade det som sin uppgift.")
    asa.pick("then", "none")
    asa.page.fill("#id_reason", "En vecka med snöoväder.")
    asa.send()
    assert "Hölls inte: 80,5 procent" in asa.main() and "En vecka med snöoväder." in asa.main()
    asa.check("promise checked")


@pytest.mark.both
def test_a_new_promise_is_decided_and_open_to_anyone(desk: Open, phone: Open) -> None:
    mona, anyone = desk("mona"), phone()
    mona.go("/insatser/")
    mona.check("services")
    anyone.go("/servicedeklarationer/budget_advice/?huvudman=lovdala", status=404)
    mona.go("/insatser/budget_advice/deklaration/nytt-lofte/")
    mona.page.fill("#id_text", "Du får en budget på papper efter första samtalet.")
    mona.page.fill("#id_measure", "Andel som fick budgeten")
    mona.page.fill("#id_target", "95")
    mona.page.fill("#id_target_unit", "procent")
    mona.check("new promise")
    mona.send()
    mona.check("declaration")
    mona.go("/insatser/budget_advice/besluta/deklaration/")
    mona.check("adopt")
    mona.page.fill("#id_number", "§ 91")
    mona.send()
    assert "Kryssa i rutan" in mona.main() and mona.page.input_value("#id_number") == "§ 91"
    mona.page.check("#id_sure")
    mona.send()
    assert "Beslutet är inskrivet" in mona.main()
    mona.check("service")
    anyone.go("/servicedeklarationer/budget_advice/?huvudman=lovdala")
    assert "Du får en budget på papper efter första samtalet." in anyone.main()
    anyone.check("public declaration")
    anyone.go("/servicedeklarationer/?huvudman=lovdala")
    anyone.check("public declarations")
