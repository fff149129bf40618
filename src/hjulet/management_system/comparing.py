"""What differs between two wholes, section by section: words by `core.richtext.compare`, tables row by row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from typing import Literal

from hjulet.core.richtext import Change, compare
from hjulet.management_system.content import Note, Paragraph, Prose, Section, Table, Tree

State = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True)
class CellChange:
    head: str
    old: str
    new: str


@dataclass(frozen=True)
class RowChange:
    """`cells` are those of a row that came or went; `changes` the cells that differ in one that stayed."""

    kind: State
    name: str
    cells: tuple[str, ...] = ()
    changes: tuple[CellChange, ...] = ()


@dataclass(frozen=True)
class TableChange:
    title: str
    rows: tuple[RowChange, ...]


@dataclass(frozen=True)
class SectionChange:
    key: str
    title: str
    kind: State
    words: tuple[Change, ...] = ()
    tables: tuple[TableChange, ...] = ()


def compared(old: Tree, new: Tree) -> list[SectionChange]:
    """Every section of either, in the new one's order; those that are gone come last."""
    before = {section.key: section for section in old.sections}
    after = {section.key: section for section in new.sections}
    gone = [section for section in old.sections if section.key not in after]
    return [
        *(_section(before.get(section.key), section) for section in new.sections),
        *(SectionChange(section.key, section.title, "removed") for section in gone),
    ]


def _section(old: Section | None, new: Section) -> SectionChange:
    if old is None:
        return SectionChange(new.key, new.title, "added")
    words = tuple(change for change in compare(html_of(old), html_of(new)) if change.kind != "same")
    tables = tuple(_tables(old, new))
    return SectionChange(new.key, new.title, "changed" if words or tables else "same", words, tables)


def html_of(section: Section) -> str:
    """The words of a section, without the rows of its tables."""
    return "".join(_html(part) for part in section.parts)


def _html(part: object) -> str:
    if isinstance(part, Prose):
        return part.html
    said = part.lead if isinstance(part, Table) else part.text if isinstance(part, Paragraph | Note) else ""
    return f"<p>{escape(said, quote=False)}</p>" if said else ""


def _tables(old: Section, new: Section) -> Iterator[TableChange]:
    before = {part.title: part for part in old.parts if isinstance(part, Table)}
    after = {part.title: part for part in new.parts if isinstance(part, Table)}
    for title in [*after, *(title for title in before if title not in after)]:
        rows = tuple(_rows(before.get(title), after.get(title)))
        if rows:
            yield TableChange(title, rows)


def _rows(old: Table | None, new: Table | None) -> Iterator[RowChange]:
    before, after = _by_name(old), _by_name(new)
    heads = (new or old).heads if new or old else ()  # type: ignore[union-attr]
    for key, cells in after.items():
        if key not in before:
            yield RowChange("added", cells[0], cells[1:])
        elif before[key] != cells:
            yield RowChange("changed", cells[0], changes=tuple(_cells(heads, before[key], cells)))
    for key, cells in before.items():
        if key not in after:
            yield RowChange("removed", cells[0], cells[1:])


def _by_name(one: Table | None) -> dict[tuple[str, int], tuple[str, ...]]:
    """Rows by their first cell; of several with the same one, by their order among these."""
    seen: Counter[str] = Counter()
    found = {}
    for cells in one.rows if one else ():
        found[cells[0], seen[cells[0]]] = cells
        seen[cells[0]] += 1
    return found


def _cells(heads: Iterable[str], old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[CellChange]:
    for head, was, now in zip(heads, old, new, strict=False):
        if was != now:
            yield CellChange(head, was, now)
