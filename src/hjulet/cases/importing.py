"""Takes in cases from another system, row by row, in batches; a row seen before is passed over.

The columns are those of FIELDS; a Mapping says what they are called in another file. Memory does not grow
with the file. What cannot be taken in is told with line, column and reason.
"""

from __future__ import annotations

import csv
import json
import re
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hjulet.cases.bulk import Table
from hjulet.cases.clocks import answer_due
from hjulet.cases.models import Case, Category, Clock
from hjulet.cases.registry import Facts, follow_many
from hjulet.cases.search import searchable
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.core.events import LOG_LOCK, value_digest
from hjulet.core.flow import Refused
from hjulet.core.models import Event, EventValue
from hjulet.org.actions import create_unit
from hjulet.org.choices import UnitKind
from hjulet.org.models import Person, Principal, Unit, in_force

BATCH = 2_000
TOLD = 1_000  # problems kept in the outcome; all are told through `tell`
ODD_YEARS = 10
FIRST_DAY = date(2011, 1, 1)
REQUIRED = ("ref", "reported_at", "description")
FIELDS = (
    *REQUIRED,
    "kind",
    "unit_code",
    "area",
    "category",
    "law",
    "severity",
    "status",
    "reporter_id",
    "assignee_id",
    "occurred_at",
    "due_at",
    "closed_at",
    "title",
    "immediate_action",
    "cause",
)
# Plain words: a row has fifty fields, and there may be a million rows.
VIEW, CLOSED, NONE, DATE_ONLY = "view", "closed", "none", 10
KINDS = {
    "avvikelse": ("deviation", "adverse-event"),
    "tillbud": ("deviation", "near-miss"),
    "risk": ("deviation", "risk"),
    "synpunkt": (VIEW, ""),
    "": ("deviation", ""),
}
STATES = {
    "": "reported",
    "ny": "reported",
    "utreds": "investigating",
    "atgard": "measures",
    "åtgärd": "measures",
    "uppfoljning": "follow-up",
    "uppföljning": "follow-up",
    "avslutad": CLOSED,
}
TRACKS = {"hsl": "hsl", "sol": "sol", "lss": "lss"}
WAITING = {"reported": "deviation.receive", "investigating": "deviation.investigate"}


class RowProblem(ValueError):
    """A row that cannot be taken in: the column, and why in words."""

    def __init__(self, column: str, reason: str) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    reason: str
    odd: bool = False  # taken in all the same

    def __str__(self) -> str:
        values = {"line": self.line, "column": self.column, "reason": self.reason}
        if not self.column:
            return _("Rad %(line)s: %(reason)s") % values
        return _("Rad %(line)s, %(column)s: %(reason)s") % values


@dataclass
class Outcome:
    """How an import went, in rows. `problems` keeps the first thousand."""

    read: int = 0
    added: int = 0
    already: int = 0
    refused: int = 0
    odd: int = 0
    undone: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True)
class Mapping:
    """Where our fields lie in another file: a column's name, or a text with {column} in it; fixed values; and
    how the file's words are said here. `own_categories`: a category we lack becomes the principal's own."""

    columns: dict[str, str] = field(default_factory=dict)
    fixed: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    own_categories: bool = False

    @classmethod
    def read(cls, path: Path) -> Mapping:
        """Raises ValueError when the file names a field that does not exist."""
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        mapping = cls(
            columns={str(k): str(v) for k, v in content.get("columns", {}).items()},
            fixed={str(k): str(v) for k, v in content.get("fixed", {}).items()},
            values={
                str(k): {str(a).lower(): str(b) for a, b in v.items()} for k, v in content.get("values", {}).items()
            },
            own_categories=bool(content.get("own_categories", False)),
        )
        unknown = ({*mapping.columns, *mapping.fixed, *mapping.values} - set(FIELDS)) | (
            set(content) - {"columns", "fixed", "values", "own_categories"}
        )
        if unknown:
            raise ValueError(_("Mappningsfilen har okända fält: %(names)s.") % {"names": ", ".join(sorted(unknown))})
        return mapping

    def apply(self, row: dict[str, str]) -> dict[str, str]:
        """The row under our names. Without columns of its own a file has ours already."""
        if not (self.columns or self.fixed or self.values):
            return row
        told = {name: row.get(name, "") for name in FIELDS} if not self.columns else {}
        for name, column in self.columns.items():
            told[name] = _Blanks(row).fill(column) if "{" in column else row.get(column, "")
        told |= self.fixed
        for name, words in self.values.items():
            value = told.get(name, "")
            told[name] = words.get(value.lower(), value)
        return told

    def needed(self) -> set[str]:
        """Columns without which the file cannot be read."""
        required = set(REQUIRED) - set(self.fixed)
        if not self.columns:
            return required
        named = [self.columns.get(name, name) for name in required]
        return {column for text in named for column in (re.findall(r"{(.*?)}", text) or [text])}


class _Blanks(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""

    def fill(self, template: str) -> str:
        return template.format_map(self)


Line = tuple[int, dict[str, str] | RowProblem]


def read_rows(path: Path, needed: set[str]) -> Iterator[Line]:
    """Rows of a CSV file (comma or semicolon, with a header) or of JSON lines, with the line each ends on.

    A row that cannot be read comes as a RowProblem. Raises ValueError when a needed column is not there.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        yield from _json_rows(file) if path.suffix in {".jsonl", ".ndjson"} else _csv_rows(file, needed)


def _csv_rows(file: Any, needed: set[str]) -> Iterator[Line]:
    csv.field_size_limit(10_000_000)
    first = file.readline()
    delimiter = ";" if first.count(";") > first.count(",") else ","
    header = [name.strip() for name in next(csv.reader([first], delimiter=delimiter), [])]
    if needed - set(header):
        raise ValueError(_("Filen saknar kolumnen %(names)s.") % {"names": ", ".join(sorted(needed - set(header)))})
    reader = csv.reader(file, delimiter=delimiter)
    try:
        for cells in reader:
            if len(cells) == len(header):
                yield reader.line_num + 1, dict(zip(header, cells, strict=True))
            elif cells:
                counts = {"found": len(cells), "wanted": len(header)}
                why = _("raden har %(found)s fält men rubriken %(wanted)s") % counts
                yield reader.line_num + 1, RowProblem("", why)
    except csv.Error as error:
        yield reader.line_num + 1, RowProblem("", _("raden går inte att läsa: %(why)s") % {"why": error})


def _json_rows(file: Iterable[str]) -> Iterator[Line]:
    for number, line in enumerate(file, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError:
            row = None
        if isinstance(row, dict):
            yield number, {name: "" if value is None else str(value) for name, value in row.items()}
        else:
            yield number, RowProblem("", _("raden är inget JSON-objekt"))


@dataclass
class _Parsed:
    """A row as the columns of a case; the bulk writer adds its `id`."""

    line: int
    case: dict[str, Any]
    cause: str


def import_cases(
    rows: Iterable[Line],
    *,
    principal: Principal,
    at: datetime,
    mapping: Mapping | None = None,
    keep_rest: bool = True,
    dry_run: bool = False,
    tell: Callable[[Problem], None] = lambda problem: None,
) -> Outcome:
    """Takes in rows. With `keep_rest` each batch stays even if other rows are refused, and a run that was
    broken off can be run again; without it one refused row undoes everything. `dry_run` always does.
    """
    work = _Import(principal, mapping or Mapping(), at, tell)
    if keep_rest and not dry_run:
        work.run(rows)
        return work.outcome
    with transaction.atomic():
        work.run(rows)
        work.outcome.undone = dry_run or work.outcome.refused > 0
        if work.outcome.undone:
            transaction.set_rollback(True)
    return work.outcome


class _Import:
    def __init__(self, principal: Principal, mapping: Mapping, at: datetime, tell: Callable[[Problem], None]) -> None:
        self.principal, self.mapping, self.at, self.tell = principal, mapping, at, tell
        self.outcome = Outcome()
        self.cases, self.clocks, self.events, self.values = (
            Table(Case),
            Table(Clock),
            Table(Event),
            Table(EventValue),
        )
        self.places = _Places(principal, at)
        self.categories = _Categories(principal, local_date(at), own=mapping.own_categories)
        self.people = {
            login: (pk, title)
            for login, pk, title in Person.objects.filter(principal=principal).values_list("login", "pk", "title")
        }
        self.answers: dict[date, date | None] = {}
        newest = Case.objects.unscoped(reason="import").order_by("-pk").values_list("pk", flat=True).first()
        self.last_before = newest or 0

    def run(self, rows: Iterable[Line]) -> None:
        batch: list[_Parsed] = []
        for line, row in rows:
            self.outcome.read += 1
            if parsed := self._parse(line, row):
                batch.append(parsed)
            if len(batch) == BATCH:
                self._write(batch)
                batch = []
        self._write(batch)

    def _parse(self, line: int, row: dict[str, str] | RowProblem) -> _Parsed | None:
        try:
            if isinstance(row, RowProblem):
                raise row
            told = self.mapping.apply(row)
            return self._case(line, told)
        except RowProblem as problem:
            self.outcome.refused += 1
            self._note(Problem(line, problem.column, problem.reason))
        return None

    def _note(self, problem: Problem) -> None:
        self.tell(problem)
        if len(self.outcome.problems) < TOLD:
            self.outcome.problems.append(problem)

    def _answer_due(self, day: date) -> date | None:
        if day not in self.answers:
            self.answers[day] = answer_due(self.principal.pk, day)
        return self.answers[day]

    def _case(self, line: int, told: dict[str, str]) -> _Parsed:
        ref = _text(told, "ref", most=60, required=True)
        description = _text(told, "description", most=settings.TEXT_MAX_CHARACTERS, required=True)
        action = _text(told, "immediate_action", most=settings.TEXT_MAX_CHARACTERS)
        title = _text(told, "title", most=160) or _short(description)
        cause = _text(told, "cause", most=settings.TEXT_MAX_CHARACTERS)
        kind, event_kind = _choose(told, "kind", KINDS)
        reported_at, occurred_at, closed_at = self._times(line, told)
        state = _choose(told, "status", STATES)
        if state == CLOSED and closed_at is None:
            raise RowProblem("closed_at", _("saknas fast ärendet är avslutat"))
        law = told.get("law", "").strip()
        track = TRACKS.get(law.lower(), NONE)
        reporter, reporter_title = self._person(told.get("reporter_id", ""))
        case = {
            "principal_id": self.principal.pk,
            "unit_id": self.places.unit(told.get("unit_code", "").strip(), told.get("area", "").strip()),
            "ref_year": local_date(reported_at).year,
            "external_ref": ref,
            "submission_key": uuid.uuid5(uuid.NAMESPACE_URL, f"hjulet:{self.principal.code}:{ref}"),
            "kind": kind,
            "state": state,
            "track": track,
            "track_set_at": reported_at,
            "guessed_track": track,
            "receiving_duty": "receive_deviations",
            "regime": law[:40] if track == NONE else "",
            "reporter_id": reporter,
            "reporter_title": reporter_title,
            "source_type": "public" if kind == VIEW else "staff",
            "title": title,
            "description": description,
            "immediate_action": action,
            "occurred_at": occurred_at,
            "occurred_time_known": len(told.get("occurred_at", "").strip()) > DATE_ONLY,
            "reported_at": reported_at,
            "feedback_due_on": self._answer_due(local_date(reported_at)) if reporter else None,
            "event_kind": event_kind,
            "category_id": self.categories.find(track, told.get("category", "").strip()),
            "severity": _severity(told),
            "handler_id": self._person(told.get("assignee_id", ""))[0],
            "closed_at": closed_at if state == CLOSED else None,
            "due_on": None if state == CLOSED else _day(told),
            "search_text": searchable(title, description, action),
        }
        return _Parsed(line, case, cause)

    def _times(self, line: int, told: dict[str, str]) -> tuple[datetime, datetime | None, datetime | None]:
        reported_at = _moment(told, "reported_at")
        if reported_at is None:
            raise RowProblem("reported_at", _("saknas"))
        occurred_at, closed_at = _moment(told, "occurred_at"), _moment(told, "closed_at")
        for name, moment in (("reported_at", reported_at), ("closed_at", closed_at)):
            if moment and moment > self.at:
                raise RowProblem(name, _("ligger i framtiden"))
        if closed_at and closed_at < reported_at:
            raise RowProblem("closed_at", _("ligger före dagen då händelsen rapporterades"))
        if occurred_at and occurred_at > reported_at:
            occurred_at = _in_lost_hour(told, reported_at)
        year = local_date(occurred_at).year if occurred_at else 0
        if occurred_at and year < reported_at.year - ODD_YEARS:
            self.outcome.odd += 1
            why = _("%(year)s ligger mer än tio år före rapporten; raden läses in ändå") % {"year": year}
            self._note(Problem(line, "occurred_at", why, odd=True))
        return reported_at, occurred_at, closed_at

    def _person(self, text: str) -> tuple[int | None, str]:
        """A login, or a number that import-users made a login of."""
        login = text.strip().lower()
        if login.isdigit():
            login = f"anv{int(login):05d}"
        return self.people.get(login, (None, ""))

    def _write(self, batch: list[_Parsed]) -> None:
        with transaction.atomic():
            new = self._unseen(batch)
            self.cases.insert([parsed.case for parsed in new])
            self.clocks.insert([_clock(parsed.case) for parsed in new if parsed.case["due_on"]])
            self._record(new)
            follow_many([_facts(parsed.case) for parsed in new])
        self.outcome.added += len(new)

    def _unseen(self, batch: list[_Parsed]) -> list[_Parsed]:
        rows = Case.objects.unscoped(reason="import").filter(
            principal=self.principal, external_ref__in=[parsed.case["external_ref"] for parsed in batch]
        )
        seen = dict(rows.values_list("external_ref", "pk"))
        new = []
        for parsed in batch:
            ref = parsed.case["external_ref"]
            if ref not in seen:
                seen[ref] = self.last_before + 1
                new.append(parsed)
            elif seen[ref] > self.last_before:
                self.outcome.refused += 1
                self._note(Problem(parsed.line, "ref", _("%(ref)s finns redan i filen") % {"ref": ref}))
            else:
                self.outcome.already += 1
        return new

    def _record(self, new: list[_Parsed]) -> None:
        """An event per case, like core.events.record: salted digests, and the values in an erasable row."""
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [LOG_LOCK])
        secretly = [(secrets.token_hex(8), _values(parsed)) for parsed in new]
        events = [
            {
                "kind": "write",
                "verb": "case.imported",
                "at": self.at,
                "actor_label": "Inläsning",
                "principal_id": self.principal.pk,
                "unit_id": parsed.case["unit_id"],
                "object_type": "case",
                "object_id": parsed.case["id"],
                "digests": {name: value_digest(salt, name, value) for name, value in values.items()},
            }
            for parsed, (salt, values) in zip(new, secretly, strict=True)
        ]
        self.events.insert(events)
        self.values.insert(
            [
                {"event_id": event["id"], "salt": salt, "values": values}
                for event, (salt, values) in zip(events, secretly, strict=True)
            ]
        )


def _facts(case: dict[str, Any]) -> Facts:
    return Facts(
        case_id=case["id"],
        principal_id=case["principal_id"],
        unit_id=case["unit_id"],
        kind=case["kind"],
        track=case["track"],
        category_id=case["category_id"],
        severity=case["severity"],
        state=case["state"],
        reported_on=local_date(case["reported_at"]),
        closed_on=local_date(case["closed_at"]) if case["closed_at"] else None,
        feedback_on=None,
        feedback_due_on=case["feedback_due_on"],
    )


def _values(parsed: _Parsed) -> dict[str, str]:
    given = {name: parsed.case[name] for name in ("description", "external_ref", "immediate_action", "state")}
    return {name: value for name, value in {"cause": parsed.cause, **given}.items() if value}


def _clock(case: dict[str, Any]) -> dict[str, Any]:
    """The date that came with the row, kept as a clock so that the next step stops it."""
    return {
        "case_id": case["id"],
        "code": WAITING.get(case["state"], "deviation.effect"),
        "label": "Klart senast enligt det tidigare systemet",
        "unit": "days",
        "amount": min(max((case["due_on"] - local_date(case["reported_at"])).days, 0), 32_000),
        "counted_from": "sedan rapporten kom in",
        "source": "Dagen följde med när ärendet lästes in.",
        "status": "local",
        "started_at": case["reported_at"],
        "due_on": case["due_on"],
    }


class _Places:
    """Units by code. An unknown area becomes a department, an unknown unit in an area becomes a unit."""

    def __init__(self, principal: Principal, at: datetime) -> None:
        self.principal, self.at = principal, at
        self.units: dict[str, int] = {}
        self.departments: dict[str, Unit] = {}
        for unit in Unit.objects.of(principal.pk).filter(path__isnull=False).order_by("path"):
            self.units[unit.code] = unit.pk
            if unit.kind in {UnitKind.DEPARTMENT, UnitKind.PRINCIPAL}:
                self.departments.setdefault(unit.name.lower(), unit)

    def unit(self, code: str, area: str) -> int:
        if code in self.units:
            return self.units[code]
        if not code:
            raise RowProblem("unit_code", _("saknas"))
        if not area:
            raise RowProblem("unit_code", _("enheten %(code)s finns inte") % {"code": code})
        if len(code) > 40 or len(area) > 120:
            raise RowProblem("unit_code", _("koden eller området är för långt"))
        self.units[code] = self._plant(self._department(area), code, code, UnitKind.UNIT).pk
        return self.units[code]

    def _department(self, area: str) -> Unit:
        if area.lower() not in self.departments:
            root = Unit.objects.of(self.principal.pk).filter(parent=None, path__isnull=False).first()
            code = f"omrade-{slugify(area)}"[:40]
            if code in self.units:
                code = f"{code[:33]}-{secrets.token_hex(3)}"
            self.departments[area.lower()] = self._plant(root, code, area, UnitKind.DEPARTMENT)
        return self.departments[area.lower()]

    def _plant(self, parent: Unit | None, code: str, name: str, kind: UnitKind) -> Unit:
        try:
            return create_unit(
                principal=self.principal,
                parent=parent,
                code=code,
                name=name,
                kind=kind,
                valid_from=parent.valid_from if parent else FIRST_DAY,
                actor=None,
                at=self.at,
            )
        except Refused as refused:
            raise RowProblem("unit_code", str(refused)) from None


class _Categories:
    """Categories by code or label within a track; others go to the nearest, or become the principal's own."""

    def __init__(self, principal: Principal, today: date, *, own: bool) -> None:
        self.principal, self.own = principal, own
        self.found: dict[tuple[str, str], int | None] = {}
        by_code: dict[str, int] = {}
        for category in Category.objects.for_principal(principal.pk).filter(in_force(today)).order_by("-order", "-id"):
            by_code[category.code] = category.pk
            self.found[category.track, category.code.lower()] = category.pk
            self.found[category.track, category.label.lower()] = category.pk
        self.nearest = {} if own else _nearest(by_code)
        self.other = {track: by_code.get(words["other"]) for track, words in _table().items()}

    def find(self, track: str, word: str) -> int | None:
        if not word:
            return None
        key = (track, word.lower())
        if key not in self.found:
            self.found[key] = self._settle(*key, word)
        return self.found[key]

    def _settle(self, track: str, key: str, word: str) -> int | None:
        if not self.own:
            return self.nearest.get((track, key), self.other.get(track))
        return Category.objects.create(
            code=f"{self.principal.code}-{track}-{slugify(word)}"[:80],
            track=track,
            label=word[:120],
            principal=self.principal,
            order=10_000,
            valid_from=FIRST_DAY,
        ).pk


def _table() -> dict[str, dict[str, str]]:
    path = Path(__file__).parent / "content" / "import_categories.yaml"
    content: dict[str, dict[str, str]] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _nearest(by_code: dict[str, int]) -> dict[tuple[str, str], int]:
    return {
        (track, word): by_code[code]
        for track, words in _table().items()
        for word, code in words.items()
        if code in by_code
    }


def _text(told: dict[str, str], name: str, *, most: int, required: bool = False) -> str:
    text = told.get(name, "").strip()
    if required and not text:
        raise RowProblem(name, _("saknas"))
    if len(text) > most:
        raise RowProblem(name, _("är längre än %(most)s tecken") % {"most": most})
    if "\x00" in text or "\ufffd" in text:
        raise RowProblem(name, _("har tecken som inte går att läsa; spara filen som UTF-8"))
    return text


def _short(text: str) -> str:
    line = text.splitlines()[0].split(". ")[0].rstrip(".")
    return line if len(line) <= 70 else line[:70].rsplit(" ", 1)[0] + " …"


def _choose(told: dict[str, str], name: str, words: dict[str, Any]) -> Any:
    word = told.get(name, "").strip().lower()
    if word not in words:
        known = ", ".join(known for known in words if known)
        raise RowProblem(name, _("%(word)s är okänt, skriv något av %(known)s") % {"word": word, "known": known})
    return words[word]


def _severity(told: dict[str, str]) -> int | None:
    text = told.get("severity", "").strip()
    if text and text not in {"1", "2", "3", "4"}:
        raise RowProblem("severity", _("%(word)s är inte 1, 2, 3 eller 4") % {"word": text[:20]})
    return int(text) if text else None


def _read_moment(told: dict[str, str], name: str) -> datetime | None:
    text = told.get(name, "").strip()
    if not text:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(_tidy(text))
    except ValueError:
        why = _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": text[:30]}
        raise RowProblem(name, why) from None


def _tidy(text: str) -> str:
    """Other systems' habits: a year alone, an hour in one digit, a blank before the zone."""
    if re.fullmatch(r"\d{4}", text):
        return f"{text}-01-01"
    padded = re.sub(r"^(\d{4}-\d\d-\d\d)[ T]+(\d):", r"\1 0\2:", text)
    return re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", padded)


def _moment(told: dict[str, str], name: str) -> datetime | None:
    """A time without a zone is Swedish time."""
    moment = _read_moment(told, name)
    if moment is None:
        return None
    try:
        return (moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)).astimezone(UTC)
    except OverflowError:
        raise RowProblem(name, _("%(word)s är ingen tid, skriv som 2026-11-24 09:30") % {"word": moment.year}) from None


def _in_lost_hour(told: dict[str, str], reported_at: datetime) -> datetime:
    """A time in the hour that spring skips may look right and yet come too late; then it is the report's."""
    occurred, reported = _read_moment(told, "occurred_at"), _read_moment(told, "reported_at")
    if occurred and reported and not (occurred.tzinfo or reported.tzinfo) and occurred <= reported:
        return reported_at
    raise RowProblem("occurred_at", _("ligger efter att händelsen rapporterades"))


def _day(told: dict[str, str]) -> date | None:
    text = told.get("due_at", "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise RowProblem("due_at", _("%(word)s är inget datum, skriv som 2026-11-24") % {"word": text[:30]}) from None
