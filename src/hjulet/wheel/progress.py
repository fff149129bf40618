"""How far it has come, counted by the database: activity × unit, whether the unit answered, and what is late.

Which units an activity means is the same rule as `models.does`, the other way round; a test compares the two.
"""

# ruff: noqa: S608 - names and codes of our own

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from hjulet.core.lists import WEEK
from hjulet.org.choices import UnitKind
from hjulet.org.models import SEGMENT, Unit, path_end
from hjulet.wheel.choices import KINDS, TO_PROVIDERS, PlanState, Said, WheelReach
from hjulet.wheel.models import Activity


@dataclass(frozen=True)
class Count:
    """How many units are to answer, and have. `late` have not and the last day is over."""

    total: int = 0
    done: int = 0
    skipped: int = 0
    late: int = 0

    @property
    def answered(self) -> int:
        return self.done + self.skipped

    @property
    def waiting(self) -> int:
        return self.total - self.answered


NOTHING = Count()


def _meant(place: str) -> str:
    """SQL: whether activity `a` of a unit above means the place, or places of the same sort."""
    kinds = [
        f"(a.reach = '{reach}' AND {place}.kind IN ({', '.join(repr(kind) for kind in some)}))"
        for reach, some in KINDS.items()
        if some
    ]
    provided = ", ".join(repr(reach) for reach in TO_PROVIDERS)
    kinds.append(f"(a.for_providers AND a.reach IN ({provided}) AND {place}.kind = '{UnitKind.PROVIDER.value}')")
    # What lies under a provider is the provider's matter.
    return f"a.reach <> '{WheelReach.HERE.value}' AND NOT {place}.beneath AND ({' OR '.join(kinds)})"


def _alive(place: str) -> str:
    return f"{place}.valid_from <= a.ends_on AND ({place}.valid_to IS NULL OR {place}.valid_to >= a.ends_on)"


UNDER = "substr(u.path, 1, length(a.path)) = a.path"
HEAD = f"""
WITH planned AS (
    SELECT a.id, a.reach, a.for_providers, a.starts_on, a.ends_on, p.unit_id, h.path
    FROM wheel_activity a JOIN wheel_plan p ON p.id = a.plan_id JOIN org_unit h ON h.id = p.unit_id
    WHERE p.principal_id = %s AND p.year IN (%s, %s) AND p.state = '{PlanState.ADOPTED.value}' {{only}}
), provider AS {{once}} (
    SELECT path, length(path) AS size FROM org_unit
    WHERE principal_id = %s AND kind = '{UnitKind.PROVIDER.value}' AND path IS NOT NULL
), place AS (
    SELECT u.id, u.path, u.kind, u.valid_from, u.valid_to,
        EXISTS (SELECT 1 FROM provider x WHERE x.size < length(u.path) AND substr(u.path, 1, x.size) = x.path)
            AS beneath
    FROM org_unit u WHERE u.principal_id = %s AND {{where}}
)
"""
# Each pair of an activity and a unit that is to do it.
PAIRS = f"""{HEAD}, pair AS (
    SELECT a.id AS activity, a.starts_on, a.ends_on, u.id AS unit, u.path
    FROM planned a JOIN place u ON u.id = a.unit_id
    WHERE a.reach = '{WheelReach.HERE.value}' AND {_alive("u")}
    UNION ALL
    SELECT a.id, a.starts_on, a.ends_on, u.id, u.path
    FROM planned a JOIN place u ON {_meant("u")} AND {UNDER} WHERE {_alive("u")}
)
"""
WAITING = "FROM pair o LEFT JOIN wheel_mark m ON m.activity_id = o.activity AND m.unit_id = o.unit WHERE m.id IS NULL"
DONE = f"CASE WHEN m.said = '{Said.DONE.value}' THEN 1 ELSE 0 END"
SKIPPED = f"CASE WHEN m.said = '{Said.SKIPPED.value}' THEN 1 ELSE 0 END"
# The pairs and their answers, counted without making them: places of the same sort are counted together for what is
# planned at the asked unit or above it, so that a town of hundreds costs as many rows as it has sorts of places.
COUNTED = f"""{HEAD}, alike AS {{once}} (
    SELECT {{part}} AS part, u.kind, u.beneath, u.valid_from, u.valid_to, CAST(count(*) AS integer) AS n
    FROM place u GROUP BY 1, 2, 3, 4, 5
), answers AS {{once}} (
    SELECT m.activity_id, {{part}} AS part, u.kind, u.beneath, u.valid_from, u.valid_to,
        CAST(sum({DONE}) AS integer) AS done, CAST(sum({SKIPPED}) AS integer) AS skipped
    FROM wheel_mark m JOIN place u ON u.id = m.unit_id
    WHERE m.activity_id IN (SELECT id FROM planned) GROUP BY 1, 2, 3, 4, 5, 6
), amount AS (
    SELECT a.id AS activity, a.ends_on, {{part}} AS part, 1 AS n, {DONE} AS done, {SKIPPED} AS skipped
    FROM planned a JOIN place u ON u.id = a.unit_id
    LEFT JOIN wheel_mark m ON m.activity_id = a.id AND m.unit_id = u.id
    WHERE a.reach = '{WheelReach.HERE.value}' AND {_alive("u")}
    UNION ALL
    SELECT a.id, a.ends_on, g.part, g.n, 0, 0 FROM planned a JOIN alike g ON {_meant("g")}
    WHERE substr(%s, 1, length(a.path)) = a.path AND {_alive("g")}
    UNION ALL
    SELECT a.id, a.ends_on, s.part, 0, s.done, s.skipped
    FROM planned a JOIN answers s ON s.activity_id = a.id AND {_meant("s")}
    WHERE substr(%s, 1, length(a.path)) = a.path AND {_alive("s")}
    UNION ALL
    SELECT a.id, a.ends_on, {{part}}, 1, {DONE}, {SKIPPED}
    FROM planned a JOIN place u ON {_meant("u")} AND {UNDER}
    LEFT JOIN wheel_mark m ON m.activity_id = a.id AND m.unit_id = u.id
    WHERE substr(%s, 1, length(a.path)) <> a.path AND {_alive("u")}
)
SELECT {{by}}, sum(n), sum(done), sum(skipped), sum(CASE WHEN ends_on < %s THEN n - done - skipped ELSE 0 END)
FROM amount GROUP BY 1
"""


def by_activity(unit: Unit, year: int, activities: Iterable[Activity], today: date) -> dict[int, Count]:
    """For each of the activities: how it goes at the unit and under it."""
    keys = [one.pk for one in activities]
    if not keys:
        return {}
    rows = _counted(unit, year, "activity", "''", today, only=keys)
    return {activity: Count(*counts) for activity, *counts in rows}


def by_place(unit: Unit, year: int, today: date) -> dict[str, Count]:
    """For each path right under the unit, and for the unit's own: how all that is to be done there goes."""
    length = len(unit.path or "") + SEGMENT
    rows = _counted(unit, year, "part", f"substr(u.path, 1, {length})", today)
    return {path: Count(*counts) for path, *counts in rows}


def waiting_pairs(principal_id: int, year: int, activities: Iterable[int]) -> list[tuple[int, int, str]]:
    """(activity, unit, its path) for every unit of the principal that has not answered, in the order of the tree."""
    sql, values = _pairs(principal_id, (year, year), ("u.path IS NOT NULL", []), list(activities))
    return _fetched(f"{sql} SELECT o.activity, o.unit, o.path {WAITING} ORDER BY o.path, o.activity", values)


@dataclass(frozen=True)
class Waits:
    """Something that has begun and waits for one unit."""

    activity: int
    unit: str
    unit_name: str
    title: str
    title_en: str
    series: str
    quarter: str
    ends_on: date

    @property
    def label(self) -> str:
        return (self.title_en if (get_language() or "sv").startswith("en") else "") or self.title

    @property
    def url(self) -> str:
        return f"/arshjul/{self.activity}/"


def waiting_at(
    principal_id: int, roles: Mapping[int, Collection[str]], plans: Collection[int], today: date
) -> list[Waits]:
    """What has begun or is due within a week, and waits; by last day, in one query.

    `roles` holds the codes of the roles someone has at each unit. What no role answers for waits for who plans the
    unit's year (`plans`).
    """
    if not roles:
        return []
    sql, values = _pairs(principal_id, (today.year - 1, today.year), (f"u.id IN ({_numbers(roles)})", []))
    mine = []
    for unit, codes in roles.items():
        mine.append(f"(o.unit = %s AND r.code IN ({', '.join('%s' for _code in codes)}))")
        values += [unit, *codes]
    mine += [f"(r.id IS NULL AND o.unit IN ({_numbers(plans)}))"] if plans else []
    found = _fetched(
        f"""{sql} SELECT o.activity, w.code, w.name, a.title, a.title_en, a.series, a.quarter, o.ends_on
        FROM pair o JOIN wheel_activity a ON a.id = o.activity JOIN org_unit w ON w.id = o.unit
        LEFT JOIN org_role r ON r.id = a.role_id
        LEFT JOIN wheel_mark m ON m.activity_id = o.activity AND m.unit_id = o.unit
        WHERE m.id IS NULL AND ({" OR ".join(mine)}) AND (o.starts_on <= %s OR o.ends_on <= %s)
        ORDER BY o.ends_on, o.activity, o.path""",
        [*values, _adapted(today), _adapted(today + WEEK)],
    )
    return [
        Waits(key, code, name, sv, en, series, quarter, _day(last))
        for key, code, name, sv, en, series, quarter, last in found
    ]


def _numbers(keys: Iterable[int]) -> str:
    return ", ".join(str(int(key)) for key in keys)


def _adapted(day: date) -> Any:
    return connection.ops.adapt_datefield_value(day)


def _day(value: Any) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _fetched(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _counted(unit: Unit, year: int, by: str, part: str, today: date, only: list[int] | None = None) -> list[Any]:
    sql, values = _begun(COUNTED, unit.principal_id, (year, year), _under(unit), only, by=by, part=part)
    return _fetched(sql, [*values, *[unit.path] * 3, _adapted(today)])


def units_of(activity: Activity, unit: Unit, year: int) -> list[int]:
    """Ids of the units, this one or under it, that are to do an activity; in the order of the tree."""
    sql, values = _pairs(unit.principal_id, (year, year), _under(unit), [activity.pk])
    return [row[0] for row in _fetched(f"{sql} SELECT o.unit FROM pair o ORDER BY o.path", values)]


def _under(unit: Unit) -> tuple[str, list[Any]]:
    path = unit.path or ""
    return "u.path >= %s AND u.path < %s", [path, path_end(path)]


def _pairs(
    principal_id: int, years: tuple[int, int], where: tuple[str, list[Any]], only: list[int] | None = None
) -> tuple[str, list[Any]]:
    """The statement's beginning, that holds every pair, with its values."""
    return _begun(PAIRS, principal_id, years, where, only)


def _begun(
    sql: str,
    principal_id: int,
    years: tuple[int, int],
    where: tuple[str, list[Any]],
    only: list[int] | None,
    **more: str,
) -> tuple[str, list[Any]]:
    """A statement that begins with HEAD, and the values of that. `only`: keys of activities; None for all."""
    among = "" if only is None else f"AND a.id IN ({_numbers(only) or 'NULL'})"
    # PostgreSQL would else look for the providers anew for every unit
    once = "MATERIALIZED" if connection.vendor == "postgresql" else ""
    filled = sql.format(only=among, where=where[0], once=once, **more)
    return filled, [principal_id, *years, principal_id, principal_id, *where[1]]
