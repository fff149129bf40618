"""Entries are notes and are only added too."""

from importlib import import_module
from typing import Any

from django.db import migrations

words = import_module("hjulet.cases.migrations.0002_words_never_change")
GUARD = ("cases_note", "entry_never_changes", ("point", "code", "answer", "details"), "an entry never changes")


def forwards(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(words._guard_sqlite(*GUARD))
    else:
        for statement in words._guard_postgresql(*GUARD):
            schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    table, name, _columns, _what = GUARD
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(f"DROP TRIGGER {name}")
    else:
        schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
        schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("cases", "0010_procedures")]
    operations = [migrations.RunPython(forwards, backwards)]
