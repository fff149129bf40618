"""What upper rooms hang on the log: how people are told, and what kinds of objects are called."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from hjulet.core.flow import Text
from hjulet.org.models import Person

told: list[Callable[..., None]] = []
"""Called with the keywords people, kind, link, at and urgent, as notify.actions.tell takes them."""

object_words: dict[str, Text] = {}
"""What an object type is called in the log: {"case": _("Ärende")}."""

verb_words: dict[str, Text] = {}
"""What a written event says was done: {"case.note": _("En anteckning skrevs")}."""

object_names: dict[str, Callable[[Collection[int]], dict[int, str]]] = {}
"""What single objects of a type are called, from their keys: {"case": lambda ids: {241: "2026-0241"}}."""

protected: dict[str, Callable[[int], QuerySet[Any]]] = {}
"""Objects of a type that concern someone with a protected identity, as keys, by principal."""

unclear_until: list[Callable[[int, date], date]] = []
"""Called with the principal and the day; the day by which an unclear reading is to be found out."""


def tell(*, people: Iterable[Person], kind: str, link: str, at: datetime, urgent: bool) -> None:
    who = list(people)
    for teller in told:
        teller(people=who, kind=kind, link=link, at=at, urgent=urgent)
