"""Triggers that refuse to change or remove what is in the log and its seals, on both databases."""

from typing import Any

from django.db import migrations

from hjulet.audit import guards


def forwards(apps: Any, schema_editor: Any) -> None:
    guards.install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial"), ("core", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
