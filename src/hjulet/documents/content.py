"""The sorts of documents Hjulet is delivered with, and who adopts them, read from `content/` next to this file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from hjulet.documents.models import AdoptionRule, DocumentType

FOLDER = Path(__file__).parent / "content"


def read_types() -> dict[str, Any]:
    """`types`: code, label, label_en; `rules`: types, levels, role, body."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / "types.yaml").read_text(encoding="utf-8"))
    return found


@transaction.atomic
def load_types() -> int:
    """Writes the delivered types and rules; may be run again and again. A municipality's own rules are left alone.

    Returns how many types.
    """
    content = read_types()
    types = {}
    for place, row in enumerate(content["types"]):
        rest = {"label": row["label"], "label_en": row["label_en"], "place": place}
        types[row["code"]], _new = DocumentType.objects.update_or_create(code=row["code"], defaults=rest)
    AdoptionRule.objects.filter(principal=None).delete()
    AdoptionRule.objects.bulk_create(
        AdoptionRule(type=types[code], level=level, role=rule["role"], body=rule.get("body", False))
        for rule in content["rules"]
        for code in rule["types"]
        for level in rule["levels"]
    )
    return len(types)
