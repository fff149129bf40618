"""Rows of a file by column name: CSV, JSON lines, or a sheet of a workbook. Streams where the format allows it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Set
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.workbooks import is_workbook, workbook_rows


class RowProblem(ValueError):
    """A row that cannot be taken in: the column ("" for the row itself), and why in words."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason

    def __reduce__(self) -> tuple[type[RowProblem], tuple[str, str]]:
        """So that it can be sent from one process to another."""
        return type(self), (self.column, self.reason)


Line = tuple[int, dict[str, str] | RowProblem]


def read_rows(
    path: Path,
    needed: Set[str],
    *,
    dates: Set[str] = frozenset(),
    sheet: str = "",
    fold: Callable[[str], str] = str,
    tell: Callable[[str], None] = lambda note: None,
) -> Iterator[Line]:
    """Rows of a CSV file (comma or semicolon, with a header), of JSON lines or of a workbook, with the line each
    ends on.

    A row that cannot be read comes as a RowProblem. Raises ValueError when a needed column is not there. Of a
    workbook: `sheet` names one, else it is the first visible with the needed columns; bare numbers in the columns
    `dates` are Excel's days; `fold` is done to the columns' names first; `tell`
    hears which sheet was read and what was left aside.
    """
    if is_workbook(path):
        yield from workbook_rows(path, needed, dates=dates, sheet=sheet, fold=fold, tell=tell)
        return
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from _json_rows(file) if path.suffix in {".jsonl", ".ndjson"} else _csv_rows(file, needed, fold)


def _csv_rows(file: Any, needed: Set[str], fold: Callable[[str], str]) -> Iterator[Line]:
    csv.field_size_limit(10_000_000)
    first = file.readline()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = [fold(name.strip()) for name in next(csv.reader([first], delimiter=delimiter), [])]
    if needed - set(header):
        raise ValueError(_("Filen saknar kolumnen %(names)s.") % {"names": ", ".join(sorted(needed - set(header)))})
    reader = csv.reader(file, delimiter=delimiter)
    try:
        for cells in reader:
            if len(cells) == len(header):
                yield reader.line_num + 1, dict(zip(header, cells, strict=True))
            elif cells:
                counts = {"found": len(cells), "wanted": len(header)}
                why = _("raden har %(found)s fält men rubriken %(wanted)s") % counts
                yield reader.line_num + 1, RowProblem("", why)
    except csv.Error as error:
        yield reader.line_num + 1, RowProblem("", _("raden går inte att läsa: %(why)s") % {"why": error})


def _json_rows(file: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):  # a line of brackets alone goes deeper than the reader does
            row = None
        if isinstance(row, dict):
            yield number, {name: "" if value is None else str(value) for name, value in row.items()}
        else:
            yield number, RowProblem("", _("raden är inget JSON-objekt"))
