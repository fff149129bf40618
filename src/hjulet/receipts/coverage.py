"""How many at each unit have confirmed, for those who lead or follow up; counted by the database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.org.choices import Duty
from hjulet.org.models import Unit, parts_of
from hjulet.receipts.choices import COUNTERS, MASKED
from hjulet.receipts.listing import current
from hjulet.receipts.models import Matter, Receipt
from hjulet.receipts.registry import threshold

FIRST_SORT = "andel"
FEW = 10  # so few that a percentage says less than the two numbers


@dataclass(frozen=True)
class Row:
    """A unit's numbers. Of those asked some hold a confirmation, some had one, and the rest have never given one.

    `masked`: too few are asked for the reader to be told more than that. `names`: she may see who they are.
    """

    unit_id: int
    code: str
    name: str
    above: str
    path: str
    asked: int
    confirmed: int
    late: int
    masked: bool = False
    names: bool = False

    @property
    def never(self) -> int:
        return self.asked - self.confirmed - self.late

    @property
    def percent(self) -> int:
        return round(100 * self.confirmed / self.asked) if self.asked else 0

    @property
    def share(self) -> str:
        if self.asked < FEW:
            return _("%(part)s av %(whole)s") % {"part": self.confirmed, "whole": self.asked}
        return _("%(n)s %%") % {"n": self.percent}


def matter_for(actor: Actor, at: datetime, code: str = "") -> Matter | None:
    """The matter with this code as it reads for the actor's principal today; without a code the first of all."""
    held = current(actor.principal_id, local_date(at))
    return next((matter for matter in held if code in {"", matter.code}), None)


def counts_anywhere(actor: Actor) -> bool:
    return bool(actor.reach(*COUNTERS, *MASKED))


def units_of(matter: Matter, actor: Actor, at: datetime) -> list[Row]:
    """Every unit in the actor's reach where someone is asked, in the order of the tree. Two queries at most."""
    today, exact = local_date(at), actor.reach(*COUNTERS)
    least = threshold(actor.principal_id, today) if actor.reach(*MASKED) else 0
    mine = Receipt.objects.counted_by(actor).filter(matter=matter, person=OuterRef("pk"))
    people = matter.people(actor.principal_id, today).filter(_at_homes(actor))
    counted = (
        people.alias(holds=Exists(mine.holding(today)), had=Exists(mine))
        .order_by("home_unit__path")
        .values_list(
            *("home_unit_id", "home_unit__code", "home_unit__name", "home_unit__parent__name", "home_unit__path")
        )
        .annotate(
            asked=Count("pk"),
            confirmed=Count("pk", filter=Q(holds=True)),
            late=Count("pk", filter=Q(had=True, holds=False)),
        )
    )
    return [
        Row(
            *(unit_id, code, name, above or "", path, asked, confirmed, late),
            masked=asked < least and not any(grant.covers(path) for grant in exact),
            names=actor.holds_at(Duty.RECEIVE, path),
        )
        for unit_id, code, name, above, path, asked, confirmed, late in counted
    ]


def _at_homes(actor: Actor) -> Q:
    found = Q(pk__in=[])
    for start, stop in parts_of((grant.path, grant.path_end) for grant in actor.reach(*COUNTERS, *MASKED)):
        found |= Q(home_unit__path__gte=start, home_unit__path__lt=stop)
    return found


def total_of(rows: Iterable[Row]) -> Row:
    """All units that are shown, as one: a hidden number must not be found by taking away."""
    shown = [row for row in rows if not row.masked]
    asked, confirmed, late = (sum(getattr(row, name) for row in shown) for name in ("asked", "confirmed", "late"))
    return Row(0, "", "", "", "", asked, confirmed, late)


SORTS: dict[str, Any] = {
    "enhet": lambda row: row.path,
    "tillfragade": lambda row: row.asked,
    "bekraftat": lambda row: row.confirmed,
    "andel": lambda row: row.confirmed / row.asked,
    "sena": lambda row: row.late,
    "aldrig": lambda row: row.never,
}


def sort_of(params: Mapping[str, str]) -> str:
    chosen = params.get("sort", FIRST_SORT)
    return chosen if chosen.removeprefix("-") in SORTS else FIRST_SORT


def sorted_rows(rows: list[Row], sort: str) -> list[Row]:
    """By a column, in the order of the tree within it. What is masked lies last: its place would tell its number."""
    key = SORTS[sort.removeprefix("-")]
    shown = sorted((row for row in rows if not row.masked), key=key, reverse=sort.startswith("-"))
    return [*shown, *(row for row in rows if row.masked)]


def not_confirmed(matter: Matter, unit: Unit, actor: Actor, on: date) -> Any:
    """People at a unit who hold no confirmation, those whose time has gone first; with `until`, when it went.

    For whoever receives reports there: the rows go through `Receipt.scope_rule`.
    """
    mine = Receipt.objects.visible_to(actor).filter(matter=matter, person=OuterRef("pk"))
    last = mine.order_by().values("person").annotate(last=Max("valid_until")).values("last")
    people = matter.people(actor.principal_id, on).filter(home_unit=unit).annotate(until=Subquery(last))
    return people.filter(~Exists(mine.holding(on))).order_by("until", "name", "id")
