"""The papers of a lex Sarah or lex Maria case as one archive, for whoever sends them to IVO.

`anmalan.pdf`, the attachments as they are stored, and two lists of what is inside with SHA-256. Hjulet sends nothing:
a person does, through IVO's e-service or by post.
"""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.template.defaultfilters import filesizeformat
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases.actions.telling import event
from hjulet.cases.models import Case, CaseFile
from hjulet.cases.papers.content import File, Item, items_of, may_make, missing_in, notes_in_order, title_of
from hjulet.cases.steps import case_of
from hjulet.core import pdf
from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.core.events import log_read
from hjulet.core.exports import Export, Listing, Params, offer
from hjulet.core.spreadsheet import Value, csv_rows
from hjulet.core.swedish_time import time_short
from hjulet.files.actions import FileDamaged, safe_name
from hjulet.law.rules import laws_on
from hjulet.org.choices import Duty

TEMPLATES = Path(__file__).parent / "templates"
MARKS = (Duty.LEX, Duty.DECIDE_LEX, Duty.HANDLE, Duty.REPORT)  # an investigator has only what she handles
LARGE = 40 * 1024**2  # bytes of attachments; more than this takes longer than someone looks at an empty page
CHUNK = 256 * 1024
REPORT, ATTACHMENTS, CONTENTS, SUMS = "anmalan.pdf", "bilagor", "innehall.csv", "sha256.txt"
NAME = "handlingar-till-ivo"


@dataclass(frozen=True)
class Made:
    """What came of it: the archive's own SHA-256, its size in bytes, and the codes of what was missing."""

    sha256: str
    size: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """A file inside: its name there, what it is called in Hjulet, its type, size in bytes and SHA-256."""

    name: str
    title: str
    kind: str
    size: int
    sha256: str


def is_large(file: File) -> bool:
    return sum(row.file.size for row in file.attachments) > LARGE


def write(
    case: Case, file: IO[bytes], *, actor: Actor, at: datetime, step: Callable[[int], None] = lambda done: None
) -> Made:
    """Writes the archive to an open file, logs the reading and records that it was made.

    Raises FileDamaged when an attachment is not what was stored, PdfFailed when the report cannot be set. Nothing is
    recorded then.
    """
    ids, unit = [case.pk], case.unit_id
    log_read("export", actor=actor, at=at, about="case", ids=ids, purpose="dossier", unit_id=unit)
    papers = File.of(case)
    with translation.override("sv"):
        items = items_of(papers)
        _write(papers, items, file, at, step)
    missing = tuple(item.code for item in missing_in(items))
    made = Made(*_measured(file), missing)
    event("case.dossier", case, actor, at, {"sha256": made.sha256, "size": made.size, "missing": list(missing)})
    return made


def names_inside(attachments: Iterable[CaseFile]) -> list[str]:
    """What the attachments are called in the archive: numbered, so that no two are the same and none is a path."""
    return [f"{ATTACHMENTS}/{number:02}-{_clean(row)}" for number, row in enumerate(attachments, 1)]


def _clean(row: CaseFile) -> str:
    ending = safe_name(f"x.{row.file.name.rpartition('.')[2]}", "").rstrip(".")
    kind = row.file.content_type.rpartition("/")[2]
    extension = {"jpeg": "jpg"}.get(kind, kind if kind.isalnum() else ending or "bin")
    return safe_name(row.file.name, extension)


def _write(papers: File, items: list[Item], file: IO[bytes], at: datetime, step: Callable[[int], None]) -> None:
    inside = names_inside(papers.attachments)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        report = report_pdf(papers, items, at, inside)
        step(0)
        parts = [_add(archive, REPORT, title_of(papers.case), "application/pdf", report, at)]
        step(1)
        for number, (row, name) in enumerate(zip(papers.attachments, inside, strict=True), 2):
            parts.append(_add_stored(archive, row, name, at))
            step(number)
        heads = [_("Fil"), _("Namn i Hjulet"), _("Typ"), _("Byte"), "SHA-256"]
        rows: list[list[Value]] = [[part.name, part.title, part.kind, part.size, part.sha256] for part in parts]
        contents = b"".join(csv_rows(heads, rows))
        parts.append(_add(archive, CONTENTS, "", "text/csv", contents, at))
        sums = "".join(f"{part.sha256}  {part.name}\n" for part in parts)
        _add(archive, SUMS, "", "text/plain", sums.encode(), at)


def _entry(name: str, at: datetime, method: int) -> zipfile.ZipInfo:
    local = at.astimezone(STOCKHOLM)
    info = zipfile.ZipInfo(name, (local.year, local.month, local.day, local.hour, local.minute, local.second))
    info.compress_type, info.external_attr = method, 0o600 << 16
    return info


def _add(archive: zipfile.ZipFile, name: str, title: str, kind: str, content: bytes, at: datetime) -> Part:
    archive.writestr(_entry(name, at, zipfile.ZIP_DEFLATED), content)
    return Part(name, title, kind, len(content), hashlib.sha256(content).hexdigest())


def _add_stored(archive: zipfile.ZipFile, row: CaseFile, name: str, at: datetime) -> Part:
    """A file as it lies on disk, piece by piece. Pictures and PDF are packed already."""
    digest, size = hashlib.sha256(), 0
    info = _entry(name, at, zipfile.ZIP_STORED)
    info.file_size = row.file.size
    try:
        with row.file.path.open("rb") as source, archive.open(info, "w") as target:
            while piece := source.read(CHUNK):
                digest.update(piece)
                size += len(piece)
                target.write(piece)
    except OSError as problem:
        raise FileDamaged(_damaged(row)) from problem
    if digest.hexdigest() != row.file.sha256:
        raise FileDamaged(_damaged(row))
    return Part(name, row.file.name, row.file.content_type, size, digest.hexdigest())


def _damaged(row: CaseFile) -> str:
    words = _(
        "Bilagan %(name)s är inte längre den som lades in. Säg till den som sköter Hjulet, och försök sedan igen."
    )
    return words % {"name": row.file.name}


def _measured(file: IO[bytes]) -> tuple[str, int]:
    file.seek(0)
    digest, size = hashlib.sha256(), 0
    while piece := file.read(CHUNK):
        digest.update(piece)
        size += len(piece)
    return digest.hexdigest(), size


# The report -----------------------------------------------------------------------


def report_pdf(papers: File, items: list[Item], at: datetime, inside: list[str]) -> bytes:
    """Everything asked for in order, then every note of the inquiry, then the list of attachments. In Swedish."""
    data = {
        "lead": _lead(papers, items, at),
        "page": _("Sida"),
        "items": [_shown(item, papers.case) for item in items],
        "missing_word": _("Saknas"),
        "notes_heading": _("Utredningens anteckningar"),
        "no_notes": _("Utredningen har inga anteckningar."),
        "notes": [{"head": head, "text": text} for head, text in notes_in_order(papers)],
        "attachments_heading": _("Bilagor i arkivet"),
        "attachment_heads": [_("Fil"), _("Namn i Hjulet"), _("Storlek")],
        "attachments": [
            [name, row.file.name, filesizeformat(row.file.size)]
            for name, row in zip(inside, papers.attachments, strict=True)
        ],
        "boxed_words": BOXED,
    }
    return pdf.make(TEMPLATES / "dossier.typ", data, title=title_of(papers.case), at=at)


BOXED = gettext_lazy("Tecknet □ står för ett tecken som typsnittet saknar. Hela texten finns i Hjulet.")


def _lead(papers: File, items: list[Item], at: datetime) -> list[str]:
    case, missing = papers.case, missing_in(items)
    words = {"day": local_date(at).isoformat(), "time": time_short(at)}
    lines = [f"{case.principal.name}. {case.unit.name}.", _("Gjord i Hjulet %(day)s kl. %(time)s.") % words]
    if case.diary_number:
        lines.append(_("Diarienummer: %s") % case.diary_number)
    if missing:
        names = ", ".join(item.label[:1].lower() + item.label[1:] for item in missing)
        lines.append(_("Det här saknas när handlingarna görs: %s.") % names)
    return lines


def _shown(item: Item, case: Case) -> dict[str, Any]:
    law = laws_on((item.basis,), case.reported_on).get(item.basis)
    citation = law.citation if law else ""
    return {"label": item.label, "lines": list(item.lines), "missing": item.missing, "basis": citation}


# In the background ------------------------------------------------------------------


def _make(actor: Actor, params: Params, file: IO[bytes], at: datetime, step: Callable[[int], None]) -> None:
    """Raises Case.DoesNotExist when the case is out of sight by now."""
    case = case_of(actor, params.get("ref", ""))
    if not may_make(case, actor):
        raise Case.DoesNotExist
    write(case, file, actor=actor, at=at, step=step)


def _no_list(actor: Actor, params: Params, at: datetime) -> Listing:
    return Listing(columns=(), keys=(), read=lambda keys: ())


DOSSIER = offer(
    Export(
        "case-dossier", gettext_lazy("Handlingar till IVO"), NAME, "case", frozenset(MARKS), _no_list, ("zip",), _make
    )
)


def temporary() -> IO[bytes]:
    """A file without a name, gone when it is closed."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - whoever asked for it closes it
    return file
