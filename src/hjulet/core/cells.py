"""Rows as the XML of a sheet (ECMA-376 part 1, 18.3). XlsxWriter makes all else of a workbook; row by row it takes
three times as long.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from functools import cache
from xml.sax.saxutils import escape

from hjulet.core.clocks import STOCKHOLM

Value = str | int | float | bool | date | datetime | None
# What no XML may hold; Excel would refuse the file.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
HEXES = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")  # Excel reads _x000D_ in a text as the sign with that number
CELL_MAX = 32_767
ROWS_MAX = 1_048_576
COLUMNS_MAX = 16_384
BATCH = 500
FIRST_DAY, DAY_ZERO = date(1900, 3, 1), date(1899, 12, 30)  # before that Excel's calendar has a day too many


class TooLong(ValueError):
    """More rows than a sheet holds."""


class Cells:
    """Makes rows, from row `first`, for a sheet whose days and moments have the styles of these numbers."""

    def __init__(self, *, day_style: str, moment_style: str, first: int = 2) -> None:
        self.letters = _letters()
        self.day_style, self.moment_style, self.number = day_style, moment_style, first
        self.ways: dict[type, Callable[[str, str, object], str]] = {
            str: self._text,
            int: self._number,
            float: self._number,
            bool: self._truth,
            date: self._day,
            datetime: self._moment,
        }

    def xml(self, rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
        """Some rows at a time. Raises TooLong."""
        some: list[str] = []
        for row in rows:
            some.append(self._row(row))
            if len(some) == BATCH:
                yield "".join(some).encode()
                some.clear()
        yield "".join(some).encode()

    def _row(self, row: Sequence[Value]) -> str:
        number = str(self.number)
        if self.number > ROWS_MAX:
            raise TooLong(ROWS_MAX)
        self.number += 1
        ways, text = self.ways, self._text
        cells = [
            ways.get(type(value), text)(letter, number, value)
            for letter, value in zip(self.letters, row, strict=False)
            if value is not None and value != ""
        ]
        return f'<row r="{number}">{"".join(cells)}</row>'

    @staticmethod
    def _text(column: str, row: str, value: object) -> str:
        text = CONTROL.sub(" ", str(value).replace("\r\n", "\n").replace("\r", "\n"))[:CELL_MAX]
        safe = escape(HEXES.sub("_x005F_", text) if "_x" in text else text)
        return f'<c r="{column}{row}" t="inlineStr"><is><t xml:space="preserve">{safe}</t></is></c>'

    def _number(self, column: str, row: str, value: object) -> str:
        number = value if isinstance(value, int | float) else 0
        if not math.isfinite(number):
            return f'<c r="{column}{row}" t="e"><v>#NUM!</v></c>'
        if abs(number) > 10**15:
            return self._text(column, row, value)  # Excel keeps fifteen digits
        return f'<c r="{column}{row}"><v>{number!r}</v></c>'

    @staticmethod
    def _truth(column: str, row: str, value: object) -> str:
        return f'<c r="{column}{row}" t="b"><v>{int(bool(value))}</v></c>'

    def _day(self, column: str, row: str, value: object) -> str:
        if not isinstance(value, date) or value < FIRST_DAY:
            return self._text(column, row, value)
        return f'<c r="{column}{row}" s="{self.day_style}"><v>{(value - DAY_ZERO).days}</v></c>'

    def _moment(self, column: str, row: str, value: object) -> str:
        local = local_moment(value) if isinstance(value, datetime) else None
        if local is None or local.date() < FIRST_DAY:
            return self._text(column, row, value)
        seconds = local.hour * 3600 + local.minute * 60 + local.second
        days = (local.date() - DAY_ZERO).days + seconds / 86_400
        return f'<c r="{column}{row}" s="{self.moment_style}"><v>{days!r}</v></c>'


@cache
def _letters() -> list[str]:
    from xlsxwriter.utility import xl_col_to_name  # ten megabytes that most processes never need

    return [xl_col_to_name(column) for column in range(COLUMNS_MAX)]


def local_moment(moment: datetime) -> datetime:
    """Swedish wall time without a zone, which is all a spreadsheet knows."""
    return moment.astimezone(STOCKHOLM).replace(tzinfo=None) if moment.tzinfo else moment
