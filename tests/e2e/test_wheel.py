"""A unit's year in the browser: the wheel by keyboard, an answer on a phone, and next year planned from this one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
A_YEAR = """
from hjulet.core.now import now
from hjulet.org.models import Person, Principal, Unit
from hjulet.org.reach import actor_for
from hjulet.setups.wheel import fill_wheel
from hjulet.wheel.models import Plan
main = Principal.objects.get(code='lovdala')
units = {unit.code: unit for unit in Unit.objects.of(main.pk)}
people = {one.login: one for one in Person.objects.select_related('principal', 'home_unit')}
if not Plan.objects.exists():
    fill_wheel(main, units, lambda login, at: actor_for(people[login], at=at), now(), main=True)
"""
pytestmark = [pytest.mark.e2e, pytest.mark.capability("YEAR-1")]


@pytest.fixture(autouse=True, scope="module")
def a_year(server: Server) -> None:
    """The demo's year, which the other tests do not know of."""
    server.ask(A_YEAR)


@pytest.mark.both
def test_the_year_by_keyboard_and_in_three_views(desk: Open) -> None:
    asa = desk("asa")
    asa.go("/arshjul/?enhet=ekbacken")
    asa.check("wheel")
    links = asa.page.locator("svg.yearwheel a")
    assert links.count() == asa.page.locator(".yearlist li").count() > 20
    links.first.focus()
    asa.page.keyboard.press("Tab")
    name = asa.page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert name.startswith("2")
    asa.page.keyboard.press("Enter")
    asa.page.wait_for_url("**/arshjul/*/?enhet=ekbacken")
    asa.check("wheel activity")
    asa.go("/arshjul/?enhet=ekbacken&vy=lista&lage=late")
    assert "Hållplats: risker och händelser" in asa.main()
    asa.check("wheel list")
    asa.go("/arshjul/?enhet=ekbacken&vy=kalender&manad=11")
    assert "November 2026" in asa.main()
    asa.check("wheel month")
    asa.picture("arshjul-manad")
    asa.go("/arshjul/framdrift/?enhet=forvaltningen")
    asa.check("wheel progress")


@pytest.mark.both
def test_a_late_activity_is_answered_on_a_phone(phone: Open) -> None:
    asa = phone("asa")
    asa.go("/arshjul/?enhet=ekbacken")
    asa.check("wheel")
    first = asa.page.locator(".yearlist a").first.bounding_box()
    figure = asa.page.locator("svg.yearwheel").bounding_box()
    assert first and figure and first["y"] < figure["y"]  # the list comes first there
    asa.page.locator(".yearlist a", has_text="Brukarundersökningen").click()
    asa.check("wheel activity")
    asa.page.get_by_role("link", name="Den är klar").click()
    asa.check("wheel done")
    asa.page.fill("#id_link", "ett ställe")
    asa.send()
    assert "Fyll i det här" in asa.main() and asa.page.input_value("#id_link") == "ett ställe"
    asa.page.fill("#id_produced", "Vi läste svaren tillsammans.")
    asa.page.fill("#id_link", "/dokument/")
    asa.send()
    assert "Aktiviteten är klar" in asa.main() and "Vi läste svaren tillsammans." in asa.main()
    asa.page.get_by_role("button", name="Ta tillbaka svaret").click()
    asa.page.wait_for_load_state()
    assert "väntar igen" in asa.main()


@pytest.mark.both
def test_next_year_is_planned_and_decided(desk: Open) -> None:
    mona = desk("mona")
    mona.go("/arshjul/?enhet=sarskilt-boende")
    mona.page.get_by_role("link", name="Planera 2027").click()
    mona.check("wheel next year")
    assert "Chefsdag om natten" in mona.main()
    mona.page.get_by_role("button", name="Spara förslaget för 2027").click()
    mona.page.wait_for_url("**forslag=1")
    mona.check("wheel proposal")
    mona.page.get_by_role("button", name="Lämna till beslut").click()
    mona.page.wait_for_load_state()
    assert "lämnat till beslut" in mona.main() and "Ny aktivitet" not in mona.main()
    mona.check("wheel proposal that waits")
    lars = desk("lars")
    lars.go("/")
    lars.page.get_by_role("link", name="Besluta om årsplanen 2027 för Funktion särskilt boende").click()
    lars.check("wheel proposal to decide")
    lars.page.get_by_role("link", name="Skriv in beslutet").click()
    lars.check("wheel adopt")
    lars.page.fill("#id_decided_by", "")
    lars.send()
    assert "Skriv vem som har beslutat" in lars.main()
    lars.page.fill("#id_decided_by", "Lars Holmgren")
    lars.send()
    assert "Planen för 2027 är beslutad" in lars.main()
    mona.go("/arshjul/ny/?enhet=sarskilt-boende&ar=2027")
    mona.check("wheel new")
    mona.go("/arshjul/mallar/?enhet=hemtjanst&ar=2027")
    mona.check("wheel ready")
    mona.go("/arshjul/prenumerera/")
    mona.page.get_by_role("button", name="Skapa en adress").click()
    mona.page.wait_for_load_state()
    assert "Här är adressen" in mona.main()
    mona.check("wheel feeds")
