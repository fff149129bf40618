"""An import killed in the middle and run again: it goes on where it was, and nothing is there twice."""

from __future__ import annotations

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from tests import kept
from tests.cases.test_import_cases import row

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]
ROOT = Path(__file__).parents[2]
ROWS = 9_000
Count = Callable[[str], int]


def python(environment: dict[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "django", *words], env=environment, cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def done(process: subprocess.Popen[str]) -> str:
    out, _err = process.communicate(timeout=280)
    assert process.returncode == 0, out
    return out


@pytest.fixture
def own_database(folder: Path, request: pytest.FixtureRequest) -> Iterator[tuple[dict[str, str], Count]]:
    """A database file or a PostgreSQL database with the demo people: its environment, and a way to count in it."""
    environment = dict(os.environ) | {
        "HJULET_DATA_DIR": str(folder),
        "HJULET_TESTING": "1",
        "HJULET_CLOCK": "2026-11-12T09:00",
        "DJANGO_SETTINGS_MODULE": "hjulet.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    environment.pop("HJULET_DATABASE_URL", None)
    source = _on_postgresql if connection.vendor == "postgresql" else _in_a_file
    with _closing(source(folder, environment)) as count:
        kept.tables(environment, lambda: done(python(environment, "migrate", "-v0")))
        done(python(environment, "demo", "--empty"))
        yield environment, count


class _closing:
    def __init__(self, steps: Iterator[Count]) -> None:
        self.steps = steps

    def __enter__(self) -> Count:
        return next(self.steps)

    def __exit__(self, *_problem: object) -> None:
        next(self.steps, None)


def _in_a_file(folder: Path, environment: dict[str, str]) -> Iterator[Count]:
    import sqlite3

    def count(query: str) -> int:
        database = sqlite3.connect(folder / "hjulet.sqlite3", timeout=60)
        try:
            return int(database.execute(query).fetchone()[0])
        finally:
            database.close()

    yield count


def _on_postgresql(folder: Path, environment: dict[str, str]) -> Iterator[Count]:
    import psycopg

    given: dict[str, Any] = {name.lower(): value for name, value in connection.settings_dict.items()}
    name = f"hjulet_killed_{os.getpid()}"
    place = {"host": given["host"], "port": given["port"], "user": given["user"], "password": given["password"]}
    keeper = psycopg.connect(**place, dbname="postgres", autocommit=True)
    keeper.execute(f"CREATE DATABASE {name}")
    who = f"{quote(given['user'])}:{quote(given['password'])}"
    environment["HJULET_DATABASE_URL"] = f"postgres://{who}@{given['host']}:{given['port']}/{name}"

    def count(query: str) -> int:
        with psycopg.connect(**place, dbname=name) as database:
            found = database.execute(query).fetchone()
            return int(found[0]) if found else 0

    yield count
    keeper.execute(f"DROP DATABASE {name} WITH (FORCE)")
    keeper.close()


@pytest.fixture
def file(folder: Path) -> Path:
    path = folder / "rows.csv"
    with path.open("w", encoding="utf-8", newline="") as target:
        writer = csv.DictWriter(target, list(row()))
        writer.writeheader()
        for number in range(ROWS):
            open_case = {"status": "utreds", "closed_at": ""} if number % 3 else {}
            place = {"unit_code": f"hus-{number % 40}", "area": "Vård och omsorg"}
            writer.writerow(row(number, severity=str(number % 4 + 1), **place, **open_case))
    return path


def kill_when(process: subprocess.Popen[str], arrived: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    try:
        while not arrived():
            assert process.poll() is None and time.monotonic() < until, "the import was over before it could be killed"
            time.sleep(0.01)
    finally:
        process.kill()
    assert process.wait(60) == -signal.SIGKILL


def test_killed_twice_and_run_again(own_database: tuple[dict[str, str], Count], file: Path) -> None:
    environment, count = own_database
    cases = "SELECT count(*) FROM cases_case"
    halfway = 0
    for _time in range(2):
        with python(environment, "import-cases", str(file), "--principal", "lovdala") as process:
            kill_when(process, lambda seen=halfway: count(cases) > seen)  # type: ignore[misc]
        assert halfway < count(cases) < ROWS
        halfway = count(cases)
    out = done(python(environment, "import-cases", str(file), "--principal", "lovdala"))
    assert f"{ROWS} rader lästa: {ROWS - halfway} nya ärenden, {halfway} fanns redan, 0 med fel" in out
    assert count(cases) == count("SELECT count(DISTINCT external_ref) FROM cases_case") == ROWS
    assert count("SELECT count(*) FROM core_event WHERE verb = 'case.imported'") == ROWS
    assert count("SELECT count(DISTINCT object_id) FROM core_event WHERE verb = 'case.imported'") == ROWS
    assert count("SELECT count(*) FROM cases_clock") == count("SELECT count(*) FROM cases_case WHERE state <> 'closed'")
    assert count("SELECT sum(cases) FROM stats_casefact") == ROWS
    done(python(environment, "verify-stats"))
    done(python(environment, "verify-log"))
