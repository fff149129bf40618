"""Who holds which duty where once a handover has been carried out; worked out, not tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q

from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import local_date
from hjulet.handover.models import Handover
from hjulet.org.choices import Duty
from hjulet.org.models import SEGMENT, Assignment, Person, Unit, in_force, path_end
from hjulet.org.reach import actor_for, holders

# What a role must carry more than to be a post that is handed over: everyone employed may report.
EMPLOYED = frozenset({Duty.REPORT})
TAKES = (Duty.HANDLE, Duty.LEX, Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.REGISTER)


@dataclass(frozen=True)
class Post:
    """A role that someone holds at a unit, with what it lets her do."""

    assignment_id: int
    role: str
    unit_id: int
    unit: str
    path: str
    grants: tuple[Grant, ...]

    @property
    def carries(self) -> frozenset[str]:
        return frozenset(grant.duty for grant in self.grants)


@dataclass(frozen=True)
class Holding:
    person: Person
    grant: Grant


class World:
    """`posts` pass on; `left` is what the leaving person still may do; `successor` what the successor then may."""

    def __init__(self, handover: Handover, paths: Iterable[str], at: datetime) -> None:
        self.handover = handover
        self.today: date = local_date(at)
        self.parts = [unit.path or "" for unit in units_of(handover)]
        rows = self._rows({end for path in [*paths, *self.parts] for end in _above(path)})
        mine = [row for row in rows if row[0].pk == handover.leaving_id]
        self.posts = [post for post in _posts(mine) if self.inside(post.path) and post.carries - EMPLOYED]
        passing = {post.assignment_id for post in self.posts}
        self.left = tuple(_grant(row) for row in mine if row[1] not in passing and row[6])
        self.successor = self._after(handover.successor, at)
        others = [row for row in rows if row[0].pk not in {handover.leaving_id, handover.successor_id}]
        held = [Holding(row[0], _grant(row)) for row in others if row[6] in TAKES]
        held += [Holding(handover.successor, grant) for grant in self.successor.grants if grant.duty in TAKES]
        self.held = sorted(held, key=lambda one: (-len(one.grant.path), one.person.name, one.person.pk))

    def _rows(self, above: set[str]) -> list[tuple[Person, int, str, int, str, str, str, list[str]]]:
        two = Q(person__in=[self.handover.leaving_id, self.handover.successor_id])
        near = Q(unit__path__in=above, role__duties__duty__in=TAKES, person__is_active=True)
        found = Assignment.objects.filter(
            two | near, in_force(self.today), unit__path__isnull=False, unit__principal_id=self.handover.principal_id
        )
        values = found.order_by("id").values_list(
            *("person_id", "person__name", "pk", "role__label", "unit_id", "unit__name", "unit__path"),
            *("role__duties__duty", "role__duties__tracks"),
        )
        return [(Person(pk=person, name=name), *rest) for person, name, *rest in values]

    def _after(self, person: Person, at: datetime) -> Actor:
        actor = actor_for(person, at=at)
        more = tuple(grant for post in self.posts for grant in post.grants)
        paths = tuple(post.path for post in self.posts)
        bounds = None if actor.bounds is None else tuple(sorted({*actor.bounds, *paths}))
        return replace(actor, grants=(*actor.grants, *more), bounds=bounds)

    def inside(self, path: str | None) -> bool:
        return any((path or "").startswith(part) for part in self.parts)

    @property
    def leaves_altogether(self) -> bool:
        """Whether nothing but the employment is left to the one who leaves, or not even that."""
        left = {grant.duty for grant in self.left} - EMPLOYED
        return not left and (bool(self.posts) or not self.handover.leaving.is_active)

    def keeps(self, duty: str, path: str, track: str | None = None) -> bool:
        """Whether the one who leaves still holds the duty there by another post."""
        return any(grant.duty == duty and grant.covers(path, track) for grant in self.left)

    def holders(self, duty: str, path: str, track: str | None = None) -> list[Person]:
        """Who holds the duty there, nearest in the tree first; never the one who leaves."""
        found = {
            one.person.pk: one.person for one in self.held if one.grant.duty == duty and one.grant.covers(path, track)
        }
        return list(found.values())

    @staticmethod
    def managers(path: str, at: datetime) -> list[Person]:
        """Who sees to it that there is someone to receive there."""
        return holders(Duty.MANAGE_ORGANISATION, path, at=at)


def units_of(handover: Handover) -> list[Unit]:
    """Asked for once and kept with the handover."""
    kept: list[Unit] | None = handover.__dict__.get("_units")
    if kept is None:
        kept = [handover.unit]
        if handover.more_units:
            kept += Unit.objects.filter(pk__in=handover.more_units).order_by("path")
        handover.__dict__["_units"] = kept
    return kept


def _above(path: str) -> list[str]:
    return [path[:end] for end in range(SEGMENT, len(path) + 1, SEGMENT)]


def _grant(row: tuple[Person, int, str, int, str, str, str, list[str]]) -> Grant:
    _person, _key, role, unit_id, unit, path, duty, tracks = row
    return Grant(duty, frozenset(tracks or ()) or ALL_TRACKS, unit_id, path, path_end(path), role, "", unit)


def _posts(rows: list[tuple[Person, int, str, int, str, str, str, list[str]]]) -> list[Post]:
    found: dict[int, Post] = {}
    for row in rows:
        grants = (_grant(row),) if row[6] else ()
        known = found.get(row[1])
        found[row[1]] = (
            replace(known, grants=known.grants + grants)
            if known
            else Post(row[1], row[2], row[3], row[4], row[5], grants)
        )
    return sorted(found.values(), key=lambda post: (post.path, post.role))
