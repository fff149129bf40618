"""Cleaned HTML as nodes that a PDF template sets (core/paper/rich.typ): paragraphs, headings, lists and tables."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

BLOCKS = {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "table", "hr"}
CELLS = {"td", "th"}
WIDEST = 24  # columns that a page has room for


@dataclass
class _Place:
    """Where blocks are being added: the node's own list, and the paragraph under way."""

    nodes: list[dict[str, Any]]
    runs: list[dict[str, Any]] = field(default_factory=list)

    def end_paragraph(self) -> None:
        if any(run.get("text", "").strip() for run in self.runs):
            self.nodes.append({"kind": "p", "runs": self.runs})
        self.runs = []


class _Walker(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root: list[dict[str, Any]] = []
        self.places = [_Place(self.root)]
        self.open: list[dict[str, Any]] = []  # lists and tables that are being filled
        self.bold = self.italic = 0
        self.url = ""
        self.level = 0
        self.in_head = self.in_caption = False

    @property
    def here(self) -> _Place:
        return self.places[-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self.here.end_paragraph()
        if tag in {"h2", "h3", "h4"}:
            self.level = int(tag[1])
        begin = getattr(self, f"_begin_{tag}", None)
        if begin is not None:
            begin(given)

    def handle_endtag(self, tag: str) -> None:
        if tag in {"h2", "h3", "h4"}:
            self._end_heading()
        elif tag in BLOCKS:
            self.here.end_paragraph()
        end = getattr(self, f"_end_{tag}", None)
        if end is not None:
            end()

    def handle_data(self, data: str) -> None:
        text = " ".join(data.split("\n"))
        if self.in_caption:
            self.open[-1]["caption"] += text
        elif text.strip() or self.here.runs:
            run: dict[str, Any] = {"text": text}
            if self.bold:
                run["bold"] = True
            if self.italic:
                run["italic"] = True
            self.here.runs.append(run)

    def _end_heading(self) -> None:
        runs, self.here.runs = self.here.runs, []
        if any(run.get("text", "").strip() for run in runs):
            inside = len(self.places) > 1  # a heading in a cell or a list is set as bold words
            bold = [{**run, "bold": True} for run in runs]
            node = {"kind": "p", "runs": bold} if inside else {"kind": "heading", "level": self.level, "runs": runs}
            self.here.nodes.append(node)

    def _begin_strong(self, _given: Any) -> None:
        self.bold += 1

    def _end_strong(self) -> None:
        self.bold = max(0, self.bold - 1)

    def _begin_em(self, _given: Any) -> None:
        self.italic += 1

    def _end_em(self) -> None:
        self.italic = max(0, self.italic - 1)

    def _begin_a(self, given: dict[str, str | None]) -> None:
        self.url = given.get("href") or ""

    def _end_a(self) -> None:
        runs = self.here.runs
        if self.url and runs and runs[-1].get("text", "").strip() != self.url:
            runs[-1]["url"] = self.url
        self.url = ""

    def _begin_br(self, _given: Any) -> None:
        self.here.runs.append({"text": "", "break": True})

    def _begin_hr(self, _given: Any) -> None:
        self.here.nodes.append({"kind": "rule"})

    def _begin_blockquote(self, _given: Any) -> None:
        node: dict[str, Any] = {"kind": "quote", "nodes": []}
        self.here.nodes.append(node)
        self.places.append(_Place(node["nodes"]))

    def _end_blockquote(self) -> None:
        self._leave()

    def _begin_ul(self, _given: Any) -> None:
        self._begin_list({"kind": "ul", "items": []})

    def _begin_ol(self, given: dict[str, str | None]) -> None:
        start = given.get("start") or "1"
        self._begin_list({"kind": "ol", "items": [], "start": int(start) if start.isdecimal() else 1})

    def _begin_list(self, node: dict[str, Any]) -> None:
        self.here.nodes.append(node)
        self.open.append(node)

    def _end_ul(self) -> None:
        if self.open:
            self.open.pop()

    _end_ol = _end_ul

    def _begin_li(self, _given: Any) -> None:
        nodes: list[dict[str, Any]] = []
        if self.open and "items" in self.open[-1]:
            self.open[-1]["items"].append(nodes)
        self.places.append(_Place(nodes))

    def _end_li(self) -> None:
        self._leave()

    def _begin_table(self, _given: Any) -> None:
        node: dict[str, Any] = {"kind": "table", "head": [], "rows": [], "columns": 0, "caption": ""}
        self.here.nodes.append(node)
        self.open.append(node)

    def _end_table(self) -> None:
        if self.open:
            node = self.open.pop()
            rows = [*node["head"], *node["rows"]]
            node["columns"] = max((sum(cell["colspan"] for cell in row) for row in rows), default=1)

    def _begin_thead(self, _given: Any) -> None:
        self.in_head = True

    def _end_thead(self) -> None:
        self.in_head = False

    def _begin_caption(self, _given: Any) -> None:
        self.in_caption = bool(self.open)

    def _end_caption(self) -> None:
        self.in_caption = False

    def _begin_tr(self, _given: Any) -> None:
        if self.open and "rows" in self.open[-1]:
            self.open[-1]["head" if self.in_head else "rows"].append([])

    def _begin_td(self, given: dict[str, str | None], *, head: bool = False) -> None:
        nodes: list[dict[str, Any]] = []
        table = self.open[-1] if self.open and "rows" in self.open[-1] else None
        rows = table["head" if self.in_head else "rows"] if table is not None else []
        if rows:
            spans = {name: _span(given.get(name)) for name in ("colspan", "rowspan")}
            rows[-1].append({"nodes": nodes, "head": head, **spans})
        self.places.append(_Place(nodes))

    def _begin_th(self, given: dict[str, str | None]) -> None:
        self._begin_td(given, head=True)

    def _end_td(self) -> None:
        self._leave()

    _end_th = _end_td

    def _leave(self) -> None:
        self.here.end_paragraph()
        if len(self.places) > 1:
            self.places.pop()


def _span(given: str | None) -> int:
    number = int(given) if given and given.isdecimal() and len(given) < 4 else 1
    return min(max(number, 1), WIDEST)


def nodes_of(html: str) -> list[dict[str, Any]]:
    """Nodes with `kind` p, heading (level 2–4), ul, ol, quote, rule or table; text lies in `runs`.

    `html` is what `core.richtext.clean` gives.
    """
    walker = _Walker()
    walker.feed(html)
    walker.close()
    walker.places[0].end_paragraph()
    return walker.root
