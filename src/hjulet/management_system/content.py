"""What the whole is made of: sections with paragraphs, tables and notes; and the same as JSON, to keep for years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

FORM = 1  # of the JSON: a later form is read beside this one, never instead of it


@dataclass(frozen=True)
class Paragraph:
    text: str


@dataclass(frozen=True)
class Prose:
    """Words of one's own: HTML that has been cleaned (core.richtext)."""

    html: str


@dataclass(frozen=True)
class Note:
    """Something to know beside. `gap`: something is missing or late."""

    text: str
    gap: bool = False


@dataclass(frozen=True)
class More:
    """Where the records themselves lie."""

    text: str
    url: str


@dataclass(frozen=True)
class Table:
    """The first column names the row. `links` has an address for each row, or none. `swedish` are numbers of columns
    that are in Swedish whatever the reader's language."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()
    swedish: tuple[int, ...] = ()
    lead: str = ""  # said before the rows


Piece = Paragraph | Prose | Note | More | Table
KINDS: dict[str, type[Any]] = {"paragraph": Paragraph, "prose": Prose, "note": Note, "more": More, "table": Table}
NAMES = {kind: name for name, kind in KINDS.items()}


@dataclass(frozen=True)
class Section:
    """`basis` is the provisions it answers to, as they are cited. `for_providers`: external providers read it too."""

    key: str
    title: str
    basis: str
    parts: tuple[Piece, ...]
    for_providers: bool = False


@dataclass(frozen=True)
class Tree:
    """The whole, as it stood at a moment."""

    principal: str
    composed_at: datetime
    sections: tuple[Section, ...] = field(default=())


def as_json(tree: Tree) -> dict[str, Any]:
    """{form, principal, composed_at, sections: [{key, title, basis, for_providers, parts: [{kind, …}]}]}."""
    return {
        "form": FORM,
        "principal": tree.principal,
        "composed_at": tree.composed_at.isoformat(),
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "basis": section.basis,
                "for_providers": section.for_providers,
                "parts": [{"kind": NAMES[type(part)], **asdict(part)} for part in section.parts],
            }
            for section in tree.sections
        ],
    }


def from_json(kept: dict[str, Any]) -> Tree:
    """What `as_json` gave, also after it has been stored."""
    sections = tuple(
        Section(
            row["key"],
            row["title"],
            row["basis"],
            tuple(_part(part) for part in row["parts"]),
            bool(row.get("for_providers")),
        )
        for row in kept["sections"]
    )
    return Tree(kept["principal"], datetime.fromisoformat(kept["composed_at"]), sections)


def _part(row: dict[str, Any]) -> Piece:
    rest = {name: _frozen(value) for name, value in row.items() if name != "kind"}
    part: Piece = KINDS[row["kind"]](**rest)
    return part


def _frozen(value: Any) -> Any:
    return tuple(_frozen(one) for one in value) if isinstance(value, list | tuple) else value


def table(
    title: str,
    heads: Iterable[str],
    rows: Iterable[tuple[Iterable[str], str]],
    *,
    swedish: Iterable[int] = (),
    lead: str = "",
) -> Table:
    """A table from (cells, address) pairs; an empty address links nowhere."""
    found = [(tuple(str(cell) for cell in cells), url) for cells, url in rows]
    links = tuple(url for _cells, url in found)
    return Table(
        title, tuple(heads), tuple(cells for cells, _url in found), links if any(links) else (), tuple(swedish), lead
    )
