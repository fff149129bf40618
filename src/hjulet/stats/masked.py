"""Numbers for those who may not see small ones.

Whatever is asked for, it is cut out of one and the same whole: every finished quarter has one table of the
actor's masked reach, category × unit at every level, in which small numbers are hidden once. A period, an
area or a category chosen on the page only picks from it; sums over quarters are shown when every quarter
is. So no two pages can be taken from each other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.core.cache import cache

from hjulet.core.actor import ALL_TRACKS
from hjulet.org.models import Unit
from hjulet.stats import labels, source
from hjulet.stats.choices import MASKED_ALONE, TIMES, By
from hjulet.stats.masking import ALL, Grid, Hidden, Key, Shown, mask, mask_sum
from hjulet.stats.periods import Period, spans
from hjulet.stats.queries import CrossTable, Filters, Question, counted, exact_at
from hjulet.stats.source import Place

Masked = Mapping[Key, Shown]
HOUR = 3600


def add_masked(asked: Question, table: CrossTable) -> CrossTable:
    """The table with what lies outside the actor's exact reach added, small numbers hidden."""
    alone = next((part for part in MASKED_ALONE if part in asked.by), None)
    view = _Alone(asked, alone) if alone else _Whole(asked)
    cells: dict[tuple[str, ...], Shown] = {}
    for key in view.keys({part: _codes(table.cells, n) for n, part in enumerate(asked.by)}):
        own = table.cells.get(key, 0)
        shown = _together(own if isinstance(own, int) else 0, view.cell(dict(zip(asked.by, key, strict=True))))
        if shown != 0:
            cells[key] = shown
    return replace(table, cells=cells, masked=True)


def _codes(cells: Mapping[tuple[str, ...], Shown], place: int) -> set[str]:
    return {key[place] for key in cells} - {ALL}


def _together(own: int, rest: Shown | None) -> Shown:
    """Own cases and the rest as one number; None: nothing outside her own part can be there."""
    if rest is None:
        return own
    if isinstance(rest, int):
        return own + rest
    return Hidden.UNKNOWN if own else rest


class _View:
    """Answers one cell at a time. `asked.period` is whole finished quarters."""

    def __init__(self, asked: Question) -> None:
        self.asked = asked
        self.quarters = list(asked.period.quarters())
        self.everything = replace(asked, filters=Filters(), place=Place("now", None, deep=True))

    def at(self, quarter: Period, parts: Mapping[By, str]) -> Shown | None:
        raise NotImplementedError

    def own_codes(self, part: By) -> set[str]:
        raise NotImplementedError

    def keys(self, exact: Mapping[By, set[str]]) -> Iterable[tuple[str, ...]]:
        """Every cell that may be shown: the codes of both halves and the totals."""
        found: list[tuple[str, ...]] = [()]
        for part in self.asked.by:
            codes = spans(part, self.asked.period) or exact[part] | self.own_codes(part)
            found = [(*key, code) for key in found for code in (*sorted(codes), ALL)]
        return found

    def cell(self, parts: Mapping[By, str]) -> Shown | None:
        time = next((parts[part] for part in parts if part in TIMES), ALL)
        chosen = [q for q in self.quarters if time in {ALL, q.code, str(q.first.year)}]
        found = [self.at(quarter, parts) for quarter in chosen]
        there = [shown for shown in found if shown is not None]
        if len(there) == 1:
            return there[0]
        return mask_sum(there) if there else None


class _Alone(_View):
    """One division of the whole masked reach, quarter by quarter."""

    def __init__(self, asked: Question, part: By) -> None:
        super().__init__(asked)
        self.part = part
        rows = counted(self.everything, asked.period, (By.QUARTER, part), masked=True)
        codes = {code for (_quarter, code), _count in rows} | self._all_codes()
        self.tables = {
            quarter.code: mask(
                Grid(
                    dict.fromkeys(sorted(codes), ALL),
                    (),
                    {(code, ALL): count for (span, code), count in rows if span == quarter.code},
                ),
                asked.rule.threshold,
                keep_total=True,
            )
            for quarter in self.quarters
        }
        self.codes = codes

    def _all_codes(self) -> set[str]:
        from hjulet.cases.choices import Severity, State

        if self.part == By.SEVERITY:
            return {"0", *(str(value) for value in Severity.values)}
        return {str(value) for value in State.values if value != State.ANNULLED}

    def own_codes(self, part: By) -> set[str]:
        return self.codes

    def at(self, quarter: Period, parts: Mapping[By, str]) -> Shown | None:
        return self.tables[quarter.code].get((parts[self.part], ALL))


@dataclass(frozen=True)
class _Tree:
    """The units of the masked reach by path, each with its nearest unit above."""

    codes: Mapping[str, str]
    parents: Mapping[str, str]

    @cached_property
    def inner(self) -> frozenset[str]:
        return frozenset(self.parents.values())

    def tops_under(self, path: str) -> list[str]:
        """The unit itself when it is in the tree, else the topmost units below it."""
        if path in self.parents:
            return [path]
        below = [p for p in self.parents if p.startswith(path)]
        return [p for p in below if self.parents[p] == ALL]


class _Whole(_View):
    """Category × unit at every level, quarter by quarter."""

    def __init__(self, asked: Question) -> None:
        super().__init__(asked)
        self.tree = self._tree()
        self.paths = {code: path for path, code in self.tree.codes.items()}
        self.area = (asked.place.area.path or "") if asked.place.area else ""
        rows = counted(self.everything, asked.period, (By.QUARTER, By.UNIT, By.CATEGORY), masked=True)
        self.tracks = asked.top_categories
        by_quarter: dict[str, dict[Key, int]] = {quarter.code: {} for quarter in self.quarters}
        for (span, path, category), count in rows:
            by_quarter[span][path, category] = count
        self.tables = {span: self._masked(counts) for span, counts in by_quarter.items()}

    def _tree(self) -> _Tree:
        actor = self.asked.actor
        units = Unit.objects.of(actor.principal_id).within(source.masked_grants(actor)).order_by("path")
        codes = {
            str(path): code
            for path, code in units.values_list("path", "code")
            if path and not exact_at(actor, path, self._masked_tracks(path))
        }
        parents = {path: next((p for p in _above(path) if p in codes), ALL) for path in codes}
        return _Tree(codes, parents)

    def _masked_tracks(self, path: str) -> frozenset[str]:
        held = [source.tracks_of(g) for g in source.masked_grants(self.asked.actor) if g.covers(path)]
        return frozenset().union(*held) & ALL_TRACKS

    def _masked(self, counts: Mapping[Key, int]) -> Masked:
        """Hides once per quarter; what comes out is kept for an hour under a name made from what went in."""
        parents = dict(self.tree.parents)
        cells: dict[Key, int] = {}
        for (path, category), count in counts.items():
            leaf = path
            if path in self.tree.inner:
                leaf = f"{path}{labels.DIRECT}"
                parents[leaf] = path
            elif path not in parents:
                parents[path] = ALL
            cells[leaf, category] = count
        columns = sorted({*self.tracks, *(category for _path, category in cells)})
        grid = Grid(parents, columns, cells, self._void(parents, columns, cells))
        made_from = repr((sorted(parents.items()), columns, sorted(cells.items()), sorted(grid.void)))
        name = f"stats-masked-{self.asked.rule.threshold}-{hashlib.sha256(made_from.encode()).hexdigest()}"
        kept: Masked | None = cache.get(name)
        if kept is None:
            kept = mask(grid, self.asked.rule.threshold, keep_total=True)
            cache.set(name, kept, HOUR)
        return kept

    def _void(self, parents: Mapping[str, str], columns: list[str], cells: Mapping[Key, int]) -> frozenset[Key]:
        """Cells she knows are empty: their law is one she sees exactly there, or not at all."""
        void: set[Key] = set()
        for path in parents:
            seen = self._seen_tracks(path.removesuffix(labels.DIRECT))
            void.update((path, column) for column in columns if self.tracks.get(column) in seen)
        void -= cells.keys()
        return frozenset(void)

    def _seen_tracks(self, path: str) -> frozenset[str]:
        masked = self._masked_tracks(path)
        return frozenset(
            track for track in ALL_TRACKS if track not in masked or exact_at(self.asked.actor, path, frozenset({track}))
        )

    def own_codes(self, part: By) -> set[str]:
        if part == By.CATEGORY:
            return {self.asked.filters.category} if self.asked.filters.category else set(self.tracks)
        depth = len(self.area) + source.SEGMENT
        below = {p[:depth] for p in self.tree.codes if p.startswith(self.area) and len(p) >= depth}
        known = dict(Unit.objects.filter(path__in=below).order_by("pk").values_list("path", "code"))
        direct = {f"{labels.DIRECT}{self.asked.place.area.code}"} if self.asked.place.area else set()
        return set(known.values()) | direct

    def at(self, quarter: Period, parts: Mapping[By, str]) -> Shown | None:
        column = parts.get(By.CATEGORY, ALL)
        if column == ALL:
            column = self.asked.filters.category or ALL
        table = self.tables[quarter.code]
        found = [table.get((unit, column)) for unit in self._units(parts.get(By.UNIT, ALL))]
        there = [shown for shown in found if shown is not None]
        if len(there) == 1:
            return there[0]
        return mask_sum(there) if there else None

    def _units(self, code: str) -> list[str]:
        """The rows of the whole table that a unit of the page stands for."""
        if code == ALL:
            return [ALL] if not self.area else self._tops(self.area)
        if code.startswith(labels.DIRECT):
            return [f"{self.area}{labels.DIRECT}"]
        return self._tops(self._path_of(code))

    def _tops(self, path: str) -> list[str]:
        tops = self.tree.tops_under(path) if path else []
        return [ALL] if tops and set(tops) == {p for p, up in self.tree.parents.items() if up == ALL} else tops

    def _path_of(self, code: str) -> str:
        if code not in self.paths:
            unit = Unit.objects.of(self.asked.actor.principal_id).filter(code=code).first()
            self.paths[code] = (unit.path if unit else "") or ""
        return self.paths[code]


def _above(path: str) -> Iterable[str]:
    return (path[:end] for end in range(len(path) - source.SEGMENT, 0, -source.SEGMENT))
