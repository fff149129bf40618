import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hjulet.audit.seal import verify


class Command(BaseCommand):
    help = "Kontrollerar att loggen är hel. Slutar med 1 och den första trasiga posten om den inte är det."

    def handle(self, *args: Any, **options: Any) -> None:
        report = verify()
        if not report.ok:
            self.stderr.write(report.first_broken or "")
            sys.exit(1)
        counts = {"checked": report.checked, "sealed": report.sealed, "unsealed": report.unsealed}
        self.stdout.write(
            _("Loggen är hel. %(checked)s händelser: %(sealed)s förseglade, %(unsealed)s väntar.") % counts
        )
