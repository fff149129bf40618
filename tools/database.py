"""Migrates, loads the demo when nobody is there yet, and prints the demo people.

One process, because each start of Django costs about a second.
"""

import argparse
import sys

import django
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.migrations.executor import MigrationExecutor


def _migrate() -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        print("Förbereder databasen …", file=sys.stderr, flush=True)
        call_command("migrate", interactive=False, verbosity=0)


def main() -> None:
    """Leave the database ready to serve from."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--setup", required=True)
    parser.add_argument("--empty", action="store_true")
    options = parser.parse_args()
    django.setup()
    _migrate()
    if settings.DEMO:
        call_command("demo", "--if-empty", "--setup", options.setup, *(["--empty"] if options.empty else []))
        call_command("demo", "--who")


if __name__ == "__main__":
    try:
        main()
    except (CommandError, DatabaseError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
