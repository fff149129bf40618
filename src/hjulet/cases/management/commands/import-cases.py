"""`manage import-cases`: cases from another system, as CSV or JSON lines."""

from __future__ import annotations

import gc
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.cases.import_mapping import Mapping
from hjulet.cases.importing import Outcome, Problem, import_cases
from hjulet.core.now import now
from hjulet.core.tables import read_rows
from hjulet.org.models import Principal


class Command(BaseCommand):
    help = "Läser in ärenden från CSV, JSON-rader, Excel eller ODS. En rad som redan är inläst hoppas över."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FIL", type=Path)
        parser.add_argument("--mapping", metavar="FIL.yaml", type=Path, help="vad kolumnerna heter i filen")
        parser.add_argument(
            "--sheet", metavar="BLAD", default="", help="blad i kalkylfilen; annars första synliga som passar"
        )
        parser.add_argument(
            "--on-error",
            choices=["skip", "abort"],
            default="skip",
            help="skip: behåll resten. abort: ångra allt",
        )
        parser.add_argument("--principal", metavar="KOD", default="", help="huvudman, när det finns flera")
        parser.add_argument("--dry-run", action="store_true", help="pröva filen utan att spara något")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(_("Filen %(path)s finns inte.") % {"path": path})
        gc.set_threshold(50_000, 20, 50)  # nearly all that is made is let go of at once
        started = time.perf_counter()
        try:
            mapping = Mapping.read(options["mapping"]) if options["mapping"] else Mapping()
            outcome = import_cases(
                read_rows(
                    path, mapping.needed(), dates=mapping.dates(), sheet=options["sheet"], tell=self.stdout.write
                ),
                principal=the_principal(options["principal"]),
                at=now(),
                mapping=mapping,
                keep_rest=options["on_error"] == "skip",
                dry_run=options["dry_run"],
                tell=self._tell,
            )
        except (ValueError, OSError) as error:
            raise CommandError(str(error)) from error
        self._sum_up(outcome, time.perf_counter() - started)
        if outcome.undone and not options["dry_run"]:
            raise CommandError(_("Inget sparades, eftersom rader hade fel. Rätta dem och kör igen."))

    def _tell(self, problem: Problem) -> None:
        self.stderr.write(str(problem))

    def _sum_up(self, outcome: Outcome, seconds: float) -> None:
        values = {
            "read": outcome.read,
            "added": outcome.added,
            "already": outcome.already,
            "refused": outcome.refused,
            "odd": outcome.odd,
            "seconds": f"{seconds:.1f}",
            "speed": round(outcome.read / seconds) if seconds else 0,
        }
        self.stdout.write(
            _(
                "%(read)s rader lästa: %(added)s nya ärenden, %(already)s fanns redan, %(refused)s med fel, "
                "%(odd)s med udda datum. %(seconds)s sekunder, %(speed)s rader i sekunden."
            )
            % values
        )
        if outcome.undone:
            self.stdout.write(_("Inget sparades."))


def the_principal(code: str) -> Principal:
    """The principal with a code, or the only one. Raises CommandError when that is not one."""
    found = list(Principal.objects.filter(code=code) if code else Principal.objects.all()[:2])
    if len(found) == 1:
        return found[0]
    if code:
        raise CommandError(_("Det finns ingen huvudman med koden %(code)s.") % {"code": code})
    if found:
        raise CommandError(_("Det finns flera huvudmän. Välj en med --principal KOD."))
    raise CommandError(_("Det finns ingen huvudman. Kör demo eller handover först."))
