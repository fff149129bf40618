"""Writes well-formed HTML anew, in one fixed form: every word in a paragraph, heading, item or cell, nothing empty."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape, unescape

from hjulet.core.richtext.flow import Flow, Formats
from hjulet.core.richtext.tables import Cell, Table

_TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|([^<]+)|<')
_ATTRIBUTE = re.compile(r' ([a-z-]+)="([^"]*)"')
_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(bold|bolder|[6-9]00)", re.IGNORECASE)
_NOT_BOLD = re.compile(r"(?<![-\w])font-weight:\s*(normal|lighter|[1-5]00)", re.IGNORECASE)
_ITALIC = re.compile(r"(?<![-\w])font-style:\s*(italic|oblique)", re.IGNORECASE)
_NOT_ITALIC = re.compile(r"(?<![-\w])font-style:\s*normal", re.IGNORECASE)
_UNDERLINED = re.compile(r"text-decoration(?:-line)?:[^;]*underline", re.IGNORECASE)
_WORD_ITEM = re.compile(r"mso-list:[^;]*\blevel([1-9])", re.IGNORECASE)
_WORD_MARK = re.compile(r"mso-list:\s*Ignore", re.IGNORECASE)
_BLANK = re.compile(r"(?:\s|&nbsp;)+")
# Schemes were checked by nh3; left are addresses that only look relative, and marks in another document.
_ELSEWHERE = re.compile(r"^\s*(?:[/\\]{2}|[/\\]\\|#|$)|\\")

HEADINGS = {f"h{level}": level for level in range(1, 7)}
VOID = {"br", "hr"}
Attributes = dict[str, str]


@dataclass
class WordItem:
    """A paragraph that Word shows as an item: its level, and the mark in front of it as far as it was read."""

    level: int
    mark: str = ""


@dataclass
class State:
    """What holds where the walk is, besides the elements themselves."""

    formats: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    in_mark: int = 0
    in_pre: int = 0
    item: WordItem | None = None


class Walk:
    """One walk over HTML as nh3 writes it. `word`: a first row in bold is a header row."""

    def __init__(self, *, word: bool = False) -> None:
        self.word = word
        self.state = State()
        self.flows = [Flow(headings=True, tables=True)]
        self.tables: list[Table | None] = []
        self.undo: list[tuple[str, Callable[[], None]]] = []

    @property
    def flow(self) -> Flow:
        return self.flows[-1]

    def run(self, html: str) -> str:
        for closes, name, attributes, text in _TOKEN.findall(html):
            if text:
                self._text(text)
            elif closes:
                self._end(name)
            elif name:
                self._start(name, dict(_ATTRIBUTE.findall(attributes)))
        while self.undo:
            self._end(self.undo[-1][0])
        return self.flow.finish()

    def _start(self, name: str, attributes: Attributes) -> None:
        handler = getattr(self, f"_{name}", None) or (self._heading if name in HEADINGS else self._division)
        undo = handler(name, attributes)
        if name not in VOID:
            self.undo.append((name, undo or (lambda: None)))

    def _end(self, name: str) -> None:
        if self.undo and self.undo[-1][0] == name:
            self.undo.pop()[1]()

    # Text

    def _text(self, text: str) -> None:
        state = self.state
        if state.in_mark and state.item:
            state.item.mark += _BLANK.sub("", text)
            return
        table = self.tables[-1] if self.tables else None
        if table is not None and not table.in_cell:
            table.loose.append(text)
            return
        if _BLANK.fullmatch(text):
            self.flow.space()
            return
        self._begin_word_item()
        for number, line in enumerate(text.split("\n") if state.in_pre else [text]):
            if number:
                self.flow.line_break()
            self.flow.text(line, self._formats())

    def _formats(self) -> Formats:
        state = self.state
        link = [f'a href="{state.links[-1]}"'] if state.links and state.links[-1] else []
        return (*link, *(name for name in ("strong", "em", "u", "code") if self._has(name)))

    def _has(self, name: str) -> bool:
        """The innermost word counts: Word may set "not bold" inside bold."""
        for said in reversed(self.state.formats):
            if said.lstrip("-") == name:
                return not said.startswith("-")
        return False

    def _begin_word_item(self) -> None:
        item, self.state.item = self.state.item, None
        if item:
            before = self.flow.word_item(item.level, unescape(item.mark))
            if before:
                self.flow.text(escape(before, quote=False) + " ", ())

    # Inline

    def _span(self, _name: str, attributes: Attributes) -> Callable[[], None]:
        said = attributes.get("data-f", "")
        style = attributes.get("style", "")
        formats = [name for name in (said, *_styled(style)) if name in _KNOWN]
        before = len(self.state.formats)
        self.state.formats += formats
        mark = bool(_WORD_MARK.search(style)) and self.state.item is not None
        self.state.in_mark += mark

        def undo() -> None:
            del self.state.formats[before:]
            self.state.in_mark -= mark

        return undo

    def _a(self, _name: str, attributes: Attributes) -> Callable[[], None]:
        href = attributes.get("href", "")
        self.state.links.append("" if _ELSEWHERE.search(unescape(href)) else href.strip())
        return lambda: (self.state.links.pop(), None)[1]

    def _br(self, _name: str, _attributes: Attributes) -> None:
        if not self.tables or self.tables[-1] is None or self.tables[-1].in_cell:
            self.flow.line_break()

    # Blocks

    def _division(self, _name: str, _attributes: Attributes) -> Callable[[], None]:
        self.flow.close_leaf()
        return self._close_leaf

    def _close_leaf(self) -> None:
        self.flow.close_leaf()

    def _p(self, _name: str, attributes: Attributes) -> Callable[[], None]:
        self.flow.close_leaf()
        found = _WORD_ITEM.search(attributes.get("style", ""))
        self.state.item = WordItem(int(found[1])) if found else None

        def undo() -> None:
            self.state.item = None
            self.flow.close_leaf()
            if found:
                self.flow.end_word_item()

        return undo

    def _heading(self, name: str, _attributes: Attributes) -> Callable[[], None]:
        self.flow.close_leaf()
        self.flow.heading = HEADINGS[name]

        def undo() -> None:
            self.flow.close_leaf()
            self.flow.heading = 0

        return undo

    def _pre(self, _name: str, _attributes: Attributes) -> Callable[[], None]:
        self.flow.close_leaf()
        self.state.in_pre += 1

        def undo() -> None:
            self.state.in_pre -= 1
            self.flow.close_leaf()

        return undo

    def _hr(self, _name: str, _attributes: Attributes) -> None:
        if not self.tables or self.tables[-1] is None or self.tables[-1].in_cell:
            self.flow.rule()

    def _blockquote(self, _name: str, _attributes: Attributes) -> Callable[[], None]:
        return self.flow.open_quote()

    def _ul(self, name: str, attributes: Attributes) -> Callable[[], None]:
        return self.flow.open_list(name, attributes)

    _ol = _ul

    def _li(self, _name: str, _attributes: Attributes) -> Callable[[], None]:
        return self.flow.open_item()

    # Tables

    def _table(self, _name: str, attributes: Attributes) -> Callable[[], None]:
        self.flow.close_leaf()
        if not self.flow.takes_tables():
            # A table inside a table: its cells become paragraphs of the outer cell.
            self.tables.append(None)
            return self._close_inner_table
        self.tables.append(Table(word=self.word or "Mso" in attributes.get("class", "")))
        return self._close_table

    def _close_inner_table(self) -> None:
        self.tables.pop()
        self.flow.close_leaf()

    def _close_table(self) -> None:
        table = self.tables.pop()
        if table is None:
            return
        html = table.html()
        if html:
            self.flow.block(html)
        for text in table.loose:
            if not _BLANK.fullmatch(text):
                self.flow.text(text, ())
                self.flow.close_leaf()

    def _thead(self, name: str, _attributes: Attributes) -> Callable[[], None] | None:
        table = self.tables[-1] if self.tables else None
        if table is None:
            return self._division(name, {})
        table.in_head = True

        def undo() -> None:
            table.in_head = False

        return undo

    def _tr(self, name: str, _attributes: Attributes) -> Callable[[], None] | None:
        table = self.tables[-1] if self.tables else None
        if table is None:
            return self._division(name, {})
        table.rows.append([])
        return None

    def _td(self, name: str, attributes: Attributes) -> Callable[[], None]:
        table = self.tables[-1] if self.tables else None
        if table is None:
            return self._division(name, {})
        if not table.rows:
            table.rows.append([])
        head = name == "th" or table.in_head
        cell = Cell("th" if head else "td", attributes)
        table.rows[-1].append(cell)
        return self._inside(table, cell)

    _th = _td

    def _caption(self, name: str, _attributes: Attributes) -> Callable[[], None]:
        table = self.tables[-1] if self.tables else None
        if table is None:
            return self._division(name, {})
        table.caption = Cell("caption", {})
        return self._inside(table, table.caption)

    def _inside(self, table: Table, cell: Cell) -> Callable[[], None]:
        """What comes until the undo is the cell's, with formats of its own."""
        outside, self.state = self.state, State()
        self.flows.append(Flow(bare=cell.name == "caption"))
        table.in_cell = True

        def undo() -> None:
            flow = self.flows.pop()
            cell.content, cell.bold = flow.finish(), flow.all_bold
            table.in_cell = False
            self.state = outside

        return undo


_KNOWN = {"strong", "em", "u", "code", "-strong", "-em"}


def _styled(style: str) -> list[str]:
    said = (
        (_BOLD, "strong"),
        (_NOT_BOLD, "-strong"),
        (_ITALIC, "em"),
        (_NOT_ITALIC, "-em"),
        (_UNDERLINED, "u"),
    )
    return [name for pattern, name in said if style and pattern.search(style)]
