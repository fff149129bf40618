"""The rules of the plan, the plan of a year, and each visit in it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.core.versions import write_version
from hjulet.internal_reviews.actions.common import locked, refuse_stranger, tell_log
from hjulet.internal_reviews.choices import Mode, VisitState
from hjulet.internal_reviews.content import protocol_now
from hjulet.internal_reviews.models import Drawn, Rules, Visit
from hjulet.internal_reviews.planner import Constraints, Plan
from hjulet.internal_reviews.planning import as_content
from hjulet.org.models import Principal, Unit

REVIEWERS = ["mas", "sas"]


def set_rules(
    principal_id: int,
    constraints: Constraints,
    authority: Any,
    *,
    source: str,
    valid_from: date,
    actor: Actor | None,
    at: datetime,
) -> Rules:
    """New rules from a day; the earlier ones stay as they were. Raises Refused for a day that has been."""
    if valid_from < local_date(at) and actor is not None:
        raise Refused(_("Välj i dag eller senare. Det som har gällt ändras inte."))
    content = as_content(constraints, authority)
    with transaction.atomic():
        rules = Rules.objects.create(principal_id=principal_id, content=content, source=source, valid_from=valid_from)
        about = ("internal-review-rules", rules.pk)
        values = {**content, "source": source, "valid_from": valid_from}
        record("internal-review.rules", actor=actor, at=at, about=about, principal_id=principal_id, values=values)
    return rules


def keep_plan(principal_id: int, year: int, plan: Plan, seed: int, *, actor: Actor | None, at: datetime) -> list[Visit]:
    """A plan becomes visits. Raises Refused when the year has a plan already, or there is no protocol."""
    protocol = protocol_now(principal_id)
    if protocol is None:
        raise Refused(_("Det finns inget protokoll att granska efter än."))
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=principal_id)
        if Visit.objects.filter(principal_id=principal_id, round=year).exists():
            raise Refused(_("Året har redan en plan. Ta bort den först, om du vill göra en ny."))
        made = Visit.objects.bulk_create(
            Visit(
                principal_id=principal_id,
                unit_id=one.place,
                round=year,
                year=one.year,
                month=one.calendar_month,
                mode=Mode.UNANNOUNCED if one.unannounced else Mode.ANNOUNCED,
                reviewers=REVIEWERS,
                seed=seed,
                protocol=protocol,
            )
            for one in plan.visits
        )
        _record_plan("internal-review.planned", principal_id, year, actor, at, {"visits": len(made), "seed": seed})
    return made


def drop_plan(principal_id: int, year: int, *, actor: Actor, at: datetime) -> int:
    """Takes away what is left of a year's plan; visits that have been made stay. How many were taken away."""
    with transaction.atomic():
        rows = Visit.objects.filter(principal_id=principal_id, round=year, state=VisitState.PLANNED, day__isnull=True)
        count: int = rows.delete()[1].get("internal_reviews.Visit", 0)
        Visit.objects.filter(principal_id=principal_id, round=year).update(round=0)
        _record_plan("internal-review.dropped", principal_id, year, actor, at, {"visits": count})
    return count


def _record_plan(
    verb: str, principal_id: int, year: int, actor: Actor | None, at: datetime, values: Mapping[str, Any]
) -> None:
    about = ("internal-review-plan", year)
    record(verb, actor=actor, at=at, about=about, principal_id=principal_id, values={"year": year, **values})


def add_visit(unit: Unit, *, day: date, mode: str, actor: Actor | None, at: datetime) -> Visit:
    """A visit besides the plan, on a day. Raises Refused."""
    protocol = protocol_now(unit.principal_id)
    if protocol is None:
        raise Refused(_("Det finns inget protokoll att granska efter än."))
    _refuse_past(day, actor, at)
    with transaction.atomic():
        visit = Visit(
            principal_id=unit.principal_id, unit=unit, year=day.year, month=day.month, day=day, mode=Mode(mode)
        )
        visit.protocol, visit.reviewers = protocol, REVIEWERS
        refuse_stranger(visit, actor)
        visit.save()
        tell_log("internal-review.added", visit, actor, at, {"day": day, "mode": mode})
    return visit


def _refuse_past(day: date, actor: Actor | None, at: datetime) -> None:
    if actor is not None and day < local_date(at):
        raise Refused(_("Dagen har varit. Välj i dag eller senare."))


def change_visit(
    visit: Visit, *, day: date, mode: str, version: int | None, actor: Actor | None, at: datetime
) -> Visit:
    """Sets or moves a visit's day, and whether it is announced. Raises Refused once the visit has begun, or when one
    that the unit has known of is to be unannounced."""
    with transaction.atomic():
        row = locked(visit, version)
        refuse_stranger(row, actor)
        _refuse_past(day, actor, at)
        if row.state != VisitState.PLANNED:
            raise Refused(_("Besöket har börjat. Då ändras inte dagen."))
        if mode == Mode.UNANNOUNCED and not row.hidden_on(local_date(at)):
            raise Refused(_("Enheten känner till besöket. Det kan inte bli oanmält."))
        known = not row.hidden_on(local_date(at))
        write_version(row, {"day": day, "year": day.year, "month": day.month, "mode": Mode(mode)})
        tell_log("internal-review.moved", row, actor, at, {"day": day, "mode": mode} if known else {})
    return row


def remove_visit(visit: Visit, *, version: int | None, actor: Actor, at: datetime) -> None:
    """Takes a visit out of the plan. Raises Refused once it has begun."""
    with transaction.atomic():
        row = locked(visit, version)
        refuse_stranger(row, actor)
        if row.state != VisitState.PLANNED:
            raise Refused(_("Besöket har börjat och kan inte tas bort."))
        tell_log("internal-review.removed", row, actor, at, {"month": row.month, "year": row.year})
        Drawn.objects.visible_to(actor).filter(visit=row).delete()
        row.delete()
