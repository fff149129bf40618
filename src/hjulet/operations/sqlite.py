"""A SQLite database out to a file and back, by SQLite's own online copy."""

from __future__ import annotations

import gzip
import shutil
import sqlite3
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from hjulet.operations.faults import BackupFault
from hjulet.operations.package import BLOCK, SQLITE, create

LEVEL = 4
WAIT = 30.0  # seconds for others to let go of the database


@contextmanager
def snapshot() -> Iterator[Any]:
    """A cursor of its own that sees the database as it is now until the end, whatever others write (WAL)."""
    other = connection.copy()
    try:
        other.ensure_connection()
        cursor = other.connection.cursor()
        cursor.execute("BEGIN")
        if not cursor.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:  # the first read makes the snapshot
            raise BackupFault(_("Databasen är tom. Det finns inget att kopiera."))
        yield cursor
        cursor.execute("ROLLBACK")
    finally:
        other.close()


def dump(cursor: Any, into: Path) -> dict[str, Any]:
    """Writes the whole database to a file below `into`. Returns tables (rows by name)."""
    plain, packed = into / "database.sqlite3", into / SQLITE
    plain.touch(mode=0o600)
    with closing(sqlite3.connect(plain, isolation_level=None)) as copy:
        cursor.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        check(copy)
        tables = _rows(copy)
    with create(packed) as bare, gzip.GzipFile("", "wb", LEVEL, bare, mtime=0) as target, plain.open("rb") as source:
        shutil.copyfileobj(source, target, BLOCK)
    plain.unlink()
    return {"tables": tables, "sequences": {}}


def load(manifest: dict[str, Any], source: Path) -> None:
    """Puts the database back as it was, in one transaction of the database itself."""
    plain = source / "database.sqlite3"
    try:
        with gzip.open(source / SQLITE, "rb") as packed, create(plain) as target:
            shutil.copyfileobj(packed, target, BLOCK)
    except (zlib.error, EOFError, gzip.BadGzipFile) as problem:
        raise BackupFault(_("Databasen i kopian går inte att packa upp.")) from problem
    with closing(sqlite3.connect(plain, isolation_level=None)) as copy:
        check(copy)
        if _rows(copy) != manifest["tables"]:
            raise BackupFault(_("Databasen i kopian har inte de rader som kopian säger."))
        connection.ensure_connection()
        copy.backup(connection.connection, pages=-1, progress=_patience(), sleep=0.1)
    connection.close()
    for path in (Path(f"{connection.settings_dict['NAME']}{end}") for end in ("", "-wal", "-shm")):
        if path.exists():
            path.chmod(0o600)


def check(database: sqlite3.Connection) -> None:
    """Raises BackupFault when SQLite finds the file itself broken."""
    try:
        said = database.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as problem:
        said = str(problem)
    if said != "ok":
        raise BackupFault(_("Databasfilen är skadad, säger SQLite. Ta en tidigare säkerhetskopia."))


def _rows(database: sqlite3.Connection) -> dict[str, Any]:
    names = database.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1"
    )
    quoted = {name: '"' + name.replace('"', '""') + '"' for (name,) in names}
    counted = {name: f"SELECT count(*) FROM {quote}" for name, quote in quoted.items()}  # noqa: S608 - quoted
    return {name: {"rows": database.execute(query).fetchone()[0]} for name, query in counted.items()}


def _patience() -> Callable[[int, int, int], None]:
    """SQLite would try for ever while someone holds the database."""
    until = time.monotonic() + WAIT

    def progress(status: int, _remaining: int, _total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise BackupFault(_("Databasen används. Stäng av Hjulet och försök igen."))

    return progress
