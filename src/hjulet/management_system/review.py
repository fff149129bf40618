"""When the whole is to be looked over again: data in `law`, a principal's own time before the delivered one."""

from __future__ import annotations

from datetime import date

from hjulet.core.clocks import add_months_unrolled
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_level

LEVEL = "system.revise"


def how_often(principal_id: int, day: date) -> ServiceLevel:
    """Raises law.rules.NoSuchLevel."""
    return service_level(LEVEL, principal_id=principal_id, day=day)


def next_review(principal_id: int, decided_on: date) -> date:
    """The last day before which the whole is to be looked over again."""
    return add_months_unrolled(decided_on, how_often(principal_id, decided_on).amount or 0)


def soon(principal_id: int, review_on: date, on: date) -> bool:
    """Whether it is so near that those who write are told."""
    ahead = how_often(principal_id, on).warn_before or 0
    return review_on <= add_months_unrolled(on, ahead)
