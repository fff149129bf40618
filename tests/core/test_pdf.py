"""The one door to Typst: what is data stays data, nothing outside is read, and time and memory have an end."""

from __future__ import annotations

import io
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from hjulet.core import pdf

pytestmark = [pytest.mark.capability("CMP-3")]

PLAIN = """
#let data = json(bytes(sys.inputs.data))
#set document(title: data.title)
#set text(lang: data.lang)
= #data.title
#data.text
#if data.boxed [BOXED]
"""


@pytest.fixture
def set_in_type(tmp_path: Path, at: Any) -> Any:
    def make(text: str, template: str = PLAIN, **limits: int) -> PdfReader:
        (tmp_path / "blad.typ").write_text(template)
        sheet = pdf.make(tmp_path / "blad.typ", {"text": text}, title="Åtgärder, 2026-0001", at=at, **limits)
        return PdfReader(io.BytesIO(sheet))

    return make


def text_of(reader: PdfReader) -> str:
    return "\n".join(page.extract_text() for page in reader.pages)


def test_title_language_tags_and_both_standards(set_in_type) -> None:
    reader = set_in_type("Hej")
    root: Any = reader.trailer["/Root"]
    assert reader.metadata.title == "Åtgärder, 2026-0001"
    assert root["/Lang"] == "sv"
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]) == "True"
    about = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1<" in about
    assert "<pdfaid:part>2<" in about and "<pdfaid:conformance>A<" in about


@pytest.mark.parametrize(
    "text",
    [
        '#import "/etc/passwd"',
        '#read("/etc/passwd")',
        '#eval("1 + 1") $x^2$ *fet* _kursiv_ \\ <a> @ref',
        '"}) #panic() //',
        "= Rubrik",
        "{{ settings }} {% debug %}",
    ],
)
def test_what_someone_typed_is_set_as_it_stands(text: str, set_in_type) -> None:
    found = text_of(set_in_type(text))
    assert text in found
    assert "root:" not in found


@pytest.mark.parametrize(
    "line",
    [
        '#read("/etc/passwd")',
        '#read("../hemligt.txt")',
        '#import "@preview/cetz:0.3.1": *',
        '#panic("nej")',
    ],
)
def test_nothing_outside_the_folder_and_nothing_from_the_net(line: str, set_in_type, tmp_path) -> None:
    (tmp_path.parent / "hemligt.txt").write_text("hemligt")
    with pytest.raises(pdf.PdfFailed):
        set_in_type("", f"{PLAIN}\n{line}")


def test_a_character_without_a_glyph_becomes_a_box_and_the_paper_says_so(set_in_type) -> None:
    found = text_of(set_in_type("Hej 😀 中文 du"))
    assert "Hej □ □□ du" in found
    assert "BOXED" in found
    assert "BOXED" not in text_of(set_in_type("Hej عربي Ελλάδα Кирилица"))


def test_control_and_direction_marks_are_left_out(set_in_type) -> None:
    assert "abcd" in text_of(set_in_type("a\x00b\u202ec\x07\ufffed"))


def test_an_endless_template_is_stopped(set_in_type) -> None:
    endless = "#{ let x = 0; for i in range(1000000) { for j in range(10000) { x = x + j } }; x }"
    with pytest.raises(pdf.PdfFailed):
        set_in_type("", f"{PLAIN}\n{endless}", seconds=2)


def test_memory_has_an_end(set_in_type) -> None:
    with pytest.raises(pdf.PdfFailed):
        set_in_type("", PLAIN + '\n#let s = "x" * 900000000\n#s.len()', memory=700 * 1024**2)


def test_too_much_text_is_refused_before_anything_starts(set_in_type, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "LARGEST", 1000)
    with pytest.raises(pdf.PdfFailed):
        set_in_type("x" * 2000)


def test_the_child_knows_none_of_our_secrets(set_in_type, monkeypatch) -> None:
    monkeypatch.setenv("HJULET_SECRET_KEY", "hemlig")
    assert "HJULET_SECRET_KEY" not in pdf.ENVIRONMENT
    assert text_of(set_in_type("Hej"))


def test_the_same_data_gives_the_same_bytes(tmp_path, at) -> None:
    (tmp_path / "blad.typ").write_text(PLAIN)
    one, two = (pdf.make(tmp_path / "blad.typ", {"text": "Hej"}, title="T", at=at) for _ in range(2))
    assert one == two


@pytest.mark.skipif(
    not os.environ.get("HJULET_VERAPDF"), reason="veraPDF is not here; HJULET_VERAPDF names its command"
)
@pytest.mark.parametrize("flavour", ["ua1", "2a"])
def test_verapdf_finds_no_fault(flavour: str, tmp_path, at) -> None:
    (tmp_path / "blad.typ").write_text(PLAIN)
    sheet = pdf.make(tmp_path / "blad.typ", {"text": "Hej"}, title="T", at=at)
    (tmp_path / "blad.pdf").write_bytes(sheet)
    command = [*os.environ["HJULET_VERAPDF"].split(), "-f", flavour, str(tmp_path / "blad.pdf")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert 'isCompliant="true"' in done.stdout, done.stdout[-2000:]
