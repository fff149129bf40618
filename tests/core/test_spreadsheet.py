"""What is written to a workbook is what another program reads out of it."""

from __future__ import annotations

import io
import resource
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hjulet.core import cells
from hjulet.core.spreadsheet import Sheet, Value, write_xlsx

pytestmark = pytest.mark.capability("PLT-1")
WIDE = [f"kolumn {n}" for n in range(30)]


def read(rows: list[list[Value]], columns: list[str]) -> list[list[object]]:
    with write_xlsx(columns, rows) as book:
        return list(CalamineWorkbook.from_filelike(book).get_sheet_by_index(0).to_python())


def test_each_kind_of_value() -> None:
    row: list[Value] = ["=1+1", -3, 2.5, True, None, date(2026, 3, 2), datetime(2026, 7, 2, 12, 30, 15, tzinfo=UTC)]
    head, told = read([row], list("abcdefg"))
    assert head == list("abcdefg")
    assert told == ["=1+1", -3, 2.5, True, "", date(2026, 3, 2), datetime(2026, 7, 2, 14, 30, 15)]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("<b>&\"å\"</b>", "<b>&\"å\"</b>"),
        ("tecken \x01 och \ud800", "tecken   och  "),
        ("rad\r\nrad", "rad\nrad"),
        ("  blanksteg  ", "  blanksteg  "),
        ("_x000D_", "_x000D_"),
        ("x" * 40_000, "x" * 32_767),
        (10**17, str(10**17)),
        (float("inf"), ""),
        (date(1850, 1, 1), "1850-01-01"),
        (date(1900, 3, 1), date(1900, 3, 1)),
        (date(2199, 12, 31), date(2199, 12, 31)),
    ],
)  # fmt: skip
def test_what_excel_is_particular_about(value: Value, told: object) -> None:
    assert read([["först", value]], ["a", "b"])[1][1] == told


@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"])), min_size=1, max_size=5))
def test_any_text_comes_back(texts: list[str]) -> None:
    rows: list[list[Value]] = [
        ["x", text] for text in texts if "_x" not in text and "\ufffe" not in text and "\uffff" not in text
    ]
    assert [row[1] for row in read(rows, ["a", "b"])[1:]] == [row[1] for row in rows]


def test_columns_past_z_and_more_sheets() -> None:
    rows: list[list[Value]] = [list(range(30)), list(range(30, 60))]
    with write_xlsx(WIDE, rows, name="Ett/två", more=[Sheet("Tre", ["a"], [["fyra"]])]) as book:
        found = CalamineWorkbook.from_filelike(book)
        assert found.sheet_names == ["Ett två", "Tre"]
        assert found.get_sheet_by_index(0).to_python() == [WIDE, *rows]
        assert found.get_sheet_by_index(1).to_python() == [["a"], ["fyra"]]


def test_every_part_is_sound_xml_with_a_frozen_head() -> None:
    with write_xlsx(["a", "b"], [["<", date(2026, 3, 2)]]) as book, zipfile.ZipFile(book) as parts:
        assert parts.testzip() is None
        trees = {name: ElementTree.fromstring(parts.read(name)) for name in parts.namelist()}
    sheet = trees["xl/worksheets/sheet1.xml"]
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    assert sheet.find(".//m:pane[@state='frozen']", space) is not None
    assert [row.get("r") for row in sheet.iterfind(".//m:row", space)] == ["1", "2"]
    assert [child.tag.partition("}")[2] for child in sheet][:4] == ["sheetViews", "sheetFormatPr", "cols", "sheetData"]


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "ROWS_MAX", 4)
    assert len(read([["x"]] * 3, ["a"])) == 4
    with pytest.raises(cells.TooLong):
        read([["x"]] * 4, ["a"])


def test_memory_does_not_grow_with_the_rows() -> None:
    def rows(count: int) -> Iterator[list[Value]]:
        return (["text " * 20, number, date(2026, 3, 2)] * 4 for number in range(count))

    write_xlsx([*"abcdefghijkl"], rows(1_000)).close()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    write_xlsx([*"abcdefghijkl"], rows(40_000)).close()
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    assert grown < 20  # megabytes; the rows are a hundred


def test_an_open_file_of_ones_own() -> None:
    own = io.BytesIO()
    assert write_xlsx(["a"], [["b"]], file=own) is own
    assert CalamineWorkbook.from_filelike(own).get_sheet_by_index(0).to_python() == [["a"], ["b"]]
