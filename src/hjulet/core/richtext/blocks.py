"""Reads cleaned text: its blocks, its words, its outline."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from django.utils.safestring import SafeString, mark_safe

_TOKEN = re.compile(r"<(/?)([a-z0-9]+)[^>]*>|([^<]+)")
_HEADING = re.compile(r"<h([2-4])>(.*?)</h\1>", re.DOTALL)
_TAGS = re.compile(r"<[^>]*>")
_LEAVES = {"p", "h2", "h3", "h4", "li", "caption", "hr"}
_PARTS = _LEAVES | {"ul", "ol", "blockquote", "table"}


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, caption or row of a table: `kind` is p, h2, h3, h4, li, caption or row."""

    kind: str
    text: str


class Heading(NamedTuple):
    level: int
    text: str
    anchor: str


def parts(html: str) -> list[Block]:
    """The blocks of cleaned text in order. Cells of a row are parted by " | ", lines within a block by a line break."""
    return [Block(kind, text) for kind, text in _Reader().read(html) if text]


def blocks(html: str) -> list[str]:
    """The words of each block of cleaned text."""
    return [block.text for block in parts(html)]


def text_of(html: str) -> str:
    """Cleaned text without any marks, one block a line."""
    return "\n".join(blocks(html))


class _Reader:
    def __init__(self) -> None:
        self.words: list[str] = []
        self.row: list[str] | None = None
        self.kinds = ["p"]

    def read(self, html: str) -> Iterator[tuple[str, str]]:
        for closes, name, text in _TOKEN.findall(html):
            if text:
                self.words.append(unescape(text))
            elif name == "br":
                self.words.append("\n")
            elif name in {"td", "th"}:
                self._cell(opens=not closes)
            elif name == "tr":
                yield from self._row(opens=not closes)
            elif name in _PARTS:
                yield from self._part(name, opens=not closes)
        yield self.kinds[-1], self._taken()

    def _taken(self) -> str:
        text, self.words = "".join(self.words).replace("\xa0", " ").strip(), []
        return text

    def _cell(self, *, opens: bool) -> None:
        if self.row is not None and not opens:
            self.row.append(" ".join(self._taken().split()))

    def _row(self, *, opens: bool) -> Iterator[tuple[str, str]]:
        if opens:
            yield self.kinds[-1], self._taken()
            self.row = []
            return
        cells, self.row = self.row or [], None
        yield "row", " | ".join(cells) if any(cells) else ""

    def _part(self, name: str, *, opens: bool) -> Iterator[tuple[str, str]]:
        if self.row is not None:
            self.words.append(" ")
            return
        yield self.kinds[-1], self._taken()
        if name not in _LEAVES or name == "hr":
            return
        if not opens:
            self.kinds.pop()
        else:
            self.kinds.append("li" if name == "p" and self.kinds[-1] == "li" else name)


def _anchored(html: str) -> Iterator[tuple[re.Match[str], Heading]]:
    taken: set[str] = set()
    for found in _HEADING.finditer(html):
        text = " ".join(unescape(_TAGS.sub(" " if "<br>" in found[2] else "", found[2])).split())
        base = anchor = f"avsnitt-{_slug(text)}"
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{base}-{number}"
        taken.add(anchor)
        yield found, Heading(int(found[1]), text, anchor)


def outline(html: str) -> list[Heading]:
    """The headings of cleaned text: (level 2–4, words, anchor). The anchor is what `with_anchors` sets as id."""
    return [heading for _found, heading in _anchored(html)]


def with_anchors(html: str) -> SafeString:
    """Cleaned text for a page: each heading has an id to link to. Never stored.

    Shown as it stands, so that it is for what `clean` gave and nothing else.
    """
    out: list[str] = []
    place = 0
    for found, heading in _anchored(html):
        out += [html[place : found.start()], f'<h{heading.level} id="{heading.anchor}">', found[2]]
        place = found.end(2)
    return mark_safe("".join(out) + html[place:])  # noqa: S308 - cleaned before it was kept


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "x"
