"""The facts of much of the town, summed at the places high in the tree: kept in the transaction of each change, made
anew each day, and checked."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import connection, transaction

from hjulet.cases.choices import State
from hjulet.core.actor import Actor
from hjulet.core.net import let_through
from hjulet.org.models import SEGMENT, path_end
from hjulet.stats.cells import LEVELS, cells_sql, differ, hold
from hjulet.stats.choices import TIMES, By, Tree
from hjulet.stats.models import CaseTotal
from hjulet.stats.source import FACT, TOTAL, UNIT, Place, Sql, day_value, exact_grants, masked_grants

COLUMNS = (*CaseTotal.KEY, *CaseTotal.SUMS)
COUNTS = f"state <> '{State.ANNULLED}'"
DEEPEST = LEVELS * SEGMENT
DIVIDED_BY = TIMES | {By.CATEGORY, By.TRACK, By.UNIT}


def answers(actor: Actor, place: Place, by: Iterable[By], *, narrowed: bool) -> bool:
    """Whether the totals hold what is asked for: all within places that are high enough in the tree as it is now, by
    nothing that they do not tell. `narrowed`: by kind, severity or state.
    """
    area = len(place.area.path or "") if place.area else 0
    most = DEEPEST - SEGMENT if By.UNIT in by else DEEPEST
    high = all(len(grant.path) <= DEEPEST for grant in (*exact_grants(actor), *masked_grants(actor)))
    whole = place.tree == Tree.NOW and not place.deep and not narrowed
    return high and whole and area <= most and set(by) <= DIVIDED_BY


def add(cells: list[tuple[dict[str, Any], list[int]]]) -> None:
    """Adds to the totals what some cells of facts were given: each a key by column name, and its sums."""
    carried: dict[tuple[Any, ...], list[int]] = {}
    for key, sums in cells:
        if key["state"] != State.ANNULLED:
            total = carried.setdefault(tuple(key[name] for name in CaseTotal.KEY), [0] * len(sums))
            for place, amount in enumerate(sums):
                total[place] += amount
    changed = [(*key, *sums) for key, sums in sorted(carried.items()) if any(sums)]
    if changed:
        row = "SELECT " + ", ".join(f"%s AS {name}" for name in COLUMNS)
        given = [day_value(value) if isinstance(value, date) else value for values in changed for value in values]
        _insert(f"({' UNION ALL '.join([row] * len(changed))})", given)


def add_counted(facts: Sql) -> None:
    """The same for what a question about cases gives, in the columns of the facts."""
    _insert(f"(SELECT * FROM ({facts.text}) AS n WHERE {COUNTS})", facts.params)


def _insert(rows: str, values: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {TOTAL} ({', '.join(COLUMNS)}) {_summed(rows)}", values)


def _summed(rows: str, where: str = "1 = 1", sign: int = 1) -> str:
    """What rows of facts come to at the places that they are carried to."""
    keys = {name: "place.id" if name == "unit_id" else f"r.{name}" for name in CaseTotal.KEY}
    sums = {name: f"{sign} * SUM(r.{name})" for name in CaseTotal.SUMS}
    carried = f"JOIN {UNIT} u ON u.id = r.unit_id JOIN {UNIT} place ON place.path = substr(u.path, 1, {DEEPEST})"
    return cells_sql(f"{rows} r {carried} WHERE {where}", keys, sums)


def sum_up() -> int:
    """Makes the totals anew from the facts, one row a cell; gives the row count. Changes of cases wait for it."""
    with transaction.atomic(), connection.cursor() as cursor:
        hold(cursor, FACT, TOTAL)
        cursor.execute(f"DELETE FROM {TOTAL}")
        cursor.execute(f"INSERT INTO {TOTAL} ({', '.join(COLUMNS)}) {_summed(FACT, COUNTS)} ORDER BY month, unit_id")
        return int(cursor.rowcount)


def follow_move(path: str, sign: int) -> None:
    """Takes what lies at and below a path out of the totals (-1), or puts it in (1)."""
    with let_through(), connection.cursor() as cursor:
        moved = _summed(FACT, f"{COUNTS} AND u.path >= %s AND u.path < %s", sign)
        cursor.execute(f"INSERT INTO {TOTAL} ({', '.join(COLUMNS)}) {moved}", [path, path_end(path)])


def verify() -> int:
    """In how many cells the totals and the facts disagree."""
    keys, sums = {key: f"r.{key}" for key in CaseTotal.KEY}, {name: f"SUM(r.{name})" for name in CaseTotal.SUMS}
    return differ(cells_sql(f"{TOTAL} r", keys, sums), _summed(FACT, COUNTS), CaseTotal.KEY)
