"""`manage spc`: is it chance or change? A series from a CSV file, or many as lines of JSON. Needs no database."""

from __future__ import annotations

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from hjulet.stats.choices import Chart, Rules
from hjulet.stats.spc import SHARES, Analysis, Series, analyse
from hjulet.stats.spc_rules import Runs

NAMES = ("chart", "rules", "y", "n", "freeze", "part", "exclude")


class Command(BaseCommand):
    help = (
        "Räknar ut medel, gränser och signaler för en serie. FIL.csv har kolumnen y, för p och u också n. "
        "'-' läser rader med JSON: {chart, rules, y, n, freeze, part, exclude}."
    )
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FIL", help="en CSV-fil, eller -")
        parser.add_argument("--chart", metavar="|".join(Chart.values), help="vilket diagram")
        parser.add_argument("--rules", metavar="|".join(Rules.values), help="vilka regler, annars anhoj")
        parser.add_argument("--freeze", metavar="N", help="räkna linjerna på de N första; gäller inte med --part")
        parser.add_argument("--part", metavar="N", help="räkna om linjerna efter punkt N; flera skrivs 12,24")
        parser.add_argument("--exclude", metavar="15,23", help="punkter som linjerna och följderna inte räknar med")

    def handle(self, *args: Any, **options: Any) -> None:
        given = {name: options[name] for name in NAMES if options.get(name) is not None}
        if options["file"] == "-":
            self._many(sys.stdin, given)
            return
        try:
            self.stdout.write(answer(read_csv(Path(options["file"])) | given))
        except ValueError as error:
            raise CommandError(str(error), returncode=1) from error

    def _many(self, lines: TextIO, given: Mapping[str, Any]) -> None:
        if hasattr(lines, "reconfigure"):
            lines.reconfigure(encoding="utf-8-sig", errors="replace")
        bad = 0
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                self.stdout.write(answer({**given, **read_line(line)}))
            except ValueError as error:
                bad += 1
                self.stderr.write(_("Rad %(number)s: %(why)s") % {"number": number, "why": error})
        if bad:
            sys.exit(1)


def answer(asked: Mapping[str, Any]) -> str:
    """One series judged, as a line of JSON; a ValueError says in words why not."""
    return json.dumps(told(analyse(series_of(asked))), allow_nan=False)


def told(analysis: Analysis) -> dict[str, Any]:
    """The answer by the names of the contract. Runs are of the latest part; all are told when there are several."""
    lines = ("cl", "lcl", "ucl", "signal")
    answer = {"points": [{name: getattr(point, name) for name in lines} for point in analysis.points]}
    answer |= _runs(analysis.runs)
    return answer | ({"parts": [_runs(runs) for runs in analysis.parts]} if len(analysis.parts) > 1 else {})


def _runs(runs: Runs) -> dict[str, Any]:
    return {
        "longestRun": runs.longest,
        "longestRunMax": runs.longest_max,
        "crossings": runs.crossings,
        "crossingsMin": runs.crossings_min,
        "runsSignal": runs.signal,
    }


def read_line(line: str) -> dict[str, Any]:
    """A line of JSON as an object; nulls say nothing."""
    try:
        found = json.loads(line)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError(_("raden är inte JSON")) from None
    if not isinstance(found, dict):
        raise ValueError(_("raden är inget JSON-objekt med chart och y"))
    unknown = sorted(set(found) - set(NAMES))
    if unknown:
        raise ValueError(_("känner inte till %(names)s") % {"names": ", ".join(unknown)})
    return {name: value for name, value in found.items() if value is not None}


def read_csv(file: Path) -> dict[str, Any]:
    """Columns y and n of a CSV file with comma or semicolon; an empty cell, or NA, is a missing number."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except OSError:
        raise ValueError(_("filen %(file)s går inte att läsa") % {"file": file}) from None
    except UnicodeDecodeError:
        raise ValueError(_("filen %(file)s är inte text i UTF-8") % {"file": file}) from None
    head = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(), delimiter="," if "," in head else ";")
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if "y" not in names:
        raise ValueError(_("filen saknar kolumnen y"))
    table = list(rows)
    if any(None in row for row in table):
        raise ValueError(_("en rad i filen har fler fält än rubriken"))
    return {column: [_cell(row[names[column]]) for row in table] for column in ("y", "n") if column in names}


def _cell(text: str | None) -> str | None:
    found = (text or "").strip().replace(",", ".")
    return None if found in {"", "NA"} else found


def series_of(asked: Mapping[str, Any]) -> Series:
    """A series out of options, cells or JSON. A denominator the chart has no use for is left aside."""
    chart = _choice(asked.get("chart"), Chart.values, "chart")
    return Series(
        chart=Chart(chart),
        y=_numbers(asked.get("y"), "y"),
        n=_numbers(asked.get("n", []), "n") if chart in SHARES else (),
        rules=Rules(_choice(asked.get("rules", Rules.ANHOJ), Rules.values, "rules")),
        freeze=next(iter(_places(asked.get("freeze"), "freeze", most=1)), None),
        part=tuple(_places(asked.get("part"), "part")),
        exclude=frozenset(_places(asked.get("exclude"), "exclude")),
    )


def _choice(value: Any, choices: Iterable[str], name: str) -> str:
    if not isinstance(value, str) or value not in choices:
        raise ValueError(_("%(name)s är något av %(choices)s") % {"name": name, "choices": ", ".join(choices)})
    return value


def _numbers(values: Any, name: str) -> tuple[float | None, ...]:
    if not isinstance(values, list):
        raise ValueError(_("%(name)s är en lista med tal") % {"name": name})
    return tuple(_number(value, name) for value in values)


def _number(value: Any, name: str) -> float | None:
    if value is None:
        return None
    try:
        if isinstance(value, bool):
            raise TypeError
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(_("%(name)s: '%(value)s' är inget tal") % {"name": name, "value": value}) from None


def _places(value: Any, name: str, most: int | None = None) -> list[int]:
    """Numbers of points: 24, "15,23" or [15, 23]."""
    given = [] if value is None else value.split(",") if isinstance(value, str) else value
    found = [_place(one, name) for one in (given if isinstance(given, list) else [given])]
    if most is not None and len(found) > most:
        raise ValueError(_("%(name)s är ett enda tal") % {"name": name})
    return found


def _place(value: Any, name: str) -> int:
    text = str(value).strip()
    if isinstance(value, int | str) and not isinstance(value, bool) and text.isascii() and text.isdigit():
        return int(text[:9])
    raise ValueError(_("%(name)s: '%(value)s' är inget heltal från 1") % {"name": name, "value": value})
