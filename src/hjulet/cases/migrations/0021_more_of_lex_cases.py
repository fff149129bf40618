"""Causes, files and messages from a time as lex Sarah or lex Maria keep their side of the wall, as notes do (0014)."""

from importlib import import_module
from typing import Any

from django.db import migrations
from django.db.models import Q

notes = import_module("hjulet.cases.migrations.0014_notes_of_lex_cases")


def forwards(apps: Any, schema_editor: Any) -> None:
    cases, events = apps.get_model("cases", "Case"), apps.get_model("core", "Event")
    turns: dict[int, list[tuple[Any, bool]]] = {}
    told = events.objects.filter(object_type="case", verb__in=notes.BEGINS + notes.ENDS).order_by("id")
    for key, verb, at in told.values_list("object_id", "verb", "at"):
        turns.setdefault(key, []).append((at, verb in notes.BEGINS))
    for case in cases.objects.filter(Q(kind__in=notes.LEX) | Q(pk__in=list(turns))).iterator():
        for first, last in notes._times(turns.get(case.pk, []), case.kind in notes.LEX):
            for rows, moment in _written(apps, case):
                rows = rows.filter(**{f"{moment}__gte": first}) if first else rows
                rows = rows.filter(**{f"{moment}__lt": last}) if last else rows
                rows.update(lex_track=case.track)


def _written(apps: Any, case: Any) -> list[tuple[Any, str]]:
    """Of each sort what belongs to the trial. What the reporter sent along is part of her report."""
    of = {"case_id": case.pk, "lex_track__isnull": True}
    return [
        (apps.get_model("cases", "Cause").objects.filter(**of), "created_at"),
        (apps.get_model("cases", "Message").objects.filter(**of), "created_at"),
        (apps.get_model("cases", "CaseFile").objects.filter(**of, from_reporter=False), "added_at"),
    ]


class Migration(migrations.Migration):
    dependencies = [("cases", "0020_more_behind_lex"), ("core", "0001_initial")]
    operations = [
        migrations.RunPython(forwards, migrations.RunPython.noop),
    ]
