"""The registrar's list: what the address asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.core.actor import Actor
from hjulet.core.numbers import whole_number
from hjulet.core.personal_number import has_personal_number
from hjulet.diary.choices import Direction
from hjulet.diary.models import Document

WORDS_MOST = 8
SORTS: dict[str, tuple[str, ...]] = {
    "datum": ("entered_on", "id"),
    "nummer": ("matter__year", "matter__serial", "matter__number", "line", "id"),
    "rubrik": ("told", "id"),
    "slag": ("direction", "id"),
    "motpart": ("counterpart", "id"),
}
HEADINGS = (
    ("nummer", gettext_lazy("Nummer")),
    ("rubrik", gettext_lazy("Gäller")),
    ("datum", gettext_lazy("Datum")),
    ("slag", gettext_lazy("Slag")),
    ("motpart", gettext_lazy("Från eller till")),
)
TABS = ("alla", "omarkta", "markta", "mina", "utan-nummer")


@dataclass(frozen=True)
class Wanted:
    """`refused`: what was searched for looked like a personal number, and was not searched for."""

    tab: str
    year: int | None
    direction: str
    query: str
    sort: str
    refused: bool = False

    @classmethod
    def read(cls, params: Mapping[str, str]) -> Wanted:
        query, refused = query_of(params)
        tab, sort = params.get("val", ""), params.get("sort", "")
        direction = params.get("riktning", "")
        return cls(
            tab=tab if tab in TABS else TABS[0],
            year=whole_number(params.get("ar", ""), digits=4),
            direction=direction if direction in Direction.values else "",
            query=query,
            sort=sort if sort.removeprefix("-") in SORTS else "-datum",
            refused=refused,
        )

    @property
    def chips(self) -> list[tuple[str, str]]:
        """(name in the address, words) of each filter."""
        found = []
        if self.year is not None:
            found.append(("ar", str(self.year)))
        if self.direction:
            found.append(("riktning", str(Direction(self.direction).label)))
        if self.query:
            found.append(("q", _("Sökord: %(words)s") % {"words": self.query}))
        return found


def query_of(params: Mapping[str, str]) -> tuple[str, bool]:
    """The words searched for, and whether they were left out since they look like a personal number."""
    query = " ".join(params.get("q", "").split())[:200]
    return ("", True) if has_personal_number(query) else (query, False)


def found_by(query: str) -> Q:
    """Documents whose number and subject hold every word. From or to whom is never looked at."""
    condition = Q()
    for word in query.casefold().split()[:WORDS_MOST]:
        condition &= Q(search_text__contains=word)
    return condition


def told_subject() -> Any:
    return Coalesce(NullIf("subject", Value("")), F("matter__subject"))


def tab_condition(tab: str, actor: Actor) -> Q:
    return {
        "omarkta": Q(secrecy_code=""),
        "markta": ~Q(secrecy_code=""),
        "mina": Q(matter__registered_by_id=actor.person_id),
        "utan-nummer": Q(matter__number__isnull=True),
    }.get(tab, Q())


def documents_in(wanted: Wanted, actor: Actor) -> Any:
    """What she asks for of what she registers, in order."""
    turn = "-" if wanted.sort.startswith("-") else ""
    order = [f"{turn}{name}" for name in SORTS[wanted.sort.removeprefix("-")]]
    found = narrowed(Document.objects.visible_to(actor), wanted).filter(tab_condition(wanted.tab, actor))
    return found.annotate(told=told_subject()).order_by(*order)


def narrowed(documents: Any, wanted: Wanted) -> Any:
    condition = found_by(wanted.query)
    if wanted.year is not None:
        condition &= Q(matter__year=wanted.year)
    if wanted.direction:
        condition &= Q(direction=wanted.direction)
    return documents.filter(condition)
