"""Where an activity is done in Hjulet. A room above adds the way to its page; the wheel knows none of them by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hjulet.core.actor import Actor
from hjulet.org.models import Unit
from hjulet.wheel.models import Activity


@dataclass(frozen=True)
class Way:
    """A link from an activity, for one unit, to where it is done: "Öppna hållplatsen"."""

    label: str
    url: str


WAYS: list[Callable[[Activity, Unit, Actor], Iterable[Way]]] = []
"""Each is asked with an activity, the unit whose answer is shown, and who asks; at most one question each."""
