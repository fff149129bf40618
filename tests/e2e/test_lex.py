"""Lex Sarah in a browser, by those whose work it is: from a report on a phone to an answer after the report to IVO."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PASSWORD, PHONE, Server, Visitor

TOLD = "Ingen kom på larmet i natt. Hon låg på golvet till klockan sex."
NOTICED = "Nattpersonalen säger att larmet inte gick att höra i korridoren."
WHY = "Hon var utan hjälp i fyra timmar, och det har hänt två gånger till."
TO_JUNO = "Vi har utrett det. Det var allvarligt, och vi har anmält det till IVO."
DOSE = "Hon fick sin medicin två gånger i kväll."
CHANGED = "Larmet hörs nu i alla korridorer."
Open = Callable[..., Visitor]


@pytest.fixture
def taken_up(phone: Open, desk: Open) -> tuple[str, Visitor]:
    """What Juno suspects, received and assessed by Dag: a lex Sarah with a number in the diary and protection noted."""
    ref, dag = suspected(phone("juno")), desk("dag")
    becomes_lex_sarah(dag, ref)
    taken_in(dag, ref)
    return ref, dag


@pytest.mark.both
@pytest.mark.capability("SAR-1")
def test_lex_sarah_from_a_phone_to_the_answer(server: Server, phone: Open, desk: Open) -> None:
    juno, asa, dag, bo = phone("juno"), desk("asa"), desk("dag"), desk("bo")
    ref = suspected(juno)
    assert asa.status(f"/arenden/{ref}/") == 404
    becomes_lex_sarah(dag, ref)
    taken_in(dag, ref)
    appoint(dag, "Bo Hedman")
    bo_inquires(bo, ref)
    dag_decides(server, dag, ref)
    assert asa.status(f"/arenden/{ref}/") == 404
    bo_follows_up(bo, ref)
    dag_closes(dag, ref)
    juno_hears(juno, ref)
    server.manage("verify-log")


def suspected(juno: Visitor) -> str:
    juno.report(TOLD)
    juno.page.click("text=Vet du mer?")
    juno.page.check("input[name=suspects_misconduct]")
    readers = juno.page.locator("[data-readers]")
    expect(readers).to_contain_text("Dag Sandell")
    expect(readers).not_to_contain_text("Åsa Lindqvist")
    juno.send()
    return juno.sent_ref()


def becomes_lex_sarah(dag: Visitor, ref: str) -> None:
    page = dag.page
    dag.go("/")
    page.locator(f'a[href="/arenden/{ref}/"]').first.click()
    forward(dag)
    dag.send()
    forward(dag)
    page.fill("#id_title", "Larm som inte hördes")
    for proposed in page.locator('input[name="tracks"]').all():
        proposed.uncheck()
    dag.pick("tracks", "sol")
    dag.pick("event_kind", "adverse-event")
    first = """s => [...s.querySelectorAll("optgroup")].find(g => g.label.startsWith("SoL"))?.children[0].value"""
    page.select_option("#id_category", page.locator("#id_category").evaluate(first))
    page.select_option("#id_harm", "discomfort")
    page.select_option("#id_severity", "4")
    page.select_option("#id_likelihood", "3")
    dag.pick("misconduct", "yes")
    dag.pick("care_injury", "no")
    if page.locator("#id_set_aside").count():
        page.fill("#id_set_aside", "Hon fick inga skador som vården svarar för.")
    dag.send()
    assert "Lex Sarah" in page.locator(".pagehead").inner_text()


def forward(who: Visitor) -> None:
    """The next step that the page holds out."""
    with who.page.expect_navigation():
        who.page.click(".nextstep a.btn-primary")


def taken_in(dag: Visitor, ref: str) -> None:
    """Received with a number in the diary, and what was done to protect her."""
    page = dag.page
    forward(dag)
    dag.send()
    assert re.search(r"\b\w+ 2026/\d+|\b\w*2026-\d+", page.locator(".pagehead p").first.inner_text())
    assert "Det framgår inte vad som har gjorts för att skydda den enskilde." in dag.main()
    dag.check("lex sarah received")
    forward(dag)
    with page.expect_navigation():
        page.focus("#id_day")
        page.keyboard.press("Enter")
    expect(page.locator(".error-summary")).to_be_focused()
    dag.check("entry with errors")
    dag.pick("answer", "yes")
    page.fill("#id_text", "Nattpersonalen går rundor varje timme tills larmet hörs.")
    dag.send()
    assert page.url.endswith(f"/arenden/{ref}/#uppgift-protection")


def appoint(dag: Visitor, name: str) -> None:
    forward(dag)
    dag.page.select_option("#id_handler", label=name)
    dag.send()


def bo_inquires(bo: Visitor, ref: str) -> None:
    page = bo.page
    bo.go(f"/arenden/{ref}/")
    forward(bo)
    bo.pick("answer", "yes")
    bo.send()
    forward(bo)
    bo.send()
    bo.check("lex sarah inquiry")
    page.locator("#h-ut").evaluate("e => e.scrollIntoView()")
    bo.picture("lex-sarah-utredning")
    for number in range(page.locator(".points a").count()):
        page.locator(".points a").first.click()
        assert page.locator("#id_point").input_value()
        note(bo, f"{NOTICED} ({number + 1})")
    assert page.locator(".points .is-open").count() == 0
    page.click("text=Beskriv en orsak")
    bo.pick("area", "technology")
    page.fill("#id_text", "Larmet hörs inte i den östra korridoren.")
    bo.send()
    page.click("text=Motivera varför ingen behövs för orsak 1")
    page.fill("#id_reason", "Larmet är redan utbytt.")
    bo.send()
    about_the_person(bo, ref)
    bo.check("lex sarah ready to be decided")


def note(bo: Visitor, text: str) -> None:
    bo.pick("kind", "fact")
    bo.page.fill("#id_source", "Samtal med nattpersonalen")
    bo.page.fill("#id_text", text)
    bo.page.focus("#id_source")
    with bo.page.expect_navigation():
        bo.page.keyboard.press("Enter")


def about_the_person(bo: Visitor, ref: str) -> None:
    page = bo.page
    page.click("#den-enskilde a")
    bo.pick("informed", "yes")
    page.fill("#id_informed_on", "2026-11-12")
    bo.send()
    for code, answer, text in (
        ("heard", "yes", "Hon trodde att ingen skulle komma."),
        ("consequence", "", "Hon vågar inte sova ensam."),
        ("child-view", "no-child", ""),
        ("apology", "yes", "Verksamhetschefen besökte henne."),
    ):
        entry(bo, code, answer, text)


def entry(who: Visitor, code: str, answer: str = "", text: str = "") -> None:
    """Fills in one of the things the page asks for, from its own link."""
    with who.page.expect_navigation():
        who.page.click(f"#uppgift-{code} a")
    if answer:
        who.pick("answer", answer)
    if text:
        who.page.fill("#id_text", text)
    who.send()


def long_since_login(server: Server, who: Visitor) -> None:
    """As if the password had been given an hour and a half ago, so that a decision asks for it."""
    key = next(cookie["value"] for cookie in who.context.cookies() if "session" in cookie["name"])
    server.ask(
        "from importlib import import_module; from django.conf import settings; "
        f"s = import_module(settings.SESSION_ENGINE).SessionStore({key!r}); "
        "s['authenticated_at'] = '2026-11-12T08:30:00+01:00'; s.save()"
    )


def dag_decides(server: Server, dag: Visitor, ref: str) -> None:
    """Serious, with the password; a wrong one loses nothing. Then the report to IVO."""
    page = dag.page
    long_since_login(server, dag)
    dag.go(f"/arenden/{ref}/")
    forward(dag)
    serious(dag, "något annat")
    assert "Lösenordet stämmer inte" in dag.main() and page.locator("#id_motivation").input_value() == WHY
    expect(page.locator("#password")).to_be_focused()
    dag.check("lex sarah decision")
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "Det ska anmälas till IVO." in dag.main()
    page.locator(".pagehead").evaluate("e => e.scrollIntoView()")
    dag.picture("lex-sarah-beslut")
    reported_to_ivo(dag)


def serious(dag: Visitor, password: str = PASSWORD) -> None:
    dag.pick("grade", "serious")
    dag.page.fill("#id_motivation", WHY)
    dag.page.fill("#id_message", TO_JUNO)
    if dag.page.locator("#password").count():
        dag.page.fill("#password", password)
    dag.send()


def reported_to_ivo(dag: Visitor) -> None:
    forward(dag)
    assert "aldrig med e-post" in dag.main()
    dag.pick("answer", "e-service")
    dag.page.fill("#id_text", "Utredningen och beslutet.")
    dag.check("report to ivo")
    dag.send()
    assert "Anmält till IVO" in dag.main()


def bo_follows_up(bo: Visitor, ref: str) -> None:
    bo.go(f"/arenden/{ref}/")
    forward(bo)
    bo.send()
    entry(bo, "told-unit", text="Arbetsplatsträffen i dag.")
    entry(bo, "told-board", text="Beslutet och utredningen.")
    forward(bo)
    bo.send()
    entry(bo, "effect", "yes", "Larmet har hörts vid tio prov.")
    bo.check("lex sarah ready to close")


def dag_closes(dag: Visitor, ref: str) -> None:
    dag.go(f"/arenden/{ref}/")
    forward(dag)
    dag.page.fill("#id_message", CHANGED)
    dag.page.fill("#id_lesson", "Prova larmet i varje korridor när något byggs om.")
    dag.send()
    assert "Ärendet avslutades." in dag.main()
    dag.check("lex sarah closed")


def juno_hears(juno: Visitor, ref: str) -> None:
    juno.go("/rapportera/mina/")
    juno.page.click(f'a[href="/rapportera/mina/{ref}/"]')
    juno.check("my lex sarah report")
    assert TO_JUNO in juno.main() and CHANGED in juno.main() and TOLD in juno.main()
    assert WHY not in juno.main()


@pytest.mark.capability("SAR-1")
def test_the_nearest_manager_is_refused_as_investigator(taken_up: tuple[str, Visitor]) -> None:
    _ref, dag = taken_up
    appoint(dag, "Åsa Lindqvist")
    assert "Närmaste chef där det hände kan inte utreda det. Välj någon annan." in dag.main()
    assert dag.page.locator("#id_handler option:checked").inner_text() == "Åsa Lindqvist"
    expect(dag.page.locator(".notice-error")).to_be_focused()
    dag.check("refused investigator")
    dag.page.select_option("#id_handler", label="Bo Hedman")
    dag.send()
    assert "En utredare utsågs." in dag.main()


@pytest.mark.capability("NEW-24")
def test_a_delegation_that_has_ended_decides_nothing_and_keeps_the_text(
    server: Server, taken_up: tuple[str, Visitor]
) -> None:
    ref, dag = taken_up
    appoint(dag, "Bo Hedman")
    page = dag.page
    page.click("text=Fler steg")
    page.click("text=Avsluta prövningen: inget missförhållande")
    page.fill("#id_motivation", WHY)
    page.fill("#id_message", TO_JUNO)
    with delegation_ended(server):
        dag.send()
    assert "Du har ingen giltig delegation för det här beslutet." in dag.main()
    expect(page.locator(".notice-error")).to_be_focused()
    assert page.locator("#id_motivation").input_value() == WHY
    assert page.locator("#id_message").input_value() == TO_JUNO
    dag.check("refused decision")
    dag.go(f"/arenden/{ref}/")
    assert "Lex Sarah" in page.locator(".pagehead").inner_text()


@contextlib.contextmanager
def delegation_ended(server: Server) -> Iterator[None]:
    """Dag's delegation ended yesterday, for as long as this lasts."""
    row = "from hjulet.org.models import Delegation; Delegation.objects.filter(person__login='dag').update(valid_to="
    server.ask(row + "'2026-11-11')")
    yield
    server.ask(row + "None)")


@pytest.mark.capability("NEW-8")
def test_the_case_fits_a_phone(taken_up: tuple[str, Visitor], visit: Open) -> None:
    ref, _dag = taken_up
    dag = visit(PHONE, "dag")
    for path in ("", "uppgift/protection/", "steg/appoint/", "steg/report-early/", "uppgift/side-breach/"):
        dag.go(f"/arenden/{ref}/{path}")
        dag.check(f"lex sarah {path}")


@pytest.mark.both
@pytest.mark.capability("MAR-1")
def test_lex_maria_that_is_not_serious_goes_back_to_the_unit(phone: Open, desk: Open) -> None:
    juno, asa, fatima = phone("juno"), desk("asa"), desk("fatima")
    juno.report(DOSE)
    juno.send()
    ref = juno.sent_ref()
    may_be_an_injury(asa, ref)
    assert "Ärendet syns inte längre för dig." in asa.main() and asa.status(f"/arenden/{ref}/") == 404
    not_serious(fatima, ref)
    assert fatima.page.url.endswith(f"/arenden/{ref}/") and "Avvikelse" in fatima.page.locator(".pagehead").inner_text()
    asa.go(f"/arenden/{ref}/")
    assert "Blodtrycket var som vanligt" in asa.main()
    asa.check("back from lex maria")
    data_breach(asa)


def may_be_an_injury(asa: Visitor, ref: str) -> None:
    page = asa.page
    asa.go(f"/arenden/{ref}/")
    forward(asa)
    asa.send()
    forward(asa)
    page.fill("#id_title", "Dubbel dos")
    for proposed in page.locator('input[name="tracks"]').all():
        proposed.uncheck()
    asa.pick("tracks", "hsl")
    asa.pick("event_kind", "adverse-event")
    first = """s => [...s.querySelectorAll("optgroup")].find(g => g.label.startsWith("HSL"))?.children[0].value"""
    page.select_option("#id_category", page.locator("#id_category").evaluate(first))
    page.select_option("#id_harm", "none")
    page.select_option("#id_severity", "3")
    page.select_option("#id_likelihood", "2")
    asa.pick("misconduct", "no")
    asa.pick("care_injury", "yes")
    if page.locator("#id_set_aside").count():
        page.fill("#id_set_aside", "Ingen har gjort det med vilje.")
    asa.send()


def not_serious(fatima: Visitor, ref: str) -> None:
    page = fatima.page
    fatima.go(f"/arenden/{ref}/")
    forward(fatima)
    fatima.send()
    forward(fatima)
    fatima.check("weigh the injury")
    fatima.pick("answer", "injury")
    page.fill("#id_text", "Blodtrycket var som vanligt hela natten.")
    fatima.send()
    page.click("text=Fler steg")
    page.click("text=Avsluta prövningen: inte allvarligt")
    fatima.pick("grade", "injury")
    page.fill("#id_motivation", "Blodtrycket var som vanligt, och hon mår bra.")
    page.fill("#id_message", "Vi har prövat det. Det var inte allvarligt.")
    if page.locator("#password").count():
        page.fill("#password", PASSWORD)
    fatima.check("not lex maria")
    fatima.send()


def data_breach(asa: Visitor) -> None:
    """A duty beside the case: its clock begins when the answer is yes and ends when it is sent."""
    page = asa.page
    page.click("summary:has-text('Andra anmälningar')")
    entry(asa, "side-breach", "yes", "Listan låg framme i köket.")
    assert "Anmäla personuppgiftsincidenten" in page.locator(".pagehead").inner_text()
    asa.check("data breach running")
    with page.expect_navigation():
        page.click("#uppgift-side-breach-sent a")
    page.fill("#id_who", "Dataskyddsombudet och IMY")
    page.fill("#id_reference", "Kvittens 4411")
    asa.send()
    assert "Anmäla personuppgiftsincidenten" not in page.locator(".pagehead").inner_text()
