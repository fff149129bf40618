"""What the statistics answer. Each question takes the actor, a period and what to divide by, and gives
frozen rows.

Who may see what: `view_statistics` gives exact numbers inside its units and tracks;
`view_masked_statistics` gives whole, finished quarters with small numbers hidden. One who holds both sees
her own part exactly and the rest masked: what is hidden is decided on the rest alone, so that nothing can
be worked out by taking away what she knows.
"""

# ruff: noqa: S608 - names come from the models, every value goes as a parameter

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from hjulet.cases.choices import State
from hjulet.cases.clocks import FEEDBACK
from hjulet.core.actor import Actor
from hjulet.core.clocks import Limit, due_on, local_date
from hjulet.core.flow import Refused
from hjulet.law.models import ServiceLevel
from hjulet.law.rules import service_level_between
from hjulet.org.models import Unit
from hjulet.stats import case_totals, labels, source
from hjulet.stats.choices import MASKED_ALONE, MASKED_TABLE, TIMES, By, Tree
from hjulet.stats.masking import ALL, Hidden, Shown, mask_share
from hjulet.stats.models import DEFAULT_THRESHOLD, CaseFact, MaskingRule
from hjulet.stats.periods import Period, finished, spans
from hjulet.stats.source import Place, Sql

Key = tuple[str, ...]
MOST_PARTS = 3


@dataclass(frozen=True)
class Filters:
    """Narrows what is counted. `unit` is a unit's code and means all below it; the others are codes. Empty:
    all.
    """

    unit: str = ""
    category: str = ""
    track: str = ""
    kind: str = ""
    severity: str = ""
    state: str = ""

    @property
    def beside_masked(self) -> bool:
        """Filters that masked numbers cannot be cut by: the rest could be found by taking away."""
        return bool(self.track or self.kind or self.severity or self.state)


@dataclass(frozen=True)
class CrossTable:
    """Counts of cases by one to three things, with every total.

     `axes` holds, for each of `by`, the codes in order with their labels. `cells` is keyed by a code for
    each of `by`, ALL for a total; a missing key is zero (exact) or hidden (masked). `exact` are the cells
    that are counted without masking. `notes` tell, in words, what the numbers do not hold.
    """

    by: tuple[By, ...]
    period: Period
    tree: Tree
    axes: tuple[tuple[tuple[str, str], ...], ...]
    cells: Mapping[Key, Shown]
    exact: bool
    masked: bool
    threshold: int
    as_of: date
    filters: Filters = field(default_factory=Filters)
    area: str = ""
    notes: tuple[str, ...] = ()

    def cell(self, *key: str) -> Shown:
        return self.cells.get(key, Hidden.LOW if self.masked else 0)

    @property
    def total(self) -> Shown:
        return self.cell(*[ALL] * len(self.by))

    @cached_property
    def empty(self) -> bool:
        return not self.cells or self.total == 0


@dataclass(frozen=True)
class TimeToClose:
    """How long closed cases took, in whole days from the reported day. None where hidden or nothing to
    tell.

     Mean and shares come from sums; a median would need the cases one by one and is left out: the shares
    tell the same without a long tail pulling them.
    """

    closed: Shown
    mean_days: int | None
    within: tuple[tuple[int, int], ...]
    masked: bool

    @property
    def told(self) -> bool:
        return isinstance(self.closed, int) and self.closed > 0


@dataclass(frozen=True)
class FeedbackShare:
    """How many who reported got an answer within the limit of the day they reported (`deviation.feedback`).

    Counts reports that were answered or whose last day has come. `limit` is None where it changed in the period.
    """

    in_time: int | None
    due: int | None
    masked: bool
    limit: Limit | None


def cross_table(
    actor: Actor,
    period: Period,
    by: Iterable[str] = (By.QUARTER, By.CATEGORY, By.UNIT),
    *,
    on: date,
    tree: str = Tree.NOW,
    filters: Filters | None = None,
    place: Place | None = None,
) -> CrossTable:
    """Cases by up to three things. Annulled cases are not counted unless state is asked for by name.

     Units are summed right below the chosen area (or the actor's own part). Raises Refused, in words, for a
    question that cannot be answered, and for the parts of it that only exact numbers could answer. `place`
    is what `place_of` gave, for a page that asks more than one thing.
    """
    return table_of(Question.of(actor, period, by, on=on, tree=tree, filters=filters or Filters(), place=place))


def table_of(asked: Question, *, labelled: bool = True) -> CrossTable:
    """The cross table of a question already checked; codes stand for their labels when nobody reads them all."""
    from hjulet.stats.masked import add_masked  # the masked half builds on this one

    notes = (asked.hidden_reason,) if asked.beyond_exact and asked.hidden_reason else ()
    if asked.wants_masked and asked.whole:
        asked = replace(asked, period=asked.whole)
    counts: dict[Key, int] = {}
    if asked.exact:
        _spread(counts, _count(asked))
    table = CrossTable(
        by=asked.by,
        period=asked.period,
        tree=asked.tree,
        axes=(),
        cells=counts,
        exact=asked.exact,
        masked=False,
        threshold=asked.rule.threshold if asked.wants_masked else DEFAULT_THRESHOLD,
        as_of=asked.on,
        filters=asked.filters,
        area=asked.place.area.name if asked.place.area else "",
        notes=notes,
    )
    if asked.wants_masked:
        table = add_masked(asked, table)
    return replace(table, axes=_axes(asked, table.cells, labelled))


@dataclass(frozen=True)
class Question:
    """A checked question: who asks, for what, and where in the tree."""

    actor: Actor
    period: Period
    by: tuple[By, ...]
    on: date
    tree: Tree
    filters: Filters
    place: Place
    looked_up: dict[str, dict[str, str]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def top_categories(self) -> dict[str, str]:
        """The track of each top category, looked up once, also for questions made from this one."""
        if "top" not in self.looked_up:
            self.looked_up["top"] = labels.top_categories(self.actor.principal_id)
        return self.looked_up["top"]

    @classmethod
    def of(
        cls,
        actor: Actor,
        period: Period,
        by: Iterable[str],
        *,
        on: date,
        tree: str,
        filters: Filters,
        place: Place | None = None,
    ) -> Question:
        parts = tuple(dict.fromkeys(by))
        if not parts or len(parts) > MOST_PARTS or not set(parts) <= set(By.values):
            raise Refused(_("Välj ett till tre sätt att dela upp siffrorna på."))
        if len(set(parts) & TIMES) > 1:
            raise Refused(_("Välj antingen år, kvartal eller månad."))
        where = place or place_of(actor, tree=tree, filters=filters)
        return cls(actor, period, tuple(map(By, parts)), on, Tree(tree), filters, where)

    @cached_property
    def rule(self) -> MaskingRule:
        """Asked for only where numbers are masked, and once for a page."""
        known = self.place.rules
        if self.on not in known:
            known[self.on] = MaskingRule.of(self.actor.principal_id, self.on)
        return known[self.on]

    @property
    def exact(self) -> bool:
        return bool(source.exact_grants(self.actor))

    @cached_property
    def hidden_reason(self) -> str:
        """Why masked numbers cannot answer this, empty when they can."""
        parts = set(self.by)
        alone = any(parts - {By.YEAR, By.QUARTER} == {one} for one in MASKED_ALONE)
        if not (parts <= MASKED_TABLE or (alone and not self.filters.unit and not self.filters.category)):
            return _("Med små tal dolda visas siffrorna per kvartal, kategori och enhet, eller per allvar.")
        known = not self.filters.category or self.filters.category in self.top_categories
        if self.filters.beside_masked or self.tree != Tree.NOW or not known:
            return _("Med små tal dolda går siffrorna inte att dela på fler sätt. Då kunde de räknas ut.")
        if self.whole is None:
            return _("Med små tal dolda visas siffrorna när kvartalet eller året är slut.")
        return ""

    @cached_property
    def whole(self) -> Period | None:
        """What of the period masked numbers may tell about: finished quarters, or years."""
        return finished(self.period, self.on, years=By.YEAR in self.by)

    @cached_property
    def wants_masked(self) -> bool:
        if not self.beyond_exact:
            return False
        if self.hidden_reason and not self.exact:
            raise Refused(self.hidden_reason)
        return not self.hidden_reason

    @cached_property
    def beyond_exact(self) -> bool:
        return needs_masking(self.actor, self.place)


def needs_masking(actor: Actor, place: Place) -> bool:
    """Whether there is anything in the actor's masked reach there that she does not see exactly."""
    area = place.area.path if place.area else None
    return any(
        not exact_at(actor, area if area and grant.covers(area) else grant.path, grant.tracks)
        for grant in source.masked_grants(actor)
        if not area or grant.covers(area) or grant.path.startswith(area)
    )


def exact_at(actor: Actor, path: str, tracks: frozenset[str]) -> bool:
    """Whether the actor sees everything of these tracks, at and below a path, exactly."""
    held = [grant.tracks for grant in source.exact_grants(actor) if grant.covers(path)]
    return bool(held) and tracks <= frozenset().union(*held)


def place_of(actor: Actor, *, tree: str, filters: Filters, unit: Unit | None = None) -> Place:
    """Which tree and below which unit; raises Refused for what the actor may not ask about. `unit`: the one
    in the filters, when it is already fetched.
    """
    if tree not in Tree.values:
        raise Refused(_("Välj organisationen som den är nu eller som den var då."))
    if not source.exact_grants(actor) and not source.masked_grants(actor):
        raise Refused(_("Du har inte det uppdrag som krävs för att se statistik."))
    return Place(tree, area_of(actor, filters, unit))


def area_of(actor: Actor, filters: Filters, unit: Unit | None = None) -> Unit | None:
    """The unit asked for by code, when some of the actor's reach lies below or above it. Raises Refused
    otherwise.
    """
    if not filters.unit:
        return _only_root(actor)
    if unit is None:
        unit = Unit.objects.seen_by(actor).filter(code=filters.unit, path__isnull=False).first()
    grants = (*source.exact_grants(actor), *source.masked_grants(actor))
    path = (unit.path if unit else "") or "x"
    if unit is None or not any(g.path.startswith(path) or g.covers(path) for g in grants):
        raise Refused(_("Enheten finns inte, eller så ligger den utanför det du får se."))
    return unit


def _only_root(actor: Actor) -> Unit | None:
    """The top of what the actor sees, when that is one place."""
    grants = {g.path: g for g in (*source.exact_grants(actor), *source.masked_grants(actor))}
    tops = [path for path in grants if not any(path != other and path.startswith(other) for other in grants)]
    if len(tops) != 1:
        return None
    top = grants[tops[0]]
    if not top.unit_code:
        return Unit.objects.filter(path=top.path).first()
    return Unit(pk=top.unit_id, principal_id=actor.principal_id, path=top.path, code=top.unit_code, name=top.unit_name)


# SQL -----------------------------------------------------------------------


def _count(asked: Question) -> list[tuple[Key, int]]:
    return counted(asked, asked.period, asked.by, masked=False)


def counted(asked: Question, period: Period, by: tuple[By, ...], *, masked: bool) -> list[tuple[Key, int]]:
    """One grouped statement: the codes of each part and how many cases."""
    raw = [_raw_sql(part, asked) for part in by]
    inner = Sql("SELECT ")
    for column in raw:
        inner.put(column).add(", ")
    inner.add("SUM(r.cases) AS n").put(from_sql(asked, period_rows(asked, period), masked=masked))
    # by what is cheap to compare first, and only what is left of that by names
    inner.add(f" GROUP BY {', '.join(str(number + 1) for number in range(len(by)))}")
    named = ", ".join(f"{_name_sql(part, asked)} AS g{number}" for number, part in enumerate(by))
    keys = ", ".join(f"g{number}" for number in range(len(by)))
    join = _category_join() if By.CATEGORY in by else ""
    query = Sql(f"SELECT * FROM (SELECT {named}, SUM(r.n) AS n FROM (").put(inner).add(f") AS r{join}")
    query.add(f" GROUP BY {keys}) AS t WHERE n <> 0 ORDER BY {keys}")
    rows = source.run(query)
    found = [(tuple(str(code) for code in row[:-1]), int(row[-1])) for row in rows]
    return found if asked.place.deep else labels.with_unit_codes(asked.place, by, found)


def sums(asked: Question, period: Period, *, masked: bool, time: By | None = None) -> list[tuple[str, dict[str, int]]]:
    """All sums of the facts, per year or quarter when `time` is given."""
    group = source.span_of(time) if time else "''"
    return _run_sums(_sums_sql(asked, period_rows(asked, period), masked=masked, group=group))


def _sums_sql(asked: Question, rows: Sql, *, masked: bool, group: str) -> Sql:
    by_day = ", ".join(f"SUM(r.{name}) AS {name}" for name in CaseFact.SUMS)
    names = ", ".join(f"SUM(r.{name})" for name in CaseFact.SUMS)
    query = Sql(f"SELECT * FROM (SELECT {group} AS g, {names} FROM (SELECT r.day, {by_day}")
    return query.put(from_sql(asked, rows, masked=masked)).add(" GROUP BY 1) AS r GROUP BY 1) AS t")


def _run_sums(query: Sql) -> list[tuple[str, dict[str, int]]]:
    return [
        (row[0], dict(zip(CaseFact.SUMS, (int(n or 0) for n in row[1:]), strict=True)))
        for row in source.run(query.add(" ORDER BY 1"))
    ]


def period_rows(asked: Question, period: Period) -> Sql:
    """The rows of a period: facts of whole months, and cases one by one at its edges and where units moved."""
    principal, place = asked.actor.principal_id, asked.place
    # nothing has come in after today: the month that goes on is as whole as it can be
    last = source.month_end(period.last) if period.last >= asked.on else period.last
    live = source.edge_windows(period.first, last)
    if asked.tree == Tree.THEN:
        touched = {source.month_start(window.first) for window in live}
        if principal not in place.moved:
            place.moved[principal] = source.moves(principal)
        moved = source.moved_windows(place.moved[principal], period.first, period.last)
        live += [window for window in moved if source.month_start(window.first) not in touched]
    chosen = asked.filters
    narrowed = bool(chosen.kind or chosen.severity or chosen.state)
    totals = case_totals.answers(asked.actor, place, asked.by, narrowed=narrowed)
    return source.rows_sql(principal, period.first, last, live, totals=totals)


def from_sql(asked: Question, rows: Sql, *, masked: bool = False) -> Sql:
    """FROM and WHERE of every question: the rows that lie within the actor's reach, the area and the filters."""
    place = asked.place
    query = Sql(" FROM (").put(rows).add(") AS r")
    query.add(f" JOIN {source.UNIT} u ON u.id = r.unit_id{_category_join()}")
    query.put(source.place_join(place)).add(" WHERE ").put(source.reach_sql(asked.actor, masked=masked))
    query.put(source.few_units_sql(place))
    return query.add(" AND ").put(source.area_sql(place)).put(_filter_sql(asked))


def _category_join() -> str:
    categories = source.CATEGORY
    return f" LEFT JOIN {categories} k ON k.id = r.category LEFT JOIN {categories} p ON p.id = k.parent_id"


def _filter_sql(asked: Question) -> Sql:
    chosen, where = asked.filters, Sql()
    if chosen.category:
        own = " AND (k.code = %s OR p.code = %s)" if chosen.category != labels.NONE else " AND k.code IS NULL"
        where.add(own, *[chosen.category] * own.count("%s"))
    for name in ("track", "kind"):
        if getattr(chosen, name):
            where.add(f" AND r.{name} = %s", getattr(chosen, name))
    if chosen.severity:
        where.add(" AND r.severity = %s", int(chosen.severity) if chosen.severity.isdigit() else 0)
    if chosen.state:
        return where.add(" AND r.state = %s", chosen.state)
    return where.add(f" AND r.state <> '{State.ANNULLED}'")


def _raw_sql(part: By, asked: Question) -> Sql:
    """What rows are first put together by."""
    if part in TIMES:
        return Sql("r.day")
    if part == By.UNIT:
        return source.group_path_sql(asked.place).add(" AS place")
    return Sql(f"r.{part.value}")


def _name_sql(part: By, asked: Question) -> str:
    """The code that it is told by."""
    if part in TIMES:
        return source.span_of(part)
    if part == By.UNIT:
        return "r.place"
    if part == By.CATEGORY:
        # by top category; inside one that is chosen, by what lies below it
        top = not asked.filters.category or asked.wants_masked
        return f"COALESCE({'p.code, ' if top else ''}k.code, '{labels.NONE}')"
    if part == By.SEVERITY:
        return "CAST(r.severity AS VARCHAR(2))"
    return f"r.{part.value}"


def _spread(cells: dict[Key, int], rows: Iterable[tuple[Key, int]]) -> None:
    """Adds every row to its cell and to all totals it belongs to."""
    for key, count in rows:
        for place in product(*((code, ALL) for code in key)):
            cells[place] = cells.get(place, 0) + count


def _axes(asked: Question, cells: Mapping[Key, Shown], labelled: bool) -> tuple[tuple[tuple[str, str], ...], ...]:
    """For each part the codes that have something to show, in order, with labels."""
    found: list[set[str]] = [spans(part, asked.period) for part in asked.by]
    for key, shown in cells.items():
        if isinstance(shown, int) and shown:
            for codes, code in zip(found, key, strict=True):
                codes.add(code)
    if not labelled:
        return tuple(tuple((code, code) for code in sorted(codes - {ALL})) for codes in found)
    return tuple(
        labels.ordered(part, codes - {ALL}, asked.actor.principal_id)
        for part, codes in zip(asked.by, found, strict=True)
    )


# Time to close and feedback ------------------------------------------------


def time_to_close(
    actor: Actor, period: Period, *, on: date, tree: str = Tree.NOW, filters: Filters | None = None
) -> TimeToClose:
    """How long it took for cases reported in the period, from sums. Masked roles get their whole reach."""
    return handling(actor, period, on=on, tree=tree, filters=filters)[0]


def feedback_share(
    actor: Actor,
    period: Period,
    *,
    on: date,
    tree: str = Tree.NOW,
    filters: Filters | None = None,
    place: Place | None = None,
    held: Held | None = None,
) -> FeedbackShare:
    """How many got an answer in time, among reports answered or whose last day for an answer has come.

    `held` are the times of the period (`answer_times`), for who has them already.
    """
    return handling(actor, period, on=on, tree=tree, filters=filters, place=place, held=held)[1]


def answer_times(principal_id: int, period: Period, on: date) -> Held:
    """How long an answer might take in a period, with the last day of each time."""
    last = max(period.first, min(period.last, on))
    return service_level_between(FEEDBACK, principal_id=principal_id, first=period.first, last=last)


def handling(
    actor: Actor,
    period: Period,
    *,
    on: date,
    tree: str = Tree.NOW,
    filters: Filters | None = None,
    place: Place | None = None,
    held: Held | None = None,
) -> tuple[TimeToClose, FeedbackShare]:
    """Time to close and answers in time, out of the same sums, asked for once."""
    asked = Question.of(actor, period, (By.QUARTER,), on=on, tree=tree, filters=filters or Filters(), place=place)
    held = answer_times(actor.principal_id, period, on) if held is None else held
    found = _measure(asked)
    if found is None:
        return TimeToClose(Hidden.UNKNOWN, None, (), True), FeedbackShare(None, None, True, _one_limit(held))
    return _times(asked, found), _share(asked, found, held)


Held = list[tuple[date, ServiceLevel]]


def _one_limit(held: Held) -> Limit | None:
    limits = {row.limit for _last, row in held}
    return limits.pop() if len(limits) == 1 else None


def _times(asked: Question, found: Measured) -> TimeToClose:
    limits = (30,) if found.masked else (30, 60, 90)
    if found.masked and not _may_show(asked, found.per_quarter, "closed_30", "closed"):
        return TimeToClose(Hidden.UNKNOWN, None, (), True)
    total = _added(found.per_quarter)
    closed = total["closed"]
    mean = round(total["days_to_close"] / closed) if closed else None
    return TimeToClose(closed, mean, tuple((limit, total[f"closed_{limit}"]) for limit in limits), found.masked)


def _share(asked: Question, found: Measured, held: Held) -> FeedbackShare:
    # a report of a finished quarter may still be too young to judge
    late_enough = all(asked.on > (due_on(row.limit, last) or last) for last, row in held)
    may_show = late_enough and _may_show(asked, found.per_quarter, "answered_in_time", "with_reporter")
    if found.masked and not may_show:
        return FeedbackShare(None, None, True, _one_limit(held))
    total = _added(found.per_quarter)
    due = total["with_reporter"] - found.young
    return FeedbackShare(total["answered_in_time"], due, found.masked, _one_limit(held))


@dataclass(frozen=True)
class Measured:
    """Sums per quarter, and how many reports may still be answered in time (exact only)."""

    per_quarter: list[dict[str, int]]
    young: int
    masked: bool


YOUNG = "young"


def _measure(asked: Question) -> Measured | None:
    """None when masked numbers cannot answer."""
    period = asked.period
    if not asked.exact:
        whole = finished(period, asked.on)
        if whole is None or asked.filters != Filters() or asked.tree != Tree.NOW:
            return None
        return Measured([row for _code, row in sums(asked, whole, masked=True, time=By.QUARTER)], 0, True)
    query = _sums_sql(asked, period_rows(asked, period), masked=False, group=source.span_of(By.QUARTER))
    waiting = source.waiting_sql(asked.actor.principal_id, period.first, period.last, asked.on)
    query.add(" UNION ALL ").put(_sums_sql(asked, waiting, masked=False, group=f"'{YOUNG}'"))
    rows = _run_sums(query)
    young = sum(row["with_reporter"] for code, row in rows if code == YOUNG)
    return Measured([row for code, row in rows if code != YOUNG], young, False)


def _may_show(asked: Question, per_quarter: list[dict[str, int]], part: str, whole: str) -> bool:
    """Whether a share may be seen: in every quarter, so that no two periods can be taken from each other."""
    rule = asked.rule
    return bool(per_quarter) and all(
        mask_share(row[part], row[whole], threshold=rule.threshold, min_denominator=rule.min_denominator)
        for row in per_quarter
    )


def _added(rows: Iterable[Mapping[str, int]]) -> dict[str, Any]:
    total = dict.fromkeys(CaseFact.SUMS, 0)
    for row in rows:
        for name in total:
            total[name] += row[name]
    return total


def verdicts(actor: Actor, now: datetime) -> list[tuple[str, str, str | None]]:
    """The start page's lines on the actor's part: (label, sentence, address). Empty without the duty."""
    from hjulet.stats.wording import verdict_lines  # words build on the questions

    return verdict_lines(actor, local_date(now))
