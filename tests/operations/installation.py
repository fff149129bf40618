"""A whole Hjulet of its own for a test: data folder and database, run as child processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import kept

ROOT = Path(__file__).resolve().parents[2]
KEY = "korrekt-hast-batteri-haftklammer-2026"


@dataclass
class Installation:
    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, **changes: str) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **changes}
        return subprocess.run(
            [sys.executable, *command], env=environment, cwd=ROOT, text=True, capture_output=True, timeout=900
        )

    def manage(self, *command: str, code: int = 0, **changes: str) -> str:
        """What a command said on both streams; its exit code must be `code`."""
        done = self.run("-m", "django", *command, **changes)
        said = done.stdout + done.stderr
        assert done.returncode == code, said
        return said

    def start(self, *command: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command], env=self.environment, cwd=ROOT, text=True, stdout=subprocess.PIPE
        )

    def make_tables(self) -> None:
        kept.tables(self.environment, lambda: self.manage("migrate", "--verbosity", "0"))

    def ask(self, code: str) -> str:
        done = self.run("-m", "django", "shell", "--verbosity", "0", "-c", code)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def environment(folder: Path, database: str = "") -> dict[str, str]:
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("HJULET_", "DJANGO_", "PYTEST_"))}
    return {
        **mine,
        **({"HJULET_DATABASE_URL": database} if database else {}),
        "DJANGO_SETTINGS_MODULE": "hjulet.config.settings",
        "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        "PYTHONUTF8": "1",
        "HJULET_DATA_DIR": str(folder),
        "HJULET_DEMO": "1",
        "HJULET_TESTING": "1",
        "HJULET_CLOCK": "2026-11-12T10:00",
        "HJULET_EMAIL_URL": "dummymail://",
    }


@contextlib.contextmanager
def installation(folder: Path, server: str = "") -> Iterator[Installation]:
    """Empty, on SQLite, or in a new database on the PostgreSQL server whose address is given."""
    folder.mkdir(exist_ok=True)
    if not server:
        yield Installation(folder, environment(folder))
        return
    import psycopg

    base, _, rest = server.rpartition("/")
    _name, mark, options = rest.partition("?")
    name = f"hjulet_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as keeper:
        keeper.execute(f'CREATE DATABASE "{name}"')
    try:
        yield Installation(folder, environment(folder, f"{base}/{name}{mark}{options}"))
    finally:
        with psycopg.connect(server, autocommit=True) as keeper:
            keeper.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
