"""What the tables of numbers have in common: cells of sums under a key."""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from typing import Any

from django.db import connection

from hjulet.stats import source
from hjulet.stats.source import Sql

LEVELS = 3  # how far down the tree there are totals: principal, board, administration


def cells_sql(rows: str, keys: dict[str, str], sums: dict[str, str]) -> str:
    """Sums of rows under their key, without the cells where all are zero; names to the SQL that makes them."""
    told = ", ".join(f"{one} AS {name}" for name, one in {**keys, **sums}.items())
    some = " OR ".join(f"{one} <> 0" for one in sums.values())
    return f"SELECT {told} FROM {rows} GROUP BY {', '.join(keys.values())} HAVING {some}"


def differ(one: str, other: str, key: tuple[str, ...]) -> int:
    """In how many cells two ways of counting disagree."""
    unequal = f"(SELECT * FROM ({one} EXCEPT {other}) AS x UNION SELECT * FROM ({other} EXCEPT {one}) AS y)"
    return int(
        source.run(Sql(f"SELECT COUNT(*) FROM (SELECT DISTINCT {', '.join(key)} FROM {unequal} AS z) AS w"))[0][0]
    )


def hold(cursor: Any, *tables: str) -> None:
    """Changes of cases wait until the transaction is over."""
    if connection.vendor == "postgresql":
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE ROW EXCLUSIVE MODE")
