"""`manage app-role NAMN`: makes the role that Hjulet logs in to PostgreSQL as. Run as the owner of the tables."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils.translation import gettext as _

from hjulet.operations.app_role import RoleFault, provide
from hjulet.operations.console import told


class Command(BaseCommand):
    help = (
        "Skapar eller rättar rollen som Hjulet loggar in i PostgreSQL som. Rollen äger inget, så databasen prövar "
        "själv vilka ärenden varje fråga får se. Kör kommandot som tabellernas ägare, helst som superanvändare."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAMN")
        parser.add_argument("--password-file", metavar="FIL", help="fil med rollens lösenord; annars ändras det inte")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError(_("Det här gäller PostgreSQL. Med SQLite finns inga roller."))
        with told():
            path = options["password_file"]
            password = Path(path).read_text(encoding="utf-8").strip() if path else None
            try:
                made = provide(options["name"], password)
            except RoleFault as fault:
                raise CommandError(str(fault)) from None
        line = _("Rollen %(name)s finns nu.") if made.created else _("Rollen %(name)s har rätt behörigheter.")
        self.stdout.write(line % options)
        if not made.quick_words:
            self.stdout.write(
                _(
                    "Sökning på ord blir långsam när ärendena är många: bara en superanvändare i PostgreSQL får låta "
                    "sökningen använda sitt index. Kör kommandot en gång som superanvändare."
                )
            )
