"""What an upper room knows: how small a number may be shown to those who may only see masked ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

least_shown: list[Callable[[int, date], int]] = []
"""Called with the principal and the day; the smallest number that is shown."""


def threshold(principal_id: int, on: date) -> int:
    return max(rule(principal_id, on) for rule in least_shown)
