"""What do I do when someone falls: three taps. And a routine from first word to what everyone reads."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
EDITOR = "[data-editor-text] [contenteditable=true]"


@pytest.mark.both
@pytest.mark.capability("DOC-2", "DOC-4")
def test_what_to_do_when_someone_falls_in_three_taps(phone: Open) -> None:
    juno = phone("juno")
    juno.go("/")
    juno.check("start with a question")
    juno.page.tap("#fraga")  # one
    juno.page.locator("#fraga").press_sequentially("fall")
    choice = juno.page.locator("[role=option]", has_text="Rutin vid fall")
    choice.wait_for()
    juno.check("suggestions")
    juno.picture("hitta-rutin")
    with juno.page.expect_navigation():
        choice.tap()  # two, and there it is
    assert juno.page.url.endswith("/dokument/rutin-vid-fall/")
    assert "Stanna hos personen" in juno.main()
    juno.check("read a routine")
    juno.picture("dokument", whole=True)


@pytest.mark.capability("DOC-4")
def test_suggestions_by_keyboard_alone(desk: Open) -> None:
    asa = desk("asa")
    asa.go("/dokument/")
    asa.check("documents")
    asa.page.focus("#d-q")
    asa.page.keyboard.type("fall", delay=30)
    asa.page.locator("[role=option]").first.wait_for()
    asa.page.keyboard.press("ArrowDown")
    with asa.page.expect_navigation():
        asa.page.keyboard.press("Enter")
    assert asa.page.url.endswith("/dokument/rutin-vid-fall/")


@pytest.mark.both
@pytest.mark.capability("DOC-2", "DOC-3", "NEW-23")
def test_from_the_first_word_to_what_everyone_has_read(desk: Open, phone: Open) -> None:
    asa, juno = desk("asa"), phone("juno")
    asa.go("/dokument/nytt/")
    asa.check("new document")
    asa.page.fill("#id_title", "Rutin vid åskväder")
    asa.page.select_option("#id_type", label="Rutin")
    asa.page.fill("#id_review_months", "12")
    asa.send()
    page = asa.page.url.removesuffix("utkast/skriv/")
    _write(asa)
    asa.page.click("#granskning summary")
    asa.page.fill("[id$='people']", "juno")
    asa.page.fill("[id$='until']", "2026-11-20")
    with asa.page.expect_navigation():
        asa.page.click("text=Skicka på granskning")
    asa.check("draft under review")
    juno.go(f"{page}utkast/")
    juno.check("review a draft")
    juno.pick("s-verdict", "agrees")
    juno.send()
    asa.go(f"{page}utkast/")
    asa.check("draft to adopt")
    with asa.page.expect_navigation():
        asa.page.locator('form[action$="/faststall/"] button').click()
    assert "Versionen är fastställd" in asa.main()
    _send_to_be_read(asa, page)
    _confirm(juno, page)
    asa.go(page)
    assert "1 av" in asa.main()
    asa.check("document with readers")


def _write(asa: Visitor) -> None:
    asa.check("write")
    text = asa.page.locator(EDITOR)
    text.click()
    asa.page.keyboard.type("Dra ur sladdarna.")
    asa.page.locator("[data-savestate]", has_text="Sparat kl.").wait_for()
    asa.page.reload()
    assert "Dra ur sladdarna." in asa.page.locator(EDITOR).inner_text()
    with asa.page.expect_navigation():
        asa.page.click("button[name=klar]")
    asa.check("draft")


def _send_to_be_read(asa: Visitor, page: str) -> None:
    asa.go(f"{page}lasning/")
    asa.check("send to be read")
    asa.page.locator("input[name=units]").first.check()
    asa.page.fill("#id_question", "Vad drar man ur?")
    asa.page.fill("#id_right", "Sladdarna")
    asa.page.fill("#id_wrong", "Proppen")
    asa.send()


def _confirm(juno: Visitor, page: str) -> None:
    juno.go(page)
    with juno.page.expect_navigation():
        juno.page.click("text=Läs och bekräfta")
    juno.check("read and confirm a document")
    juno.pick("answer", "fel-1")
    juno.send()
    assert "Läs texten en gång till" in juno.main()
    juno.pick("answer", "ratt")
    juno.send()
    assert "Du har bekräftat" in juno.main()


@pytest.mark.capability("DOC-2")
def test_a_network_that_goes_and_a_colleague_who_saves_cost_no_words(desk: Open) -> None:
    mona, klara = desk("mona"), desk("klara")
    mona.go("/dokument/rutin-for-loggkontroll/")
    with mona.page.expect_navigation():
        mona.page.click("text=Skriv en ny version")
    mona.go("/dokument/rutin-for-loggkontroll/utkast/skriv/")
    text = mona.page.locator(EDITOR)
    text.click()
    mona.context.set_offline(True)
    mona.page.keyboard.type("Skrivet utan nät. ")
    mona.page.locator("[data-savestate]", has_text="Inte sparat").wait_for()
    mona.context.set_offline(False)
    mona.page.locator("[data-savestate]", has_text="Sparat kl.").wait_for()
    klara.go("/dokument/rutin-for-loggkontroll/utkast/skriv/", status=409)
    klara.check("someone else writes")
    klara.go("/dokument/rutin-for-loggkontroll/utkast/skriv/?ta=1")
    klara.page.locator(EDITOR).click()
    klara.page.keyboard.type("Klaras ord. ")
    with klara.page.expect_navigation():
        klara.page.click("button[name=klar]")
    text.click()
    mona.page.keyboard.type("Monas ord. ")
    mona.page.locator("[data-savestate]", has_text="Någon annan har sparat").wait_for()
    with mona.page.expect_navigation():
        mona.page.click("button[name=klar]")
    assert "Klaras" in mona.main()
    assert "Monas ord" in mona.page.locator(EDITOR).inner_text()
    mona.check("two have saved")
    with mona.page.expect_navigation():
        mona.page.click("button[name=klar]")
    mona.go("/dokument/rutin-for-loggkontroll/jamfor/")
    assert "Monas ord" in mona.main()
    mona.check("compare")
