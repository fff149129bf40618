"""Any file may be given to the imports: what cannot be read is told with line and reason, never with a traceback."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

pytestmark = [pytest.mark.django_db, pytest.mark.capability("PLT-1")]
COLUMNS = {
    "import-cases": ["ref", "reported_at", "description", "unit_code", "area", "kind", "law", "severity", "status",
                     "reporter_id", "assignee_id", "occurred_at", "due_at", "closed_at", "category", "title", "cause"],
    "import-units": ["unit_code", "unit_name", "unit_type", "area"],
    "import-users": ["login", "name", "role", "units", "home_unit", "title", "email"],
}  # fmt: skip
TOLD = re.compile(r"Rad \d+(, \w+)?: \S")
CELLS = st.one_of(
    st.sampled_from([
        "", "1", "²", "٣", "-1", "9" * 30, "9" * 5000, "2026-01-01", "0001-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59-14:00",
        "9999-12-31", "2026-03-29 02:30", "2026", "20260101", "2026-W01", "hsl", "avslutad", "ny", "avvikelse", "synpunkt", "juno",
        "enhetschef", "medarbetare", "a@b", "a@" + "b" * 300, "\x00", "\ufffd", "x" * 130, "x" * 20_001, "\"", "a\nb", "\r", "=1+1",
        "🚑", "\u2028", "..", "%s", "{0}", "vard-ekbacken", " ", "sabo",
    ]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)  # fmt: skip


def run(command: str, path: Path, *more: str) -> tuple[str, list[str]]:
    """What it said and what it complained of. Anything but CommandError is a fault."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(command, str(path), "--principal", "lovdala", *more, stdout=out, stderr=err)
        refused = ""
    except CommandError as problem:
        refused = str(problem)
        assert refused and "Traceback" not in refused
    return out.getvalue() + refused, err.getvalue().splitlines()


def written(columns: list[str], rows: list[list[str]], delimiter: str, quoting: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, escapechar="\\", lineterminator="\r\n")
    writer.writerows([columns, *rows])
    return text.getvalue()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


MANY = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("command", sorted(COLUMNS))
@MANY
@given(data=st.data())
def test_rows_of_anything_are_taken_in_or_told_by_line(
    db: None, place: Path, command: str, data: st.DataObject
) -> None:
    columns = COLUMNS[command]
    rows = data.draw(st.lists(st.lists(CELLS, min_size=2, max_size=len(columns) + 1), max_size=5))
    text = written(columns, rows, data.draw(st.sampled_from(",;")), data.draw(st.sampled_from([0, 1, 3])))
    path = place / "rows.csv"
    path.write_bytes(
        text.encode(data.draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp437"])), "replace")
    )
    said, complaints = run(command, path, *data.draw(st.sampled_from([[], ["--on-error", "abort"], ["--dry-run"]])))
    assert said
    assert all(TOLD.match(line) for line in complaints if line.startswith("Rad ")), complaints
    if not complaints:
        assert (
            "Lade till" in said or "Skulle lägga" in said or "rader lästa" in said or "gå" in said or "saknar" in said
        )


@pytest.mark.parametrize("command", sorted(COLUMNS))
@MANY
@given(
    content=st.one_of(
        st.binary(max_size=300),
        st.sampled_from([b"", b"\xff\xfe", b"\xef\xbb\xbf", b"\x00" * 5000, b"\n" * 500, b'"', b'a,b\n"', b"\r\r\r"]),
    )
)
def test_any_bytes_are_refused_in_words(db: None, place: Path, command: str, content: bytes) -> None:
    path = place / "bytes.csv"
    path.write_bytes(content)
    said, _complaints = run(command, path)
    assert re.search(r"[a-zåäö]{3}", said)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=8,
)


@MANY
@given(
    lines=st.lists(
        st.one_of(
            JSON.map(json.dumps),
            st.fixed_dictionaries({name: JSON for name in ("ref", "reported_at", "description", "unit_code")}).map(
                json.dumps
            ),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        ),
        max_size=6,
    )
)
@example(
    lines=[
        "[" * 100_000,
        '{"ref": ' + "9" * 6000 + "}",
        '{"ref": "\\ud800", "reported_at": "2026-01-01", "description": "\\ud800"}',
    ]
)
@example(
    lines=['{"ref": "1", "reported_at": "2026-01-01", "description": "x", "unit_code": "e0001", "area": "\\u0000"}']
)
@example(
    lines=[
        '{"ref": "2", "reported_at": "2026-01-01", "description": "\\u2028", "unit_code": "ny\\ud800", "area": "Norr"}'
    ]
)
@example(
    lines=[
        '{"ref": "3", "reported_at": "2026-01-01", "description": "x", "law": "\\u0000\\ud800", "unit_code": "ny", "area": "Norr"}'
    ]
)
def test_any_json_lines(db: None, place: Path, lines: list[str]) -> None:
    path = place / "rows.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8", errors="surrogatepass")
    said, complaints = run("import-cases", path)
    assert "rader lästa" in said
    assert all(TOLD.match(line) for line in complaints), complaints


def zipped(**files: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in files.items():
            pack.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def said_to_be(content: bytes, size: int) -> bytes:
    """The pack with another unfolded size told for its first part."""
    at = content.index(b"PK\x01\x02") + 24
    return content[:at] + size.to_bytes(4, "little") + content[at + 4 :]


SHEET = b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
BOOK = {
    "xl__workbook.xml": b"<workbook/>",
    "[Content_Types].xml": b"<Types/>",
    "xl__worksheets__sheet1.xml": SHEET % (b"<row/>" * 10),
}
EVIL_XML = b'<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;&b;">]><worksheet><sheetData>&c;</sheetData></worksheet>'
BOOKS: dict[str, Any] = {
    "not-a-zip": b"PK\x03\x04" + b"\x00" * 200,
    "cut": zipped(**BOOK)[:-40],
    "empty": zipped(),
    "no-sheet": zipped(**{"xl__workbook.xml": b"<workbook/>"}),
    "hollow": zipped(**BOOK),
    "entities": zipped(**{**BOOK, "xl__worksheets__sheet1.xml": EVIL_XML}),
    "climbs-out": zipped(**{"..__..__evil.xml": b"<a/>", **BOOK}),
    "unfolds-to-100-megabytes": zipped(**{**BOOK, "xl__worksheets__sheet1.xml": SHEET % (b" " * 100_000_000)}),
    "said-to-be-3-gigabytes": said_to_be(zipped(**BOOK), 3_000_000_000),
    "many-small": zipped(**{f"f{n}": b"" for n in range(2000)}),
}


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
@pytest.mark.parametrize("command", sorted(COLUMNS))
def test_a_workbook_that_is_none_is_refused_in_words(db: None, place: Path, command: str, ending: str) -> None:
    for name, content in BOOKS.items():
        path = place / f"{name}.{ending}"
        path.write_bytes(content)
        said, _complaints = run(command, path)
        assert re.search(r"[a-zåäö]{3}", said), name
        assert ("större än vad som går att läsa" in said) == (ending == "xlsx" and "3-gigabytes" in name), (name, said)


def test_reading_what_unfolds_takes_no_memory_to_speak_of(db: None, place: Path) -> None:
    """A hundred megabytes folded into a hundred kilobytes."""
    import tracemalloc

    path = place / "unfolds.xlsx"
    path.write_bytes(BOOKS["unfolds-to-100-megabytes"])
    assert path.stat().st_size < 200_000
    tracemalloc.start()
    run("import-units", path)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 50_000_000
