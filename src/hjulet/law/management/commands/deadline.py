"""`manage deadline`: on which day does a clock run out? Needs no database."""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from datetime import date
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.core.clocks import add_months, add_working_days

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER = re.compile(r"\d{1,6}", re.ASCII)
COUNTERS: dict[str, Callable[[date, int], date]] = {"wd": add_working_days, "m": add_months}


class Command(BaseCommand):
    help = "Räknar ut sista dagen. '-' läser rader 'DATUM wd N' eller 'DATUM m N'."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("date", metavar="DATUM", help="ÅÅÅÅ-MM-DD, dagen då klockan startade, eller -")
        parser.add_argument("--working-days", metavar="N", help="antal arbetsdagar")
        parser.add_argument("--months", metavar="N", help="antal månader, lag (1930:173)")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {"wd": options["working_days"], "m": options["months"]}
        counts = [(counter, amount) for counter, amount in given.items() if amount is not None]
        if options["date"] == "-":
            if counts:
                raise CommandError(_("Med - står antalet på varje rad, inte som tillval."), returncode=1)
            self._many(sys.stdin)
            return
        if len(counts) != 1:
            raise CommandError(_("Skriv antingen --working-days N eller --months N."), returncode=1)
        try:
            self.stdout.write(due(options["date"], *counts[0]).isoformat())
        except ValueError as error:
            raise CommandError(str(error), returncode=1) from error

    def _many(self, lines: TextIO) -> None:
        if hasattr(lines, "reconfigure"):
            lines.reconfigure(encoding="utf-8-sig", errors="replace")
        bad = 0
        for number, line in enumerate(lines, start=1):
            words = line.split()
            if not words:
                continue
            try:
                if len(words) != 3:
                    raise ValueError(_("skriv 'DATUM wd N' eller 'DATUM m N'"))
                self.stdout.write(due(*words).isoformat())
            except ValueError as error:
                bad += 1
                self.stderr.write(_("Rad %(number)s: %(why)s") % {"number": number, "why": error})
        if bad:
            sys.exit(1)


def due(start: str, counter: str, amount: str) -> date:
    """The last day of `amount` working days (wd) or months (m) from `start`; a ValueError says why not."""
    if counter not in COUNTERS:
        raise ValueError(_("'%(word)s' är varken wd eller m") % {"word": counter})
    if not NUMBER.fullmatch(amount):
        raise ValueError(_("'%(word)s' är inget antal, skriv ett heltal från 0") % {"word": amount})
    day = _date(start)
    try:
        return COUNTERS[counter](day, int(amount))
    except (ValueError, OverflowError):
        raise ValueError(_("antalet är för stort, eller så ligger dagen utanför 1990–2199")) from None


def _date(text: str) -> date:
    if DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    raise ValueError(_("'%(word)s' är inget datum, skriv som 2026-11-24") % {"word": text})
