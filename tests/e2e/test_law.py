"""The register of laws in a browser: find a provision, see what replaced it, and what hangs on one that ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]


@pytest.mark.both
@pytest.mark.capability("DOC-1", "NEW-20")
def test_from_an_old_provision_to_what_replaced_it(phone: Open, desk: Open) -> None:
    asa = phone("asa")
    asa.go("/lagar/?lage=repealed")
    asa.check("laws")
    asa.page.fill("#lagsok", "SoL (2001:453) 14 kap. 6 §")
    asa.page.press("#lagsok", "Enter")
    asa.page.get_by_role("link", name="Dokumentera, utreda och avhjälpa i äldre lag").click()
    assert "Upphävd. Gällde till och med 2025-06-30" in asa.main()
    asa.check("one law that is repealed")
    asa.page.get_by_role("link", name="SoL 27 kap. 5 §").click()
    assert "Ersattes av det här" in asa.main() and "Steg i handläggningen" in asa.main()
    asa.check("one law")
    root = desk("root")
    root.go("/lagar/hslf-fs-2017-41/upphav/")
    root.check("repeal")
    root.page.fill("#id_valid_to", "2026-12-31")
    root.page.select_option("#id_replaced_by", "hslf-fs-2017-40")
    root.page.fill("#id_source", "HSLF-FS 2026:99")
    root.send()
    assert "Lagrummets slut bestämdes" in root.main()
    asa.go("/lagar/upphavda/?inom=0")
    assert "Inget hänger kvar" in asa.main()
    asa.check("nothing hangs")
    asa.go("/lagar/upphavda/?inom=3")
    assert "Yttersta dag för anmälan till IVO" in asa.main() and "HSLF-FS 2017:40" in asa.main()
    asa.check("work list of laws")
    root.go("/lagar/hslf-fs-2017-41/upphav/")
    root.page.fill("#id_valid_to", "")
    root.page.select_option("#id_replaced_by", "")
    root.page.fill("#id_source", "Gäller ändå")
    root.send()
