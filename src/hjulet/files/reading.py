"""The text of an uploaded Word or PDF file. A process of its own reads it, with a limit on time and memory."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core import richtext
from hjulet.core.pdf import ENVIRONMENT
from hjulet.files import reader
from hjulet.files.clean import FileRefused
from hjulet.files.packages import refuse_unless_word

log = logging.getLogger(__name__)
SECONDS = 30  # of the processor; twice as many by the clock
MEMORY = 2 * 1024**3  # bytes of address space; what is really used is far less
PAGES = 2000


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file said: cleaned `html` (see core.richtext), how many `pictures` were left out, and a PDF's `pages`."""

    html: str
    pictures: int
    pages: int | None


def read(content: bytes, *, seconds: int = SECONDS, memory: int = MEMORY, pages: int = PAGES) -> Reading:
    """The text of a Word file (.docx) with headings, lists and tables, or of a PDF as paragraphs.

    Nothing that the file points at is fetched, and no program in it is run. Raises FileRefused with a sentence to show.
    """
    if content.startswith(b"%PDF-"):
        kind = "pdf"
    else:
        refuse_unless_word(content)
        kind = "word"
    asked = json.dumps({"kind": kind, "memory": memory, "seconds": seconds, "pages": pages})
    answer = _run(asked.encode() + b"\n" + content, seconds)
    if "refused" in answer:
        raise FileRefused(_why(answer["refused"]))
    try:
        html = richtext.clean(answer["html"], from_word=kind == "word")
    except richtext.TooMuchText as problem:
        raise FileRefused(_why("too-big")) from problem
    if not html:
        raise FileRefused(_why("no-text"))
    return Reading(html, answer["pictures"], answer["pages"])


def _run(asked: bytes, seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-I", str(Path(reader.__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of anyone's in the command
            command, input=asked, capture_output=True, timeout=2 * seconds, env=ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired:
        return {"refused": "slow"}
    if done.returncode < 0:
        return {"refused": "slow"}
    if done.returncode or not done.stdout.startswith(b"{"):
        log.warning("a file could not be read (%s): %s", done.returncode, done.stderr[-100:].decode(errors="replace"))
        return {"refused": "broken"}
    return dict(json.loads(done.stdout))


def _why(code: str) -> str:
    reasons = {
        "broken": _("Filen går inte att läsa. Öppna den, spara den på nytt och försök igen."),
        "locked": _("Filen är låst med lösenord. Spara den utan lösenord och försök igen."),
        "too-big": _("Filen innehåller för mycket. Dela upp den i flera filer."),
        "too-many-pages": _("Filen har för många sidor. Dela upp den i flera filer."),
        "slow": _("Filen tar för lång tid att läsa. Dela upp den, eller spara den på nytt och försök igen."),
        "no-text": _("Filen har ingen text som går att läsa. Är den inskannad behöver texten skrivas in för hand."),
    }
    return reasons.get(code, reasons["broken"])
