"""What Hjulet is delivered with to be read and confirmed: one file in `content/` per matter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from hjulet.receipts.models import Matter

FOLDER = Path(__file__).parent / "content"


def read_matters() -> list[dict[str, Any]]:
    """The files' rows, with the fields of Matter without principal."""
    return [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))]


@transaction.atomic
def load_matters() -> int:
    """Writes the delivered matters; may be run again and again. Returns how many.

    Rows are found by code and version. A municipality's own are left alone. A text whose meaning changes gets a new
    version, so that everybody is asked again.
    """
    rows = read_matters()
    for row in rows:
        rest = {name: value for name, value in row.items() if name not in {"code", "version"}}
        Matter.objects.update_or_create(code=row["code"], version=row["version"], principal=None, defaults=rest)
    return len(rows)
