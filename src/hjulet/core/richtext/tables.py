"""A table while it is read, and how it is written: every cell, spans within reason, header cells with their scope."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST = {"colspan": 100, "rowspan": 1000}
SCOPES = {"col", "row", "colgroup", "rowgroup"}


@dataclass
class Cell:
    name: str
    attributes: dict[str, str]
    content: str = ""
    bold: bool = False

    def span(self, name: str) -> int:
        value = self.attributes.get(name, "")
        return min(int(value), MOST[name]) if value.isascii() and value.isdigit() and len(value) < 6 else 1

    def html(self, scope: str) -> str:
        given = self.attributes.get("scope", "")
        said = f' scope="{given if given in SCOPES else scope}"' if self.name == "th" else ""
        spans = "".join(f' {name}="{self.span(name)}"' for name in MOST if self.span(name) > 1)
        return f"<{self.name}{said}{spans}>{self.content}</{self.name}>"


@dataclass
class Table:
    """`word`: a first row in bold is meant as a header."""

    word: bool = False
    rows: list[list[Cell]] = field(default_factory=list)
    caption: Cell | None = None
    loose: list[str] = field(default_factory=list)
    in_head: bool = False
    in_cell: bool = False

    def html(self) -> str:
        """The whole table, or "" when no cell has any text."""
        rows = [row for row in self.rows if row]
        caption = f"<caption>{self.caption.content}</caption>" if self.caption and self.caption.content else ""
        if not caption and not any(cell.content for row in rows for cell in row):
            return ""
        if self.word:
            _head_from_bold(rows)
        head = _head(rows)
        top = f"<thead>{_written(rows[:head])}</thead>" if head else ""
        rest = f"<tbody>{_written(rows[head:])}</tbody>" if rows[head:] else ""
        return f"<table>{caption}{top}{rest}</table>"


def _head_from_bold(rows: list[list[Cell]]) -> None:
    if len(rows) < 2 or any(cell.name == "th" for row in rows for cell in row):
        return
    if all(cell.bold or not cell.content for cell in rows[0]) and any(cell.content for cell in rows[0]):
        for cell in rows[0]:
            cell.name = "th"


def _head(rows: list[list[Cell]]) -> int:
    """How many first rows are the header: only header cells in them, and none that reaches below."""
    count = next((n for n, row in enumerate(rows) if not _only_heads(row)), len(rows))
    reaches = any(number + cell.span("rowspan") > count for number, row in enumerate(rows[:count]) for cell in row)
    return 0 if reaches else count


def _only_heads(row: list[Cell]) -> bool:
    return all(cell.name == "th" for cell in row)


def _written(rows: list[list[Cell]]) -> str:
    out: list[str] = []
    for row in rows:
        scope = "col" if _only_heads(row) else "row"
        out.append("<tr>" + "".join(cell.html(scope) for cell in row) + "</tr>")
    return "".join(out)
