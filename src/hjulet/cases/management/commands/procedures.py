"""Writes docs/procedures.md anew from the tables of the flows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from hjulet.cases.diagrams import document

FILE = Path(__file__).resolve().parents[5] / "docs" / "procedures.md"


class Command(BaseCommand):
    help = "Ritar ärendenas steg ur tabellerna till docs/procedures.md."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_text(document(), encoding="utf-8")
        self.stdout.write(str(FILE))
