"""Which provisions a document rests on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.law.models import LawRow


@dataclass(frozen=True)
class Basis:
    """A provision as a document names it. `repealed_on` is its last day, when that has passed."""

    code: str
    citation: str
    title: str
    repealed_on: date | None = None


def bases(codes: Iterable[str], on: date) -> list[Basis]:
    """The provisions with these codes, as they read on a day, else as they last read."""
    newest: dict[str, LawRow] = {}
    for row in LawRow.objects.filter(code__in=list(codes), valid_from__lte=on).order_by("valid_from"):
        newest[row.code] = row
    found = [
        Basis(
            row.code, row.citation, row.title, row.valid_to if row.valid_to is not None and row.valid_to < on else None
        )
        for row in newest.values()
    ]
    return sorted(found, key=lambda basis: basis.citation)


def laws_to_choose(held: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Provisions in force today, and those a document already names, by code."""
    today = local_date(now())
    codes = {*LawRow.objects.on(today).values_list("code", flat=True), *held}
    repealed = _("upphävd")
    return [
        (basis.code, f"{basis.citation} {basis.title}" + (f" ({repealed})" if basis.repealed_on else ""))
        for basis in bases(codes, today)
    ]
