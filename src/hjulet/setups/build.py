"""Builds a demo municipality: units, people, roles, and cases that have gone through the real steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date
from hjulet.learning_stops.content import place_themes
from hjulet.notify.models import Notice, Outbox
from hjulet.org import actions
from hjulet.org.models import Person, Principal, Role, Unit
from hjulet.org.reach import actor_for
from hjulet.processes.content import load_processes
from hjulet.services.planning import plan as plan_checks
from hjulet.setups.access import load_access
from hjulet.setups.checks import fill_checks
from hjulet.setups.content import design, load_basics, proposals_for, read
from hjulet.setups.diary import begin_diary, fill_diary
from hjulet.setups.documents import fill_documents, live_with_documents
from hjulet.setups.handover import fill_handovers
from hjulet.setups.internal_reviews import fill_reviews
from hjulet.setups.learning_stops import fill_learning_stops
from hjulet.setups.management_system import adopt_management_system
from hjulet.setups.processes import begin_processes, live_with_processes
from hjulet.setups.promises import begin_services
from hjulet.setups.samples import fill_samples
from hjulet.setups.tales import Tales
from hjulet.setups.wheel import fill_wheel

PASSWORD = "hjulet"  # noqa: S105  the demo's, printed on its login page
BUILT = ("vetlanda",)
KNOWN = ("social-board", "stockholm", "ragunda", "ekero", "vetlanda")
FIRST_DAY = date(2011, 1, 1)
QUARTERS = 8


class NotYet(Exception):
    """A set-up that is known but not built yet."""


@dataclass
class Place:
    """A principal under construction: its units and roles by code, its people by login."""

    principal: Principal
    roles: dict[str, Role]
    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    changes: list[tuple[date, str, dict[str, Any]]] = field(default_factory=list)


@transaction.atomic
def build(setup: str = "vetlanda", cases: bool = True, *, at: datetime, empty: bool = False) -> Principal:
    """Builds the demo as of `at` and returns its first principal. Two years of cases unless told otherwise.

    `empty`: one principal with its root unit, where the demo people have their roles, and no cases. The
    database must have no principal. Raises NotYet for a set-up not built yet, KeyError for an unknown one.
    """
    if setup not in KNOWN:
        raise KeyError(setup)
    if setup not in BUILT:
        raise NotYet(setup)
    plan = design(setup)
    begin = first_moment(at)
    load_basics()
    if empty:
        alone = _only_root(plan, setup, begin).principal
        place_themes(alone)
        proposals_for(alone, at)
        return alone
    first = _raise(plan["tree"], plan, setup, begin)
    second = _raise(plan["second"], plan, setup, begin)
    _settle(first, read("people")["people"], begin)
    _settle(second, read("people")["second"], begin)
    _delegate(first, begin)
    for place, services in ((first, read("services")["services"]), (second, read("services")["second"])):
        begin_diary(place, begin)
        begin_services(place, services, at)
        place_themes(place.principal)
    fill_documents(first.units, first.people, _actor_of(first), begin)
    load_processes(second.principal, begin)
    begin_processes(first.principal, first.people, _actor_of(first), begin)
    tales = Tales([first, second], begin=begin, at=at)
    tales.live(cases=cases)
    for place in (first, second):
        plan_checks(place.principal.pk, local_date(at))
    if cases:
        fill_diary(first, at)
        live_with_processes(first.principal, _actor_of(first), at)
        for place in (first, second):
            fill_wheel(place.principal, place.units, _actor_of(place), at, main=place is first)
        fill_checks(first.units, _actor_of(first), at)
        fill_reviews(first.principal, first.units, _actor_of(first), at)
        fill_learning_stops(first.principal, first.units, _actor_of(first), at)
        live_with_documents(first.units, first.people, _actor_of(first), at)
        fill_samples(first.units, _actor_of(first), at)
        fill_handovers(first.people, first.units, lambda rows: _settle(first, rows, begin), at)
    adopt_management_system(first.units, _actor_of(first), at)
    _absences(first, at)
    _quiet(at)
    return first.principal


def first_moment(at: datetime) -> datetime:
    """Nine in the morning of the first day of the quarter eight quarters back."""
    today = local_date(at)
    quarter = today.year * 4 + (today.month - 1) // 3 - QUARTERS
    return datetime(quarter // 4, quarter % 4 * 3 + 1, 1, 9, 0, tzinfo=STOCKHOLM)


def _raise(tree: dict[str, Any], plan: dict[str, Any], setup: str, begin: datetime) -> Place:
    principal = Principal.objects.create(code=tree["code"], name=tree["label"], setup=setup)
    place = Place(principal, load_access(principal, setup=setup, labels=plan["role_labels"]))
    rows = list(_walk(tree, ""))
    parents = {row["code"]: parent for row, parent in rows}
    for row, parent in rows:
        was = row.get("was", {})
        above = was.get("parent", parent)
        if above and above not in place.units:
            _plant(place, next(r for r, _ in rows if r["code"] == above), parents[above], {}, begin)
        if row["code"] not in place.units:
            _plant(place, row, above, was, begin)
        if was:
            place.changes.append((was["until"] + timedelta(days=1), row["code"], {"parent": parent, **row}))
    return place


def _walk(row: dict[str, Any], parent: str) -> Iterator[tuple[dict[str, Any], str]]:
    yield row, parent
    for child in row.get("units", ()):
        yield from _walk(child, row["code"])


def _plant(place: Place, row: dict[str, Any], parent: str, was: dict[str, Any], begin: datetime) -> None:
    place.units[row["code"]] = actions.create_unit(
        principal=place.principal,
        parent=place.units.get(parent),
        code=row["code"],
        name=was.get("label", row["label"]),
        kind=row["kind"],
        tracks=row.get("tracks", ()),
        is_caregiver=row.get("caregiver", False),
        services=row.get("services", ""),
        valid_from=FIRST_DAY,
        actor=None,
        at=begin,
    )


def _settle(place: Place, people: list[dict[str, Any]], begin: datetime, everywhere: Unit | None = None) -> None:
    """Adds people with their roles; with `everywhere` they hold them there whatever the table says."""
    for row in people:
        home = everywhere or place.units[row["unit"]]
        person = actions.create_person(
            principal=place.principal,
            login=row["login"],
            name=row["name"],
            title=row["title"],
            email=f"{row['login']}@lovdala.example",
            home_unit=home,
            actor=None,
            at=begin,
        )
        place.people[person.login] = person
        for role, unit in _roles(row):
            actions.assign_role(
                person=person,
                role=place.roles[role],
                unit=everywhere or place.units[unit],
                valid_from=local_date(begin),
                actor=None,
                at=begin,
            )
    Person.objects.filter(principal=place.principal).update(password=make_password(PASSWORD))


def _roles(row: dict[str, Any]) -> list[tuple[str, str]]:
    held = list(row["roles"])
    if row.get("employed", True):
        held.append("employee")
    pairs = [role.partition("@") for role in held]
    return [(role, unit or row["unit"]) for role, _, unit in pairs]


def _only_root(plan: dict[str, Any], setup: str, begin: datetime) -> Place:
    tree = {name: value for name, value in plan["tree"].items() if name != "units"}
    place = _raise(tree, plan, setup, begin)
    people = [{**row, "roles": [role.partition("@")[0] for role in row["roles"]]} for row in read("people")["people"]]
    _settle(place, [row for row in people if row.get("shown")], begin, everywhere=place.units[tree["code"]])
    return place


def _actor_of(place: Place) -> Callable[[str, datetime], Actor]:
    return lambda login, at: actor_for(place.people[login], at=at)


def _delegate(place: Place, begin: datetime) -> None:
    """The board lets some decide in its name, from the first day of a year."""
    for row in read("people")["delegations"]:
        first = date(begin.year + 2 + row["from"], 1, 1)
        actions.delegate(
            person=place.people[row["login"]],
            mandate=row["mandate"],
            unit=place.units[row["unit"]],
            decided_on=first,
            reference=row["reference"],
            valid_from=first,
            valid_to=None,
            actor=None,
            at=begin,
        )


def _absences(place: Place, at: datetime) -> None:
    today = local_date(at)
    for row in read("people")["deputies"]:
        first = today + timedelta(days=row["from"])
        actions.add_deputy(
            absent=place.people[row["absent"]],
            deputy=place.people[row["deputy"]] if row["deputy"] else None,
            valid_from=first,
            valid_to=first + timedelta(days=row["days"]),
            reason=row["reason"],
            actor=None,
            at=at,
        )


def _quiet(at: datetime) -> None:
    """What happened before today is old news: no mail goes out, and notices older than a week are read."""
    midnight = at.replace(hour=0, minute=0)
    Outbox.objects.filter(notice__created_at__lt=midnight).delete()
    Outbox.objects.filter(notice=None, not_before__lt=midnight).delete()
    Notice.objects.filter(created_at__lt=at - timedelta(days=7)).update(read_at=at - timedelta(days=1))
