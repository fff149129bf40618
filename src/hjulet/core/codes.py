"""Codes that stand in addresses, made of a name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.text import slugify

LONGEST = 50


def free_code(name: str, rows: Any, *, otherwise: str, reserved: Collection[str] = ()) -> str:
    """A code that no row among `rows` (a queryset with `code`) has: the name's own letters, with a number when taken.

    `otherwise` is for a name without letters; `reserved` are pages of the same address.
    """
    plain = name.lower().translate(str.maketrans("åäö", "aao"))
    base = slugify(plain)[:LONGEST].strip("-") or otherwise
    taken = {*rows.filter(code__startswith=base).values_list("code", flat=True), *reserved}
    codes = (base if number == 1 else f"{base}-{number}" for number in range(1, len(taken) + 2))
    return next(code for code in codes if code not in taken)
