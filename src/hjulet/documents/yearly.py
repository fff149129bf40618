"""What other rooms add to the yearly review of documents: chosen, counted and put in order as the documents are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from hjulet.core.actor import Actor
from hjulet.documents.registry import Yearly, yearly
from hjulet.documents.work_lists import FIRST_SORT, Due
from hjulet.org.models import Unit

MOST_LINES = 100
ORDER: dict[str, Callable[[Yearly], Any]] = {
    "dag": lambda line: (line.review_on or date.max, line.title),
    "agare": lambda line: (line.owner_name, line.review_on or date.max),
    "rubrik": lambda line: line.title,
    "enhet": lambda line: (line.unit_path, line.review_on or date.max),
}


def lines(chosen: Due, actor: Actor) -> list[Yearly]:
    """All that fit the filters, whatever the tab. A kind of document leaves only documents."""
    if chosen.kind:
        return []
    found = [line for make in yearly for line in make(chosen.year, actor)]
    if chosen.mine:
        found = [line for line in found if line.owner_id == actor.person_id]
    if chosen.owner:
        found = [line for line in found if line.owner_login == chosen.owner]
    if chosen.unit:
        path = Unit.objects.seen_by(actor).filter(code=chosen.unit).values_list("path", flat=True).first()
        found = [line for line in found if path and line.unit_path.startswith(path)]
    return found


def shown(found: list[Yearly], chosen: Due) -> list[Yearly]:
    """Those of the tab, in the order asked for."""
    rules: dict[str, Callable[[Yearly], bool]] = {
        "i-ar": lambda line: _left(line, chosen.year),
        "nasta": lambda line: line.review_on is not None and line.review_on.year == chosen.year + 1,
        "gjorda": lambda line: line.done,
    }
    sort = chosen.sort or FIRST_SORT
    rows = [line for line in found if rules[chosen.tab](line)]
    rows.sort(key=ORDER[sort.removeprefix("-")], reverse=sort.startswith("-"))
    return rows[:MOST_LINES]


def _left(line: Yearly, year: int) -> bool:
    return line.review_on is not None and line.review_on.year <= year


def _late(line: Yearly, today: date) -> bool:
    return line.review_on is not None and line.review_on < today


def with_lines(counts: dict[str, int], found: list[Yearly], year: int, today: date) -> dict[str, int]:
    """`counts` of work_lists.progress, with the lines in it."""
    return {
        "left": counts["left"] + sum(_left(line, year) for line in found),
        "late": counts["late"] + sum(_late(line, today) for line in found),
        "done": counts["done"] + sum(line.done for line in found),
        "next": counts["next"] + sum(line.review_on is not None and line.review_on.year == year + 1 for line in found),
    }


def owners_with_lines(rows: list[dict[str, Any]], found: list[Yearly], year: int, today: date) -> list[dict[str, Any]]:
    """Rows of work_lists.progress_by_owner, with the lines in them."""
    by_owner = {(row["owner__name"], row["owner__login"]): dict(row) for row in rows}
    for line in found:
        key = (line.owner_name or None, line.owner_login or None)
        new = {"owner__name": key[0], "owner__login": key[1], "left": 0, "late": 0, "done": 0}
        row = by_owner.setdefault(key, new)
        row["left"] += _left(line, year)
        row["late"] += _late(line, today)
        row["done"] += line.done
    known = [row for row in by_owner.values() if row["left"] or row["done"]]
    return sorted(known, key=lambda row: (-row["late"], -row["left"], row["owner__name"] or ""))
