"""Reports that are begun from something in an upper room, and lead back to it. That room offers itself by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hjulet.cases.models import Case
from hjulet.core.actor import Actor

LONGEST = 100


@dataclass(frozen=True)
class Beginning:
    """What a report is begun from: the place and first words of the form, and where one goes afterwards."""

    token: str
    unit_id: int
    text: str
    back_url: str
    back_label: str


@dataclass(frozen=True)
class Source:
    """`begin` finds it for the actor, or None when it is not hers; `reported` is told of the case, once or again."""

    begin: Callable[[str, Actor, datetime], Beginning | None]
    reported: Callable[[str, Case, Actor, datetime], None]


SOURCES: dict[str, Source] = {}


def beginning_of(token: str, actor: Actor, at: datetime) -> Beginning | None:
    """`token` is `name:` and what the room itself says. What nobody knows begins nothing; the report comes first."""
    source = SOURCES.get(token.partition(":")[0]) if len(token) <= LONGEST else None
    return source.begin(token, actor, at) if source else None


def tell_beginning(beginning: Beginning, case: Case, actor: Actor, at: datetime) -> None:
    SOURCES[beginning.token.partition(":")[0]].reported(beginning.token, case, actor, at)
