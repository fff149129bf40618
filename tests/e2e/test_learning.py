"""A suggestion made on a phone in a minute: answered, published by two, read by the one who made it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
WORDS = "Häng upp handskarna vid dörren i stället för i förrådet."


@pytest.mark.both
@pytest.mark.capability("ACT-5", "NEW-2")
def test_from_a_thought_to_something_all_can_read(phone: Open, desk: Open) -> None:
    juno, asa, dag = phone("juno"), desk("asa"), desk("dag")
    began = time.monotonic()
    juno.go("/forslag/ny/")
    juno.page.fill("#id_text", WORDS)
    juno.send()
    assert time.monotonic() - began < 60
    assert WORDS in juno.main()
    ref = juno.page.url.rstrip("/").rsplit("/", 1)[1]
    juno.go("/forslag/ny/")
    juno.check("suggest")
    _answer(asa, ref)
    asa.go(f"/larande/ny/{ref}/")
    asa.check("write a lesson")
    asa.page.fill("#id_title", "Handskar vid dörren")
    asa.page.fill("#id_text", "Handskarna hängde i förrådet och glömdes.")
    asa.page.fill("#id_change", "Nu hänger de vid dörren.")
    asa.send()
    juno.go("/larande/")
    assert "Handskar vid dörren" not in juno.main()
    dag.go("/larande/granska/")
    dag.check("review")
    dag.page.click("text=Handskar vid dörren")
    dag.check("one lesson to review")
    dag.picture("larande-granska", whole=True)
    dag.page.check("#id_unrecognisable")
    dag.send()
    for address, name in (("/larande/", "feed"), ("/forslag/", "suggestions"), ("/", "start with lessons")):
        juno.go(address)
        assert "Handskar vid dörren" in juno.main(), address
        juno.check(name)
    juno.go("/larande/")
    juno.picture("larande", whole=True)


def _answer(asa: Visitor, ref: str) -> None:
    asa.go(f"/arenden/{ref}/steg/answer/")
    asa.page.fill("#id_message", "Bra tänkt. Det gör vi.")
    asa.send()
    asa.go(f"/arenden/{ref}/steg/finish/")
    asa.pick("answer", "yes")
    asa.send()
    assert "Skriv en lärdom" in asa.main()
