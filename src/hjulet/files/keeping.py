"""Holds removals back for a moment: a back-up must find the content of every row that its snapshot has.

Content is written before its row, and removed after it; so only removals have to wait, and only until the content has
been given a second name (a hard link).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from django.conf import settings

LOCK = "files.lock"


@contextmanager
def _locked(how: int) -> Iterator[None]:
    handle = os.open(Path(settings.DATA_DIR) / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def nothing_is_removed() -> AbstractContextManager[None]:
    """For the back-up: while inside, no content goes away."""
    return _locked(fcntl.LOCK_EX)


def take_away(path: Path) -> None:
    """Removes content whose row is gone. Waits for a back-up that is just noting what there is."""
    with _locked(fcntl.LOCK_SH):
        path.unlink(missing_ok=True)
