"""Where measures come from and what comes of them. An upper room registers its own; measures know none by name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hjulet.core.actor import Actor
from hjulet.measures.models import Measure


@dataclass(frozen=True)
class Source:
    """`link` gives (label, url) if the actor may see the source, else None. `effect_failed` is called when a
    measure turned out to have no effect, in the same transaction, with the new cause's area and words.
    `areas` are the areas a cause can belong to, as code and label.
    `changed` is called after any other change, so that the source can follow."""

    link: Callable[[Actor, int], tuple[str, str] | None]
    effect_failed: Callable[[Measure, str, str, Actor, datetime], None]
    areas: tuple[tuple[str, Any], ...]
    changed: Callable[[Measure, Actor, datetime], None]


SOURCES: dict[str, Source] = {}


@dataclass(frozen=True)
class CameOf:
    """Something that came of a measure, and how it stands; `url` is empty for who may not read it."""

    text: str
    state: str
    url: str = ""


@dataclass(frozen=True)
class Way:
    """A way on from a measure's page."""

    label: str
    url: str


came_of: list[Callable[[Measure, Actor], Iterable[CameOf]]] = []
ways: list[Callable[[Measure, Actor], Iterable[Way]]] = []
