"""All that is to pass, row by row, with who should have it: the same for the pages and for carrying it out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused, Stale
from hjulet.core.numbers import whole_number
from hjulet.handover.models import Choice, Handover
from hjulet.handover.registry import MOVERS, Mover, Shown, Thing
from hjulet.handover.world import World
from hjulet.org.models import Person

MOST_NAMED = 10
Key = tuple[str, int]


@dataclass(frozen=True)
class Line:
    """A thing and where it goes. Without `to` it `stays`, or nobody may have it. `chosen`: someone said so."""

    thing: Thing
    to: Person | None
    stays: bool = False
    reason: str = ""
    chosen: bool = False

    @property
    def key(self) -> Key:
        return self.thing.kind, self.thing.pk

    @property
    def mover(self) -> Mover:
        return MOVERS[self.thing.kind]


class Plan:
    """Made in a fixed number of queries, whatever the number of rows."""

    def __init__(self, handover: Handover, at: datetime, *, lock: bool = False) -> None:
        self.handover, self.at = handover, at
        things = [thing for mover in MOVERS.values() for thing in mover.held(handover.leaving_id, lock)]
        self.world = World(handover, {thing.path for thing in things}, at)
        self.choices = self._choices()
        self.lines = [self._line(thing) for thing in things if self._passes(thing)]

    def _choices(self) -> dict[Key, Choice]:
        rows = Choice.objects.unscoped(reason="what was chosen holds for rows that the reader may not see too")
        found = rows.filter(handover_id=self.handover.pk).select_related("to")
        return {(choice.kind, choice.object_id): choice for choice in found}

    def _passes(self, thing: Thing) -> bool:
        """What no other post of hers covers: at the units, and when she leaves altogether also what she sees elsewhere
        only since it was given to her.
        """
        here = self.world.inside(thing.path) or self.world.leaves_altogether
        return here and not MOVERS[thing.kind].stays(thing, self.world)

    def _line(self, thing: Thing) -> Line:
        choice = self.choices.get((thing.kind, thing.pk))
        if choice is not None:
            return Line(thing, choice.to, stays=choice.to is None, reason=choice.reason, chosen=True)
        return Line(thing, MOVERS[thing.kind].proposed(thing, self.world))

    # What a reader may know --------------------------------------------------------

    def mine(self, actor: Actor) -> list[Line]:
        """Rows that the actor may see: by her own duties, since she has them, or since she sees what comes to her."""
        known = self._known(actor)
        return [line for line in self.lines if line.key in known]

    def _known(self, actor: Actor) -> dict[Key, Shown]:
        kept: dict[int, dict[Key, Shown]] = self.__dict__.setdefault("_known_by", {})
        if actor.person_id not in kept:
            known = {
                (kind, pk): shown
                for kind, numbers in self._keys().items()
                if not MOVERS[kind].open_to_all
                for pk, shown in MOVERS[kind].shown(actor, numbers).items()
            }
            told = (line.thing for line in self.lines if line.mover.open_to_all)
            known |= {(one.kind, one.pk): Shown(one.label, one.link, one.unit) for one in told}
            kept[actor.person_id] = known
        return kept[actor.person_id]

    def readable(self, lines: Iterable[Line], actor: Actor) -> list[tuple[Line, Shown]]:
        known = self._known(actor)
        return [(line, known[line.key]) for line in lines if line.key in known]

    def _keys(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for line in self.lines:
            found.setdefault(line.thing.kind, []).append(line.thing.pk)
        return found

    def groups(self, lines: Iterable[Line]) -> list[Group]:
        """Rows by kind, law and receiver, counted."""
        found: dict[tuple[str, str, int, bool], list[Line]] = {}
        for line in lines:
            found.setdefault((line.thing.kind, line.thing.law, line.to.pk if line.to else 0, line.stays), []).append(
                line
            )
        return [
            Group(MOVERS[kind], law, rows[0].to, stays, len(rows))
            for (kind, law, _to, stays), rows in sorted(found.items(), key=lambda one: (one[0][0], -len(one[1])))
        ]

    @cached_property
    def without_taker(self) -> list[Line]:
        return [line for line in self.lines if line.to is None and not line.stays]

    # What has happened since it was read -----------------------------------------

    def stamp(self, actor: Actor) -> str:
        """The rows the actor may see as they are now, to be held against when she carries it out."""
        return " ".join(sorted(f"{line.thing.kind}:{line.thing.pk}:{line.thing.version}" for line in self.mine(actor)))

    def unchanged(self, seen: str, actor: Actor) -> None:
        """Raises Stale, naming the rows that have changed, come or gone since `seen` was made."""
        before, now = stamped(seen), {line.key: line.thing.version for line in self.mine(actor)}
        if before == now:
            return
        labels = {line.key: line.thing.label for line in self.lines}
        changed = [labels[key] for key in now if key in before and before[key] != now[key]]
        came = [labels[key] for key in now if key not in before]
        gone = self._names_of([key for key in before if key not in now], actor)
        words = (
            (changed, _("Ändrat av någon annan: %(rows)s.")),
            (came, _("Tillkommit: %(rows)s.")),
            (gone, _("Avslutat eller redan givet till någon annan: %(rows)s.")),
        )
        told = " ".join(text % {"rows": _list(rows)} for rows, text in words if rows)
        raise Stale(
            _("Inget är överlämnat. Det här är inte längre som när du öppnade sidan. %(what)s") % {"what": told}
        )

    def _names_of(self, keys: list[Key], actor: Actor) -> list[str]:
        """Those the actor may still see by what they are called, the others by their number."""
        told: list[str] = []
        for kind, pk in keys:
            shown = MOVERS[kind].shown(actor, [pk]) if kind in MOVERS and len(told) < MOST_NAMED else {}
            told.append(shown[pk].title if pk in shown else f"{MOVERS[kind].label} {pk}" if kind in MOVERS else str(pk))
        return told


@dataclass(frozen=True)
class Group:
    mover: Mover
    law: str
    to: Person | None
    stays: bool
    count: int


def stamped(text: str) -> Mapping[Key, int]:
    found: dict[Key, int] = {}
    for part in text.split():
        kind, _colon, rest = part.partition(":")
        number, _colon, version = rest.partition(":")
        pk, which = whole_number(number), whole_number(version, digits=9)
        if pk is not None and which is not None:
            found[kind, pk] = which
    return found


def _list(rows: list[str]) -> str:
    named = ", ".join(rows[:MOST_NAMED])
    more = len(rows) - MOST_NAMED
    return named + _(" och %(n)s till") % {"n": more} if more > 0 else named


def may_take(line: Line, person: Person, their: Actor, world: World) -> None:
    """Raises Refused, naming the row, when the person may not have it."""
    refusal = line.mover.why_not(line.thing, person, their, world)
    if refusal:
        raise Refused(f"{line.thing.label}: {refusal}")


def kinds_of(lines: Iterable[Line]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {kind: [] for kind in MOVERS}
    for line in lines:
        found[line.thing.kind].append(line)
    return found
