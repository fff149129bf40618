"""Which law and which service level apply on a day."""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Q

from hjulet.law.choices import Procedure
from hjulet.law.models import LawRow, ServiceLevel

ONE_DAY = timedelta(days=1)


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


def service_level_between(
    code: str, *, principal_id: int | None, first: date, last: date
) -> list[tuple[date, ServiceLevel]]:
    """The clocks of a step from one day to another, both included, each with the last day it held there.

    Days when no row held are left out.
    """
    found = ServiceLevel.objects.open_to(principal_id).filter(code=code, valid_from__lte=last)
    rows = list(found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=first)))
    starts = {row.valid_from for row in rows} | {row.valid_to + ONE_DAY for row in rows if row.valid_to}
    days = sorted({first, *(day for day in starts if first < day <= last)})
    ends = [*(day - ONE_DAY for day in days[1:]), last]
    held = [(end, _holding(rows, day)) for day, end in zip(days, ends, strict=True)]
    return [(end, row) for end, row in held if row is not None]


def _holding(rows: list[ServiceLevel], day: date) -> ServiceLevel | None:
    """The first of the rows, own before default and new before old, that holds on the day."""
    for row in rows:
        if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day):
            return row
    return None


def service_levels(*, principal_id: int | None, day: date) -> list[ServiceLevel]:
    """Every clock that applies to a principal on a day: one row per code, in order of work."""
    chosen: dict[str, ServiceLevel] = {}
    steps: dict[str, int] = {}
    for row in ServiceLevel.objects.on(day).open_to(principal_id):
        chosen.setdefault(row.code, row)
        steps[row.code] = min(row.pk, steps.get(row.code, row.pk))
    places = {code: place for place, code in enumerate(Procedure.values)}
    return sorted(chosen.values(), key=lambda row: (places[row.procedure], steps[row.code]))
