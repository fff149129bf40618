"""Triggers that keep what is in the diary: nothing is removed, and nothing but the mark, the subject and a number that
was waited for is written again. For every way into the database.
"""

from __future__ import annotations

from typing import Any

KEPT = {
    "diary_matter": (
        *("principal_id", "unit_id", "series_id", "year", "serial", "about_type", "about_id"),
        *("registered_by_id", "created_at"),
    ),
    "diary_document": ("matter_id", "line", "direction", "entered_on", "counterpart", "submission_key", "created_at"),
}
TABLES = tuple(KEPT)
MESSAGE = "the diary is append-only"
NAMES = ("keeps", "no_delete")


def install(connection: Any) -> None:
    """Sets up the triggers. Can be run again: a table that a migration rebuilt has lost them."""
    remove(connection)
    postgresql = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgresql:
            cursor.execute(
                "CREATE OR REPLACE FUNCTION diary_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation'; END $$"
            )
        for table, columns in KEPT.items():
            changed = _changed(table, columns, "IS DISTINCT FROM" if postgresql else "IS NOT")
            does = _does(postgresql)
            each = "FOR EACH ROW " if postgresql else ""
            when = f"WHEN ({changed})"
            cursor.execute(f"CREATE TRIGGER {table}_keeps BEFORE UPDATE ON {table} {each}{when} {does}")
            cursor.execute(f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {each}{does}")


def remove(connection: Any) -> None:
    """Takes them away; for the migration backwards, and for emptying a test database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            for name in NAMES:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{name}{on}")


def missing(connection: Any) -> bool:
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return not {f"{table}_{name}" for table in TABLES for name in NAMES} <= found


def _changed(table: str, columns: tuple[str, ...], differs: str) -> str:
    tests = [f"NEW.{column} {differs} OLD.{column}" for column in columns]
    if table == "diary_matter":
        tests.append(f"(OLD.number IS NOT NULL AND NEW.number {differs} OLD.number)")
    return " OR ".join(tests)


def _does(postgresql: bool) -> str:
    return "EXECUTE FUNCTION diary_append_only()" if postgresql else f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
