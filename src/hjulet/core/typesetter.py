"""Sets one document, in a process of its own that `core.pdf` starts: it knows nothing of Hjulet and holds no secret.

Reads one JSON object from stdin (`template`, `data`, `timestamp`, `memory`, `seconds`) and writes the PDF to stdout.
What is wrong goes to stderr, and the exit code is 1.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from pathlib import Path
from typing import Any

STANDARDS: Any = ["ua-1", "a-2a"]
WITHOUT_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed', re.DOTALL)
ESCAPED = re.compile(r"\\u\{([0-9a-f]+)\}")
BOX = "□"
PACKAGE = Path(__file__).resolve().parents[1]
TRIES = 8


def limit(memory: int, seconds: int) -> None:
    """Nothing is written to disk, nothing left behind, and no more memory and time than was given."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def unknown(problem: Any) -> set[str]:
    """Characters that no font in the package has, out of what the compiler says."""
    texts = WITHOUT_GLYPH.findall(f"{problem.message}\n{problem.diagnostic}")
    return {character for text in texts for character in ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), text)}


def without(value: Any, characters: set[str]) -> Any:
    if isinstance(value, str):
        return "".join(BOX if character in characters else character for character in value)
    if isinstance(value, list):
        return [without(one, characters) for one in value]
    return {name: without(one, characters) for name, one in value.items()} if isinstance(value, dict) else value


def compiled(template: Path, data: dict[str, Any], timestamp: int) -> bytes:
    """The PDF. A character that no font has becomes a box, and the template is told so (`boxed`)."""
    import typst

    # templates of ours share core/paper; they lie beside code, never beside anyone's data
    root = PACKAGE if PACKAGE in template.resolve().parents else template.parent
    compiler = typst.Compiler(
        input=str(template),
        root=str(root),
        ignore_system_fonts=True,
        package_path="/nonexistent",
        package_cache_path="/nonexistent",
    )
    for left in reversed(range(TRIES)):
        try:
            sheet: Any = compiler.compile(
                sys_inputs={"data": json.dumps(data)}, pdf_standards=STANDARDS, format="pdf", timestamp=timestamp
            )
            return bytes(sheet)
        except typst.TypstError as problem:
            strange = unknown(problem)
            if not strange or not left:
                raise
            data = {**without(data, strange), "boxed": True}
    raise AssertionError


def main() -> int:
    given = json.load(sys.stdin)
    limit(given["memory"], given["seconds"])
    try:
        sheet = compiled(Path(given["template"]), given["data"], given["timestamp"])
    except Exception as problem:  # noqa: BLE001 - whatever it is, the parent is told
        # The compiler's own words may quote the text that was set: only the first line, cut.
        print(f"{type(problem).__name__}: {problem}"[:300], file=sys.stderr)
        return 1
    sys.stdout.buffer.write(sheet)
    return 0


if __name__ == "__main__":
    sys.exit(main())
