"""One change of a principal's organisation: locked, checked, stamped and told.

Two things are refused whatever the change is: that nobody is left who may change the organisation, and that
someone gives herself a way into cases (rulebook 10.3).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.choices import Duty
from hjulet.org.models import (
    Assignment,
    Delegation,
    Deputy,
    Person,
    Principal,
    ReceivingRule,
    Responsibility,
    Role,
    Unit,
    in_force,
)
from hjulet.org.reach import actor_for

ONE_DAY = timedelta(days=1)
CASE_DUTIES = (
    *(Duty.HANDLE, Duty.READ, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT),
    *(Duty.LEX, Duty.READ_LEX, Duty.DECIDE_LEX, Duty.REGISTER, Duty.LICENSED),
)
STAMPED: dict[type[models.Model], tuple[str, ...]] = {
    Unit: (
        "name", "kind", "tracks", "is_caregiver", "services", "parent_id", "path", "valid_from", "valid_to",
        "merged_into_id",
    ),
    Person: ("name", "title", "email", "home_unit_id", "is_active", "protected_identity"),
    Role: ("label", "help"),
    Assignment: ("person_id", "role_id", "unit_id", "valid_from", "valid_to"),
    Delegation: ("person_id", "mandate", "unit_id", "valid_from", "valid_to"),
    Deputy: ("absent_id", "deputy_id", "valid_from", "valid_to", "reason"),
    Responsibility: ("role_id", "level"),
    ReceivingRule: ("duty",),
}  # fmt: skip


def stamp_of(row: models.Model) -> str:
    """What a row looked like when a form was shown; an action given another stamp as `seen` raises Stale."""
    seen: list[Any] = [getattr(row, name) for name in STAMPED[type(row)]]
    if isinstance(row, Role):
        seen.append(sorted(row.duties.values_list("duty", "tracks")))
    return hashlib.sha256(json.dumps(seen, default=str).encode()).hexdigest()[:16]


def unchanged(row: models.Model, seen: str | None) -> None:
    if seen is not None and seen != stamp_of(row):
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))


@contextmanager
def changing(principal_id: int, actor: Actor | None, at: datetime, *, own_reach: bool = True) -> Iterator[date]:
    """One change of a principal's organisation; yields today. Checks afterwards what no change may do."""
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=principal_id)
        today = local_date(at)
        managed = _someone_manages(principal_id, today)
        before = _case_reach(actor, at) if own_reach else frozenset()
        yield today
        if managed and not _someone_manages(principal_id, today):
            raise Refused(_("Då kan ingen längre ändra organisationen. Ge någon annan den uppgiften först."))
        if own_reach and not _case_reach(actor, at) <= before:
            raise Refused(_("Ändringen skulle öppna ärenden för dig själv. Be en kollega att göra den."))


def _someone_manages(principal_id: int, today: date) -> bool:
    """Whether an active person may change the whole organisation, the day it is and from then on."""
    return Assignment.objects.filter(
        in_force(today),
        role__duties__duty=Duty.MANAGE_ORGANISATION,
        unit__principal_id=principal_id,
        unit__parent__isnull=True,
        person__is_active=True,
    ).exists()


def _case_reach(actor: Actor | None, at: datetime) -> frozenset[tuple[str, str, int]]:
    person = (
        Person.objects.select_related("principal", "home_unit").filter(pk=actor.person_id).first() if actor else None
    )
    grants = actor_for(person, at=at).reach(*CASE_DUTIES) if person else ()
    if person is None or not grants:
        return frozenset()
    units = Unit.objects.of(person.principal_id).within(grants).values_list("pk", "path")
    return frozenset(
        (grant.duty, track, pk)
        for pk, path in units
        for grant in grants
        if grant.covers(path or "")
        for track in grant.tracks
    )


def note(verb: str, row: models.Model, actor: Actor | None, at: datetime, **values: Any) -> None:
    unit = row if isinstance(row, Unit) else getattr(row, "unit", None)
    record(
        verb,
        actor=actor,
        at=at,
        about=_about(row),
        principal_id=_principal_of(row),
        unit_id=unit.pk if unit else None,
        values=values,
    )


def _about(row: Any) -> tuple[str, int]:
    """Roles, delegations and absences belong to the person's history."""
    if isinstance(row, Assignment | Delegation):
        return "person", row.person_id
    if isinstance(row, Deputy):
        return "person", row.absent_id
    return row._meta.model_name or "", row.pk


def _principal_of(row: Any) -> int:
    if isinstance(row, Assignment | Delegation):
        return row.unit.principal_id
    owner = row.absent if isinstance(row, Deputy) else row
    return int(owner.principal_id)


def write(row: models.Model, new: Mapping[str, Any], verb: str, actor: Actor | None, at: datetime) -> None:
    changed = {name: [getattr(row, name), value] for name, value in new.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, (_old, value) in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    note(verb, row, actor, at, **changed)


def same_principal(principal_id: int, *rows: Any) -> None:
    for row in rows:
        if row is not None and row.principal_id != principal_id:
            raise Refused(_("Personen, rollen och enheten måste höra till samma huvudman."))
