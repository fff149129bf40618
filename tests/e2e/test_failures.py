"""When things go wrong: nothing typed is lost, nothing is sent twice, and the page says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import PHONE, Server, Visitor

Open = Callable[..., Visitor]


def times_reported(who: Visitor, text: str) -> int:
    who.go("/rapportera/mina/")
    return who.page.get_by_role("link", name=text).count()


def saved(who: Visitor) -> None:
    who.page.locator("[data-draft-status]", has_text="Utkast sparat").wait_for()


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_a_double_click_gives_one_case(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Dubbelklick på knappen.")
    juno.send_button.dblclick()
    juno.sent_ref()
    assert times_reported(juno, "Dubbelklick på knappen.") == 1


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_a_lost_session_keeps_the_report_on_the_page(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Sessionen tog slut, men utkastet är kvar.")
    saved(juno)
    juno.context.clear_cookies(name="hjulet_session")
    juno.send_button.click()
    juno.page.locator("[data-draft-status]", has_text="Du har loggats ut.").wait_for()
    assert juno.page.input_value("#id_description") == "Sessionen tog slut, men utkastet är kvar."
    juno.page.locator("[data-draft-status] a").click()
    juno.page.wait_for_url("**/konto/logga-in/**")
    juno.login("juno")
    juno.page.locator("[data-draft-status]", has_text="är hämtat").wait_for()
    juno.send()
    ref = juno.sent_ref()
    juno.go(f"/rapportera/mina/{ref}/")
    assert "Sessionen tog slut, men utkastet är kvar." in juno.main()


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_a_lost_session_keeps_the_report_without_javascript(visit: Open) -> None:
    juno = visit({**PHONE, "java_script_enabled": False}, "juno")
    juno.report("Sessionen tog slut, men texten är kvar.")
    juno.context.clear_cookies(name="hjulet_session")
    juno.send()
    assert "Det du skrev finns kvar" in juno.main()
    juno.login_here("juno")
    juno.page.locator("h1", has_text="Det du skrev finns kvar").wait_for()
    juno.page.click("text=Fortsätt där jag var")
    ref = juno.sent_ref()
    juno.go(f"/rapportera/mina/{ref}/")
    assert "Sessionen tog slut, men texten är kvar." in juno.main()


@pytest.mark.capability("DEV-1")
def test_someone_else_does_not_get_the_kept_report(visit: Open) -> None:
    juno = visit({**PHONE, "java_script_enabled": False}, "juno")
    juno.report("Det här är bara mitt.")
    juno.context.clear_cookies(name="hjulet_session")
    juno.send()
    juno.login_here("cilla")
    juno.page.locator(".notice", has_text="hörde till någon annan").wait_for()
    assert "Det här är bara mitt." not in juno.page.content()


@pytest.mark.capability("DEV-1")
def test_a_draft_survives_a_reload_and_is_gone_after_logout(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Ett utkast om en hal trappa.")
    saved(juno)
    juno.page.reload()
    juno.page.locator("[data-draft-status]", has_text="är hämtat").wait_for()
    assert juno.page.input_value("#id_description") == "Ett utkast om en hal trappa."
    assert juno.page.is_checked("input[name=reported_harm][value=yes]")
    juno.go("/")
    juno.page.click("details.menu > summary")
    juno.page.locator("details.menu").get_by_role("button", name="Logga ut").click()
    juno.page.wait_for_url("**/konto/utloggad/")
    juno.check("logged out")
    assert juno.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('hjulet-draft')).length") == 0
    juno.login("juno")
    juno.go("/rapportera/")
    assert juno.page.input_value("#id_description") == ""


@pytest.mark.capability("DEV-1")
def test_a_draft_cannot_be_read_by_the_next_person(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Hemligt utkast.")
    saved(juno)
    kept = juno.page.evaluate("JSON.stringify(localStorage)")
    assert "hjulet-draft" in kept and "Hemligt" not in kept
    juno.context.clear_cookies(name="hjulet_session")
    juno.go("/konto/logga-in/")
    juno.login("asa")
    juno.go("/rapportera/")
    juno.page.wait_for_load_state("networkidle")
    assert juno.page.input_value("#id_description") == ""


@pytest.mark.capability("DEV-1")
def test_without_a_network_the_report_waits_and_is_sent_once(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Ingen täckning i källaren.")
    juno.context.set_offline(True)
    juno.send_button.click()
    juno.page.locator("[data-draft-status]", has_text="Ingen täckning").wait_for()
    assert juno.page.input_value("#id_description") == "Ingen täckning i källaren."
    juno.context.set_offline(False)
    juno.sent_ref()
    assert times_reported(juno, "Ingen täckning i källaren.") == 1


@pytest.mark.capability("DEV-1")
def test_a_day_in_the_future_is_refused(phone: Open) -> None:
    juno = phone("juno")
    juno.report("Det här har inte hänt än.", when="other")
    juno.page.fill("#id_day", "2026-11-13")
    juno.send()
    juno.page.locator(".field-error", has_text="Datumet ligger i framtiden. Välj i dag eller tidigare.").wait_for()
    assert juno.page.input_value("#id_description") == "Det här har inte hänt än."
    juno.check("report with an error")


@pytest.mark.both
@pytest.mark.capability("DEV-1")
def test_a_renamed_program_is_refused(phone: Open) -> None:
    juno = phone("juno")
    juno.report("En bild som inte är en bild.")
    program = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(500)
    juno.page.set_input_files("#files", {"name": "golvet.jpg", "mimeType": "image/jpeg", "buffer": program})
    juno.send()
    juno.page.locator(".error-summary", has_text="PDF").wait_for()
    assert juno.page.input_value("#id_description") == "En bild som inte är en bild."
    assert times_reported(juno, "En bild som inte är en bild.") == 0


@pytest.mark.capability("DEV-1")
def test_a_personal_number_warns_once(phone: Open) -> None:
    juno = phone("juno")
    text = "Hon, 19121212-1212, ramlade."
    juno.report(text)
    juno.send()
    juno.page.locator(".field-error", has_text="Det ser ut som ett personnummer.").wait_for()
    assert juno.page.input_value("#id_description") == text
    juno.send()
    juno.sent_ref()


@pytest.mark.both
@pytest.mark.capability("DEV-3")
def test_two_desks_in_one_case_the_second_keeps_its_text(server: Server, desk: Open) -> None:
    ref = server.refs["assessed"]
    first, second = desk("asa"), desk("asa")
    for who in (first, second):
        who.go(f"/arenden/{ref}/steg/reclassify/")
    first.page.fill("#id_title", "Den första rubriken")
    first.send()
    second.page.fill("#id_title", "Den andra rubriken")
    second.send()
    second.page.locator("[role=alert]", has_text="Någon annan hann ändra ärendet.").wait_for()
    assert second.page.input_value("#id_title") == "Den andra rubriken"
    second.check("conflict")
    second.send()
    assert "Den andra rubriken" in second.page.locator("h1").inner_text()


@pytest.mark.both
@pytest.mark.capability("DEV-3")
def test_the_same_step_at_two_desks_the_second_keeps_its_text(server: Server, desk: Open) -> None:
    ref = server.refs["working"]
    first, second = desk("asa"), desk("asa")
    for who in (first, second):
        who.go(f"/arenden/{ref}/steg/decide/")
        who.page.fill("#id_message", "Golvet torkas.")
    second.page.fill("#id_message", "Vi byter golvmatta i duschen.")
    first.send()
    assert "Åtgärderna beslutades" in first.main()
    second.send()
    assert "Vi byter golvmatta i duschen." in second.page.content()


@pytest.mark.capability("AUTH-1")
def test_guessing_a_password_is_slowed(server: Server, desk: Open) -> None:
    who = desk()
    try:
        for _ in range(5):
            who.login("klara", "fel lösenord")
            who.page.locator("[role=alert]", has_text="stämmer inte").wait_for()
        with who.page.expect_response(lambda answer: answer.request.method == "POST") as waiting:
            who.login("klara")
        assert waiting.value.status == 429
        assert "För många försök. Vänta till" in who.main()
        who.check("login slowed")
    finally:
        server.ask("from hjulet.org.models import LoginAttempt; LoginAttempt.objects.all().delete()")
