"""Processes in a real browser: three clicks to a routine, a manager who changes and publishes by keyboard alone, and what
she draws when the network goes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
HOSTILE = """<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p"><task id="t" name="&b;"/></process>
</definitions>"""


@pytest.mark.both
@pytest.mark.capability("PRO-1")
def test_from_the_map_to_a_routine_in_three_clicks(phone: Open, desk: Open) -> None:
    juno = phone("juno")
    juno.go("/processer/")
    juno.check("processes")
    juno.page.get_by_role("link", name="Hemtjänst", exact=True).tap()  # one
    juno.page.wait_for_url("**/processer/home-care/")
    juno.check("a process")
    juno.picture("process-telefon")
    juno.page.get_by_role("link", name="Gå igenom risker i hemmet", exact=True).tap()  # two
    juno.page.wait_for_url("**/steg/**")
    juno.check("a step of a process")
    juno.page.get_by_role("link", name="Rutin vid fall").first.tap()  # three
    juno.page.wait_for_url("**/dokument/rutin-vid-fall/")
    asa = desk("asa")
    asa.go("/processer/home-care/")
    asa.check("a process on a desk")
    asa.picture("process", whole=True)


@pytest.mark.both
@pytest.mark.capability("PRO-2", "NEW-10")
def test_a_manager_makes_and_publishes_a_process_by_keyboard_alone(desk: Open, phone: Open) -> None:
    asa = desk("asa")
    asa.go("/processer/ny/")
    asa.check("new process")
    keys = asa.page.keyboard
    asa.page.focus("#id_name")
    keys.type("Från larm till hjälp")
    _enter(asa, "Gå vidare")
    assert asa.page.url.endswith("/utkast/")
    asa.check("draft of a process")
    _enter(asa, "Lägg till steg", "link")
    asa.check("new step")
    asa.page.focus("#id_name")
    keys.type("Gå till den boende")
    asa.page.focus("#id_lane")
    keys.press("Control+A")
    keys.type("Undersköterska")
    _enter(asa, "Lägg till steget")
    assert "Tabellen och bilden är ändrade." in asa.main()
    assert "Steg utan namn" in asa.main()  # the first step has none yet
    _enter(asa, "Steg", "link")
    asa.check("change a step")
    asa.page.focus("#id_name")
    keys.type("Kvittera larmet")
    _enter(asa, "Spara")
    _enter(asa, "Be kvalitetsgruppen godkänna")
    asa.check("waits for approval")
    _enter(asa, "Godkänn och publicera")
    assert "Kvittera larmet" in asa.main() and "Gå till den boende" in asa.main()
    asa.check("published")
    address = asa.page.url
    juno = phone("juno")
    juno.page.goto(address)
    assert "Kvittera larmet" in juno.main()
    assert juno.page.locator("svg.p-map").count() == 1


def _enter(who: Visitor, name: str, role: Literal["button", "link"] = "button") -> None:
    """Goes to a button or a link and presses Enter, as one does without a mouse."""
    who.page.get_by_role(role, name=name, exact=True).focus()
    with who.page.expect_navigation():
        who.page.keyboard.press("Enter")


@pytest.mark.capability("PRO-2")
def test_what_is_drawn_survives_a_lost_network(desk: Open) -> None:
    asa = desk("mona")
    asa.go("/processer/residential-care/")
    with asa.page.expect_navigation():
        asa.page.click("text=Gör en ny version")
    with asa.page.expect_navigation():
        asa.page.click("text=Rita")
    asa.page.locator("[data-ready]").wait_for()
    asa.check("draw")
    asa.picture("process-rita")
    asa.page.context.set_offline(True)
    asa.page.locator(".djs-palette [data-action='create.task']").click()
    asa.page.mouse.click(520, 799)  # in the last lane, where there is room
    asa.page.keyboard.type("Ring anhörig")
    asa.page.keyboard.press("Enter")
    state = asa.page.locator("[data-savestate]")
    expect(state).to_contain_text("ingen kontakt", ignore_case=True, timeout=15_000)
    asa.page.context.set_offline(False)
    expect(state).to_contain_text("Sparat kl.", timeout=30_000)
    asa.go("/processer/residential-care/utkast/")
    assert "Ring anhörig" in asa.main()
    asa.check("draft after drawing")
    asa.go("/processer/residential-care/jamfor/")
    assert "Ring anhörig" in asa.main()
    asa.check("compare processes")


@pytest.mark.capability("PRO-2")
def test_a_hostile_file_is_refused_with_its_reason(desk: Open, tmp_path: Path) -> None:
    file = tmp_path / "elak.bpmn"
    file.write_text(HOSTILE)
    mona = desk("mona")
    mona.go("/processer/lss-housing/")
    with mona.page.expect_navigation():
        mona.page.click("text=Gör en ny version")
    mona.go("/processer/lss-housing/utkast/fil/")
    mona.check("upload a process")
    mona.page.set_input_files("#id_file", str(file))
    mona.send()
    assert "DOCTYPE" in mona.main()
    mona.check("refused file")
