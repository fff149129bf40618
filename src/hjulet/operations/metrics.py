"""What this installation has answered, counted in each process and told as a sum.

Each process counts in a small file of its own, mapped into memory, so that any of them can tell for all; what a
process that has ended had counted stays in its file until the server starts anew (config.gunicorn).
"""

from __future__ import annotations

import mmap
import os
import shutil
import struct
import threading
from pathlib import Path

from django.conf import settings

FOLDER = "metrics"
CLASSES = ("2xx", "3xx", "4xx", "5xx")
LIMITS = (0.1, 0.3, 1.0, 3.0, 10.0)  # seconds
_SLOTS = len(CLASSES) + len(LIMITS) + 1 + 1  # by class; by time, the last slower than all; microseconds in all
_PACKED = struct.Struct(f"={_SLOTS}Q")
_lock = threading.Lock()
_mapped: dict[Path, mmap.mmap] = {}


def observe(status: int, seconds: float) -> None:
    """Counts one answered request."""
    if not settings.METRICS:
        return
    with _lock:
        memory = _mine()
        values = list(_PACKED.unpack_from(memory))
        values[min(max(status // 100 - 2, 0), 3)] += 1
        values[len(CLASSES) + sum(seconds > limit for limit in LIMITS)] += 1
        values[-1] += round(seconds * 1_000_000)
        _PACKED.pack_into(memory, 0, *values)


def begin() -> None:
    """Forgets what was counted before; for the server's start, before any process counts."""
    shutil.rmtree(_folder(), ignore_errors=True)


def totals() -> list[int]:
    """The slots of every process, added."""
    packed = [path.read_bytes() for path in sorted(_folder().glob("[0-9]*"))]
    return [sum(column) for column in zip(*map(_PACKED.unpack, packed), strict=True)] or [0] * _SLOTS


def lines() -> list[str]:
    """In Prometheus' text format."""
    values = totals()
    classes, times, microseconds = values[: len(CLASSES)], values[len(CLASSES) : -1], values[-1]
    told = ["# TYPE hjulet_requests_total counter"]
    told += [f'hjulet_requests_total{{status="{c}"}} {n}' for c, n in zip(CLASSES, classes, strict=True)]
    told.append("# TYPE hjulet_request_seconds histogram")
    below = 0
    for limit, count in zip((*map(str, LIMITS), "+Inf"), times, strict=True):
        below += count
        told.append(f'hjulet_request_seconds_bucket{{le="{limit}"}} {below}')
    return [*told, f"hjulet_request_seconds_sum {microseconds / 1_000_000}", f"hjulet_request_seconds_count {below}"]


def _folder() -> Path:
    return Path(settings.DATA_DIR) / FOLDER


def _mine() -> mmap.mmap:
    path = _folder() / str(os.getpid())
    if path not in _mapped:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_size < _PACKED.size:
                os.ftruncate(handle, _PACKED.size)
            _mapped[path] = mmap.mmap(handle, _PACKED.size)
        finally:
            os.close(handle)
    return _mapped[path]
