"""A learning stop in the browser: half done when it opens, saved while two write, signed, and nothing lost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
CLEAN = """
from hjulet.learning_stops.models import Reply, Stop
Reply.objects.filter(stop__unit__code='ekbacken').delete()
Stop.objects.filter(unit__code='ekbacken').delete()
"""
pytestmark = [pytest.mark.e2e, pytest.mark.capability("NEW-11")]
OPEN = "/hallplatser/oppna/?enhet=ekbacken&tema=stop_deviations"
FIRST = "#stop_deviations_q1"


@pytest.fixture(autouse=True)
def none_begun(server: Server) -> None:
    server.ask(CLEAN)


def test_a_manager_opens_a_stop_on_the_phone_and_signs_it(phone: Open) -> None:
    asa = phone("asa")
    asa.go("/hallplatser/?enhet=ekbacken")
    asa.check("learning stops")
    asa.go(OPEN)
    asa.check("learning stop to open")
    asa.page.get_by_role("button", name="Öppna hållplatsen").click()
    asa.page.wait_for_url("**/hallplatser/*/")
    asa.page.locator(f"{FIRST} textarea").fill("Natten är svårast.")
    asa.page.locator(FIRST).get_by_text("Sparat kl.").wait_for()
    asa.check("learning stop")
    asa.picture("hallplats")
    asa.page.get_by_role("link", name="Skriv under").click()
    asa.page.wait_for_url("**/skriv-under/")
    asa.check("learning stop to sign")
    asa.page.get_by_label("Hur många deltog?").fill("7")
    asa.page.get_by_label("Vilka deltog?").fill("Dagpasset och två från natten.")
    asa.page.get_by_label("Vi har inget att säga om frågorna som inte är besvarade").check()
    asa.page.get_by_role("button", name="Skriv under hållplatsen").click()
    asa.page.get_by_text("Underskriven av Åsa Lindqvist").wait_for()
    assert "Natten är svårast." in asa.main()


def test_two_write_the_same_answer_and_both_texts_are_kept(desk: Open) -> None:
    one, other = desk("asa"), desk("asa")
    one.go(OPEN)
    one.page.get_by_role("button", name="Öppna hållplatsen").click()
    one.page.wait_for_url("**/hallplatser/*/")
    other.page.goto(one.page.url)
    one.page.locator(f"{FIRST} textarea").fill("Natten.")
    one.page.locator(FIRST).get_by_text("Sparat kl.").wait_for()
    other.page.locator(f"{FIRST} textarea").fill("Helgen.")
    other.page.locator(FIRST).get_by_text("båda texterna").wait_for()
    other.page.locator(FIRST).get_by_role("button", name="Spara").click()
    other.page.get_by_text("Någon annan hann skriva här").wait_for()
    other.check("learning stop conflict")
    other.page.get_by_role("button", name="Ta med båda").click()
    other.page.wait_for_url("**/hallplatser/*/*")
    assert other.page.locator(f"{FIRST} textarea").input_value() == "Natten.\n\nHelgen."
