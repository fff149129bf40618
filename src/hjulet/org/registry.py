"""What a room above keeps of the tree's shape. The organisation knows none of them by name."""

from __future__ import annotations

from collections.abc import Callable

MOVES: list[Callable[[str, int], None]] = []
"""Each is told of a subtree by its path: before it is taken from where it hangs (-1), and when it hangs anew (1)."""
