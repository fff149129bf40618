"""The drawing tool in a real browser, on a page of its own that has the real files and the real rules (CSP)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Dialog, Route, expect

from tests.e2e.conftest import DESK, PHONE, ROOT, Server, Visitor
from tests.e2e.drawings import GONE, LOST, NAMESPACES, OURS, Map, attributes, bounds, drawing, library_words, uncovered

pytestmark = [pytest.mark.e2e, pytest.mark.capability("PRO-2")]
Open = Callable[..., Visitor]
Shown = Callable[..., Map]

TOOL = ROOT / "src" / "hjulet" / "shell" / "modeler"
PAGE = """
from django.template import engines

source = '''{% extends "shell/base.html" %}{% block title %}Prov{% endblock %}{% block content %}<div class="wrap"><h1>Prov</h1>
<div data-island="modeler" data-load="/prov/karta/" data-save="/prov/spara/" data-owner="asa:TIME" data-name="fall"
 data-login="/prov/"><input type="hidden" name="csrfmiddlewaretoken" value="prov-csrf"><p data-without>Utan skript.</p></div>
<p><a href="/hjalp/" id="bort">Bort</a></p></div>{% endblock %}'''
print(engines["django"].from_string(source).render({}))
"""


@pytest.fixture(scope="module")
def html(server: Server) -> str:
    return server.ask(PAGE)


@pytest.fixture
def shown(visit: Open, html: str) -> Shown:
    def opened(xml: str = "", device: dict[str, Any] = DESK, *, lang: str = "sv", wait: bool = True) -> Map:
        one = visit(device)
        rules = one.go("/hjalp/").headers["content-security-policy"]
        it = Map(one, xml or drawing())
        headers = {"Content-Security-Policy": rules, "Content-Type": "text/html; charset=utf-8"}
        body = html.replace('<html lang="sv">', f'<html lang="{lang}">')
        times = count()  # the owner's token is signed anew for each page

        def page(route: Route) -> None:
            route.fulfill(status=200, headers=headers, body=body.replace("asa:TIME", f"asa:{next(times)}:x"))

        one.page.route("**/prov/", page)
        one.page.route(re.compile("/prov/.+"), it.answer)
        return it.open() if wait else it

    return opened


def test_without_script_the_page_says_so(shown: Shown) -> None:
    it = shown(device={**DESK, "java_script_enabled": False}, wait=False)
    it.one.go("/prov/")
    assert "Utan skript." in it.page.locator("main").inner_text()


def test_it_is_clean_at_every_width_and_the_logo_is_never_covered(shown: Shown) -> None:
    for device in (DESK, PHONE):
        it = shown(device=device)
        assert uncovered(it.page)
        it.one.check("modeler")
        it.step("Hjalp").click()
        it.page.wait_for_selector(".djs-context-pad.open")
        it.one.check("modeler with a step chosen")
        it.one.picture("rita-mobil" if device is PHONE else "rita")
        assert uncovered(it.page)
        it.page.locator(".bjs-powered-by").click()
        assert it.page.locator(".bjs-powered-by-lightbox").is_visible()


def test_what_is_drawn_is_saved_a_moment_later(shown: Shown) -> None:
    it = shown()
    it.add("create.task", "Hjalp", 330, 0, name="Ring anhöriga")
    it.said("Sparat kl.")
    assert "Ring anhöriga" in it.saved()
    assert (it.sent[0]["revision"], it.sent[0]["csrfmiddlewaretoken"]) == ("1", "prov-csrf")
    assert re.fullmatch(r"Sparat kl\. \d\d\.\d\d", it.page.locator("[data-savestate]").inner_text())
    it.move("Bedom", 60, 20)
    xml = it.saved(2)
    assert it.sent[1]["revision"] == "2" and it.kept() == []
    place = re.search(r'bpmnElement="Bedom".*?<dc:Bounds x="(\d+)" y="(\d+)"', xml, re.S)
    assert place and int(place[1]) > 480 and int(place[2]) > 260


def test_undo_and_redo_by_key_and_by_button(shown: Shown) -> None:
    it = shown()
    undo, redo = (it.page.locator(f"[data-command={name}]") for name in ("undo", "redo"))
    expect(undo).to_have_attribute("aria-disabled", "true")
    it.step("Hjalp").click()
    it.page.keyboard.press("Delete")
    expect(it.step("Hjalp")).to_have_count(0)
    it.page.keyboard.press("Control+z")
    expect(it.step("Hjalp")).to_have_count(1)
    redo.click()
    expect(it.step("Hjalp")).to_have_count(0)
    expect(redo).to_have_attribute("aria-disabled", "true")
    it.page.keyboard.press("Control+z")  # from the button, not from the drawing
    expect(it.step("Hjalp")).to_have_count(1)
    expect(undo).to_have_attribute("aria-disabled", "true")
    assert 'name="Hjälp upp"' in it.saved()


def test_nothing_is_sent_when_nothing_has_changed(shown: Shown) -> None:
    it = shown()
    it.step("Hjalp").click()
    for command in ("in", "out", "fit"):
        it.page.locator(f"[data-command={command}]").click()
    it.page.wait_for_timeout(2600)
    assert it.sent == [] and it.kept() == []


def test_zoom_and_full_screen(shown: Shown) -> None:
    it = shown()

    def width() -> float:
        box = it.step("Hjalp").locator(".djs-visual").bounding_box()
        assert box is not None
        return box["width"]

    before = width()
    it.page.locator("[data-command=in]").click()
    assert width() > before * 1.2
    it.page.locator("[data-command=fit]").click()
    assert abs(width() - before) < 1
    full = it.page.locator("[data-command=full]")
    full.click()
    expect(full).to_have_text("Lämna helskärm")
    assert it.page.evaluate("document.querySelector('.modeler').getBoundingClientRect().width === innerWidth")
    assert uncovered(it.page)
    full.click()
    expect(full).to_have_text("Helskärm")


@pytest.mark.parametrize("sort", ["user", "subprocess"])
def test_our_facts_and_other_tools_words_stay_also_when_a_step_changes_sort(shown: Shown, sort: str) -> None:
    it = shown(drawing(first="Någon har fallit\r\neller ropar"))
    it.step("Hjalp").click()
    it.page.locator(".djs-context-pad [data-action=replace]").click()
    it.page.locator(
        f".djs-popup .entry[data-id=replace-with-{'user-task' if sort == 'user' else 'collapsed-subprocess'}]"
    ).click()
    xml = it.saved()
    tag = attributes(xml, "Hjalp")
    assert tag.startswith("<bpmn:userTask" if sort == "user" else "<bpmn:subProcess")
    assert OURS in tag and 'annat:kod="F12"' in tag
    assert '<annat:rad nr="1">Två går bättre</annat:rad>' in xml
    assert 'name="Någon har fallit&#13;&#10;eller ropar"' in xml


def test_a_copy_has_the_facts_too(shown: Shown) -> None:
    it = shown()
    it.step("Hjalp").click()
    it.page.keyboard.press("Control+c")
    x, y = it.middle("Hjalp")
    it.page.keyboard.press("Control+v")
    it.page.mouse.move(x + 300, y - 4)
    it.page.mouse.move(x + 304, y)
    it.page.mouse.click(x + 304, y)
    xml = it.saved()
    assert xml.count('hjulet:purpose="Ingen ska ligga kvar"') == xml.count("Två går bättre</annat:rad>") == 2


def test_every_word_of_the_library_has_a_swedish_one() -> None:
    table = json.loads((TOOL / "sv.json").read_text())
    words = library_words()
    assert len(words) > 120
    assert sorted(words - set(table)) == []
    assert [key for key, value in table.items() if not value or value == key] == []
    assert [key for key, value in table.items() if re.findall(r"{\w+}", key) != re.findall(r"{\w+}", value)] == []


SAID = """[...document.querySelectorAll(".djs-container [title], .djs-container [aria-label], .djs-popup li, .djs-popup-title")]
 .filter(one => !one.matches(".bjs-powered-by, .djs-popup-title ~ *")).flatMap(one => [one.title, one.getAttribute("aria-label"), one.textContent])
 .map(text => (text ?? "").trim()).filter(text => text && text.length < 60)"""


def test_the_tool_speaks_swedish(shown: Shown) -> None:
    it = shown()
    palette = it.page.locator(".djs-palette .entry[aria-label]")
    assert palette.first.get_attribute("aria-label") == "Flytta hela bilden"
    said = set(it.page.evaluate(SAID))
    for key in ("Start", "Hjalp", "Slut"):
        it.page.keyboard.press("Escape")
        it.step(key).click()
        said |= set(it.page.evaluate(SAID))
        it.page.locator(".djs-context-pad [data-action=replace]").click()
        it.page.wait_for_selector(".djs-popup")
        said |= set(it.page.evaluate(SAID))
        it.page.keyboard.press("Escape")
    it.step("Hjalp").click()
    it.step("Bedom").click(modifiers=["Shift"])
    it.page.locator(".djs-context-pad [data-action=align-elements]").click()
    it.page.get_by_role("listbox", name="Välj").wait_for()
    said |= set(it.page.evaluate(SAID))
    it.page.keyboard.press("Escape")
    it.page.keyboard.press("Control+f")
    said |= set(it.page.evaluate(SAID))
    assert {"Lägg till steg", "Byt sort", "Ta bort", "Steg för hand", "Rada upp åt vänster", "Sök i bilden"} <= said
    assert said & library_words() == set()


def test_the_tool_speaks_english_on_an_english_page(shown: Shown) -> None:
    it = shown(lang="en")
    assert it.page.locator(".djs-palette .entry[aria-label]").first.get_attribute("aria-label") == "Activate hand tool"
    assert it.page.locator("[data-command=undo]").inner_text() == "Undo"
    it.move("Bedom", 40, 0)
    it.said("Saved at")


def test_without_a_network_it_is_kept_here_and_sent_when_it_is_back(shown: Shown) -> None:
    it = shown()
    it.says = GONE
    it.one.context.set_offline(True)
    it.add("create.task", "Hjalp", 330, 0, name="Ring anhöriga")
    it.said("Inte sparat: ingen kontakt.")
    (kept,) = it.kept()
    assert "Ring anhöriga" in kept["xml"] and kept["revision"] == 1 and it.sent == []
    it.says = 200
    it.one.context.set_offline(False)
    assert "Ring anhöriga" in it.saved()
    expect(it.page.locator(".modeler-trouble")).to_be_empty()
    assert it.kept() == []


def test_a_page_that_was_closed_without_a_network_has_it_when_it_is_opened_again(shown: Shown) -> None:
    it = shown()
    it.says = GONE
    it.add("create.task", "Hjalp", 330, 0, name="Ring anhöriga")
    it.said("Inte sparat: ingen kontakt.")
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    it.page.on("dialog", answer)
    it.one.go("/hjalp/")
    assert asked == ["beforeunload"]
    it.says = 200
    it.open()
    it.said("hann inte sparas. Nu är det här igen.")
    assert "Ring anhöriga" in it.saved() and it.kept() == []


def test_who_leaves_at_once_has_it_saved(shown: Shown) -> None:
    it = shown()
    it.add("create.task", "Hjalp", 330, 0)
    it.page.keyboard.type("Ring anhöriga")  # and the cursor is still in the text
    it.page.locator("#bort").click()
    it.page.wait_for_url("**/hjalp/")
    assert len(it.sent) == 1 and "Ring anhöriga" in it.sent[0]["xml"]


def test_who_was_logged_out_gets_it_back_after_logging_in(shown: Shown) -> None:
    it = shown()
    it.says = 401
    it.move("Bedom", 60, 0)
    trouble = it.page.locator(".modeler-trouble [class~=notice]")
    expect(trouble).to_contain_text("Du har loggats ut. Det du har ritat finns kvar på den här enheten.")
    it.one.check("modeler logged out")
    it.page.locator("[data-command=fit]").click()
    it.move("Hjalp", 20, 0)
    it.page.wait_for_timeout(2600)
    assert len(it.sent) == 1 and len(it.kept()) == 1  # it waits for the login
    it.says = 200
    trouble.get_by_role("link", name="Logga in").click()
    it.page.wait_for_selector("[data-ready]")
    assert 'bpmnElement="Hjalp"' in it.saved(2) and it.sent[0]["xml"] != it.sent[1]["xml"]


def test_when_someone_else_has_saved_one_chooses(shown: Shown) -> None:
    it = shown()
    theirs = drawing(first="Monas ord")
    it.add("create.task", "Hjalp", 330, 0, name="Åsas steg")
    it.xml, it.revision = theirs, 2
    trouble = it.page.locator(".modeler-trouble .notice")
    expect(trouble).to_contain_text("Mona sparade kl. 9.58.")
    it.said("Inte sparat.")
    it.one.check("modeler conflict")
    with it.page.expect_download() as file:
        trouble.get_by_role("button", name="Spara min som ny fil").click()
    assert file.value.suggested_filename == "fall.bpmn"
    assert "Åsas steg" in file.value.path().read_text()
    it.open()  # the choice is still there when the page is
    expect(trouble).to_contain_text("Någon annan har sparat bilden sedan du öppnade den.")
    assert it.page.locator(".djs-container", has_text="Åsas steg").count() == 1
    trouble.get_by_role("button", name="Ladda om och se deras").click()
    expect(it.page.locator(".djs-container", has_text="Monas ord")).to_have_count(1)
    assert it.kept() == [] and len(it.sent) == 1
    expect(trouble).to_have_count(0)


def test_an_answer_that_was_lost_is_no_conflict(shown: Shown) -> None:
    it = shown()
    it.says = LOST
    it.move("Bedom", 60, 0)
    it.said("Inte sparat: ingen kontakt.")
    it.page.evaluate("dispatchEvent(new Event('online'))")
    it.saved(2)
    assert it.sent[0]["xml"] == it.sent[1]["xml"] == it.xml and it.kept() == []
    it.move("Bedom", 20, 0)
    it.saved(3)
    expect(it.page.locator(".modeler-trouble")).to_be_empty()


def test_what_is_refused_is_told_and_tried_again_at_the_next_change(shown: Shown) -> None:
    it = shown()
    it.says = 422
    it.move("Bedom", 60, 0)
    trouble = it.page.locator(".modeler-trouble .notice")
    expect(trouble).to_contain_text("Mona sparade kl. 9.58.")
    it.says = 200
    it.page.wait_for_timeout(2600)
    assert len(it.sent) == 1 and len(it.kept()) == 1
    it.move("Bedom", 20, 0)
    it.saved(2)
    expect(trouble).to_have_count(0)


def test_a_file_that_cannot_be_drawn_is_left_as_it_is(shown: Shown) -> None:
    it = shown(
        f'<bpmn:definitions {NAMESPACES} id="A" targetNamespace="urn:prov"><bpmn:process id="B"/></bpmn:definitions>',
        wait=False,
    )
    it.one.go("/prov/")
    trouble = it.page.locator(".modeler-trouble .notice")
    expect(trouble).to_contain_text("Bilden går inte att öppna i ritverktyget. Filen är oförändrad.")
    with it.page.expect_download() as file:
        trouble.get_by_role("button", name="Spara filen som den är").click()
    assert file.value.path().read_text() == it.xml
    it.one.check("modeler unreadable")
    assert it.sent == []


def test_what_the_tool_does_not_understand_is_told_before_it_is_lost(shown: Shown) -> None:
    it = shown(
        drawing(
            more='<bpmn:sequenceFlow id="Ingenstans" sourceRef="Hjalp" targetRef="Finns_inte"/><bpmn:nyhet id="N"/>'
        )
    )
    expect(it.page.locator(".modeler-trouble .notice")).to_contain_text("Ritverktyget förstår inte allt i filen.")
    it = shown(drawing(more='<bpmn:task id="Osynlig" name="Har ingen plats i bilden"/>'))
    expect(it.page.locator(".modeler-trouble")).to_be_empty()
    it.move("Bedom", 60, 0)
    assert "Har ingen plats i bilden" in it.saved()  # not drawn, and not lost
    plain = shown(drawing().replace('encoding="UTF-8"', 'encoding="ISO-8859-1"'))  # it is text already
    expect(plain.page.locator(".modeler-trouble")).to_be_empty()


INPUT = '<bpmn:ioSpecification id="Io"><bpmn:dataInput id="Journal" name="Journal"/></bpmn:ioSpecification>'


def test_a_change_that_the_library_cannot_make_spoils_nothing(shown: Shown) -> None:
    """bpmn-js 18.31.1 breaks off half-way when a process's data input is taken away."""
    shape = f'<bpmndi:BPMNShape id="J_di" bpmnElement="Journal">{bounds(600, 90, 36, 50)}</bpmndi:BPMNShape></bpmndi:BPMNPlane>'
    it = shown(drawing().replace("<bpmn:laneSet", f"{INPUT}<bpmn:laneSet").replace("</bpmndi:BPMNPlane>", shape))
    it.says = GONE
    it.move("Bedom", 60, 0)
    it.said("Inte sparat: ingen kontakt.")
    before = it.kept()
    it.says = 200
    it.step("Journal").click()
    it.page.keyboard.press("Delete")
    trouble = it.page.locator(".modeler-trouble .notice")
    expect(trouble).to_contain_text("Ritverktyget klarade inte den ändringen.")
    assert it.one.trouble
    it.one.trouble.clear()
    it.page.evaluate("dispatchEvent(new Event('online'))")
    it.page.wait_for_timeout(2600)
    assert it.sent == [] and it.kept() == before
    trouble.get_by_role("button", name="Ladda om").click()
    it.page.wait_for_selector("[data-ready]")
    xml = it.saved()
    assert 'bpmnElement="Journal"' in xml and '<dc:Bounds x="510" y="260"' in xml


def test_when_it_cannot_be_fetched_one_tries_again(shown: Shown) -> None:
    it = shown(wait=False)
    it.says = GONE
    it.one.go("/prov/")
    again = it.page.get_by_role("button", name="Försök igen")
    again.wait_for()
    it.says = 200
    again.click()
    it.page.wait_for_selector("[data-ready]")
    expect(it.page.locator(".modeler-trouble")).to_be_empty()


def test_a_finger_moves_the_drawing_and_two_zoom(shown: Shown) -> None:
    it = shown(device=PHONE)
    x, y = it.middle("Hjalp")
    touch = it.one.context.new_cdp_session(it.page)

    def fingers(kind: str, *places: tuple[float, float]) -> None:
        points = [{"x": left, "y": top, "id": place} for place, (left, top) in enumerate(places)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", (x, y + 150))
    for far in (10, 20, 30, 40):
        fingers("touchMove", (x + far, y + 150))
    fingers("touchEnd")
    moved = it.middle("Hjalp")
    assert 30 < moved[0] - x < 50 and it.sent == []
    before = it.step("Hjalp").locator(".djs-visual").bounding_box()
    fingers("touchStart", (100, y + 150), (200, y + 150))
    for far in (10, 20, 30):
        fingers("touchMove", (100 - far, y + 150), (200 + far, y + 150))
    fingers("touchEnd")
    after = it.step("Hjalp").locator(".djs-visual").bounding_box()
    assert before and after and after["width"] > before["width"] * 1.4
