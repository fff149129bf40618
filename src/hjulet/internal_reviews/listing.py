"""Visits as the pages, the file and the API show them, what waits for someone, and units beside each other."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Q
from django.utils.translation import gettext as _

from hjulet.checks.content_types import Area, Question, sheet_of
from hjulet.core.actor import Actor
from hjulet.core.numbers import whole_number
from hjulet.internal_reviews.actions import may_answer_area
from hjulet.internal_reviews.choices import ANSWERS, REVIEWS, VisitState
from hjulet.internal_reviews.models import LATEST, OLDEST, Visit, VisitAnswer
from hjulet.internal_reviews.planner import month_name
from hjulet.org.models import Unit, inside

YEARS = 5


def read_year(text: str, today: date) -> int:
    year = whole_number(text, digits=4)
    return year if year is not None and OLDEST <= year <= LATEST else today.year


def visits_of(actor: Actor, year: int, on: date) -> Any:
    """A year's visits that the actor may know of, in order."""
    seen = Visit.objects.seen_by(actor, on).filter(year=year)
    return seen.select_related("unit").order_by("month", "day", "unit__path", "pk")


@dataclass(frozen=True)
class Month:
    name: str
    visits: list[Visit]


def by_month(visits: Iterable[Visit]) -> list[Month]:
    """Every month of the year, also those without."""
    rows: dict[int, list[Visit]] = {month: [] for month in range(1, 13)}
    for visit in visits:
        rows[visit.month].append(visit)
    return [Month(month_name(month), some) for month, some in rows.items()]


# the protocol


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Asked:
    number: int
    question: Question
    answer: VisitAnswer | None
    choices: list[Choice]
    target: Decimal

    @property
    def told(self) -> str:
        return next((one.label for one in self.choices if one.chosen), "")

    @property
    def low(self) -> bool:
        return self.answer is not None and self.answer.points is not None and self.answer.points < self.target


@dataclass(frozen=True)
class Part:
    """An area of the protocol. `mine`: the reader answers it."""

    area: Area
    asked: list[Asked]
    mine: bool
    mean: Decimal | None

    @property
    def done(self) -> int:
        return sum(1 for one in self.asked if one.told)


def parts_of(visit: Visit, actor: Actor) -> list[Part]:
    sheet = sheet_of(visit.protocol)
    answers = {one.question: one for one in visit.answers.select_related("answered_by")}
    found, number = [], 0
    for area in sheet.areas:
        asked = []
        for question in area.questions:
            number += 1
            given = answers.get(question.code)
            asked.append(Asked(number, question, given, _choices(sheet.scale, given), sheet.target))
        mean = visit.means.get(area.code)
        found.append(Part(area, asked, may_answer_area(visit, area.code, actor), Decimal(mean) if mean else None))
    return found


def _choices(scale: Any, given: VisitAnswer | None) -> list[Choice]:
    chosen = None if given is None else "x" if given.not_applicable else given.points
    points = range(scale.max, scale.min - 1, -1)
    words = scale.words
    rows = [Choice(str(one), words.get(str(one), str(one)), chosen == one) for one in points]
    return [*rows, Choice("x", _("Gäller inte"), chosen == "x")]


# what waits


@dataclass(frozen=True)
class Waits:
    """`due` is None where no day is set."""

    title: str
    url: str
    due: date | None
    unit: str


def waits_for(actor: Actor, on: date) -> list[Waits]:
    """What waits for the actor where she has a role herself: visits to be made this month or begun, answers to read,
    and results to answer; one query."""
    reviews = {grant.unit_id for grant in actor.grants if grant.duty == REVIEWS}
    leads = {grant.unit_id for grant in actor.grants if grant.duty == ANSWERS}
    if not reviews and not leads:
        return []
    here = Unit.objects.filter(inside(actor.reach(REVIEWS)), principal_id=actor.principal_id).order_by()
    now = Q(year__lt=on.year) | Q(year=on.year, month__lte=on.month)
    begun = Q(state__in=[VisitState.VISITED, VisitState.ANSWERED]) | (Q(state=VisitState.PLANNED) & now)
    mine = Q(state=VisitState.REPORTED, unit__in=leads)
    if reviews:
        mine |= begun & Q(unit__in=here.values("pk"))
    rows = Visit.objects.seen_by(actor, on).filter(mine).select_related("unit").order_by("year", "month", "pk")
    return [Waits(_todo(row), row.get_absolute_url(), _due(row), row.unit.name) for row in rows]


def _todo(visit: Visit) -> str:
    words = {
        VisitState.PLANNED: _("Gör granskningen av %(unit)s"),
        VisitState.VISITED: _("Lämna resultatet av granskningen av %(unit)s"),
        VisitState.REPORTED: _("Svara på granskningen av %(unit)s"),
        VisitState.ANSWERED: _("Läs svaret och avsluta granskningen av %(unit)s"),
    }
    return words[VisitState(visit.state)] % {"unit": visit.unit.name}


def _due(visit: Visit) -> date | None:
    if visit.state != VisitState.PLANNED:
        return None
    return visit.day or date(visit.year, visit.month, calendar.monthrange(visit.year, visit.month)[1])


# beside each other


@dataclass(frozen=True)
class Compared:
    code: str
    name: str
    means: list[Decimal | None]


def compared(actor: Actor, on: date, last_year: int) -> tuple[list[int], list[Compared]]:
    """The means of each unit, year by year from the first that has any, the latest last; by name. One query."""
    within = (last_year - YEARS + 1, last_year)
    told = Visit.objects.seen_by(actor, on).told().filter(year__range=within, mean__isnull=False).order_by()
    rows = told.values_list("unit__code", "unit__name", "year").annotate(of_year=Avg("mean"))
    found: dict[tuple[str, str], dict[int, Decimal]] = {}
    for code, name, year, mean in rows:
        found.setdefault((name, code), {})[year] = mean
    first = min((year for means in found.values() for year in means), default=last_year)
    years = list(range(first, last_year + 1))
    return years, [
        Compared(code, name, [means.get(year) for year in years]) for (name, code), means in sorted(found.items())
    ]


def sorted_compared(rows: list[Compared], sort: str) -> list[Compared]:
    """By name, or by the latest mean: lowest first, those without last."""
    if sort != "medel":
        return rows
    return sorted(rows, key=lambda row: next((m for m in reversed(row.means) if m is not None), Decimal(99)))


def for_management(actor: Actor, on: date) -> Any:
    """What may concern other units, what has not been taken up first."""
    told = Visit.objects.seen_by(actor, on).told().exclude(concerns_others="")
    return told.select_related("unit").order_by("taken_up_on", "-reported_at", "pk")


def choice_of(params: Mapping[str, str]) -> int | None:
    return whole_number(params.get("val", ""), digits=1)
