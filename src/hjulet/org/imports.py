"""Reads units and people from files. Streams, writes many rows at a time, and keeps going past bad rows."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Count
from django.utils.text import slugify
from django.utils.translation import gettext as _

from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.workbooks import is_workbook, workbook_rows
from hjulet.org import actions
from hjulet.org.choices import Track, UnitKind
from hjulet.org.forms import CODE
from hjulet.org.models import Assignment, Person, Principal, Role, Unit, UnitVersion

BATCH = 500
DEMO_PASSWORD = "hjulet"  # noqa: S105 - the demo's known password, refused outside demo mode
ROLES = {"chef": "unit_manager", "medarbetare": "employee"}
TRACKS: dict[str, list[str]] = {
    "sabo": [Track.SOL, Track.HSL],
    "hemtj": [Track.SOL, Track.HSL],
    "hsl": [Track.HSL],
    "korttid": [Track.SOL, Track.HSL],
    "lss": [Track.LSS, Track.HSL],
    "dv": [Track.LSS],
    "boendest": [Track.SOL],
    "ifo": [Track.SOL],
    "hvb": [Track.SOL],
}
Row = tuple[int, dict[str, str]]  # line in the file, values by column


class BadFile(Exception):
    """The file as a whole cannot be read; the message says what to do."""


class BadRow(Exception):
    """One row cannot be read; the message is the reason."""


class _TakenBack(Exception):
    pass


@dataclass
class Result:
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    rolled_back: bool = False

    def summary(self, dry_run: bool) -> str:
        counts = {
            "created": self.created,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "bad": len(self.bad),
        }
        if dry_run:
            return (
                _(
                    "Skulle lägga till %(created)s, ändra %(changed)s, lämna %(unchanged)s. "
                    "%(bad)s rader går inte att läsa. Inget är skrivet."
                )
                % counts
            )
        return (
            _("Lade till %(created)s, ändrade %(changed)s, lämnade %(unchanged)s. %(bad)s rader gick inte att läsa.")
            % counts
        )


def choose_principal(code: str) -> tuple[Principal, bool]:
    """The named one, the only one, or the one with most units; and whether there was a choice to tell of."""
    rows = Principal.objects.annotate(size=Count("units")).order_by("-size", "id")
    if code:
        named = rows.filter(code=code).first()
        if named is None:
            known = ", ".join(rows.values_list("code", flat=True))
            raise BadFile(
                _("Det finns ingen huvudman med koden %(code)s. Välj en av: %(known)s.")
                % {"code": code, "known": known}
            )
        return named, False
    found = list(rows[:2])
    if not found:
        raise BadFile(_("Det finns ingen huvudman än. Sätt upp kommunen först."))
    return found[0], len(found) > 1


@contextmanager
def read_rows(path: str, needed: set[str]) -> Iterator[Iterator[Row]]:
    """Rows of a workbook, or of a CSV file in UTF-8 with commas or semicolons. Raises BadFile when columns are
    missing.
    """
    if is_workbook(Path(path)):
        yield _from_workbook(Path(path), needed)
        return
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        try:
            head = file.readline()
            file.seek(0)
            reader = csv.DictReader(file, delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
            missing = needed - {name.strip().lower() for name in reader.fieldnames or []}
        except (UnicodeDecodeError, csv.Error) as problem:
            raise BadFile(_("Filen går inte att läsa som CSV i UTF-8.")) from problem
        if missing:
            raise BadFile(_("Filen saknar kolumnerna %(names)s.") % {"names": ", ".join(sorted(missing))})
        yield _tidy(reader)


def _from_workbook(path: Path, needed: set[str]) -> Iterator[Row]:
    try:
        yield from workbook_rows(path, needed, fold=str.lower)
    except ValueError as problem:
        raise BadFile(str(problem)) from problem


def _tidy(reader: csv.DictReader[str]) -> Iterator[Row]:
    try:
        for row in reader:
            yield (
                reader.line_num,
                {(name or "").strip().lower(): value.strip() for name, value in row.items() if isinstance(value, str)},
            )
    except (UnicodeDecodeError, csv.Error) as problem:
        words = {"line": reader.line_num, "problem": problem}
        raise BadFile(_("Filen går inte att läsa efter rad %(line)s: %(problem)s") % words) from problem


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    source = iter(rows)
    while batch := list(islice(source, BATCH)):
        yield batch


def _cell(row: dict[str, str], name: str, most: int, *, needed: bool = True) -> str:
    value = row.get(name, "")
    if needed and not value:
        raise BadRow(_("%(column)s är tom") % {"column": name})
    if len(value) > most or "\x00" in value:
        raise BadRow(_("%(column)s är för lång eller har ett otillåtet tecken") % {"column": name})
    return value


def _code(row: dict[str, str], name: str, most: int) -> str:
    value = _cell(row, name, most)
    try:
        CODE(value)
    except ValidationError as problem:
        raise BadRow(
            _("%(column)s får bara ha bokstäver, siffror, punkt och bindestreck") % {"column": name}
        ) from problem
    return value


@contextmanager
def _all_or_nothing(result: Result, dry_run: bool, abort: bool) -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
            if dry_run or (abort and result.bad):
                raise _TakenBack
    except _TakenBack:
        result.rolled_back = True


# Units ------------------------------------------------------------------------------------------------------


class _Units:
    def __init__(self, principal: Principal, at: datetime, result: Result) -> None:
        self.principal, self.at, self.result = principal, at, result
        self.top = _administration(principal)
        self.by_code = {unit.code: unit for unit in Unit.objects.of(principal.pk)}
        self.in_file: dict[str, int] = {}

    def read(self, batch: list[Row]) -> None:
        fresh = []
        for line, row in batch:
            try:
                unit = self._one(line, row)
            except (BadRow, Refused) as problem:
                self.result.bad.append((line, str(problem)))
            else:
                fresh += [unit] if unit else []
        self._create(fresh)

    def _one(self, line: int, row: dict[str, str]) -> Unit | None:
        code, name = _code(row, "unit_code", 40), _cell(row, "unit_name", 120)
        if code in self.in_file:
            raise BadRow(_("koden %(code)s fanns redan på rad %(line)s") % {"code": code, "line": self.in_file[code]})
        parent = self._department(_cell(row, "area", 120, needed=False))
        self.in_file[code] = line
        known = self.by_code.get(code)
        if known is not None:
            self._update(known, name, parent)
            return None
        tracks = [str(track) for track in TRACKS.get(row.get("unit_type", ""), [Track.NONE])]
        return Unit(
            principal=self.principal,
            parent=parent,
            code=code,
            name=name,
            kind=UnitKind.UNIT,
            tracks=tracks,
            valid_from=parent.valid_from,
        )

    def _update(self, unit: Unit, name: str, parent: Unit) -> None:
        day, changed = local_date(self.at), False
        if unit.name != name:
            self.result.notes.append(_("Byter namn: %(old)s blir %(new)s") % {"old": unit.name, "new": name})
            actions.rename_unit(unit=unit, name=name, day=day, actor=None, at=self.at)
            changed = True
        if unit.parent_id != parent.pk:
            self.result.notes.append(_("Flyttar %(unit)s till %(parent)s") % {"unit": unit.name, "parent": parent.name})
            actions.move_unit(unit=unit, parent=parent, day=day, actor=None, at=self.at)
            changed = True
        self.result.changed += changed
        self.result.unchanged += not changed

    def _department(self, area: str) -> Unit:
        if not area:
            return self.top
        code = f"omrade-{slugify(area)}"[:40]
        if code not in self.by_code:
            self.by_code[code] = actions.create_unit(
                principal=self.principal,
                parent=self.top,
                code=code,
                name=area,
                kind=UnitKind.DEPARTMENT,
                tracks=self.top.tracks,
                valid_from=self.top.valid_from,
                actor=None,
                at=self.at,
            )
            self.result.created += 1
            self.result.notes.append(_("Ny avdelning: %(name)s") % {"name": area})
        return self.by_code[code]

    def _create(self, fresh: list[Unit]) -> None:
        made = Unit.objects.bulk_create(fresh)
        for unit in made:
            unit.path = f"{unit.parent.path if unit.parent else ''}{actions.segment(unit.pk)}"
        Unit.objects.bulk_update(made, ["path"])
        UnitVersion.objects.bulk_create(
            UnitVersion(unit=u, parent=u.parent, name=u.name, path=u.path or "", valid_from=u.valid_from) for u in made
        )
        for unit in made:
            self.by_code[unit.code] = unit
        _imported("units", self.principal, self.at, {unit.code: [unit.pk, unit.name] for unit in made})
        self.result.created += len(made)


def _imported(what: str, principal: Principal, at: datetime, values: dict[str, Any]) -> None:
    """One event for each batch, with every row that was written."""
    if values:
        about = ("principal", principal.pk)
        record(f"{what}.imported", actor=None, at=at, about=about, principal_id=principal.pk, values=values)


def _administration(principal: Principal) -> Unit:
    """Where imported departments hang: the first administration, else the root."""
    alive = Unit.objects.of(principal.pk).filter(valid_to__isnull=True, path__isnull=False).order_by("path")
    top = alive.filter(kind=UnitKind.ADMINISTRATION).first() or alive.first()
    if top is None:
        raise BadFile(_("%(name)s har inga enheter än. Sätt upp kommunen först.") % {"name": principal.name})
    return top


def import_units(
    rows: Iterable[Row], principal: Principal, *, at: datetime, dry_run: bool = False, abort: bool = False
) -> Result:
    """Adds units by code; a known code with another name or area is renamed or moved from today."""
    result = Result()
    with _all_or_nothing(result, dry_run, abort):
        Principal.objects.select_for_update().get(pk=principal.pk)
        reader = _Units(principal, at, result)
        for batch in _batches(rows):
            reader.read(batch)
    return result


# People -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Line:
    """A row of people, read and checked."""

    login: str
    name: str
    title: str
    email: str
    role: Role
    units: tuple[int, ...]
    home: int | None


class _People:
    def __init__(self, principal: Principal, at: datetime, result: Result) -> None:
        self.principal, self.at, self.result = principal, at, result
        self.today: date = local_date(at)
        alive = Unit.objects.of(principal.pk).filter(valid_to__isnull=True).values_list("code", "pk", "valid_from")
        self.units = {code.lower(): pk for code, pk, _first in alive}
        self.first_day = {pk: first for _code, pk, first in alive}
        self.roles: dict[str, Role] = {}
        for role in Role.objects.filter(principal=principal):
            self.roles[role.label.lower()] = self.roles[role.code] = role
        self.password = make_password(DEMO_PASSWORD if settings.DEMO else None)  # once: the digest is slow by design
        self.in_file: dict[str, int] = {}

    def read(self, batch: list[Row]) -> None:
        logins = [login for _line, row in batch if "\x00" not in (login := row.get("login", "").lower())]
        known = {person.login: person for person in Person.objects.filter(login__in=logins)}
        good = []
        for line, row in batch:
            try:
                good.append(self._one(line, row, known))
            except BadRow as problem:
                self.result.bad.append((line, str(problem)))
        fresh = self._create([each for each in good if each.login not in known])
        self._assign(good, known, fresh)

    def _one(self, line: int, row: dict[str, str], known: dict[str, Person]) -> _Line:
        login = _code(row, "login", 60).lower()
        if login in self.in_file:
            raise BadRow(_("%(login)s fanns redan på rad %(line)s") % {"login": login, "line": self.in_file[login]})
        if login in known and known[login].principal_id != self.principal.pk:
            raise BadRow(_("användarnamnet %(login)s är upptaget") % {"login": login})
        units = tuple(dict.fromkeys(self._unit(token) for token in _cell(row, "units", 4000).split()))
        home = row.get("home_unit", "")
        read = _Line(
            login=login,
            name=_cell(row, "name", 120, needed=False) or login,
            title=_cell(row, "title", 80, needed=False),
            email=self._email(row),
            role=self._role(_cell(row, "role", 120)),
            units=units,
            home=self._unit(home) if home else units[0],
        )
        self.in_file[login] = line
        return read

    def _unit(self, token: str) -> int:
        """A unit's code, or its number in the units file: 7 means E0007."""
        code = token.lower()
        if code not in self.units and token.isdigit() and token.isascii():
            code = f"e{int(token):04d}"
        if code not in self.units:
            raise BadRow(_("enheten %(code)s finns inte") % {"code": token})
        return self.units[code]

    def _role(self, word: str) -> Role:
        role = self.roles.get(ROLES.get(word.lower(), word.lower()))
        if role is None:
            raise BadRow(_("rollen %(role)s finns inte") % {"role": word})
        return role

    def _email(self, row: dict[str, str]) -> str:
        email = _cell(row, "email", 254, needed=False)
        try:
            if email:
                validate_email(email)
        except ValidationError as problem:
            raise BadRow(_("e-postadressen %(email)s går inte att läsa") % {"email": email}) from problem
        return email

    def _create(self, lines: list[_Line]) -> dict[str, Person]:
        made = Person.objects.bulk_create(
            Person(
                login=line.login,
                name=line.name,
                title=line.title,
                email=line.email,
                principal=self.principal,
                home_unit_id=line.home,
                password=self.password,
            )
            for line in lines
        )
        return {person.login: person for person in made}

    def _assign(self, lines: list[_Line], known: dict[str, Person], fresh: dict[str, Person]) -> None:
        held = set(
            Assignment.objects.filter(person__in=known.values(), valid_to__isnull=True).values_list(
                "person_id", "role_id", "unit_id"
            )
        )
        rows: list[Assignment] = []
        told: dict[str, Any] = {}
        for line in lines:
            person = fresh.get(line.login) or known[line.login]
            new = [unit for unit in line.units if (person.pk, line.role.pk, unit) not in held]
            rows += [
                Assignment(
                    person=person,
                    role=line.role,
                    unit_id=unit,
                    valid_from=max(self.today, self.first_day[unit]),
                )
                for unit in new
            ]
            if self._count(line, person, line.login in fresh, new):
                told[line.login] = [person.pk, line.name, line.role.code, new]
        Assignment.objects.bulk_create(rows)
        _imported("people", self.principal, self.at, told)

    def _count(self, line: _Line, person: Person, fresh: bool, new: list[int]) -> bool:
        renamed = not fresh and line.name not in {line.login, person.name}
        if renamed:
            self.result.notes.append(_("Byter namn: %(old)s blir %(new)s") % {"old": person.name, "new": line.name})
            Person.objects.filter(pk=person.pk).update(name=line.name)
        self.result.created += fresh
        self.result.changed += not fresh and (renamed or bool(new))
        self.result.unchanged += not fresh and not renamed and not new
        return bool(fresh or renamed or new)


def import_users(
    rows: Iterable[Row], principal: Principal, *, at: datetime, dry_run: bool = False, abort: bool = False
) -> Result:
    """Adds people by login name, with a role at each unit. Roles already held stay; none is taken away."""
    result = Result()
    with _all_or_nothing(result, dry_run, abort):
        Principal.objects.select_for_update().get(pk=principal.pk)
        reader = _People(principal, at, result)
        for batch in _batches(rows):
            reader.read(batch)
    return result
