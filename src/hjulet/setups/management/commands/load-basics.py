"""`manage load-basics`: the laws, clocks and categories that every municipality starts with."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from hjulet.setups.content import load_basics


class Command(BaseCommand):
    help = "Läser in lagar, tider och kategorier. Kan köras hur många gånger som helst; egna rader rörs inte."

    def handle(self, *args: Any, **options: Any) -> None:
        told = _("%(laws)s lagrum, %(service_levels)s tider och %(categories)s kategorier är inlästa.")
        self.stdout.write(told % load_basics())
