"""The last links of the chain, kept in a file outside the database: who cuts the log must reach both.

One line a seal: `seal_id last_id digest sealed_at`. Copy the file off the machine as often as you can.
"""

from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from hjulet.audit.models import Seal

NAME = "log-anchor.txt"


@dataclass(frozen=True)
class Line:
    seal_id: int
    last_id: int
    digest: str


class BadLine(ValueError):
    """A line that is not one of ours. The argument is its number, from 1."""


def anchor_path() -> Path:
    return Path(settings.DATA_DIR) / NAME


def read() -> list[Line] | None:
    """The lines, or None when there is no file. A last line that was never finished does not count."""
    try:
        text = anchor_path().read_text()
    except FileNotFoundError:
        return None
    return [_line(number, line) for number, line in enumerate(text.split("\n")[:-1], start=1)]


def begin() -> None:
    """Makes the file before the first seal. One that went missing later is not made anew: verify tells."""
    path = anchor_path()
    if not path.exists() and not Seal.objects.exists():
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600))
        _flush_folder(path.parent)


def catch_up() -> int:
    """Adds the seals that the file does not hold yet, and returns how many. Flushed to disk.

    Raises FileNotFoundError when the file is gone.
    """
    path = anchor_path()
    handle = os.open(path, os.O_RDWR | os.O_APPEND)
    with os.fdopen(handle, "a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        _cut_half_line(path)
        lines = read() or []
        seals = list(Seal.objects.filter(id__gt=lines[-1].seal_id if lines else 0).defer("rows").order_by("id"))
        for seal in seals:
            file.write(f"{seal.pk} {seal.last_id} {seal.digest} {seal.sealed_at:%Y-%m-%dT%H:%M:%S%z}\n")
        file.flush()
        os.fsync(file.fileno())
    return len(seals)


def _line(number: int, line: str) -> Line:
    try:
        seal_id, last_id, digest, _sealed_at = line.split(" ")
        return Line(int(seal_id), int(last_id), digest)
    except ValueError as problem:
        raise BadLine(number) from problem


def _cut_half_line(path: Path) -> None:
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole != len(content):
        os.truncate(path, whole)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
