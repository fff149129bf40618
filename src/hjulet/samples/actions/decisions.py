"""A list of decisions is read in, and replaces the one before it for the same part of the organisation."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.law.rules import service_level
from hjulet.org.models import Principal, Unit
from hjulet.samples.choices import KEEP_LEVEL, LAWS_OF_DECISIONS, SEES_DECISIONS
from hjulet.samples.limits import ago, limits
from hjulet.samples.models import Decision, DecisionMonth

AT_ONCE = 1_000


@dataclass(frozen=True)
class Line:
    """A decision as a file tells it."""

    unit_id: int
    track: str
    reference: str
    decided_on: date
    followed_up_on: date | None = None
    plan_on: date | None = None
    plan_followed_up_on: date | None = None


def laws_at(unit: Unit, actor: Actor) -> list[str]:
    """The laws whose decisions at the unit the actor reads in."""
    path = unit.path or ""
    return [law for law in LAWS_OF_DECISIONS if any(actor.holds_at(duty, path, law) for duty in SEES_DECISIONS)]


def read_in(unit: Unit, lines: Collection[Line], *, actor: Actor, at: datetime) -> int:
    """Replaces every decision at the unit and below, under the laws that the actor reads in, by the file's.

    Returns how many there were before. Raises Refused; then nothing has changed.
    """
    laws = laws_at(unit, actor)
    if not laws:
        raise Refused(_("Du läser inte in beslut för den enheten."))
    if not lines:
        raise Refused(_("Filen har inga beslut."))
    below = Unit.objects.of(actor.principal_id).under(unit.path or "").order_by()
    known = set(below.values_list("pk", flat=True))
    if any(line.unit_id not in known or line.track not in laws for line in lines):
        raise Refused(_("Filen har beslut som hör till en annan enhet eller lag."))
    with transaction.atomic():
        old = Decision.objects.visible_to(actor).filter(unit__in=below.values("pk"), track__in=laws)
        before, _kinds = old.delete()
        _insert(lines, actor.principal_id, at)
        _count_month(below, laws, actor, at)
        values = {"before": before, "now": len(lines), "laws": laws}
        about = ("decision-list", unit.pk)
        record(
            "decision_list.read_in",
            actor=actor,
            at=at,
            about=about,
            principal_id=actor.principal_id,
            unit_id=unit.pk,
            values=values,
        )
    return before


def _insert(lines: Iterable[Line], principal_id: int, at: datetime) -> None:
    rows = [Decision(principal_id=principal_id, read_in_at=at, **vars(line)) for line in lines]
    Decision.objects.bulk_create(rows, batch_size=AT_ONCE)


def _count_month(below: Any, laws: list[str], actor: Actor, at: datetime) -> None:
    """How it stands now becomes the month's numbers, in place of what was counted earlier in the month."""
    today = local_date(at)
    month, limit = today.replace(day=1), limits(actor.principal_id, today)
    places = {"unit__in": below.values("pk"), "track__in": laws}
    DecisionMonth.objects.visible_to(actor).filter(month=month, **places).delete()
    counted = Decision.objects.visible_to(actor).filter(**places).order_by().values("unit_id", "track")
    rows = counted.annotate(
        decisions=Count("pk"),
        late=Count("pk", filter=limit.late),
        without_plan=Count("pk", filter=limit.without_plan),
        plans_late=Count("pk", filter=limit.plans_late),
    )
    DecisionMonth.objects.bulk_create(
        [DecisionMonth(principal_id=actor.principal_id, month=month, **row) for row in rows], batch_size=AT_ONCE
    )


def erase_old_decisions(at: datetime) -> int:
    """Removes lists that nobody has replaced for as long as references are kept. Returns how many decisions."""
    gone, today = 0, local_date(at)
    for principal in Principal.objects.order_by("pk").values_list("pk", flat=True):
        first = ago(service_level(KEEP_LEVEL, principal_id=principal, day=today).limit, today)
        rows = Decision.objects.unscoped(reason="erased on their day")
        count, _kinds = rows.filter(Q(read_in_at__date__lt=first), principal_id=principal).delete()
        if count:
            values = {"decisions": count}
            about = ("decision-list", 0)
            record("decision_list.erased", actor=None, at=at, about=about, principal_id=principal, values=values)
        gone += count
    return gone
