"""The laws and clocks Hjulet is delivered with, read from `content/` next to this file."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from hjulet.law.models import LawRow, ServiceLevel

FOLDER = Path(__file__).parent / "content"


def read_laws() -> list[dict[str, Any]]:
    """Rows of `laws.yaml`, with the fields of LawRow; `replaced_by` is a code."""
    return _read("laws.yaml")


def read_service_levels() -> list[dict[str, Any]]:
    """Rows of `service_levels.yaml`, with the fields of ServiceLevel without principal."""
    return _read("service_levels.yaml")


@transaction.atomic
def load_law_content() -> tuple[int, int]:
    """Writes the delivered laws and clocks; may be run again and again. Returns how many of each.

    Rows are found by code and first day, clocks only where no principal owns them: own rows stay.
    """
    laws, levels = read_laws(), read_service_levels()
    for row in laws:
        LawRow.objects.update_or_create(**_key(row), defaults=_rest(row))
    for row in laws:
        LawRow.objects.filter(**_key(row)).update(replaced_by=_successor(row))
    for row in levels:
        ServiceLevel.objects.update_or_create(**_key(row), principal=None, defaults=_rest(row))
    return len(laws), len(levels)


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "valid_from": row["valid_from"]}


def _rest(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"code", "valid_from", "replaced_by"}}


def _successor(row: dict[str, Any]) -> LawRow | None:
    code = row.get("replaced_by")
    return LawRow.objects.filter(code=code).latest("valid_from") if code else None


def _read(name: str) -> list[dict[str, Any]]:
    """Rows over the file's `defaults`, so that a field left out is emptied, not kept."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        content = yaml.safe_load(file)
    rows = [{**content["defaults"], **row} for row in content["rows"]]
    for row in rows:
        if not isinstance(row["valid_from"], date):
            raise TypeError(f"{name}: {row['code']} has no first day")
    return rows
