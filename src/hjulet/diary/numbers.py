"""How a diary number is written. The pattern is data: PREFIX, ÅÅÅÅ for the year and N once for each digit."""

from __future__ import annotations

import re

DEFAULT = "PREFIX ÅÅÅÅ/NNNNN"
PART = re.compile(r"PREFIX|ÅÅÅÅ|N+")
LETTERS = re.compile(r"[A-ZÅÄÖ][A-ZÅÄÖ0-9]{0,9}")
BETWEEN = re.compile(r"[ /.:-]{0,3}")


def written(pattern: str, *, prefix: str, year: int, serial: int) -> str:
    """SN 2026/00012 for the pattern PREFIX ÅÅÅÅ/NNNNN. A number with more digits than the pattern keeps them all."""

    def value(part: re.Match[str]) -> str:
        word = part.group()
        return {"PREFIX": prefix, "ÅÅÅÅ": str(year)}.get(word) or str(serial).zfill(len(word))

    return PART.sub(value, pattern)


def is_pattern(text: str) -> bool:
    """Whether the text has each part once, and nothing but spaces, / . : - between."""
    words = ["N" if part.startswith("N") else part for part in PART.findall(text)]
    return sorted(words) == ["N", "PREFIX", "ÅÅÅÅ"] and all(BETWEEN.fullmatch(rest) for rest in PART.split(text))
