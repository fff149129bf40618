"""Where measures come from. An upper room registers its kind of source; measures know none of them by name."""

from collections.abc import Callable
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
