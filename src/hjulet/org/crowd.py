"""How many come through an open door from one place, so that no one fills it for the others.

Counted in the process's own memory: a digest of the address with a salt that is new in each process, and moments of a
clock that only goes forward. Nothing of it is kept on disk, in the log or in a case, and nothing leads back to anyone.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from threading import Lock

WINDOW = 600  # seconds
MOST_PLACES = 10_000


@dataclass
class _Place:
    let_in: deque[float] = field(default_factory=deque)
    turned_away: int = 0


class Crowd:
    """The last ten minutes at one door."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._places: OrderedDict[bytes, _Place] = OrderedDict()
        self._lock = Lock()

    def enter(self, address: str, *, most: int, at: float | None = None) -> tuple[int, int]:
        """Counts one who comes from an address: (0, 0) lets her in; else seconds to wait, and how many have been turned
        away since the last one was let in. `at`: seconds of a clock that only goes forward.
        """
        at = time.monotonic() if at is None else at
        key = hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()
        with self._lock:
            place = self._place(key)
            while place.let_in and place.let_in[0] <= at - WINDOW:
                place.let_in.popleft()
            if len(place.let_in) < most:
                place.let_in.append(at)
                place.turned_away = 0
                return 0, 0
            place.turned_away += 1
            first = place.let_in[0] if place.let_in else at
            return max(1, round(first + WINDOW - at)), place.turned_away

    def _place(self, key: bytes) -> _Place:
        """The place, as the one heard of last; the one not heard of for longest is forgotten when they are too many."""
        if key not in self._places and len(self._places) >= MOST_PLACES:
            self._places.popitem(last=False)
        place = self._places.setdefault(key, _Place())
        self._places.move_to_end(key)
        return place

    def forget(self) -> None:
        with self._lock:
            self._places.clear()


POSTS, ALARMS = Crowd(), Crowd()  # what is sent through the doors without login; alarms sent without a name
