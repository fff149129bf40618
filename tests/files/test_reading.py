"""Word and PDF are read whole, in a process with limits; what is hostile or broken is refused with a reason."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pypdf import PdfWriter
from tests.conftest import AT
from tests.files.words import TYPES, document, paragraph, relation, relations, table

from hjulet.core.actor import Actor
from hjulet.core.richtext import outline, parts
from hjulet.files.actions import FileRefused, response, store
from hjulet.files.packages import WORD_TYPE, clean_word
from hjulet.files.reading import read

pytestmark = [pytest.mark.capability("DOC-2")]


def pdf(pages: list[str], *, password: str = "", extra: bytes = b"") -> bytes:
    """A PDF made by hand: one Helvetica text a page, lines parted by a line break."""
    bodies: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids = []
    for text in pages:
        lines = b" T* ".join(b"(%s) Tj" % line.encode("cp1252") for line in text.split("\n"))
        stream = b"BT /F1 12 Tf 14 TL 50 700 Td " + lines + b" ET"
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R >> >> >>" % len(bodies)
        )
        kids.append(b"%d 0 R" % len(bodies))
    bodies[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, extra, start)
    if password:
        writer = PdfWriter(clone_from=io.BytesIO(out))
        writer.encrypt(password)
        file = io.BytesIO()
        writer.write(file)
        return file.getvalue()
    return out


def test_a_word_document_with_headings_lists_and_tables() -> None:
    body = (
        paragraph("Rutin för larm", "Rubrik1")
        + paragraph("Gäller &lt;alla&gt;.", bold=True)
        + paragraph("Ansvar", "Rubrik3")
        + paragraph("först", number=1)
        + paragraph("sedan", number=1)
        + paragraph("ett", number=2)
        + table([["Roll", "Gör"], ["Chef", "leder"]])
    )
    assert read(document(body)).html == (
        "<h2>Rutin för larm</h2><p><strong>Gäller &lt;alla&gt;.</strong></p><h3>Ansvar</h3>"
        "<ul><li>först</li><li>sedan</li></ul><ol><li>ett</li></ol>"
        '<table><thead><tr><th scope="col"><strong>Roll</strong></th><th scope="col"><strong>Gör</strong></th></tr></thead>'
        "<tbody><tr><td>Chef</td><td>leder</td></tr></tbody></table>"
    )


def test_three_hundred_pages_come_out_whole() -> None:
    """150 000 words, 250 headings and 100 tables with each cell of its own."""
    words = " ".join(f"ord{number}" for number in range(30))
    body, expected = [], []
    for number in range(5000):
        if number % 20 == 0:
            body.append(paragraph(f"Rubrik {number}", "Rubrik2"))
            expected.append(f"Rubrik {number}")
        body.append(paragraph(f"{number} {words}"))
        expected.append(f"{number} {words}")
        if number % 50 == 0:
            rows = [["Steg", "Gör"], *([f"{number}-{row}", f"text {row}"] for row in range(10))]
            body.append(table(rows))
            expected += [" | ".join(row) for row in rows]
    html = read(document("".join(body)), seconds=120).html
    assert [block.text for block in parts(html)] == expected
    assert len(outline(html)) == 250 and html.count("<table>") == 100 and html.count("<thead>") == 100


def test_pictures_are_left_out_and_counted() -> None:
    drawing = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData><pic:pic '
        'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill><a:blip r:embed="r9"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    rels = relations(relation("r9", "image", "media/a.png"))
    content = document(
        paragraph("före") + drawing, **{"word/_rels/document.xml.rels": rels, "word/media/a.png": b"\x89PNG"}
    )
    reading = read(content)
    assert (reading.html, reading.pictures) == ("<p>före</p>", 1)


def test_a_link_to_elsewhere_is_kept_as_an_address_and_a_script_is_not() -> None:
    def link(number: str) -> str:
        return f'<w:p><w:hyperlink r:id="{number}"><w:r><w:t>se</w:t></w:r></w:hyperlink></w:p>'

    rels = relations(
        relation("r1", "hyperlink", "https://www.ivo.se/", external=True),
        relation("r2", "hyperlink", "javascript:steal()", external=True),
    )
    content = document(link("r1") + link("r2"), **{"word/_rels/document.xml.rels": rels})
    assert read(content).html == '<p><a href="https://www.ivo.se/" rel="noopener">se</a></p><p>se</p>'


def test_the_text_of_a_pdf_as_paragraphs() -> None:
    long = "Den som rapporterar ska få veta vad som händer"
    content = pdf([f"Rutin\n{long}\n{long[:-6]}.\n- punkt", "Sida två å ä ö"])
    reading = read(content)
    assert reading.pages == 2
    assert reading.html == f"<p>Rutin</p><p>{long} {long[:-6]}.</p><p>- punkt</p><p>Sida två å ä ö</p>"


BOMB = "<w:p/>" * 8_000_000
LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
    '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
)


@pytest.mark.parametrize("head", LAUGHS)
def test_entities_are_refused(head: str) -> None:
    with pytest.raises(FileRefused, match="går inte att läsa"):
        read(document(paragraph("x"), head=head))


def test_entities_in_another_encoding_are_refused() -> None:
    wide = f'<?xml version="1.0" encoding="UTF-16"?>{LAUGHS[1]}<x/>'.encode("utf-16")
    odd = b'<?xml version="1.0" encoding="cp037"?><x/>'
    for part in (wide, odd):
        with pytest.raises(FileRefused, match="går inte att läsa"):
            read(document(paragraph("x"), **{"word/footnotes.xml": part}))


def test_a_file_that_unpacks_to_far_too_much_is_refused() -> None:
    with pytest.raises(FileRefused, match="för mycket"):
        read(document(BOMB))


def test_a_file_that_lies_about_its_size_is_refused() -> None:
    content = document(paragraph("x") * 1000)
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = package.getinfo("word/document.xml").file_size
    lying = content.replace(size.to_bytes(4, "little"), (100).to_bytes(4, "little"))
    assert lying != content
    with pytest.raises(FileRefused):
        read(lying)


def test_time_and_memory_have_an_end() -> None:
    deep = "<w:tbl><w:tr><w:tc>" * 3000 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 3000
    with pytest.raises(FileRefused):
        read(document(deep))
    with pytest.raises(FileRefused, match="tar för lång tid"):
        read(document(paragraph("x" * 20) * 60_000), seconds=1)
    with pytest.raises(FileRefused):
        read(document(paragraph("x" * 20) * 60_000), memory=150 * 1024 * 1024)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 500, "låst med lösenord eller i ett äldre format"),
        (b"hej", "varken ett Word-dokument"),
        (b"PK\x03\x04 trasig", "går inte att läsa"),
        (document(paragraph("x"))[:-40], "går inte att läsa"),
        (document(paragraph("")), "ingen text"),
        (
            document(paragraph("x"), **{"[Content_Types].xml": TYPES.replace("wordprocessingml.document.main", "x")}),
            "varken",
        ),
        (document("<w:p>"), "går inte att läsa"),
    ],
    ids=["locked or old", "text", "stump", "cut", "empty", "another kind", "not whole"],
)
def test_what_is_not_a_word_document_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(FileRefused, match=why):
        read(content)


MACRO = TYPES.replace(
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "application/vnd.ms-word.document.macroEnabled.main+xml",
)


@pytest.mark.parametrize(
    "parts",
    [
        {"[Content_Types].xml": MACRO},
        {"word/vbaProject.bin": b"x"},
        {"word/embeddings/oleObject1.bin": b"x"},
        {"word/embeddings/bok.xlsm": b"x"},
        {"word/activeX/activeX1.xml": b"<x/>"},
    ],
    ids=["type", "project", "object", "workbook with macros", "control"],
)
def test_programs_in_word_are_refused(parts: dict[str, Any]) -> None:
    for check in (read, clean_word):
        with pytest.raises(FileRefused, match="innehåller program"):
            check(document(paragraph("x"), **parts))


def test_a_template_from_elsewhere_is_never_fetched_and_undone_when_the_file_is_kept() -> None:
    away = relations(relation("r1", "attachedTemplate", "http://127.0.0.1:9/evil.dotm", external=True))
    content = document(paragraph("hej"), **{"word/_rels/settings.xml.rels": away})
    assert read(content).html == "<p>hej</p>"
    kept = clean_word(content)
    with zipfile.ZipFile(io.BytesIO(kept.content)) as package:
        assert package.testzip() is None
        assert b"127.0.0.1" not in package.read("word/_rels/settings.xml.rels")
    assert read(kept.content).html == "<p>hej</p>"


@pytest.mark.parametrize("kind", ["oleObject", "image", "frame", "subDocument", "aFChunk"])
def test_a_file_that_fetches_its_content_is_read_but_not_kept(kind: str) -> None:
    away = relations(relation("r1", kind, "\\\\thief\\x", external=True))
    content = document(paragraph("hej"), **{"word/_rels/document.xml.rels": away})
    assert read(content).html == "<p>hej</p>"
    with pytest.raises(FileRefused, match="hämtar innehåll"):
        clean_word(content)


def test_hostile_pdfs_are_refused_in_words() -> None:
    with pytest.raises(FileRefused, match="låst"):
        read(pdf(["x"], password="hemlig"))
    with pytest.raises(FileRefused, match="ingen text"):
        read(pdf([""]))
    with pytest.raises(FileRefused, match="för många sidor"):
        read(pdf(["x"] * 30), pages=20)
    with pytest.raises(FileRefused):
        read(b"%PDF-1.7\ntrasig\n%%EOF")
    loop = pdf(["x"]).replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
    assert b"/Kids [2 0 R]" in loop
    with pytest.raises(FileRefused):
        read(loop)


def test_what_happens_in_the_reader_stays_there(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(FileRefused):
        read(document("<w:p><hemligt"))
    assert "hemligt" not in caplog.text


@pytest.mark.django_db
def test_a_room_that_asks_for_documents_gets_word_and_pdf_and_the_others_get_neither_more_nor_less(
    uploader: Actor,
) -> None:
    def upload(content: bytes, name: str) -> SimpleUploadedFile:
        return SimpleUploadedFile(name, content)

    content = document(paragraph("hej"))
    file = store(upload(content, "rutin.doc"), actor=uploader, at=AT, documents=True)
    assert (file.name, file.content_type) == ("rutin.docx", WORD_TYPE)
    assert response(file).content == content
    store(upload(pdf(["x"]), "rutin.pdf"), actor=uploader, at=AT, documents=True)
    with pytest.raises(FileRefused, match="varken en bild eller en PDF"):
        store(upload(content, "rutin.docx"), actor=uploader, at=AT)
    with pytest.raises(FileRefused, match="varken ett Word-dokument"):
        store(upload(b"\x89PNG\r\n\x1a\n", "bild.png"), actor=uploader, at=AT, documents=True)
    with pytest.raises(FileRefused, match="program"):
        store(upload(pdf(["x"], extra=b"/JavaScript 1 "), "x.pdf"), actor=uploader, at=AT, documents=True)
