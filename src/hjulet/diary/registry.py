"""What upper rooms tell the diary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Provision:
    """A provision that a mark of secrecy may name: `code` is its row among the laws, `citation` what the mark says."""

    code: str
    citation: str
    title: str


provisions: list[Callable[[date], list[Provision]]] = []
"""Called with a day: the provisions in force then, in order. The laws lie in a sibling room."""

links: dict[str, Callable[[int], str]] = {}
"""Where the page of what a matter is about lies: {"case": lambda pk: "/arenden/2026-0012/"}."""


def provisions_on(day: date) -> list[Provision]:
    return [row for ask in provisions for row in ask(day)]


def provision(code: str, day: date) -> Provision | None:
    """The one with this code, if it is in force on the day."""
    return next((row for row in provisions_on(day) if row.code == code), None)
