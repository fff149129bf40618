"""Reads one Word or PDF file, in a process of its own that `files.reading` starts: it holds no secret of Hjulet's.

A line of JSON on stdin (`kind`, `memory`, `seconds`, `pages`), then the file. On stdout JSON with `html`, `pictures`
and `pages`, or `refused` with a code. Whatever else goes wrong is told on stderr, and the exit code is 1.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import zipfile
from collections.abc import Iterator
from html import escape
from typing import Any

MOST_PARTS = 5000
LARGEST_PART = 100 * 1024**2  # bytes, unpacked
LARGEST_WHOLE = 200 * 1024**2
SUSPECT = 20 * 1024**2  # bytes, unpacked: from here on the ratio counts
MOST_RATIO = 150
STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => p:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
u => u
"""
BULLET = re.compile(r"^\s*(?:[•·●▪◦–-]|\d{1,3}[.)]|[a-z]\))\s+")
LINE_SHARE = 0.7


class Refused(Exception):
    """A code that `files.reading` has words for."""


def limit(memory: int, seconds: int) -> None:
    """No more memory and time than was given; nothing is written, nothing started, no way out to the net."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))
    sys.addaudithook(_no_way_out)


def _no_way_out(event: str, _arguments: Any) -> None:
    if event.startswith(("socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "urllib.")):
        raise PermissionError(event)


# Word


def word(content: bytes) -> dict[str, Any]:
    """The text with its headings, lists and tables as HTML that is not yet cleaned."""
    import mammoth

    check_parts(content)
    pictures = 0

    def left_out(_image: Any) -> list[Any]:
        nonlocal pictures
        pictures += 1
        return []

    made = mammoth.convert_to_html(
        io.BytesIO(content), style_map=STYLES, include_embedded_style_map=False, convert_image=left_out
    )
    return {"html": made.value, "pictures": pictures, "pages": None}


def check_parts(content: bytes) -> None:
    """Every part is unpacked once, to the end, and looked at. Raises Refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            parts = package.infolist()
            _check_sizes(parts, len(content))
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    _check_xml(package.read(part))
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, RuntimeError) as problem:
        raise Refused("broken") from problem


def _check_sizes(parts: list[zipfile.ZipInfo], packed: int) -> None:
    whole = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or whole > LARGEST_WHOLE or any(part.file_size > LARGEST_PART for part in parts):
        raise Refused("too-big")
    if whole > SUSPECT and whole > MOST_RATIO * packed:
        raise Refused("too-big")


def _check_xml(part: bytes) -> None:
    """Word writes no declarations of types or entities; they are only there to do harm, in any encoding."""
    encoding = re.match(rb"\s*(?:\xef\xbb\xbf)?\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w-]+)", part)
    if encoding and encoding[1].lower() not in {b"utf-8", b"utf-16", b"us-ascii", b"iso-8859-1", b"windows-1252"}:
        raise Refused("broken")
    wide = part[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in part[:4]
    text = part.replace(b"\x00", b"") if wide else part
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise Refused("broken")


# PDF


def pdf(content: bytes, most_pages: int) -> dict[str, Any]:
    """The words of every page, as paragraphs as far as lines can tell."""
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.disable(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise Refused("locked")
        pages = reader.pages
        if len(pages) > most_pages:
            raise Refused("too-many-pages")
        html = "".join(f"<p>{one}</p>" for page in pages for one in paragraphs(page.extract_text()))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as problem:
        raise Refused("broken") from problem
    if not html:
        raise Refused("no-text")
    return {"html": html, "pictures": 0, "pages": len(pages)}


def paragraphs(page: str) -> Iterator[str]:
    """Lines put together again: a short line, a full stop or the mark of an item ends what came before."""
    lines = [line.strip() for line in page.split("\n")]
    full = max((len(line) for line in lines), default=0) * LINE_SHARE
    some: list[str] = []
    for line in lines:
        if some and (not line or BULLET.match(line) or len(some[-1]) < full or some[-1].endswith((":", "."))):
            yield escape(" ".join(some), quote=False)
            some = []
        if line:
            some.append(line)
    if some:
        yield escape(" ".join(some), quote=False)


def main() -> int:
    asked = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    limit(asked["memory"], asked["seconds"])
    try:
        answer = word(content) if asked["kind"] == "word" else pdf(content, asked["pages"])
    except Refused as problem:
        answer = {"refused": str(problem)}
    except MemoryError:
        answer = {"refused": "too-big"}
    except Exception as problem:  # noqa: BLE001 - whatever it is, the parent is told; the words may quote the file
        print(type(problem).__name__, file=sys.stderr)
        return 1
    sys.stdout.buffer.write(json.dumps(answer).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
