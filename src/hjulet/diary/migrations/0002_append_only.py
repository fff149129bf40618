"""What is registered is never removed, and only mark, subject and a number that was waited for are written again."""

from typing import Any

from django.db import migrations

from hjulet.diary import guards


def forwards(apps: Any, schema_editor: Any) -> None:
    guards.install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    guards.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("diary", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
