"""`manage set-password LOGIN`: for who runs Hjulet, when someone is new or the last administrator is locked out."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.now import now
from hjulet.org import actions
from hjulet.org.console import ask_password
from hjulet.org.login import attempt_keys, forget_failures
from hjulet.org.models import Assignment, Person, Role, Unit, in_force

ADMINISTRATOR = "system_administrator"


class Command(BaseCommand):
    help = "Ger en person ett nytt lösenord och tar bort väntetiden efter felaktiga försök. Skrivs i loggen."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("login")
        parser.add_argument(
            "--administrator",
            action="store_true",
            help="öppna kontot om det är stängt och ge rollen systemadministratör, när ingen annan kan göra det",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        person = Person.objects.filter(login=options["login"].strip().lower()).first()
        if person is None:
            raise CommandError(_("Ingen har användarnamnet %(login)s.") % options)
        if not person.is_active and not options["administrator"]:
            raise CommandError(_("Kontot är stängt. En systemadministratör öppnar det i Hjulet."))
        password, at = ask_password(person), now()
        with transaction.atomic():
            if options["administrator"]:
                _make_administrator(person, at)
            _change(person, password, at)
        self.stdout.write(_("%(login)s har fått ett nytt lösenord.") % {"login": person.login})


def _make_administrator(person: Person, at: datetime) -> None:
    today = local_date(at)
    if not person.is_active:
        actions.activate_person(person=person, actor=None, at=at)
    root = Unit.objects.of(person.principal_id).get(parent__isnull=True)
    role = Role.objects.get(principal_id=person.principal_id, code=ADMINISTRATOR)
    held = Assignment.objects.filter(person=person, role=role, unit=root)
    if held.filter(valid_to__isnull=True).exists():
        return
    last = held.filter(in_force(today)).aggregate(last=Max("valid_to"))["last"]  # closing the account ends roles today
    start = last + timedelta(days=1) if last else today
    actions.assign_role(person=person, role=role, unit=root, valid_from=start, actor=None, at=at)


def _change(person: Person, password: str, at: datetime) -> None:
    person.set_password(password)
    person.save(update_fields=["password"])
    record("person.password", actor=None, at=at, about=("person", person.pk), principal_id=person.principal_id)
    forget_failures(attempt_keys(person.login, "")[:1])
