"""`manage spc`, as from the command line and without a database."""

from __future__ import annotations

import io
import json
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from hjulet.stats.management.commands.spc import Command

pytestmark = pytest.mark.capability("NEW-18")


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch):
    """Exit code, lines of standard output, lines of standard error."""

    def command(*words: str, stdin: str = "") -> tuple[int, list[str], list[str]]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with redirect_stdout(out), redirect_stderr(err):
            try:
                Command(out, err, no_color=True).run_from_argv(["manage", "spc", *words])
            except SystemExit as leaving:
                code = int(leaving.code or 0)
        return code, out.getvalue().splitlines(), err.getvalue().splitlines()

    return command


def test_a_csv_file(run, tmp_path: Path) -> None:
    file = tmp_path / "serie.csv"
    file.write_text("month,y,n\n1,11,1\n2,12,4\n3,13,4\n", encoding="utf-8")
    code, out, err = run("--chart", "u", "--rules", "anhoj", str(file))
    assert (code, err, len(out)) == (0, [], 1)
    assert json.loads(out[0]) == {
        "points": [
            {"cl": 4.0, "lcl": 0.0, "ucl": 10.0, "signal": True},
            {"cl": 4.0, "lcl": 1.0, "ucl": 7.0, "signal": False},
            {"cl": 4.0, "lcl": 1.0, "ucl": 7.0, "signal": False},
        ],
        "longestRun": 2,
        "longestRunMax": 5,
        "crossings": 1,
        "crossingsMin": 0,
        "runsSignal": False,
    }


def test_swedish_csv_and_options(run, tmp_path: Path) -> None:
    file = tmp_path / "serie.csv"
    file.write_text("Y\n10,5\n11,5\n10,5\n\n11,5\n90\n", encoding="utf-8-sig")
    _code, out, _err = run("--chart", "run", str(file))
    assert {point["cl"] for point in json.loads(out[0])["points"]} == {11.5}
    file.write_text("Y;z\n10,5;1\n11,5;1\nNA;1\n10,5;1\n11,5;1\n90;1\n", encoding="utf-8")
    code, out, err = run("--chart", "i", "--rules", "mdc", "--exclude", "6", "--freeze", "5", str(file))
    told = json.loads(out[0])
    assert (code, err) == (0, []) and [point["cl"] for point in told["points"]] == [11.0] * 6
    assert [point["signal"] for point in told["points"]] == [False] * 5 + [True]
    _code, out, _err = run("--chart", "run", "--part", "2,4", str(file))
    told = json.loads(out[0])
    assert [point["lcl"] for point in told["points"]] == [None] * 6 and len(told["parts"]) == 3
    assert told["parts"][-1]["longestRun"] == told["longestRun"]


def test_many_lines(run) -> None:
    lines = [
        {"chart": "i", "rules": "anhoj", "y": [8, 10, 9, 11], "n": None, "freeze": None, "part": None, "exclude": None},
        {"chart": "p", "y": [1, None, 2], "n": [10, 10, 10], "exclude": [1]},
        {"chart": "c", "y": [1, 2, 3, 4], "n": [1, 1, 1, 1], "part": 2},
        {"chart": "t", "rules": "mdc", "y": [1.5, 2, 3], "freeze": 2, "exclude": []},
    ]
    code, out, err = run("-", stdin="\n\n".join(map(json.dumps, lines)) + "\n")
    assert (code, err, len(out)) == (0, [], 4)
    assert [len(json.loads(line)["points"]) for line in out] == [4, 3, 4, 3]
    assert run("--chart", "c", "-", stdin='{"y": [1, 2]}')[0] == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("hej", "inte JSON"),
        ("[1]", "JSON-objekt"),
        ('{"y": [1]}', "chart"),
        ('{"chart": "x", "y": [1]}', "run, i, p, u, c, t"),
        ('{"chart": ["i"], "y": [1]}', "chart"),
        ('{"chart": "i", "rules": "x", "y": [1]}', "anhoj, mdc"),
        ('{"chart": "i"}', "y är en lista"),
        ('{"chart": "i", "y": "12"}', "y är en lista"),
        ('{"chart": "i", "y": []}', "tom"),
        ('{"chart": "i", "y": [true]}', "inget tal"),
        ('{"chart": "i", "y": [{}]}', "inget tal"),
        ('{"chart": "i", "y": [NaN]}', "punkt 1"),
        ('{"chart": "i", "y": [1e999]}', "punkt 1"),
        ('{"chart": "p", "y": [1]}', "nämnare"),
        ('{"chart": "i", "y": [1, 2], "freeze": 1.5}', "freeze"),
        ('{"chart": "i", "y": [1, 2], "freeze": "1,2"}', "freeze"),
        ('{"chart": "i", "y": [1, 2], "exclude": ["x"]}', "exclude"),
        ('{"chart": "i", "y": [1, 2], "part": -1}', "part"),
        ('{"chart": "i", "y": [1, 2], "sigma": 2}', "sigma"),
        ('{"chart": "i", "y": [' + "9" * 400 + "]}", "y"),
    ],
)
def test_a_bad_line_is_told_with_its_number_and_the_rest_is_answered(run, line: str, told: str) -> None:
    code, out, err = run("-", stdin=f'{line}\n{{"chart": "c", "y": [1, 2]}}\n')
    assert (code, len(out), len(err)) == (1, 1, 1)
    assert err[0].startswith("Rad 1: ") and told in err[0]


def test_a_bad_file_is_told(run, tmp_path: Path) -> None:
    file = tmp_path / "serie.csv"
    assert run("--chart", "i", str(file))[0] == 1
    file.write_bytes(b"y\n\xff\xfe\n")
    assert "UTF-8" in run("--chart", "i", str(file))[2][0]
    file.write_text("x\n1\n", encoding="utf-8")
    code, out, err = run("--chart", "i", str(file))
    assert (code, out) == (1, []) and "kolumnen y" in err[0]
    file.write_text("y\nett\n", encoding="utf-8")
    assert "'ett' är inget tal" in run("--chart", "i", str(file))[2][0]
    file.write_text("y,n\n1,5,10\n", encoding="utf-8")
    assert "fler fält" in run("--chart", "p", str(file))[2][0]
    file.write_text("", encoding="utf-8")
    assert run("--chart", "i", str(file))[0] == 1
