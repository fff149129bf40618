"""`manage new-principal`: the first municipality of an installation, with its root unit and its first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.choices import UnitKind
from hjulet.org.console import ask_password
from hjulet.org.models import Principal
from hjulet.setups.access import load_access
from hjulet.setups.build import BUILT
from hjulet.setups.content import design, load_basics, proposals_for

ADMINISTRATOR = "system_administrator"


class Command(BaseCommand):
    help = "Lägger upp en huvudman med roller, rotenhet och en första systemadministratör. Frågar efter lösenordet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("code", help="kort namn med små bokstäver, till exempel lovdala")
        parser.add_argument("name", help="till exempel ”Lövdala kommun”")
        parser.add_argument("--login", required=True, help="administratörens användarnamn")
        parser.add_argument("--person", required=True, help="administratörens namn")
        parser.add_argument("--email", default="")
        parser.add_argument("--setup", choices=BUILT, default="vetlanda")

    def handle(self, *args: Any, **options: Any) -> None:
        if Principal.objects.filter(code=options["code"]).exists():
            raise CommandError(_("Det finns redan en huvudman med koden %(code)s.") % options)
        password = ask_password()
        try:
            self._make(options, password)
        except Refused as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            _("%(name)s är upplagd. Logga in som %(login)s och bygg organisationen, eller kör import-units.") % options
        )

    @transaction.atomic
    def _make(self, options: dict[str, Any], password: str) -> None:
        at = now()
        load_basics()
        principal = Principal.objects.create(code=options["code"], name=options["name"], setup=options["setup"])
        roles = load_access(principal, setup=options["setup"], labels=design(options["setup"])["role_labels"])
        common: dict[str, Any] = {"actor": None, "at": at}
        root = actions.create_unit(
            principal=principal,
            parent=None,
            code=options["code"],
            name=options["name"],
            kind=UnitKind.PRINCIPAL,
            valid_from=local_date(at),
            **common,
        )
        proposals_for(principal, at)
        person = actions.create_person(
            principal=principal,
            login=options["login"],
            name=options["person"],
            email=options["email"],
            home_unit=root,
            password=password,
            **common,
        )
        role = roles[ADMINISTRATOR]
        actions.assign_role(person=person, role=role, unit=root, valid_from=local_date(at), **common)
