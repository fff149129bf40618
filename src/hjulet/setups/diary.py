"""What the diary knows of other rooms, and the demo's first registered documents."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from hjulet.core.clocks import local_date
from hjulet.diary import actions
from hjulet.diary.choices import Direction
from hjulet.diary.registry import Provision
from hjulet.law.choices import Kind
from hjulet.law.models import LawRow

BOARDS = ("namnden", "sundo-namnd")
PREFIX = "SN"
DRAWN_UP = (
    (40, "forvaltningen", "Plan för systematiskt kvalitetsarbete"),
    (21, "hemtjanst", "Egenkontroll av larm i hemtjänsten, sammanställning"),
    (9, "forvaltningen", "Patientsäkerhetsberättelse, underlag"),
)


def secrecy_provisions(day: date) -> list[Provision]:
    """Provisions that a mark of secrecy may name on a day."""
    rows = LawRow.objects.on(day).filter(kind=Kind.SECRECY).order_by("code", "-valid_from")
    return [Provision(row.code, row.citation, row.title) for row in rows]


def begin_diary(place: Any, begin: datetime) -> None:
    """A number series for the board."""
    for code in BOARDS:
        if code in place.units:
            actions.set_series(board=place.units[code], prefix=PREFIX, external=False, actor=None, at=begin)


def fill_diary(place: Any, at: datetime) -> None:
    """A few documents drawn up here, which anyone may read."""
    for days, unit, subject in DRAWN_UP:
        actions.register(
            principal=place.principal,
            unit=place.units[unit],
            subject=subject,
            direction=Direction.DRAWN_UP,
            entered_on=local_date(at) - timedelta(days=days),
            actor=None,
            at=at,
        )
