"""What differs between two cleaned texts: first by paragraph, then by word within those that were changed."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from hjulet.core.richtext.blocks import Block, parts

SMALL = 40_000  # blocks or words of the one times those of the other, for the thorough way
AHEAD = 6  # how far on a changed paragraph is looked for
ALIKE = 0.4  # share of words in common for a paragraph to be the same one, changed
_WORD = re.compile(r"\w+|\s+|[^\w\s]")

Kind = Literal["same", "added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a changed block: `kind` is same, ins (new) or del (gone)."""

    kind: Literal["same", "ins", "del"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One block of the comparison, in reading order. `block` is its kind in the new text, or in the old if removed.

    `text` is the new words (the old, if removed). `pieces` is filled for changed blocks: same and ins together are the
    new words, same and del the old. A block whose kind alone has changed is changed, with one piece.
    """

    kind: Kind
    block: str
    text: str
    pieces: tuple[Piece, ...] = ()


def compare(old_html: str, new_html: str) -> list[Change]:
    """Every block of both texts. Time grows with their length, also when nothing is alike."""
    old, new = parts(old_html), parts(new_html)
    changes: list[Change] = []
    for same, (a0, a1), (b0, b1) in _runs(old, new):
        if same:
            changes += [Change("same", block.kind, block.text) for block in new[b0:b1]]
        else:
            changes += _paired(old[a0:a1], new[b0:b1])
    return changes


Span = tuple[int, int]


def _runs(old: Sequence[Hashable], new: Sequence[Hashable]) -> Iterator[tuple[bool, Span, Span]]:
    """The two cut into runs that are the same and runs that are not."""
    a = b = 0
    for start_a, start_b, size in [*_matches(old, new), (len(old), len(new), 0)]:
        if a < start_a or b < start_b:
            yield False, (a, start_a), (b, start_b)
        if size:
            yield True, (start_a, start_a + size), (start_b, start_b + size)
        a, b = start_a + size, start_b + size


def _matches(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int, int]]:
    """Runs that are the same: ends first, then what stands once in both, then thoroughly in what is left if small."""
    found: list[tuple[int, int, int]] = []
    todo = [((0, len(old)), (0, len(new)))]
    while todo:
        (a0, a1), (b0, b1) = todo.pop()
        head = _alike(old, new, range(min(a1 - a0, b1 - b0)), a0, b0, 1)
        found.append((a0, b0, head))
        a0, b0 = a0 + head, b0 + head
        tail = _alike(old, new, range(min(a1 - a0, b1 - b0)), a1 - 1, b1 - 1, -1)
        a1, b1 = a1 - tail, b1 - tail
        found.append((a1, b1, tail))
        if a0 == a1 or b0 == b1:
            continue
        if (a1 - a0) * (b1 - b0) <= SMALL:
            blocks = SequenceMatcher(None, old[a0:a1], new[b0:b1], autojunk=False).get_matching_blocks()
            found += [(a0 + one.a, b0 + one.b, one.size) for one in blocks]
            continue
        todo += _between(_landmarks(old, new, (a0, a1), (b0, b1)), (a0, a1), (b0, b1), found)
    return sorted(one for one in found if one[2])


def _alike(old: Sequence[Hashable], new: Sequence[Hashable], steps: range, a: int, b: int, step: int) -> int:
    return next((n for n in steps if old[a + n * step] != new[b + n * step]), len(steps))


def _landmarks(old: Sequence[Hashable], new: Sequence[Hashable], a: Span, b: Span) -> list[tuple[int, int]]:
    """Places of what stands once in each, as many as keep their order (the longest increasing subsequence)."""
    there, here = Counter(old[slice(*a)]), Counter(new[slice(*b)])
    place = {one: n for n, one in enumerate(new[slice(*b)], b[0]) if here[one] == 1}
    pairs = [(n, place[one]) for n, one in enumerate(old[slice(*a)], a[0]) if there[one] == 1 and one in place]
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for number, (_a, to) in enumerate(pairs):
        at = bisect_left(ends, to)
        before.append(last[at - 1] if at else -1)
        ends[at : at + 1], last[at : at + 1] = [to], [number]
    chain: list[tuple[int, int]] = []
    number = last[-1] if last else -1
    while number >= 0:
        chain.append(pairs[number])
        number = before[number]
    return chain[::-1]


def _between(
    landmarks: list[tuple[int, int]], a: Span, b: Span, found: list[tuple[int, int, int]]
) -> Iterator[tuple[Span, Span]]:
    if not landmarks:
        return
    (a0, a1), (b0, b1) = a, b
    for at_a, at_b in [*landmarks, (a1, b1)]:
        yield (a0, at_a), (b0, at_b)
        if at_a < a1:
            found.append((at_a, at_b, 1))
        a0, b0 = at_a + 1, at_b + 1


def _paired(old: list[Block], new: list[Block]) -> Iterator[Change]:
    """Removed, added and changed blocks. A changed one is the next that has enough words in common."""
    bags = [Counter(block.text.split()) for block in new]
    place = 0
    for block in old:
        bag = Counter(block.text.split())
        shares = [_share(bag, other) for other in bags[place : place + AHEAD]]
        best = place + shares.index(max(shares)) if shares else -1
        if best < 0 or shares[best - place] < ALIKE:
            yield Change("removed", block.kind, block.text)
            continue
        yield from (Change("added", one.kind, one.text) for one in new[place:best])
        yield _changed(block, new[best])
        place = best + 1
    yield from (Change("added", one.kind, one.text) for one in new[place:])


def _share(one: Counter[str], other: Counter[str]) -> float:
    common = one.keys() & other.keys()
    if not common:
        return 0.0
    return 2 * sum(min(one[word], other[word]) for word in common) / (one.total() + other.total())


def _changed(old: Block, new: Block) -> Change:
    return Change("changed", new.kind, new.text, tuple(_pieces(_WORD.findall(old.text), _WORD.findall(new.text))))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    gone: list[str] = []
    come: list[str] = []
    for same, a, b in _runs(old, new):
        words = "".join(new[slice(*b)])
        if same and not (words.isspace() and (gone or come)):
            yield from _flushed(gone, come)
            yield Piece("same", words)
            continue
        # A space alone between two changes is part of them: whole phrases read better than every other word.
        gone += old[slice(*a)]
        come += new[slice(*b)]
    yield from _flushed(gone, come)


def _flushed(gone: list[str], come: list[str]) -> Iterator[Piece]:
    if gone:
        yield Piece("del", "".join(gone))
    if come:
        yield Piece("ins", "".join(come))
    gone.clear()
    come.clear()
