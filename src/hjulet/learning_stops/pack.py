"""The data pack of a stop: what the records tell, in parts. A room above or beside adds a part by its code (PARTS).

A part is made for one actor and one unit, from what she may see there, and says which tracks it was counted from. Kept
as JSON, it reads the same later, and is shown to those who see these tracks at the unit. Parts hold figures and names
of documents and steps; never a person, a case, or another unit's figures.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import ALL_TRACKS, Actor, Grant
from hjulet.core.clocks import local_date
from hjulet.learning_stops.choices import LEVELS, MASKED
from hjulet.learning_stops.models import Stop, Theme
from hjulet.org.choices import Duty
from hjulet.org.models import SEGMENT, Unit, path_end
from hjulet.stats.charts import Point, bar_chart, line_chart
from hjulet.stats.heat import since
from hjulet.stats.periods import Period, quarter_before
from hjulet.stats.queries import Filters, exact_at

COUNTED, CASES, OPEN = "counted", "cases", "open"  # who reads a part: statistics, cases, or all who read the stop
NEEDS = {COUNTED: (Duty.STATISTICS,), CASES: (Duty.READ, Duty.HANDLE)}


@dataclass(frozen=True)
class Bar:
    label: str
    value: int | None
    shown: str


@dataclass(frozen=True)
class Part:
    """One thing that the records tell. `headline` is the figure in a sentence, `brief` it in a few words, for the place
    next to a question. `needs` is one of COUNTED, CASES, OPEN; `tracks` what it was counted from."""

    code: str
    title: str
    headline: str
    brief: str = ""
    notes: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    bars: tuple[Bar, ...] = ()
    over_time: bool = False
    links: tuple[tuple[str, str], ...] = ()
    needs: str = OPEN
    tracks: tuple[str, ...] = ()

    @property
    def chart(self) -> str:
        points = [Point(bar.label, bar.value, bar.shown) for bar in self.bars]
        if len(points) < 2 or all(not point.value for point in points):
            return ""
        told = "; ".join(f"{point.label}: {point.shown}" for point in points)
        draw = line_chart if self.over_time else bar_chart
        return draw(f"p-{self.code}", self.title, told, points)

    def kept(self) -> dict[str, Any]:
        """As JSON, without links."""
        return {**asdict(self), "links": []}


def read_back(row: dict[str, Any]) -> Part:
    values = {name: value for name, value in row.items() if name in Part.__dataclass_fields__}
    values |= {name: tuple(values.get(name, ())) for name in ("notes", "heads", "tracks")}
    values["rows"] = tuple(tuple(one) for one in row.get("rows", ()))
    values["bars"] = tuple(Bar(**one) for one in row.get("bars", ()))
    return Part(**(values | {"links": ()}))


@dataclass(frozen=True)
class Ask:
    """Who asks, for which stop, at what moment. The parts share what it has looked up.

    `actor` sees no more than what lies at and below the unit: it is narrowed to it.
    """

    actor: Actor
    unit: Unit
    theme: Theme
    year: int
    at: datetime
    board: bool = False
    found: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def today(self) -> date:
        return local_date(self.at)

    @cached_property
    def exact(self) -> bool:
        return self.actor.holds(Duty.STATISTICS)

    @cached_property
    def counts(self) -> bool:
        return self.exact or self.actor.holds(MASKED)

    @cached_property
    def period(self) -> Period:
        """The month and the eleven before it; the last four whole quarters where small numbers are hidden."""
        if self.exact:
            return Period(since(self.today), self.today)
        return Period(quarter_before(self.today, 4).first, quarter_before(self.today).last)

    @property
    def filters(self) -> Filters:
        return Filters(unit=self.unit.code)

    @cached_property
    def counted_tracks(self) -> tuple[str, ...]:
        return self._tracks(Duty.STATISTICS)

    @cached_property
    def case_tracks(self) -> tuple[str, ...]:
        return self._tracks(Duty.READ, Duty.HANDLE)

    def _tracks(self, *duties: str) -> tuple[str, ...]:
        held = [grant.tracks for grant in self.actor.reach(*duties) if grant.covers(self.unit.path or "")]
        return tuple(sorted(frozenset().union(*held)))

    @property
    def level(self) -> bool:
        return self.unit.kind in LEVELS

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        if key not in self.found:
            self.found[key] = make()
        return self.found[key]

    def earlier(self) -> Stop | None:
        """The same stop the year before, when it was signed."""
        rows = Stop.objects.filter(unit=self.unit, theme=self.theme, year=self.year - 1, signed_at__isnull=False)
        found: Stop | None = self.once("earlier", lambda: rows.prefetch_related("replies").first())
        return found


def narrowed(actor: Actor, unit: Unit) -> Actor:
    """The actor as if her duties reached no further than a unit and what lies below it."""
    path = unit.path or ""

    def cut(grant: Grant) -> Grant | None:
        if grant.covers(path):
            return Grant(grant.duty, grant.tracks, unit.pk, path, path_end(path), grant.role, unit.code, unit.name)
        return grant if grant.path.startswith(path) else None

    return replace(actor, grants=tuple(one for one in map(cut, actor.grants) if one is not None))


def as_board(actor: Actor, unit: Unit) -> Actor:
    """One who sees what a board sees: small numbers hidden, whatever the actor sees herself.

    From the top of the tree: what is hidden is then the same as in a board's own statistics, so that the two cannot be
    set against each other."""
    path = (unit.path or "")[:SEGMENT]
    grant = Grant(MASKED, ALL_TRACKS, unit.pk, path, path_end(path))
    return replace(actor, grants=(grant,), person_id=0, unit_path="")


Maker = Callable[[Ask], Part | None]
PARTS: dict[str, Maker] = {}
"""Code of a part to what makes it. None: nothing to tell there. A room joins its own with `PARTS[code] = maker`."""

WORDS: dict[str, Any] = {
    "surveys": gettext_lazy("undersökningar"),
    "registers": gettext_lazy("kvalitetsregister"),
    "benchmarks": gettext_lazy("jämförelser med andra"),
    "competence_gaps": gettext_lazy("kompetens som saknas"),
    "delegations": gettext_lazy("delegeringar i vården"),
    "staffing": gettext_lazy("bemanning"),
    "training_plan": gettext_lazy("utbildningsplaner"),
    "risk_register": gettext_lazy("riskanalyser"),
    "event_analyses": gettext_lazy("händelseanalyser"),
    "changes": gettext_lazy("förändringar på gång"),
}
"""What a part is called that nothing in Hjulet tells of yet."""


@dataclass(frozen=True)
class Pack:
    """The parts in order, and the names of those that nothing in Hjulet tells of yet.

    `left_out` are titles of parts that the unit has and a board has not: no number in them can be shown safely.
    """

    parts: tuple[Part, ...]
    missing: tuple[str, ...] = ()
    hidden: int = 0  # how many parts the reader may not see
    left_out: tuple[str, ...] = ()

    @property
    def left_out_told(self) -> str:
        if not self.left_out:
            return ""
        words = _("Enhetens eget underlag har också det här, där ingen ska kunna kännas igen: %(what)s.")
        return words % {"what": ", ".join(self.left_out)}

    def beside(self, codes: Iterable[str]) -> list[Part]:
        by_code = {part.code: part for part in self.parts}
        return [by_code[code] for code in codes if code in by_code and by_code[code].brief]


def make(unit: Unit, theme: Theme, year: int, *, actor: Actor, at: datetime) -> Pack:
    """What the actor may see of the unit, part by part, now."""
    asked = Ask(narrowed(actor, unit), unit, theme, year, at)
    return _made(asked, theme)


def make_for_board(unit: Unit, theme: Theme, year: int, *, actor: Actor, at: datetime) -> Pack:
    return _made(Ask(as_board(actor, unit), unit, theme, year, at, board=True), theme)


def _made(asked: Ask, theme: Theme) -> Pack:
    found = [PARTS[code](asked) for code in theme.packs if code in PARTS]
    return Pack(tuple(part for part in found if part is not None), missing_of(theme))


def missing_of(theme: Theme) -> tuple[str, ...]:
    return tuple(str(WORDS.get(code, code)) for code in theme.packs if code not in PARTS)


def kept_pack(stop: Stop, actor: Actor) -> Pack:
    """The figures of a stop as they were kept, as far as the actor may see them, with links to what lies behind now."""
    whole = [read_back(row) for row in stop.pack]
    shown = [part for part in whole if may_see(part, stop.unit, actor)]
    links = [replace(part, links=LINKS[part.code](stop)) if part.code in LINKS else part for part in shown]
    return Pack(tuple(links), missing_of(stop.theme), len(whole) - len(shown))


def board_pack(stop: Stop) -> Pack:
    shown = {row["code"] for row in stop.board}
    left = tuple(str(row["title"]) for row in stop.pack if row["code"] not in shown)
    return Pack(tuple(read_back(row) for row in stop.board), left_out=left)


LINKS: dict[str, Callable[[Stop], tuple[tuple[str, str], ...]]] = {}
"""Code of a part to addresses of lists behind it. They are asked nothing: the list shows what its reader may see."""


def may_see(part: Part, unit: Unit, actor: Actor) -> bool:
    """Whether she sees everything that the part was counted from."""
    if part.needs == OPEN:
        return True
    if part.needs == COUNTED:
        return exact_at(actor, unit.path or "", frozenset(part.tracks))
    held = [grant.tracks for grant in actor.reach(*NEEDS[CASES]) if grant.covers(unit.path or "")]
    return bool(held) and frozenset(part.tracks) <= frozenset().union(*held)


def period_address(stop: Stop) -> dict[str, str]:
    """From and to in the address of a list, as the stop's own figures were counted."""
    end = local_date(stop.pack_at) if stop.pack_at else stop.theme.last_day(stop.year)
    return {"unit": stop.unit.code, "from": since(end).isoformat(), "to": end.isoformat()}
