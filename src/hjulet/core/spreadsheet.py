"""Rows to Excel and CSV: the one way out to a spreadsheet. What looks like a formula leaves as text."""

from __future__ import annotations

import csv
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO

from hjulet.core.cells import BATCH, CELL_MAX, CONTROL, Cells, Value, local_moment

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


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

    Memory does not grow with the rows; more than a sheet holds raises TooLong. Without a `file` of the caller's it
    is one of its own, and the caller closes it (an HttpResponse or FileResponse does).
    """
    sheets = (Sheet(name, columns, rows, widths), *more)
    if file is not None:
        return _write(sheets, file)
    with ExitStack() as undo:
        target = undo.enter_context(tempfile.TemporaryFile())
        _write(sheets, target)
        undo.pop_all()
    return target


def _write(sheets: Sequence[Sheet], target: IO[bytes]) -> IO[bytes]:
    pages = {f"xl/worksheets/sheet{number}.xml": sheet for number, sheet in enumerate(sheets, start=1)}
    with (
        zipfile.ZipFile(_frame(sheets)) as frame,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book,
    ):
        for part in frame.namelist():
            with book.open(part, "w") as out:
                if part in pages:
                    out.writelines(_filled(frame.read(part), pages[part]))
                else:
                    out.write(frame.read(part))
    target.seek(0)
    return target


def _frame(sheets: Sequence[Sheet]) -> io.BytesIO:
    """The workbook with heads only, and below each head a day and a moment, to learn which styles they have."""
    import xlsxwriter  # ten megabytes that most processes never need

    frame = io.BytesIO()
    book = xlsxwriter.Workbook(frame, {"in_memory": True})
    head = book.add_format({"bold": True, "bottom": 1})
    day, moment = (book.add_format({"num_format": code}) for code in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm"))
    for sheet in sheets:
        page = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", sheet.name)[:31])
        page.freeze_panes(1, 0)
        for column, title in enumerate(sheet.columns):
            page.set_column(column, column, sheet.widths[column] if column < len(sheet.widths) else 18)
            page.write_string(0, column, CONTROL.sub(" ", title)[:CELL_MAX], head)
        page.write_blank(1, 0, None, day)
        page.write_blank(1, 1, None, moment)
    book.close()
    return frame


def _filled(xml: bytes, sheet: Sheet) -> Iterator[bytes]:
    """The XML of a sheet with its rows in place of the two samples. The size it tells is no longer true, and goes."""
    plain = re.sub(rb"<dimension [^>]*/>", b"", xml)
    before, samples, after = re.split(rb'(<row r="2".*</row>)', plain, maxsplit=1)
    day_style, moment_style = (style.decode() for style in re.findall(rb's="(\d+)"', samples))
    yield before
    yield from Cells(day_style=day_style, moment_style=moment_style).xml(sheet.rows)
    yield after


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
        return local_moment(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, float):
        return str(value).replace(".", ",")
    if not isinstance(value, str):
        return str(value)
    text = value.replace("\x00", "")
    # Spreadsheets skip spaces before a formula.
    return f"'{text}" if text.lstrip(" \u00a0").startswith(FORMULA_STARTS) else text
