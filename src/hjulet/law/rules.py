"""Which law and which service level apply on a day."""

from __future__ import annotations

from datetime import date

from hjulet.law.choices import Procedure
from hjulet.law.models import LawRow, ServiceLevel


class NoSuchLevel(LookupError):
    """No service level has this code on this day, neither the principal's own nor the default."""


def law_on(code: str, day: date) -> LawRow | None:
    """The wording in force on a day, the newest if two overlap; None when there was none."""
    return LawRow.objects.on(day).filter(code=code).order_by("-valid_from").first()


def service_level(code: str, *, principal_id: int | None, day: date) -> ServiceLevel:
    """The clock of a step on a day: the principal's own row before the default. Raises NoSuchLevel."""
    row = ServiceLevel.objects.on(day).open_to(principal_id).filter(code=code).first()
    if row is None:
        raise NoSuchLevel(f"{code} on {day}")
    return row


def service_levels(*, principal_id: int | None, day: date) -> list[ServiceLevel]:
    """Every clock that applies to a principal on a day: one row per code, in order of work."""
    chosen: dict[str, ServiceLevel] = {}
    steps: dict[str, int] = {}
    for row in ServiceLevel.objects.on(day).open_to(principal_id):
        chosen.setdefault(row.code, row)
        steps[row.code] = min(row.pk, steps.get(row.code, row.pk))
    places = {code: place for place, code in enumerate(Procedure.values)}
    return sorted(chosen.values(), key=lambda row: (places[row.procedure], steps[row.code]))
