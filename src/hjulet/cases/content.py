"""The categories Hjulet is delivered with, read from `content/categories.yaml` next to this file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from hjulet.cases.models import Category

FOLDER = Path(__file__).parent / "content"
FIELDS = ("track", "label", "label_en", "help", "order", "counts_with")


def read_categories() -> list[tuple[dict[str, Any], str]]:
    """Rows with the fields of Category, each with its parent's code ("" for a top one), parents first."""
    with (FOLDER / "categories.yaml").open(encoding="utf-8") as file:
        content = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  safe either way
    return [row for track in content["tracks"] for row in _rows(track, content["valid_from"])]


@transaction.atomic
def load_categories() -> int:
    """Writes the delivered categories; may be run again and again. Returns how many.

    Rows are found by code and first day. A principal's own categories are left alone.
    """
    known = {(c.code, c.valid_from): c for c in Category.objects.filter(principal=None)}
    rows = read_categories()
    for top in (True, False):
        level = [(row, parent) for row, parent in rows if (parent == "") == top]
        parents = {code: category for (code, _), category in known.items()}
        new, changed = [], []
        for row, parent in level:
            key = (row["code"], row["valid_from"])
            wanted = Category(**row, parent=parents[parent] if parent else None)
            if key not in known:
                new.append(wanted)
            elif _differs(known[key], wanted):
                wanted.pk = known[key].pk
                changed.append(wanted)
        known |= {(c.code, c.valid_from): c for c in Category.objects.bulk_create(new)}
        if changed:
            Category.objects.bulk_update(changed, [*FIELDS, "parent"])
    return len(rows)


def _differs(old: Category, new: Category) -> bool:
    return old.parent_id != new.parent_id or any(getattr(old, name) != getattr(new, name) for name in FIELDS)


def _rows(track: dict[str, Any], valid_from: date) -> Iterator[tuple[dict[str, Any], str]]:
    for order, category in enumerate(track["categories"], start=1):
        yield _row(category, track["code"], order * 100, valid_from), ""
        for suborder, sub in enumerate(category.get("subcategories", ()), start=1):
            yield _row(sub, track["code"], order * 100 + suborder, valid_from), category["code"]


def _row(given: dict[str, Any], track: str, order: int, valid_from: date) -> dict[str, Any]:
    return {
        "code": given["code"],
        "track": track,
        "label": given["label"],
        "label_en": given.get("label_en", ""),
        "help": given.get("help", ""),
        "order": order,
        "counts_with": given.get("counts_with", ""),
        "valid_from": valid_from,
    }
