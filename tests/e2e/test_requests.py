"""A care assistant asks on her phone for a change in a routine; it becomes the next version, and she hears of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
WISH = "Skriv att larmet provas varje morgon, annars glöms det."
A_ROUTINE = """
from hjulet.documents.models import Document
print(Document.objects.get(owner__login="asa", title__startswith="Rutin när").code)
"""


@pytest.mark.both
@pytest.mark.capability("DOC-6", "DOC-2")
def test_from_what_one_reads_to_a_new_version(phone: Open, desk: Open, server: Server) -> None:
    juno, asa, klara = phone("juno"), desk("asa"), desk("klara")
    page = f"/dokument/{server.ask(A_ROUTINE)}/"
    juno.go(page)
    juno.page.click("text=Föreslå en ändring")
    juno.check("ask for a change")
    juno.page.fill("#id_text", WISH)
    juno.send()
    assert WISH in juno.main() and "Väntar på svar" in juno.main()
    juno.check("own request")
    wish = juno.page.url
    asa.go("/")
    assert "Önskemål om ändring att svara på" in asa.main()
    asa.check("start with documents")
    asa.go("/dokument/onskemal/")
    asa.check("requests")
    asa.picture("onskemal", whole=True)
    asa.page.click(f"text={WISH[:40]}")
    asa.check("answer a request")
    asa.pick("answer", "yes")
    asa.page.fill("#id_text", "Bra tänkt. Det skriver vi in.")
    asa.send()
    assert "ligger i utkastet" in asa.main() and WISH in asa.main()
    asa.go(f"{page}utkast/skriv/")
    assert WISH in asa.main()
    asa.page.fill("#id_changes", "Larmet provas varje morgon.")
    with asa.page.expect_navigation():
        asa.page.click("button[name=klar]")
    klara.go(f"{page}utkast/")
    with klara.page.expect_navigation():
        klara.page.locator(f'form[action="{page}utkast/faststall/"] button').click()
    assert "Versionen är fastställd" in klara.main()
    juno.go(wish)
    assert "gäller nu" in juno.main() and "Det skriver vi in." in juno.main()
    juno.go("/aviseringar/")
    assert "har en ny version" in juno.main()
    for address, name in (
        ("/dokument/oversyn/", "reviews"),
        (f"{page}oversyn/", "look over"),
        ("/omvarld/", "watch"),
        ("/omvarld/ny/", "news"),
    ):
        asa.go(address)
        asa.check(name)
