"""The door of statistics to case data, in SQL: who is asking, which rows, and where each unit hung.

Raw SQL on case data lives here and in `writer.py` only. Facts give whole months; `live` windows are counted
from the cases themselves. Every question carries `reach_sql`. One SQL serves SQLite and PostgreSQL.
"""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from hjulet.cases.choices import State
from hjulet.cases.models import Case, Category
from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import STOCKHOLM
from hjulet.core.net import Claims, Mode, around, asking, of
from hjulet.org.choices import Duty
from hjulet.org.models import SEGMENT, Unit, UnitVersion, path_end
from hjulet.stats.models import CaseFact, CaseTotal, MaskingRule

CASE, CATEGORY = Case._meta.db_table, Category._meta.db_table
FACT, TOTAL = CaseFact._meta.db_table, CaseTotal._meta.db_table
UNIT, VERSION = Unit._meta.db_table, UnitVersion._meta.db_table


COUNTED = "COALESCE(c.counted_in_id, c.unit_id)"  # the unit that a case `c` counts at (decision 16)
ANSWERABLE = "({0}reporter_id IS NOT NULL OR {0}code_digest IS NOT NULL)"  # Case.answerable


@dataclass
class Sql:
    """A piece of SQL with its parameters, in order, and for whom it counts."""

    text: str = ""
    params: list[Any] = field(default_factory=list)
    asks: Claims | None = None

    def add(self, text: str, *params: Any) -> Sql:
        self.text += text
        self.params += params
        return self

    def put(self, other: Sql) -> Sql:
        self.asks = self.asks or other.asks
        return self.add(other.text, *other.params)


def run(query: Sql) -> list[tuple[Any, ...]]:
    with asking(query.asks or around()), connection.cursor() as cursor:
        cursor.execute(query.text, query.params)
        return list(cursor.fetchall())


def month_start(day: date) -> date:
    return day.replace(day=1)


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def day_value(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def moment_value(day: date) -> Any:
    """The first moment of a Swedish day, as the database stores moments."""
    return connection.ops.adapt_datetimefield_value(datetime.combine(day, time(), STOCKHOLM))


def local_day(column: str) -> str:
    """The Swedish day of a stored moment. Summer time: last Sunday of March to that of October, 01.00 UTC."""
    if connection.vendor == "postgresql":
        return f"(({column}) AT TIME ZONE 'Europe/Stockholm')::date"
    year = f"strftime('%%Y', {column})"
    summer = (
        f"{column} >= date({year} || '-03-25', 'weekday 0') || ' 01:00:00' "
        f"AND {column} < date({year} || '-10-25', 'weekday 0') || ' 01:00:00'"
    )
    return f"date(substr({column}, 1, 19), CASE WHEN {summer} THEN '+2 hours' ELSE '+1 hours' END)"


def days_between(start: str, end: str) -> str:
    if connection.vendor == "postgresql":
        return f"({end} - {start})"
    return f"CAST(julianday({end}) - julianday({start}) AS INTEGER)"


def first_of_month(day: str) -> str:
    if connection.vendor == "postgresql":
        return f"date_trunc('month', {day})::date"
    return f"date({day}, 'start of month')"


def span_of(grain: str) -> str:
    """SQL for the name of a row's year, quarter or month: 2026, 2026K1, 2026-01."""
    if connection.vendor == "postgresql":
        pattern = {"year": "YYYY", "quarter": 'YYYY"K"Q', "month": "YYYY-MM"}[grain]
        return f"to_char(r.day, '{pattern}')"
    return {
        "year": "substr(r.day, 1, 4)",
        "quarter": "substr(r.day, 1, 4) || 'K' || ((CAST(substr(r.day, 6, 2) AS INTEGER) + 2) / 3)",
        "month": "substr(r.day, 1, 7)",
    }[grain]


def week_of() -> str:
    """SQL for the Monday of a row's week, as 2026-03-02."""
    if connection.vendor == "postgresql":
        return "to_char(date_trunc('week', r.day), 'YYYY-MM-DD')"
    return "date(r.day, 'weekday 0', '-6 days')"


def case_columns() -> str:
    """One case as the columns of a fact row, beside unit and day."""
    day, closed_day, told = local_day("c.reported_at"), local_day("c.closed_at"), local_day("c.feedback_at")
    closed = f"(c.state = '{State.CLOSED}' AND c.closed_at IS NOT NULL)"
    took = days_between(day, closed_day)
    in_time = f"c.feedback_at IS NOT NULL AND {told} <= c.feedback_due_on"

    def one_if(condition: str) -> str:
        return f"CASE WHEN {condition} THEN 1 ELSE 0 END"

    return ", ".join(
        [
            "c.kind",
            "CASE WHEN c.track_set_at IS NULL THEN 'unsure' ELSE c.track END AS track",
            "COALESCE(c.category_id, 0) AS category",
            "COALESCE(c.severity, 0) AS severity",
            "c.state",
            "1 AS cases",
            f"{one_if(closed)} AS closed",
            f"CASE WHEN {closed} THEN {took} ELSE 0 END AS days_to_close",
            *[f"{one_if(f'{closed} AND {took} <= {limit}')} AS closed_{limit}" for limit in (30, 60, 90)],
            f"{one_if(ANSWERABLE.format('c.'))} AS with_reporter",
            f"{one_if('c.feedback_at IS NOT NULL')} AS answered",
            f"{one_if(in_time)} AS answered_in_time",
        ]
    )


# Who is asking -------------------------------------------------------------


def exact_grants(actor: Actor) -> tuple[Grant, ...]:
    return actor.reach(Duty.STATISTICS)


def masked_grants(actor: Actor) -> tuple[Grant, ...]:
    return actor.reach(Duty.MASKED_STATISTICS)


def tracks_of(grant: Grant) -> frozenset[str]:
    """Cases whose track is not set count for those who may see every track."""
    return grant.tracks | {"unsure"} if grant.tracks >= ALL_TRACKS else grant.tracks


def _within(grants: Iterable[Grant]) -> Sql:
    parts = Sql("(1 = 0")
    for grant in sorted(set(grants), key=lambda g: (g.path, sorted(g.tracks))):
        tracks = sorted(tracks_of(grant))
        marks = ", ".join(["%s"] * len(tracks))
        parts.add(
            f" OR (u.path >= %s AND u.path < %s AND r.track IN ({marks}))",
            grant.path,
            grant.path_end,
            *tracks,
        )
    return parts.add(")")


def reach_sql(actor: Actor, *, masked: bool = False) -> Sql:
    """The one WHERE every question carries, on unit `u` and row `r`: the actor's principal, units now,
    tracks.

     Who may see follows the organisation as it is now, also where a table is drawn on the tree of then.
    With `masked`: what she may see only with small numbers hidden, that is her masked reach less her exact
    one.
    """
    where = Sql("r.principal_id = %s AND ", [actor.principal_id], of(actor, Mode.STATISTICS))
    if not masked:
        return where.put(_within(exact_grants(actor)))
    return where.put(_within(masked_grants(actor))).add(" AND NOT ").put(_within(exact_grants(actor)))


def reach_at(actor: Actor, grants: Iterable[Grant]) -> Sql:
    """The same on rows that each tell of all at and below their unit: those of the grants' own places, each track from
    the topmost place where she holds it."""
    where = Sql("r.principal_id = %s AND (1 = 0", [actor.principal_id], of(actor, Mode.STATISTICS))
    held: list[tuple[str, frozenset[str]]] = []
    for grant in sorted(set(grants), key=lambda g: (len(g.path), g.path, sorted(g.tracks))):
        above = [tracks for path, tracks in held if grant.path.startswith(path)]
        new = tracks_of(grant).difference(*above)
        if new:
            held.append((grant.path, new))
            marks = ", ".join(["%s"] * len(new))
            where.add(f" OR (u.path = %s AND r.track IN ({marks}))", grant.path, *sorted(new))
    return where.add(")")


# Which rows ----------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """Days, both included, to count from the cases themselves; of one unit when it is named."""

    first: date
    last: date
    unit_id: int | None = None

    @property
    def whole_month(self) -> bool:
        return self.first == month_start(self.first) and self.last == month_end(self.first)


def edge_windows(first: date, last: date) -> list[Window]:
    """The months a period only touches."""
    if month_start(first) == month_start(last):
        whole = first == month_start(first) and last == month_end(last)
        return [] if whole else [Window(first, last)]
    edges = []
    if first != month_start(first):
        edges.append(Window(first, month_end(first)))
    if last != month_end(last):
        edges.append(Window(month_start(last), last))
    return edges


def moves(principal_id: int) -> list[tuple[int, date]]:
    """(unit, month) where a unit got a new name or place on another day than the month's first."""
    rows = UnitVersion.objects.filter(unit__principal_id=principal_id).order_by("unit_id", "valid_from")
    seen: set[int] = set()
    found = set()
    for unit_id, since in rows.values_list("unit_id", "valid_from"):
        if unit_id in seen and since.day != 1:
            found.add((unit_id, month_start(since)))
        seen.add(unit_id)
    return sorted(found)


def moved_windows(moved: Iterable[tuple[int, date]], first: date, last: date) -> list[Window]:
    """Those of the `moves` that fall in a period's months: they are counted by day."""
    inside = ((unit_id, month) for unit_id, month in moved if month_start(first) <= month <= last)
    return [Window(max(first, month), min(last, month_end(month)), unit_id) for unit_id, month in inside]


def rows_sql(principal_id: int, first: date, last: date, live: Sequence[Window], *, totals: bool = False) -> Sql:
    """Rows of a period: facts of whole months, or totals that hold them, and cases one by one in the `live` windows."""
    sums = ", ".join(f"f.{name}" for name in CaseFact.SUMS)
    table = TOTAL if totals else FACT
    untold = "'' AS kind, f.track, f.category, 0 AS severity, '' AS state"
    query = Sql(
        "SELECT f.principal_id, f.unit_id, f.month AS day, "
        f"{untold if totals else 'f.kind, f.track, f.category, f.severity, f.state'}, "
        f"{sums} FROM {table} f WHERE f.principal_id = %s AND f.month >= %s AND f.month <= %s",
        [principal_id, day_value(month_start(first)), day_value(last)],
    )
    for window in live:
        query.add(" AND NOT (f.month = %s", day_value(month_start(window.first)))
        if window.unit_id is not None:
            query.add(" AND f.unit_id = %s", window.unit_id)
        query.add(")")
    if live:
        query.add(" UNION ALL ").put(cases_sql(principal_id, live))
    return query


def cases_sql(principal_id: int, live: Sequence[Window], moment: str = "reported_at", harm: Iterable[str] = ()) -> Sql:
    """Cases one by one as rows, by the Swedish day of a moment; with `harm`, those that led to such harm."""
    query = Sql(
        f"SELECT c.principal_id, {COUNTED} AS unit_id, {local_day(f'c.{moment}')} AS day, {case_columns()} "
        f"FROM {CASE} c WHERE c.principal_id = %s",
        [principal_id],
    )
    harms = sorted(harm)
    if harms:
        query.add(f" AND c.harm IN ({', '.join(['%s'] * len(harms))})", *harms)
    query.add(" AND (1 = 0")
    for window in live:
        first, after = moment_value(window.first), moment_value(window.last + timedelta(days=1))
        query.add(f" OR (c.{moment} >= %s AND c.{moment} < %s", first, after)
        if window.unit_id is not None:
            query.add(f" AND {COUNTED} = %s", window.unit_id)
        query.add(")")
    return query.add(")")


def waiting_sql(principal_id: int, first: date, last: date, on: date) -> Sql:
    """Reports of a period that wait for an answer and whose last day for it has not come, one by one."""
    return Sql(
        f"SELECT c.principal_id, {COUNTED} AS unit_id, {local_day('c.reported_at')} AS day, {case_columns()} "
        f"FROM {CASE} c WHERE c.principal_id = %s AND c.feedback_at IS NULL AND c.feedback_due_on > %s "
        "AND c.reported_at >= %s AND c.reported_at < %s",
        [principal_id, day_value(on), moment_value(first), moment_value(last + timedelta(days=1))],
    )


# Where a unit hung ---------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """Which tree, below which unit. `then`: a row counts where its unit hung on its day. `deep`: every
    unit.
    """

    tree: str = "now"
    area: Unit | None = None
    deep: bool = False
    # asked for once by a page that asks more than one thing
    rules: dict[date, MaskingRule] = field(default_factory=dict, compare=False)
    moved: dict[int, list[tuple[int, date]]] = field(default_factory=dict, compare=False)


def place_join(place: Place) -> Sql:
    if place.tree != "then":
        return Sql()
    holds = "{0}.valid_from <= r.day AND ({0}.valid_to IS NULL OR {0}.valid_to >= r.day)"
    join = Sql(f" LEFT JOIN {VERSION} v ON v.unit_id = r.unit_id AND {holds.format('v')}")
    if place.area:
        join.add(f" LEFT JOIN {VERSION} a ON a.unit_id = %s AND {holds.format('a')}", place.area.pk)
    return join


def path_sql(place: Place) -> str:
    return "COALESCE(v.path, u.path)" if place.tree == "then" else "u.path"


def base_sql(place: Place) -> Sql:
    """The path of the area, on the row's day when the tree is that of then."""
    path = place.area.path or "" if place.area else ""
    if place.tree == "then" and place.area:
        return Sql("COALESCE(a.path, %s)", [path])
    return Sql("%s", [path])


def area_sql(place: Place) -> Sql:
    if place.area is None:
        return Sql("1 = 1")
    if place.tree != "then":
        return Sql("u.path LIKE %s", [f"{place.area.path}%"])
    base = base_sql(place)
    return Sql(f"{path_sql(place)} LIKE {base.text} || '%%'", base.params)


def few_units_sql(place: Place) -> Sql:
    """Nothing but a help to the database: for a part of the tree, the keys of its units, so that it reads their rows
    only. Where much of the tree is asked for, it is quicker to read all.
    """
    path = place.area.path if place.area and place.tree != "then" else ""
    if not path or len(path) <= SEGMENT:
        return Sql()
    within = (f"SELECT id FROM {UNIT} WHERE path >= %s AND path < %s", [path, path_end(path)])
    one_of = "= ANY(ARRAY({}))" if connection.vendor == "postgresql" else "IN ({})"
    return Sql(f" AND r.unit_id {one_of.format(within[0])}", within[1])


def group_path_sql(place: Place) -> Sql:
    """The path of the unit right below the area that a row's unit belongs to (or of the area itself)."""
    if place.deep:
        return Sql(path_sql(place))
    base = base_sql(place)
    if connection.vendor == "postgresql":
        base = Sql(f"CAST({base.text} AS text)", base.params)
    return Sql(f"SUBSTR({path_sql(place)}, 1, LENGTH({base.text}) + {SEGMENT})", base.params)
