"""BPMN files in and out: nothing is lost, nothing is run or fetched, and what cannot be read says why."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from hjulet.processes.bpmn import reading
from hjulet.processes.bpmn.compare import compare
from hjulet.processes.bpmn.model import BPMN, BPMNDI, DC, DI, Diagram, Unreadable
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.steps import rows, shown, told
from hjulet.processes.bpmn.writing import write

pytestmark = [pytest.mark.capability("PRO-2")]
FILES = sorted((Path(__file__).parent / "vectors").glob("*.bpmn"))
NAMES = [path.stem for path in FILES]


def vector(name: str) -> bytes:
    return next(path for path in FILES if path.stem == name).read_bytes()


def bpmn(body: str, *, root: str = "", head: str = "") -> bytes:
    start = f'<definitions xmlns="{BPMN}" targetNamespace="urn:example:prov"{root}>'
    return f'{head}{start}<process id="p">{body}</process></definitions>'.encode()


def canonical(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, method="c14n", with_comments=True))


def profile(tree: Any) -> dict[str, Any]:
    """What a file holds, counted without the help of the code that reads it."""
    elements = [one for one in tree.iter() if isinstance(one.tag, str)]
    ours = {BPMN, BPMNDI, DC, DI}
    return {
        "tags": Counter(one.tag for one in elements),
        "ids": sorted(one.get("id") for one in elements if one.get("id")),
        "names": sorted(one.get("name") for one in elements if one.get("name")),
        "prefixes": Counter(one.prefix for one in elements),
        "values": Counter(value for one in elements for value in one.attrib.items()),
        "waypoints": [dict(one.attrib) for one in elements if one.tag == f"{{{DI}}}waypoint"],
        "bounds": [dict(one.attrib) for one in elements if one.tag == f"{{{DC}}}Bounds"],
        "foreign": sum(etree.QName(one).namespace not in ours for one in elements),
        "comments": [one.text for one in tree.xpath("//comment()")],
        "instructions": [(one.target, one.text) for one in tree.xpath("//processing-instruction()")],
        "texts": Counter((one.text or "").strip() for one in elements),
    }


@pytest.mark.parametrize("path", FILES, ids=NAMES)
def test_out_is_what_came_in(path: Path) -> None:
    came = etree.parse(str(path), etree.XMLParser(resolve_entities=False))
    left = etree.fromstring(write(read(path.read_bytes()))).getroottree()
    assert canonical(left) == canonical(came)
    assert profile(left) == profile(came)
    assert bool(left.docinfo.standalone) == bool(came.docinfo.standalone)
    assert write(read(write(read(path.read_bytes())))) == write(read(path.read_bytes()))


def test_the_vectors_are_of_many_sorts() -> None:
    prefixes = {etree.fromstring(path.read_bytes()).prefix for path in FILES}
    assert prefixes >= {None, "bpmn", "bpmn2", "semantic", "model", "ns0"}
    counted = Counter(tag for path in FILES for tag in profile(etree.parse(str(path)))["tags"].elements())
    for name in (
        "lane",
        "messageFlow",
        "dataObjectReference",
        "textAnnotation",
        "group",
        "boundaryEvent",
        "subProcess",
    ):
        assert counted[f"{{{BPMN}}}{name}"], name
    assert sum(profile(etree.parse(str(path)))["foreign"] for path in FILES) >= 10
    assert not list(etree.fromstring(vector("no_drawing")).iter(f"{{{BPMNDI}}}*"))


def test_comments_and_instructions_outside_the_model_are_kept() -> None:
    out = write(read(vector("default_namespace")))
    assert out.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<?editor keep="1"?>')
    assert "<!-- Enheten för hemtjänst, 2026 -->".encode() in out and out.rstrip().endswith(
        b"<!-- slut p\xc3\xa5 filen -->"
    )
    assert b"<![CDATA[Titta" in write(read(vector("bpmn2_prefix")))


LEGAL = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff", include_characters="\t\n\r")
TEXTS = st.text(LEGAL, max_size=40)


@given(TEXTS, TEXTS, TEXTS)
def test_any_name_that_xml_allows_survives(name: str, text: str, foreign: str) -> None:
    root = etree.fromstring(bpmn('<task id="t"><documentation/></task>'))
    (task,) = root.iter(f"{{{BPMN}}}task")
    task.set("name", name)
    task.set("{urn:example:annan}not", foreign)
    task[0].text = text
    again = read(write(read(write(Diagram(root.getroottree())))))
    (found,) = again.tree.iter(f"{{{BPMN}}}task")
    assert (found.get("name"), found.get("{urn:example:annan}not"), found[0].text or "") == (name, foreign, text)
    assert rows(again)[0].name == name.strip()


# Encodings -------------------------------------------------------------------------


def in_encoding(encoding: str, said: str | None = None) -> bytes:
    text = re.sub(r"^<\?xml.*?\?>\s*", "", vector("default_namespace").decode())
    return f'<?xml version="1.0" encoding="{said or encoding}"?>\n{text}'.encode(encoding)


@pytest.mark.parametrize(
    "data",
    [
        in_encoding("utf-8"),
        in_encoding("utf-8-sig", "UTF-8"),
        in_encoding("utf-8-sig", "ISO-8859-1"),  # the mark knows better than the declaration
        in_encoding("utf-16"),
        in_encoding("utf-16-le", "UTF-16"),
        in_encoding("utf-16-be", "UTF-16"),
        in_encoding("iso-8859-1"),
        in_encoding("cp1252", "windows-1252"),
        in_encoding("utf-8", "utf-16"),  # written by a program that only thought that it wrote UTF-16
        b"\r\n  " + in_encoding("utf-8"),
    ],
)
def test_the_same_whatever_the_encoding(data: bytes) -> None:
    diagram = read(data)
    assert [row.name for row in rows(diagram)] == [row.name for row in rows(read(vector("default_namespace")))]
    assert write(diagram).decode("utf-8").count("Nattpatrull") == 1


def test_without_a_declaration_it_is_utf_8() -> None:
    assert rows(read(bpmn('<task id="t" name="Åk dit 🚑"/>')))[0].name == "Åk dit 🚑"


# What is refused -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "tom"),
        (b" \r\n\t", "tom"),
        (b"\xef\xbb\xbf", "tom"),
        (b"\0" * 200, "tom"),
        (b"Ring 112 om det brinner", "inte XML"),
        (b"PK\x03\x04" + b"\0" * 40, "zippad"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "bild"),
        (b'{"definitions": {}}', "JSON"),
        (b"<!DOCTYPE html><html><body><p>Hej<br></body></html>", "webbsida"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "webbsida"),
        (b'<Package xmlns="http://www.wfmc.org/2009/XPDL2.2" Id="x"/>', "XPDL"),
        (b'<VisioDocument xmlns="http://schemas.microsoft.com/office/visio/2012/main"/>', "Visio"),
        (b'<mxfile host="app.diagrams.net"><diagram/></mxfile>', "draw.io"),
        (b"<mxGraphModel/>", "draw.io"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "bild"),
        (b'<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"/>', "DMN"),
        (b'<bpmn:BpmnDiagram xmlns:bpmn="http://stp.eclipse.org/bpmn"/>', "inte version 2.0"),
        (b'<definitions xmlns="http://schema.omg.org/spec/BPMN/2.0"/>', "inte version 2.0"),
        (b"<recept><mjolk/></recept>", "börjar med ”recept”"),
        (f'<process xmlns="{BPMN}" id="p"/>'.encode(), "Exportera hela modellen"),
        (f'<definitions xmlns="{BPMN}" targetNamespace="u"/>'.encode(), "ingen process"),
        (f'<definitions xmlns="{BPMN}"><choreography id="c"/></definitions>'.encode(), "koreografi"),
        (bpmn("<task").replace(b"</process>", b""), "Rad 1"),
        (b'<?xml version="1.0"?>\n' + bpmn("<task>"), "Rad 2: filen är avklippt"),
        (bpmn('<task id="t"/>')[:-9], "avklippt"),
        (bpmn('<task id="t" name="a\0b"/>'), "tecken som inte får finnas"),
        (bpmn('<task id="t" name="&#1;"/>'), "tecken som inte får finnas"),
        (bpmn('<task id="t" name="&auml;"/>'), "inte riktig XML"),
        (bpmn('<annan:task id="t"/>'), "inte riktig XML"),
        (bpmn('<task id="t" name="å"/>').decode().encode("latin-1"), "Spara den som UTF-8"),
        (bpmn("", head='<?xml version="1.0" encoding="klingon"?>'), "Spara den som UTF-8"),
    ],
)
def test_what_cannot_be_read_says_what_it_is(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why) as refusal:
        read(data)
    assert str(refusal.value).endswith(".")
    assert not re.search(r"[Vv]änligen|OBS|[Oo]giltig|fel inträffade", str(refusal.value))


_MORE = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 12))
LAUGHS = f'<!DOCTYPE d [<!ENTITY a0 "ha">{_MORE}]>'
FETCHES = '<!DOCTYPE d [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>'
PARAMETERS = '<!DOCTYPE d [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>'
PLAIN = '<!DOCTYPE definitions SYSTEM "bpmn.dtd">'


@pytest.mark.parametrize("head", [LAUGHS, FETCHES, PARAMETERS, PLAIN], ids=["laughs", "file", "parameter", "plain"])
def test_no_doctype(head: str) -> None:
    begun = time.process_time()
    with pytest.raises(Unreadable, match="DOCTYPE"):
        read(bpmn('<task id="t" name="&a11;"/>' if "a11" in head else "", head=head))
    for encoding in ("utf-16", "utf-8-sig"):
        with pytest.raises(Unreadable, match="DOCTYPE"):
            read(bpmn("", head=head).decode().encode(encoding))
    assert time.process_time() - begun < 5


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bpmn("<!--" + "x" * 10_000_000 + "-->"), "större än 5 MB"),
        (bpmn('<task id="t"/>' * 50_000), "fler än 20000 element"),
        (bpmn("<subProcess>" * 10_000 + "</subProcess>" * 10_000), "mer än 100 element i varandra"),
        (bpmn("<extensionElements>" + '<x xmlns="">' * 10_000), "mer än 100 element i varandra"),
        (bpmn(f'<task id="t" name="{"n" * 2_001}"/>'), "”nnn.*2000 tecken"),
        (bpmn(f'<task id="{"i" * 201}"/>'), "”iii.*200 tecken"),
        (bpmn(f"<{'t' * 61} id='t'/>"), "”ttt.*60 tecken"),
    ],
    ids=["bytes", "elements", "depth", "foreign depth", "name", "id", "type"],
)
def test_limits(data: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(data)


def test_within_the_limits() -> None:
    steps = "".join(f'<task id="t{n}" name="Steg"/>' for n in range(reading.MOST_ELEMENTS - 2))
    assert len(rows(read(bpmn(steps)))) == reading.MOST_ELEMENTS - 2
    deep = reading.MOST_DEPTH - 2
    nested = "".join(f'<subProcess id="s{n}">' for n in range(deep)) + "</subProcess>" * deep
    assert len(rows(read(bpmn(nested)))) == deep
    longest = "n" * reading.LONGEST_NAME
    assert rows(read(bpmn(f'<task id="{"i" * reading.LONGEST_ID}" name="{longest}"/>')))[0].name == longest


VECTORS = [path.read_bytes() for path in FILES]
EDITS = st.lists(st.tuples(st.integers(0, 10_000), st.binary(max_size=4), st.integers(0, 6)), max_size=5)


@given(st.sampled_from(VECTORS), EDITS)
def test_spoilt_bytes_are_read_or_refused(data: bytes, edits: list[tuple[int, bytes, int]]) -> None:
    for at, put, gone in edits:
        data = data[:at] + put + data[at + gone :]
    try:
        diagram = read(data)
    except Unreadable as refusal:
        assert str(refusal)
        return
    assert {row.id for row in rows(read(write(diagram)))} == {row.id for row in rows(diagram)}


MOVES = st.lists(st.tuples(*[st.integers(0, 10_000)] * 3), min_size=1, max_size=6)


@given(st.sampled_from(VECTORS), MOVES)
def test_elements_in_places_where_nobody_puts_them(data: bytes, moves: list[tuple[int, int, int]]) -> None:
    root = read(data).tree.getroot()
    for which, where, attribute in moves:
        elements = [one for one in root.iter() if isinstance(one.tag, str)]
        one, holder = elements[which % len(elements)], elements[where % len(elements)]
        if one.attrib and attribute % 2:
            del one.attrib[sorted(one.attrib)[attribute % len(one.attrib)]]
        elif one is not root and one not in {holder, *holder.iterancestors()}:
            holder.append(one)
    try:
        diagram = read(write(Diagram(root.getroottree())))
    except Unreadable as refusal:
        assert str(refusal)
        return
    found = rows(diagram)
    names = {row.id: row for row in found}
    assert [row.place for row in found] == list(range(1, len(found) + 1)) and len(names) == len(found)
    assert all(told(row, names) and shown(row, names) is not None for row in found)
    assert compare(diagram, diagram) == []


# What is kept and never followed -----------------------------------------------------


@pytest.fixture
def telephone() -> Any:
    """An address that someone would call if a file made them: (address, calls)."""
    calls: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)

        def answer() -> None:
            while True:
                try:
                    connection, _address = server.accept()
                except TimeoutError:
                    continue
                except OSError:
                    return
                with connection:
                    calls.append(connection.recv(200))

        threading.Thread(target=answer, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.xsd", calls


def test_nothing_is_fetched(telephone: Any, tmp_path: Path) -> None:
    address, calls = telephone
    secret = tmp_path / "hemligt.xml"
    secret.write_text("<hemligt>lösenord</hemligt>")
    xsi = "http://www.w3.org/2001/XMLSchema-instance"
    root = f' xmlns:xsi="{xsi}" xsi:schemaLocation="urn:x {address} {BPMN} {address}"'
    include = f'<x:include xmlns:x="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    body = f'<extensionElements>{include}</extensionElements><task xmlns:y="urn:x" id="t" y:a="1"/>'
    sheet = f'<?xml-stylesheet type="text/xsl" href="{address}"?>'
    imported = f'<import namespace="urn:x" location="{address}" importType="http://www.w3.org/2001/XMLSchema"/>'
    data = bpmn(body, root=root, head=sheet).replace(b"<process", imported.encode() + b"<process")
    out = write(read(data)).decode()
    assert "lösenord" not in out and secret.as_uri() in out and address in out
    assert calls == []


def test_scripts_are_kept_as_text_and_not_run(tmp_path: Path) -> None:
    out = write(read(vector("sub_processes"))).decode()
    assert "throw new Error" in out and "getRuntime" in out and "javascript:alert" in out
    shown = " ".join(f"{row.name} {row.beside}" for row in rows(read(vector("sub_processes"))))
    assert "javascript:" not in shown and "throw" not in shown
