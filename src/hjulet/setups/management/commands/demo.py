"""`manage demo`: a made-up municipality to try Hjulet in."""

from __future__ import annotations

import gc
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.core.now import now
from hjulet.org.models import Person, Principal
from hjulet.setups.build import BUILT, KNOWN, PASSWORD, build
from hjulet.setups.content import read


class Command(BaseCommand):
    help = "Fyller en tom databas med en påhittad kommun: enheter, människor och två år av ärenden."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--setup", metavar="NAMN", default="vetlanda", help=", ".join(KNOWN))
        parser.add_argument(
            "--empty", action="store_true", help="bara huvudman, rotenhet och demopersoner, inga ärenden"
        )
        parser.add_argument("--if-empty", action="store_true", help="gör ingenting om databasen redan har en huvudman")
        parser.add_argument("--who", action="store_true", help="visa demopersonerna")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["who"]:
            self._who()
            return
        self._check(options["setup"])
        if not (settings.DEMO or settings.TESTING):
            raise CommandError(_("Demon har ett känt lösenord. Sätt HJULET_DEMO=1 om du vill ha den här."))
        if Principal.objects.exists():
            if options["if_empty"]:
                return
            raise CommandError(_("Databasen är inte tom. Demon byggs bara i en tom databas."))
        self._build(options["setup"], empty=options["empty"])

    def _check(self, setup: str) -> None:
        if setup not in KNOWN:
            known = {"name": setup, "known": ", ".join(KNOWN)}
            raise CommandError(_("%(name)s är ingen uppsättning. Det finns %(known)s.") % known, returncode=2)
        if setup not in BUILT:
            text = _("Uppsättningen %(name)s finns inte än. Välj vetlanda så länge.") % {"name": setup}
            raise CommandError(text, returncode=2)

    def _build(self, setup: str, *, empty: bool) -> None:
        self.stderr.write(_("Bygger demokommunen …"))
        gc.set_threshold(50_000, 20, 50)  # a quarter of the time went to looking for garbage
        build(setup, at=now(), empty=empty)

    def _who(self) -> None:
        people = read("people")
        logins = [row["login"] for row in (*people["people"], *people["second"]) if row.get("shown")]
        found = Person.objects.filter(login__in=logins).select_related("home_unit", "principal").order_by("login")
        rows = [(p.login, p.name, p.title, p.home_unit.name if p.home_unit else p.principal.name) for p in found]
        if not rows:
            raise CommandError(_("Här finns inga demopersoner."))
        heading = (_("Användarnamn"), _("Namn"), _("Titel"), _("Enhet"))
        widths = [max(len(row[i]) for row in (heading, *rows)) for i in range(3)]
        for row in (heading, *rows):
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            self.stdout.write("  ".join([*cells, row[3]]))
        self.stdout.write(_("Lösenord för alla: %(password)s") % {"password": PASSWORD})
