"""Keeps the facts in step with the cases, in the transaction of each change, and checks that they agree."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction

from hjulet.cases.choices import RESTRICTED, State
from hjulet.cases.registry import Facts
from hjulet.core.net import let_through
from hjulet.stats import case_totals, source
from hjulet.stats.cells import hold
from hjulet.stats.models import CaseFact
from hjulet.stats.source import CASE, FACT, TOTAL, Sql, day_value, moment_value, month_start

UNIT_LOCK = 0x53_54
COLUMNS = (*CaseFact.KEY, *CaseFact.SUMS)
Key = tuple[Any, ...]


def follow(before: Facts | None, after: Facts | None) -> None:
    """Moves one case between cells: out of the one it was in, into the one it is in. One statement.

    Safe with others at work: the database adds to what stands there. On PostgreSQL writers of one unit wait
    for each other, units in order, so that no two can stand in each other's way.
    """
    facts = [(sign, fact) for sign, fact in ((-1, before), (1, after)) if fact is not None]
    if facts:
        with let_through():
            _move(facts)


def follow_many(facts: list[Facts]) -> None:
    """Many cases that came at once and are in the database already: it counts them itself, in one statement."""
    if not facts:
        return
    plus = ", ".join(f"{name} = {FACT}.{name} + excluded.{name}" for name in CaseFact.SUMS)
    query = _count_sql(_among("c.id", [fact.case_id for fact in facts]), source.local_day("c.reported_at"))
    with let_through(), transaction.atomic(savepoint=False):
        _wait_for_units(sorted({fact.unit_id % 2**31 for fact in facts}))
        case_totals.add_counted(query)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {FACT} ({', '.join(COLUMNS)}) {query.text} "
                f"ORDER BY {', '.join(str(n + 1) for n in range(len(CaseFact.KEY)))} "
                f"ON CONFLICT ({', '.join(CaseFact.KEY)}) DO UPDATE SET {plus}",
                query.params,
            )


def _move(facts: list[tuple[int, Facts]]) -> None:
    cells: dict[Key, list[int]] = {}
    for sign, fact in facts:
        sums = cells.setdefault(_key(fact), [0] * len(CaseFact.SUMS))
        for place, amount in enumerate(_amounts(fact)):
            sums[place] += sign * amount
    changed = [(key, sums) for key, sums in sorted(cells.items()) if any(sums)]
    with transaction.atomic(savepoint=False):
        _wait_for_units(sorted({fact.unit_id % 2**31 for _, fact in facts}))
        _add(changed)
        case_totals.add([(dict(zip(CaseFact.KEY, key, strict=True)), sums) for key, sums in changed])


def _key(fact: Facts) -> Key:
    month = month_start(fact.reported_on)
    return (
        *(fact.principal_id, fact.unit_id, month, fact.kind, fact.track),
        *(fact.category_id or 0, fact.severity or 0, fact.state),
    )


def _amounts(fact: Facts) -> tuple[int, ...]:
    """What one case adds to each of CaseFact.SUMS."""
    closed = fact.state == State.CLOSED and fact.closed_on is not None
    took = (fact.closed_on - fact.reported_on).days if closed and fact.closed_on else 0
    answered = fact.feedback_on is not None
    soon = bool(fact.feedback_on and fact.feedback_due_on and fact.feedback_on <= fact.feedback_due_on)
    within = (closed and took <= limit for limit in (30, 60, 90))
    return (1, int(closed), took, *map(int, within), int(fact.answerable), int(answered), int(soon))


def _among(column: str, numbers: list[int]) -> Sql:
    """However many, they are one parameter: finding the places of two thousand took longer than the question."""
    if connection.vendor == "postgresql":
        return Sql(f" AND {column} = ANY(%s)", [numbers])
    return Sql(f" AND {column} IN (SELECT value FROM json_each(%s))", [json.dumps(numbers)])


def _wait_for_units(numbers: list[int]) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, n) FROM unnest(%s::int[]) AS n", [UNIT_LOCK, numbers])


def _add(cells: list[tuple[Key, list[int]]]) -> None:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    plus = ", ".join(f"{name} = {FACT}.{name} + excluded.{name}" for name in CaseFact.SUMS)
    values = [day_value(value) if isinstance(value, date) else value for key, sums in cells for value in (*key, *sums)]
    if not cells:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {FACT} ({', '.join(COLUMNS)}) VALUES {', '.join([row] * len(cells))} "
            f"ON CONFLICT ({', '.join(CaseFact.KEY)}) DO UPDATE SET {plus}",
            values,
        )


# Building anew -------------------------------------------------------------


def rebuild(first: date | None = None, last: date | None = None) -> int:
    """Counts the facts anew from the cases, all or the months from `first` to `last`; gives the row count.

    One statement in one transaction; on PostgreSQL changes of cases wait for it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, FACT, TOTAL)
        facts, cases = (
            _span("month", first, last, day_value),
            _span("c.reported_at", first, last, moment_value),
        )
        cursor.execute(f"DELETE FROM {FACT} WHERE 1 = 1{facts.text}", facts.params)
        query = _count_sql(cases, source.local_day("c.reported_at"))
        # in the order they come in from day to day, so that a period's lie together
        query.add(" ORDER BY month, unit_id")
        cursor.execute(f"INSERT INTO {FACT} ({', '.join(COLUMNS)}) {query.text}", query.params)
        rows = int(cursor.rowcount)
        case_totals.sum_up()
        return rows


def _span(column: str, first: date | None, last: date | None, adapt: Any) -> Sql:
    """From the first day of `first`'s month to the last of `last`'s."""
    where = Sql()
    if first:
        where.add(f" AND {column} >= %s", adapt(month_start(first)))
    if last:
        where.add(f" AND {column} < %s", adapt(source.month_end(last) + timedelta(days=1)))
    return where


def _count_sql(where: Sql, day: str, unit: str = source.COUNTED) -> Sql:
    sums = ", ".join(f"SUM({name}) AS {name}" for name in CaseFact.SUMS)
    keys = "principal_id, unit_id, month, kind, track, category, severity, state"
    month = source.first_of_month(day)
    return Sql(
        f"SELECT {keys}, {sums} FROM (SELECT c.principal_id, {unit} AS unit_id, {month} AS month, "
        f"{source.case_columns()} FROM {CASE} c WHERE 1 = 1{where.text}) AS n GROUP BY {keys}",
        list(where.params),
    )


@dataclass(frozen=True)
class Difference:
    """One cell where facts and cases disagree: the key by column name, and each side's sums (None: no such
    cell).
    """

    key: dict[str, Any]
    facts: dict[str, int] | None
    cases: dict[str, int] | None


def verify() -> list[Difference]:
    """Compares the facts with a plain count of the cases; empty when they agree. At most 100 cells are
    told.
    """
    return list(_differences())


def _differences(most: int = 100) -> Iterator[Difference]:
    # a case that was never given the place it counts at shows up here, with no unit
    restricted = ", ".join(f"'{kind.value}'" for kind in sorted(RESTRICTED))
    elsewhere = f"c.protected_identity OR c.kind IN ({restricted})"
    unit = f"CASE WHEN {elsewhere} THEN c.counted_in_id ELSE c.unit_id END"
    plain = _count_sql(Sql(), _plain_day("c.reported_at"), unit)
    some = " OR ".join(f"{name} <> 0" for name in CaseFact.SUMS)
    kept = f"SELECT {', '.join(COLUMNS)} FROM {FACT} WHERE {some}"
    query = Sql(
        f"SELECT * FROM (SELECT 0 AS side, x.* FROM ({kept} EXCEPT {plain.text}) AS x "
        f"UNION ALL SELECT 1 AS side, y.* FROM ({plain.text} EXCEPT {kept}) AS y) AS z "
        f"ORDER BY {', '.join(str(n) for n in range(2, len(CaseFact.KEY) + 2))}, side LIMIT {2 * most}",
        [*plain.params, *plain.params],
    )
    found: dict[Key, dict[int, dict[str, int]]] = {}
    for side, *values in source.run(query):
        key = tuple(values[: len(CaseFact.KEY)])
        sums = dict(zip(CaseFact.SUMS, (int(n) for n in values[len(CaseFact.KEY) :]), strict=True))
        found.setdefault(key, {})[side] = sums
    for key, sides in list(found.items())[:most]:
        yield Difference(dict(zip(CaseFact.KEY, key, strict=True)), sides.get(0), sides.get(1))


def _plain_day(column: str) -> str:
    """The Swedish day by another way than the one facts are built with, so that the check checks that too."""
    if connection.vendor == "postgresql":
        return f"(timezone('Europe/Stockholm', {column}))::date"
    return f"django_datetime_cast_date({column}, 'Europe/Stockholm', 'UTC')"
