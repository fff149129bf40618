"""Which law and which service level apply on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from django.db.models import CharField, DateField, Q
from django.utils.translation import gettext as _

from hjulet.core.kept import Kept
from hjulet.core.prepared import Given, Prepared, several, spread
from hjulet.law.choices import Procedure, Status
from hjulet.law.models import LawRow, ServiceLevel
from hjulet.org.dated import ONE_DAY, holding


class NoSuchLevel(LookupError):
    """No service level has this code on this day, neither the principal's own nor the default."""


def law_on(code: str, day: date) -> LawRow | None:
    """The wording in force on a day, the newest if two overlap; None when there was none."""
    return LawRow.objects.on(day).filter(code=code).order_by("-valid_from").first()


def laws_on(codes: Collection[str], day: date) -> dict[str, LawRow]:
    """Each code's provision as it read on a day, asked for once; a code that had none is left out.

    Where a code had no wording yet the provision that it replaced speaks, where it had none any longer the one that
    replaced it. So what a table names today is told of an old case by the law of the case's own day.
    """
    rows = LawRow.objects.on(day).filter(code__in=codes).select_related("replaced_by").order_by("valid_from")
    found = {row.code: row for row in rows}
    missing = [code for code in codes if code and code not in found]
    if missing:
        everything = list(LawRow.objects.select_related("replaced_by").order_by("valid_from"))
        stand_ins = {code: _stand_in(code, everything, day) for code in missing}
        found |= {code: row for code, row in stand_ins.items() if row is not None}
    return found


def _stand_in(code: str, rows: list[LawRow], day: date) -> LawRow | None:
    """What held on a day instead of a code: back along what it replaced, or forward along what replaced it."""
    known, here = {code}, {code}
    while here:
        named = [row for row in rows if row.code in here]
        early = {row.code for row in named} - {row.code for row in named if row.valid_from <= day}
        before = {row.code for row in rows if row.replaced_by is not None and row.replaced_by.code in early}
        after = {row.replaced_by.code for row in named if row.code not in early and row.replaced_by is not None}
        here = (before | after) - known
        known |= here
        held = [row for row in rows if row.code in here and _holds(row, day)]
        if held:
            return held[0]
    return None


def _holds(row: LawRow, day: date) -> bool:
    return row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)


def code_on(code: str, day: date) -> str:
    """The code of the provision that held on a day for what a table names by `code` today; empty for an empty one."""
    return codes_on((code,), day)[code]


def codes_on(codes: Collection[str], day: date) -> dict[str, str]:
    """The same for several, asked for once. A code that no law knows stays as it is."""
    laws = laws_on({code for code in codes if code}, day)
    return {code: laws[code].code if code in laws else code for code in codes}


def service_level(code: str, *, principal_id: int | None, day: date) -> ServiceLevel:
    """The clock of a step on a day: the principal's own row before the default. Raises NoSuchLevel."""
    return service_levels_of((code,), principal_id=principal_id, day=day)[code]


@cache
def _levels_of(count: int) -> Prepared:
    day: Any = Given("day", DateField())
    principal: Any = Given("principal")
    codes = several("code", count, CharField())
    return Prepared(lambda: ServiceLevel.objects.on(day).open_to(principal).filter(code__in=codes))


def _rows_of(codes: tuple[str, ...], principal_id: int, day: date) -> dict[str, ServiceLevel]:
    first: dict[str, ServiceLevel] = {}
    for row in _levels_of(len(codes))(principal=principal_id, day=day, **spread("code", codes, len(codes))):
        first.setdefault(row.code, row)
    return first


ROWS = Kept(_rows_of)


def service_levels_of(codes: tuple[str, ...], *, principal_id: int | None, day: date) -> dict[str, ServiceLevel]:
    """The same for several steps, asked for once, in the order of the codes."""
    first = ROWS(codes, principal_id or 0, day)
    missing = [code for code in codes if code not in first]
    if missing:
        raise NoSuchLevel(f"{', '.join(missing)} on {day}")
    return {code: first[code] for code in codes}


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
    held = [(end, holding(rows, day)) for day, end in zip(days, ends, strict=True)]
    return [(end, row) for end, row in held if row is not None]


def why_locked(code: str, *, day: date) -> str:
    """Why a principal may not set this time itself, empty when it may.

    Decided by the row Hjulet is delivered with, so that an own row beside the law never opens what the law closes.
    """
    common = list(ServiceLevel.objects.open_to(None).filter(code=code))
    row = holding(common, day)
    return reason_locked(row) if row else ""


def reason_locked(row: ServiceLevel) -> str:
    """As `why_locked`, of a delivered row already at hand."""
    if row.status == Status.LAW:
        return _("Tiden står i lag. Den ändras bara när lagen ändras, och kommer då med en ny version av Hjulet.")
    if row.status == Status.REGULATION:
        return _("Tiden står i en föreskrift. Den ändras bara när föreskriften ändras.")
    if row.status == Status.MEMORY and row.basis:
        return _(
            "Tiden sägs följa av lag eller föreskrift, men ingen har läst den i källan än. "
            "Den kan inte ändras förrän källan är läst."
        )
    return ""


def service_levels(*, principal_id: int | None, day: date) -> list[ServiceLevel]:
    """Every clock that applies to a principal on a day: one row per code, in order of work."""
    chosen: dict[str, ServiceLevel] = {}
    steps: dict[str, int] = {}
    for row in ServiceLevel.objects.on(day).open_to(principal_id):
        chosen.setdefault(row.code, row)
        steps[row.code] = min(row.pk, steps.get(row.code, row.pk))
    places = {code: place for place, code in enumerate(Procedure.values)}
    return sorted(chosen.values(), key=lambda row: (places[row.procedure], steps[row.code]))
