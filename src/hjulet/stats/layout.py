"""A cross table as rows and columns to read, with an address for each number that leads to its cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from hjulet.stats.charts import Point
from hjulet.stats.choices import TIMES, By, Tree
from hjulet.stats.labels import DIRECT
from hjulet.stats.masking import ALL, Shown
from hjulet.stats.periods import span_days
from hjulet.stats.queries import CrossTable
from hjulet.stats.wording import shown_text

ROW_FIRST = (By.CATEGORY, By.KIND, By.SEVERITY, By.STATE, By.TRACK, By.UNIT)
GROUPS_A_PAGE = 6


@dataclass(frozen=True)
class Number:
    """One number on the page. `css` marks the start of a group, a total and a hidden number."""

    text: str
    css: str
    href: str
    hidden: bool


@dataclass(frozen=True)
class Row:
    """`href` leads to the same table for that unit alone."""

    label: str
    numbers: tuple[Number, ...]
    href: str = ""


@dataclass(frozen=True)
class Layout:
    """Heads in one or two lines: `groups` with how many columns each and where they lead, and `columns`."""

    corner: str
    groups: tuple[tuple[str, int, str], ...]
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    first: int
    more: int


def lay_out(table: CrossTable, *, link: bool, into: Callable[[str], str], page: int = 1) -> Layout:
    """Rows of one part, columns of the others: groups (units) of time columns, so many groups a page.

    `into` gives the address of the table for one unit by its code.
    """

    def inside(part: By | None, code: str) -> str:
        deeper = part == By.UNIT and code not in {ALL, table.filters.unit} and not code.startswith(DIRECT)
        return into(code) if deeper else ""

    row, group, time = _parts(table)
    groups = [*_axis(table, group), (ALL, _("Alla"))] if group else [(ALL, "")]
    start = max(0, (page - 1) * GROUPS_A_PAGE) if len(groups) > GROUPS_A_PAGE else 0
    shown = groups[start : start + GROUPS_A_PAGE] or groups[:GROUPS_A_PAGE]
    columns = [*_axis(table, time), (ALL, _("Totalt"))] if time else [(ALL, _("Antal"))]
    rows = [*_axis(table, row), (ALL, _("Totalt"))] if row else [(ALL, _("Antal"))]
    return Layout(
        corner=str(By(row).label).capitalize() if row else "",
        groups=tuple((label, len(columns), inside(group, code)) for code, label in shown) if group else (),
        columns=tuple(label for _group in shown for _code, label in columns),
        rows=tuple(
            Row(
                label,
                tuple(_numbers(table, {row: code}, (group, shown), (time, columns), link=link)),
                inside(row, code),
            )
            for code, label in rows
        ),
        first=start + 1,
        more=len(groups) - start - len(shown),
    )


def _parts(table: CrossTable) -> tuple[By | None, By | None, By | None]:
    """Which part makes rows, which groups of columns, which columns."""
    left = list(table.by)
    time = next((part for part in left if part in TIMES), None)
    row = next((part for part in ROW_FIRST if part in left), None)
    rest = [part for part in left if part not in {time, row}]
    if row is None:
        return time, None, None
    if len(rest) == 2:
        return row, rest[0], rest[1]
    return row, rest[0] if rest else None, time


def _axis(table: CrossTable, part: By | None) -> list[tuple[str, str]]:
    return list(table.axes[table.by.index(part)]) if part else []


def _numbers(
    table: CrossTable,
    row: dict[By | None, str],
    groups: tuple[By | None, list[tuple[str, str]]],
    columns: tuple[By | None, list[tuple[str, str]]],
    *,
    link: bool,
) -> Iterator[Number]:
    for group, _label in groups[1]:
        for n, (column, _label) in enumerate(columns[1]):
            codes = {**row, groups[0]: group, columns[0]: column}
            key = tuple(codes.get(part, ALL) for part in table.by)
            shown = table.cell(*key)
            marks = ["g"] if groups[0] and n == 0 else []
            marks += ["tot"] if ALL in key else []
            marks += [] if isinstance(shown, int) else ["mask"]
            yield Number(
                shown_text(shown, table.threshold),
                " ".join(marks),
                cases_address(table, key, shown) if link else "",
                not isinstance(shown, int),
            )


def cases_address(table: CrossTable, key: tuple[str, ...], shown: Shown) -> str:
    """The case list with the same selection. None for zero, for masked tables, and for places that were
    elsewhere.
    """
    if table.masked or not isinstance(shown, int) or not shown:
        return ""
    chosen = dict(zip(table.by, key, strict=True))
    unit, severity = chosen.get(By.UNIT, ALL), chosen.get(By.SEVERITY, ALL)
    then = table.tree == Tree.THEN and (unit != ALL or table.filters.unit)
    inner = chosen.get(By.CATEGORY, ALL) != ALL and chosen.get(By.CATEGORY) == table.filters.category
    if then or severity == "0" or unit.startswith(DIRECT) or inner:
        return ""
    params = {name: getattr(table.filters, name) for name in ("unit", "category", "track", "kind", "severity", "state")}
    params |= {part.value: code for part, code in chosen.items() if part not in TIMES and code != ALL}
    days = next((span_days(code) for part, code in chosen.items() if part in TIMES and code != ALL), table.period)
    params |= {
        "val": "alla",
        "from": max(days.first, table.period.first).isoformat(),
        "to": min(days.last, table.period.last).isoformat(),
    }
    if not params.get("state"):
        params["annulled"] = "0"
    return f"/arenden/?{urlencode({name: value for name, value in params.items() if value})}"


def chart_points(table: CrossTable) -> tuple[bool, list[Point]]:
    """What to draw: totals over time (True), else by the first part (False)."""
    part = next((p for p in table.by if p in TIMES), table.by[0])
    at = table.by.index(part)
    points = []
    for code, label in table.axes[at]:
        shown = table.cell(*[code if n == at else ALL for n in range(len(table.by))])
        value = shown if isinstance(shown, int) else None
        points.append(Point(label, value, shown_text(shown, table.threshold)))
    return part in TIMES, points


def flat_rows(table: CrossTable) -> Iterator[list[str | int]]:
    """The table as a list for a spreadsheet: a column for each part, and the number. Without totals."""
    for codes in _combinations(table, 0):
        key = tuple(code for code, _label in codes)
        shown = table.cell(*key)
        if shown != 0:
            number = shown if isinstance(shown, int) else shown_text(shown, table.threshold)
            yield [*(label for _code, label in codes), number]


def _combinations(table: CrossTable, at: int) -> Iterator[tuple[tuple[str, str], ...]]:
    if at == len(table.axes):
        yield ()
        return
    for choice in table.axes[at]:
        for rest in _combinations(table, at + 1):
            yield (choice, *rest)
