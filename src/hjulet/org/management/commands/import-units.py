"""Reads units from a CSV file: unit_id, unit_code, unit_name, area, unit_type, weight."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org.imports import BadFile, choose_principal, import_units, read_rows


class Command(BaseCommand):
    help = "Läser in enheter från en CSV-fil. Samma fil två gånger ändrar inget."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file")
        parser.add_argument("--principal", default="", help="huvudmannens kod, om det finns flera")
        parser.add_argument("--dry-run", action="store_true", help="visa vad som skulle ändras, ändra inget")
        parser.add_argument("--on-error", choices=["skip", "abort"], default="skip")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            principal, chosen = choose_principal(options["principal"])
            if chosen:
                self.stdout.write(
                    _("Huvudman: %(name)s (%(code)s).") % {"name": principal.name, "code": principal.code}
                )
            with read_rows(options["file"], {"unit_code", "unit_name"}) as rows:
                result = import_units(
                    rows,
                    principal,
                    at=now(),
                    dry_run=options["dry_run"],
                    abort=options["on_error"] == "abort",
                )
        except (BadFile, Refused, OSError) as problem:
            raise CommandError(str(problem)) from problem
        for line, reason in result.bad:
            self.stderr.write(_("Rad %(line)s: %(reason)s") % {"line": line, "reason": reason})
        for text in result.notes:
            self.stdout.write(text)
        self.stdout.write(result.summary(options["dry_run"]))
        if result.rolled_back and not options["dry_run"]:
            raise CommandError(_("Inget är inläst. Rätta raderna, eller kör med --on-error skip."))
