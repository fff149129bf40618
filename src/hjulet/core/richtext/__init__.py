"""Text with headings, lists, links and tables, as it is kept: a small HTML that nothing can run in.

What a person wrote, pasted from Word or uploaded goes through `clean` (or `from_form`), and only its result is stored
and shown. The other functions read such cleaned text.
"""

from hjulet.core.richtext.blocks import Block, Heading, blocks, outline, parts, text_of, with_anchors
from hjulet.core.richtext.cleaning import LONGEST, TooMuchText, clean, from_form, from_plain
from hjulet.core.richtext.comparing import Change, Piece, compare

__all__ = [
    "LONGEST",
    "Block",
    "Change",
    "Heading",
    "Piece",
    "TooMuchText",
    "blocks",
    "clean",
    "compare",
    "from_form",
    "from_plain",
    "outline",
    "parts",
    "text_of",
    "with_anchors",
]
