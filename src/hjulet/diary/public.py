"""The diary as anyone may read it (OSL 5 kap. 2 §): number, day and subject, and from or to whom where it may stand.

What is kept from the public never leaves the database: it is left out in the question itself, and no condition and no
order touches it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Value, When

from hjulet.diary.choices import Direction
from hjulet.diary.listing import found_by, told_subject
from hjulet.diary.models import Document, Matter, Series

REASON = "the public register"


@dataclass(frozen=True)
class Line:
    """One document as the public sees it. `withheld`: from or to whom is not shown."""

    number: str
    line: int
    entered_on: date
    direction: str
    counterpart: str
    withheld: bool
    subject: str
    board: str

    @property
    def direction_label(self) -> str:
        return str(Direction(self.direction).label)


COLUMNS = (
    *("matter__number", "line", "entered_on", "direction", "shown", "secret", "told", "matter__series__board__name"),
)


def boards_of(principal_id: int) -> list[tuple[str, str]]:
    """(code, name) of boards that have a diary here."""
    rows = Series.objects.filter(principal_id=principal_id).order_by("board__name", "id")
    return list(rows.values_list("board__code", "board__name"))


def years_of(principal_id: int) -> list[int]:
    rows = Matter.objects.unscoped(reason=REASON).filter(principal_id=principal_id).order_by("-year")
    return list(rows.values_list("year", flat=True).distinct())


def register(principal_id: int, *, year: int | None, board: str, query: str) -> Any:
    """Rows for `lines`, newest first."""
    condition = Q(matter__principal_id=principal_id) & found_by(query)
    if year is not None:
        condition &= Q(matter__year=year)
    if board:
        condition &= Q(matter__series__board__code=board)
    rows = Document.objects.unscoped(reason=REASON).filter(condition).annotate(secret=_secret())
    shown = Case(When(secret=True, then=Value("")), default=F("counterpart"), output_field=CharField())
    return rows.annotate(shown=shown, told=told_subject()).order_by("-entered_on", "-id").values_list(*COLUMNS)


def _secret() -> Exists:
    """Whether any document of the same matter is marked: who sent one is often who got the answer."""
    marked = Document.objects.unscoped(reason=REASON).exclude(secrecy_code="")
    return Exists(marked.filter(matter_id=OuterRef("matter_id")))


def lines(rows: Any) -> list[Line]:
    return [
        Line(number or "", line, day, direction, shown, secret, told, board)
        for number, line, day, direction, shown, secret, told, board in rows
    ]
