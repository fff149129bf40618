"""Numbers in the order of time, to be judged as chance or change: cases, answers, days to close, days between
serious harm.

Only time that is over is counted. Masked roles get cases per quarter, each number as the cross table shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils.translation import gettext as _

from hjulet.cases.choices import Harm
from hjulet.cases.clocks import FEEDBACK
from hjulet.core.actor import Actor
from hjulet.core.clocks import due_on
from hjulet.core.flow import Refused
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_level_between
from hjulet.stats import source
from hjulet.stats.choices import By, Measure, Per, Tree
from hjulet.stats.layout import cases_address
from hjulet.stats.periods import Period, span_days, spans
from hjulet.stats.queries import CrossTable, Filters, Question, from_sql, sums, table_of
from hjulet.stats.source import Sql, Window
from hjulet.stats.wording import shown_text

SERIOUS = frozenset({Harm.LASTING.value, Harm.DEATH.value})
TIME = {Per.MONTH: By.MONTH, Per.QUARTER: By.QUARTER}
MOST_WEEKS = 104
BEGINNING = date(1990, 1, 1)


@dataclass(frozen=True)
class Moment:
    """One point in time: its code (2026-03, 2026K1, or a day), the number as it is written, and its value.

    `size` is the denominator of a share. `value` is None where nothing can be drawn; `hidden` where that is
    because small numbers are hidden.
    """

    code: str
    shown: str
    value: float | None
    size: float | None = None
    hidden: bool = False
    href: str = ""


@dataclass(frozen=True)
class OverTime:
    """Moments in order. `since` is the day of the latest serious harm."""

    moments: tuple[Moment, ...]
    area: str
    masked: bool = False
    threshold: int = 0
    notes: tuple[str, ...] = ()
    since: date | None = None
    min_denominator: int = 0

    @property
    def hidden(self) -> bool:
        return any(moment.hidden for moment in self.moments)

    @property
    def partly_shown(self) -> bool:
        return self.hidden and any(moment.value is not None for moment in self.moments)


def over_time(
    actor: Actor, period: Period, measure: str, per: str, *, on: date, filters: Filters, link: bool = False
) -> OverTime:
    """The numbers of a measure, within the actor's reach. Raises Refused, in words, as the cross table does."""
    plain = measure == Measure.CASES and per != Per.WEEK
    time = TIME[Per(per)] if plain else By.MONTH
    asked = Question.of(actor, period, (time,), on=on, tree=Tree.NOW, filters=filters)
    if plain:
        return _cases(asked, time, link=link)
    if asked.hidden_reason and not asked.exact:
        raise Refused(asked.hidden_reason)
    asked = replace(asked, period=_since_start(asked))
    told = OverTime(
        moments=(),
        area=asked.place.area.name if asked.place.area else "",
        notes=(asked.hidden_reason,) if asked.beyond_exact else (),
        min_denominator=asked.rule.min_denominator,
    )
    if measure == Measure.HARM:
        days = _harm_days(asked)
        return replace(told, moments=tuple(_between(days)), since=days[-1][0] if days else None)
    if measure == Measure.FEEDBACK:
        return replace(told, moments=tuple(_feedback(asked, TIME[Per(per)])))
    if measure == Measure.CLOSING:
        return replace(told, moments=tuple(_closing(asked, TIME[Per(per)])))
    return replace(told, moments=tuple(_weeks(asked)))


def _cases(asked: Question, time: By, *, link: bool) -> OverTime:
    table = table_of(asked)
    codes = _over(time, table.period, asked.on)
    if not table.masked:
        start = _since_start(asked).first
        codes = [code for code in codes if span_days(code).last >= start]
    moments = [_cell(table, code, link=link) for code in codes]
    first = next((place for place, moment in enumerate(moments) if not moment.hidden), 0)
    return OverTime(tuple(moments[first:]), table.area, table.masked, table.threshold, table.notes)


def _cell(table: CrossTable, code: str, *, link: bool) -> Moment:
    number = table.cell(code)
    shown, href = shown_text(number, table.threshold), cases_address(table, (code,), number) if link else ""
    if isinstance(number, int):
        return Moment(code, shown, float(number), href=href)
    return Moment(code, shown, None, hidden=True)


def _over(time: By, period: Period, on: date) -> list[str]:
    """The months or quarters of a period that are over on a day."""
    return [code for code in sorted(spans(time, period)) if span_days(code).last < on]


def _since_start(asked: Question) -> Period:
    """The period from the month the first case of the area came in: time before that says nothing."""
    period = asked.period
    rows = source.rows_sql(asked.actor.principal_id, BEGINNING, period.last, [])
    query = Sql("SELECT MIN(r.day)").put(from_sql(replace(asked, filters=Filters()), rows))
    first = source.run(query)[0][0]
    return Period(max(period.first, date.fromisoformat(str(first))), period.last) if first else period


def _weeks(asked: Question) -> list[Moment]:
    """Cases per week, Monday to Sunday, for whole weeks that are over; counted from the cases."""
    last = min(asked.period.last, asked.on - timedelta(days=1))
    last -= timedelta(days=(last.weekday() + 1) % 7)
    first = max(asked.period.first, last - timedelta(days=7 * MOST_WEEKS - 1))
    first += timedelta(days=-first.weekday() % 7)
    if first > last:
        return []
    query = Sql(f"SELECT {source.week_of()}, COUNT(*)").put(_live(asked, Window(first, last))).add(" GROUP BY 1")
    counts = {str(week): int(count) for week, count in source.run(query)}
    weeks = [first + timedelta(days=7 * n) for n in range((last - first).days // 7 + 1)]
    return [_counted(week.isoformat(), counts.get(week.isoformat(), 0)) for week in weeks]


def _counted(code: str, count: int) -> Moment:
    return Moment(code, str(count), float(count))


def _live(asked: Question, window: Window, moment: str = "reported_at", harm: frozenset[str] = frozenset()) -> Sql:
    return from_sql(asked, source.cases_sql(asked.actor.principal_id, [window], moment, harm))


def _feedback(asked: Question, time: By) -> list[Moment]:
    """Share of reports answered in time, by when they came; only times whose last day for an answer has passed."""
    rows = dict(sums(asked, asked.period, masked=False, time=time))
    period = asked.period
    held = service_level_between(FEEDBACK, principal_id=asked.actor.principal_id, first=period.first, last=period.last)
    codes = [code for code in _over(time, period, asked.on) if _answered_by(span_days(code), held) < asked.on]
    return [_share(code, rows.get(code, {}), asked.rule.min_denominator) for code in codes]


def _answered_by(time: Period, held: list[tuple[date, ServiceLevel]]) -> date:
    """The last day for an answer to what came in during a month or a quarter. `held`: see service_level_between."""
    last, start = time.last, date.min
    for end, row in held:
        if start <= time.last and end >= time.first:
            newest = min(end, time.last)
            last = max(last, due_on(row.limit, newest) or newest)
        start = end
    return last


def _share(code: str, row: Mapping[str, int], fewest: int) -> Moment:
    answered, reports = row.get("answered_in_time", 0), row.get("with_reporter", 0)
    shown = _("%(part)s av %(whole)s") % {"part": answered, "whole": reports} if reports else "–"
    return Moment(code, shown, float(answered) if reports >= fewest else None, float(reports))


def _closing(asked: Question, time: By) -> list[Moment]:
    """Mean days from report to closing, by when they were closed: what came late is never left out."""
    window = Window(asked.period.first, asked.period.last)
    query = Sql(f"SELECT {source.span_of(time)}, SUM(r.days_to_close), SUM(r.closed)")
    query.put(_live(asked, window, "closed_at")).add(" AND r.closed = 1 GROUP BY 1")
    rows = {str(code): (int(days), int(closed)) for code, days, closed in source.run(query)}
    return [_mean(code, *rows.get(code, (0, 0))) for code in _over(time, asked.period, asked.on)]


def _mean(code: str, days: int, closed: int) -> Moment:
    if not closed:
        return Moment(code, "–", None)
    return Moment(code, str(closed), days / closed)


def _harm_days(asked: Question) -> list[tuple[date, int]]:
    """Days on which something came in that led to lasting harm or death, and how many, oldest first."""
    window = Window(asked.period.first, min(asked.period.last, asked.on))
    if window.first > window.last:
        return []
    query = Sql("SELECT r.day, COUNT(*)").put(_live(asked, window, harm=SERIOUS)).add(" GROUP BY 1 ORDER BY 1")
    return [(date.fromisoformat(str(day)), int(count)) for day, count in source.run(query)]


def _between(days: list[tuple[date, int]]) -> list[Moment]:
    """Days since the day before it; what came on one day is one."""
    pairs = zip(days, days[1:], strict=False)
    return [Moment(day.isoformat(), str(count), float((day - before).days)) for (before, _n), (day, count) in pairs]
