"""`manage token`: makes an API key for a person and prints it, the only time it is seen."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org import tokens
from hjulet.org.models import Person
from hjulet.org.reach import actor_for


class Command(BaseCommand):
    help = "Skapar en API-nyckel åt en person och skriver ut den. Den visas bara nu."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--person", required=True, metavar="LOGIN", help="personens användarnamn")
        parser.add_argument("--name", default="manage token", help="vad nyckeln ska användas till")
        parser.add_argument("--days", type=int, default=90, help="hur många dagar den gäller, högst 366 (90)")
        parser.add_argument("--read-only", action="store_true", help="nyckeln får bara läsa")
        parser.add_argument("--no-decisions", action="store_true", help="nyckeln får inte ta beslut")
        parser.add_argument("--duty", action="append", default=[], metavar="UPPGIFT", help="bara den; kan upprepas")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        rows = Person.objects.select_related("principal", "home_unit")
        person = rows.filter(login=options["person"].strip().lower(), is_active=True).first()
        if person is None:
            raise CommandError(_("Det finns ingen med det användarnamnet, eller så är kontot stängt."), returncode=1)
        missing = set(options["duty"]) - {str(duty) for duty in actor_for(person, at=at).duties}
        if missing:
            words = _("Personen har inte uppgiften: %(duties)s") % {"duties": ", ".join(sorted(missing))}
            raise CommandError(words, returncode=1)
        try:
            _token, secret = tokens.make(
                person,
                name=options["name"][:80],
                days=options["days"],
                duties=options["duty"],
                read_only=options["read_only"],
                decides=not options["no_decisions"],
                actor=None,
                at=at,
            )
        except Refused as reason:
            raise CommandError(str(reason), returncode=1) from reason
        self.stdout.write(secret)
