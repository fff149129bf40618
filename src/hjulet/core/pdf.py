"""One door to Typst: every PDF that Hjulet makes is set here, from a template of ours and data that is only data.

A process of its own does the work, with a limit on time and memory. It gets the data as one JSON string, so that a
text such as `#import "/etc/passwd"` is set as that text; it reads nothing but Hjulet's own package, and has no
way out to the net. The document is PDF/UA-1 and PDF/A-2a at once: it has tags, a title and a language, and lasts.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from hjulet.core import typesetter

log = logging.getLogger(__name__)
SECONDS = 30
MEMORY = 2 * 1024**3  # bytes of address space; what is really used is far less
LARGEST = 20 * 1024**2  # characters of data
# Nothing of our own environment goes along, and a proxy that nobody listens at stands in the way of the net.
NO_WAY_OUT = "http://127.0.0.1:9"
ENVIRONMENT = {
    "PATH": "",
    "LC_ALL": "C.UTF-8",
    "RAYON_NUM_THREADS": "2",
    **dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NO_WAY_OUT),
}


class PdfFailed(Exception):
    """No document came out of it. What the compiler said is in the log, not in the exception."""


def make(
    template: Path,
    data: Mapping[str, Any],
    *,
    title: str,
    at: datetime,
    lang: str = "sv",
    seconds: int = SECONDS,
    memory: int = MEMORY,
) -> bytes:
    """The document as PDF, made by `template` (a .typ file that reads `json(bytes(sys.inputs.data))`).

    `data` is made of what JSON has; `title` and `lang` are put in it, and `boxed`, true when some character had no
    glyph and stands as □. `at` becomes the document's date. Raises PdfFailed.
    """
    plain = _clean({**data, "title": title, "lang": lang, "boxed": False})
    given = {"template": str(template), "timestamp": int(at.timestamp()), "memory": memory, "seconds": seconds}
    asked = json.dumps({**given, "data": plain})
    if len(asked) > LARGEST:
        raise PdfFailed("too much text for one document")
    return _run(asked, template.name, seconds)


def _run(asked: str, name: str, seconds: int) -> bytes:
    command = [sys.executable, "-I", str(Path(typesetter.__file__))]
    try:
        done = subprocess.run(  # noqa: S603 - our own file, and nothing of anyone's in the command
            command, input=asked.encode(), capture_output=True, timeout=seconds, env=ENVIRONMENT, check=False
        )
    except subprocess.TimeoutExpired as problem:
        log.error("setting %s took more than %s s", name, seconds)
        raise PdfFailed("out of time") from problem
    if done.returncode or not done.stdout.startswith(b"%PDF-"):
        log.error("setting %s failed (%s): %s", name, done.returncode, done.stderr[-300:].decode(errors="replace"))
        raise PdfFailed("the compiler refused")
    return done.stdout


def _clean(value: Any) -> Any:
    """Texts as NFC without control characters, and without marks that turn the direction of what follows."""
    if isinstance(value, str):
        return "".join(
            c for c in unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\t", " ")) if _fit(c)
        )
    if isinstance(value, Mapping):
        return {str(name): _clean(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float) else _clean(str(value))


def _fit(character: str) -> bool:
    if character == "\n":
        return True
    noncharacter = ord(character) & 0xFFFE == 0xFFFE
    return unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"} and not noncharacter
