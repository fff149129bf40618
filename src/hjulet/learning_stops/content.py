"""The five themes that Hjulet is delivered with, and putting them in place at a principal."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hjulet.learning_stops.models import Question, Theme
from hjulet.org.models import Principal

FILE = Path(__file__).parent / "content" / "themes.yaml"


@cache
def delivered() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["themes"]
    return found


def themes_of(principal_id: int) -> list[Theme]:
    return list(Theme.objects.filter(principal_id=principal_id))


def place_themes(principal: Principal) -> list[Theme]:
    """Adds the themes that the principal has not. What someone has changed stays as it is."""
    held = set(Theme.objects.filter(principal=principal).values_list("code", flat=True))
    for row in delivered():
        if row["code"] not in held:
            _place(principal, row)
    return themes_of(principal.pk)


def _place(principal: Principal, row: dict[str, Any]) -> None:
    made = Theme.objects.create(
        principal=principal,
        **{name: row[name] for name in ("code", "title", "month", "packs", "series")},
        title_en=row["en"],
        lead=row["lead"]["sv"],
        lead_en=row["lead"]["en"],
        produces=row["produces"]["sv"],
        produces_en=row["produces"]["en"],
    )
    Question.objects.bulk_create(
        Question(
            theme=made,
            code=one["code"],
            position=position,
            beside=one["beside"],
            text=one["sv"],
            text_en=one["en"],
        )
        for position, one in enumerate(row["questions"], start=1)
    )
