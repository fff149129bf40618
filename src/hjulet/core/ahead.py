"""Getting things ready in a thread, or in a process of its own, while the caller waits for the database."""

from __future__ import annotations

import contextlib
import multiprocessing
import sys
from collections.abc import Iterable, Iterator
from queue import Full, Queue
from threading import Event, Thread, active_count
from typing import Any, Generic, TypeVar

from django.utils import translation

Item = TypeVar("Item")
LOOKS_UP = 0.2  # seconds between looks at whether the caller is still there


def ahead(items: Iterable[Item], *, some: int = 500, most: int = 3, apart: bool = False) -> Iterator[Item]:
    """The same items in the same order, taken in a thread, so many at a time; at most so many lots wait.

    What is done to get them must not touch the database: the thread has a connection of its own. What it raises is
    raised here, and when the caller stops listening it stops. The language is the caller's.

    `apart`: in a process of its own where that is safe, so that a second core does the work. It begins as a copy of
    this one, and the items are sent over: whatever making them changes stays there.
    """
    process = _Process(items, some) if apart and _may_split() else None
    reader = _Reader(process or items, some, most)
    thread = Thread(target=reader.work, args=(translation.get_language(),), daemon=True)
    thread.start()
    try:
        while lot := reader.lots.get():
            if isinstance(lot, BaseException):
                raise lot
            yield from lot
    finally:
        reader.gone.set()
        if process:
            process.end()
        thread.join()


def _lots(items: Iterable[Item], some: int) -> Iterator[list[Item]]:
    """So many at a time; when it goes wrong first what came before."""
    lot: list[Item] = []
    try:
        for item in items:
            lot.append(item)
            if len(lot) == some:
                yield lot
                lot = []
    except Exception:
        if lot:
            yield lot
        raise
    if lot:
        yield lot


def _may_split() -> bool:
    """A copy of a process with several threads may stand still for ever."""
    return sys.platform == "linux" and active_count() == 1


class _Process(Generic[Item]):
    """The items, made in a process of its own."""

    def __init__(self, items: Iterable[Item], some: int) -> None:
        copied = multiprocessing.get_context("fork")
        self.received, sent = copied.Pipe(duplex=False)
        work = (items, some, sent, self.received, translation.get_language())
        self.process = copied.Process(target=_send_all, args=work, daemon=True)
        self.process.start()
        sent.close()

    def __iter__(self) -> Iterator[Item]:
        """Raises what making them raised, RuntimeError when the process was ended from outside."""
        while True:
            try:
                lot = self.received.recv()
            except (EOFError, OSError):
                raise RuntimeError("the process that reads ahead has ended") from None
            if isinstance(lot, BaseException):
                raise lot
            if not lot:
                return
            yield from lot

    def end(self) -> None:
        self.process.terminate()
        self.process.join()


def _send_all(items: Iterable[Any], some: int, out: Any, other_end: Any, language: str | None) -> None:
    other_end.close()  # else a caller that is gone would not be noticed
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        try:
            with translation.override(language):
                for lot in _lots(items, some):
                    out.send(lot)
                out.send([])
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except BaseException as problem:  # the caller gets it, whatever it is
            out.send(problem)


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
        for lot in _lots(self.items, self.some):
            self._hand_over(lot)
            if self.gone.is_set():
                return

    def _hand_over(self, lot: list[Item] | BaseException) -> None:
        while not self.gone.is_set():
            try:
                self.lots.put(lot, timeout=LOOKS_UP)
            except Full:
                continue
            return
