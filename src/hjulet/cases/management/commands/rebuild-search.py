"""Makes the words that cases and measures are found by anew, after a change of the rules for Swedish words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.management import BaseCommand
from django.db import transaction

from hjulet.cases.models import Case
from hjulet.cases.search import words_of
from hjulet.core.words_index import keep
from hjulet.measures.models import Measure

BATCH = 500
REASON = "the index of words is made anew; no one reads it"


class Command(BaseCommand):
    help = "Gör om sökregistret för ärenden och åtgärder."

    def handle(self, *args: Any, **options: Any) -> None:
        keep("default")
        cases = Case.objects.unscoped(reason=REASON).prefetch_related("notes", "causes")
        changed = _anew(cases, lambda case: words_of(case, case.notes.all(), case.causes.all()))
        changed += _anew(Measure.objects.unscoped(reason=REASON), lambda measure: measure.words())
        self.stdout.write(f"{changed} poster fick nya sökord.")


def _anew(rows: Any, words: Callable[[Any], str]) -> int:
    """Some at a time, each lot locked while it is read and written. Returns how many changed."""
    last, changed = 0, 0
    while True:
        with transaction.atomic():
            lot = list(rows.filter(pk__gt=last).order_by("pk").select_for_update(of=("self",))[:BATCH])
            for row in lot:
                found = words(row)
                if found != row.search_text:
                    row.search_text = found
                    row.save(update_fields=["search_text"])
                    changed += 1
        if not lot:
            return changed
        last = lot[-1].pk
