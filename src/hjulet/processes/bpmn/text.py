"""Text in a drawing: how wide it gets, and where its lines break. The server has no browser to ask."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

SHY = "\u00ad"
LEAD = 1.28  # line height, in font sizes

# Widths in thousandths of the font size, measured in Liberation Sans (as wide as Arial). The house's own Source Sans
# is a little narrower, so that what fits here fits there.
_MEASURED = {
    191: "'",
    222: "ijlíì",
    260: "|",
    278: "ftI!,./:;[\\] ·\u00a0",
    333: "r()-`{}",
    389: '*"^',
    500: "cksvxyzJç",
    556: "0123456789abdeghnopquL#$?_åäöéèüáàóñ–§€",
    584: "+<=>~",
    611: "FTZ",
    667: "ABEKPSVXY&ÅÄÉ",
    722: "wCDHNRUÜ",
    778: "GOQÖØ",
    833: "mM",
    889: "%æ",
    944: "W",
    1000: "—…Æ@",
}
_WIDTH = {char: wide / 1000 for wide, chars in _MEASURED.items() for char in chars}
_WIDTH[SHY] = 0.0
_UNKNOWN = 0.667
_WIDE = 1.0  # Chinese, emoji and other signs past the common alphabets
_BREAK_AFTER = "-/–—_.,;:"
_VOWELS = "aeiouyåäöéüAEIOUYÅÄÖ"
_LEAST = 3  # letters on each side of a break in a word


class Lines(NamedTuple):
    """`size`: font size; `forced`: a word was broken without a soft hyphen; `cut`: the end was left out."""

    lines: tuple[str, ...]
    size: float
    forced: bool = False
    cut: bool = False

    @property
    def height(self) -> float:
        return len(self.lines) * self.size * LEAD

    @property
    def width(self) -> float:
        return max((width(line, self.size) for line in self.lines), default=0.0)


def _char(char: str) -> float:
    return _WIDTH.get(char, _UNKNOWN if ord(char) < 0x1100 else _WIDE)


def width(text: str, size: float, bold: bool = False) -> float:
    """The width of one line, in the unit of `size`."""
    return sum(map(_char, text)) * size * (1.08 if bold else 1.0)


def _break_at(word: str, room: float) -> tuple[int, str, bool]:
    """Where a word too long for `room` (in font sizes) is broken: how much fits, its sign, and whether by force."""
    soft = syllable = hard = 0
    used = 0.0
    for at, char in enumerate(word):
        if at and used + (0 if word[at - 1] in _BREAK_AFTER else _WIDTH["-"]) > room:
            break
        if at and word[at - 1] in SHY + _BREAK_AFTER:
            soft = at
        hard = at
        follows = word[at + 1 : at + 2]
        if at >= _LEAST and len(word) - at >= _LEAST and char not in _VOWELS and follows and follows in _VOWELS:
            syllable = at  # the last consonant goes with the vowel after it
        used += _char(char)
    if soft >= _LEAST:
        return soft, "-" if word[soft - 1] == SHY else "", False
    at = syllable if syllable >= _LEAST else max(hard, 1)
    return at, "-", True


def _pieces(word: str, room: float) -> tuple[list[str], bool]:
    """A word as one piece, or as the pieces that each fit the room."""
    pieces, forced = [], False
    while len(word) > 1 and sum(map(_char, word)) > room:
        at, sign, by_force = _break_at(word, room)
        pieces.append(word[:at].replace(SHY, "") + sign)
        word, forced = word[at:], forced or by_force
    return [*pieces, word.replace(SHY, "")], forced


def _paragraph(text: str, room: float) -> tuple[list[str], bool]:
    lines: list[str] = []
    line, used, forced = "", 0.0, False
    for word in text.split():
        pieces, by_force = _pieces(word, room)
        forced = forced or by_force
        for at, piece in enumerate(pieces):
            wide = sum(map(_char, piece))
            if line and (at or used + _WIDTH[" "] + wide > room):
                lines.append(line)
                line, used = "", 0.0
            line, used = (f"{line} {piece}", used + _WIDTH[" "] + wide) if line else (piece, wide)
    return ([*lines, line] if line else lines), forced


@lru_cache(maxsize=4096)
def wrap(text: str, room: float, size: float, keep_breaks: bool = False) -> Lines:
    """The text in lines no wider than `room`. Soft hyphens show only where they break; long words break by force.

    `keep_breaks`: the writer's own line breaks count (annotations), else they are spaces (names).
    """
    lines: list[str] = []
    forced = False
    for paragraph in text.splitlines() if keep_breaks else [text]:
        found, by_force = _paragraph(paragraph, max(room, size) / size)
        lines += found
        forced = forced or by_force
    return Lines(tuple(lines), size, forced)


def cut(lines: Lines, most: int, room: float) -> Lines:
    """At most so many lines; what is left out is told by three dots."""
    if len(lines.lines) <= most:
        return lines
    kept = list(lines.lines[: max(most, 1)])
    while kept[-1] and width(kept[-1] + "…", lines.size) > room:
        kept[-1] = kept[-1][:-1]
    kept[-1] = kept[-1].rstrip(" -") + "…"
    return Lines(tuple(kept), lines.size, lines.forced, cut=True)


@lru_cache(maxsize=4096)
def fit(text: str, room: float, height: float, sizes: tuple[float, ...], keep_breaks: bool = False) -> Lines:
    """The text in the largest of `sizes` that fits the box, whole words first; in the smallest, cut, if none does."""
    tries = [wrap(text, room, size, keep_breaks) for size in sizes]
    fitting = [lines for lines in tries if lines.height <= height]
    if fitting:
        return next((lines for lines in fitting if not lines.forced), fitting[0])
    least = tries[-1]
    return cut(least, int(height // (least.size * LEAD)), room)
