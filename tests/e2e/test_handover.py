"""Wilma leaves the housing support: everything passes in one step; and it does not when someone changed a case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
ROOM = "/organisation/overlamning/"
CASES = """
from hjulet.cases import actions
from hjulet.cases.models import Category
from hjulet.core.now import now
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for
at = now()
who = lambda login: actor_for(Person.objects.select_related("principal", "home_unit").get(login=login), at=at)
unit = Unit.objects.select_related("principal").get(code="{unit}")
category = Category.objects.filter(track="{law}", parent__isnull=False).first()
for title in ("{one}", "{two}"):
    told = actions.Report(unit=unit, description="Dosetten var tom.", reported_harm="no")
    case = actions.report(told, actor=who("{reporter}"), at=at)
    actions.perform(case, "receive", actor=who("{manager}"), at=at)
    data = {{"tracks": ["{law}"], "category_id": category.pk, "event_kind": "near-miss", "harm": "none", "severity": 1,
             "likelihood": 1, "misconduct": "no", "care_injury": "no", "title": title}}
    actions.perform(case, "assess", actor=who("{manager}"), at=at, data=data)
    print(case.ref)
"""
CHANGE = """
from hjulet.cases import actions
from hjulet.cases.models import Case
from hjulet.core.now import now
from hjulet.org.models import Person
from hjulet.org.reach import actor_for
person = Person.objects.select_related("principal", "home_unit").get(login="viktor")
who = actor_for(person, at=now())
case = Case.objects.visible_to(who).by_ref("{ref}").get()
actions.perform(case, "investigate", actor=who, at=now())
"""


def start(david: Visitor, leaving: str, successor: str) -> str:
    david.go(ROOM)
    david.check("handovers")
    david.page.click("text=Ny överlämning")
    david.page.fill("#id_vem", leaving)
    david.check("who leaves")
    david.send()
    david.page.fill("#id_successor", successor)
    david.check("start a handover")
    david.send()
    assert "Överlämningen förbereds" in david.main()
    return david.page.url.removeprefix(david.url(""))


@pytest.mark.both
@pytest.mark.capability("ORG-5")
@pytest.mark.capability("NEW-22")
def test_everything_passes_in_one_step(server: Server, desk: Open, phone: Open) -> None:
    told = {"unit": "boendestod", "law": "sol", "manager": "wilma", "reporter": "ronja"}
    first, second = server.ask(CASES.format(one="Tom dosett", two="Missat besök", **told)).split()
    david, wilma, ronja = desk("david"), phone("wilma"), desk("ronja")
    place = start(david, "wilma", "ronja")
    wilma.go(place)
    wilma.page.click("text=Skriv till efterträdaren")
    wilma.check("words for the successor")
    wilma.page.fill("#id_first", "Träffa gruppen på måndag.")
    wilma.send()
    wilma.page.wait_for_selector("text=Det du skrev är sparat.")
    assert "Träffa gruppen på måndag." in wilma.main()
    wilma.check("a handover, prepared")
    ronja.go(place)
    assert "Träffa gruppen på måndag." in ronja.main()
    ronja.go(f"{place}underlag/arenden/")
    assert first not in ronja.main()
    david.go(f"{place}fordela/")
    david.check("sharing out")
    david.page.locator("tr", has_text=second).locator("input[type=checkbox]").check()
    david.pick("where", "to")
    david.page.fill("#id_to", "bo")
    david.send()
    assert "1 rad är ändrad." in david.main()
    wilma.go(f"/arenden/{first}/")
    david.go(f"{place}genomfor/")
    david.check("carrying out")
    david.send()
    assert "Kvitto på överlämning" in david.main()
    david.check("a receipt")
    wilma.go(f"/arenden/{first}/", status=404)
    ronja.go(place)
    ronja.send()
    assert "Ronja Lövgren bekräftade" in ronja.main()
    assert first in ronja.main()
    assert second in ronja.main() and "Bo Hedman" in ronja.main()  # she leads the unit now, and sees who has it
    ronja.go(f"/arenden/{first}/")
    ronja.picture("overlamning-kvitto")


@pytest.mark.capability("ORG-5")
def test_a_case_that_someone_changed_stops_it_and_so_does_the_wall(server: Server, desk: Open) -> None:
    told = {"unit": "granen", "law": "lss", "manager": "viktor", "reporter": "mats"}
    first, second = server.ask(CASES.format(one="Fel dos", two="Dörr öppen", **told)).split()
    david, viktor = desk("david"), desk("viktor")
    place = start(david, "viktor", "mats")
    david.go(f"{place}fordela/")
    david.page.locator("tr", has_text=first).locator("input[type=checkbox]").check()
    david.pick("where", "to")
    david.page.fill("#id_to", "fatima")
    david.send()
    assert f"{first}: Personen arbetar med en annan lag" in david.main()
    david.check("sharing out, refused")
    david.go(f"{place}genomfor/")
    server.ask(CHANGE.format(ref=second))
    david.send()
    assert f"Ändrat av någon annan: {second}" in david.main()
    david.check("carrying out, changed meanwhile")
    viktor.go(f"/arenden/{first}/")
    david.send()
    assert "Kvitto på överlämning" in david.main()
    viktor.go(f"/arenden/{first}/", status=404)
