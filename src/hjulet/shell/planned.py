"""What the year's planned work asks of one person: receipts, wheel, stops, self-checks, reviews and samples."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _

from hjulet.checks.choices import RoundState
from hjulet.checks.listing import waits_for as checks_for
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.lists import WEEK
from hjulet.internal_reviews.listing import waits_for as reviews_for
from hjulet.learning_stops.listing import waits_for as stops_for
from hjulet.receipts.listing import asks
from hjulet.samples.listing import waits_for as samples_for
from hjulet.wheel.choices import Quarter
from hjulet.wheel.listing import decisions_for
from hjulet.wheel.listing import waits_for as wheel_for

MOST_ROUNDS = 400
QUARTER_OF_AN_HOUR = 900


@dataclass(frozen=True)
class Planned:
    """Something that waits. `new` is what has just come to her; else the day says how near it is, None for no day.

    `series` is the wheel's name of an activity through the years."""

    kind: str
    title: str
    url: str
    due_on: date | None
    quarter: str
    new: bool = False
    series: str = ""

    def group(self, today: date) -> str:
        if self.new or self.due_on is None:
            return "new"
        return "late" if self.due_on < today else "week" if self.due_on <= today + WEEK else "later"


def planned(actor: Actor, at: datetime) -> dict[str, list[Planned]]:
    """What waits, by sort. A sort where nothing did is not asked again for a quarter of an hour: so it is for most
    people most days of the year."""
    today = local_date(at)
    keys = {sort: quiet_key(sort, actor, today) for sort in ASKED}
    quiet = cache.get_many(keys.values())
    found: dict[str, list[Planned]] = {}
    for sort, ask in ASKED.items():
        if keys[sort] not in quiet and not (sort == "stop" and _on_wheel(found.get("wheel", []))):
            found[sort] = list(ask(actor, at))
    cache.set_many({keys[sort]: True for sort, rows in found.items() if not rows}, QUARTER_OF_AN_HOUR)
    return found


def _on_wheel(rows: list[Planned]) -> bool:
    """Whether the wheel tells of the learning stops, so that they are not asked for and told twice."""
    return any(row.series.startswith("stop-") for row in rows)


def quiet_key(sort: str, actor: Actor, today: date) -> str:
    return f"work-no-{sort}-{actor.person_id}-{today}"


def _receipts(actor: Actor, at: datetime) -> Iterable[Planned]:
    """What she is to read and confirm, when a day is set for it."""
    for ask in asks(actor, at):
        if ask.waits and ask.due_on:
            url = reverse("receipt", args=[ask.matter.code])
            yield Planned(_("Läs och bekräfta"), ask.matter.heading, url, ask.due_on, "do")


def _wheel(actor: Actor, at: datetime) -> Iterable[Planned]:
    for one in wheel_for(actor, at):
        kind, url = _("Årshjulet, %(place)s") % {"place": one.unit_name}, f"{one.url}?enhet={one.unit}"
        yield Planned(kind, one.label, url, one.ends_on, one.quarter, series=one.series)


def _decisions(actor: Actor, at: datetime) -> Iterable[Planned]:
    for plan in decisions_for(actor):
        words = {"place": plan.unit.name, "year": plan.year}
        title = _("Besluta om årsplanen %(year)s för %(place)s") % words
        yield Planned(_("Årshjulet"), title, plan.get_absolute_url(), None, Quarter.PLAN, new=True)


def _stops(actor: Actor, at: datetime) -> Iterable[Planned]:
    for one in stops_for(actor, at):
        kind = _("Hållplats, %(place)s") % {"place": one.unit_name}
        yield Planned(kind, one.title, one.url, one.due_on, Quarter.CHECK)


def _checks(actor: Actor, at: datetime) -> Iterable[Planned]:
    """Self-checks that have begun, and those handed in that wait for what they mean."""
    today = local_date(at)
    for one in checks_for(actor, today)[:MOST_ROUNDS]:
        analyse = one.state != RoundState.OPEN
        kind = _("Egenkontroll att analysera, %(place)s") if analyse else _("Egenkontroll, %(place)s")
        due_on = None if analyse else one.due_on or today
        title, url = one.version.checklist.name, one.get_absolute_url()
        yield Planned(kind % {"place": one.unit.name}, title, url, due_on, Quarter.CHECK, new=analyse)


def _reviews(actor: Actor, at: datetime) -> Iterable[Planned]:
    for one in reviews_for(actor, local_date(at)):
        yield Planned(_("Intern granskning"), one.title, one.url, one.due, Quarter.CHECK)


def _samples(actor: Actor, at: datetime) -> Iterable[Planned]:
    for one in samples_for(actor, at):
        yield Planned(one.unit_name, one.title, one.url, one.due_on, Quarter.CHECK)


ASKED: dict[str, Callable[[Actor, datetime], Iterable[Planned]]] = {
    **{"receipt": _receipts, "wheel": _wheel, "stop": _stops},
    **{"decision": _decisions, "selfcheck": _checks, "visit": _reviews, "sample": _samples},
}
"""Sort to what asks for it: one question each."""
