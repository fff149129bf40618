"""How a drawing looks: a class and plain fallbacks on a page, fixed colours in print. And how text is put in it."""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from hjulet.processes.bpmn.interchange import Box, Point
from hjulet.processes.bpmn.text import LEAD, Lines

_INK, _QUIET, _PAPER, _SHADE, _EDGE, _HOT = "#17282d", "#47585c", "#ffffff", "#e9eae3", "#75837f", "#9c2c14"

# Per name: what a page shows without a style sheet, and what print shows. The style sheet knows the class p-<name>.
_PLAIN = 'fill="none" stroke="currentColor"'
_TEXT = 'fill="currentColor"'
_LOOKS = {
    "lane": (f"{_PLAIN}", f'fill="{_PAPER}" stroke="{_EDGE}"'),
    "laneh": (f"{_PLAIN}", f'fill="{_SHADE}" stroke="{_EDGE}"'),
    "node": (f'{_PLAIN} stroke-width="1.5"', f'fill="{_PAPER}" stroke="{_INK}" stroke-width="1.5"'),
    "thick": (f'{_PLAIN} stroke-width="3.5"', f'fill="{_PAPER}" stroke="{_INK}" stroke-width="3.5"'),
    "sub": (f'{_PLAIN} stroke-width="1.5"', f'fill="{_PAPER}" stroke="{_INK}" stroke-width="1.5"'),
    "sign": (f'{_PLAIN} stroke-width="1.4"', f'fill="none" stroke="{_INK}" stroke-width="1.4"'),
    "full": ('fill="currentColor" stroke="none"', f'fill="{_INK}" stroke="none"'),
    "flow": (f'{_PLAIN} stroke-width="1.5"', f'fill="none" stroke="{_QUIET}" stroke-width="1.5"'),
    "message": (
        f'{_PLAIN} stroke-width="1.5" stroke-dasharray="7 5"',
        f'fill="none" stroke="{_QUIET}" stroke-width="1.5" stroke-dasharray="7 5"',
    ),
    "tie": (
        f'{_PLAIN} stroke-width="1.5" stroke-dasharray="1.5 4" stroke-linecap="round"',
        f'fill="none" stroke="{_QUIET}" stroke-width="1.5" stroke-dasharray="1.5 4" stroke-linecap="round"',
    ),
    "arrow": ('fill="currentColor"', f'fill="{_QUIET}"'),
    "open": (f'{_PLAIN} stroke-width="1.3"', f'fill="{_PAPER}" stroke="{_QUIET}" stroke-width="1.3"'),
    "group": (
        f'{_PLAIN} stroke-width="1.5" stroke-dasharray="9 4 2 4"',
        f'fill="none" stroke="{_EDGE}" stroke-width="1.5" stroke-dasharray="9 4 2 4"',
    ),
    "note": (f'{_PLAIN} stroke-width="1.5"', f'fill="none" stroke="{_QUIET}" stroke-width="1.5"'),
    "hot": (f'{_PLAIN} stroke-width="4"', f'fill="{_PAPER}" stroke="{_HOT}" stroke-width="4"'),
    "heat-1": (f'{_PLAIN} stroke-width="1.5"', f'fill="{_PAPER}" stroke="{_QUIET}" stroke-width="1.5"'),
    "heat-2": (f'{_PLAIN} stroke-width="2"', f'fill="{_PAPER}" stroke="{_QUIET}" stroke-width="2"'),
    "heat-3": (f'{_PLAIN} stroke-width="3.5"', f'fill="{_PAPER}" stroke="{_INK}" stroke-width="3.5"'),
    "heat-4": ('fill="currentColor" stroke="currentColor"', f'fill="{_HOT}" stroke="{_HOT}"'),
    "t": (_TEXT, f'fill="{_INK}"'),
    "tl": (f'{_TEXT} font-weight="600"', f'fill="{_INK}" font-weight="600"'),
    "ts": (_TEXT, f'fill="{_QUIET}"'),
    # a name on a line: the paper round its letters keeps the line out of them
    "tf": (_TEXT, f'fill="{_QUIET}" stroke="{_PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'),
    "tn": (f'{_TEXT} font-weight="600"', f'fill="{_QUIET}" font-weight="600"'),
    "th": (f'{_TEXT} font-weight="700"', f'fill="{_INK}" font-weight="700"'),
    "th4": (f'{_TEXT} font-weight="700"', f'fill="{_PAPER}" font-weight="700"'),
}
FONT = "Source Sans 3, Source Sans Pro, Arial, Helvetica, sans-serif"
_UNWRITABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def safe(text: str) -> str:
    """Text as it may stand in XML and HTML, also inside quotes."""
    return escape(_UNWRITABLE.sub("", text))


def num(value: float) -> str:
    """A length with one decimal at most."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


class Ink:
    """Writes SVG elements in one of the two looks."""

    def __init__(self, standalone: bool) -> None:
        self.standalone = standalone
        self.look = lru_cache(maxsize=None)(self._look)

    def _look(self, name: str, more: str = "") -> str:
        page, plain = _LOOKS[name]
        return f"{plain}{more}" if self.standalone else f'class="p-{name}" {page}{more}'

    def rect(self, box: Box, name: str, radius: float = 0, more: str = "") -> str:
        round_ = f' rx="{num(radius)}"' if radius else ""
        x, y, width, height = map(num, box)
        return f'<rect {self.look(name, more)} x="{x}" y="{y}" width="{width}" height="{height}"{round_}/>'

    def circle(self, middle: Point, radius: float, name: str, more: str = "") -> str:
        return f'<circle {self.look(name, more)} cx="{num(middle.x)}" cy="{num(middle.y)}" r="{num(radius)}"/>'

    def path(self, d: str, name: str, more: str = "") -> str:
        return f'<path {self.look(name, more)} d="{d}"/>'

    def sign(self, d: str, at: Point, scale: float, name: str = "sign") -> str:
        """A sign drawn in a square of 16 round 0, 0."""
        size = f" scale({num(scale)})" if abs(scale - 1) > 0.04 else ""
        return f'<path {self.look(name)} transform="translate({num(at.x)} {num(at.y)}){size}" d="{d}"/>'

    def mark(self, lines: Lines, at: Point, name: str, anchor: str = "middle") -> str:
        """A figure at a shape, with space round it: read as text it is a word of its own, as in its link's name."""
        return f" {self.text(lines, at, name, anchor)} "

    def text(self, lines: Lines, at: Point, name: str = "t", anchor: str = "middle", more: str = "") -> str:
        """Lines from a point at the top; `anchor` as in SVG."""
        if not lines.lines:
            return ""
        size, y = lines.size, at.y + lines.size * 0.98
        head = f'<text {self.look(name, more)} font-size="{num(size)}" text-anchor="{anchor}"'
        if len(lines.lines) == 1:
            return f'{head} x="{num(at.x)}" y="{num(y)}">{safe(lines.lines[0])}</text>'
        rows = (
            f'<tspan x="{num(at.x)}" y="{num(y + row * size * LEAD)}">{safe(line)}</tspan>'
            for row, line in enumerate(lines.lines)
        )
        return f"{head}>{' '.join(rows)}</text>"

    def upward(self, lines: Lines, middle: Point, name: str) -> str:
        """Lines written from below, centred on a point."""
        turned = f' transform="rotate(-90 {num(middle.x)} {num(middle.y)})"'
        return self.text(lines, Point(middle.x, middle.y - lines.height / 2), name, more=turned)
