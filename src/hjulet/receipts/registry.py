"""What an upper room knows: how small a number may be shown to those who see masked ones, and the text to be read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from django.utils.safestring import SafeString

from hjulet.receipts.models import Matter

least_shown: list[Callable[[int, date], int]] = []
"""Called with the principal and the day; the smallest number that is shown."""


def threshold(principal_id: int, on: date) -> int:
    return max(rule(principal_id, on) for rule in least_shown)


texts: list[Callable[[Matter], SafeString | None]] = []
"""Called with a matter; the whole text to read, where another room keeps it."""


def text_of(matter: Matter) -> SafeString | None:
    return next((text for find in texts if (text := find(matter)) is not None), None)
