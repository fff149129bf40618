"""What hangs on a provision. The rooms above tell it; the law room knows none of them by name.

A room adds a function to `HANGERS` in its `AppConfig.ready()`, and what it calls its kinds of things to `KINDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Text


@dataclass(frozen=True, kw_only=True)
class Hanging:
    """One thing that names a provision by its code, as the one who asks may see it.

    `url` is where it is read, `mend` where it is given another provision; empty where that is not done on a page.
    `delivered` things belong to Hjulet and change with a new version of it.
    """

    code: str
    kind: str
    label: str
    url: str = ""
    unit_name: str = ""
    mend: str = ""
    delivered: bool = False

    @property
    def kind_label(self) -> str:
        return str(KINDS.get(self.kind, self.kind))


Hanger = Callable[[Collection[str], int | None, Actor, datetime], Iterable[Hanging]]

HANGERS: list[Hanger] = []
"""Called with codes, the principal, who asks and when: what names one of the codes and is in use then or later."""

KINDS: dict[str, Text] = {"clock": _("Tid"), "duty": _("Ansvar")}
"""What the kinds are called: {"clock": _("Tid")}. The order is that of the page."""

clock_pages: list[Callable[[str, Actor], str]] = []
"""Called with a clock's code: where the principal changes it, empty where it may not."""


def hangings(codes: Collection[str], *, actor: Actor, at: datetime) -> list[Hanging]:
    """Everything that hangs on these provisions, by kind and label."""
    found = [row for ask in HANGERS for row in ask(codes, actor.principal_id, actor, at)] if codes else []
    places = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(set(found), key=lambda row: (places.get(row.kind, len(places)), row.label.casefold(), row.code))
