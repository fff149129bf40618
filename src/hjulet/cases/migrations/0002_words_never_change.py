"""The reporter's own words can never be altered by anyone (NEW-24), and notes are only added: triggers see to it."""

from typing import Any

from django.db import migrations

WORDS = ("description", "immediate_action")
NOTE = ("text", "source", "kind", "noted_on", "author_name", "author_title", "created_at")


def _guard_sqlite(table: str, name: str, columns: tuple[str, ...], what: str) -> str:
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    return (
        f"CREATE TRIGGER {name} BEFORE UPDATE OF {', '.join(columns)} ON {table} WHEN {changed} "
        f"BEGIN SELECT RAISE(ABORT, '{what}'); END"
    )


def _guard_postgresql(table: str, name: str, columns: tuple[str, ...], what: str) -> list[str]:
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN RAISE EXCEPTION '{what}' USING ERRCODE = 'check_violation'; END $$",
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {name}()",
    ]


GUARDS = (
    ("cases_case", "case_words_never_change", WORDS, "the words of a report never change"),
    ("cases_note", "note_never_changes", NOTE, "a note never changes"),
)


def forwards(apps: Any, schema_editor: Any) -> None:
    for guard in GUARDS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(_guard_sqlite(*guard))
        else:
            for statement in _guard_postgresql(*guard):
                schema_editor.execute(statement)


def backwards(apps: Any, schema_editor: Any) -> None:
    for table, name, _columns, _what in GUARDS:
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"DROP TRIGGER {name}")
        else:
            schema_editor.execute(f"DROP TRIGGER {name} ON {table}")
            schema_editor.execute(f"DROP FUNCTION {name}()")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial")]
    operations = [migrations.RunPython(forwards, backwards)]
