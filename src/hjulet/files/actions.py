"""Taking files in, giving them out and taking them away. Content is on disk before the row is."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.files.clean import Clean, FileRefused, clean
from hjulet.files.keeping import take_away
from hjulet.files.models import FOLDER, StoredFile, path_of
from hjulet.files.packages import clean_document

__all__ = ["FileDamaged", "FileRefused", "StorageFull", "remove", "response", "store"]
log = logging.getLogger(__name__)
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_POLICY = "sandbox; default-src 'none'"


class StorageFull(FileRefused):
    """There is no room on disk. Nothing was kept."""


class FileDamaged(Exception):
    """The content on disk is missing or is not what was stored."""


def store(
    upload: Any, *, actor: Actor | None, at: datetime, principal_id: int | None = None, documents: bool = False
) -> StoredFile:
    """Keeps an uploaded file (Django's UploadedFile): JPEG, PNG, WebP, GIF as a still picture, or PDF.

    With `documents`, which the room that asks for them says, instead a Word document or a PDF.
    Without an actor (someone who reports without a name) the principal must be given. Raises FileRefused, or
    StorageFull which is one; both carry a sentence to show. Nothing is left behind when it raises.
    """
    owner = actor.principal_id if actor else principal_id
    if owner is None:
        raise ValueError("a file without an actor needs a principal")
    harmless = (clean_document if documents else clean)(_read(upload))
    key = secrets.token_hex(16)
    path = path_of(key)
    _write(path, harmless.content)
    try:
        with transaction.atomic():
            return _add(upload, harmless, key, owner, actor, at)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _add(upload: Any, harmless: Clean, key: str, owner: int, actor: Actor | None, at: datetime) -> StoredFile:
    file = StoredFile.objects.create(
        key=key,
        sha256=hashlib.sha256(harmless.content).hexdigest(),
        name=safe_name(str(upload.name or ""), harmless.extension),
        content_type=harmless.content_type,
        size=len(harmless.content),
        created_at=at,
        owner_id=owner,
        uploaded_by_id=actor.person_id if actor else None,
    )
    values = {"sha256": file.sha256, "content_type": file.content_type, "size": file.size}
    record("file.stored", actor=actor, at=at, about=("file", file.pk), principal_id=owner, values=values)
    return file


def remove(file: StoredFile, *, actor: Actor | None, at: datetime) -> None:
    """Takes a file away for good: the row now, the content when the transaction has gone through."""
    path, about = file.path, ("file", file.pk)
    with transaction.atomic():
        record("file.removed", actor=actor, at=at, about=about, principal_id=file.owner_id)
        # file.delete() would look for rows in case data that hang on it; the database itself refuses those.
        StoredFile.objects.filter(pk=file.pk)._raw_delete(using="default")
        transaction.on_commit(lambda: take_away(path))


def response(file: StoredFile) -> HttpResponse:
    """A download that no browser runs or guesses about. The caller has checked access. Raises FileDamaged."""
    try:
        content = file.path.read_bytes()
    except OSError as problem:
        log.error("file %s cannot be read: %s", file.pk, problem)
        raise FileDamaged(_("Filen går inte att läsa just nu. Säg till den som sköter Hjulet.")) from problem
    if hashlib.sha256(content).hexdigest() != file.sha256:
        log.error("file %s is not what was stored", file.pk)
        raise FileDamaged(_("Filen är inte längre den som lades in. Säg till den som sköter Hjulet."))
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name) or "attachment",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=file.content_type, headers=headers)


def safe_name(name: str, extension: str) -> str:
    """The name without folders, control and direction marks, with the ending that the content has."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(c for c in base if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*;%')
    stem = re.sub(r"\s+", " ", kept.rpartition(".")[0] or kept).strip(" .")
    return f"{stem[:120] or 'fil'}.{extension}"


def _read(upload: Any) -> bytes:
    most: int = settings.UPLOAD_MAX_BYTES
    if (upload.size or 0) > most:
        raise FileRefused(_too_big(most))
    content = bytearray()
    for chunk in upload.chunks():
        content += chunk
        if len(content) > most:
            raise FileRefused(_too_big(most))
    return bytes(content)


def _too_big(most: int) -> str:
    megabytes = most // (1024 * 1024)
    text = _("Filen är för stor. Den får vara högst %(megabytes)s MB. Välj en mindre fil, eller dela upp den.")
    return text % {"megabytes": megabytes}


def _write(path: Path, content: bytes) -> None:
    """Beside its place, flushed, then moved there: a file is whole or not there."""
    half = path.with_suffix(".half")
    try:
        _make_folder(path.parent)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
        _flush_folder(path.parent)
    except OSError as problem:
        half.unlink(missing_ok=True)
        if problem.errno not in _FULL:
            raise
        log.error("no room for files: %s", problem)
        raise StorageFull(
            _("Det finns ingen plats kvar för filer. Skicka texten utan fil, och säg till er förvaltare.")
        ) from problem


def _make_folder(folder: Path) -> None:
    root = Path(settings.DATA_DIR) / FOLDER
    for place in (root, folder):
        if not place.exists():
            place.mkdir(mode=0o700, exist_ok=True)
            _flush_folder(place.parent)


def _flush_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
