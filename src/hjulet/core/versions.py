"""Rows that count their versions: who saw an older one is told so, and each write counts one up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.flow import Stale


def check_version(row: Any, seen: int | None) -> None:
    """Raises Stale when the row, locked, is not the one that was seen; None was seen by nobody."""
    if seen is not None and row.version != seen:
        raise Stale(_("Någon annan hann ändra här. Det du skrev finns kvar här nedanför."))


def write_version(row: Any, new: Mapping[str, Any]) -> None:
    for name, value in new.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*new, "version"])
