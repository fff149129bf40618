"""Decides by content what a file is: pictures are drawn anew, PDF with programs in it is refused."""

from __future__ import annotations

import io
import re
import struct
import zlib
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

MAX_PIXELS = 64_000_000
MAX_SIDE = 3000
MAX_UNPACKED = 20 * 1024 * 1024
JPEG_QUALITY = 88
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    KeyError,
    TypeError,
    OverflowError,
    MemoryError,
    struct.error,
    zlib.error,
    UnidentifiedImageError,
)
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_HEIC = re.compile(rb"^.{4}ftyp(heic|heix|hevc|heif|mif1|msf1|avif)", re.DOTALL)
_DELIMITER = rb"(?=[\s/<>\[\]()%{}]|$)"
_PROGRAM = re.compile(rb"/(?:JavaScript|Launch|RichMedia|XFA)" + _DELIMITER)
_EMBEDDED = re.compile(rb"/EmbeddedFiles?" + _DELIMITER)
_LOCKED = re.compile(rb"/Encrypt" + _DELIMITER)
_PACKED = re.compile(rb"/(?:ObjStm|First)" + _DELIMITER)
_STREAM = re.compile(rb"(?<!end)stream\r?\n")


class FileRefused(Exception):
    """A file that is not taken in. The message is a sentence that says what to do instead."""


@dataclass(frozen=True)
class Clean:
    content: bytes
    content_type: str
    extension: str


def clean(content: bytes) -> Clean:
    """The harmless version of an uploaded file. Raises FileRefused."""
    if not content:
        raise FileRefused(_("Filen är tom. Välj en annan fil."))
    if content.startswith(b"%PDF-"):
        return _clean_pdf(content)
    kind = _picture_kind(content)
    if kind:
        return _clean_picture(content, kind)
    if _HEIC.match(content):
        raise FileRefused(_("Bilden är i ett format som bara vissa mobiler kan visa. Ta en skärmbild och välj den."))
    raise FileRefused(_("Filen är varken en bild eller en PDF. Välj en JPEG, PNG, WebP, GIF eller PDF."))


def _picture_kind(content: bytes) -> str:
    if content.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    return "WEBP" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""


def _clean_picture(content: bytes, kind: str) -> Clean:
    """The picture upright, at most 3 000 pixels a side, without place, camera, comments or else beside it."""
    try:
        picture = _upright(content, kind)
    except _BOMB as problem:
        raise FileRefused(_too_many_pixels()) from problem
    except _BROKEN as problem:
        raise FileRefused(
            _("Bilden går inte att läsa. Öppna den och spara den på nytt, eller ta en ny bild.")
        ) from problem
    file = io.BytesIO()
    if kind == "JPEG":
        picture.convert("RGB").save(file, "JPEG", quality=JPEG_QUALITY)
        return Clean(file.getvalue(), "image/jpeg", "jpg")
    if kind == "WEBP":
        picture.save(file, "WEBP", quality=JPEG_QUALITY)
        return Clean(file.getvalue(), "image/webp", "webp")
    picture.save(file, "PNG")
    return Clean(file.getvalue(), "image/png", "png")


def _upright(content: bytes, kind: str) -> Image.Image:
    with Image.open(io.BytesIO(content), formats=[kind]) as check:
        check.verify()
    with Image.open(io.BytesIO(content), formats=[kind]) as source:
        if source.width * source.height > MAX_PIXELS:
            raise FileRefused(_too_many_pixels())
        source.draft("RGB", (MAX_SIDE, MAX_SIDE))
        source.load()
        picture = ImageOps.exif_transpose(source)
        picture = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    picture.thumbnail((MAX_SIDE, MAX_SIDE))
    picture.info = {}
    return picture


def _too_many_pixels() -> str:
    return _("Bilden har för många bildpunkter. Välj en mindre bild, eller ta en skärmbild av den.")


def _clean_pdf(content: bytes) -> Clean:
    if b"%%EOF" not in content[-2048:]:
        raise FileRefused(_("PDF-filen är inte hel. Hämta eller spara den på nytt och försök igen."))
    _refuse_unwanted(_plain_names(content))
    for packed in _packed_objects(content):
        _refuse_unwanted(_plain_names(packed))
    return Clean(content, "application/pdf", "pdf")


def _plain_names(data: bytes) -> bytes:
    """PDF names may be written as #4a for J: undone, so that they cannot hide."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda found: bytes([int(found[1], 16)]), data)


def _refuse_unwanted(data: bytes) -> None:
    if _LOCKED.search(data):
        raise FileRefused(
            _("PDF-filen är låst med lösenord. Spara den utan lösenord, eller skriv ut den till en ny PDF.")
        )
    if _PROGRAM.search(data):
        raise FileRefused(
            _("PDF-filen innehåller program eller ett formulär. Skriv ut den till en ny PDF och välj den.")
        )
    if _EMBEDDED.search(data):
        raise FileRefused(
            _("PDF-filen har andra filer inbakade. Skriv ut den till en ny PDF och välj filerna en och en.")
        )


def _packed_objects(content: bytes) -> list[bytes]:
    """Objects may lie compressed in streams. A file whose streams cannot be unpacked is refused."""
    found: list[bytes] = []
    room = MAX_UNPACKED
    for mark in _STREAM.finditer(content):
        head = content[max(0, mark.start() - 2000) : mark.start()]
        head = _plain_names(head[max(0, head.rfind(b" obj")) :])
        if not _PACKED.search(head) or b"/Filter" not in head:
            continue
        unpacked = _inflate(content[mark.end() :], head, room)
        room -= len(unpacked)
        found.append(unpacked)
    return found


def _inflate(data: bytes, head: bytes, room: int) -> bytes:
    unsure = _("PDF-filen går inte att granska. Skriv ut den till en ny PDF och välj den.")
    if re.search(rb"/Predictor\s*(?:[2-9]|1\d)", head) or re.findall(rb"/\w+Decode" + _DELIMITER, head) != [
        b"/FlateDecode"
    ]:
        raise FileRefused(unsure)
    unpacker = zlib.decompressobj()
    try:
        unpacked = unpacker.decompress(data, max(1, room))
    except zlib.error as problem:
        raise FileRefused(unsure) from problem
    if unpacker.unconsumed_tail and not unpacker.eof:
        raise FileRefused(unsure)
    return unpacked
