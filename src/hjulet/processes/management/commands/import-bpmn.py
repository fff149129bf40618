"""`manage import-bpmn FILE…`: BPMN 2.0 files from other tools, each as the draft of a process of its own."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.now import now
from hjulet.org.models import Principal
from hjulet.processes.bpmn.model import Unreadable
from hjulet.processes.content import take_in


class Command(BaseCommand):
    help = "Läser in processer ur BPMN-filer, som utkast."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--principal", default="", help="huvudmannens kod, om det finns flera")

    def handle(self, *args: Any, files: list[Path], principal: str, **options: Any) -> None:
        place = self._principal(principal)
        failed = 0
        for path in files:
            try:
                with transaction.atomic():
                    made = take_in(place, path.stem, path.read_bytes(), at=now())
            except (Unreadable, OSError) as problem:
                failed += 1
                self.stderr.write(f"{path.name}: {problem}")
                continue
            self.stdout.write(f"{path.name}: {made.process} /processer/{made.process.code}/")
            for warning in made.warnings:
                self.stdout.write(f"  {warning}")
        if failed:
            raise CommandError(_("%(failed)s av %(all)s filer lästes inte in.") % {"failed": failed, "all": len(files)})

    def _principal(self, code: str) -> Principal:
        rows = Principal.objects.order_by("pk")
        found = rows.filter(code=code).first() if code else rows.first()
        if found is None:
            raise CommandError(_("Det finns ingen huvudman. Lägg till en med `manage new-principal` först."))
        return found
