"""What upper rooms hang on the log: how people are told, and what kinds of objects are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from hjulet.core.flow import Text
from hjulet.org.models import Person

told: list[Callable[..., None]] = []
"""Called with the keywords people, kind, link, at and urgent, as notify.actions.tell takes them."""

object_words: dict[str, Text] = {}
"""What an object type is called in the log: {"case": _("Ärende")}."""


def tell(*, people: Iterable[Person], kind: str, link: str, at: datetime, urgent: bool) -> None:
    who = list(people)
    for teller in told:
        teller(people=who, kind=kind, link=link, at=at, urgent=urgent)
