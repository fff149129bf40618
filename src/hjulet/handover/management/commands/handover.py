"""`manage handover`: prepares a handover and carries it out at once, and says what it holds."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.pdf import PdfFailed
from hjulet.handover import actions
from hjulet.handover.listing import look_of, sections, totals
from hjulet.handover.models import Handover
from hjulet.handover.paper import receipt_pdf
from hjulet.handover.plan import Plan
from hjulet.org.choices import Track
from hjulet.org.models import Person, Unit


class _OnlyTried(Exception):
    pass


class Command(BaseCommand):
    help = "Lämnar över ärenden, åtgärder och uppdrag från den som slutar till efterträdaren, i ett steg."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="leaving", required=True, metavar="LOGIN", help="den som slutar")
        parser.add_argument("--to", dest="successor", required=True, metavar="LOGIN", help="den som tar över")
        parser.add_argument("--unit", action="append", required=True, metavar="KOD", help="enhetens kod; kan upprepas")
        parser.add_argument("--on", metavar="DATUM", help="efterträdarens första dag, som 2026-11-24 (i dag)")
        parser.add_argument("--dry-run", action="store_true", help="visa bara vad som skulle hända")
        parser.add_argument("-o", "--output", metavar="FIL.pdf", help="skriv kvittot som PDF hit")

    def handle(self, *args: Any, **options: Any) -> None:
        at = now()
        try:
            handover = self._carry_out(options, at)
        except _OnlyTried:
            self.stdout.write(_("Inget är ändrat."))
            return
        except Refused as reason:
            raise CommandError(str(reason), returncode=1) from reason
        if not handover.done:
            self.stdout.write(_("Överlämningen förbereds. Den går att genomföra på efterträdarens första dag."))
            return
        for total in totals(handover):
            told = _("%(what)s: %(successor)s till efterträdaren, %(others)s till andra, %(nobody)s utan mottagare.")
            numbers = {"successor": total.successor, "others": total.others, "nobody": total.nobody}
            self.stdout.write(told % {"what": total.label, **numbers})
        self._write(handover, options["output"], at)

    def _carry_out(self, options: dict[str, Any], at: datetime) -> Handover:
        """Tries it and takes it back when only that is asked for. Raises Refused, _OnlyTried."""
        with transaction.atomic():
            handover = self._start(options, at)
            self._tell(handover, at)
            if handover.first_day <= local_date(at):
                handover = actions.carry_out(handover, actor=None, at=at)
            if options["dry_run"]:
                raise _OnlyTried
        return handover

    def _start(self, options: dict[str, Any], at: datetime) -> Handover:
        leaving, successor = _person(options["leaving"]), _person(options["successor"])
        rows = Unit.objects.of(leaving.principal_id).select_related("principal")
        units = {unit.code: unit for unit in rows.filter(code__in=options["unit"], path__isnull=False)}
        missing = [code for code in options["unit"] if code not in units]
        if missing:
            raise CommandError(_("Enheten finns inte: %(code)s") % {"code": ", ".join(missing)}, returncode=1)
        chosen = [units[code] for code in dict.fromkeys(options["unit"])]
        day = _day(options["on"], local_date(at))
        return actions.start(units=chosen, leaving=leaving, successor=successor, first_day=day, actor=None, at=at)

    def _tell(self, handover: Handover, at: datetime) -> None:
        for section, count in sections(look_of(handover, None, at)):
            if count is not None:
                self.stdout.write(f"{section.title}: {count}")
        laws = dict(Track.choices)
        plan = Plan(handover, at)
        for group in plan.groups(plan.lines):
            law = laws.get(group.law, _("Inte bestämt"))
            to = group.to.name if group.to else _("utan mottagare")
            self.stdout.write(f"{group.mover.many}, {law}: {group.count} → {to}")

    def _write(self, handover: Handover, output: str | None, at: datetime) -> None:
        if output is None:
            return
        try:
            Path(output).write_bytes(receipt_pdf(handover, None, at))
        except (PdfFailed, OSError) as problem:
            raise CommandError(
                _("Överlämningen är genomförd, men kvittot gick inte att skriva: %(why)s") % {"why": problem},
                returncode=1,
            ) from problem
        self.stdout.write(output)


def _person(login: str) -> Person:
    rows = Person.objects.select_related("principal", "home_unit")
    found = rows.filter(login=login.strip().lower()).first()
    if found is None:
        raise CommandError(_("Det finns ingen med användarnamnet %(login)s.") % {"login": login}, returncode=1)
    return found


def _day(text: str | None, today: date) -> date:
    try:
        return date.fromisoformat(text) if text else today
    except ValueError:
        raise CommandError(_("Skriv datumet som 2026-11-24."), returncode=1) from None
