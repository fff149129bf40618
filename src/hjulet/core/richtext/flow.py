"""What lies after each other in the text, or in one cell of a table: paragraphs, headings, lists, quotations, tables.

A paragraph is opened when its first word comes, so none is empty; formatting around words is opened in one order.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

Formats = tuple[str, ...]
DEEPEST_LIST = 6
LAST_LEVEL = 4
LISTED = {"ul", "ol", "li"}  # where a rule says nothing
MOST_BREAKS = 2

_SPACES = re.compile(r"[ \t\n\r\f](?:[ \t\n\r\f]|&nbsp;)*|&nbsp;(?:[ \t\n\r\f]|&nbsp;)+")
_HEAD = re.compile(r"(?:[ \t\n\r\f]|&nbsp;)+")
_TAIL = re.compile(r"(?:[ \t\n\r\f]|&nbsp;)$")
_NUMBERED = re.compile(r"\(?(?:(\d{1,4})|([ivxl]+)|([IVXL]+)|([a-z])|([A-Z]))[.)]$")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50}
_TYPES = {"a", "A", "i", "I"}


@dataclass
class _Open:
    """An element that is open: where it begins in the output, and the paragraphs right in it."""

    name: str
    start: int
    paragraphs: list[tuple[int, int]]
    others_first: bool = False
    # A list of Word's, or one that was never written out: closed by what does not belong to it.
    level: int = 0
    done: bool = False


class Flow:
    """`headings`, `tables`: may hold them. `bare`: holds only words, as a caption does."""

    def __init__(self, *, headings: bool = False, tables: bool = False, bare: bool = False) -> None:
        self.headings, self.tables, self.bare = headings, tables, bare
        self.out: list[str] = []
        self.stack: list[_Open] = [_Open("", 0, [])]
        self.heading = 0
        self.levels: list[int] = []
        self.leaf = ""
        self.leaf_start = 0
        self.formats: Formats = ()
        self.spaced = False
        self.breaks = 0
        self.all_bold = True
        self.ignored = 0

    # Words

    def space(self) -> None:
        self.spaced = bool(self.leaf) and not self.breaks

    def line_break(self) -> None:
        if self.leaf:
            self.breaks, self.spaced = min(self.breaks + 1, MOST_BREAKS), False

    def text(self, text: str, formats: Formats) -> None:
        """`text` is escaped, as it stands in HTML."""
        words = _SPACES.sub(" ", text)
        head = _HEAD.match(words)
        words = words[head.end() :] if head else words
        if not words:
            self.space()
            return
        if not self.leaf:
            self._open_leaf()
        elif head and not self.breaks:
            self.spaced = True
        tail = _TAIL.search(words)
        self.all_bold = self.all_bold and "strong" in formats
        self._change(self._fitting(formats))
        self.out.append(words[: tail.start()] if tail else words)
        self.spaced = tail is not None

    def _fitting(self, formats: Formats) -> Formats:
        """Headings are not bold as well; what would have been a heading in a cell or an item is."""
        if not self.heading:
            return formats
        links = [name for name in formats if name.startswith("a ")]
        others = [name for name in formats if name != "strong" and name not in links]
        return (*links, *(["strong"] if self.leaf == "p" else []), *others)

    def _change(self, formats: Formats) -> None:
        same = 0
        while same < min(len(formats), len(self.formats)) and formats[same] == self.formats[same]:
            same += 1
        self._close_formats(same)
        self.out.append("<br>" * self.breaks or (" " if self.spaced else ""))
        self.out += [f"<{name}>" for name in formats[same:]]
        self.formats, self.spaced, self.breaks = formats, False, 0

    def _close_formats(self, left: int) -> None:
        self.out += [f"</{name.split()[0]}>" for name in reversed(self.formats[left:])]
        self.formats = self.formats[:left]

    # Paragraphs and headings

    def _open_leaf(self) -> None:
        self._leave_done()
        self.spaced, self.breaks = False, 0
        self.leaf_start = len(self.out)
        top = self.stack[-1]
        if self.heading and self.headings and not top.name:
            self.leaf = f"h{self._mended(self.heading)}"
        else:
            self.leaf = "p"
        if self.bare:
            if self.out:
                self.out.append(" ")
            return
        self.out.append(f"<{self.leaf}>")

    def _mended(self, level: int) -> int:
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        self.levels.append(level)
        return min(LAST_LEVEL, 1 + len(self.levels))

    def close_leaf(self) -> None:
        if not self.leaf:
            return
        self._close_formats(0)
        self.spaced, self.breaks = False, 0
        if not self.bare:
            self.out.append(f"</{self.leaf}>")
            self.stack[-1].paragraphs.append((self.leaf_start, len(self.out) - 1))
        self.leaf = ""

    # Other blocks

    def block(self, html: str) -> None:
        """A finished block, such as a table."""
        self.close_leaf()
        self._leave_done()
        self._other()
        self.out.append(html)

    def rule(self) -> None:
        self.close_leaf()
        if not self.bare and not any(one.name in LISTED and not one.done for one in self.stack):
            self.block("<hr>")

    def takes_tables(self) -> bool:
        return self.tables

    def open_quote(self) -> Callable[[], None]:
        """Only outside lists and cells; elsewhere its paragraphs stand as they are."""
        self.close_leaf()
        if self.headings and all(one.level for one in self.stack[1:]):
            self._leave_done()
        if not self.headings or len(self.stack) > 1:
            return self.close_leaf
        return self._opened("blockquote", "<blockquote>")

    def open_list(self, name: str, attributes: dict[str, str]) -> Callable[[], None]:
        self.close_leaf()
        top = self.stack[-1]
        if top.level and top.done:
            self._leave_done()
        elif top.name in {"ul", "ol"}:
            self._open_li(done=True)
        # Else a list right inside a list belongs to the item before it, which has ended but is not yet closed.
        deep = sum(one.name in {"ul", "ol"} for one in self.stack)
        if self.bare or deep >= DEEPEST_LIST:
            self.ignored += 1
            return self._ignored_end
        return self._opened(name, f"<{name}{_numbering(attributes) if name == 'ol' else ''}>")

    def _ignored_end(self) -> None:
        self.ignored -= 1
        self.close_leaf()

    def open_item(self) -> Callable[[], None]:
        self.close_leaf()
        if self.bare or self.ignored:
            return self.close_leaf
        self._close_done_item()
        if self.stack[-1].name not in {"ul", "ol"}:
            self._leave_done()
            self._push("ul", "<ul>", level=1)
        self._open_li(level=self.stack[-1].level)
        opened = self.stack[-1]

        def undo() -> None:
            self.close_leaf()
            if opened in self.stack:
                self._close_down_to(opened)
                opened.done = True

        return undo

    def word_item(self, level: int, mark: str) -> str:
        """Begins an item of Word's. The mark that must be kept in front of it, when it is not a plain one."""
        found = _NUMBERED.match(mark)
        if self.bare or not found and mark != "o" and any(c.isalnum() for c in mark):
            return mark
        name = "ol" if found else "ul"
        numbering = _numbering(_first_number(found)) if found else ""
        while self._word_level() > level:
            self._close()
            self._close()
        top = self.stack[-1]
        if top.level == level and top.name == "li":
            self._close()
            if self.stack[-1].name != name:
                self._close()
        if self.stack[-1].name not in {"ul", "ol"}:
            if self._word_level() == 0:
                self._leave_done()
            self._push(name, f"<{name}{numbering}>", level=level)
        self._open_li(level=level)
        return ""

    def end_word_item(self) -> None:
        top = self.stack[-1]
        if top.name == "li" and top.level:
            top.done = True

    def _word_level(self) -> int:
        top = self.stack[-1]
        return top.level if top.name == "li" else 0

    # Opening and closing

    def finish(self) -> str:
        self.close_leaf()
        while len(self.stack) > 1:
            self._close()
        if not self.headings:
            self._unwrap(self.stack[0])
        return "".join(self.out)

    def _opened(self, name: str, tag: str) -> Callable[[], None]:
        self._push(name, tag)
        opened = self.stack[-1]

        def undo() -> None:
            self.close_leaf()
            if opened in self.stack:
                self._close_down_to(opened)
                self._close()

        return undo

    def _push(self, name: str, tag: str, level: int = 0) -> None:
        self._other()
        self.stack.append(_Open(name, len(self.out), [], level=level))
        self.out.append(tag)

    def _open_li(self, level: int = 0, *, done: bool = False) -> None:
        self.stack.append(_Open("li", len(self.out), [], level=level, done=done))
        self.out.append("<li>")

    def _other(self) -> None:
        top = self.stack[-1]
        top.others_first = top.others_first or not top.paragraphs

    def _close_down_to(self, opened: _Open) -> None:
        while self.stack[-1] is not opened:
            self._close()

    def _close_done_item(self) -> None:
        if self.stack[-1].name == "li" and self.stack[-1].done:
            self._close()

    def _leave_done(self) -> None:
        """What comes next belongs neither to an item that has ended nor to a list that nobody wrote out."""
        while self.stack[-1].done or (self.stack[-1].level and not self.leaf and self.stack[-1].name != "li"):
            self._close()
        if self.stack[-1].name in {"ul", "ol"}:
            self._open_li(done=True)

    def _close(self) -> None:
        closed = self.stack.pop()
        if len(self.out) == closed.start + 1:
            del self.out[closed.start :]
            return
        if closed.name == "li":
            self._unwrap(closed)
        self.out.append(f"</{closed.name}>")

    def _unwrap(self, item: _Open) -> None:
        """An item or cell with one paragraph, first in it, needs no p around its words."""
        if len(item.paragraphs) == 1 and not item.others_first:
            start, end = item.paragraphs[0]
            self.out[start] = self.out[start].removeprefix("<p>")
            self.out[end] = self.out[end].removesuffix("</p>")


def _numbering(attributes: dict[str, str]) -> str:
    start, kind = attributes.get("start", ""), attributes.get("type", "")
    first = int(start) if start.isascii() and start.isdigit() and len(start) < 5 else 1
    said = f' start="{first}"' if first != 1 else ""
    return said + (f' type="{kind}"' if kind in _TYPES else "")


def _first_number(found: re.Match[str]) -> dict[str, str]:
    number, small, large, letter, capital = found.groups()
    if number:
        return {"start": number}
    if small or large:
        return {"start": str(_roman((small or large).lower())), "type": "i" if small else "I"}
    return {"start": str(ord((letter or capital).lower()) - ord("a") + 1), "type": "a" if letter else "A"}


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(-one if one < max(values[n:]) else one for n, one in enumerate(values))
