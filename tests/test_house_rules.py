"""Rules of the house that no tool knows."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[1] / "src" / "hjulet"
# Files that may read case data without a person asking, each with its reason beside the call.
UNSCOPED = {
    "cases/actions/lex.py",  # a disclosure is written on the other side of the wall
    "cases/actions/passing.py",  # what someone handles, when she leaves
    "cases/actions/steps.py",  # a measure's own case follows it
    "cases/actions/working.py",  # a reply through a code
    "cases/unnamed.py",  # whoever has the code
    "cases/importing.py",  # an import asks whether a row is already there
    "cases/jobs.py",  # reminders
    "cases/management/commands/rebuild-search.py",  # makes the index of words anew
    "cases/protected.py",  # after a migration
    "cases/papers/extract.py",  # a person is told that there is more elsewhere, never what
    "cases/sources.py",  # the log names cases by number
    "core/scope.py",  # defines it
    "diary/actions.py",  # numbers given out; the number of what the caller has let through
    "diary/public.py",  # anyone may read it
    "handover/plan.py",  # choices about rows that the reader may not see, when all is carried out
    "handover/actions.py",  # the command line
    "handover/listing.py",  # the command line
    "handover/of_cases.py",  # counts for the command line
    "measures/actions.py",  # what someone answers for, when she leaves
    "receipts/jobs.py",  # reminders
    "samples/actions/decisions.py",  # erased on their day
    "samples/actions/draws.py",  # erased on their day
    "samples/actions/extracts.py",  # erased on their day
    "checks/actions/analysing.py",  # whether a round has a measure
    "services/actions.py",  # whether a check has a measure; a measure's own check follows it
    "services/jobs.py",  # reminders
    "services/planning.py",  # what is to be checked
    "setups/promises.py",  # the demo's stories
    "setups/tales.py",  # the demo's stories
    "setups/build.py",
}
CLOCKLESS = ("models.py", "actions.py", "dossier.py", "clocks.py", "reach.py", "listing.py", "queries.py")


def python_files() -> list[Path]:
    return [p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts]


def test_unscoped_only_where_it_is_allowed() -> None:
    users = {str(p.relative_to(SOURCE)) for p in python_files() if ".unscoped(" in p.read_text()}
    assert users <= UNSCOPED


def test_the_domain_does_not_read_the_clock() -> None:
    found = []
    for path in python_files():
        if (path.name in CLOCKLESS or path.parent.name == "actions") and re.search(
            r"\b(timezone\.now|datetime\.now|date\.today|core\.now import now)\b", path.read_text()
        ):
            found.append(str(path))
    assert found == []


def test_no_inline_script_or_style() -> None:
    bad = re.compile(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style|javascript:")
    found = [str(p) for p in SOURCE.rglob("templates/**/*.html") if bad.search(p.read_text())]
    assert found == []


def test_no_forbidden_file_names() -> None:
    forbidden = {"utils.py", "helpers.py", "services.py", "managers.py", "signals.py"}
    assert [str(p) for p in python_files() if p.name in forbidden] == []


def test_domain_knows_no_http() -> None:
    found = []
    for path in python_files():
        if "files" in path.parts or "audit" in path.parts:
            continue
        if path.name not in {"actions.py", "models.py", "dossier.py", "dated.py"} and path.parent.name != "actions":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("django.http", "django.shortcuts")):
                found.append(str(path))
    assert found == []


@pytest.mark.parametrize("word", ["vänligen", "OBS", "ogiltig", "fel inträffade", "var god"])
def test_plain_swedish(word: str) -> None:
    pattern = re.compile(rf"\b{word}", re.IGNORECASE if word != "OBS" else 0)
    found = []
    for path in [*SOURCE.rglob("templates/**/*.html"), *python_files()]:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if pattern.search(line) and not line.strip().startswith("#"):
                found.append(f"{path.relative_to(SOURCE)}:{number}")
    assert found == []


def test_every_event_has_words_in_the_log() -> None:
    """A log reviewer reads sentences, not codes."""
    from hjulet.audit.words import verb_in_words

    verbs = set()
    writers = {"record", "_record", "_event", "note", "_note", "write", "_write"}
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in writers:
                inside = (one for argument in node.args for one in ast.walk(argument))
                said = {one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)}
                verbs |= {word for word in said if re.fullmatch(r"[a-z_]+\.[a-z_-]+", word)}
    assert len(verbs) > 30
    assert [verb for verb in sorted(verbs) if not verb_in_words(verb)] == []
