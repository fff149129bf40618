"""What in a BPMN file is not as the standard says, told with its line to someone who draws processes."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from hjulet.processes.bpmn import checking
from hjulet.processes.bpmn.reading import read
from hjulet.processes.bpmn.writing import write
from tests.processes.test_bpmn_reading import FILES, bpmn, vector

pytestmark = [pytest.mark.capability("PRO-2")]
FAULTY = {"faults", "unknown_types"}
SOUND = [path for path in FILES if path.stem not in FAULTY]


@pytest.fixture
def no_schema(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(checking, "SCHEMAS", tmp_path)


def test_the_schema_is_there_after_set_up() -> None:
    assert checking.schema(checking.SCHEMAS) is not None


def test_no_folder_or_a_spoilt_one_is_no_schema(tmp_path: Path) -> None:
    assert checking.schema(tmp_path) is None
    (tmp_path / "BPMN20.xsd").write_text("<nej/>")
    assert checking.schema(tmp_path) is None


@pytest.mark.parametrize("path", SOUND, ids=[path.stem for path in SOUND])
def test_sound_files_have_no_warnings_and_what_leaves_is_as_the_schema_says(path: Path) -> None:
    diagram = read(path.read_bytes())
    assert diagram.warnings == []
    schema = checking.schema(checking.SCHEMAS)
    assert schema is not None
    schema.assertValid(etree.fromstring(write(diagram)))


FAULTS = [
    "Rad 5: task ”Ett steg” pekar på ”borta”, som inte finns i filen.",
    "Rad 6: task ”Samma id” har samma id som ett annat element, ”t”. Bara det första visas.",
    "Rad 7: task ”Inget id” saknar id och visas därför inte.",
    "Rad 8: boundaryEvent ”b” pekar på ”ingen”, som inte finns i filen.",
    "Rad 10: sequenceFlow ”f2” saknar targetRef.",
    "Rad 11: sequenceFlow ”f3” pekar på ”finns-inte”, som inte finns i filen.",
    "Rad 19: BPMNShape ”spoke_di” pekar på ”spoke”, som inte finns i filen.",
]
BY_SCHEMA = "Rad 12: ritning står på ett ställe där standarden inte har det."


def test_faults_are_told_with_line_and_element() -> None:
    assert read(vector("faults")).warnings == [*FAULTS[:-1], BY_SCHEMA, FAULTS[-1]]


def test_references_are_followed_without_the_schema_too(no_schema: None) -> None:
    assert read(vector("faults")).warnings == FAULTS
    assert read(vector("unknown_types")).warnings == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ('<task id="t" startQuantity="två"/>', "task har ett värde i startQuantity som inte är"),
        ('<task id="t" farg="röd"/>', "task har farg, som inte finns i standarden"),
        ('<task id="1:a"/>', "task har ett värde i id som inte är"),
        ('<task id="t"/><documentation/>', "documentation står på ett ställe"),
        ('<scriptTask id="t"><incoming/><script/><script/></scriptTask>', "script står på ett ställe"),
        ('<task id="t"><ioSpecification id="i"/></task>', "i ioSpecification saknas något av dataInput, "),
        ('<association id="a" sourceRef="p"/>', "association saknar targetRef"),
    ],
)
def test_the_schemas_words_in_swedish(body: str, told: str) -> None:
    warnings = read(bpmn(body)).warnings
    assert any(one.startswith("Rad 1: ") and told in one for one in warnings), warnings


def test_a_reference_into_another_file_is_no_fault(no_schema: None) -> None:
    body = '<task id="t" xmlns:u="urn:example:prov" xmlns:annan="urn:x"/><sequenceFlow id="f" sourceRef="{}" targetRef="t"/>'
    here = body.replace('id="f"', 'id="f" xmlns:u="urn:example:prov" xmlns:annan="urn:x"')
    assert read(bpmn(here.format("u:t"))).warnings == []
    assert read(bpmn(here.format("annan:t9"))).warnings == []
    assert len(read(bpmn(here.format("u:t9"))).warnings) == 1


def test_twenty_sentences_are_enough() -> None:
    warnings = read(bpmn("".join(f'<task id="t{n}" default="x{n}"/>' for n in range(60)))).warnings
    assert len(warnings) == checking.MOST_WARNINGS
    assert warnings[0] == "Rad 1: task ”t0” pekar på ”x0”, som inte finns i filen."
    assert warnings[-1] == "Det finns 41 till av samma slag."
