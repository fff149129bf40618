"""Rows to Excel and CSV: the one way out to a spreadsheet. What looks like a formula leaves as text."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

import xlsxwriter

from hjulet.core.clocks import STOCKHOLM

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
Value = str | int | float | bool | date | datetime | None
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# What no XML may hold; XlsxWriter would write it and Excel would refuse the file.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
CELL_MAX = 32_767
BATCH = 500


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the heads of its columns and its rows, which are read once. Widths in
    characters.
    """

    name: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Value]]
    widths: Sequence[int] = field(default=())


def write_xlsx(
    columns: Sequence[str],
    rows: Iterable[Sequence[Value]],
    *,
    name: str = "Blad 1",
    widths: Sequence[int] = (),
    more: Sequence[Sheet] = (),
    file: IO[bytes] | None = None,
) -> IO[bytes]:
    """An open Excel file, read from its start; `more` are sheets after the first.

    Memory does not grow with the rows. Without a `file` of the caller's it is one of its own, and the caller closes
    it (an HttpResponse or FileResponse does).
    """
    target = file or tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
        "default_date_format": "yyyy-mm-dd",
    }
    book = xlsxwriter.Workbook(target, options)
    head = book.add_format({"bold": True, "bottom": 1})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for sheet in (Sheet(name, columns, rows, widths), *more):
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.name)[:31])
        page.freeze_panes(1, 0)
        for column, title in enumerate(sheet.columns):
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 18)
            page.write_string(0, column, _clean(title), head)
        for number, row in enumerate(sheet.rows, start=1):
            for column, value in enumerate(row):
                _write(page, number, column, value, moment)
    book.close()
    target.seek(0)
    return target


def _write(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value, moment: object) -> None:
    if value is None:
        return
    if isinstance(value, str):
        page.write_string(row, column, _clean(value))
    elif isinstance(value, datetime):
        page.write_datetime(row, column, _local(value), moment)
    elif isinstance(value, bool):
        page.write_boolean(row, column, value)
    elif isinstance(value, int | float):
        _write_number(page, row, column, value)
    else:
        page.write_datetime(row, column, value)


def _write_number(page: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: int | float) -> None:
    if abs(value) > 10**15:
        page.write_string(row, column, str(value))  # Excel keeps fifteen digits
    else:
        page.write_number(row, column, value)


def _clean(text: str) -> str:
    return CONTROL.sub(" ", text)[:CELL_MAX]


def _local(moment: datetime) -> datetime:
    """Swedish wall time without a zone, which is all a spreadsheet knows."""
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None) if moment.tzinfo else moment


def csv_rows(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """CSV as a Swedish Excel opens it: UTF-8 with a mark, semicolons, decimal comma. Streams, some rows at
    a time.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    yield b"\xef\xbb\xbf"
    writer.writerow([_plain(name) for name in columns])
    for number, row in enumerate(rows, start=1):
        writer.writerow([_plain(value) for value in row])
        if number % BATCH == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode("utf-8", errors="replace")


def _plain(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return _local(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    # Spreadsheets skip spaces before a formula.
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text
