"""`manage load-basics`: the laws, clocks, categories and proposals for services that every municipality starts with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hjulet.core.now import now
from hjulet.setups.content import load_basics, load_proposals


class Command(BaseCommand):
    help = "Läser in lagar, tider, kategorier och förslag till insatser. Kan köras flera gånger; egna rader rörs inte."

    def handle(self, *args: Any, **options: Any) -> None:
        told = _("%(laws)s lagrum, %(service_levels)s tider och %(categories)s kategorier är inlästa.")
        self.stdout.write(told % load_basics())
        self.stdout.write(_("%(new)s förslag till insatser och processer är nya.") % {"new": load_proposals(now())})
