"""What many tests begin from, made once and kept in build/ as long as the source is the same: a municipality without
cases for the fast tests, and a database with tables and nothing in it for those that run a whole Hjulet.

The one who finds nothing kept makes it, while the others wait.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import platform
import sqlite3
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "kept"
SOURCES = ("src/hjulet", "tests/kept.py", "tests/conftest.py", "requirements.lock")
KINDS = {".py", ".yaml", ".lock", ".sql"}


@cache
def _digest() -> str:
    """Of all that the databases are made from."""
    found = hashlib.sha256(platform.python_version().encode())
    places = [ROOT / source for source in SOURCES]
    files = [file for place in places for file in ([place] if place.is_file() else sorted(place.rglob("*")))]
    for file in files:
        if file.suffix in KINDS and file.is_file():
            found.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return found.hexdigest()[:16]


@contextlib.contextmanager
def _alone(name: str) -> Iterator[None]:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(here: Path | sqlite3.Connection, there: Path | sqlite3.Connection) -> None:
    with contextlib.ExitStack() as opened:
        ends = [
            opened.enter_context(contextlib.closing(sqlite3.connect(end))) if isinstance(end, Path) else end
            for end in (here, there)
        ]
        ends[0].backup(ends[1])


def _keep(source: Path | sqlite3.Connection, kept: Path) -> None:
    for old in FOLDER.glob(f"{kept.stem.rpartition('-')[0]}-*.sqlite3"):
        old.unlink()
    partial = kept.with_suffix(f".{os.getpid()}")
    _copy(source, partial)
    partial.rename(kept)


def tables(environment: dict[str, str], migrate: Callable[[], Any]) -> None:
    """Gives the Hjulet of an environment its tables. `migrate` makes them: on PostgreSQL, or where none are kept."""
    if environment.get("HJULET_DATABASE_URL"):
        migrate()
        return
    kept, there = FOLDER / f"tables-{_digest()}.sqlite3", Path(environment["HJULET_DATA_DIR"]) / "hjulet.sqlite3"
    with _alone("tables"):
        if kept.exists():
            _copy(kept, there)
        else:
            migrate()
            _keep(there, kept)


class World:
    """pytest's own database: `begin` before it is made, `finish` when it is there."""

    def __init__(self, connection: Any) -> None:
        self.connection, self.sqlite = connection, connection.vendor == "sqlite"
        self.file = FOLDER / f"world-{_digest()}.sqlite3"
        self.template = f"hjulet_kept_{_digest()}"
        self.held = contextlib.ExitStack()
        self.found = self.filled = False

    def begin(self) -> None:
        self.held.enter_context(_alone(f"world-{self.connection.vendor}"))
        self.found = self.file.exists() if self.sqlite else self._templates(self.template) != []
        if self.found:
            self.held.close()
        if self.found and not self.sqlite:
            self.connection.settings_dict["TEST"]["TEMPLATE"] = self.template

    def fill(self) -> None:
        """On SQLite, when the empty database has been made and before it gets its tables: once, whoever migrates later."""
        if self.found and not self.filled:
            self.filled = True
            self.connection.ensure_connection()
            _copy(self.file, self.connection.connection)

    def finish(self, make: Callable[[], None]) -> None:
        with self.held:
            if self.found:
                return
            make()
            if self.sqlite:
                _keep(self.connection.connection, self.file)
            else:
                self._make_template()

    def _make_template(self) -> None:
        name = self.connection.settings_dict["NAME"]
        self.connection.close()
        for old in self._templates("hjulet_kept_%"):
            self._ask(f'DROP DATABASE "{old}"')
        self._ask(f'CREATE DATABASE "{self.template}" TEMPLATE "{name}"')

    def _templates(self, name: str) -> list[str]:
        return [row[0] for row in self._ask("SELECT datname FROM pg_database WHERE datname LIKE %s", name)]

    def _ask(self, question: str, *values: str) -> list[Any]:
        with self.connection._nodb_cursor() as cursor:
            cursor.execute(question, values or None)
            return list(cursor.fetchall()) if cursor.description else []
