"""Files from other systems: headings as people write them, workbooks as people make them, and each row's own fault."""

from __future__ import annotations

import re
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Generic, TypeVar

from django.utils.translation import gettext as _

from hjulet.core.clocks import STOCKHOLM
from hjulet.core.personal_number import has_personal_number
from hjulet.core.tables import RowProblem, read_rows
from hjulet.core.workbooks import ENDINGS

MOST_ROWS = 200_000
PLAIN = {".csv", ".txt", ".tsv"}
Headings = Mapping[str, tuple[str, ...]]
MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
UNREADABLE = re.compile("[\x00\ufffd\ud800-\udfff]")


class BadFile(ValueError):
    """The file as a whole cannot be read; the message says what to do."""


Row = TypeVar("Row")


@dataclass
class Read(Generic[Row]):
    """What came of a file: its rows, what each bad line lacks, and which of our columns it has."""

    rows: list[Row] = field(default_factory=list)
    bad: list[tuple[int, str]] = field(default_factory=list)
    columns: frozenset[str] = frozenset()


def heading(text: str) -> str:
    """“Senast  uppföljd:” and “SENAST_UPPFÖLJD” are the same heading."""
    plain = unicodedata.normalize("NFC", text).casefold()
    return " ".join(re.sub(r"[^\w]+|_", " ", plain).split())


def read_file(
    upload: Any,
    headings: Headings,
    needed: Set[str],
    make: Callable[[int, dict[str, str]], Row],
    *,
    days: Set[str] = frozenset(),
    labels: Mapping[str, Any],
) -> Read[Row]:
    """Rows of an uploaded CSV file or workbook; `make` raises RowProblem. `headings`: our names to what they are called
    in files; `labels`: what a column is called when it is missed. Raises BadFile."""
    names = {heading(word): name for name, words in headings.items() for word in (name, *words)}
    ending = Path(upload.name or "").suffix.lower()
    if ending not in ENDINGS | PLAIN:
        raise BadFile(_("Filen ska vara ett kalkylblad (.xlsx, .xls, .ods) eller CSV."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{'.csv' if ending in PLAIN else ending}"
        path.write_bytes(_as_utf8(upload.read()) if ending in PLAIN else upload.read())
        try:
            lines = read_rows(path, needed, dates=days, fold=lambda told: names.get(heading(told), told))
            return _read(lines, make, frozenset(headings))
        except ValueError as problem:
            raise BadFile(_in_words(str(problem), needed, labels)) from problem


def _as_utf8(content: bytes) -> bytes:
    """Excel on Swedish desks writes Windows-1252; tabs become semicolons when they divide the head."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    text = text.lstrip("\r\n")
    head = text.split("\n", 1)[0]
    if "\t" in head and ";" not in head:
        text = text.replace("\t", ";")
    return text.encode()


def _read(lines: Iterable[Any], make: Callable[[int, dict[str, str]], Row], known: frozenset[str]) -> Read[Row]:
    found: Read[Row] = Read()
    for line, told in lines:
        if len(found.rows) + len(found.bad) >= MOST_ROWS:
            raise BadFile(_("Filen har fler än 200 000 rader. Dela den."))
        if isinstance(told, RowProblem):
            found.bad.append((line, told.reason))
            continue
        found.columns |= known & told.keys()
        if not any(value.strip() for value in told.values()):
            continue
        try:
            found.rows.append(make(line, told))
        except RowProblem as problem:
            found.bad.append((line, f"{problem.column}: {problem.reason}" if problem.column else problem.reason))
    return found


def _in_words(problem: str, needed: Set[str], labels: Mapping[str, Any]) -> str:
    for name in needed:
        problem = re.sub(rf"\b{name}\b", str(labels.get(name, name)), problem)
    return problem


def reference(told: Mapping[str, str], name: str, label: str) -> str:
    """A number that stands for a file or a person. Raises RowProblem for none, and for a personal identity number."""
    text = " ".join(unicodedata.normalize("NFC", told.get(name, "")).split())
    if not text:
        raise RowProblem(label, _("saknas"))
    if UNREADABLE.search(text):
        raise RowProblem(label, _("har tecken som inte går att läsa; spara filen som UTF-8"))
    if len(text) > 60:
        raise RowProblem(label, _("är längre än 60 tecken"))
    if has_personal_number(text):
        raise RowProblem(label, _("är ett personnummer; använd aktens nummer eller en pseudonym"))
    return text


def short(told: Mapping[str, str], name: str, most: int = 120) -> str:
    return UNREADABLE.sub("", " ".join(told.get(name, "").split()))[:most]


def day(told: Mapping[str, str], name: str, label: str) -> date | None:
    """A day as people write it; None where nothing stands. Raises RowProblem."""
    text = told.get(name, "").strip()
    if text in {"", "-", "–"}:
        return None
    found = _day(text)
    if found is None or not 1990 <= found.year <= 2199:
        raise RowProblem(label, _("%(word)s är inget datum, skriv som 2026-11-24") % {"word": text[:30]})
    return found


def _day(text: str) -> date | None:
    iso = re.match(r"(\d{4})[-./]?(\d{2})[-./]?(\d{2})(?:[ T].*)?$", text)
    swedish = re.match(r"(\d{1,2})[./ -](\d{1,2})[./ -](\d{4})$", text)
    words = re.match(r"(\d{1,2})\s+([a-zåäö]+)\.?\s+(\d{4})$", text.lower())
    try:
        if iso:
            return date(*(int(part) for part in iso.groups()))
        if swedish:
            return date(*(int(part) for part in reversed(swedish.groups())))
        if words and (month := _month(words[2])):
            return date(int(words[3]), month, int(words[1]))
    except ValueError:
        return None
    return None


def _month(word: str) -> int:
    """1–12, and 0 for what is no month in Swedish."""
    return next((number for number, name in enumerate(MONTHS, 1) if word[:3] == name), 0)


def moment(told: Mapping[str, str], name: str, label: str) -> datetime:
    """Day and time; Swedish unless it says otherwise. Raises RowProblem."""
    text = re.sub(r"\s+kl\.?\s*", " ", told.get(name, "").strip())
    found = re.match(
        r"(.+?)(?:[ T]+|(?<=\d{8}))(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?(Z|[+-]\d{2}:?\d{2})?$", text
    )
    on = _day(found[1].strip()) if found else None
    if found is None or on is None:
        raise RowProblem(label, _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": text[:30] or "–"})
    try:
        clock = time(int(found[2]), int(found[3]), int(found[4] or 0))
        if found[5]:
            zone = datetime.strptime(found[5].replace("Z", "+0000"), "%z").tzinfo
            return datetime.combine(on, clock, tzinfo=zone).astimezone(STOCKHOLM)
        return datetime.combine(on, clock, tzinfo=STOCKHOLM)
    except (ValueError, OverflowError):
        why = _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": text[:30]}
        raise RowProblem(label, why) from None
