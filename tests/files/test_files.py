from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import random
import resource
import signal
import stat
import struct
import time
import zlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.db import transaction
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParser
from PIL import Image, ImageDraw
from tests.conftest import AT

from hjulet.core.actor import Actor
from hjulet.core.models import Event
from hjulet.files.actions import FileDamaged, FileRefused, StorageFull, remove, response, safe_name, store
from hjulet.files.clean import MAX_SIDE
from hjulet.files.jobs import look_after_files
from hjulet.files.models import StoredFile
from hjulet.files.uploads import Capped

MIB = 1024 * 1024


def _upload(content: bytes, name: str = "bild.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _picture(kind: str = "JPEG", size: tuple[int, int] = (80, 40), **options: Any) -> bytes:
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 4, size[1]), fill="red")
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def _photo_with_place() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Mobil"
    exif[0x0112] = 6  # to be turned a quarter clockwise
    exif.get_ifd(0x8825).update({1: "N", 2: (57.0, 25.0, 39.0), 3: "E", 4: (15.0, 4.0, 41.0)})
    return _picture("JPEG", exif=exif, comment=b"Karins rum", xmp=b"<x:xmpmeta>Karin</x:xmpmeta>")


def _pdf(extra: bytes = b"", tail: bytes = b"%%EOF\n") -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog "
        + extra
        + b" >>\nendobj\ntrailer << /Root 1 0 R >>\nstartxref\n9\n"
        + tail
    )


def _packed(inner: bytes, filters: bytes = b"/FlateDecode", head: bytes = b"/Type /ObjStm /N 1 /First 4") -> bytes:
    data = zlib.compress(inner)
    stream = b"2 0 obj\n<< %s /Filter %s /Length %d >>\nstream\n" % (head, filters, len(data))
    return _pdf().replace(b"trailer", stream + data + b"\nendstream\nendobj\ntrailer")


def _everything_in(folder: Path) -> list[Path]:
    return [path for path in (folder / "files").rglob("*") if path.is_file()]


def test_what_is_stored_lies_closed_and_whole_in_the_data_folder(folder: Path, uploader: Actor) -> None:
    file = store(_upload(_pdf(), "rutin.pdf"), actor=uploader, at=AT)
    assert (file.name, file.content_type, file.owner_id) == (
        "rutin.pdf",
        "application/pdf",
        uploader.principal_id,
    )
    assert file.path.read_bytes() == _pdf()
    assert file.sha256 == hashlib.sha256(_pdf()).hexdigest() and file.size == len(_pdf())
    assert _everything_in(folder) == [file.path]
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.path.parent.stat().st_mode) == stat.S_IMODE((folder / "files").stat().st_mode) == 0o700
    assert Event.objects.filter(verb="file.stored", object_id=file.pk).count() == 1


def test_place_camera_and_comments_are_gone_and_the_picture_is_upright(uploader: Actor) -> None:
    original = _photo_with_place()
    with Image.open(io.BytesIO(original)) as before:
        assert before.getexif().get_ifd(0x8825)
        assert before.size == (80, 40)
    content = store(_upload(original), actor=uploader, at=AT).path.read_bytes()
    with Image.open(io.BytesIO(content)) as after:
        assert after.size == (40, 80)
        assert not after.getexif() and not after.getexif().get_ifd(0x8825)
        top, bottom = after.convert("RGB").getpixel((20, 5)), after.convert("RGB").getpixel((20, 75))
        assert isinstance(top, tuple) and isinstance(bottom, tuple)
        assert top[1] < 80 < 200 < bottom[1]  # the red edge is at the top, white below
    for trace in (b"Exif", b"GPS", b"Mobil", b"Karin", b"xmp"):
        assert trace not in content


@pytest.mark.parametrize(("kind", "kept"), [("PNG", "png"), ("WEBP", "webp"), ("GIF", "png"), ("JPEG", "jpg")])
def test_pictures_are_drawn_anew(uploader: Actor, kind: str, kept: str) -> None:
    file = store(_upload(_picture(kind) + b"<script>alert(1)</script>", "Fönster i köket.xyz"), actor=uploader, at=AT)
    assert file.name == f"Fönster i köket.{kept}"
    content = file.path.read_bytes()
    assert b"<script>" not in content
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (80, 40)


def test_text_in_a_png_is_gone(uploader: Actor) -> None:
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Author", "Karin", zip=True)
    info.add_itxt("XML:com.adobe.xmp", "Karin")
    content = store(_upload(_picture("PNG", pnginfo=info)), actor=uploader, at=AT).path.read_bytes()
    assert b"tEXt" not in content and b"zTXt" not in content and b"iTXt" not in content


def test_a_moving_picture_becomes_its_first(uploader: Actor) -> None:
    frames = [Image.new("P", (10, 10), colour) for colour in (1, 2, 3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], comment=b"Karin")
    stored = store(_upload(file.getvalue(), "x.gif"), actor=uploader, at=AT)
    assert stored.content_type == "image/png" and b"Karin" not in stored.path.read_bytes()


def test_a_large_picture_is_made_smaller(uploader: Actor) -> None:
    file = store(_upload(_picture(size=(6000, 3000))), actor=uploader, at=AT)
    with Image.open(file.path) as picture:
        assert picture.size == (MAX_SIDE, MAX_SIDE // 2)


def test_transparency_stays(uploader: Actor) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(file, "PNG")
    with Image.open(store(_upload(file.getvalue()), actor=uploader, at=AT).path) as picture:
        assert picture.mode == "RGBA"


ELF = b"\x7fELF\x02\x01\x01" + bytes(200)
HEIC = b"\x00\x00\x00\x18ftypheic" + bytes(100)


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (ELF, "bild.jpg", "varken en bild eller en PDF"),
        (b"MZ\x90\x00" + bytes(200), "faktura.pdf", "varken en bild eller en PDF"),
        (b"<!doctype html><script>alert(1)</script>", "bild.png", "varken en bild eller en PDF"),
        (
            b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>',
            "bild.png",
            "varken en bild eller en PDF",
        ),
        (b"PK\x03\x04" + bytes(200), "bild.webp", "varken en bild eller en PDF"),
        (HEIC, "IMG_0001.HEIC", "skärmbild"),
        (b"", "tom.pdf", "tom"),
        (b"\xff\xd8\xff" + ELF, "bild.jpg", "går inte att läsa"),
        (_picture()[:-200], "halv.jpg", "går inte att läsa"),
        (_picture("PNG")[:-30], "halv.png", "går inte att läsa"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(8), "x.webp", "går inte att läsa"),
        (b"GIF89a" + bytes(20), "x.gif", "går inte att läsa"),
        (_pdf(tail=b""), "halv.pdf", "inte hel"),
        (_pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "x.pdf", "program"),
        (_pdf(b"/OpenAction << /S /J#61vaScript /JS (x) >>"), "x.pdf", "program"),
        (_pdf(b"/AA << /O << /S /Launch /F (cmd.exe) >> >>"), "x.pdf", "program"),
        (_pdf(b"/Names << /EmbeddedFiles 3 0 R >>"), "x.pdf", "andra filer"),
        (_pdf(b"/EF << /F 4 0 R >> /Type /EmbeddedFile"), "x.pdf", "andra filer"),
        (_pdf(b"/Encrypt 5 0 R"), "x.pdf", "lösenord"),
        (_packed(b"3 0 << /S /JavaScript /JS (x) >>"), "x.pdf", "program"),
        (_packed(b"3 0 << /S /JavaScript /JS (x) >>", head=b"/N 1 /First 4"), "x.pdf", "program"),
        (_packed(b"3 0 << /Launch 1 >>", filters=b"[/ASCIIHexDecode /FlateDecode]"), "x.pdf", "granska"),
        (_packed(b"3 0 << /Launch 1 >>", filters=b"/LZWDecode"), "x.pdf", "granska"),
        (_packed(bytes(60 * MIB)), "x.pdf", "granska"),
    ],
)
def test_what_is_refused_and_why(folder: Path, uploader: Actor, content: bytes, name: str, says: str) -> None:
    with pytest.raises(FileRefused) as refusal:
        store(_upload(content, name), actor=uploader, at=AT)
    assert says in str(refusal.value)
    assert not StoredFile.objects.exists() and not (folder / "files").exists()


def test_an_ordinary_packed_pdf_is_taken(uploader: Actor) -> None:
    assert store(_upload(_packed(b"3 0 << /Type /Page >>"), "x.pdf"), actor=uploader, at=AT).pk


def _png_bomb(side: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(10 * MIB), 9))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [9_000, 11_000, 50_000])
def test_a_picture_that_unfolds_to_gigabytes_is_stopped_at_its_head(uploader: Actor, side: int) -> None:
    start = time.monotonic()
    with pytest.raises(FileRefused, match="för många bildpunkter"):
        store(_upload(_png_bomb(side)), actor=uploader, at=AT)
    assert time.monotonic() - start < 2


@pytest.mark.filterwarnings("ignore::UserWarning")
def test_random_damage_never_gets_past_as_an_error(uploader: Actor) -> None:
    """Whatever a broken file does inside the decoder, it ends as stored or refused."""
    dice = random.Random(1905)
    for content in [
        _picture("PNG"),
        _picture("JPEG"),
        _picture("WEBP"),
        _picture("GIF"),
        _photo_with_place(),
    ] * 30:
        broken = bytearray(content)
        for _ in range(dice.randint(1, 8)):
            broken[dice.randrange(12, len(broken))] = dice.randrange(256)
        with contextlib.suppress(FileRefused):
            store(_upload(bytes(broken)), actor=uploader, at=AT)


class _Stream(UploadedFile):
    """Generates its content; counts what was asked for."""

    def __init__(self, megabytes: int, tells_size: bool) -> None:
        super().__init__(None, "film.pdf", size=megabytes * MIB if tells_size else None)
        self.megabytes, self.given = megabytes, 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        for number in range(self.megabytes):
            self.given += 1
            yield (b"%PDF-" if number == 0 else b"").ljust(MIB, b" ")


@pytest.mark.parametrize(("tells_size", "read"), [(True, 0), (False, 16)])
def test_two_hundred_megabytes_are_stopped(folder: Path, uploader: Actor, tells_size: bool, read: int) -> None:
    stream = _Stream(200, tells_size)
    with pytest.raises(FileRefused, match="högst 15 MB"):
        store(stream, actor=uploader, at=AT)
    assert stream.given == read
    assert not (folder / "files").exists()


def test_an_upload_over_the_limit_is_not_spooled_to_disk(uploader: Actor) -> None:
    class Endless(io.RawIOBase):
        head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="film.pdf"\r\n\r\n%PDF-'
        tail = b"\r\n--x--\r\n"
        left = 60 * MIB

        def read(self, size: int = -1) -> bytes:
            if self.head:
                part, self.head = self.head, b""
                return part
            size = min(self.left, size if size > 0 else 64 * 1024)
            self.left -= size
            if not size:
                part, self.tail = self.tail, b""
                return part
            return b" " * size

    request = HttpRequest()
    meta = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(60 * MIB)}
    handlers: list[Any] = [Capped(request), TemporaryFileUploadHandler(request)]
    _, files = MultiPartParser(meta, Endless(), handlers).parse()
    upload = files["file"]
    assert upload.size < 16 * MIB
    with pytest.raises(FileRefused, match="högst 15 MB"):
        store(upload, actor=uploader, at=AT)
    upload.close()


@pytest.fixture
def small_disk() -> Iterator[None]:
    """The operating system lets no file of this process grow beyond 64 kB."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_no_room_on_disk_leaves_nothing_half_written(folder: Path, uploader: Actor, small_disk: None) -> None:
    with pytest.raises(StorageFull, match="ingen plats kvar"):
        store(_upload(_pdf(b" " * 200_000), "stor.pdf"), actor=uploader, at=AT)
    assert not StoredFile.objects.exists() and _everything_in(folder) == []
    assert store(_upload(_pdf(), "liten.pdf"), actor=uploader, at=AT).path.exists()


def test_a_full_disk_says_so_too(folder: Path, uploader: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageFull):
        store(_upload(_pdf(), "x.pdf"), actor=uploader, at=AT)
    assert _everything_in(folder) == []


def test_a_row_that_cannot_be_written_leaves_no_content(folder: Path, uploader: Actor) -> None:
    nobody = Actor(person_id=10**12, name="", title="", principal_id=10**12)
    with pytest.raises(Exception), transaction.atomic():  # noqa: B017 - which error depends on the database
        store(_upload(_pdf(), "x.pdf"), actor=nobody, at=AT)
        transaction.get_connection().check_constraints()
    assert not StoredFile.objects.exists()


def test_who_reports_without_a_name_leaves_none_on_the_file(uploader: Actor) -> None:
    file = store(_upload(_pdf(), "x.pdf"), actor=None, principal_id=uploader.principal_id, at=AT)
    assert file.uploaded_by_id is None
    assert Event.objects.get(verb="file.stored", object_id=file.pk).actor_id is None
    with pytest.raises(ValueError):
        store(_upload(_pdf(), "x.pdf"), actor=None, at=AT)


def test_the_download_runs_nowhere_and_keeps_its_name(uploader: Actor) -> None:
    file = store(_upload(_pdf(), 'Rutin för "Åsa"\r\nX-Evil: 1.pdf'), actor=uploader, at=AT)
    answer = response(file)
    assert answer.content == _pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=utf-8''Rutin%20f%C3%B6r%20")
    assert "\n" not in answer.headers["Content-Disposition"] and "X-Evil" not in answer.headers
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Content-Type"] == "application/pdf"


def test_changed_or_lost_content_is_never_given_out(uploader: Actor) -> None:
    file = store(_upload(_pdf(), "x.pdf"), actor=uploader, at=AT)
    file.path.write_bytes(_pdf() + b" ")
    with pytest.raises(FileDamaged, match="inte längre den som lades in"):
        response(file)
    file.path.unlink()
    with pytest.raises(FileDamaged, match="går inte att läsa"):
        response(file)


def test_removing_takes_the_content_when_the_transaction_is_through(
    uploader: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    file = store(_upload(_pdf(), "x.pdf"), actor=uploader, at=AT)
    path = file.path
    with django_capture_on_commit_callbacks(execute=True):
        remove(file, actor=uploader, at=AT)
        assert path.exists()
    assert not path.exists() and not StoredFile.objects.exists()
    assert Event.objects.filter(verb="file.removed").count() == 1


def test_half_files_go_and_strays_are_told_about(
    folder: Path, uploader: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    kept = store(_upload(_pdf(), "x.pdf"), actor=uploader, at=AT).path
    half, stray, young = (kept.parent / name for name in ("0" * 32 + ".half", "1" * 32, "2" * 32))
    for path in (half, stray, young, kept):
        path.touch()
        old = (AT - timedelta(days=2)).timestamp()
        os.utime(path, (old, old))
    os.utime(young, (AT.timestamp(), AT.timestamp()))
    assert look_after_files(AT) == [stray]
    assert not half.exists() and stray.exists() and young.exists() and kept.exists()
    assert "1 stored files belong to no row" in caplog.text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Åsa\\bild.PDF", "bild.pdf"),
        ("a\u202egpj.exe", "agpj.pdf"),
        ("", "fil.pdf"),
        ("...", "fil.pdf"),
        ("x" * 400 + ".pdf", "x" * 120 + ".pdf"),
        ("två  ord\t.pdf", "två ord.pdf"),
    ],
)
def test_names_are_made_safe(name: str, safe: str) -> None:
    assert safe_name(name, "pdf") == safe
