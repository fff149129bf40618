"""The statistics in the API, with small numbers hidden exactly as on the page."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from ninja import Query, Router
from pydantic import Field, StringConstraints

from hjulet.cases.choices import CaseKind, State
from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.org.choices import Duty, Track
from hjulet.rest.answers import refuse
from hjulet.rest.shapes import Code, Day, DayIn, In, Out
from hjulet.stats.choices import By, Tree
from hjulet.stats.masking import ALL, Hidden, Shown
from hjulet.stats.periods import Period
from hjulet.stats.queries import CrossTable, Filters, cross_table
from hjulet.stats.selection import MOST_QUARTERS, read_selection

router = Router(by_alias=True, tags=["Statistik"])
FIRST_YEAR, LAST_YEAR = 1990, 2199
PARTS = "year|quarter|month|unit|category|kind|track|severity|state"


class CountFilter(In):
    from_: DayIn | None = Field(default=None, alias="from", description="Inkommet från och med.")
    to: DayIn | None = Field(default=None, description="Inkommet till och med. Utan dagar: de fyra senaste kvartalen.")
    by: Annotated[str, StringConstraints(pattern=f"^({PARTS})(,({PARTS})){{0,2}}$")] = Field(
        default="quarter,category,unit", description="Ett till tre sätt att dela upp på, med komma emellan."
    )
    unit: Code | None = Field(default=None, description="En enhets kod: enheten och allt under den.")
    category: Code | None = Field(default=None, description="En kategoris kod.")
    kind: CaseKind | None = None
    track: Track | None = None
    severity: Literal["1", "2", "3", "4"] | None = None
    state: State | None = None
    tree: Tree = Field(default=Tree.NOW, description="now: dagens organisation. then: som den var då.")


class AxisValue(Out):
    code: str = Field(examples=["2026K3"])
    label: str = Field(examples=["K3 2026"])


class Axis(Out):
    by: By
    values: list[AxisValue]


class Cell(Out):
    """A number. `key` has one code for each of `by`, in that order; null is the total."""

    key: list[str | None] = Field(examples=[["2026K3", "fall", None]])
    count: int | None = Field(description="Null när talet är dolt.", examples=[12])
    hidden: Literal["low", "secondary", "unknown"] | None = Field(
        description="low: noll till tröskeln. secondary: dolt för att ett annat tal annars gick att räkna ut.",
        examples=[None],
    )


class CountsOut(Out):
    by: list[By]
    from_: Day = Field(serialization_alias="from")
    to: Day
    tree: Tree
    as_of: Day
    area: str | None = Field(examples=["Ekbacken"])
    masked: bool = Field(description="Om små tal är dolda.")
    threshold: int = Field(description="Tal under tröskeln är dolda.", examples=[5])
    absent: Literal["zero", "low"] = Field(description="Vad en cell som inte är med betyder.")
    axes: list[Axis]
    cells: list[Cell]
    notes: list[str]


@router.get(
    "/statistics/cases",
    response=CountsOut,
    summary="Antal ärenden",
    description="Efter den dag de kom in. Makulerade räknas bara när state frågar efter dem.",
)
@access(Duty.STATISTICS, Duty.MASKED_STATISTICS)
def count_cases(request: ActorRequest, asked: Query[CountFilter]) -> CountsOut:
    actor, on = request.actor, local_date(now())
    period = _period(asked) or read_selection({}, actor, on).period
    names = ("unit", "category", "kind", "track", "severity", "state")
    filters = Filters(**{name: str(getattr(asked, name) or "") for name in names})
    try:
        table = cross_table(actor, period, asked.by.split(","), on=on, tree=asked.tree, filters=filters)
    except Refused as reason:
        raise Problem(422, str(reason)) from reason
    return _shaped(table)


def _period(asked: CountFilter) -> Period | None:
    if asked.from_ is None and asked.to is None:
        return None
    last = asked.to or local_date(now())
    first = asked.from_ or date(last.year, 1, 1)
    for name, day in (("from", first), ("to", last)):
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise refuse(name, _("Välj en dag mellan 1990 och 2199."))
    if last < first:
        raise refuse("to", _("Perioden slutar innan den börjar."))
    if (last - first).days > MOST_QUARTERS * 92:
        raise refuse("from", _("Perioden är för lång. Välj högst tio år."))
    return Period(first, last)


def _shaped(table: CrossTable) -> CountsOut:
    return CountsOut(
        by=list(table.by),
        from_=table.period.first,
        to=table.period.last,
        tree=table.tree,
        as_of=table.as_of,
        area=table.area or None,
        masked=table.masked,
        threshold=table.threshold,
        absent="low" if table.masked else "zero",
        axes=[
            Axis(by=part, values=[AxisValue(code=code, label=label) for code, label in axis])
            for part, axis in zip(table.by, table.axes, strict=True)
        ],
        cells=[_cell(key, shown) for key, shown in table.cells.items()],
        notes=list(table.notes),
    )


def _cell(key: tuple[str, ...], shown: Shown) -> Cell:
    codes = [None if code == ALL else code for code in key]
    if isinstance(shown, Hidden):
        return Cell(key=codes, count=None, hidden=shown.value)
    return Cell(key=codes, count=shown, hidden=None)
