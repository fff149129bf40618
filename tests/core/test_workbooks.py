"""Workbooks as people make them. Each is made here, with the same writer the exports use."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hjulet.core.tables import read_rows

pytestmark = pytest.mark.capability("PLT-1")
Make = Callable[..., Path]
NEEDED = {"ref", "reported_at", "description"}
HEAD = ["ref", "reported_at", "description"]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(fill: Callable[[Any, Any], None], **options: Any) -> Path:
        path = tmp_path / "bok.xlsx"
        with xlsxwriter.Workbook(path, options) as book:
            fill(book, book.add_worksheet("Avvikelser"))
        return path

    return made


def rows_of(path: Path, **options: Any) -> list[tuple[int, Any]]:
    return list(read_rows(path, NEEDED, dates={"reported_at"}, **options))


def test_a_title_above_the_head_and_holes_around(make: Make) -> None:
    def fill(book: Any, page: Any) -> None:
        page.merge_range("B2:D2", "Avvikelser 2026")
        page.write_row(3, 1, [" ref", "reported_at ", "description", "", "Not\nera"])
        page.write_row(5, 1, ["A-1 ", "2026-03-02 10:00", "\u00a0Föll. ", "", "x"])
        page.write_row(8, 1, ["A-2", "2026-03-03", "Rad ett\nrad två"])

    assert rows_of(make(fill)) == [
        (6, {"ref": "A-1", "reported_at": "2026-03-02 10:00", "description": "Föll.", "Not era": "x"}),
        (9, {"ref": "A-2", "reported_at": "2026-03-03", "description": "Rad ett\nrad två", "Not era": ""}),
    ]


@pytest.mark.parametrize("since_1904", [False, True])
def test_days_as_days_as_bare_numbers_and_as_text(make: Make, since_1904: bool) -> None:
    zero = datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)
    noon = datetime(2026, 3, 2, 12, 30, 20)

    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, HEAD)
        page.write_row(1, 0, ["dag"])
        page.write_datetime(1, 1, datetime(2026, 3, 2), book.add_format({"num_format": "yyyy-mm-dd"}))
        page.write_row(2, 0, ["stund"])
        page.write_datetime(2, 1, noon, book.add_format({"num_format": "d mmm yyyy hh:mm"}))
        page.write_row(3, 0, ["tal", (noon - zero).total_seconds() / 86_400])
        page.write_row(4, 0, ["text", "2026-03-02 12:30:20"])
        page.write_row(5, 0, ["år", 2026])

    told = {row["ref"]: row["reported_at"] for _line, row in rows_of(make(fill, date_1904=since_1904))}
    assert told == {
        "dag": "2026-03-02",
        "stund": "2026-03-02 12:30:20",
        "tal": "2026-03-02 12:30:20",
        "text": "2026-03-02 12:30:20",
        "år": "2026",
    }


def test_numbers_and_formulas_read_as_a_person_sees_them(make: Make) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, [*HEAD, "n", "sant", "klockan"])
        page.write_row(1, 0, [1042, "2026-03-02"])
        page.write_formula(1, 2, '="Fö"&"ll"', None, "Föll")
        page.write_row(1, 3, [2.5, True])
        page.write_datetime(1, 5, time(14, 5), book.add_format({"num_format": "hh:mm"}))
        page.write_row(2, 0, ["45000", "2026-03-02", "45000"])

    (_first, row), (_second, other) = rows_of(make(fill))
    assert row == {
        "ref": "1042", "reported_at": "2026-03-02", "description": "Föll", "n": "2.5", "sant": "ja", "klockan": "14:05:00",
    }  # fmt: skip
    assert other["description"] == "45000"


def test_hidden_and_other_sheets_are_told_and_left_aside(make: Make) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write(0, 0, "Läs mig först")
        hidden, right, more = (book.add_worksheet(name) for name in ("Gammal", "2026", "2025"))
        hidden.hide()
        for place, ref in ((hidden, "gömd"), (right, "rätt"), (more, "andra")):
            place.write_row(0, 0, HEAD)
            place.write_row(1, 0, [ref, "2026-03-02", "x"])

    notes: list[str] = []
    path = make(fill)
    assert [row["ref"] for _line, row in rows_of(path, tell=notes.append)] == ["rätt"]
    assert notes == ["Läser bladet 2026.", "Blad som inte läses: Avvikelser, Gammal, 2025."]
    assert [row["ref"] for _line, row in rows_of(path, sheet="Gammal")] == ["gömd"]
    with pytest.raises(ValueError, match="Bladet Saknas finns inte. Filen har Avvikelser, Gammal, 2026, 2025"):
        rows_of(path, sheet="Saknas")


def test_a_name_that_comes_twice(make: Make) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, [*HEAD, "ref"])
        page.write_row(1, 0, ["A", "2026-03-02", "x", "B"])

    notes: list[str] = []
    assert [row["ref"] for _line, row in rows_of(make(fill), tell=notes.append)] == ["A"]
    assert notes[1] == "Kolumner som finns flera gånger, den första läses: ref."


def test_what_is_missing_is_named(make: Make) -> None:
    def fill(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["Titel"])
        page.write_row(1, 0, ["ref", "description"])

    with pytest.raises(ValueError, match="saknar kolumnen reported_at. Bladen som söktes: Avvikelser"):
        rows_of(make(fill))


def test_only_hidden_sheets(tmp_path: Path) -> None:
    path = tmp_path / "dold.xlsx"
    with xlsxwriter.Workbook(path) as book:
        chart = book.add_chart({"type": "column"})
        page = book.add_worksheet("Dold")
        page.write_row(0, 0, HEAD)
        chart.add_series({"values": "=Dold!$A$1:$A$2"})
        book.add_chartsheet("Diagram").set_chart(chart)
        book.get_worksheet_by_name("Diagram").activate()
        page.hide()
    with pytest.raises(ValueError, match="inget synligt blad"):
        rows_of(path)


@pytest.mark.parametrize("content", [b"", b"ref;reported_at\n", b"PK\x03\x04" + b"0" * 60])
def test_a_file_that_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "fel.xlsx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match="Kalkylbladet går inte att läsa"):
        rows_of(path)
