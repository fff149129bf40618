"""The draw itself, so that anyone can do it again with a list, a seed and SHA-256. No Django, no clock, no chance.

1. Each reference is written in Unicode's composed form, with single spaces; the same one twice counts once.
2. Its lot is SHA-256 of `seed:reference` (UTF-8), as hexadecimal digits.
3. The references are put in the order of their lots; the first ones are drawn. In what order they came is no matter.

With groups each group is drawn for itself, as many as `shares` says. The list is known again by `digest_of`.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Entry:
    """A file to be drawn among others, and the group it is drawn in."""

    reference: str
    group: str = ""


def tidy(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def entry(reference: str, group: str = "") -> Entry:
    return Entry(tidy(reference), tidy(group))


def digest_of(entries: Iterable[Entry]) -> str:
    """SHA-256 of the sorted list: `reference TAB group` on a line each, ends of line between."""
    lines = sorted(f"{one.reference}\t{one.group}" for one in set(entries))
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def lot(seed: str, reference: str) -> str:
    return hashlib.sha256(f"{seed}:{reference}".encode()).hexdigest()


def drawn(entries: Iterable[Entry], *, seed: str, count: int) -> list[Entry]:
    """The drawn ones in the order of their lots: `count` of them, or all when there are fewer."""
    whole = set(entries)
    wanted = shares(Counter(one.group for one in whole), count)
    in_order = sorted(whole, key=lambda one: (lot(seed, one.reference), one))
    found: list[Entry] = []
    for one in in_order:
        if wanted[one.group] > 0:
            wanted[one.group] -= 1
            found.append(one)
    return found


def shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """How many to draw in each group: one each first, where the number is enough for that; the rest by what is left in
    each, rounded down, and then by the greatest remainder (of equal ones the first by name)."""
    count = min(count, sum(sizes.values()))
    each = 1 if count >= len(sizes) else 0
    rests = {name: size - each for name, size in sizes.items()}
    left, whole = count - each * len(sizes), sum(rests.values())
    if not whole:
        return dict.fromkeys(sizes, each)
    found = {name: each + left * rest // whole for name, rest in rests.items()}
    by_remainder = sorted(rests, key=lambda name: (-(left * rests[name] % whole), name))
    for name in by_remainder[: count - sum(found.values())]:
        found[name] += 1
    return found
