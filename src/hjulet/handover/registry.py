"""What a handover is made of. Each part registers what it moves, and what it shows in the dossier."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from hjulet.core.actor import Actor
from hjulet.core.flow import Text
from hjulet.handover.models import Handover
from hjulet.org.models import Person

if TYPE_CHECKING:
    from hjulet.handover.world import World


@dataclass(frozen=True)
class Thing:
    """Something that one person holds and another may take: bare facts, in nobody's words.

    `label` is its number, `law` a track or empty, `when` the day it is waited for, `row` what its mover moves.
    """

    kind: str
    pk: int
    version: int
    label: str
    unit_id: int
    unit: str
    path: str
    law: str
    when: date | None
    link: str
    row: Any = field(compare=False)

    @property
    def name(self) -> str:
        """What a form calls it."""
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True)
class Shown:
    """What a reader who may see the thing is told."""

    title: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class Mover:
    """A kind of thing that passes from one person to another.

    `held` gives all that someone holds, locked when asked. `stays`: her other posts still make it hers.
    `proposed` names who should have it, None for nobody; `why_not` says why someone may not, empty when she may.
    `move` writes, with events; `shown` tells of those that a reader may see, by key.
    """

    kind: str
    label: Text
    many: Text
    sort: str  # what the read log calls it
    held: Callable[[int, bool], list[Thing]]
    stays: Callable[[Thing, World], bool]
    proposed: Callable[[Thing, World], Person | None]
    why_not: Callable[[Thing, Person, Actor, World], str]
    move: Callable[[list[tuple[Thing, Person | None]], str, Actor | None, datetime], None]
    shown: Callable[[Actor, Iterable[int]], dict[int, Shown]]
    may_be_without: bool  # whether it can lie with nobody, where receivers find it
    link: str  # where someone else than the successor finds what she was given
    open_to_all: bool = False  # what a thing is called is no secret: `shown` need not be asked


@dataclass(frozen=True)
class Row:
    """A line of the dossier. `law` is a track, or empty."""

    label: str
    what: str = ""
    when: date | None = None
    url: str = ""
    law: str = ""


@dataclass(frozen=True)
class Look:
    """Who looks in which dossier; without an actor it is the command line, which only counts."""

    handover: Handover
    actor: Actor | None
    at: datetime
    parts: tuple[str, ...]  # paths of the units


@dataclass(frozen=True)
class Section:
    """One room's part of the dossier. `found` gives a queryset in order, or a list of rows; `row` tells of one of
    them. `sort` is what the read log calls them, empty for what is not about anyone.
    """

    key: str
    title: Text
    lead: Text
    empty: Text
    found: Callable[[Look], Any]
    row: Callable[[Any], Row] = lambda one: one
    sort: str = ""
    counted: bool = False  # `found` is a queryset, counted along with the others
    heads: tuple[Text, Text] | None = None


MOVERS: dict[str, Mover] = {}
SECTIONS: dict[str, Section] = {}


def moves(mover: Mover) -> None:
    MOVERS[mover.kind] = mover


def shows(section: Section) -> None:
    SECTIONS[section.key] = section
