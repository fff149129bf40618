"""`manage restore FILE`: puts an installation back from a back-up, or with `--check` only reads it through."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hjulet.core.now import now
from hjulet.operations.backup import read_through
from hjulet.operations.choices import Outcome
from hjulet.operations.console import add_key, key_from, told
from hjulet.operations.restore import ENGINES, Restored, restore


class Command(BaseCommand):
    help = (
        "Återläser en säkerhetskopia i den databas och datamapp som är inställda; stäng av Hjulet först. Slutar med 0 "
        "när allt är återläst och helt, 1 när inget är återläst, 3 när det är återläst men något inte stämmer."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="ersätt den installation som redan finns här")
        parser.add_argument("--check", action="store_true", help="läs bara igenom kopian, återläs inget")
        add_key(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with told():
            key = key_from(options)
            if options["check"]:
                manifest = read_through(options["file"], key)
                self._about(manifest)
                self.stdout.write(_("Kopian är hel."))
                return
            restored = restore(options["file"], key=key, replace=options["replace"], at=now())
        self._tell(restored)
        if not restored.whole:
            sys.exit(Outcome.WITH_REMARKS)

    def _about(self, manifest: dict[str, Any]) -> None:
        told = {
            "at": manifest["made_at"],
            "version": manifest["version"],
            "engine": ENGINES.get(manifest["engine"], manifest["engine"]),
            "rows": sum(table["rows"] for table in manifest["tables"].values()),
            "files": sum(1 for member in manifest["members"] if member["name"].startswith("files/")),
        }
        self.stdout.write(
            _("Gjord %(at)s i version %(version)s på %(engine)s: %(rows)s rader, %(files)s filer.") % told
        )
        if manifest["last_seal"]:
            self.stdout.write(_("Loggens senaste försegling: %(id)s %(digest)s") % manifest["last_seal"])

    def _tell(self, restored: Restored) -> None:
        self._about(restored.manifest)
        for name, wrong in restored.checks:
            self.stdout.write(f"{name}: {wrong or _('stämmer.')}")
        if restored.waiting_mail:
            self.stdout.write(
                _("Mejl som väntar: %(count)s. De skickas när jobben startar, även om de redan har skickats en gång.")
                % {"count": restored.waiting_mail}
            )
        self.stdout.write(
            _("Återläst. Alla är utloggade.") if restored.whole else _("Återläst, men något stämmer inte.")
        )
