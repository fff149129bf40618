"""Checklists that come with Hjulet, as drafts for whoever takes them in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from hjulet.checks.choices import Often
from hjulet.checks.content_types import told_in

PLACE = Path(__file__).parent / "content" / "checklists.yaml"


@dataclass(frozen=True)
class Ready:
    """`content` as content_types reads it; `how` and `often` are proposals for the plan."""

    code: str
    title: str
    title_en: str
    purpose: str
    often: str
    how: str
    content: dict[str, Any]

    @property
    def name(self) -> str:
        return told_in(self.title, self.title_en)

    @property
    def questions(self) -> int:
        return sum(len(area["questions"]) for area in self.content["areas"])


@cache
def ready_checklists() -> dict[str, Ready]:
    """By code. Not to be changed by who reads it."""
    rows = yaml.safe_load(PLACE.read_text())["checklists"]
    return {row["code"]: _ready(row) for row in rows}


def _ready(row: dict[str, Any]) -> Ready:
    content = {name: row[name] for name in ("scale", "target", "areas")}
    often = Often(row["often"]).value
    return Ready(row["code"], row["title"], row["title_en"], row["purpose"], often, row.get("how", ""), content)
