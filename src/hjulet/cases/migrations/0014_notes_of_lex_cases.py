"""Notes written while a case was tried as lex Sarah or lex Maria, told by its events, keep the law they were written
under; who handled it then is not known of those."""

from typing import Any

from django.db import migrations
from django.db.models import Q

BEGINS = ("case.lex-sarah", "case.lex-maria")
ENDS = ("case.not-misconduct", "case.not-lex-maria")
LEX = ("lex-sarah", "lex-maria")


def forwards(apps: Any, schema_editor: Any) -> None:
    cases, notes = apps.get_model("cases", "Case"), apps.get_model("cases", "Note")
    turns: dict[int, list[tuple[Any, bool]]] = {}
    events = apps.get_model("core", "Event").objects.filter(object_type="case", verb__in=BEGINS + ENDS)
    for key, verb, at in events.order_by("id").values_list("object_id", "verb", "at"):
        turns.setdefault(key, []).append((at, verb in BEGINS))
    for case in cases.objects.filter(Q(kind__in=LEX) | Q(pk__in=list(turns))).iterator():
        for first, last in _times(turns.get(case.pk, []), case.kind in LEX):
            rows = notes.objects.filter(case_id=case.pk, lex_track__isnull=True)
            rows = rows.filter(created_at__gte=first) if first else rows
            rows = rows.filter(created_at__lt=last) if last else rows
            rows.update(lex_track=case.track)


def _times(turns: list[tuple[Any, bool]], now: bool) -> list[tuple[Any, Any]]:
    """From and to when it was tried; None: since it came, or still."""
    if not turns:
        return [(None, None)] if now else []
    found = [] if turns[0][1] else [(None, turns[0][0])]
    for place, (at, begins) in enumerate(turns):
        if begins:
            found.append((at, next((end for end, again in turns[place + 1 :] if not again), None)))
    return found


class Migration(migrations.Migration):
    dependencies = [("cases", "0013_behind_lex"), ("core", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
