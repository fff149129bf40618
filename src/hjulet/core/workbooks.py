"""Rows of a workbook (Excel or OpenDocument) as people make them: titles above the head, empty rows, hidden sheets.

Formulas give the value the program last counted; a cell that shows an error is empty. The sheet is held in memory.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

ENDINGS = {".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"}
MOST_UNPACKED = 2 * 1024**3  # bytes; a sheet as long as Excel allows is half of that
HEAD_WITHIN = 50  # rows from the top
# Which numbers can be days: 1954 to 2119 counted from 1900.
FIRST_SERIAL, LAST_SERIAL = 20_000, 80_000
Tell = Callable[[str], None]


def is_workbook(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS


def _quiet(note: str) -> None:
    return None


def workbook_rows(
    path: Path,
    needed: Set[str],
    *,
    dates: Set[str] = frozenset(),
    sheet: str = "",
    fold: Callable[[str], str] = str,
    tell: Tell = _quiet,
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows below the head with the sheet's own row number; empty rows are passed over. Raises ValueError.

    The head is the first row, among the first fifty, that has all `needed` columns; `fold` is done to its names first.
    """
    try:
        _check_size(path)
        with CalamineWorkbook.from_path(path) as book:
            chosen, top, head = _find(book, needed, _candidates(book, sheet), fold)
            _say(book, chosen.name, head, tell)
            yield from _rows(chosen, top, head, _Cells(dates, _day_zero(path)))
    except (CalamineError, zipfile.BadZipFile) as problem:
        why = _("Kalkylbladet går inte att läsa: %(why)s. Spara det som .xlsx och försök igen.") % {"why": problem}
        raise ValueError(why) from problem


def _check_size(path: Path) -> None:
    """A small file may unfold to more than there is memory for; what it says that it unfolds to is read first."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED:
                raise ValueError(_("Kalkylbladet är större än vad som går att läsa. Spara det som CSV."))


def _find(
    book: CalamineWorkbook, needed: Set[str], names: list[str], fold: Callable[[str], str]
) -> tuple[CalamineSheet, int, list[str]]:
    """The sheet, the number of its head's row from 0, and the names in it."""
    fewest = set(needed)
    for name in names:
        sheet = book.get_sheet_by_name(name)
        for number, cells in zip(range(HEAD_WITHIN), sheet.iter_rows(), strict=False):
            head = [fold(_name(cell)) for cell in cells]
            missing = set(needed) - set(head)
            if not missing and any(head):
                return sheet, number, head
            fewest = min(fewest, missing, key=len)
    words = {"names": ", ".join(sorted(fewest)), "sheets": ", ".join(names)}
    raise ValueError(_("Filen saknar kolumnen %(names)s. Bladen som söktes: %(sheets)s.") % words)


def _candidates(book: CalamineWorkbook, wanted: str) -> list[str]:
    pages = [page for page in book.sheets_metadata if page.typ == SheetTypeEnum.WorkSheet]
    if wanted:
        if wanted not in {page.name for page in pages}:
            words = {"name": wanted, "known": ", ".join(page.name for page in pages)}
            raise ValueError(_("Bladet %(name)s finns inte. Filen har %(known)s.") % words)
        return [wanted]
    visible = [page.name for page in pages if page.visible == SheetVisibleEnum.Visible]
    if not visible:
        raise ValueError(_("Filen har inget synligt blad. Välj ett med --sheet."))
    return visible


def _say(book: CalamineWorkbook, chosen: str, head: list[str], tell: Tell) -> None:
    tell(_("Läser bladet %(name)s.") % {"name": chosen})
    others = [page.name for page in book.sheets_metadata if page.name != chosen]
    if others:
        tell(_("Blad som inte läses: %(names)s.") % {"names": ", ".join(others)})
    twice = sorted(name for name, count in Counter(head).items() if name and count > 1)
    if twice:
        tell(_("Kolumner som finns flera gånger, den första läses: %(names)s.") % {"names": ", ".join(twice)})


def _rows(sheet: CalamineSheet, top: int, head: list[str], cells: _Cells) -> Iterator[tuple[int, dict[str, str]]]:
    first = {name: place for place, name in reversed(list(enumerate(head))) if name}
    columns = [(name, place, name in cells.dates) for name, place in first.items()]
    for number, row in enumerate(sheet.iter_rows()):
        if number <= top:
            continue
        told = {name: cells.text(row[place], is_day) for name, place, is_day in columns}
        if any(told.values()):
            yield number + 1, told


def _name(cell: Any) -> str:
    return " ".join(str(cell).split())


class _Cells:
    """Cells as the words a person would have typed."""

    def __init__(self, dates: Set[str], day_zero: datetime | None) -> None:
        self.dates, self.day_zero = dates, day_zero

    def text(self, value: Any, is_day: bool) -> str:
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, bool):
            return "ja" if value else "nej"
        if isinstance(value, float):
            return self._number(value, is_day)
        return _moment(value)

    def _number(self, value: float, is_day: bool) -> str:
        if is_day and self.day_zero and FIRST_SERIAL <= value < LAST_SERIAL:
            seconds = round(value * 86_400)  # Excel keeps a time as a part of a day
            return _moment(self.day_zero + timedelta(seconds=seconds))
        return str(int(value)) if value.is_integer() else repr(value)


def _moment(value: datetime | date | time | timedelta) -> str:
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds") if value.time() != time() else value.date().isoformat()
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _day_zero(path: Path) -> datetime | None:
    """What a workbook counts its days from: 1900 or, from older Macs, 1904. None where the file does not say."""
    if path.suffix.lower() not in {".xlsx", ".xlsm"}:
        return None
    with zipfile.ZipFile(path) as parts:
        names: Sequence[str] = [name for name in parts.namelist() if name.lower() == "xl/workbook.xml"]
        said = parts.read(names[0])[:100_000] if names else b""
    since_1904 = re.search(rb"""date1904\s*=\s*["'](1|true)["']""", said)
    return datetime(1904, 1, 1) if since_1904 else datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
