"""Where an activity is done in Hjulet: the way there, and what must be done there first. A room above adds its own; the
wheel knows none of them by name."""

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


HOLDS_BACK: list[Callable[[Activity, Unit], str]] = []
"""Each is asked with an activity and a unit why nobody may say by hand that it is done there; empty when it does not
hold it back. At most one question each, none for what is not the room's own."""


def held_back(activity: Activity, unit: Unit) -> str:
    return next((why for ask in HOLDS_BACK if (why := ask(activity, unit))), "")
