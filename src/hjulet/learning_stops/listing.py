"""What the pages list: a unit's five stops of a year, and what the units under it have done and said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Window,
)
from django.db.models.functions import RowNumber

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.learning_stops.choices import LEVELS, NO_STOP, PLANS, READERS, WORKS, StopStanding, StopState
from hjulet.learning_stops.models import Reply, Stop, Theme, standing_of, told
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT, Unit, inside, path_end
from hjulet.wheel.choices import PlanState, Said
from hjulet.wheel.listing import own_place as own_place
from hjulet.wheel.models import Activity, Mark

LATEST = 3  # answers from below that are shown under a level's own question
FEWEST = 4  # letters of a word that says something
COMMON = 12
YEARS = 4  # back, to choose from
COMMON_FILE = Path(__file__).parent / "content" / "common_words.txt"


@dataclass(frozen=True)
class Row:
    """A unit's stop of a theme and year. `below` is (signed, begun, all) of the units under, None where there are
    none."""

    theme: Theme
    unit: Unit
    year: int
    stop: Stop | None
    standing: StopStanding
    below: tuple[int, int, int] | None = None

    @property
    def due_on(self) -> date:
        return self.theme.last_day(self.year)

    @property
    def opens_on(self) -> date:
        return self.theme.first_day(self.year)

    @property
    def may_begin(self) -> bool:
        return self.stop is None and self.standing != StopStanding.COMING


def places(actor: Actor) -> list[Unit]:
    """Units with learning stops that the actor may read, in the order of the tree."""
    home = {actor.unit_path, actor.unit_path[:-SEGMENT]} - {""}
    rule = inside(actor.reach(*READERS)) | Q(path__in=sorted(home))
    rows = Unit.objects.seen_by(actor).filter(rule, path__isnull=False, valid_to__isnull=True)
    return list(rows.exclude(kind__in=NO_STOP).order_by("path"))


def works_under(unit: Unit, on: date) -> Any:
    """The units that do all stops, at and under one. What lies under a provider is the provider's matter."""
    here = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    above = Unit.objects.filter(kind=UnitKind.PROVIDER, principal_id=unit.principal_id).annotate(here=here)
    rows = Unit.objects.under(unit.path or "").alive(on).filter(kind__in=WORKS)
    return rows.exclude(Exists(above.filter(here__startswith=F("path"))))


def year_of(unit: Unit, year: int, actor: Actor, at: datetime) -> list[Row]:
    """The year's stops, by month. Five queries at most."""
    today = local_date(at)
    themes = list(Theme.objects.filter(principal_id=unit.principal_id))
    stops = {stop.theme_id: stop for stop in Stop.objects.seen_by(actor).filter(unit=unit, year=year)}
    below = counts_below(unit, year, today) if unit.kind in LEVELS else None
    skipped = set(left_out(year, unit=unit).values_list("activity__series", flat=True))
    found = []
    for theme in themes:
        stop = stops.get(theme.pk)
        left = theme.series in skipped
        standing = standing_of(theme, year, stop.state if stop else "", today, skipped=left)
        found.append(Row(theme, unit, year, stop, standing, _below(below, theme) if below else None))
    return found


@dataclass(frozen=True)
class Below:
    total: int
    by_theme: dict[int, Counter[str]]


def counts_below(unit: Unit, year: int, on: date) -> Below:
    works = works_under(unit, on)
    rows = Stop.objects.filter(unit__in=works.values("pk"), year=year).order_by().values_list("theme_id", "state")
    found: dict[int, Counter[str]] = {}
    for theme_id, state, n in rows.annotate(n=Count("pk")):
        found.setdefault(theme_id, Counter())[state] = n
    return Below(works.count(), found)


def _below(below: Below, theme: Theme) -> tuple[int, int, int]:
    counts = below.by_theme.get(theme.pk, Counter())
    return counts[StopState.SIGNED], counts[StopState.OPEN], below.total


def years_of(today: date, year: int) -> list[int]:
    return sorted({*range(today.year - YEARS, today.year + 1), year})


def handed_to(actor: Actor) -> Any:
    """What has been handed to the boards that the actor reads for, newest first."""
    rows = Stop.objects.seen_by(actor).filter(handed_on__isnull=False).select_related("theme", "unit")
    return rows.order_by("-handed_on", "-id")


# A level ---------------------------------------------------------------------


@dataclass(frozen=True)
class Level:
    """How the units under a level stand with one stop. `left` are neither signed nor left out on the wheel."""

    theme: Theme
    year: int
    total: int
    signed: int
    begun: int
    skipped: int
    people: int
    late: bool

    @property
    def left(self) -> int:
        return self.total - self.signed - self.skipped


def level_of(unit: Unit, theme: Theme, year: int, on: date) -> Level:
    """Counted by the database, in one query however many units there are."""
    stop = Stop.objects.filter(unit=OuterRef("pk"), theme=theme, year=year)
    rows = works_under(unit, on).annotate(state=Subquery(stop.values("state")), n=Subquery(stop.values("people")))
    rows = rows.annotate(skips=Exists(left_out(year, unit=OuterRef("pk"), activity__series=theme.series)))
    signed = Q(state=StopState.SIGNED)
    told_by: dict[str, Any] = rows.aggregate(
        total=Count("pk"),
        signed=Count("pk", filter=signed),
        begun=Count("pk", filter=Q(state=StopState.OPEN)),
        skipped=Count("pk", filter=Q(skips=True) & (Q(state=None) | Q(state=StopState.OPEN))),
        people=Sum("n", filter=signed, default=0),
    )
    return Level(theme, year, late=on > theme.last_day(year), **told_by)


def units_in(unit: Unit, theme: Theme, year: int, on: date, standing: str) -> Any:
    """Units under a level: all, those that are done (`klara`) or those that are not (`kvar`)."""
    works = works_under(unit, on)
    done = Stop.objects.filter(theme=theme, year=year, state=StopState.SIGNED).values("unit")
    if standing == "klara":
        works = works.filter(pk__in=done)
    if standing == "kvar":
        works = works.exclude(pk__in=done)
        works = works.exclude(pk__in=left_out(year, activity__series=theme.series).values("unit"))
    return works.order_by("path")


def with_stops(
    units: Iterable[Unit], theme: Theme, year: int, on: date
) -> list[tuple[Unit, Stop | None, StopStanding]]:
    rows = list(units)
    stops = {one.unit_id: one for one in Stop.objects.filter(theme=theme, year=year, unit__in=[row.pk for row in rows])}
    skipped = set(left_out(year, unit__in=rows, activity__series=theme.series).values_list("unit", flat=True))
    return [
        (row, stop, standing_of(theme, year, stop.state if stop else "", on, skipped=row.pk in skipped))
        for row, stop in ((row, stops.get(row.pk)) for row in rows)
    ]


def left_out(year: int, **more: Any) -> Any:
    """What units have said of stops on the annual wheel: that they do not do them this year."""
    marks = Mark.objects.filter(said=Said.SKIPPED, activity__plan__year=year, activity__series__gt="", **more)
    return marks.order_by()


def answers_below(unit: Unit, theme: Theme, year: int) -> Any:
    """What units under a level have signed, in the order of the tree; only answers with words."""
    path = unit.path or ""
    rows = Reply.objects.filter(
        stop__theme=theme,
        stop__year=year,
        stop__state=StopState.SIGNED,
        stop__unit__path__gt=path,
        stop__unit__path__lt=path_end(path),
    )
    return rows.exclude(text="").select_related("stop__unit").order_by("stop__unit__path", "position")


def newest_below(stop: Stop) -> dict[str, list[Reply]]:
    """The last few answers from below to each question, by its code; one query."""
    rank = Window(RowNumber(), partition_by=[F("code")], order_by=[F("stop__signed_at").desc(), F("stop_id").desc()])
    rows = answers_below(stop.unit, stop.theme, stop.year).annotate(rank=rank).filter(rank__lte=LATEST)
    found: dict[str, list[Reply]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row)
    return found


def asked_below(theme: Theme) -> list[tuple[str, str]]:
    """The questions of a theme, as they are asked now, with their codes."""
    return [(row.code, told(row, "text")) for row in theme.questions.filter(asked=True)]


@cache
def common_words() -> frozenset[str]:
    """Words that say nothing of what an answer is about."""
    return frozenset(COMMON_FILE.read_text(encoding="utf-8").split("\n", 1)[1].split())


def words_of(texts: Iterable[str]) -> list[tuple[str, int]]:
    """The words that most units use, with how many do."""
    found: Counter[str] = Counter()
    for text in texts:
        words = {"".join(c for c in word.casefold() if c.isalpha()) for word in text.split()}
        found.update(word for word in words if len(word) >= FEWEST and word not in common_words())
    return [(word, n) for word, n in sorted(found.items(), key=lambda row: (-row[1], row[0]))[:COMMON] if n > 1]


def with_word(replies: Sequence[Reply], text: str) -> list[Reply]:
    wanted = [word.casefold() for word in text.split()]
    return [row for row in replies if all(word in row.text.casefold() for word in wanted)]


# What waits ------------------------------------------------------------------


@dataclass(frozen=True)
class Waits:
    """A stop that has opened and is not signed, for whoever documents it."""

    title: str
    url: str
    due_on: date
    unit: str
    unit_name: str
    series: str


def waits_for(actor: Actor, at: datetime) -> list[Waits]:
    """This year's stops at units that the actor plans by a role there, that have begun, or have opened and stand in a
    decided year of the annual wheel, and are neither signed nor left out; by last day. One query."""
    ids = sorted({grant.unit_id for grant in actor.reach(PLANS)})
    today = local_date(at)
    if not ids:
        return []
    stops = Stop.objects.filter(theme=OuterRef("pk"), unit=OuterRef("here"), year=today.year)
    planned = Activity.objects.filter(plan__principal=actor.principal_id, plan__year=today.year, series__gt="")
    planned = planned.filter(plan__state=PlanState.ADOPTED, series=OuterRef("series"))
    skipped = left_out(today.year, unit=OuterRef("here"), activity__series=OuterRef("series"))
    here = Q(principal__units__in=ids, principal__units__kind__in=WORKS, principal__units__valid_to__isnull=True)
    rows = Theme.objects.filter(principal_id=actor.principal_id, month__lte=today.month)
    rows = rows.alias(here=FilteredRelation("principal__units", condition=here)).filter(here__isnull=False)
    rows = rows.filter(Exists(stops.filter(state=StopState.OPEN)) | Exists(planned))
    rows = rows.exclude(Exists(stops.filter(state=StopState.SIGNED))).exclude(Exists(skipped))
    rows = rows.annotate(place=F("here__name"), at=F("here__code"))
    found = [
        Waits(
            str(row),
            f"/hallplatser/oppna/?enhet={code}&ar={today.year}&tema={row.code}",
            row.last_day(today.year),
            code,
            name,
            row.series,
        )
        for row in rows
        for name, code in [(row.place, row.at)]
    ]
    return sorted(found, key=lambda one: (one.due_on, one.unit_name, one.title))
