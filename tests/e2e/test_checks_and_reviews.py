"""A self-check planned from a list of one's own, units compared, and an internal review from its plan to the answer."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
A_YEAR = """
from hjulet.core.now import now
from hjulet.checks.models import SelfCheck
from hjulet.internal_reviews.models import Visit
from hjulet.org.models import Person, Principal, Unit
from hjulet.org.reach import actor_for
from hjulet.setups.checks import fill_checks
from hjulet.setups.internal_reviews import fill_reviews
main = Principal.objects.get(code='lovdala')
units = {unit.code: unit for unit in Unit.objects.of(main.pk)}
people = {one.login: one for one in Person.objects.select_related('principal', 'home_unit')}
actor = lambda login, at: actor_for(people[login], at=at)
if not SelfCheck.objects.exists():
    fill_checks(units, actor, now())
if not Visit.objects.exists():
    fill_reviews(main, units, actor, now())
"""
pytestmark = pytest.mark.e2e


@pytest.fixture(autouse=True, scope="module")
def a_year(server: Server) -> None:
    """The demo's year, which the other tests do not know of."""
    server.ask(A_YEAR)


@pytest.mark.capability("CHK-1")
@pytest.mark.capability("CHK-2")
def test_a_list_of_ones_own_is_planned_for_the_year(desk: Open, phone: Open) -> None:
    mona = desk("mona")
    mona.go("/egenkontroll/checklistor/ny/?enhet=forvaltningen")
    mona.check("checklist new")
    mona.page.locator("form", has_text="Läkemedelshantering").get_by_role("button", name="Använd").click()
    mona.page.wait_for_url("**/andra/**")
    mona.check("checklist editor")
    mona.page.get_by_role("button", name="Publicera").click()
    mona.page.wait_for_load_state()
    mona.check("checklist")
    mona.go("/egenkontroll/plan/ny/?enhet=forvaltningen&ar=2026")
    mona.page.get_by_role("button", name="Planera").click()
    mona.page.wait_for_load_state()
    mona.check("check plan with a fault")
    assert "Planera en egenkontroll" in mona.main()
    mona.page.get_by_label("Vilken checklista?").select_option(label="Läkemedelshantering")
    mona.page.get_by_label("Varje månad").check()
    mona.page.get_by_label("Varje enhet under").check()
    mona.page.get_by_role("button", name="Planera").click()
    mona.page.wait_for_load_state()
    assert "Läkemedelshantering" in mona.main()
    mona.check("check")
    mona.go("/egenkontroll/jamfor/")
    mona.check("checks compared")
    mona.picture("egenkontroll-jamfor")
    small = phone("mona")
    for path in ("/egenkontroll/plan/?enhet=forvaltningen", "/egenkontroll/checklistor/", "/egenkontroll/jamfor/"):
        small.go(path)
        small.check(f"phone {path}")


@pytest.mark.capability("CHK-3")
@pytest.mark.capability("NEW-13")
def test_a_plan_says_which_rules_collide_and_an_unannounced_visit_is_unseen(desk: Open, phone: Open) -> None:
    fatima = desk("fatima")
    fatima.go("/granskningar/")
    hidden = [link.get_attribute("href") for link in fatima.page.locator("main tbody a").all()][-1]
    assert hidden and "Oanmält" in fatima.main()
    fatima.check("reviews of the year")
    fatima.go("/granskningar/plan/?ar=2027")
    assert "Reglerna går inte ihop" in fatima.main()
    fatima.page.get_by_role("link", name="Se planen med").first.click()
    fatima.page.wait_for_load_state()
    fatima.check("review plan")
    for path in ("/granskningar/regler/", "/granskningar/jamfor/", "/granskningar/fler-enheter/", hidden):
        fatima.go(path)
        fatima.check(f"reviews {path}")
    fatima.go(hidden + "protokoll/")
    fatima.check("review protocol")
    asa = phone("asa")
    asa.go(hidden, status=404)
    asa.go("/granskningar/")
    asa.check("reviews on a phone")
    told = asa.page.locator("main tbody a", has_text="Ekbacken").first
    told.click()
    asa.page.wait_for_load_state()
    asa.check("review of Ekbacken on a phone")
    assert "Resultat" in asa.main()
