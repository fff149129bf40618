"""`manage verify-stats`: do the statistics agree with the cases? `--rebuild` counts them anew first."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.stats import case_totals
from hjulet.stats.models import CaseFact, StepFact
from hjulet.stats.step_facts import rebuild_steps, verify_steps
from hjulet.stats.writer import Difference, rebuild, verify


class Command(BaseCommand):
    help = "Jämför statistiken med en enkel räkning av ärendena. Slutar med 1 och visar första skillnaden."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--rebuild", action="store_true", help="räkna om statistiken från ärendena först")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["rebuild"]:
            self.stdout.write(_("Räknade om: %(count)s rader.") % {"count": rebuild() + rebuild_steps()})
        differences = verify()
        if differences:
            raise CommandError(told(differences[0]), returncode=1)
        unequal = case_totals.verify()
        if unequal:
            raise CommandError(
                _("Summorna högt upp i organisationen stämmer inte: %(count)s rader skiljer.") % {"count": unequal},
                returncode=1,
            )
        unequal = verify_steps()
        if unequal:
            raise CommandError(
                _("Räkningen per steg i processerna stämmer inte: %(count)s rader skiljer.") % {"count": unequal},
                returncode=1,
            )
        self.stdout.write(
            _("Statistiken stämmer: %(count)s rader.") % {"count": CaseFact.objects.count() + StepFact.objects.count()}
        )


def told(difference: Difference) -> str:
    """“Statistiken stämmer inte: enhet 4, månad 2026-03-01 …: statistiken säger 3 ärenden, ärendena är 2.”"""
    where = ", ".join(f"{name.removesuffix('_id')} {value}" for name, value in difference.key.items())
    facts, cases = difference.facts or {}, difference.cases or {}
    unequal = [name for name in CaseFact.SUMS if facts.get(name, 0) != cases.get(name, 0)]
    numbers = "; ".join(
        _("%(name)s: statistiken säger %(facts)s, ärendena %(cases)s")
        % {"name": name, "facts": facts.get(name, 0), "cases": cases.get(name, 0)}
        for name in unequal
    )
    return _("Statistiken stämmer inte. Första skillnaden: %(where)s. %(numbers)s.") % {
        "where": where,
        "numbers": numbers,
    }
