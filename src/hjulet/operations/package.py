"""A back-up as one file: an ordinary tar whose last members tell the checksum of every other.

Without a key it can be unpacked with `tar` and checked with `sha256sum`, should Hjulet itself be gone.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, BinaryIO

from django.utils.translation import gettext as _

from hjulet.operations.faults import BackupFault, DamagedCopy

ABOUT, MANIFEST, CHECKSUM = "hjulet.json", "manifest.json", "manifest.sha256"
SQLITE, ANCHOR = "database.sqlite3.gz", "log-anchor.txt"
FORMAT = 1
BLOCK = 1024 * 1024
_ALLOWED = re.compile(r"database\.sqlite3\.gz|log-anchor\.txt|tables/[a-z0-9_]{1,63}\.copy\.gz|files/[0-9a-f]{32}")


def table_member(table: str) -> str:
    return f"tables/{table}.copy.gz"


def file_member(key: str) -> str:
    return f"files/{key}"


class _Hashed:
    """A file that is summed as it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self._digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._digest.update(block)
        return block

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


class Writer:
    """Writes `about` first, so that a reader may turn the file away early, then what is added, then the manifest."""

    def __init__(self, target: Any, about: dict[str, Any]) -> None:
        self._tar = tarfile.open(fileobj=target, mode="w|", format=tarfile.PAX_FORMAT)  # noqa: SIM115 - see finish
        self._about, self._members = about, list[dict[str, Any]]()
        self.add_bytes(ABOUT, _json(about))

    def add_bytes(self, name: str, content: bytes) -> str:
        return self._add(name, len(content), io.BytesIO(content))

    def add_path(self, name: str, path: Path) -> str:
        """Returns the checksum of what was written."""
        with path.open("rb") as file:
            return self._add(name, path.stat().st_size, file)

    def finish(self, told: dict[str, Any]) -> None:
        manifest = _json({**self._about, **told, "members": self._members})
        checksum = f"{hashlib.sha256(manifest).hexdigest()}  {MANIFEST}\n"
        self._add(MANIFEST, len(manifest), io.BytesIO(manifest))
        self._add(CHECKSUM, len(checksum), io.BytesIO(checksum.encode()))
        self._tar.close()

    def _add(self, name: str, size: int, file: IO[bytes]) -> str:
        info, summed = tarfile.TarInfo(name), _Hashed(file)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, summed)
        self._members.append({"name": name, "size": size, "sha256": summed.hexdigest()})
        return summed.hexdigest()


def read(source: Any, into: Path | None, accept: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    """Reads a back-up to its end, unpacks it below `into` when given, and returns the manifest.

    `accept` gets what the file says about itself before anything else is read; what it raises comes through. Raises
    DamagedCopy when anything is missing, more or other than the manifest says.
    """
    reader = _Reader(into, accept)
    try:
        with tarfile.open(fileobj=source, mode="r|") as tar:
            for info in tar:
                reader.take(tar, info)
        while source.read(BLOCK):  # to the end: the last piece says that nothing is cut off
            pass
    except (tarfile.TarError, ValueError, KeyError, EOFError) as problem:
        raise DamagedCopy(_("Filen är avkortad eller skadad, eller är ingen säkerhetskopia av Hjulet.")) from problem
    return reader.manifest()


class _Reader:
    def __init__(self, into: Path | None, accept: Callable[[dict[str, Any]], None]) -> None:
        self._into, self._accept = into, accept
        self._seen, self._small = list[dict[str, Any]](), dict[str, bytes]()

    def take(self, tar: tarfile.TarFile, info: tarfile.TarInfo) -> None:
        first = not self._seen
        file = tar.extractfile(info) if info.isreg() else None
        if file is None or first != (info.name == ABOUT):
            raise ValueError(info.name)
        summed = _Hashed(file)
        if info.name in (ABOUT, MANIFEST, CHECKSUM):
            self._small[info.name] = summed.read()
        elif _ALLOWED.fullmatch(info.name):
            self._unpack(info.name, summed)
        else:
            raise ValueError(info.name)
        self._seen.append({"name": info.name, "size": info.size, "sha256": summed.hexdigest()})
        if first:
            self._accept(checked_about(json.loads(self._small[ABOUT])))

    def _unpack(self, name: str, source: _Hashed) -> None:
        if self._into is None:
            while source.read(BLOCK):
                pass
            return
        path = self._into / name
        path.parent.mkdir(mode=0o700, exist_ok=True)
        with create(path) as target:
            while block := source.read(BLOCK):
                target.write(block)

    def manifest(self) -> dict[str, Any]:
        raw, checksum = self._small.get(MANIFEST, b""), self._small.get(CHECKSUM, b"").split()
        if not checksum or hashlib.sha256(raw).hexdigest().encode() != checksum[0]:
            raise DamagedCopy(_("Filen är avkortad eller skadad. Ta en annan säkerhetskopia."))
        found: dict[str, Any] = json.loads(raw)
        for listed, seen in zip(found["members"], self._seen, strict=False):
            if listed != seen:
                raise DamagedCopy(_("Filen är skadad: %(name)s är inte som den skrevs.") % {"name": listed["name"]})
        if len(found["members"]) != len(self._seen) - 2:
            raise DamagedCopy(_("Filen är skadad: delar saknas eller är tillagda."))
        return found


def checked_about(about: dict[str, Any]) -> dict[str, Any]:
    if about["format"] != FORMAT:
        raise BackupFault(_("Kopian är gjord av en nyare version av Hjulet. Uppgradera Hjulet först."))
    return about


def create(path: Path) -> BinaryIO:
    """A new file that only its owner may read."""
    return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()
