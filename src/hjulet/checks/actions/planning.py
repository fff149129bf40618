"""What a unit plans to have checked in a year, and the rounds that come of it."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.checks.choices import MONTHS, ChecklistKind, Often, RoundState, VersionState
from hjulet.checks.models import Checklist, ChecklistVersion, Round, SelfCheck
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.versions import check_version, write_version
from hjulet.documents.models import Document
from hjulet.org.models import Role, Unit
from hjulet.processes.models import Process
from hjulet.wheel.choices import KINDS, TO_PROVIDERS, WheelReach
from hjulet.wheel.models import as_values, topmost_providers
from hjulet.wheel.rights import may_plan

Window = tuple[date, date]


@dataclass(frozen=True)
class CheckPlan:
    """How a checklist is used for a year. `target` is the mean to reach, on the list's own scale."""

    checklist: Checklist
    often: str
    target: Decimal
    reach: str = WheelReach.HERE
    for_providers: bool = False
    role: Role | None = None
    how: str = ""
    document: Document | None = None
    process: Process | None = None
    step: str = ""


def windows(year: int, often: str) -> list[Window]:
    """The first and last day of each round of a year, which they share without gap or overlap."""
    length = MONTHS[Often(often)]
    return [
        (date(year, month, 1), date(year, month + length - 1, calendar.monthrange(year, month + length - 1)[1]))
        for month in range(1, 13, length)
    ]


COLUMNS = tuple(column.name for column in fields(CheckPlan))


def plan_check(unit: Unit, year: int, plan: CheckPlan, *, actor: Actor | None, at: datetime) -> SelfCheck:
    """Adds a check to a unit's year, and the rounds that are left of it. Raises Refused."""
    _refuse_stranger(unit, actor)
    version = _published(plan.checklist)
    _check_plan(plan, version)
    with transaction.atomic():
        if SelfCheck.objects.filter(unit=unit, year=year, checklist=plan.checklist).exists():
            raise Refused(_("Den checklistan är redan planerad för enheten i år. Ändra den planen i stället."))
        values = {name: getattr(plan, name) for name in COLUMNS}
        where = {"principal_id": unit.principal_id, "unit": unit, "year": year, "changed_at": at}
        made = SelfCheck.objects.create(**values, **where)
        make_rounds(made, at)
        _record("selfcheck.planned", made, actor, at, as_values(**values))
    return made


def change_check(
    check: SelfCheck, plan: CheckPlan, *, version: int | None, actor: Actor | None, at: datetime
) -> SelfCheck:
    """Rounds nobody has begun are made anew; those answered or begun stay. Raises Refused, Stale."""
    _refuse_stranger(check.unit, actor)
    _check_plan(plan, _published(plan.checklist))
    with transaction.atomic():
        locked = SelfCheck.objects.select_for_update(of=("self",)).select_related("unit").get(pk=check.pk)
        check_version(locked, version)
        if plan.checklist.pk != locked.checklist_id:
            raise Refused(_("Byt inte checklista i en plan. Ta bort den och planera en ny."))
        new = {name: getattr(plan, name) for name in COLUMNS}
        changed = {name: value for name, value in new.items() if getattr(locked, name) != value}
        if not changed:
            return locked
        write_version(locked, changed | {"changed_at": at})
        _untouched(locked).delete()
        make_rounds(locked, at)
        _record("selfcheck.replanned", locked, actor, at, as_values(**changed))
    return locked


def remove_check(check: SelfCheck, *, actor: Actor | None, at: datetime) -> None:
    """Raises Refused when any unit has begun it."""
    _refuse_stranger(check.unit, actor)
    with transaction.atomic():
        locked = SelfCheck.objects.select_for_update(of=("self",)).select_related("unit", "checklist").get(pk=check.pk)
        _untouched(locked).delete()
        if locked.rounds.exists():
            raise Refused(_("Någon enhet har redan börjat svara, så kontrollen kan inte tas bort."))
        _record("selfcheck.removed", locked, actor, at, {"checklist": locked.checklist.title, "year": locked.year})
        locked.delete()


def plan_next_year(unit: Unit, year: int, *, actor: Actor | None, at: datetime) -> int:
    """Plans the same checks for the year after, where they are not there already. Returns how many. Raises Refused."""
    _refuse_stranger(unit, actor)
    rows = SelfCheck.objects.filter(unit=unit, year=year, checklist__ended_on__isnull=True)
    there = SelfCheck.objects.filter(unit=unit, year=year + 1).values("checklist")
    made = 0
    with transaction.atomic():
        for row in rows.exclude(checklist__in=there).select_related("checklist", "role", "document", "process"):
            plan = CheckPlan(**{name: getattr(row, name) for name in COLUMNS})
            plan_check(unit, year + 1, plan, actor=actor, at=at)
            made += 1
    return made


def make_rounds(check: SelfCheck, at: datetime) -> int:
    """Makes the rounds that are missing: for each unit that does it and each window not over when it was planned.

    A unit that begins later gets those whose last day is yet to come. Returns how many.
    """
    today, version = local_date(at), _published(check.checklist)
    spans = [span for span in windows(check.year, check.often) if span[1] >= today or check.year < today.year]
    there = set(check.rounds.values_list("unit_id", "opens_on"))
    rows = [
        Round(version=version, check_of=check, unit=unit, opens_on=first, due_on=last, target=check.target)
        for unit in doers(check)
        for first, last in spans
        if (unit.pk, first) not in there
        and unit.valid_from <= last
        and (unit.valid_to is None or unit.valid_to >= last)
    ]
    Round.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def doers(check: SelfCheck) -> Iterator[Unit]:
    """Units that are to do it: the one that planned it, or some kinds under it, as on the annual wheel."""
    if check.reach == WheelReach.HERE:
        yield check.unit
        return
    kinds = Q(kind__in=KINDS[check.reach])
    if check.for_providers and check.reach in TO_PROVIDERS:
        kinds |= Q(kind="provider")
    under = Unit.objects.filter(kinds, principal_id=check.principal_id, path__startswith=check.unit.path or "-")
    found = list(under.order_by("path"))
    providers = topmost_providers(found)
    yield from (unit for unit in found if providers.get(unit.pk) in (None, unit))


def _untouched(check: SelfCheck) -> Any:
    return check.rounds.filter(state=RoundState.OPEN, answers__isnull=True, evidence__isnull=True)


def _published(checklist: Checklist) -> ChecklistVersion:
    found: ChecklistVersion | None = checklist.versions.filter(state=VersionState.PUBLISHED).first()
    if found is None or checklist.kind != ChecklistKind.SELF_CHECK:
        raise Refused(_("Checklistan är inte publicerad än. Publicera den först."))
    return found


def _check_plan(plan: CheckPlan, version: ChecklistVersion) -> None:
    scale = version.content["scale"]
    if not scale["min"] <= plan.target <= scale["max"]:
        told = {"low": scale["min"], "high": scale["max"]}
        raise Refused(_("Målet ska ligga mellan %(low)s och %(high)s, som är checklistans skala.") % told)
    if plan.reach == WheelReach.PROVIDERS and not plan.for_providers:
        raise Refused(_("Kryssa för att den gäller externa utförare, eller välj vilka andra som gör den."))


def _refuse_stranger(unit: Unit, actor: Actor | None) -> None:
    if actor is not None and not may_plan(unit, actor):
        raise Refused(_("Bara den som planerar enhetens år kan planera dess egenkontroller."))


def _record(verb: str, check: SelfCheck, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    where = {"principal_id": check.principal_id, "unit_id": check.unit_id}
    record(verb, actor=actor, at=at, about=("selfcheck", check.pk), values=values, **where)
