"""The yearly confirmation: Juno reads and confirms on her phone, Åsa sees that it is done."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Server, Visitor

Open = Callable[..., Visitor]
COVERAGE = "/kvittens/lex-sarah/tackning/"
NEW = """
from hjulet.receipts.models import Receipt
Receipt.objects.unscoped(reason="as on her first day").filter(person__login="juno").delete()
"""


@pytest.mark.both
@pytest.mark.capability("SAR-3")
def test_juno_confirms_and_asa_sees_it(server: Server, phone: Open, desk: Open) -> None:
    server.ask(NEW)
    asa = desk("asa")
    asa.go(COVERAGE)
    asa.check("coverage")
    assert "2 av 3" in asa.main()
    asa.page.click("text=Ekbacken, Eken")
    assert "Juno Berggren" in asa.main() and "Har aldrig bekräftat" in asa.main()
    asa.check("not confirmed")
    juno = phone("juno")
    juno.go("/kvittens/")
    juno.check("something to confirm")
    juno.page.click("text=Din skyldighet att rapportera")
    juno.check("read and confirm")
    juno.pick("answer", "sure")
    juno.send()
    assert "Du behöver inte veta vem eller varför" in juno.main()
    assert juno.page.locator("input[value=sure]").is_checked()
    juno.check("answered wrong")
    juno.pick("answer", "report")
    juno.send()
    assert "Det gäller till och med fre 12 nov 2027" in juno.main()
    juno.check("confirmed")
    juno.picture("kvittens-klar")
    juno.go("/kvittens/")
    waiting = juno.page.locator("section.todo").all_inner_texts()
    assert not any("Din skyldighet att rapportera" in asked for asked in waiting)
    assert "Din skyldighet att rapportera" in juno.page.locator("section[aria-labelledby=h-har]").inner_text()
    juno.check("my receipts")
    asa.go(COVERAGE)
    assert "3 av 3" in asa.main()
    asa.picture("kvittens-tackning", whole=True)
