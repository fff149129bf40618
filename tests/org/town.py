"""Two small municipalities of their own, beside the demo's, and what must always hold for a tree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from hjulet.core.actor import Actor
from hjulet.org import actions
from hjulet.org.choices import Duty
from hjulet.org.models import (
    Assignment,
    Person,
    Principal,
    ReceivingRule,
    Responsibility,
    Role,
    Unit,
    UnitVersion,
)
from hjulet.org.reach import actor_for

ONE = timedelta(days=1)
FIRST = date(2026, 1, 1)
TODAY = date(2026, 11, 12)
DUTIES: dict[str, dict[str, list[str]]] = {
    "employee": {Duty.REPORT: []},
    "unit_manager": {Duty.RECEIVE: [], Duty.HANDLE: ["sol", "lss"], Duty.READ: []},
    "department_manager": {Duty.READ: ["sol", "hsl"]},
    "mas": {Duty.READ: ["hsl"], Duty.HANDLE: ["hsl"]},
    "system_administrator": {Duty.MANAGE_ORGANISATION: []},
}


@dataclass
class Town:
    """root > (north > (ek, al), south > (bo)), all units."""

    principal: Principal
    units: dict[str, Unit]
    roles: dict[str, Role]
    people: dict[str, Person]
    at: datetime

    def actor(self, who: str, at: datetime | None = None) -> Actor:
        return actor_for(Person.objects.get(pk=self.people[who].pk), at=at or self.at)

    def unit(self, code: str) -> Unit:
        return Unit.objects.get(pk=self.units[code].pk)


def build_town(code: str, at: datetime) -> Town:
    principal = Principal.objects.create(code=code, name=f"{code.title()} kommun")
    units: dict[str, Unit] = {}
    places = [("root", None, "principal"), ("north", "root", "department"), ("south", "root", "department")]
    for name, above, kind in [
        *places,
        ("ek", "north", "unit"),
        ("al", "north", "unit"),
        ("bo", "south", "unit"),
    ]:
        units[name] = actions.create_unit(
            principal=principal,
            parent=units[above] if above else None,
            code=name,
            name=f"{name.title()} i {code}",
            kind=kind,
            tracks=["sol", "hsl"],
            valid_from=FIRST,
            actor=None,
            at=at,
        )
    roles = {}
    for role, duties in DUTIES.items():
        roles[role] = Role.objects.create(principal=principal, code=role, label=role.replace("_", " ").title())
        actions.set_role_duties(role=roles[role], duties=duties, actor=None, at=at)
    town = Town(principal, units, roles, {}, at)
    for who, role, unit in [
        ("boss", "department_manager", "north"),
        ("chief", "department_manager", "south"),
        ("ekman", "unit_manager", "ek"),
        ("boman", "unit_manager", "bo"),
        ("staff", "employee", "ek"),
        ("admin", "system_administrator", "root"),
    ]:
        town.people[who] = actions.create_person(
            principal=principal,
            login=f"{who}.{code}",
            name=f"{who.title()} {code.title()}",
            home_unit=units[unit],
            actor=None,
            at=at,
        )
        Assignment.objects.create(person=town.people[who], role=roles[role], unit=units[unit], valid_from=FIRST)
    Responsibility.objects.create(
        principal=principal, duty="receive_deviations", label="Ta emot avvikelser", basis="SOSFS 2011:9 5 kap.",
        role=roles["unit_manager"], level="unit",
    )  # fmt: skip
    Responsibility.objects.create(
        principal=principal, duty="adopt_hsl_routines", label="Ta fram rutiner", basis="HSF 4 kap. 6 §",
        role=roles["mas"], level="principal",
    )  # fmt: skip
    ReceivingRule.objects.create(principal=principal, track="sol", misconduct=False, duty=Duty.RECEIVE)
    return town


def true_path(unit: Unit) -> str:
    above = true_path(unit.parent) if unit.parent else ""
    return f"{above}{unit.pk:06d}"


def below(unit: Unit) -> set[int]:
    found = {unit.pk}
    for child in Unit.objects.filter(parent=unit):
        found |= below(child)
    return found


def assert_whole(principal: Principal) -> None:
    units = list(Unit.objects.of(principal.pk))
    paths = [unit.path or "" for unit in units]
    assert len(set(paths)) == len(paths)
    for unit in units:
        assert (unit.path or "").isdigit()
        assert unit.path == true_path(Unit.objects.get(pk=unit.pk))
        assert set(Unit.objects.under(unit.path).values_list("pk", flat=True)) == below(unit)
        assert_versions(unit)


def assert_versions(unit: Unit) -> None:
    rows = list(UnitVersion.objects.filter(unit=unit).order_by("valid_from"))
    assert rows[0].valid_from == unit.valid_from
    assert rows[-1].valid_to == unit.valid_to
    for earlier, later in zip(rows, rows[1:], strict=False):
        assert earlier.valid_to is not None
        assert earlier.valid_from <= earlier.valid_to
        assert earlier.valid_to + ONE == later.valid_from
    if unit.valid_to is None:
        assert (rows[-1].path, rows[-1].parent_id, rows[-1].name) == (unit.path, unit.parent_id, unit.name)


def assert_then(principal: Principal, on: date) -> None:
    """On any day the versions hang together: a path ends in its unit and begins with its parent's path that day."""
    rows = {
        row.unit_id: row for row in UnitVersion.objects.filter(unit__principal=principal, valid_from__lte=on)
        if row.valid_to is None or row.valid_to >= on
    }  # fmt: skip
    for row in rows.values():
        assert row.path.endswith(f"{row.unit_id:06d}")
        if row.parent_id:
            assert row.parent_id in rows
            assert row.path[:-6] == rows[row.parent_id].path
