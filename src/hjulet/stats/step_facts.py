"""Keeps count of the cases of each step of a process, in the transaction of each change, and checks the counts: by unit
(StepFact), and for the places high in the tree (StepTotal)."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from typing import Any

from django.db import connection, transaction

from hjulet.cases.choices import State
from hjulet.cases.registry import Facts
from hjulet.cases.sight import OPEN_CODES
from hjulet.core.actor import Actor
from hjulet.core.net import let_through
from hjulet.org.models import SEGMENT, path_end
from hjulet.processes.models import Drawing, Element
from hjulet.stats import source
from hjulet.stats.cells import LEVELS, cells_sql, differ, hold
from hjulet.stats.models import StepFact, StepTotal
from hjulet.stats.source import CASE, UNIT, Sql, day_value, exact_grants, masked_grants, month_start

TABLE, ELEMENT, DRAWING = StepFact._meta.db_table, Element._meta.db_table, Drawing._meta.db_table
TOTALS = StepTotal._meta.db_table
COLUMNS = (*StepFact.KEY, *StepFact.SUMS)
Cell = tuple[Any, ...]


def asked_of(actor: Actor, *, masked: bool = False) -> tuple[str, Sql]:
    """The table that answers the actor, and what she sees of it, on unit `u` and row `r` as source.reach_sql: totals,
    where her figures are of places high in the tree, else unit by unit."""
    grants = masked_grants(actor) if masked else exact_grants(actor)
    high = all(len(grant.path) <= LEVELS * SEGMENT for grant in grants)
    if high and not (masked and exact_grants(actor)):
        return TOTALS, source.reach_at(actor, grants)
    return TABLE, source.reach_sql(actor, masked=masked)


def follow_steps(before: Facts | None, after: Facts | None) -> None:
    """Moves one case between the cells of steps: out of the one it was in, into the one it is in."""
    facts = [(sign, fact) for sign, fact in ((-1, before), (1, after)) if fact is not None and _counts(fact)]
    if facts:
        with let_through():
            _move(facts)


def follow_many_steps(facts: list[Facts]) -> None:
    for fact in facts:
        follow_steps(None, fact)


def _counts(fact: Facts) -> bool:
    return fact.activity_id is not None and fact.state != State.ANNULLED


def _move(facts: list[tuple[int, Facts]]) -> None:
    steps = _steps({fact.activity_id for _sign, fact in facts})
    cells: dict[Cell, list[int]] = {}
    for sign, fact in facts:
        month = month_start(fact.reported_on)
        key = (fact.principal_id, fact.unit_id, month, fact.kind, fact.track, *steps[fact.activity_id])
        sums = cells.setdefault(key, [0] * len(StepFact.SUMS))
        for place, amount in enumerate(_amounts(fact)):
            sums[place] += sign * amount
    moved = [(key, sums) for key, sums in sorted(cells.items()) if any(sums)]
    if moved:
        with transaction.atomic():
            _add(moved)
            _add_to_totals(moved)


def _amounts(fact: Facts) -> tuple[int, ...]:
    return (1, int(fact.state in OPEN_CODES), *(int(fact.severity == level) for level in (1, 2, 3, 4)))


def _steps(ids: set[int | None]) -> dict[int | None, tuple[int, str]]:
    rows = Element.objects.filter(pk__in=[pk for pk in ids if pk is not None]).values_list(
        "pk", "drawing__process_id", "code"
    )
    return {pk: (process, code) for pk, process, code in rows}


def _add(cells: list[tuple[Cell, list[int]]]) -> None:
    row = f"({', '.join(['%s'] * len(COLUMNS))})"
    plus = ", ".join(f"{name} = {TABLE}.{name} + excluded.{name}" for name in StepFact.SUMS)
    values = [day_value(value) if place == 2 else value for key, sums in cells for place, value in _numbered(key, sums)]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) VALUES {', '.join([row] * len(cells))} "
            f"ON CONFLICT ({', '.join(StepFact.KEY)}) DO UPDATE SET {plus}",
            values,
        )


def _add_to_totals(cells: list[tuple[Cell, list[int]]]) -> None:
    row = "SELECT " + ", ".join(f"%s AS {name}" for name in COLUMNS)
    values = [day_value(value) if place == 2 else value for key, sums in cells for place, value in _numbered(key, sums)]
    told = ", ".join("place.id" if name == "unit_id" else f"r.{name}" for name in COLUMNS)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {TOTALS} ({', '.join(COLUMNS)}) SELECT {told} "
            f"FROM ({' UNION ALL '.join([row] * len(cells))}) r {_places()}",
            values,
        )


def _places() -> str:
    """The places that have totals and that a row's unit belongs to, itself among them."""
    paths = ", ".join(f"substr(u.path, 1, {level * SEGMENT})" for level in range(1, LEVELS + 1))
    return f"JOIN {UNIT} u ON u.id = r.unit_id JOIN {UNIT} place ON place.path IN ({paths})"


def _numbered(key: Cell, sums: list[int]) -> list[tuple[int, Any]]:
    return list(enumerate((*key, *sums)))


# Building anew -------------------------------------------------------------


def rebuild_steps() -> int:
    """Counts all anew from the cases; gives the row count. On PostgreSQL changes of cases wait for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, TABLE, TOTALS)
        cursor.execute(f"DELETE FROM {TABLE}")
        cursor.execute(f"INSERT INTO {TABLE} ({', '.join(COLUMNS)}) {_counted()}", [])
        rows = int(cursor.rowcount)
        sum_up()
        return rows


def sum_up() -> int:
    """Makes the totals anew from the counts by unit, one row a cell; gives the row count. Changes wait for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, TABLE, TOTALS)
        cursor.execute(f"DELETE FROM {TOTALS}")
        cursor.execute(f"INSERT INTO {TOTALS} ({', '.join(COLUMNS)}) {_summed()}", [])
        return int(cursor.rowcount)


def follow_move(path: str, sign: int) -> None:
    """Takes what lies at and below a path out of the totals above it (-1), or puts it in (1)."""
    with let_through(), connection.cursor() as cursor:
        moved = _summed("u.path >= %s AND u.path < %s", sign)
        cursor.execute(f"INSERT INTO {TOTALS} ({', '.join(COLUMNS)}) {moved}", [path, path_end(path)])


def _summed(where: str = "1 = 1", sign: int = 1) -> str:
    """What the totals are to be, out of the counts of some units `u`."""
    keys = {name: "place.id" if name == "unit_id" else f"r.{name}" for name in StepFact.KEY}
    sums = {name: f"{sign} * SUM(r.{name})" for name in StepFact.SUMS}
    return cells_sql(f"{TABLE} r {_places()} WHERE {where}", keys, sums)


def verify_steps() -> int:
    """In how many cells the counts and the cases disagree."""
    some = " OR ".join(f"{name} <> 0" for name in StepFact.SUMS)
    kept = f"SELECT {', '.join(COLUMNS)} FROM {TABLE} WHERE {some}"
    return differ(kept, _counted(), StepFact.KEY) + verify_totals()


def verify_totals() -> int:
    """In how many cells the totals and the counts by unit disagree."""
    keys, sums = {key: f"r.{key}" for key in StepFact.KEY}, {name: f"SUM(r.{name})" for name in StepFact.SUMS}
    return differ(cells_sql(f"{TOTALS} r", keys, sums), _summed(), StepFact.KEY)


def _counted() -> str:
    is_open = ", ".join(f"'{code}'" for code in sorted(OPEN_CODES))
    levels = ", ".join(f"SUM(CASE WHEN severity = {level} THEN 1 ELSE 0 END) AS s{level}" for level in (1, 2, 3, 4))
    month = source.first_of_month(source.local_day("c.reported_at"))
    return (
        f"SELECT {', '.join(StepFact.KEY)}, COUNT(*) AS cases, "
        f"SUM(CASE WHEN state IN ({is_open}) THEN 1 ELSE 0 END) AS open, {levels} "
        f"FROM (SELECT c.principal_id, {source.COUNTED} AS unit_id, {month} AS month, c.kind, c.state, c.severity, "
        "CASE WHEN c.track_set_at IS NULL THEN 'unsure' ELSE c.track END AS track, d.process_id, e.code AS step "
        f"FROM {CASE} c JOIN {ELEMENT} e ON e.id = c.activity_id JOIN {DRAWING} d ON d.id = e.drawing_id "
        f"WHERE c.activity_id IS NOT NULL AND c.state <> '{State.ANNULLED}') AS n GROUP BY {', '.join(StepFact.KEY)}"
    )
