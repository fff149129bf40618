"""./hjulet bench: fills databases of its own with made cases and measures what people wait for.

PostgreSQL first: with --database a new database in that cluster (it must not exist; removed afterwards), else a
cluster of its own that flushes to disk as a real one does. Then SQLite beside, in a temporary folder.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
from urllib.parse import urlsplit, urlunsplit

import setup
import testdb

NAME = "hjulet_bench"
MOST_SQLITE = 100_000


def _arguments(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./hjulet bench", description="Mät svarstider på påhittade ärenden.")
    parser.add_argument("--rows", type=int, default=10_000, help="antal ärenden (10000)")
    parser.add_argument("--texts", type=int, default=0, help="antal dokument (lika många som ärenden)")
    parser.add_argument("--database", help="adress till PostgreSQL där mätningen får göra en egen databas")
    parser.add_argument("--only", default="", help="bara mätningar med detta i namnet")
    parser.add_argument("--minutes", type=float, default=0, help="låt folk arbeta så länge i stället för att mäta")
    parser.add_argument("--people", type=int, default=50, help="hur många som arbetar (50)")
    parser.add_argument("--skip-sqlite", action="store_true", help="mät inte SQLite")
    return parser.parse_args(arguments)


def _measure(url: str | None, rows: int, options: argparse.Namespace) -> int:
    with tempfile.TemporaryDirectory(prefix="hjulet-bench-") as folder:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(("HJULET_", "DJANGO_"))}
        mine = setup.compiled_once(mine)
        environment = setup.django_environment({**mine, "HJULET_DATA_DIR": folder, "HJULET_EMAIL_URL": "dummymail://"})
        environment["PYTHONPATH"] += f"{os.pathsep}{setup.ROOT}"
        if url:
            environment["HJULET_DATABASE_URL"] = url
        command = [sys.executable, "-m", "bench", "--rows", str(rows), "--texts", str(options.texts)]
        command += ["--only", options.only, "--minutes", str(options.minutes), "--people", str(options.people)]
        return subprocess.call(command, env=environment, cwd=setup.ROOT)


def _sql(url: str, statement: str) -> None:
    """One statement, from a process of its own: this one needs only the standard library."""
    program = "import psycopg, sys; psycopg.connect(sys.argv[1], autocommit=True).execute(sys.argv[2])"
    done = subprocess.run([sys.executable, "-c", program, url, statement], capture_output=True, text=True)
    if done.returncode != 0:
        raise setup.Stop(done.stderr.strip().splitlines()[-1])


def _in_cluster(url: str, options: argparse.Namespace) -> int:
    """Measures in a new database of the cluster, and removes it."""
    if not re.match(r"postgres(ql)?://", url):
        raise setup.Stop("--database ska vara adressen till en PostgreSQL: postgres://användare@värd/databas")
    parts = urlsplit(url)
    _sql(url, f"CREATE DATABASE {NAME} ENCODING 'UTF8' TEMPLATE template0")
    try:
        return _measure(urlunsplit(parts._replace(path=f"/{NAME}")), options.rows, options)
    finally:
        _sql(url, f"DROP DATABASE {NAME} WITH (FORCE)")


def main(arguments: list[str]) -> int:
    """0 when everything could be measured; whether a goal is reached stands in the report."""
    options = _arguments(arguments)
    setup.python_packages(dev=True)
    setup.folders()
    setup.catalogues()
    if options.database:
        result = _in_cluster(options.database, options)
    else:
        with testdb.postgres(lasting=True) as url:
            result = _in_cluster(url, options)
    if result == 0 and not options.skip_sqlite and not options.minutes:
        result = _measure(None, min(options.rows, MOST_SQLITE), options)
    return result
