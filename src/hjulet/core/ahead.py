"""Getting things ready in a thread while the caller waits for the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from queue import Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

from django.utils import translation

Item = TypeVar("Item")
LOOKS_UP = 0.2  # seconds between looks at whether the caller is still there


def ahead(items: Iterable[Item], *, some: int = 500, most: int = 3) -> Iterator[Item]:
    """The same items in the same order, taken in a thread, so many at a time; at most so many lots wait.

    What is done to get them must not touch the database: the thread has a connection of its own. What it raises is
    raised here, and when the caller stops listening it stops. The language is the caller's.
    """
    reader = _Reader(items, some, most)
    thread = Thread(target=reader.work, args=(translation.get_language(),), daemon=True)
    thread.start()
    try:
        while lot := reader.lots.get():
            if isinstance(lot, BaseException):
                raise lot
            yield from lot
    finally:
        reader.gone.set()
        thread.join()


class _Reader(Generic[Item]):
    def __init__(self, items: Iterable[Item], some: int, most: int) -> None:
        self.items, self.some = items, some
        self.lots: Queue[list[Item] | BaseException] = Queue(maxsize=most)
        self.gone = Event()

    def work(self, language: str | None) -> None:
        try:
            with translation.override(language):
                self._all()
        except BaseException as problem:  # the caller gets it, whatever it is
            self._hand_over(problem)
        else:
            self._hand_over([])

    def _all(self) -> None:
        source = iter(self.items)
        while not self.gone.is_set() and (lot := list(islice(source, self.some))):
            self._hand_over(lot)

    def _hand_over(self, lot: list[Item] | BaseException) -> None:
        while not self.gone.is_set():
            try:
                self.lots.put(lot, timeout=LOOKS_UP)
            except Full:
                continue
            return
