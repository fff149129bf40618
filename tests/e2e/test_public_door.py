"""Someone complains on a phone, in Arabic and without a name, and reads the answer with a code."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from hjulet.cases.public_texts import texts_in
from tests.e2e.conftest import Visitor

Open = Callable[..., Visitor]
TOLD = "لم يأت أحد لمساعدة أمي في الصباح ثلاثة أيام."
ARABIC = texts_in("ar")


@pytest.mark.both
@pytest.mark.capability("CMP-1", "CMP-2", "NEW-3", "NEW-5")
def test_a_complaint_in_arabic_without_a_name_is_answered(phone: Open, desk: Open, tmp_path: Path) -> None:
    who = phone("")
    code = _complains(who, tmp_path)
    ref = _goran_registers(desk("goran"))
    _asa_answers(desk("asa"), ref)
    page = who.page
    who.go("/synpunkt/folj/?sprak=ar")
    who.check("public code, Arabic")
    page.fill("#id_code", code.lower())
    who.send()
    assert ARABIC["state_answered"] in who.main() and "Vi har tagit fram en ny morgonlista." in who.main()
    who.check("public inbox, Arabic")
    who.picture("synpunkt-svar-arabiska", whole=True)
    page.fill("#id_message", "شكراً")
    who.send()
    assert ARABIC["sent"] in who.main()
    assert page.context.cookies() == []


def _complains(who: Visitor, folder: Path) -> str:
    page = who.page
    who.go("/synpunkt/")
    with page.expect_navigation():
        page.click("text=Lövdala kommun")
    who.check("public form, Swedish")
    who.picture("synpunkt-svenska", whole=True)
    with page.expect_navigation():
        page.click("text=العربية")
    who.check("public form, Arabic")
    assert page.locator("html").get_attribute("dir") == "rtl"
    Image.new("RGB", (60, 60), "blue").save(folder / "bild.jpg")
    page.fill("#id_description", TOLD)
    page.select_option("#id_unit", label="Ekbacken")
    page.set_input_files("#files", str(folder / "bild.jpg"))
    who.send()
    found = re.search(r"(?:[2-9A-Z]{4}-){5}[2-9A-Z]{4}", who.main())
    assert found
    who.check("public receipt, Arabic")
    assert page.context.cookies() == []
    return found[0]


def _goran_registers(goran: Visitor) -> str:
    page = goran.page
    goran.go("/arenden/?val=vantar")
    page.click(f"text={TOLD[:20]}")
    ref = re.search(r"/arenden/(\d{4}-\d+)/", page.url)
    assert ref and TOLD in goran.main() and "bild.jpg" in goran.main()
    goran.go(f"/arenden/{ref[1]}/steg/register/")
    goran.check("register a complaint")
    goran.pick("track", "sol")
    asa = page.locator("#id_handler option", has_text="Åsa Lindqvist").get_attribute("value")
    page.select_option("#id_handler", asa)
    goran.send()
    goran.go(f"/arenden/{ref[1]}/steg/confirm/")
    goran.send()
    return ref[1]


def _asa_answers(asa: Visitor, ref: str) -> None:
    page = asa.page
    asa.go(f"/arenden/{ref}/uppgift/impartial/")
    asa.pick("answer", "no")
    asa.send()
    asa.go(f"/arenden/{ref}/steg/investigate/")
    asa.send()
    asa.go(f"/arenden/{ref}/steg/answer/")
    page.fill("#id_message", "Vi har tagit fram en ny morgonlista.")
    asa.send()


@pytest.mark.both
@pytest.mark.capability("CMP-1")
def test_the_registrar_enters_a_call(desk: Open) -> None:
    goran = desk("goran")
    page = goran.page
    goran.go("/synpunkt/ny/")
    goran.check("enter a call")
    goran.pick("channel", "phone")
    page.fill("#id_description", "Hon ringer och säger att maten är kall.")
    page.select_option("#id_unit", label="Lindgården")
    goran.send()
    assert re.search(r"(?:[2-9A-Z]{4}-){5}[2-9A-Z]{4}", goran.main())
    goran.check("a call entered")
    page.click("main a.btn-primary")
    assert "maten är kall" in goran.main()
