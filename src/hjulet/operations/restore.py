"""Puts an installation back from a back-up, and then looks whether it is whole."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet.audit import anchor
from hjulet.audit.seal import verify as verify_log
from hjulet.core.events import record
from hjulet.files.models import FOLDER, StoredFile, path_of
from hjulet.notify.choices import OutboxState
from hjulet.notify.models import Outbox
from hjulet.operations import package
from hjulet.operations.backup import engine, opened, staging
from hjulet.operations.faults import BackupFault
from hjulet.org.models import Principal
from hjulet.stats.writer import verify as verify_stats

_PREFIX = ".restore-"
_PEOPLE = ("org_principal", "org_person", "core_event")
ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass
class Restored:
    """`checks` are pairs of what was looked at and what was wrong with it; an empty string is nothing."""

    manifest: dict[str, Any]
    waiting_mail: int
    checks: list[tuple[str, str]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return not any(wrong for _name, wrong in self.checks)


def restore(source: Path, *, key: str, replace: bool, at: datetime) -> Restored:
    """Restores into this installation's database and data folder, then checks log, statistics and files.

    Everything is read and compared with its checksums before anything is changed. Raises BackupFault, then nothing has
    changed; unless it came from the upgrade of an older copy, and then it says so.
    """
    if not replace and not is_empty():
        raise BackupFault(
            _("Här finns redan en installation. Återläs i en tom databas och datamapp, eller ange --replace.")
        )
    with staging(_PREFIX) as room:
        with opened(source, key) as stream:
            manifest = package.read(stream, room, _fits)
        _put_back(manifest, room)
    _upgrade()
    waiting = _tidy(manifest, at)
    return Restored(manifest, waiting, check(manifest))


def is_empty() -> bool:
    """True when nobody has begun to use this database or its data folder."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in tables.intersection(_PEOPLE):
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - one of three names above
            if cursor.fetchone()[0]:
                return False
    return not any((Path(settings.DATA_DIR) / FOLDER).glob("*/*"))


def _fits(about: dict[str, Any]) -> None:
    if about["engine"] != connection.vendor:
        names = {"theirs": ENGINES.get(about["engine"], "?"), "ours": ENGINES[connection.vendor]}
        raise BackupFault(
            _("Kopian är från %(theirs)s och går bara att återläsa där. Den här databasen är %(ours)s.") % names
        )
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    newer = [f"{app}.{name}" for app, name in about["migrations"] if (app, name) not in known]
    if newer:
        raise BackupFault(
            _("Kopian är gjord av en nyare version av Hjulet (%(version)s). Uppgradera Hjulet först.") % about
        )


def _put_back(manifest: dict[str, Any], room: Path) -> None:
    """Content first, then the database in one transaction, then what is no longer there goes."""
    before = {path.name for path in (Path(settings.DATA_DIR) / FOLDER).glob("*/*")}
    names = [path.name for path in sorted((room / "files").glob("*"))]
    try:
        for name in names:
            _place(room / package.file_member(name), path_of(name))
        engine().load(manifest, room)
    except (BackupFault, DatabaseError, OSError) as problem:
        for name in set(names) - before:
            path_of(name).unlink(missing_ok=True)
        if isinstance(problem, DatabaseError):
            kind = {"kind": type(problem).__name__}
            raise BackupFault(_("Databasen gick inte att läsa in (%(kind)s). Inget är ändrat.") % kind) from problem
        raise
    _place_anchor(room / package.ANCHOR)
    for name in before - set(names):
        path_of(name).unlink(missing_ok=True)


def _place(source: Path, target: Path) -> None:
    target.parent.parent.mkdir(mode=0o700, exist_ok=True)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    source.replace(target)


def _place_anchor(source: Path) -> None:
    """A copy of a log that was never sealed has an empty one, as a new installation has none."""
    target = anchor.anchor_path()
    if source.stat().st_size:
        source.replace(target)
    else:
        target.unlink(missing_ok=True)
    handle = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _upgrade() -> None:
    try:
        call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as problem:
        kind = {"kind": type(problem).__name__}
        raise BackupFault(
            _("Kopian är inläst, men gick inte att uppgradera (%(kind)s). Kör ./hjulet manage migrate.") % kind
        ) from problem


@transaction.atomic
def _tidy(manifest: dict[str, Any], at: datetime) -> int:
    """Nobody is logged in any more, and the log tells of the gap. Returns how many mails wait to be sent."""
    Session.objects.all().delete()
    values = {"made_at": manifest["made_at"], "version": manifest["version"], "last_seal": manifest["last_seal"]}
    for pk in Principal.objects.values_list("pk", flat=True):
        record("installation.restored", actor=None, at=at, about=("principal", pk), principal_id=pk, values=values)
    return Outbox.objects.filter(state=OutboxState.PENDING).count()


def check(manifest: dict[str, Any]) -> list[tuple[str, str]]:
    """Log, statistics and files as they are now."""
    report, differences = verify_log(), verify_stats()
    return [
        (_("Loggen"), report.first_broken or ""),
        (_("Statistiken"), _("Den stämmer inte med ärendena.") if differences else ""),
        (_("Filerna"), _damaged_files()),
    ]


def _damaged_files() -> str:
    bad = [pk for pk, key, checksum in StoredFile.objects.values_list("pk", "key", "sha256") if _sum(key) != checksum]
    if not bad:
        return ""
    text = ngettext("%(count)s saknas eller är ändrad", "%(count)s saknas eller är ändrade", len(bad))
    return f"{text % {'count': len(bad)}} ({', '.join(map(str, bad[:10]))})."


def _sum(key: str) -> str:
    try:
        with path_of(key).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ""
