"""A made municipality: four hundred units in four levels, and the people who ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hjulet.cases.models import Category
from hjulet.org.choices import Track, UnitKind
from hjulet.org.models import SEGMENT, Assignment, Person, Principal, Role, Unit, UnitVersion
from hjulet.setups.access import load_access
from hjulet.setups.content import load_basics

FIRST_DAY = date(2015, 1, 1)
BRANCHES = ((4, UnitKind.DEPARTMENT), (6, UnitKind.AREA), (16, UnitKind.UNIT))  # 1 + 4 + 24 + 384 = 413


@dataclass(frozen=True)
class Town:
    principal: Principal
    units: list[Unit]  # those where things happen
    managers: list[Person]  # one for each unit, in the same order
    staff: list[Person]
    categories: dict[str, list[int]]  # track to ids of categories
    head: Person  # reads all cases of a quarter of the town
    chief: Person  # sees the statistics of all
    reader: Person  # reads all cases of all


def build_town() -> Town:
    """Writes the municipality; the database has just been made."""
    load_basics()
    principal = Principal.objects.create(code="bench", name="Mätköpings kommun", setup="vetlanda")
    roles = load_access(principal, setup="vetlanda", labels={})
    root = _plant(principal, [None], UnitKind.PRINCIPAL, 1)
    level, departments = root, root
    for count, kind in BRANCHES:
        level = _plant(principal, list(level), kind, count)
        departments = level if kind == UnitKind.DEPARTMENT else departments
    _hire(principal, "chef", level, roles["unit_manager"])
    _hire(principal, "vard", level * 3, roles["employee"])
    _hire(principal, "avdelning", departments[:1], roles["department_manager"])
    _hire(principal, "direktor", root, roles["director"])
    _hire(principal, "alla", root, roles["department_manager"])
    return find_town()


def find_town() -> Town:
    """The municipality as it was written."""
    principal = Principal.objects.get(code="bench")
    categories: dict[str, list[int]] = {}
    for pk, track in Category.objects.filter(parent__isnull=False).order_by("pk").values_list("pk", "track"):
        categories.setdefault(track, []).append(pk)
    units = list(Unit.objects.filter(kind=UnitKind.UNIT).order_by("pk"))
    managers, staff, (head,), (chief,), (reader,) = (
        _hired(login) for login in ("chef", "vard", "avdelning", "direktor", "alla")
    )
    return Town(principal, units, managers, staff, categories, head, chief, reader)


def _hired(login: str) -> list[Person]:
    return list(Person.objects.filter(login__regex=rf"^{login}[0-9]+$").select_related("home_unit").order_by("pk"))


def _plant(principal: Principal, above: list[Unit | None], kind: str, count: int) -> list[Unit]:
    planned = [
        Unit(
            principal=principal,
            parent=parent,
            code=f"{parent.code if parent else 'm'}-{n}",
            name=f"{UnitKind(kind).label} {parent.name.split()[-1] + '.' if parent else ''}{n}",
            kind=kind,
            tracks=[Track.SOL, Track.HSL],
            valid_from=FIRST_DAY,
        )
        for parent in above
        for n in range(1, count + 1)
    ]
    made = Unit.objects.bulk_create(planned)
    for unit in made:
        unit.path = f"{unit.parent.path if unit.parent else ''}{unit.pk:0{SEGMENT}d}"
    Unit.objects.bulk_update(made, ["path"], batch_size=100)
    UnitVersion.objects.bulk_create(
        UnitVersion(unit=unit, parent=unit.parent, name=unit.name, path=unit.path or "", valid_from=FIRST_DAY)
        for unit in made
    )
    return list(made)


def _hire(principal: Principal, login: str, units: list[Unit], role: Role) -> None:
    people = Person.objects.bulk_create(
        Person(
            login=f"{login}{n}",
            name=f"{login.capitalize()} Nr {n}",
            title=role.label,
            email=f"{login}{n}@bench.example",
            principal=principal,
            home_unit=unit,
            password="!",  # noqa: S106  nobody logs in: the bench makes its own sessions
        )
        for n, unit in enumerate(units)
    )
    Assignment.objects.bulk_create(
        Assignment(person=person, role=role, unit=unit, valid_from=FIRST_DAY)
        for person, unit in zip(people, units, strict=True)
    )
