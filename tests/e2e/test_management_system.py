"""Klara lays the whole before the board: reads it, takes the PDF, enters the decision, and sees what is new."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]


@pytest.mark.capability("SYS-1")
def test_klara_lays_it_before_the_board(desk: Open, phone: Open) -> None:
    klara = desk("klara")
    klara.go("/planera/")
    klara.page.get_by_role("link", name="Ledningssystemet", exact=True).first.click()
    klara.check("management-system")
    answer = klara.page.request.get(klara.url("/ledningssystem/pdf/"))
    assert answer.status == 200 and answer.body().startswith(b"%PDF-")
    klara.page.get_by_role("link", name="Ändra Inledning").click()
    klara.check("management-system-section")
    klara.page.fill("#id_body", "Så leder vi kvaliteten.")
    klara.send()
    klara.page.get_by_role("link", name="Revidera nu").click()
    assert "Så leder vi kvaliteten." in klara.main()
    klara.check("management-system-compare")
    klara.page.get_by_role("link", name="Skriv in nämndens beslut").click()
    klara.check("management-system-adopt")
    klara.page.fill("#id_reference", "§ 101")
    klara.page.fill("#id_decided_on", "2026-11-12")
    klara.page.check("#id_final")
    klara.send()
    assert "§ 101" in klara.main()
    klara.check("management-system-version")
    klara.go("/ledningssystem/jamfor/?fran=1&till=2")
    assert "Så leder vi kvaliteten." in klara.main()
    klara.go("/ledningssystem/versioner/")
    klara.check("management-system-versions")
    juno = phone("juno")
    juno.go("/ledningssystem/")
    assert "§ 101" in juno.main() and "Skriv in nämndens beslut" not in juno.main()
    juno.check("management-system-phone")
