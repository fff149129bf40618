"""What is closed for the one who leaves, in the same transaction as her duties end (rulebook 10.3)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q

from hjulet.audit.actions import end_below
from hjulet.core.actor import Actor
from hjulet.exports.actions import throw_away
from hjulet.exports.models import Order
from hjulet.handover.models import Handover
from hjulet.handover.world import Post, units_of
from hjulet.notify.actions import hush
from hjulet.org import actions as org
from hjulet.org import tokens
from hjulet.org.models import Assignment, Delegation, Deputy, Person, Role, in_force, path_end
from hjulet.org.reach import actor_for

ONE_DAY = timedelta(days=1)


@dataclass
class Closed:
    """How many: API keys that open nothing any more, files taken away, notices that wait no more."""

    keys: int = 0
    files: int = 0
    notices: int = 0


def pass_posts(
    handover: Handover, posts: Iterable[Post], first_day: date, *, actor: Actor | None, at: datetime
) -> list[str]:
    """The successor is given each post from a day, and the one who leaves had it to the day before. Returns the roles
    that the successor had already.
    """
    had = []
    for post in posts:
        row = Assignment.objects.select_related("role", "unit").get(pk=post.assignment_id)
        if _has(handover.successor, row.role, row.unit_id, first_day):
            had.append(post.role)
        else:
            org.assign_role(
                person=handover.successor, role=row.role, unit=row.unit, valid_from=first_day, actor=actor, at=at
            )
        org.end_assignment(assignment=row, valid_to=first_day - ONE_DAY, actor=actor, at=at)
    return had


def _has(person: Person, role: Role, unit_id: int, on: date) -> bool:
    return person.assignments.filter(in_force(on), role=role, unit_id=unit_id).exists()


def close(handover: Handover, first_day: date, links: Iterable[str], *, actor: Actor | None, at: datetime) -> Closed:
    """Ends what else opens doors at the units. After `pass_posts`; `links` lead to what she no longer holds."""
    leaving, last = handover.leaving, first_day - ONE_DAY
    paths = [unit.path or "" for unit in units_of(handover)]
    for delegation in delegations_at(leaving, paths, first_day):
        org.end_delegation(delegation=delegation, valid_to=last, actor=actor, at=at)
    for row in Deputy.objects.filter(deputy=leaving, valid_to__gte=first_day).select_related("absent"):
        if Assignment.objects.filter(_below(paths), in_force(first_day), person=row.absent_id).exists():
            org.end_deputy(row=row, valid_to=last, actor=actor, at=at)
    end_below(leaving, paths, actor=actor, at=at)
    closed = Closed(notices=hush(leaving.pk, links, at=at))
    closed.keys = _keys(leaving, actor, at)
    for order in Order.objects.of(leaving.pk):
        throw_away(order, actor=actor, at=at)
        closed.files += 1
    return closed


def _keys(leaving: Person, actor: Actor | None, at: datetime) -> int:
    """Keys made for certain duties, of which she has none left. The others reach no further than she does herself."""
    held = {str(duty) for duty in actor_for(leaving, at=at).duties}
    empty = [
        token
        for token in leaving.tokens.filter(revoked_at__isnull=True, expires_at__gt=at)
        if token.duties and not held & set(token.duties)
    ]
    for token in empty:
        tokens.revoke(token, actor=actor, at=at)
    return len(empty)


def delegations_at(leaving: Person, paths: Iterable[str], on: date) -> Iterable[Delegation]:
    rows = Delegation.objects.filter(_below(paths), Q(valid_to__isnull=True) | Q(valid_to__gte=on), person=leaving)
    return rows.select_related("unit", "person")


def _below(paths: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(unit__path__gte=path, unit__path__lt=path_end(path))
    return found
