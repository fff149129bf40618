"""Makes any HTML, Word's too, into the small HTML that is kept.

Three steps. The source is tamed, so that no odd nesting costs more than its length. nh3 reads it as a browser would
and takes away what could run. A walk over that result writes it anew in one fixed form; nh3 has the last word.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import escape

import nh3
from django.utils.translation import gettext as _

from hjulet.core.richtext.walk import Walk

LONGEST = 5_000_000  # characters of source
DEEPEST = 200  # elements inside each other
DEEPEST_SCOPES = 20  # tables and the like inside each other
LONGEST_TAG = 4000
MANY_ENTITIES = 1000

GONE = {"script", "style", "title", "template", "svg", "math", "object", "audio", "video", "canvas", "xml"}
LEFT = {
    *("p", "h2", "h3", "h4", "strong", "em", "u", "code", "a", "br", "hr", "blockquote", "ul", "ol", "li"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td"),
}
# What the walk must see, to part one paragraph from the next.
SEEN = LEFT | {
    *("span", "h1", "h5", "h6", "div", "pre", "tfoot", "dl", "dt", "dd", "section", "article", "aside", "header"),
    *("footer", "main", "nav", "figure", "figcaption", "address", "center", "fieldset", "legend", "form", "details"),
    *("summary", "hgroup", "dir", "menu", "option"),
}
CELL = {"colspan", "rowspan"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start", "type"}, "td": CELL, "th": CELL | {"scope"}}
SEEN_ATTRIBUTES = {**ATTRIBUTES, "p": {"style"}, "span": {"style", "data-f"}, "table": {"class"}, "tr": {"style"}}
SCHEMES = {"http", "https", "mailto", "tel"}

FORMATS = {
    **{name: "strong" for name in ("b", "strong")},
    **{name: "em" for name in ("i", "em", "cite", "dfn", "var")},
    **{name: "u" for name in ("u", "ins")},
    **{name: "code" for name in ("code", "kbd", "samp", "tt")},
    **{name: "" for name in ("font", "big", "small", "s", "strike", "del", "nobr", "mark", "sub", "sup")},
}
# Elements that HTML closes by itself, or that are never closed.
UNCOUNTED = {
    *("p", "li", "td", "th", "tr", "thead", "tbody", "tfoot", "dt", "dd", "option", "colgroup", "caption"),
    *("br", "hr", "img", "col", "meta", "link", "input", "wbr", "base", "area", "source", "html", "head", "body"),
}
SCOPES = {"table", "svg", "math", "object", "applet", "marquee", "template", "select", "button"}

_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f\xad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)([^>]*)>")
_OPEN_END = re.compile(r"<[a-zA-Z/!?][^>]*\Z")
_LONG_RUN = re.compile(r"[^<]{5000,}")
_LONE = re.compile(r"&(?!#?[a-zA-Z0-9]{1,32};)")
_TEXT = re.compile(r"(?<=>)[^<]+")
_MARKED = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|tr|td|th|br|blockquote|strong|em|b|i|a|span)\b[^<>]*>", re.IGNORECASE
)


class TooMuchText(ValueError):
    """Longer than is taken in. The message is a sentence to show."""


class _TooDeep(Exception):
    pass


def clean(html: str, *, from_word: bool = False) -> str:
    """The harmless form of `html`: what is stored, and what a page may show as it stands.

    Left are p, h2–h4, strong, em, u, code, a, ul, ol, li, blockquote, hr, br and tables; no style, class, id or
    picture. Headings start at h2 and skip no level. With `from_word` a first table row in bold becomes its header.
    Text never goes away, save what a browser does not show. The same again for what is clean. Raises TooMuchText.
    """
    if len(html) > LONGEST:
        raise TooMuchText(_("Texten är för lång. Dela upp den i flera delar."))
    source = _UNFIT.sub("", html)
    try:
        tamed = _tamed(source)
    except _TooDeep:
        tamed = escape(_TAG.sub(" ", source))
    seen = nh3.clean(
        tamed,
        tags=SEEN,
        clean_content_tags=GONE,
        attributes=SEEN_ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=None,
    )
    word = from_word or "mso-" in source or "Mso" in source
    return _last_word(_composed(Walk(word=word).run(_UNFIT.sub("", seen))))


def from_form(value: str) -> str:
    """What a text box held: HTML, or plain text of someone who has no editor (see `from_plain`). Raises TooMuchText."""
    return clean(value) if _MARKED.search(value) else from_plain(value)


def from_plain(text: str) -> str:
    """Plain text as HTML: an empty line parts paragraphs, "# " makes a heading, "- " and "1. " a list."""
    if len(text) > LONGEST:
        raise TooMuchText(_("Texten är för lång. Dela upp den i flera delar."))
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return clean("".join(_pieces(lines)))


def _pieces(lines: list[str]) -> Iterator[str]:
    kind = ""
    for line in lines:
        words = line.strip()
        found = re.match(r"(#{1,3}|[-*•]|(\d{1,4})[.)])\s+(?=\S)", words)
        mark = found[1] if found else ""
        now = {"#": "h", "-": "ul", "*": "ul", "•": "ul"}.get(mark[:1], "ol" if mark else "p" if words else "")
        if now != kind or now == "h":
            yield _CLOSE.get(kind, "") + _opening(now, mark)
        elif now == "p":
            yield "<br>"
        kind = now
        rest = escape(words[found.end() :] if found else words, quote=False)
        yield f"<li>{rest}</li>" if now in {"ul", "ol"} else rest
    yield _CLOSE.get(kind, "")


_CLOSE = {"p": "</p>", "h": "</h1>", "ul": "</ul>", "ol": "</ol>"}


def _opening(kind: str, mark: str) -> str:
    if kind == "h":
        return f"</p><h{len(mark) + 1}>"
    if kind == "ol":
        return f'<ol start="{mark[:-1]}">'
    return f"<{kind}>" if kind else ""


def _tamed(source: str) -> str:
    """Formatting as spans, since browsers carry it on past its end, again and again. Raises _TooDeep."""
    whole = _OPEN_END.sub("", _without_comments(source)).replace("\xa0", "&nbsp;")
    return _parted(_TAG.sub(_Tamer(), _LONE.sub("&amp;", whole)))


def _parted(html: str) -> str:
    """A mark that nh3 takes away, now and then among very many entities: their cost grows with the text they are in."""
    return _LONG_RUN.sub(_with_marks, html)


def _with_marks(found: re.Match[str]) -> str:
    tag, end, text = found[0].rpartition(">")
    pieces = text.split("&")
    if len(pieces) < MANY_ENTITIES:
        return found[0]
    starts = range(0, len(pieces), MANY_ENTITIES)
    return tag + end + "<wbr>&".join("&".join(pieces[start : start + MANY_ENTITIES]) for start in starts)


def _without_comments(source: str) -> str:
    """A search for the end of each comment in turn; a pattern would look to the end of the text for every one."""
    kept: list[str] = []
    place = 0
    while (start := source.find("<!--", place)) >= 0:
        kept.append(source[place:start])
        end = source.find("-->", start + 2)
        if end < 0:
            return "".join(kept) + " " + source[start + 4 :]
        place = end + 3
    return "".join(kept) + source[place:]


class _Tamer:
    def __init__(self) -> None:
        self.open: Counter[str] = Counter()
        self.depth = 0

    def __call__(self, found: re.Match[str]) -> str:
        name = found[2].lower()
        if len(found[0]) > LONGEST_TAG or name == "plaintext":
            return ""
        tag = found[0]
        if name in FORMATS:
            name, tag = "span", "</span>" if found[1] else f'<span data-f="{FORMATS[name]}"{found[3]}>'
        if name not in UNCOUNTED and not found[3].endswith("/"):
            self._count(name, closes=bool(found[1]))
        return tag

    def _count(self, name: str, *, closes: bool) -> None:
        if closes and not self.open[name]:
            return
        self.open[name] += -1 if closes else 1
        self.depth += -1 if closes else 1
        if self.depth > DEEPEST or sum(self.open[scope] for scope in SCOPES) > DEEPEST_SCOPES:
            raise _TooDeep


def _composed(html: str) -> str:
    if unicodedata.is_normalized("NFC", html):
        return html
    return _TEXT.sub(lambda found: unicodedata.normalize("NFC", found[0]), html)


def _last_word(html: str) -> str:
    return nh3.clean(
        _parted(html),
        tags=LEFT,
        clean_content_tags=GONE,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="noopener",
    )
