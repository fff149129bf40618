"""Makes a back-up: the database as it is at one moment, and the content of every stored file that it knows of."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hjulet import __version__
from hjulet.audit import anchor
from hjulet.files.keeping import nothing_is_removed
from hjulet.files.models import path_of
from hjulet.operations import note, package, postgres, sqlite
from hjulet.operations.crypt import MAGIC, Decrypted, Encrypted
from hjulet.operations.faults import BackupFault

SHORTEST_KEY = 20
_PREFIX = ".backup-"
_NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}


@dataclass
class Made:
    """What a back-up holds. `remarks` are sentences on what was wrong with the installation already."""

    rows: int
    files: int
    size: int
    last_seal: dict[str, Any] | None
    remarks: list[str] = field(default_factory=list)


def engine() -> ModuleType:
    """How this installation's database is copied and put back."""
    return postgres if connection.vendor == "postgresql" else sqlite


def checked_key(key: str) -> str:
    if key and len(key) < SHORTEST_KEY:
        raise BackupFault(_("Nyckeln är för kort. Välj minst %(count)s tecken.") % {"count": SHORTEST_KEY})
    return key


def make(target: Path, *, key: str, at: datetime) -> Made:
    """Writes a back-up to `target`, which must not exist, and reads it through again.

    Without a key it is not encrypted. Raises BackupFault and OSError; then there is no file.
    """
    if target.exists():
        raise BackupFault(_("%(name)s finns redan. Välj ett annat namn.") % {"name": target})
    half = target.with_name(f".{target.name}.{os.getpid()}.half")
    with staging(_PREFIX) as room, package.create(half) as file:
        try:
            made = _write(file, room, checked_key(key), at)
            read_through(half, key)
            half.rename(target)
        finally:
            half.unlink(missing_ok=True)
    _flush_folder(target.parent)
    note.write(at)
    return made


def read_through(source: Path, key: str) -> dict[str, Any]:
    """The manifest of a back-up whose every part is as it was written. Raises BackupFault."""
    with opened(source, key) as stream:
        return package.read(stream, None, lambda about: None)


@contextmanager
def opened(source: Path, key: str) -> Iterator[Any]:
    """The back-up as a plain stream. Raises BackupFault when it needs a key, or another one."""
    with source.open("rb") as file:
        encrypted = file.read(len(MAGIC)) == MAGIC
        file.seek(0)
        if encrypted and not key:
            raise BackupFault(_("Kopian är krypterad. Ange nyckeln i HJULET_BACKUP_KEY eller med --key-file."))
        yield Decrypted(file, key) if encrypted else file


@contextmanager
def staging(prefix: str) -> Iterator[Path]:
    """A folder of our own in the data folder, gone afterwards; what a killed run left behind goes first."""
    root = Path(settings.DATA_DIR)
    for left in root.glob(f"{prefix}*"):
        if not _alive(left):
            shutil.rmtree(left)
    room = Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=root))
    try:
        yield room
    finally:
        shutil.rmtree(room)


def _alive(room: Path) -> bool:
    number = room.name.split("-")[1]
    return Path(f"/proc/{number}").exists() if number.isdigit() else False


def _write(file: BinaryIO, room: Path, key: str, at: datetime) -> Made:
    (room / "files").mkdir(mode=0o700)
    with nothing_is_removed(), engine().snapshot() as cursor:
        about, stored = _about(cursor, at), _stored(cursor)
        missing = [pk for pk, name, _sha in stored if not _hold(name, room)]
        last_seal = _last_seal(cursor)
        told = {**engine().dump(cursor, room), "last_seal": last_seal, "missing_files": missing}
    stream: Any = Encrypted(file, key) if key else file
    writer = package.Writer(stream, about)
    changed = _put(writer, room, stored)
    writer.add_bytes(package.ANCHOR, _anchor(last_seal))
    writer.finish(told)
    if key:
        stream.finish()
    file.flush()
    os.fsync(file.fileno())
    rows = sum(table["rows"] for table in told["tables"].values())
    return Made(rows, len(stored) - len(missing), file.tell(), last_seal, _remarks(missing, changed))


def _about(cursor: Any, at: datetime) -> dict[str, Any]:
    applied = cursor.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return {
        "format": package.FORMAT,
        "engine": connection.vendor,
        "version": __version__,
        "made_at": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "migrations": [list(row) for row in applied],
    }


def _stored(cursor: Any) -> list[tuple[int, str, str]]:
    """Id, key and checksum. In SQL, so that an older database can be copied before it is upgraded."""
    found: list[tuple[int, str, str]] = cursor.execute(
        "SELECT id, key, sha256 FROM files_storedfile ORDER BY id"
    ).fetchall()
    return found


def _last_seal(cursor: Any) -> dict[str, Any] | None:
    row = cursor.execute("SELECT id, last_id, digest FROM audit_seal ORDER BY id DESC LIMIT 1").fetchone()
    return {"id": row[0], "last_event": row[1], "digest": row[2]} if row else None


def _hold(name: str, room: Path) -> bool:
    """A second name for the content, that stays when the first is removed. False when there is no content."""
    source, held = path_of(name), room / package.file_member(name)
    try:
        os.link(source, held)
    except FileNotFoundError:
        return False
    except OSError as problem:
        if problem.errno not in _NO_LINKS:
            raise
        shutil.copyfile(source, held)
    return True


def _put(writer: package.Writer, room: Path, stored: list[tuple[int, str, str]]) -> list[int]:
    """Adds database and content. Returns the files whose content is not what was once stored."""
    for path in [room / package.SQLITE, *sorted((room / "tables").glob("*.gz"))]:
        if path.exists():
            writer.add_path(str(path.relative_to(room)), path)
            path.unlink()
    changed = []
    for pk, name, checksum in stored:
        held = room / package.file_member(name)
        if held.exists() and writer.add_path(package.file_member(name), held) != checksum:
            changed.append(pk)
    return changed


def _anchor(last_seal: dict[str, Any] | None) -> bytes:
    """The lines on the seals in the snapshot; the file may have come further meanwhile."""
    newest = last_seal["id"] if last_seal else 0
    try:
        lines = anchor.anchor_path().read_text().splitlines(keepends=True)
    except FileNotFoundError:
        return b""
    return "".join(line for line in lines if not _later(line, newest)).encode()


def _later(line: str, newest: int) -> bool:
    number = line.partition(" ")[0]
    return number.isdigit() and int(number) > newest


def _remarks(missing: list[int], changed: list[int]) -> list[str]:
    told = []
    if missing:
        text = ngettext(
            "%(count)s fil saknades redan på disken", "%(count)s filer saknades redan på disken", len(missing)
        )
        told.append(_named(text, missing))
    if changed:
        text = ngettext(
            "%(count)s fil var redan ändrad på disken", "%(count)s filer var redan ändrade på disken", len(changed)
        )
        told.append(_named(text, changed))
    return told


def _named(text: str, ids: list[int]) -> str:
    """“2 filer saknades redan på disken (12, 40).” At most ten are named, by the key of their row."""
    return f"{text % {'count': len(ids)}} ({', '.join(map(str, ids[:10]))})."


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
