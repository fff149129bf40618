"""What a reader sees of handovers: the list, the dossier's sections with how much is in each, and what passed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.handover.actions import WITH, may_carry_out
from hjulet.handover.choices import Heading
from hjulet.handover.models import Handover, Passed, over
from hjulet.handover.registry import MOVERS, SECTIONS, Look, Section, Shown
from hjulet.handover.world import EMPLOYED, units_of
from hjulet.org.models import Assignment, Person, Principal, RoleDuty, Unit, in_force, inside

TABS = ("pagar", "klara")


def handovers_in(params: Mapping[str, str], *, actor: Actor) -> Any:
    """Those the actor sees; `visa=klara` those that are over, the latest first."""
    rows = Handover.objects.visible_to(actor).select_related("unit", "leaving", "successor")
    if params.get("visa") == "klara":
        return rows.ended().order_by("-first_day", "-id")
    return rows.open().order_by("first_day", "id")


def handover_of(actor: Actor, pk: int) -> Handover:
    """Raises Handover.DoesNotExist for what is not hers and what does not exist."""
    found: Handover = Handover.objects.visible_to(actor).select_related(*WITH).get(pk=pk)
    return found


def look_of(handover: Handover, actor: Actor | None, at: datetime) -> Look:
    return Look(handover, actor, at, tuple(unit.path or "" for unit in units_of(handover)))


def counts(look: Look) -> dict[str, int]:
    """How much there is in each section that is a queryset; one statement for them all."""
    rows = {section.key: section.found(look) for section in SECTIONS.values() if section.counted}
    counted = {key: _count(found) for key, found in rows.items()}
    asked = Principal.objects.filter(pk=look.handover.principal_id).order_by()
    found: Any = asked.values(**counted).get()
    return dict(found)


def _count(rows: QuerySet[Any]) -> Coalesce:
    every = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(every), 0, output_field=IntegerField())


def sections(look: Look) -> list[tuple[Section, int | None]]:
    found = counts(look)
    return [(section, found.get(section.key)) for section in SECTIONS.values()]


def words_of(handover: Handover) -> list[tuple[str, str]]:
    """What the one who leaves has written: heading and text."""
    return [(str(heading.label), handover.words[heading]) for heading in Heading if handover.words.get(heading)]


# Who may begin ----------------------------------------------------------------------


def may_begin(actor: Actor) -> bool:
    return bool(over(actor))


def leading_units(actor: Actor) -> Any:
    """Units whose posts the actor may hand over, as far as a query can tell; `may_lead` has the last word."""
    return Unit.objects.seen_by(actor).filter(inside(over(actor)), valid_to__isnull=True).order_by("path")


def posts_of(person: Person, actor: Actor, at: datetime) -> list[Unit]:
    """Units where someone holds more than every employee does, or works, and that the actor may hand over."""
    more = RoleDuty.objects.exclude(duty__in=EMPLOYED).order_by().values("role")
    posts = Assignment.objects.filter(in_force(local_date(at)), person=person, role__in=more)
    mine = Q(pk__in=posts.order_by().values("unit")) | Q(pk=person.home_unit_id)
    return [unit for unit in leading_units(actor).filter(mine) if may_carry_out(unit, actor)]


# What passed --------------------------------------------------------------------------


@dataclass(frozen=True)
class PassedRow:
    row: Passed
    shown: Shown | None  # None: the reader no longer sees the thing itself
    kind: Any

    @property
    def where(self) -> str:
        if self.row.stays:
            return _("Blev kvar")
        return self.row.to.name if self.row.to else _("Ingen kunde ta över")


def passed_rows(handover: Handover, actor: Actor | None) -> Any:
    """What passed, as far as the reader sees it; without a reader all of it, by number only."""
    rows = Passed.objects.visible_to(actor) if actor else Passed.objects.unscoped(reason="the command line")
    return rows.filter(handover_id=handover.pk).select_related("to").order_by("kind", "id")


def told_of(rows: list[Passed], actor: Actor | None) -> list[PassedRow]:
    keys: dict[str, list[int]] = {}
    for row in rows:
        keys.setdefault(row.kind, []).append(row.object_id)
    shown = {kind: MOVERS[kind].shown(actor, numbers) if actor else {} for kind, numbers in keys.items()}
    return [PassedRow(row, shown[row.kind].get(row.object_id), MOVERS[row.kind].label) for row in rows]


@dataclass(frozen=True)
class Total:
    """One kind of thing in the receipt: where so many went."""

    label: Any
    successor: int
    others: int
    stay: int
    nobody: int

    @property
    def all(self) -> int:
        return self.successor + self.others + self.stay + self.nobody


def totals(handover: Handover) -> list[Total]:
    receipt = handover.receipt or {"counts": {}}
    return [Total(MOVERS[kind].many, **numbers) for kind, numbers in receipt["counts"].items() if kind in MOVERS]
