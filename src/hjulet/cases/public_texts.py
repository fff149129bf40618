"""What the public reads, in each language: one flat file in `content/public/` that a translator edits (NEW-5)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent / "content" / "public"
CODES = ("sv", "sv_easy", "en", "ar", "so", "fi")
SOURCE = "sv"
BEGIN, END = "\u2066", "\u2069"  # what lies between is read from left to right
LEFT_TO_RIGHT = re.compile(r"[A-Z0-9]{4}-[A-Z0-9]+-\S*")  # a date, or a code


@dataclass(frozen=True)
class Texts(Mapping[str, str]):
    """The texts of one language by code. `status`: source, draft, or needs_review (no one who knows it has read it)."""

    code: str
    label: str
    lang: str  # as HTML names the language
    direction: str  # ltr or rtl
    status: str
    texts: dict[str, str]

    def __getitem__(self, code: str) -> str:
        return self.texts[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    @property
    def awaits_review(self) -> bool:
        return self.status == "needs_review"

    def say(self, code: str, **values: object) -> str:
        """A text with its placeholders filled. Raises KeyError for an unknown code or a missing value."""
        if self.direction == "rtl":  # a number or a date would else be read backwards
            values = {name: f"{BEGIN}{value}{END}" for name, value in values.items()}
        return self.texts[code].format(**values)


@cache
def _read(code: str) -> Texts:
    with (FOLDER / f"{code}.yaml").open(encoding="utf-8") as file:
        content = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe either way
    if content["direction"] == "rtl":
        content["texts"] = {name: LEFT_TO_RIGHT.sub(rf"{BEGIN}\g<0>{END}", t) for name, t in content["texts"].items()}
    return Texts(code=code, **content)


def texts_in(code: str) -> Texts:
    """The texts of a language; Swedish for one that we do not have."""
    return _read(code if code in CODES else SOURCE)


def languages() -> list[Texts]:
    """All of them, in the order in which they are offered."""
    return [_read(code) for code in CODES]
