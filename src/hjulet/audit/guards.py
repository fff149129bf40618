"""Triggers that refuse to change or remove what is in the log, for every way into the database."""

from __future__ import annotations

from typing import Any

TABLES = ("core_event", "audit_seal")
_MESSAGE = "the log is append-only"


def install(connection: Any) -> None:
    """Sets up the triggers. Can be run again: a table that a migration rebuilt has lost them."""
    remove(connection)
    with connection.cursor() as cursor:
        for statement in _POSTGRES if connection.vendor == "postgresql" else _SQLITE:
            cursor.execute(statement)


def remove(connection: Any) -> None:
    """Takes them away; for the migration backwards, and for emptying a test database."""
    with connection.cursor() as cursor:
        for table in TABLES:
            for name in ("update", "delete", "truncate"):
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_{name}{on}")


def missing(connection: Any) -> list[str]:
    """Which triggers are not there, or are switched off."""
    query = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    operations = ["update", "delete"]
    if connection.vendor == "postgresql":
        query = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        operations.append("truncate")
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = {row[0] for row in cursor.fetchall()}
    return [f"{table}_no_{name}" for table in TABLES for name in operations if f"{table}_no_{name}" not in found]


_SQLITE = [
    f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
    for table in TABLES
    for name in ("update", "delete")
]
_POSTGRES = [
    "CREATE OR REPLACE FUNCTION hjulet_append_only() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'restrict_violation'; END $$",
    *(
        f"CREATE TRIGGER {table}_no_{name} BEFORE {name.upper()} ON {table} "
        f"FOR EACH {'STATEMENT' if name == 'truncate' else 'ROW'} EXECUTE FUNCTION hjulet_append_only()"
        for table in TABLES
        for name in ("update", "delete", "truncate")
    ),
]
