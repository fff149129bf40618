"""What is to be checked and what came of it: rounds at places one may know of, and how places and rounds compare."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Avg, Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from hjulet.checks.choices import PLANS, ChecklistKind, CheckStanding, RoundState
from hjulet.checks.models import Checklist, Round, SelfCheck
from hjulet.core.actor import Actor
from hjulet.core.numbers import whole_number
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT, Unit

Rounds = QuerySet[Round]
SORTS = {
    "slut": ("due_on", "unit__path", "id"),
    "enhet": ("unit__path", "due_on", "id"),
    "lista": ("version__checklist__title", "due_on", "id"),
    "medel": ("mean", "due_on", "id"),
}
WHICH = ("gora", "klara", "alla")
MOST_ROUNDS = 12  # beside each other when places are compared
UNITS_A_PAGE = 50


def standing_of(round_: Round, today: date) -> CheckStanding:
    if round_.state == RoundState.ANALYSED:
        return CheckStanding.ANALYSED
    if round_.state == RoundState.SENT:
        return CheckStanding.SENT
    if round_.due_on is not None and round_.due_on < today:
        return CheckStanding.LATE
    return CheckStanding.COMING if round_.opens_on is not None and round_.opens_on > today else CheckStanding.NOW


def standing_is(code: str, today: date) -> Q:
    """The same rule, asked of the database."""
    coming = Q(state=RoundState.OPEN, opens_on__gt=today)
    late = Q(state=RoundState.OPEN, due_on__lt=today)
    return {
        CheckStanding.LATE.value: late,
        CheckStanding.COMING.value: coming,
        CheckStanding.NOW.value: Q(state=RoundState.OPEN) & ~coming & ~late,
        CheckStanding.SENT.value: Q(state=RoundState.SENT),
        CheckStanding.ANALYSED.value: Q(state=RoundState.ANALYSED),
    }[code]


@dataclass(frozen=True)
class Selection:
    """`which` one of WHICH; `sort` one of SORTS, with a minus for the other way; the rest empty when not chosen."""

    which: str = "gora"
    unit: str = ""
    checklist: int | None = None
    year: int | None = None
    standing: str = ""
    sort: str = "slut"

    @property
    def any(self) -> bool:
        return bool(self.unit or self.checklist or self.year or self.standing)


def read_selection(params: Mapping[str, str]) -> Selection:
    sort, standing, which = params.get("sort", ""), params.get("lage", ""), params.get("visa", "")
    return Selection(
        which=which if which in WHICH else "gora",
        unit=params.get("enhet", "").replace("\x00", "")[:40],
        checklist=whole_number(params.get("lista", ""), digits=9),
        year=whole_number(params.get("ar", ""), digits=4),
        standing=standing if standing in CheckStanding.values else "",
        sort=sort if sort.lstrip("-") in SORTS else "slut",
    )


def rounds_for(actor: Actor, selection: Selection, unit: Unit | None, today: date) -> Rounds:
    """Rounds at and under a place, in the order asked for. What is to do: also what waits for its analysis."""
    rows = Round.objects.seen_by(actor).alive().filter(version__checklist__kind=ChecklistKind.SELF_CHECK)
    if unit is not None:
        rows = rows.filter(unit__path__startswith=unit.path or "-")
    if selection.standing:
        rows = rows.filter(standing_is(selection.standing, today))
    elif selection.which == "gora":
        rows = rows.filter(state__in=[RoundState.OPEN, RoundState.SENT]).exclude(standing_is("coming", today))
    elif selection.which == "klara":
        rows = rows.exclude(state=RoundState.OPEN)
    if selection.checklist is not None:
        rows = rows.filter(version__checklist_id=selection.checklist)
    if selection.year is not None:
        rows = rows.filter(due_on__year=selection.year) if 1900 <= selection.year <= 2999 else rows.none()
    return ordered(rows, selection.sort).select_related("version__checklist", "unit", "check_of__role")


def ordered(rows: Rounds, sort: str) -> Rounds:
    names = [F(name) for name in SORTS[sort.lstrip("-")]]
    back = sort.startswith("-")
    return rows.order_by(*(one.desc(nulls_last=True) if back else one.asc(nulls_last=True) for one in names))


def before(round_: Round, most: int = 6) -> list[Round]:
    """Earlier rounds of the same list at the same unit that were handed in, the last first."""
    rows = Round.objects.filter(unit_id=round_.unit_id, version__checklist_id=round_.version.checklist_id)
    rows = rows.exclude(state=RoundState.OPEN).exclude(pk=round_.pk).filter(sent_at__isnull=False)
    if round_.due_on:
        rows = rows.filter(due_on__lt=round_.due_on)
    return list(rows.select_related("version").order_by("-due_on", "-id")[:most])


def others(round_: Round) -> tuple[Decimal | None, int]:
    """The mean of the same check at other units in the same window, and how many units that is."""
    if round_.check_of_id is None:
        return None, 0
    rows = Round.objects.filter(check_of_id=round_.check_of_id, opens_on=round_.opens_on, mean__isnull=False)
    found = rows.exclude(pk=round_.pk).aggregate(mean=Avg("mean"), number=Count("pk"))
    return found["mean"], found["number"]


def plans_for(actor: Actor, unit: Unit, year: int) -> QuerySet[SelfCheck]:
    """What is planned by the unit, above it and under it, with how far it has come."""
    seen = SelfCheck.objects.seen_by(actor).filter(year=year)
    above = [(unit.path or "")[:end] for end in range(SEGMENT, len(unit.path or "") + 1, SEGMENT)]
    rows = seen.filter(Q(unit__path__startswith=unit.path or "-") | Q(unit__path__in=above))
    here = Q(rounds__unit__path__startswith=unit.path or "-")
    done = here & ~Q(rounds__state=RoundState.OPEN)
    rows = rows.annotate(all=Count("rounds", filter=here), done=Count("rounds", filter=done))
    return rows.select_related("unit", "checklist", "role", "document", "process")


@dataclass(frozen=True)
class Cell:
    mean: Decimal | None
    round_id: int | None
    standing: str

    @property
    def label(self) -> str:
        return str(CheckStanding(self.standing).label) if self.standing else _("Ingen kontroll")


@dataclass(frozen=True)
class Line:
    unit: Unit
    cells: list[Cell]


@dataclass(frozen=True)
class Column:
    """A window: its first and last day, the mean of all that are shown, and how many have handed in of all."""

    first: date
    last: date
    mean: Decimal | None
    done: int
    all: int


def columns_of(rows: Rounds) -> list[Column]:
    """The latest windows, oldest first, from one question whatever the number of rounds."""
    found = (
        rows.order_by()
        .values("opens_on", "due_on")
        .annotate(average=Avg("mean"), all=Count("pk"), done=Count("pk", filter=~Q(state=RoundState.OPEN)))
        .order_by("-due_on", "-opens_on")[:MOST_ROUNDS]
    )
    return [
        Column(row["opens_on"], row["due_on"], row["average"], row["done"], row["all"]) for row in reversed(list(found))
    ]


def units_of(rows: Rounds, sort: str) -> QuerySet[Unit]:
    """Units with a round among them, in the order of the tree or by their last mean, the lowest first."""
    latest = rows.filter(unit=OuterRef("pk"), mean__isnull=False).order_by("-due_on").values("mean")[:1]
    units = Unit.objects.filter(pk__in=rows.order_by().values("unit"))
    if sort == "enhet":
        return units.order_by("path")
    found = units.annotate(latest=Subquery(latest))
    order = F("latest").desc(nulls_last=True) if sort == "-medel" else F("latest").asc(nulls_last=True)
    return found.order_by(order, "path")


def lines_of(units: list[Unit], rows: Rounds, columns: list[Column], today: date) -> list[Line]:
    """The cells of some units, one for each window; two rounds in the same window show the last handed in."""
    keys = [(column.first, column.last) for column in columns]
    found: dict[tuple[int, tuple[date, date]], Round] = {}
    if keys:
        mine = rows.filter(unit__in=units, due_on__gte=keys[0][1]).only(
            "unit_id", "opens_on", "due_on", "mean", "state", "version_id"
        )
        for row in mine.order_by("id"):
            if row.opens_on and row.due_on:
                found[row.unit_id, (row.opens_on, row.due_on)] = row
    return [Line(unit, [_cell(found.get((unit.pk, key)), today) for key in keys]) for unit in units]


def _cell(round_: Round | None, today: date) -> Cell:
    if round_ is None:
        return Cell(None, None, "")
    return Cell(round_.mean, round_.pk, standing_of(round_, today).value)


def waits_for(actor: Actor, on: date) -> Rounds:
    """Rounds that have begun, or are late, where the actor works or plans the year; and those handed in that wait for
    her analysis. One question."""
    planned = {grant.path for grant in actor.grants if grant.duty == PLANS}
    rows = Round.objects.seen_by(actor).alive().filter(version__checklist__kind=ChecklistKind.SELF_CHECK)
    own = Q(unit__path__in=planned | {actor.unit_path})
    own |= Q(unit__path=(actor.unit_path or "")[:-SEGMENT], unit__kind=UnitKind.UNIT)  # one who works on a ward of it
    rows = rows.filter(
        Q(own, state=RoundState.OPEN, opens_on__lte=on) | Q(state=RoundState.SENT, unit__path__in=planned)
    )
    return rows.select_related("version__checklist", "unit").order_by("due_on", "id")


def compared(actor: Actor, checklist: Checklist, unit: Unit) -> Rounds:
    """Rounds of a list at and under a place that have a window, begun or handed in."""
    rows = Round.objects.seen_by(actor).alive().filter(version__checklist=checklist, due_on__isnull=False)
    return rows.filter(unit__path__startswith=unit.path or "-")
