"""Verbs of the organisation. Nothing that has been in force is deleted; the tree of then is in UnitVersion.

Every verb locks the principal, so that two changes of one tree never mix, and refuses two things: that nobody
is left who may change the organisation, and that someone gives herself a way into cases (rulebook 10.3).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.core.swedish_time import date_short
from hjulet.org.choices import Duty
from hjulet.org.models import (
    SEGMENT,
    Assignment,
    Deputy,
    Person,
    Principal,
    ReceivingRule,
    Responsibility,
    Role,
    RoleDuty,
    Unit,
    UnitVersion,
    in_force,
    path_end,
)
from hjulet.org.reach import actor_for

ONE_DAY = timedelta(days=1)
LONGEST_PATH = 120
LAST_SEGMENT = 10**SEGMENT - 2  # path_end adds one and must stay within the digits
CASE_DUTIES = (Duty.HANDLE, Duty.READ, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT)
STAMPED: dict[type[models.Model], tuple[str, ...]] = {
    Unit: (
        "name", "kind", "tracks", "is_caregiver", "services", "parent_id", "path", "valid_from", "valid_to",
        "merged_into_id",
    ),
    Person: ("name", "title", "email", "home_unit_id", "is_active", "protected_identity"),
    Role: ("label", "help"),
    Assignment: ("person_id", "role_id", "unit_id", "valid_from", "valid_to"),
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


def _unchanged(row: models.Model, seen: str | None) -> None:
    if seen is not None and seen != stamp_of(row):
        raise Stale(_("Någon annan har ändrat här sedan du öppnade sidan. Det du skrev finns kvar."))


@contextmanager
def _changing(principal_id: int, actor: Actor | None, at: datetime, *, own_reach: bool = True) -> Iterator[date]:
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


def _note(verb: str, row: models.Model, actor: Actor | None, at: datetime, **values: Any) -> None:
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
    """Roles and absences belong to the person's history."""
    if isinstance(row, Assignment):
        return "person", row.person_id
    if isinstance(row, Deputy):
        return "person", row.absent_id
    return row._meta.model_name or "", row.pk


def _principal_of(row: Any) -> int:
    if isinstance(row, Assignment):
        return row.unit.principal_id
    owner = row.absent if isinstance(row, Deputy) else row
    return int(owner.principal_id)


def _not_later(day: date, today: date) -> None:
    if day > today:
        raise Refused(_("Flytten gäller från i dag eller tidigare. Kom tillbaka den dag ändringen börjar gälla."))


# Units ------------------------------------------------------------------------------------------------------


def create_unit(
    *,
    principal: Principal,
    parent: Unit | None,
    code: str,
    name: str,
    kind: str,
    valid_from: date,
    tracks: Iterable[str] = (),
    is_caregiver: bool = False,
    services: str = "",
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """A new place below `parent`, or the principal's root. Raises Refused."""
    with _changing(principal.pk, actor, at, own_reach=False) as today:
        _not_later(valid_from, today)
        above = _check_place(principal, parent, valid_from)
        if Unit.objects.of(principal.pk).filter(code=code).exists():
            raise Refused(_("Koden %(code)s är upptagen. Välj en annan.") % {"code": code})
        unit = Unit.objects.create(
            principal=principal,
            parent=parent,
            code=code,
            name=name,
            kind=kind,
            tracks=list(tracks),
            is_caregiver=is_caregiver,
            services=services,
            valid_from=valid_from,
        )
        unit.path = above + segment(unit.pk)
        _check_depth(len(unit.path))
        unit.save(update_fields=["path"])
        UnitVersion.objects.create(unit=unit, parent=parent, name=name, path=unit.path, valid_from=valid_from)
        _note(
            "unit.created",
            unit,
            actor,
            at,
            code=code,
            name=name,
            parent=parent.name if parent else "",
            day=valid_from,
        )
    return unit


def segment(pk: int) -> str:
    """One step of a path: the unit's own number, so that a move never renumbers anything."""
    if pk > LAST_SEGMENT:
        raise Refused(_("Det går inte att lägga upp fler enheter än %(count)s.") % {"count": LAST_SEGMENT})
    return f"{pk:0{SEGMENT}d}"


def _check_place(principal: Principal, parent: Unit | None, day: date) -> str:
    if parent is None:
        if Unit.objects.of(principal.pk).filter(parent__isnull=True).exists():
            raise Refused(_("Huvudmannen har redan en översta enhet. Välj var i trädet den nya ska ligga."))
        return ""
    parent.refresh_from_db()
    if parent.principal_id != principal.pk:
        raise Refused(_("Enheten hör till en annan huvudman."))
    _check_parent(parent, day)
    return parent.path or ""


def _check_parent(parent: Unit, day: date) -> None:
    """The place must stay, and must have lain where it lies since the day; or the tree of then is untrue."""
    if parent.valid_to is not None:
        raise Refused(_("%(unit)s är stängd eller stängs snart. Välj ett annat ställe.") % {"unit": parent.name})
    since = parent.versions.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    first = since.order_by("valid_from").first()
    if first is None or first.valid_from > day:
        raise Refused(_("%(unit)s fanns inte den dagen. Välj en senare dag.") % {"unit": parent.name})
    if since.exclude(path=parent.path).exists():
        raise Refused(_("%(unit)s har själv flyttats efter den dagen. Välj en senare dag.") % {"unit": parent.name})


def _check_depth(length: int) -> None:
    if length > LONGEST_PATH:
        levels = LONGEST_PATH // SEGMENT
        raise Refused(_("Trädet får ha högst %(count)s nivåer.") % {"count": levels})


def rename_unit(
    *, unit: Unit, name: str, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """A new name from a day, today or earlier. Older records keep showing the tree of then."""
    with _changing(unit.principal_id, actor, at) as today:
        _lock_unit(unit, seen)
        _not_later(day, today)
        _check_open(unit)
        if name == unit.name:
            return unit
        version = _latest(unit, day)
        if version.valid_from == day:
            UnitVersion.objects.filter(pk=version.pk).update(name=name)
        else:
            UnitVersion.objects.filter(pk=version.pk).update(valid_to=day - ONE_DAY)
            UnitVersion.objects.create(
                unit=unit,
                parent=unit.parent,
                name=name,
                path=version.path,
                valid_from=day,
                valid_to=version.valid_to,
            )
        _note("unit.renamed", unit, actor, at, name=[unit.name, name], day=day)
        unit.name = name
        unit.save(update_fields=["name"])
    return unit


def change_unit(
    *,
    unit: Unit,
    kind: str,
    tracks: Iterable[str],
    is_caregiver: bool,
    services: str,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """What kind of unit it is, which laws it works under and what it gives (ORG-1)."""
    with _changing(unit.principal_id, actor, at):
        _lock_unit(unit, seen)
        new = {"kind": kind, "tracks": list(tracks), "is_caregiver": is_caregiver, "services": services}
        _write(unit, new, "unit.changed", actor, at)
    return unit


def move_unit(
    *, unit: Unit, parent: Unit, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """Hangs a unit, with all below it, under another from a day, today or earlier. Raises Refused, Stale."""
    with _changing(unit.principal_id, actor, at) as today:
        _lock_unit(unit, seen)
        parent.refresh_from_db()
        _not_later(day, today)
        _check_open(unit)
        _check_target(unit, parent)
        _check_parent(parent, day)
        _latest(unit, day)
        if unit.parent_id == parent.pk:
            return unit
        old = unit.parent.name if unit.parent else ""
        _rehang(unit, parent, day)
        _note("unit.moved", unit, actor, at, parent=[old, parent.name], day=day)
    return unit


def _lock_unit(unit: Unit, seen: str | None) -> None:
    unit.refresh_from_db()
    _unchanged(unit, seen)


def _check_open(unit: Unit) -> None:
    if unit.valid_to is not None:
        raise Refused(_("%(unit)s har redan en sista dag och kan inte ändras.") % {"unit": unit.name})


def _check_target(unit: Unit, target: Unit) -> None:
    if unit.parent_id is None:
        raise Refused(_("Den översta enheten kan inte flyttas."))
    if target.principal_id != unit.principal_id:
        raise Refused(_("Enheten hör till en annan huvudman."))
    if (unit.path or "") <= (target.path or "") < path_end(unit.path or ""):
        raise Refused(_("En enhet kan inte ligga under sig själv. Välj ett annat ställe."))


def _latest(unit: Unit, day: date) -> UnitVersion:
    """The version that holds now. A change dated before it would overwrite what came after: refused."""
    version = UnitVersion.objects.filter(unit=unit).order_by("-valid_from")[0]
    if version.valid_from > day:
        raise Refused(
            _("%(unit)s ändrades %(day)s. Välj den dagen eller en senare.")
            % {"unit": unit.name, "day": date_short(version.valid_from, today=day)}
        )
    return version


def _rehang(unit: Unit, parent: Unit, day: date) -> None:
    """Rewrites the paths of the whole subtree in one statement, and its versions from the day on."""
    old, new = unit.path or "", f"{parent.path}{segment(unit.pk)}"
    deepest = Unit.objects.under(old).aggregate(most=Max(Length("path")))["most"] or len(old)
    _check_depth(deepest - len(old) + len(new))
    moved = Concat(Value(new), Substr("path", len(old) + 1), output_field=models.CharField())
    Unit.objects.under(old).update(path=moved)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    under = UnitVersion.objects.filter(path__gte=old, path__lt=path_end(old))
    later = under.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    across = list(later.filter(valid_from__lt=day))
    later.filter(valid_from__gte=day).update(path=moved)
    later.filter(valid_from__lt=day).update(valid_to=day - ONE_DAY)
    UnitVersion.objects.bulk_create(
        [
            UnitVersion(
                unit_id=row.unit_id,
                parent_id=row.parent_id,
                name=row.name,
                path=new + row.path[len(old) :],
                valid_from=day,
                valid_to=row.valid_to,
            )
            for row in across
        ],
        batch_size=200,
    )
    UnitVersion.objects.filter(unit=unit, valid_from__gte=day).update(parent=parent)
    unit.refresh_from_db()


def close_unit(*, unit: Unit, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime) -> Unit:
    """Gives a unit its last day, past or to come. Roles there end; cases stay where they were made."""
    with _changing(unit.principal_id, actor, at):
        _lock_unit(unit, seen)
        _check_open(unit)
        _check_closable(unit, valid_to)
        _close(unit, valid_to, {})
        _note("unit.closed", unit, actor, at, valid_to=valid_to)
    return unit


def _check_closable(unit: Unit, last: date) -> None:
    if unit.parent_id is None:
        raise Refused(_("Den översta enheten kan inte stängas."))
    staying = unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last))
    if staying.exists():
        names = ", ".join(staying.values_list("name", flat=True)[:3])
        raise Refused(
            _("Under enheten ligger %(names)s. Flytta eller stäng det som ligger under först.") % {"names": names}
        )


def _close(unit: Unit, last: date, more: Mapping[str, Any]) -> None:
    version = _latest(unit, last)
    still = UnitVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last), parent=unit)
    if still.exists():
        names = {"below": still.values_list("name", flat=True)[0], "unit": unit.name}
        raise Refused(_("%(below)s låg under %(unit)s efter den dagen. Välj en senare dag.") % names)
    later = unit.assignments.filter(valid_from__gt=last)
    if later.exists():
        raise Refused(
            _("Någon har en roll på %(unit)s som börjar efter den dagen. Avsluta den först.") % {"unit": unit.name}
        )
    unit.assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last)).update(valid_to=last)
    UnitVersion.objects.filter(pk=version.pk).update(valid_to=last)
    Unit.objects.filter(pk=unit.pk).update(valid_to=last, **more)
    unit.refresh_from_db()


def merge_units(
    *, unit: Unit, into: Unit, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """`unit` becomes part of `into` from a day. What lies below moves over; records stay in `unit`.

    The closed unit then lies under `into`, so that those who answer for `into` reach what the old unit left.
    """
    with _changing(unit.principal_id, actor, at) as today:
        _lock_unit(unit, seen)
        into.refresh_from_db()
        _not_later(day, today)
        _check_open(unit)
        _check_target(unit, into)
        _check_parent(into, day)
        for child in unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day)):
            _latest(child, day)
            _rehang(child, into, day)
        _close(unit, day - ONE_DAY, {"merged_into": into})
        if unit.parent_id != into.pk:
            _rehang(unit, into, day)
        _note("unit.merged", unit, actor, at, into=into.name, day=day)
    return unit


def split_unit(
    *,
    unit: Unit,
    code: str,
    name: str,
    children: Iterable[Unit],
    day: date,
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """A new unit beside `unit`, of the same kind, which takes over some of what lies below."""
    with transaction.atomic():
        new = create_unit(
            principal=unit.principal,
            parent=unit.parent,
            code=code,
            name=name,
            kind=unit.kind,
            tracks=unit.tracks,
            is_caregiver=unit.is_caregiver,
            services=unit.services,
            valid_from=day,
            actor=actor,
            at=at,
        )
        for child in children:
            if child.parent_id != unit.pk:
                raise Refused(_("%(unit)s ligger inte under enheten som delas.") % {"unit": child.name})
            move_unit(unit=child, parent=new, day=day, actor=actor, at=at)
        _note("unit.split", unit, actor, at, into=new.name, day=day)
    return new


def _write(row: models.Model, new: Mapping[str, Any], verb: str, actor: Actor | None, at: datetime) -> None:
    changed = {name: [getattr(row, name), value] for name, value in new.items() if getattr(row, name) != value}
    if not changed:
        return
    for name, (_old, value) in changed.items():
        setattr(row, name, value)
    row.save(update_fields=list(changed))
    _note(verb, row, actor, at, **changed)


# People -----------------------------------------------------------------------------------------------------


def create_person(
    *,
    principal: Principal,
    login: str,
    name: str,
    title: str = "",
    email: str = "",
    home_unit: Unit | None = None,
    protected_identity: bool = False,
    password: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Person:
    """A person with no role yet. Without `password` she cannot log in with one."""
    with _changing(principal.pk, actor, at):
        login = login.strip().lower()
        if Person.objects.filter(login=login).exists():
            raise Refused(_("Användarnamnet %(login)s är upptaget. Välj ett annat.") % {"login": login})
        _same_principal(principal.pk, home_unit)
        person = Person(
            principal=principal,
            login=login,
            name=name,
            title=title,
            email=email,
            home_unit=home_unit,
            protected_identity=protected_identity,
        )
        person.set_password(password)
        person.save()
        _note("person.created", person, actor, at, login=login, name=name, title=title)
    return person


def _same_principal(principal_id: int, *rows: Any) -> None:
    for row in rows:
        if row is not None and row.principal_id != principal_id:
            raise Refused(_("Personen, rollen och enheten måste höra till samma huvudman."))


def change_person(
    *,
    person: Person,
    name: str,
    title: str,
    email: str,
    home_unit: Unit | None,
    protected_identity: bool,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Person:
    """Changes what is known about a person; roles are changed by their own verbs."""
    with _changing(person.principal_id, actor, at):
        person.refresh_from_db()
        _unchanged(person, seen)
        _same_principal(person.principal_id, home_unit)
        new = {
            "name": name,
            "title": title,
            "email": email,
            "home_unit_id": home_unit.pk if home_unit else None,
            "protected_identity": protected_identity,
        }
        _write(person, new, "person.changed", actor, at)
        person.refresh_from_db()
    return person


def deactivate_person(*, person: Person, seen: str | None = None, actor: Actor | None, at: datetime) -> Person:
    """Shuts the door. Roles end today, coming ones are withdrawn; everything she has written stays."""
    with _changing(person.principal_id, actor, at) as today:
        person.refresh_from_db()
        _unchanged(person, seen)
        if actor and actor.person_id == person.pk:
            raise Refused(_("Du kan inte stänga ditt eget konto. Be en kollega."))
        ending = person.assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
        for row in ending.select_related("role", "unit"):
            _end(row, today, actor, at)
        person.is_active = False
        person.save(update_fields=["is_active"])
        _note("person.deactivated", person, actor, at, is_active=[True, False])
    return person


def activate_person(*, person: Person, seen: str | None = None, actor: Actor | None, at: datetime) -> Person:
    """Opens the door again. Roles are given anew."""
    with _changing(person.principal_id, actor, at):
        person.refresh_from_db()
        _unchanged(person, seen)
        _write(person, {"is_active": True}, "person.activated", actor, at)
    return person


def assign_role(
    *,
    person: Person,
    role: Role,
    unit: Unit,
    valid_from: date,
    valid_to: date | None = None,
    actor: Actor | None,
    at: datetime,
) -> Assignment:
    """A person holds a role at a unit and below, from one day to another; both days count."""
    with _changing(unit.principal_id, actor, at):
        _same_principal(unit.principal_id, person, role)
        _not_oneself(person, actor)
        _check_dates(valid_from, valid_to)
        person.refresh_from_db()
        unit.refresh_from_db()
        if not person.is_active:
            raise Refused(_("%(name)s har inget öppet konto. Öppna det först.") % {"name": person.name})
        if unit.valid_from > valid_from or not _within(unit.valid_to, valid_to):
            raise Refused(_("%(unit)s finns inte hela den tiden. Välj andra dagar.") % {"unit": unit.name})
        _check_overlap(person, role, unit, valid_from, valid_to)
        row = Assignment.objects.create(person=person, role=role, unit=unit, valid_from=valid_from, valid_to=valid_to)
        _note(
            "assignment.created",
            row,
            actor,
            at,
            person=person.pk,
            role=role.label,
            days=[valid_from, valid_to],
        )
    return row


def _within(outer: date | None, inner: date | None) -> bool:
    return outer is None or (inner is not None and inner <= outer)


def _not_oneself(person: Person, actor: Actor | None) -> None:
    if actor and actor.person_id == person.pk:
        raise Refused(_("Du kan inte ge dig själv en roll. Be en kollega."))


def _check_dates(first: date, last: date | None) -> None:
    if last is not None and last < first:
        raise Refused(_("Sista dagen ligger före den första. Byt plats på dem."))


def _check_overlap(person: Person, role: Role, unit: Unit, first: date, last: date | None) -> None:
    rows = person.assignments.filter(role=role, unit=unit).filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first))
    if last is not None:
        rows = rows.filter(valid_from__lte=last)
    if rows.exists():
        raise Refused(_("%(name)s har redan den rollen där de dagarna.") % {"name": person.name})


def end_assignment(
    *, assignment: Assignment, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> None:
    """Gives a role its last day. One that has not begun by then is withdrawn."""
    with _changing(assignment.unit.principal_id, actor, at):
        assignment.refresh_from_db()
        _unchanged(assignment, seen)
        if assignment.valid_to is not None and valid_to > assignment.valid_to:
            raise Refused(_("Rollen slutar redan tidigare. Ge den på nytt om den ska förlängas."))
        _end(assignment, valid_to, actor, at)


def _end(row: Assignment | Deputy, last: date, actor: Actor | None, at: datetime) -> None:
    kind = row._meta.model_name
    if row.valid_from > last:
        _note(f"{kind}.withdrawn", row, actor, at, days=[row.valid_from, row.valid_to])
        row.delete()
        return
    _write(row, {"valid_to": last}, f"{kind}.ended", actor, at)


def add_deputy(
    *,
    absent: Person,
    deputy: Person | None,
    valid_from: date,
    valid_to: date,
    reason: str = "",
    actor: Actor | None,
    at: datetime,
) -> Deputy:
    """Someone is away, and another has her roles those days. Without a deputy the absence shows as a gap."""
    with _changing(absent.principal_id, actor, at):
        _check_dates(valid_from, valid_to)
        if deputy is not None:
            _check_deputy(absent, deputy, actor)
        row = Deputy.objects.create(
            absent=absent, deputy=deputy, valid_from=valid_from, valid_to=valid_to, reason=reason
        )
        stands_in = deputy.pk if deputy else None
        _note("deputy.created", row, actor, at, absent=absent.pk, deputy=stands_in, days=[valid_from, valid_to])
    return row


def _check_deputy(absent: Person, deputy: Person, actor: Actor | None) -> None:
    _same_principal(absent.principal_id, deputy)
    if deputy.pk == absent.pk:
        raise Refused(_("Välj någon annan än den som är borta."))
    if not deputy.is_active:
        raise Refused(_("%(name)s har inget öppet konto. Välj någon annan.") % {"name": deputy.name})
    _not_oneself(deputy, actor)


def end_deputy(*, row: Deputy, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime) -> None:
    """Ends a time as deputy; one that has not begun by then is withdrawn."""
    with _changing(row.absent.principal_id, actor, at):
        row.refresh_from_db()
        _unchanged(row, seen)
        if valid_to > row.valid_to:
            raise Refused(_("Tiden slutar redan tidigare. Lägg till en ny om den ska förlängas."))
        _end(row, valid_to, actor, at)


# Roles, responsibilities and receivers ----------------------------------------------------------------------


def rename_role(
    *, role: Role, label: str, help: str = "", seen: str | None = None, actor: Actor | None, at: datetime
) -> Role:
    """The municipality's own word for a role. The code never changes."""
    with _changing(role.principal_id, actor, at):
        role.refresh_from_db()
        _unchanged(role, seen)
        _write(role, {"label": label, "help": help}, "role.renamed", actor, at)
    return role


def set_role_duties(
    *,
    role: Role,
    duties: Mapping[str, Iterable[str]],
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Role:
    """Which duties a role carries, with its tracks; no tracks means all. Those left out are taken away."""
    with _changing(role.principal_id, actor, at):
        role.refresh_from_db()
        _unchanged(role, seen)
        old = {duty: sorted(tracks) for duty, tracks in role.duties.values_list("duty", "tracks")}
        new = {str(duty): sorted(str(track) for track in tracks) for duty, tracks in duties.items()}
        if old == new:
            return role
        role.duties.exclude(duty__in=list(new)).delete()
        for duty, tracks in new.items():
            RoleDuty.objects.update_or_create(role=role, duty=duty, defaults={"tracks": tracks})
        _note("role.duties", role, actor, at, duties=[old, new])
    return role


def set_responsibility_role(
    *,
    responsibility: Responsibility,
    role: Role,
    level: str | None = None,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Responsibility:
    """Which role holds a duty of the management system, and on which level (ORG-4)."""
    with _changing(responsibility.principal_id, actor, at):
        responsibility.refresh_from_db()
        _unchanged(responsibility, seen)
        _same_principal(responsibility.principal_id, role)
        new = {"role_id": role.pk, "level": level or responsibility.level}
        _write(responsibility, new, "responsibility.changed", actor, at)
        responsibility.refresh_from_db()
    return responsibility


def set_receiving_rule(
    *,
    principal: Principal,
    track: str,
    misconduct: bool,
    duty: str,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> ReceivingRule:
    """Who receives a report first. Cases that already lie somewhere stay there."""
    with _changing(principal.pk, actor, at):
        rule = ReceivingRule.objects.filter(principal=principal, track=track, misconduct=misconduct).first()
        if rule is None:
            rule = ReceivingRule.objects.create(principal=principal, track=track, misconduct=misconduct, duty=duty)
            _note("receivingrule.created", rule, actor, at, track=track, misconduct=misconduct, duty=duty)
            return rule
        _unchanged(rule, seen)
        _write(rule, {"duty": duty}, "receivingrule.changed", actor, at)
    return rule
