"""Who follows cases. An upper room adds a function; it runs in the same transaction as the change."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from hjulet.cases.models import Case
from hjulet.core.clocks import local_date


@dataclass(frozen=True)
class Facts:
    """What statistics count about one case, and the unit it counts at. Dates are Swedish days."""

    case_id: int
    principal_id: int
    unit_id: int
    kind: str
    track: str
    category_id: int | None
    severity: int | None
    state: str
    reported_on: date
    closed_on: date | None
    feedback_on: date | None
    feedback_due_on: date | None
    activity_id: int | None
    answerable: bool  # whether someone can be told what came of it


FOLLOWERS: list[Callable[[Facts | None, Facts | None], None]] = []


def facts_of(case: Case) -> Facts:
    return Facts(
        case_id=case.pk,
        principal_id=case.principal_id,
        unit_id=case.counted_in_id or case.unit_id,
        kind=case.kind,
        track=case.track if case.track_set_at else "unsure",
        category_id=case.category_id,
        severity=case.severity,
        state=case.state,
        reported_on=case.reported_on,
        closed_on=local_date(case.closed_at) if case.closed_at else None,
        feedback_on=local_date(case.feedback_at) if case.feedback_at else None,
        feedback_due_on=case.feedback_due_on,
        activity_id=case.activity_id,
        answerable=case.answerable,
    )


def follow(before: Facts | None, after: Facts | None) -> None:
    """Tells the followers that a case came, changed or (after None) went."""
    if before != after:
        for follower in FOLLOWERS:
            follower(before, after)


BULK_FOLLOWERS: list[Callable[[list[Facts]], None]] = []


def follow_many(facts: list[Facts]) -> None:
    """Tells that many cases came at once (import). Without a bulk follower each is told one by one."""
    for bulk_follower in BULK_FOLLOWERS:
        bulk_follower(facts)
    if not BULK_FOLLOWERS:
        for one in facts:
            follow(None, one)
