"""Procedures as tables. A table says which steps there are, from where to where, who may take them, what must be
there first, which clocks they start and stop, and the law behind. Buttons, API actions, diagrams and the
access-matrix test are read out of the same table; only a room's `perform` writes state.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Text = str | Promise


class Refused(Exception):
    """A step that may not be taken now. The message is the reason, in words for the person who asked."""


class Stale(Refused):
    """Someone else changed the object first."""


@dataclass(frozen=True)
class Missing:
    """What is not there yet: a sentence, and where on the page one mends it."""

    reason: str
    anchor: str = ""


Guard = Callable[[Any], list[Missing]]


@dataclass(frozen=True, kw_only=True)
class Step:
    name: str
    label: Text
    frm: frozenset[str]
    to: str | None  # None: the state stays
    by: frozenset[str]  # duties, of which one at the object's unit and track is enough
    done: Text  # what the timeline says afterwards
    needs: tuple[Guard, ...] = ()
    starts: tuple[str, ...] = ()
    starts_at_event: tuple[str, ...] = ()  # clocks that count from when it happened, not from the step
    stops: tuple[str, ...] = ()
    writes: str = ""  # code of the entry that the step's form fills in
    basis: str = ""
    tells: Text = ""
    reauth: bool = False
    final: bool = False
    main: bool = False  # the way forward, shown as the primary button


@dataclass(frozen=True)
class Offer:
    """A step as it stands for one person now: `missing` is empty when it can be taken."""

    step: Step
    missing: tuple[Missing, ...] = ()

    @property
    def open(self) -> bool:
        return not self.missing


@dataclass(frozen=True)
class Flow:
    name: str
    label: Text
    start: str
    states: tuple[tuple[str, Text], ...]
    steps: tuple[Step, ...]
    ends: frozenset[str] = field(default=frozenset())
    path: tuple[str, ...] = ()  # states that every matter passes, in order
    aside: tuple[tuple[str, str], ...] = ()  # (state, the one it comes after), for those that only some pass

    def __post_init__(self) -> None:
        known = {code for code, _label in self.states}
        names = [step.name for step in self.steps]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.name}: two steps with one name")
        for step in self.steps:
            if not step.frm <= known or (step.to is not None and step.to not in known):
                raise ValueError(f"{self.name}.{step.name}: unknown state")

    def way(self, state: str) -> list[str]:
        """The states to show for a matter that is in `state`."""
        way = list(self.path)
        for code, before in self.aside:
            if code == state:
                way.insert(way.index(before) + 1, code)
        return way

    def lies_ahead(self, step: Step, state: str) -> bool:
        """Whether a step of the way forward is still to be taken from `state` on."""
        way = self.way(state)
        here = way.index(state) if state in way else 0
        return any(code in way and way.index(code) >= here for code in step.frm)

    def step(self, name: str) -> Step:
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)

    def asked_for(self, name: str) -> Step:
        """The step that someone asks for by name. Raises Refused when matters of this kind have none by that name."""
        try:
            return self.step(name)
        except KeyError:
            raise Refused(_("Det steget finns inte för den här sortens ärende.")) from None

    def taken(self, name: str, state: str, held: frozenset[str], missing: Callable[[Step], list[Missing]]) -> Step:
        """The step by name, if whoever holds `held` may take it from `state`. Raises Refused with the reason."""
        found = self.asked_for(name)
        if state not in found.frm:
            raise Refused(_("Det går inte i det läge som det är nu. Läs sidan igen."))
        if not held & found.by:
            raise Refused(_("Du får inte göra det här. Sidan visar vem som får."))
        lacks = missing(found)
        if lacks:
            raise Refused(" ".join(one.reason for one in lacks))
        return found

    def offers(self, state: str, held: frozenset[str], missing: Callable[[Step], list[Missing]]) -> list[Offer]:
        """What whoever holds `held` may take from `state`, each with what is missing."""
        return [Offer(step, tuple(missing(step))) for step in self.steps_from(state) if step.by & held]

    def steps_from(self, state: str) -> Iterable[Step]:
        return (step for step in self.steps if state in step.frm)
