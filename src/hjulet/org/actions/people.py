"""Verbs of people: who they are, which roles they hold, and who stands in for them."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org.actions.changing import changing, note, same_principal, unchanged, write
from hjulet.org.models import Assignment, Deputy, Person, Principal, Role, Unit


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
    with changing(principal.pk, actor, at):
        login = login.strip().lower()
        if Person.objects.filter(login=login).exists():
            raise Refused(_("Användarnamnet %(login)s är upptaget. Välj ett annat.") % {"login": login})
        same_principal(principal.pk, home_unit)
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
        note("person.created", person, actor, at, login=login, name=name, title=title)
    return person


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
    with changing(person.principal_id, actor, at):
        person.refresh_from_db()
        unchanged(person, seen)
        same_principal(person.principal_id, home_unit)
        new = {
            "name": name,
            "title": title,
            "email": email,
            "home_unit_id": home_unit.pk if home_unit else None,
            "protected_identity": protected_identity,
        }
        write(person, new, "person.changed", actor, at)
        person.refresh_from_db()
    return person


def deactivate_person(*, person: Person, seen: str | None = None, actor: Actor | None, at: datetime) -> Person:
    """Shuts the door. Roles end today, coming ones are withdrawn; everything she has written stays."""
    with changing(person.principal_id, actor, at) as today:
        person.refresh_from_db()
        unchanged(person, seen)
        if actor and actor.person_id == person.pk:
            raise Refused(_("Du kan inte stänga ditt eget konto. Be en kollega."))
        ending = person.assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
        for row in ending.select_related("role", "unit"):
            _end(row, today, actor, at)
        person.is_active, person.sessions_ended_at = False, at
        person.save(update_fields=["is_active", "sessions_ended_at"])
        note("person.deactivated", person, actor, at, is_active=[True, False])
    return person


def activate_person(*, person: Person, seen: str | None = None, actor: Actor | None, at: datetime) -> Person:
    """Opens the door again. Roles are given anew."""
    with changing(person.principal_id, actor, at):
        person.refresh_from_db()
        unchanged(person, seen)
        write(person, {"is_active": True}, "person.activated", actor, at)
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
    with changing(unit.principal_id, actor, at):
        same_principal(unit.principal_id, person, role)
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
        note(
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
    with changing(assignment.unit.principal_id, actor, at):
        assignment.refresh_from_db()
        unchanged(assignment, seen)
        if assignment.valid_to is not None and valid_to > assignment.valid_to:
            raise Refused(_("Rollen slutar redan tidigare. Ge den på nytt om den ska förlängas."))
        _end(assignment, valid_to, actor, at)


def _end(row: Assignment | Deputy, last: date, actor: Actor | None, at: datetime) -> None:
    kind = row._meta.model_name
    if row.valid_from > last:
        note(f"{kind}.withdrawn", row, actor, at, days=[row.valid_from, row.valid_to])
        row.delete()
        return
    write(row, {"valid_to": last}, f"{kind}.ended", actor, at)


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
    with changing(absent.principal_id, actor, at):
        _check_dates(valid_from, valid_to)
        if deputy is not None:
            _check_deputy(absent, deputy, actor)
        row = Deputy.objects.create(
            absent=absent, deputy=deputy, valid_from=valid_from, valid_to=valid_to, reason=reason
        )
        stands_in = deputy.pk if deputy else None
        note("deputy.created", row, actor, at, absent=absent.pk, deputy=stands_in, days=[valid_from, valid_to])
    return row


def _check_deputy(absent: Person, deputy: Person, actor: Actor | None) -> None:
    same_principal(absent.principal_id, deputy)
    if deputy.pk == absent.pk:
        raise Refused(_("Välj någon annan än den som är borta."))
    if not deputy.is_active:
        raise Refused(_("%(name)s har inget öppet konto. Välj någon annan.") % {"name": deputy.name})
    _not_oneself(deputy, actor)


def end_deputy(*, row: Deputy, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime) -> None:
    """Ends a time as deputy; one that has not begun by then is withdrawn."""
    with changing(row.absent.principal_id, actor, at):
        row.refresh_from_db()
        unchanged(row, seen)
        if valid_to > row.valid_to:
            raise Refused(_("Tiden slutar redan tidigare. Lägg till en ny om den ska förlängas."))
        _end(row, valid_to, actor, at)
