"""What one person has to confirm, and what she has confirmed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import OuterRef, Subquery

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.receipts.choices import Standing
from hjulet.receipts.models import Matter, Receipt


@dataclass(frozen=True)
class Ask:
    """One matter as it stands for one person. `due_on` is None for what holds for good."""

    matter: Matter
    standing: Standing
    due_on: date | None

    @property
    def waits(self) -> bool:
        return self.standing != Standing.HELD


def asks(actor: Actor, at: datetime, code: str = "") -> list[Ask]:
    """What the actor is to confirm today, or has confirmed; one query. Empty for those who are not asked."""
    today = local_date(at)
    mine = Receipt.objects.visible_to(actor).filter(matter=OuterRef("pk"), person_id=actor.person_id)
    newest = mine.order_by("-confirmed_at", "-pk")
    known = Matter.objects.open_to(actor.principal_id, today).with_me(actor, today)
    rows = known.annotate(
        confirmed_at=Subquery(newest.values("confirmed_at")[:1]),
        valid_until=Subquery(newest.values("valid_until")[:1]),
        again_on=Subquery(newest.values("again_on")[:1]),
    )
    newest_of_each = first_of_each(rows.filter(code=code) if code else rows)
    found = [_ask(matter, today) for matter in newest_of_each if matter.asks_me]  # type: ignore[attr-defined]
    return sorted(found, key=lambda ask: (ask.due_on or date.max, ask.matter.code))


def first_of_each(rows: Iterable[Matter]) -> list[Matter]:
    """The one that holds of each code, from rows in the order of `open_to`."""
    found: dict[str, Matter] = {}
    for matter in rows:
        found.setdefault(matter.code, matter)
    return list(found.values())


def current(principal_id: int, on: date) -> list[Matter]:
    """Every matter that holds for a principal on a day, in one version each."""
    return first_of_each(Matter.objects.open_to(principal_id, on))


def _ask(matter: Matter, today: date) -> Ask:
    confirmed_at, until, again = (getattr(matter, name) for name in ("confirmed_at", "valid_until", "again_on"))
    if confirmed_at is None:
        return Ask(matter, Standing.MISSING, today)
    if until is None:
        return Ask(matter, Standing.HELD, None)
    if until < today:
        return Ask(matter, Standing.LATE, until)
    return Ask(matter, Standing.SOON if again <= today else Standing.HELD, until)
