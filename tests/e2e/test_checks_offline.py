"""A self-check where there is no coverage: it is there in the evening, once, whatever happened to the phone meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page

from tests.e2e.conftest import PHONE, Server, Visitor

Open = Callable[..., Visitor]
pytestmark = [pytest.mark.e2e, pytest.mark.capability("CHK-6")]
MAKE = """
from hjulet.org.models import Person
from tests.checks.answering_world import make_round
print(make_round(Person.objects.get(login='juno').home_unit).pk)
"""
COUNT = """
import json
from hjulet.checks.models import Answer, Evidence, Round
from hjulet.core.models import Event
rows = Answer.objects.filter(round_id={pk}).order_by('question')
sent = Event.objects.filter(verb='selfcheck.sent', object_id={pk}).count()
print(json.dumps({{'answers': [[r.question, None if r.points is None else int(r.points), r.note, r.version] for r in rows],
 'photos': Evidence.objects.filter(round_id={pk}).count(), 'state': Round.objects.get(pk={pk}).state, 'sent': sent}}))
"""
PHOTO = """async () => { const c = document.createElement("canvas"); c.width = 2400; c.height = 1800;
 c.getContext("2d").fillRect(0, 0, 900, 900);
 const blob = await new Promise(done => c.toBlob(done, "image/jpeg"));
 return [...new Uint8Array(await blob.arrayBuffer())]; }"""
ON_DEVICE = """async () => { const found = {databases: 0, pages: [], marks: localStorage.getItem("hjulet-kept-for")};
 for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) found.pages.push(new URL(one.url).pathname);
 if (!(await indexedDB.databases()).some(one => one.name === "hjulet-egenkontroll")) return found;
 const database = await new Promise(done => { const asked = indexedDB.open("hjulet-egenkontroll"); asked.onsuccess = () => done(asked.result); });
 const count = store => new Promise(done => { const asked = database.transaction(store).objectStore(store).getAll(); asked.onsuccess = () => done(asked.result); });
 found.kept = (await count("kept")).length; found.keys = (await count("keys")).length; found.text = JSON.stringify(await count("kept"));
 database.close(); return found; }"""

AGED = """async path => { const name = (await caches.keys())[0], cache = await caches.open(name), old = await cache.match(path, {ignoreVary: true});
 const headers = new Headers(old.headers); headers.set("X-Kept-At", Date.now() - 25 * 3600 * 1000);
 await cache.put(path, new Response(await old.blob(), {headers})); }"""


def fill_in_path(pk: int) -> str:
    return f"/egenkontroll/omgang/{pk}/fyll-i/"


def made(server: Server) -> int:
    return int(server.ask(MAKE))


def on_server(server: Server, pk: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(server.ask(COUNT.format(pk=pk)))
    return found


def ready(page: Page) -> None:
    page.locator("form[data-ready]").wait_for()


def told(page: Page, words: str) -> None:
    page.locator("[data-kept-status]", has_text=words).wait_for()


def open_check(who: Visitor, pk: int) -> Page:
    who.go(fill_in_path(pk))
    ready(who.page)
    who.page.locator("form[data-kept]").wait_for()  # put away, so that it opens without a network
    return who.page


def choose(page: Page, code: str, value: str) -> None:
    page.locator(f'input[name="points-{code}"][value="{value}"]').check()


@pytest.mark.both
def test_filled_in_without_coverage_and_there_in_the_evening(server: Server, phone: Open) -> None:
    pk = made(server)
    juno = phone("juno")
    page = open_check(juno, pk)
    juno.check("check to fill in")
    juno.context.set_offline(True)
    choose(page, "kvall-1", "0")
    told(page, "Ingen täckning")
    page.fill("#f-kvall-1", "Köket stänger klockan 18.")
    page.locator("#q-kvall-1 summary").click()
    page.fill("#n-kvall-1", "Kylen var tom.")
    picture = bytes(page.evaluate(PHOTO))
    page.set_input_files("#p-kvall-1", {"name": "kylen.jpg", "mimeType": "image/jpeg", "buffer": picture})
    page.locator("[data-photos] canvas").wait_for()
    choose(page, "kvall-2", "2")
    choose(page, "miljo-1", "na")
    page.locator("[data-count]", has_text="3/3").wait_for()
    told(page, "4 väntar")
    juno.check("check without coverage")
    juno.picture("egenkontroll-telefon", whole=True)
    # what lies there is locked, and nothing else has been put away
    device = page.evaluate(ON_DEVICE)
    assert device["kept"] == 4 and "Kylen" not in device["text"]
    assert [path for path in device["pages"] if not path.startswith("/static/")] == [fill_in_path(pk)]
    page.close()
    assert on_server(server, pk)["answers"] == []

    page = juno.page = juno.context.new_page()  # the tab died; there is still no coverage
    page.goto(server.url + fill_in_path(pk))
    ready(page)
    assert page.input_value("#n-kvall-1") == "Kylen var tom." and page.is_checked("#a-kvall-2-2")
    assert page.input_value("#f-kvall-1") == "Köket stänger klockan 18."
    page.locator("[data-photos] canvas").wait_for()
    page.get_by_role("button", name="Skicka in egenkontrollen").click()
    told(page, "skickas in då")
    other = juno.context.new_page()  # a second tab of the same check
    other.goto(server.url + fill_in_path(pk))
    ready(other)
    juno.context.set_offline(False)
    page.evaluate("dispatchEvent(new Event('online'))")
    other.evaluate("dispatchEvent(new Event('online'))")
    for one in (page, other):
        one.wait_for_url(lambda url: not url.endswith("fyll-i/"), timeout=30_000)
    other.close()
    found = on_server(server, pk)
    assert [(code, points) for code, points, *_rest in found["answers"]] == [
        ("kvall-1", 0),
        ("kvall-2", 2),
        ("miljo-1", None),
    ]
    assert found["answers"][0][2] == "Kylen var tom." and {row[3] for row in found["answers"]} == {1}
    assert (found["photos"], found["state"], found["sent"]) == (1, "sent", 1)


@pytest.mark.both
def test_a_lost_session_another_person_and_a_logout(server: Server, phone: Open, visit: Open) -> None:
    pk = made(server)
    juno = phone("juno")
    page = open_check(juno, pk)
    juno.context.clear_cookies(name="hjulet_session")
    choose(page, "kvall-1", "1")
    told(page, "Du har loggats ut. Allt ligger kvar")
    # someone else at the same phone reads nothing and sends nothing
    cilla = juno
    cilla.login("cilla")
    page.wait_for_function("() => localStorage.getItem('hjulet-kept-for') === null")
    until = time.monotonic() + 10
    while page.evaluate(ON_DEVICE)["keys"] and time.monotonic() < until:
        page.wait_for_timeout(100)
    device = page.evaluate(ON_DEVICE)
    assert (device["kept"], device["keys"], device["pages"]) == (1, 0, [])
    assert on_server(server, pk)["answers"] == []
    juno.context.clear_cookies(name="hjulet_session")
    juno.go(fill_in_path(pk))  # leads to the login page, and back
    juno.login_here("juno")
    ready(page)
    assert page.is_checked("#a-kvall-1-1")
    told(page, "Allt är sparat")
    assert on_server(server, pk)["answers"] == [["kvall-1", 1, "", 1]]
    # two people at two phones: the second is told, and keeps hers
    asa = visit(PHONE, "asa")
    open_check(asa, pk)
    choose(asa.page, "kvall-1", "2")
    told(asa.page, "Allt är sparat")
    choose(page, "kvall-1", "0")
    page.locator("[data-note] .notice", has_text="svarade 2").wait_for()
    assert page.is_checked("#a-kvall-1-0")
    juno.check("check with a conflict")
    juno.picture("egenkontroll-tva-svar", whole=True)
    page.get_by_role("button", name="Behåll mitt svar").click()
    told(page, "Allt är sparat")
    assert on_server(server, pk)["answers"][0][1] == 0
    # a deviation in the same breath, and back to the same question
    page.locator("#q-kvall-1").get_by_role("button", name="Gör en avvikelse").click()
    page.wait_for_url("**/rapportera/?fran=**")
    assert "Serveras ett kvällsmål" in page.input_value("#id_description")
    juno.pick("when", "now")
    juno.pick("reported_harm", "no")
    juno.send_button.click()
    page.wait_for_url("**/rapportera/tack/**")
    page.get_by_role("link", name="Tillbaka till egenkontrollen").click()
    page.wait_for_url("**#q-kvall-1")
    assert "är gjord" in page.locator("#q-kvall-1").inner_text()
    # a logout leaves nothing on the device
    juno.go("/")
    page.click("details.menu > summary")
    page.locator("details.menu").get_by_role("button", name="Logga ut").click()
    page.wait_for_url("**/konto/utloggad/")
    device = page.evaluate(ON_DEVICE)
    assert device.get("kept", 0) == 0 and device.get("keys", 0) == 0
    assert device["pages"] == [] and device["marks"] is None


@pytest.mark.both
def test_what_did_not_come_along_is_shown_and_a_page_grows_old(server: Server, phone: Open, visit: Open) -> None:
    pk = made(server)
    juno, asa = phone("juno"), visit(PHONE, "asa")
    page = open_check(juno, pk)
    juno.context.set_offline(True)
    choose(page, "kvall-2", "0")
    page.locator("#q-kvall-2 summary").click()
    page.fill("#n-kvall-2", "Nattfastan var tretton timmar.")
    told(page, "1 väntar")
    page.close()
    open_check(asa, pk)
    for code in ("kvall-1", "kvall-2", "miljo-1"):
        choose(asa.page, code, "2")
    asa.page.get_by_role("button", name="Skicka in egenkontrollen").click()
    asa.page.wait_for_url("**/inskickad/")
    asa.check("check that is sent")
    asa.picture("egenkontroll-inskickad", whole=True)
    # a copy that is more than a day old is not shown
    page = juno.page = juno.context.new_page()
    juno.listen(page)
    page.goto(server.url + fill_in_path(pk))
    ready(page)
    page.evaluate(AGED, fill_in_path(pk))
    with pytest.raises(PlaywrightError, match="ERR_INTERNET_DISCONNECTED|ERR_FAILED"):
        page.goto(server.url + fill_in_path(pk))
    page.close()  # the browser's own page about it tries again by itself
    page = juno.page = juno.context.new_page()
    juno.context.set_offline(False)
    page.goto(server.url + fill_in_path(pk))
    page.wait_for_url("**/inskickad/")
    page.locator("h2", has_text="Det här kom inte med").wait_for()
    page.get_by_text("Nattfastan var tretton timmar.").wait_for()
    juno.check("what did not come along")
    assert page.evaluate(ON_DEVICE)["kept"] == 1
    page.get_by_role("button", name="Ta bort från telefonen").click()
    page.locator("[data-island=check-left]").wait_for(state="hidden")
    device = page.evaluate(ON_DEVICE)
    assert device["kept"] == 0 and fill_in_path(pk) not in device["pages"]
    assert {row[1] for row in on_server(server, pk)["answers"]} == {2}
