"""Encryption in pieces, and the tar inside: what was changed, moved, cut or put in is always found."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pytest

from hjulet.operations import package
from hjulet.operations.crypt import HEAD, MAGIC, PIECE, TAG, Decrypted, Encrypted
from hjulet.operations.faults import BackupFault, DamagedCopy

KEY = "korrekt-hast-batteri-haftklammer"


def sealed(content: bytes, key: str = KEY) -> bytes:
    target = io.BytesIO()
    stream = Encrypted(target, key)
    for start in range(0, len(content), 50_000):
        stream.write(content[start : start + 50_000])
    stream.finish()
    return target.getvalue()


def opened(content: bytes, key: str = KEY) -> bytes:
    return Decrypted(io.BytesIO(content), key).read()


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 7])
def test_what_goes_in_comes_out(size: int) -> None:
    content = bytes(i % 251 for i in range(size))
    assert opened(sealed(content)) == content
    assert len(sealed(content)) == HEAD + size + TAG * max(1, -(-size // PIECE))


def test_two_copies_of_the_same_have_nothing_in_common() -> None:
    one, other = sealed(b"x" * 1000), sealed(b"x" * 1000)
    assert one[: len(MAGIC)] == other[: len(MAGIC)]
    assert one[len(MAGIC) : len(MAGIC) + 16] != other[len(MAGIC) : len(MAGIC) + 16]
    assert one[HEAD:] != other[HEAD:] and b"xxxx" not in one


def test_another_key_is_told_apart_from_damage() -> None:
    with pytest.raises(BackupFault, match="Nyckeln är inte den") as wrong:
        opened(sealed(b"x"), "korrekt-hast-batteri-haftklammel")
    assert not isinstance(wrong.value, DamagedCopy)


WHOLE = sealed(bytes(2 * PIECE + 100))
EDGES = [0, 5, HEAD - 1, HEAD, HEAD + 1, HEAD + PIECE + TAG, HEAD + 2 * (PIECE + TAG), len(WHOLE) - 1]


@pytest.mark.parametrize("length", EDGES)
def test_a_cut_is_found_also_between_pieces(length: int) -> None:
    with pytest.raises(DamagedCopy):
        opened(WHOLE[:length])


@pytest.mark.parametrize("place", [len(MAGIC), HEAD - 1, HEAD, HEAD + PIECE, HEAD + PIECE + TAG + 9, len(WHOLE) - 1])
def test_a_flipped_bit_is_found(place: int) -> None:
    content = bytearray(WHOLE)
    content[place] ^= 1
    with pytest.raises(BackupFault):
        opened(bytes(content))


def test_pieces_cannot_be_moved_left_out_or_added() -> None:
    size = PIECE + TAG
    head, first, second, last = WHOLE[:HEAD], *(WHOLE[HEAD + i * size : HEAD + (i + 1) * size] for i in range(3))
    for pieces in ([second, first, last], [first, last], [second, last], [first, second, last, b"x"], [last]):
        with pytest.raises(DamagedCopy):
            opened(head + b"".join(pieces))
    other = sealed(bytes(2 * PIECE + 100))
    with pytest.raises(DamagedCopy):
        opened(head + first + other[HEAD + size :])


# The tar ------------------------------------------------------------------------------------

ABOUT = {"format": 1, "engine": "sqlite", "version": "0", "made_at": "", "migrations": []}
NAME = package.file_member("0123456789abcdef" * 2)


def packed() -> bytes:
    target = io.BytesIO()
    writer = package.Writer(target, ABOUT)
    writer.add_bytes(NAME, b"innehall" * 100)
    writer.finish({"tables": {}})
    return target.getvalue()


def unpacked(content: bytes, into: Path) -> tuple[dict[str, Any], bytes]:
    into.mkdir()
    manifest = package.read(io.BytesIO(content), into, lambda about: None)
    return manifest, (into / NAME).read_bytes()


def test_every_flipped_byte_is_found_or_does_not_matter(tmp_path: Path) -> None:
    content = packed()
    right = unpacked(content, tmp_path / "right")
    found = 0
    for place in range(0, len(content), 7):
        changed = bytearray(content)
        changed[place] ^= 1
        try:
            assert unpacked(bytes(changed), tmp_path / str(place)) == right, place
        except BackupFault:
            found += 1
    assert found > 400  # the rest is padding


@pytest.mark.parametrize("share", [0.05, 0.2, 0.4])
def test_a_cut_tar(tmp_path: Path, share: float) -> None:
    with pytest.raises(DamagedCopy):
        unpacked(packed()[: int(len(packed()) * share)], tmp_path / "x")


@pytest.mark.parametrize("name", ["../outside", "/etc/passwd", "files/../../x", "files/short", "tables/A.copy.gz", "x"])
def test_a_name_that_is_not_ours_is_not_written(tmp_path: Path, name: str) -> None:
    target = io.BytesIO()
    writer = package.Writer(target, ABOUT)
    writer.add_bytes(name, b"x")
    writer.finish({})
    with pytest.raises(DamagedCopy):
        unpacked(target.getvalue(), tmp_path / "room")
    assert [path.name for path in tmp_path.rglob("*")] == ["room"]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w|") as tar:
        info = tarfile.TarInfo(package.ABOUT)
        info.type, info.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(info)
    with pytest.raises(DamagedCopy):
        unpacked(target.getvalue(), tmp_path / "room")


def test_without_a_key_ordinary_tools_can_read_it(tmp_path: Path) -> None:
    import subprocess

    (tmp_path / "copy.tar").write_bytes(packed())
    for command in (["tar", "-xf", "copy.tar"], ["sha256sum", "--check", "--status", package.CHECKSUM]):
        assert subprocess.run(command, cwd=tmp_path).returncode == 0
    assert (tmp_path / NAME).read_bytes() == b"innehall" * 100
