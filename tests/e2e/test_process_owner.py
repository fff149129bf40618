"""A care assistant asks on her phone for a change in a step; the owner answers, publishes and looks her processes over."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
WISH = "Skriv att kvittensen ska stå i journalen samma dag."


@pytest.mark.both
@pytest.mark.capability("DOC-6")
def test_from_a_step_to_a_new_version_of_the_process(phone: Open, desk: Open) -> None:
    juno, mona, klara = phone("juno"), desk("mona"), desk("klara")
    juno.go("/processer/lss-housing/")
    juno.page.locator("ol.psteps a").nth(1).click()
    juno.page.wait_for_url("**/steg/**")
    juno.page.click("text=Föreslå en ändring")
    juno.check("ask for a change in a process")
    juno.picture("process-onskemal-telefon")
    assert juno.page.locator("#id_element").input_value()
    juno.page.fill("#id_text", WISH)
    juno.send()
    assert WISH in juno.main() and "Väntar på svar" in juno.main()
    juno.check("own request about a process")
    wish = juno.page.url
    mona.go("/")
    assert "Önskemål om en process att svara på" in mona.main()
    mona.go("/processer/mina/")
    mona.check("my processes")
    mona.picture("mina-processer", whole=True)
    mona.page.locator('a.go[href*="process=lss-housing"]').click()
    mona.page.wait_for_url("**/onskemal/?*")
    mona.check("requests about processes")
    mona.page.click(f"text={WISH[:30]}")
    mona.page.wait_for_url("**/onskemal/*/")
    mona.check("answer a request about a process")
    mona.pick("answer", "yes")
    mona.page.fill("#id_text", "Bra tänkt.")
    mona.send()
    assert "ligger i utkastet" in mona.main() and WISH in mona.main()
    mona.check("draft that answers a request")
    mona.page.fill("#id_changes", "Kvittensen skrivs i journalen.")
    with mona.page.expect_navigation():
        mona.page.get_by_role("button", name="Spara", exact=True).click()
    with mona.page.expect_navigation():
        mona.page.get_by_role("button", name="Be kvalitetsgruppen godkänna").click()
    klara.go("/processer/lss-housing/utkast/")
    with klara.page.expect_navigation():
        klara.page.get_by_role("button", name="Godkänn och publicera").click()
    juno.page.goto(wish)
    assert "gäller nu" in juno.main() and "Bra tänkt." in juno.main()
    juno.go("/processer/lss-housing/")
    assert WISH in juno.main()
    juno.check("a process that answers a request")
    juno.go("/aviseringar/")
    assert "En process som du ville ändra har en ny version." in juno.main()
    mona.go("/processer/needs-assessment/oversyn/")
    mona.check("look over a process")
    mona.page.fill("#id_reason", "Genomgången med handläggarna, inget att ändra.")
    mona.send()
    assert "Processen är översedd." in mona.main()
    juno.go("/processer/mina/")
    assert "Du äger ingen process" in juno.main()
    juno.check("no processes of one's own")
    mona.go("/dokument/oversyn/?val=gjorda")
    assert "Annat än dokument" in mona.main()
    mona.check("yearly review with processes")
