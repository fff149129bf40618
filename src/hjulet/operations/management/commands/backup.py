"""`manage backup FILE`: database and stored files as they are at one moment, in one file; encrypted with a key."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hjulet.core.now import now
from hjulet.operations.backup import make
from hjulet.operations.choices import Outcome
from hjulet.operations.console import add_key, key_from, told


class Command(BaseCommand):
    help = (
        "Gör en säkerhetskopia av databasen och filerna medan Hjulet är igång. Slutar med 0 när allt är med, 1 när "
        "ingen kopia blev gjord, 3 när den är gjord men filer redan saknades eller var ändrade."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        add_key(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with told():
            key = key_from(options)
            made = make(options["file"], key=key, at=now())
        counts = {"file": options["file"], "rows": made.rows, "files": made.files, "bytes": made.size}
        self.stdout.write(
            _("Säkerhetskopian är gjord och läst igenom: %(file)s, %(rows)s rader, %(files)s filer, %(bytes)s byte.")
            % counts
        )
        if made.last_seal:
            self.stdout.write(_("Loggens senaste försegling: %(id)s %(digest)s") % made.last_seal)
        if not key:
            self.stderr.write(_("Kopian är inte krypterad. Ange en nyckel i HJULET_BACKUP_KEY eller med --key-file."))
        for remark in made.remarks:
            self.stderr.write(remark)
        if made.remarks:
            sys.exit(Outcome.WITH_REMARKS)
