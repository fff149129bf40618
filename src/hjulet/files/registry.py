"""Which stored files hang on something. A room that keeps files adds a function; the database refuses the rest."""

from collections.abc import Callable

IN_USE: list[Callable[[list[int]], set[int]]] = []


def in_use(ids: list[int]) -> set[int]:
    """Those of the files (by key) that some room has hung on something."""
    return {found for ask in IN_USE for found in ask(ids)}
