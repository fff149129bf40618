"""Lines between two boxes that stand where they stand: right-angled, round other boxes where that can be done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from hjulet.processes.bpmn.interchange import Box, Point

CLEAR = 11.0  # how far from a box a line runs past it
_BEND = 24.0  # a bend costs as much as this much line
_HIT = 2000.0  # and running through a box as much as this


def connect(source: Box, target: Box, others: Sequence[Box], upright: bool = False) -> list[Point]:
    """The best of the simple right-angled ways from one box to the other. `others`: boxes to keep clear of;
    `upright`: out and in at the upper or lower edges, as messages between pools.
    """
    best: list[Point] = []
    least = float("inf")
    for points in _upright_ways(source, target, others) if upright else _ways(source, target, others):
        tidy = straightened(points)
        cost = _length(tidy) + _BEND * len(tidy)
        if cost < least:
            cost += _HIT * _hits(tidy, others, least - cost)
        if cost < least:
            best, least = tidy, cost
    return best


def straight(source: Box, target: Box) -> list[Point]:
    """From border to border on the line between the middles."""
    one, two = source.middle, target.middle
    return [_border(source, two), _border(target, one)]


def straightened(points: Sequence[Point]) -> list[Point]:
    """Without points that stand on each other or in the middle of a straight piece."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1].x - point.x) < 0.05 and abs(kept[-1].y - point.y) < 0.05:
            continue
        while len(kept) > 1 and _in_line(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept if len(kept) > 1 else [points[0], points[-1]]


def halfway(points: Sequence[Point]) -> Point:
    """The point in the middle of a line, by length."""
    left = _length(points) / 2
    for one, two in pairwise(points):
        piece = _length([one, two])
        if piece >= left and piece:
            share = left / piece
            return Point(one.x + (two.x - one.x) * share, one.y + (two.y - one.y) * share)
        left -= piece
    return points[-1]


def _in_line(one: Point, two: Point, three: Point) -> bool:
    same_x = abs(one.x - two.x) < 0.05 and abs(two.x - three.x) < 0.05
    same_y = abs(one.y - two.y) < 0.05 and abs(two.y - three.y) < 0.05
    return same_x or same_y


def _length(points: Sequence[Point]) -> float:
    return sum(abs(one.x - two.x) + abs(one.y - two.y) for one, two in pairwise(points))


def _hits(points: Sequence[Point], others: Iterable[Box], worth: float) -> int:
    """How many boxes the line runs through; stops counting when it cannot be the best any more."""
    found, most = 0, worth / _HIT
    pieces = [(min(a.x, b.x) - 1, min(a.y, b.y) - 1, max(a.x, b.x) + 1, max(a.y, b.y) + 1) for a, b in pairwise(points)]
    for x, y, width, height in others:
        right, bottom = x + width, y + height
        if any(left < right and x < far and top < bottom and y < low for left, top, far, low in pieces):
            found += 1
            if found >= most:
                break
    return found


def _border(box: Box, toward: Point) -> Point:
    """Where the line from the middle of a box toward a point crosses its border."""
    middle = box.middle
    x, y = toward.x - middle.x, toward.y - middle.y
    if not x and not y:
        return middle
    share = min(box.width / 2 / abs(x) if x else 1e9, box.height / 2 / abs(y) if y else 1e9, 1.0)
    return Point(middle.x + x * share, middle.y + y * share)


def _ways(source: Box, target: Box, others: Sequence[Box]) -> Iterator[list[Point]]:
    yield from _straight_ways(source, target)
    yield from _sideways(source, target)
    yield from _upright(source, target)
    yield from _bent_once(source, target)
    yield from _round(source, target, others)


def _upright_ways(source: Box, target: Box, others: Sequence[Box]) -> Iterator[list[Point]]:
    yield from (points for points in _straight_ways(source, target) if points[0].x == points[1].x)
    yield from _upright(source, target)
    yield from _round(source, target, others)


def _straight_ways(source: Box, target: Box) -> Iterator[list[Point]]:
    """Straight across where the boxes stand beside or above each other."""
    y = _shared(source.y, source.bottom, target.y, target.bottom)
    if y is not None and source.right <= target.x:
        yield [Point(source.right, y), Point(target.x, y)]
    elif y is not None and target.right <= source.x:
        yield [Point(source.x, y), Point(target.right, y)]
    x = _shared(source.x, source.right, target.x, target.right)
    if x is not None and source.bottom <= target.y:
        yield [Point(x, source.bottom), Point(x, target.y)]
    elif x is not None and target.bottom <= source.y:
        yield [Point(x, source.y), Point(x, target.bottom)]


def _shared(one: float, one_end: float, two: float, two_end: float) -> float | None:
    """The middle of the first if both have it, else of the second, else of what they share."""
    low, high = max(one, two), min(one_end, two_end)
    if high - low < 8:
        return None
    for middle in ((one + one_end) / 2, (two + two_end) / 2):
        if low + 3 <= middle <= high - 3:
            return middle
    return (low + high) / 2


def _sideways(source: Box, target: Box) -> Iterator[list[Point]]:
    """Out to the right, up or down, and in from the left."""
    one, two = source.middle, target.middle
    for x in (source.right + CLEAR, (source.right + target.x) / 2, target.x - CLEAR):
        if source.right < x < target.x:
            yield [Point(source.right, one.y), Point(x, one.y), Point(x, two.y), Point(target.x, two.y)]


def _upright(source: Box, target: Box) -> Iterator[list[Point]]:
    """Out below or above, sideways, and on; also with a detour through the room beside either box."""
    one, two = source.middle, target.middle
    down = source.bottom <= target.y
    if not down and target.bottom > source.y:
        return
    start, end = (source.bottom, target.y) if down else (source.y, target.bottom)
    step = CLEAR if down else -CLEAR
    for y in (start + step, (start + end) / 2, end - step):
        yield [Point(one.x, start), Point(one.x, y), Point(two.x, y), Point(two.x, end)]
    for x in (source.x - CLEAR, source.right + CLEAR, target.x - CLEAR, target.right + CLEAR):
        yield [
            Point(one.x, start),
            Point(one.x, start + step),
            Point(x, start + step),
            Point(x, end - step),
            Point(two.x, end - step),
            Point(two.x, end),
        ]


def _bent_once(source: Box, target: Box) -> Iterator[list[Point]]:
    one, two = source.middle, target.middle
    side = source.right if two.x > source.right else source.x if two.x < source.x else None
    lid = target.y if one.y < target.y else target.bottom if one.y > target.bottom else None
    if side is not None and lid is not None:
        yield [Point(side, one.y), Point(two.x, one.y), Point(two.x, lid)]
    side = target.x if one.x < target.x else target.right if one.x > target.right else None
    lid = source.bottom if two.y > source.bottom else source.y if two.y < source.y else None
    if side is not None and lid is not None:
        yield [Point(one.x, lid), Point(one.x, two.y), Point(side, two.y)]


def _round(source: Box, target: Box, others: Sequence[Box]) -> Iterator[list[Point]]:
    """Over or under everything between, for what leads back or past; to itself too."""
    one, two = source.middle, target.middle
    left, right = min(one.x, two.x), max(one.x, two.x)
    between = [box for box in (*others, source, target) if box.x < right and left < box.right]
    over, under = (source.y, target.y), (source.bottom, target.bottom)
    above = min([*over, *(box.y for box in between if box.bottom > min(over) - 60 and box.y < max(under))])
    below = max([*under, *(box.bottom for box in between if box.y < max(under) + 60 and box.bottom > min(over))])
    shift = 0.0 if abs(one.x - two.x) > 20 else 14.0
    for y, start, end in (
        (min(over) - 1.5 * CLEAR, source.y, target.y),
        (max(under) + 1.5 * CLEAR, source.bottom, target.bottom),
        (above - CLEAR, source.y, target.y),
        (below + CLEAR, source.bottom, target.bottom),
    ):
        yield [Point(one.x + shift, start), Point(one.x + shift, y), Point(two.x - shift, y), Point(two.x - shift, end)]
