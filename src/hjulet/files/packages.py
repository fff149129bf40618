"""Decides by content whether a file is a Word document (Office Open XML, ECMA-376), and makes it fit to hand on.

Nothing but the list of parts and small parts are unpacked here; the text is read in a process of its own.
"""

from __future__ import annotations

import io
import re
import zipfile

from django.utils.translation import gettext as _

from hjulet.files.clean import Clean, FileRefused, clean

WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SMALL = 2 * 1024 * 1024
MOST_PARTS = 5000
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_MACROS = re.compile(r"macroEnabled|vbaProject|vbaData|activeX", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?:^|/)embeddings/[^/]+\.(?!xlsx$|docx$|pptx$)[^./]+$|(?:^|/)activeX/|vbaProject\.bin$", re.IGNORECASE
)
_RELATION = re.compile(r"<Relationship\b[^>]*>")
_EXTERNAL = re.compile(r"""TargetMode\s*=\s*["']External["']""")
_TYPE = re.compile(r"""\bType\s*=\s*["'][^"']*/([A-Za-z]+)["']""")
_TARGET = re.compile(r"""\bTarget\s*=\s*("[^"]*"|'[^']*')""")


def refuse_unless_word(content: bytes) -> None:
    """Raises FileRefused, with what to do, unless `content` is a Word document without programs."""
    with _opened(content) as package:
        _check(package)


def clean_document(content: bytes) -> Clean:
    """A Word document or a PDF, as a file to keep. Raises FileRefused."""
    return clean(content) if not content or content.startswith(b"%PDF-") else clean_word(content)


def clean_word(content: bytes) -> Clean:
    """The document as a file to keep: without a template from elsewhere. Raises FileRefused."""
    with _opened(content) as package:
        _check(package)
        changed = {name: new for name, old, new in _relations(package) if new != old}
        return Clean(_rewritten(package, changed) if changed else content, WORD_TYPE, "docx")


def _opened(content: bytes) -> zipfile.ZipFile:
    if content.startswith(_OLD):
        raise FileRefused(
            _("Filen är låst med lösenord eller i ett äldre format. Spara den som Word-dokument (.docx) utan lösenord.")
        )
    if not content.startswith(b"PK"):
        raise FileRefused(_("Filen är varken ett Word-dokument (.docx) eller en PDF. Välj en sådan fil."))
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as problem:
        raise FileRefused(_unreadable()) from problem


def _unreadable() -> str:
    return _("Word-filen går inte att läsa. Öppna den i Word, spara den på nytt och försök igen.")


def _check(package: zipfile.ZipFile) -> None:
    names = package.namelist()
    types = _small(package, "[Content_Types].xml") if "[Content_Types].xml" in names else ""
    if _MAIN not in types and "macroEnabled" not in types:
        raise FileRefused(_("Filen är varken ett Word-dokument (.docx) eller en PDF. Välj en sådan fil."))
    if _MACROS.search(types) or any(_INSIDE.search(name) for name in names):
        raise FileRefused(
            _("Word-filen innehåller program eller andra filer. Spara den som vanligt Word-dokument utan dem.")
        )
    if len(names) > MOST_PARTS or len(set(names)) < len(names):
        raise FileRefused(_unreadable())


def _small(package: zipfile.ZipFile, name: str) -> str:
    try:
        if package.getinfo(name).file_size > SMALL:
            raise FileRefused(_unreadable())
        return package.read(name).decode()
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as problem:
        raise FileRefused(_unreadable()) from problem


def _relations(package: zipfile.ZipFile) -> list[tuple[str, str, str]]:
    """Each part that tells what the document points at: name, text, and text without a template from elsewhere."""
    parts = [name for name in package.namelist() if name.lower().endswith(".rels")]
    texts = [(name, _small(package, name)) for name in parts]
    return [(name, text, _RELATION.sub(_disarmed, text)) for name, text in texts]


def _disarmed(found: re.Match[str]) -> str:
    tag = found[0]
    kind = _TYPE.search(tag)
    if not _EXTERNAL.search(tag) or kind and kind[1] == "hyperlink":
        return tag
    if kind and kind[1] == "attachedTemplate":
        # Word looks for it beside the document, does not find it, and takes its own.
        return _TARGET.sub('Target="Normal.dotm"', tag)
    raise FileRefused(_("Word-filen hämtar innehåll från en annan plats. Lägg in innehållet i filen och försök igen."))


def _rewritten(package: zipfile.ZipFile, changed: dict[str, str]) -> bytes:
    file = io.BytesIO()
    room = 200 * 1024 * 1024
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as copy:
            for part in package.infolist():
                room -= part.file_size
                if room < 0:
                    raise FileRefused(_unreadable())
                text = changed.get(part.filename)
                copy.writestr(part.filename, package.read(part) if text is None else text)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError, OSError) as problem:
        raise FileRefused(_unreadable()) from problem
    return file.getvalue()
