"""The editor of rich text in a real browser, on a page of its own that has the real files and the real rules (CSP)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from hjulet.core import richtext
from tests.e2e.conftest import DESK, PHONE, Server, Visitor

pytestmark = [pytest.mark.e2e, pytest.mark.capability("DOC-2")]
Open = Callable[..., Visitor]

PAGE = """
from django import forms
from django.template import engines
from hjulet.core.fields import RichText

class Write(forms.Form):
    body = RichText(label="Rutinens text", help_text="Skriv kort.")

form = Write(initial={"body": "<h2>Syfte</h2><p>Alla ska veta.</p><table><caption>Tider</caption><thead><tr><th>Steg</th><th>Tid</th></tr></thead><tbody><tr><td>1</td><td>14 dagar</td></tr></tbody></table>"})
source = '''{% extends "shell/base.html" %}{% block title %}Prov{% endblock %}{% block content %}<div class="wrap"><h1>Prov</h1>
<form method="post" action="/prov/">{% include "shell/components/editor.html" with field=form.body %}
<button class="btn btn-primary" type="submit">Spara</button></form></div>{% endblock %}'''
print(engines["django"].from_string(source).render({"form": form}))
"""


@pytest.fixture(scope="module")
def html(server: Server) -> str:
    return server.ask(PAGE)


@pytest.fixture
def on_page(visit: Open, html: str) -> Callable[..., Visitor]:
    def opened(device: dict[str, Any] = DESK) -> Visitor:
        one = visit(device)
        rules = one.go("/hjalp/").headers["content-security-policy"]

        def answer(route: Route) -> None:
            headers = {"Content-Security-Policy": rules, "Content-Type": "text/html; charset=utf-8"}
            route.fulfill(status=200, headers=headers, body=html)

        one.page.route("**/prov/", answer)
        one.go("/prov/")
        if device.get("java_script_enabled", True):
            one.page.wait_for_selector(".editor .rich")
        return one

    return opened


def kept(page: Page) -> str:
    """What the server would keep of what is in the box."""
    return richtext.clean(page.locator("textarea").input_value())


def write(page: Page) -> None:
    """An empty text with the cursor in it."""
    page.locator(".rich").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")


def test_it_is_clean_in_light_and_dark_at_every_width(on_page: Open) -> None:
    for device in (DESK, PHONE):
        one = on_page(device)
        one.check("editor")
        one.page.locator(".rich td").first.click()
        one.page.wait_for_selector("[data-table-tools]:not([hidden])")
        one.check("editor in a table")
        one.picture("textredigerare-mobil" if device is PHONE else "textredigerare")
        one.page.locator("[data-command=link]").click()
        one.check("editor link")
        one.page.keyboard.press("Escape")


def test_what_was_there_is_still_there(on_page: Open) -> None:
    page = on_page().page
    page.locator(".rich h2").click()
    page.keyboard.press("End")
    page.keyboard.type(" och mål")
    assert kept(page) == (
        "<h2>Syfte och mål</h2><p>Alla ska veta.</p><p>Tider</p>"
        '<table><thead><tr><th scope="col">Steg</th><th scope="col">Tid</th></tr></thead>'
        "<tbody><tr><td>1</td><td>14 dagar</td></tr></tbody></table>"
    )


def test_a_whole_text_by_keyboard_alone(on_page: Open) -> None:
    page = on_page().page
    write(page)
    keys = page.keyboard
    keys.press("Control+Alt+2")
    keys.type("Rubrik")
    keys.press("Enter")
    keys.press("Control+b")
    keys.type("Fet")
    keys.press("Control+b")
    keys.press("Control+i")
    keys.type(" lutad")
    keys.press("Control+i")
    keys.press("Enter")
    keys.press("Control+Shift+8")
    keys.type("ett")
    keys.press("Enter")
    keys.press("Control+]")
    keys.type("under")
    keys.press("Enter")
    keys.press("Enter")
    keys.press("Enter")
    keys.press("Control+Shift+7")
    keys.type("steg")
    assert kept(page) == (
        "<h2>Rubrik</h2><p><strong>Fet</strong> <em>lutad</em></p><ul><li>ett<ul><li>under</li></ul></li></ul>"
        "<ol><li>steg</li></ol>"
    )
    keys.press("Control+z")
    assert "<ol><li>steg" not in kept(page)
    keys.press("Control+y")
    assert "<ol><li>steg" in kept(page)


def test_the_tools_are_one_stop_with_arrows_and_tab_leaves_the_text(on_page: Open) -> None:
    page = on_page().page
    page.locator(".rich p").first.click()
    page.keyboard.press("Alt+F10")
    focused = "document.activeElement.dataset.command ?? document.activeElement.className"
    assert page.evaluate(focused) == "h2"
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(focused) == "bold"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focused) == "redo"
    assert page.locator("[role=toolbar] [tabindex='0']").count() == 1
    page.keyboard.press("Tab")
    assert "rich" in page.evaluate(focused)
    page.keyboard.press("Tab")
    assert "rich" not in page.evaluate(focused)
    heading = page.locator("[data-command=h2]")
    expect(heading).to_have_attribute("aria-pressed", "false")
    page.locator(".rich h2").click()
    # The browser tells of a moved selection when it has time to, after the click.
    expect(heading).to_have_attribute("aria-pressed", "true")
    text = page.locator(".rich")
    assert (text.get_attribute("role"), text.get_attribute("aria-multiline")) == ("textbox", "true")
    assert text.get_attribute("aria-label") == "Rutinens text"


def test_a_link_by_its_dialog(on_page: Open) -> None:
    page = on_page().page
    write(page)
    page.keyboard.type("Se lagen")
    page.keyboard.press("Control+Shift+ArrowLeft")
    page.keyboard.press("Control+k")
    page.keyboard.type("javascript:steal()")
    page.keyboard.press("Enter")
    assert page.locator("[data-link-wrong]").is_visible()
    page.locator("dialog input").fill("www.ivo.se")
    page.keyboard.press("Enter")
    assert page.locator("dialog").is_hidden()
    assert kept(page) == '<p>Se <a href="https://www.ivo.se" rel="noopener">lagen</a></p>'
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Control+k")
    page.locator("[data-link-away]").click()
    assert kept(page) == "<p>Se lagen</p>"


def test_a_table_is_made_and_grows_and_shrinks(on_page: Open) -> None:
    page = on_page().page
    write(page)
    page.locator("[data-command=table]").click()
    page.locator(".rich th").first.click()
    page.keyboard.type("Roll")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.type("Gör")
    for command in ("row", "column", "column-away", "column-away"):
        page.locator(f"[data-command={command}]").click()
    assert page.locator(".rich tr").count() == 4
    assert page.locator(".rich th").count() == 2
    assert '<thead><tr><th scope="col">Roll</th>' in kept(page)
    page.locator("[data-command=header-row]").click()
    assert page.locator(".rich th").count() == 0
    page.locator("[data-command=table-away]").click()
    assert page.locator(".rich table").count() == 0


WORD = """<html><head><style>p {x}</style></head><body><!--StartFragment--><h1>Syfte<o:p></o:p></h1>
<p class=MsoNormal style='margin:0cm'>Gäller <span style='font-weight:bold'>alla</span>.<o:p></o:p></p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>ett</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><span style='mso-list:Ignore'>o<span>&nbsp;</span></span>under</p>
<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp;</span></span>två</p>
<table class=MsoTableGrid><tr><td><p class=MsoNormal><b>Roll</b></p></td><td><p><b>Gör</b></p></td></tr>
<tr><td><p>Chef</p></td><td><p>leder</p></td></tr></table><p class=MsoNormal>Slut<script>steal()</script></p><!--EndFragment--></body></html>"""


def test_what_is_pasted_from_word_comes_in_whole(on_page: Open) -> None:
    page = on_page().page
    write(page)
    page.locator(".rich").evaluate(
        """(element, html) => { const data = new DataTransfer(); data.setData("text/html", html);
        element.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }""",
        WORD,
    )
    made = kept(page)
    assert richtext.blocks(made) == [
        "Syfte",
        "Gäller alla.",
        "ett",
        "under",
        "två",
        "Roll | Gör",
        "Chef | leder",
        "Slut",
    ]
    assert "<p>Gäller <strong>alla</strong>.</p>" in made
    assert "<ul><li>ett<ul><li>under</li></ul></li><li>två</li></ul>" in made and "steal" not in made


def test_it_tells_of_changes_and_is_sent_as_any_box(on_page: Open) -> None:
    page = on_page().page
    page.evaluate("document.addEventListener('editor:changed', () => { document.title = 'ändrad'; })")
    write(page)
    page.keyboard.type("Nytt")
    assert page.title() == "ändrad"
    with page.expect_request(lambda request: request.method == "POST") as sent:
        page.locator("form button[type=submit].btn-primary").last.click()
    assert "Nytt" in (sent.value.post_data or "")


def test_without_script_there_is_a_plain_box_that_tells_how(on_page: Open) -> None:
    page = on_page({**DESK, "java_script_enabled": False}).page
    assert page.locator("textarea").is_visible() and page.locator(".editor").is_hidden()
    assert page.locator("textarea").input_value().startswith("<h2>Syfte</h2>")
    assert "en tom rad ett nytt stycke" in page.locator("main").inner_text()
