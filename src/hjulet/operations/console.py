"""What the two commands have in common: the key, and how trouble is told."""

from __future__ import annotations

import errno
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext as _

from hjulet.operations.faults import BackupFault

_FULL = {errno.ENOSPC, errno.EDQUOT}


def add_key(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--key-file", metavar="FIL", help="fil med nyckeln; annars HJULET_BACKUP_KEY (eller HJULET_BACKUP_KEY_FILE)"
    )


def key_from(options: dict[str, Any]) -> str:
    if not options["key_file"]:
        return str(settings.BACKUP_KEY)
    key = Path(options["key_file"]).read_text(encoding="utf-8").strip()
    if not key:
        raise BackupFault(_("Filen med nyckeln är tom."))
    return key


@contextmanager
def told() -> Iterator[None]:
    """Turns what can go wrong into one sentence and exit code 1. A database's own words may hold what is in it."""
    try:
        yield
    except BackupFault as problem:
        raise CommandError(str(problem)) from None
    except (DatabaseError, InterfaceError) as problem:
        kind = {"kind": type(problem).__name__}
        raise CommandError(_("Databasen svarar inte som den ska (%(kind)s).") % kind) from None
    except OSError as problem:
        if problem.errno in _FULL:
            raise CommandError(_("Det finns inte plats på disken. Inget är ändrat.")) from None
        names = {"name": problem.filename or "", "why": problem.strerror or type(problem).__name__}
        raise CommandError(_("%(name)s går inte att använda: %(why)s.") % names) from None
