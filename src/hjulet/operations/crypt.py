"""Encrypts a stream of any length in pieces, each authenticated, so that nothing has to fit in memory.

The file: `MAGIC`, 16 bytes of salt, the HMAC-SHA256 of those (its own key; tells a wrong key from damage), then
pieces of 64 KiB under AES-256-GCM. A piece's nonce is its number (11 bytes) and whether it is the last (1 byte), the
STREAM construction (Hoang, Reyhanitabar, Rogaway, Vizár 2015): pieces can be neither moved, left out nor cut off. Both
keys come from the passphrase and the salt by scrypt, so that no two files share a key.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import os
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from django.utils.translation import gettext as _

from hjulet.operations.faults import BackupFault, DamagedCopy

MAGIC = b"hjulet-backup-aes256gcm-1\n"
SALT, MARK, PIECE, TAG = 16, 32, 64 * 1024, 16
HEAD = len(MAGIC) + SALT + MARK


def _keys(passphrase: str, salt: bytes) -> tuple[AESGCM, bytes]:
    made = Scrypt(salt=salt, length=64, n=2**15, r=8, p=1).derive(passphrase.encode())
    return AESGCM(made[:32]), made[32:]


def _mark(key: bytes, head: bytes) -> bytes:
    return hmac.new(key, head, hashlib.sha256).digest()


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


class Encrypted(io.RawIOBase):
    """Writes to `target`. The file is whole only after `finish()`; without it no reader accepts it."""

    def __init__(self, target: BinaryIO, passphrase: str) -> None:
        super().__init__()
        salt = os.urandom(SALT)
        self._target, self._number, self._held = target, 0, bytearray()
        self._cipher, key = _keys(passphrase, salt)
        target.write(MAGIC + salt + _mark(key, MAGIC + salt))

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        block = memoryview(data)  # type: ignore[arg-type]
        self._held += block
        while len(self._held) > PIECE:  # the last piece is kept back, since it is marked as the last
            self._put(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return block.nbytes

    def finish(self) -> None:
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, piece: bytes, *, last: bool) -> None:
        self._target.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class Decrypted(io.RawIOBase):
    """Reads what Encrypted wrote. Raises BackupFault for the wrong key and DamagedCopy for anything else."""

    def __init__(self, source: BinaryIO, passphrase: str) -> None:
        super().__init__()
        head = source.read(HEAD)
        if len(head) < HEAD or not head.startswith(MAGIC):
            raise DamagedCopy(_("Filen är avkortad eller skadad i början."))
        bare, mark = head[:-MARK], head[-MARK:]
        self._cipher, key = _keys(passphrase, bare[len(MAGIC) :])
        if not hmac.compare_digest(_mark(key, bare), mark):
            raise BackupFault(_("Nyckeln är inte den som kopian gjordes med, eller så är filens början skadad."))
        self._source, self._number, self._left = source, 0, b""
        self._next = source.read(PIECE + TAG)
        if not self._next:  # even nothing at all is one piece
            raise DamagedCopy(_("Filen är avkortad eller skadad i början."))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        if not self._left and self._next:
            self._left = self._piece()
        count = min(len(view), len(self._left))
        view[:count] = self._left[:count]
        self._left = self._left[count:]
        return count

    def _piece(self) -> bytes:
        piece, self._next = self._next, self._source.read(PIECE + TAG)
        try:
            plain = self._cipher.decrypt(_nonce(self._number, last=not self._next), piece, None)
        except InvalidTag as problem:
            raise DamagedCopy(_("Filen är avkortad eller skadad. Ta en annan säkerhetskopia.")) from problem
        self._number += 1
        return plain
