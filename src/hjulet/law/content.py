"""The laws and clocks Hjulet is delivered with, read from `content/` next to this file."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
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

    Rows are found by code and first day. What people have decided stays: their own wordings, the words of a row that
    someone has checked against the source, an end that was set here, and clocks that a principal owns.
    """
    laws, levels = read_laws(), read_service_levels()
    for row in laws:
        _write(row)
    for row in laws:
        LawRow.objects.filter(**_key(row), own=False, ended_here=False).update(replaced_by=_successor(row))
    _end_where_the_next_begins({row["code"] for row in laws})
    for row in levels:
        ServiceLevel.objects.update_or_create(**_key(row), principal=None, defaults=_rest(row))
    return len(laws), len(levels)


WORDS = ("title", "citation", "summary", "kind", "source", "verified")


def _write(row: dict[str, Any]) -> None:
    there = LawRow.objects.filter(**_key(row)).first()
    if there is None:
        LawRow.objects.create(**_key(row), **_rest(row))
        return
    kept = {
        *(WORDS if there.own or there.checked_on else ()),
        *(("valid_to",) if there.own or there.ended_here else ()),
    }
    LawRow.objects.filter(pk=there.pk).update(**{name: v for name, v in _rest(row).items() if name not in kept})


def _end_where_the_next_begins(codes: set[str]) -> None:
    """Two wordings of a provision never hold on one day, whoever added them: the later one ends the earlier."""
    held: dict[str, list[LawRow]] = {}
    for law in LawRow.objects.filter(code__in=codes).order_by("code", "valid_from"):
        held.setdefault(law.code, []).append(law)
    for rows in held.values():
        for first, then in pairwise(rows):
            last = then.valid_from - timedelta(days=1)
            if first.valid_to is None or first.valid_to > last:
                LawRow.objects.filter(pk=first.pk).update(valid_to=last, replaced_by=then)


def _key(row: dict[str, Any]) -> dict[str, Any]:
    return {"code": row["code"], "valid_from": row["valid_from"]}


def _rest(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"code", "valid_from", "replaced_by"}}


def _successor(row: dict[str, Any]) -> LawRow | None:
    """The wording of the successor that held when the row had ended, else its first one."""
    rows = list(LawRow.objects.filter(code=row["replaced_by"]).order_by("valid_from")) if row["replaced_by"] else []
    begun = [law for law in rows if row["valid_to"] is None or law.valid_from <= row["valid_to"] + timedelta(days=1)]
    return begun[-1] if begun else rows[0] if rows else None


def _read(name: str) -> list[dict[str, Any]]:
    """Rows over the file's `defaults`, so that a field left out is emptied, not kept."""
    with (FOLDER / name).open(encoding="utf-8") as file:
        content = yaml.safe_load(file)
    rows = [{**content["defaults"], **row} for row in content["rows"]]
    for row in rows:
        if not isinstance(row["valid_from"], date):
            raise TypeError(f"{name}: {row['code']} has no first day")
    return rows
