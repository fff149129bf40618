import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import date

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from hjulet.law.management.commands.deadline import Command, due


def run(*words: str, stdin: str = "", monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str], list[str]]:
    """Exit code, lines of standard output, lines of standard error; as from the command line, no database."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
    with redirect_stdout(out), redirect_stderr(err):
        try:
            Command(out, err, no_color=True).run_from_argv(["manage", "deadline", *words])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
    return code, out.getvalue().splitlines(), err.getvalue().splitlines()


@pytest.mark.parametrize(
    ("words", "day"),
    [
        (("2026-12-18", "--working-days", "10"), "2027-01-08"),
        (("2026-04-01", "--working-days", "2"), "2026-04-07"),
        (("2026-12-31", "--months", "2"), "2027-03-01"),
        (("2026-02-01", "--months", "1"), "2026-03-02"),
    ],
)
def test_one_date(words: tuple[str, ...], day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(*words, monkeypatch=monkeypatch) == (0, [day], [])


def test_lines_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "2026-12-18 wd 2\n2026-12-18 wd 10\n\n2026-12-31 m 2\r\n"
    assert run("-", stdin=lines, monkeypatch=monkeypatch) == (
        0,
        ["2026-12-22", "2027-01-08", "2027-03-01"],
        [],
    )


def test_a_bad_line_is_named_and_the_others_are_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = "\n".join(
        [
            "2026-12-18 wd 2",
            "2026-13-18 wd 2",
            "2026-12-18 veckor 2",
            "2026-12-18 wd två",
            "2026-12-18 wd",
            "2026-06-17 wd 2",
        ]
    )
    code, out, err = run("-", stdin=lines, monkeypatch=monkeypatch)
    assert (code, out) == (1, ["2026-12-22", "2026-06-22"])
    assert [line.split(":")[0] for line in err] == ["Rad 2", "Rad 3", "Rad 4", "Rad 5"]
    assert "'2026-13-18' är inget datum" in err[0]


@pytest.mark.parametrize(
    "words",
    [
        ("2026-12-18",),
        ("2026-12-18", "--working-days", "2", "--months", "2"),
        ("20261218", "--working-days", "2"),
        ("2026-02-30", "--working-days", "2"),
        ("2026-12-18", "--working-days=-2"),
        ("2026-12-18", "--months", "999999"),
        ("1850-01-01", "--working-days", "2"),
        ("-", "--months", "2"),
    ],
)
def test_what_cannot_be_counted_ends_with_1_and_a_reason(
    words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, err = run(*words, monkeypatch=monkeypatch)
    assert (code, out) == (1, [])
    assert err and "Traceback" not in "".join(err)


def test_called_from_code(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("deadline", "2026-06-17", "--working-days", "10")
    assert capsys.readouterr().out == "2026-07-02\n"
    with pytest.raises(CommandError):
        call_command("deadline", "i dag", "--months", "1")
    assert due("2027-05-04", "wd", "2") == date(2027, 5, 7)
