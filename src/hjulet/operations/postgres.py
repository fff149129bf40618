"""A PostgreSQL database out to files and back, by COPY in one snapshot. Needs no client tools, works between versions.

The tables are made by the migrations that the copy was made under, then filled; so what lies outside the migrations
(rights, settings of the server) is not in the copy. See docs/decisions/0009.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from psycopg import sql

from hjulet.operations.app_role import is_held
from hjulet.operations.faults import BackupFault
from hjulet.operations.package import BLOCK, create, table_member

LEVEL = 4
_TABLES = """SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY 1"""
_COLUMNS = """SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
 AND attgenerated = '' ORDER BY attnum"""
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = current_schema() ORDER BY 1"
_TRIGGER_FUNCTIONS = """SELECT p.proname FROM pg_proc p WHERE p.prorettype = 'trigger'::regtype
 AND p.pronamespace = current_schema()::regnamespace AND pg_get_userbyid(p.proowner) = current_user
 AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"""


@contextmanager
def snapshot() -> Iterator[Any]:
    """A cursor of its own that sees the database as it is now until the end, whatever others write."""
    if is_held():
        raise BackupFault(_("En kopia tas av den som äger tabellerna, inte av Hjulets egen roll. Se docs/drift.md."))
    other = connection.copy()
    try:
        other.ensure_connection()
        with other.connection.cursor() as cursor:
            tables = _names(cursor)
            if not tables:
                raise BackupFault(_("Databasen är tom. Det finns inget att kopiera."))
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            cursor.execute("SET LOCAL row_security = off")  # hidden rows must stop the copy, not be left out of it
            # Taken before the snapshot is: no migration can change a table between them.
            cursor.execute(_over("LOCK TABLE {} IN ACCESS SHARE MODE", tables))
            if _names(cursor) != tables:
                raise BackupFault(_("Databasens tabeller ändrades just nu. Försök igen när uppgraderingen är klar."))
            yield cursor
            cursor.execute("COMMIT")
    finally:
        other.close()


def dump(cursor: Any, into: Path) -> dict[str, Any]:
    """Writes each table to a file below `into`. Returns tables (rows and columns by name) and sequences."""
    (into / "tables").mkdir(mode=0o700)
    tables = {}
    for table in _names(cursor):
        columns = [row[0] for row in cursor.execute(_COLUMNS, [sql.Identifier(table).as_string(cursor)])]
        path = into / table_member(table)
        tables[table] = {"columns": columns, "rows": _copy_out(cursor, table, columns, path)}
    return {"tables": tables, "sequences": dict(cursor.execute(_SEQUENCES).fetchall())}


def load(manifest: dict[str, Any], source: Path) -> None:
    """Puts the database back as it was, all or nothing: what was there before is dropped in the same transaction."""
    if is_held():
        raise BackupFault(_("Återläs som den som äger tabellerna, inte som Hjulets egen roll. Se docs/drift.md."))
    tables: dict[str, Any] = manifest["tables"]
    with transaction.atomic():
        _wait_at_most_for_others()
        _drop(set(tables))
        _migrate_to([(app, name) for app, name in manifest["migrations"]])
        with connection.connection.cursor() as cursor:
            _triggers(cursor, "DISABLE", tables)  # those that keep the log and the reports' words as they were written
            _fill(cursor, tables, source)
            _triggers(cursor, "ENABLE", tables)
            for name, value in manifest["sequences"].items():
                if value is not None:
                    cursor.execute("SELECT setval(quote_ident(%s)::regclass, %s)", [name, value])
    with connection.connection.cursor() as cursor:
        cursor.execute(_over("ANALYZE {}", list(tables)))  # else slow until the database finds the time


def _triggers(cursor: Any, switch: str, tables: Iterable[str]) -> None:
    for table in tables:
        cursor.execute(_over(f"ALTER TABLE {{}} {switch} TRIGGER USER", [table]))


def _names(cursor: Any) -> list[str]:
    return [row[0] for row in cursor.execute(_TABLES)]


def _over(statement: str, names: list[str]) -> sql.Composed:
    return sql.SQL(statement).format(sql.SQL(", ").join(map(sql.Identifier, names)))


def _copy(way: str, table: str, columns: list[str]) -> sql.Composed:
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL("COPY {} ({}) " + way).format(sql.Identifier(table), listed)


def _copy_out(cursor: Any, table: str, columns: list[str], path: Path) -> int:
    """How many rows: in the text format each is one line, and line breaks in values are escaped."""
    rows = 0
    out = _copy("TO STDOUT", table, columns)
    with create(path) as bare, gzip.GzipFile("", "wb", LEVEL, bare, mtime=0) as file, cursor.copy(out) as copy:
        for block in copy:
            rows += bytes(block).count(b"\n")
            file.write(block)
    return rows


def _fill(cursor: Any, tables: dict[str, Any], source: Path) -> None:
    cursor.execute(_over("TRUNCATE {}", list(tables)))  # what migrations wrote is in the copy too
    for table, told in tables.items():
        try:
            _copy_in(cursor, _copy("FROM STDIN", table, told["columns"]), source / table_member(table))
        except (zlib.error, EOFError, gzip.BadGzipFile) as problem:
            raise BackupFault(_("Tabellen %(table)s går inte att packa upp.") % {"table": table}) from problem
        if cursor.rowcount != told["rows"]:
            raise BackupFault(_("Tabellen %(table)s fick inte lika många rader som i kopian.") % {"table": table})
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # references are checked here, not later


def _copy_in(cursor: Any, statement: sql.Composed, path: Path) -> None:
    with gzip.open(path, "rb") as file, cursor.copy(statement) as copy:
        while block := file.read(BLOCK):
            copy.write(block)


def _wait_at_most_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '20s'")


def _drop(also: set[str]) -> None:
    with connection.cursor() as cursor:
        there = {row[0] for row in cursor.connection.execute(_TABLES)}
        ours = there & (also | set(connection.introspection.django_table_names()) | {"django_migrations"})
        if ours:
            cursor.connection.execute(_over("DROP TABLE {} CASCADE", sorted(ours)))
        functions = [row[0] for row in cursor.connection.execute(_TRIGGER_FUNCTIONS)]
        if functions:
            cursor.connection.execute(_over("DROP FUNCTION {} CASCADE", functions))


def _migrate_to(applied: list[tuple[str, str]]) -> None:
    """Makes empty tables by exactly the migrations that had been run when the copy was made."""
    executor = MigrationExecutor(connection, _settle)
    graph, wanted = executor.loader.graph, set(applied)
    last = [key for key in applied if not any(child[0] == key[0] for child in wanted & _children(graph, key))]
    plan = executor.migration_plan(last)
    if {(migration.app_label, migration.name) for migration, _back in plan} != wanted:
        raise BackupFault(_("Kopians migreringar hänger inte ihop med den här versionen av Hjulet."))
    try:
        executor.migrate(last, plan=plan)
    except DatabaseError as problem:
        raise BackupFault(
            _("Tabellerna gick inte att skapa: %(kind)s.") % {"kind": type(problem).__name__}
        ) from problem


def _settle(step: str, *_args: Any) -> None:
    """After each migration: what it wrote is checked at once, or the next may not change the table."""
    if step == "apply_success":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _children(graph: Any, key: tuple[str, str]) -> set[tuple[str, str]]:
    return {child.key for child in graph.node_map[key].children}
