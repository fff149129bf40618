"""The demo's learning stops: the year's signed at most units, one half done, a level's own, one with the board."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from itertools import count
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.learning_stops import actions
from hjulet.learning_stops.listing import works_under
from hjulet.learning_stops.models import Stop, Theme, may_sign
from hjulet.org.models import Principal, Unit
from hjulet.org.reach import holders
from hjulet.setups.content import read
from hjulet.wheel.choices import PLANS

ActorOf = Callable[[str, datetime], Actor]


def fill_learning_stops(principal: Principal, units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    """Lives the year's stops up to the day."""
    told = _Told(read("learning_stops"), actor, at)
    today = local_date(at)
    top = min(Unit.objects.of(principal.pk).exclude(path=None), key=lambda unit: unit.path or "")
    works = list(works_under(top, today).order_by("path"))
    themes = {theme.code: theme for theme in Theme.objects.filter(principal=principal)}
    for theme in themes.values():
        if theme.last_day(today.year) < today:
            for unit in works:
                if unit.code not in told.script["late"].get(theme.code, ()):
                    told.sign(unit, theme, today.year)
    for row in told.script["levels"]:
        stop = told.sign(units[row["unit"]], themes[row["theme"]], today.year, row)
        if stop and row.get("handed"):
            day = local_date(stop.signed_at) if stop.signed_at else today
            to = actions.HandOver(row["handed"], day)
            actions.hand_over(stop, to, version=None, actor=actor("mona", at), at=stop.signed_at or at)
    for row in told.script["half"]:
        told.half(units[row["unit"]], themes[row["theme"]], today.year, row)


class _Told:
    """Who writes and what, one after another."""

    def __init__(self, script: dict[str, Any], actor: ActorOf, at: datetime) -> None:
        self.script, self.actor, self.at = script, actor, at
        self.turn = count()
        self.people: dict[int, str] = {}

    def sign(self, unit: Unit, theme: Theme, year: int, own: dict[str, Any] | None = None) -> Stop | None:
        """`own` says who answers for a level, which does it when its units have, and what."""
        turn = next(self.turn)
        first = (
            theme.last_day(year) + timedelta(days=9) if own else theme.first_day(year) + timedelta(days=7 + turn % 17)
        )
        day = next_working_day(first)
        moment = min(datetime.combine(day, time(9 + turn % 7, turn * 7 % 60), tzinfo=STOCKHOLM), self.at)
        who = self.actor(own["who"], moment) if own else self._manager(unit, moment)
        if who is None:
            return None
        stop = actions.begin(unit, theme, year, actor=who, at=moment - timedelta(minutes=90))
        self._answer(stop, turn, None, who, moment - timedelta(minutes=30), own)
        took = own["took"] if own else self.script["took_part"][turn % len(self.script["took_part"])]
        values = {"people": took["people"], "took_part": took["text"], "version": None}
        return actions.sign(stop, **values, actor=who, at=moment)

    def half(self, unit: Unit, theme: Theme, year: int, row: dict[str, Any]) -> None:
        moment = self.at + timedelta(days=row["day"])
        who = self.actor(row["who"], moment)
        stop = actions.begin(unit, theme, year, actor=who, at=moment)
        self._answer(stop, 0, set(row["answered"]), who, moment + timedelta(hours=1))
        actions.note_people(stop, row["people"], row["took_part"], actor=who, at=moment + timedelta(hours=1))

    def _answer(
        self, stop: Stop, turn: int, only: set[int] | None, who: Actor, at: datetime, own: dict[str, Any] | None = None
    ) -> None:
        texts = [[text] for text in own["answers"]] if own else self.script["answers"][stop.theme.code]
        for number, row in enumerate(stop.replies.all()):
            if only is None or row.position in only:
                some = texts[number]
                text = some[(turn + number) % len(some)] if only is None else some[0]
                actions.save_reply(stop, row.code, text, version=None, actor=who, at=at)

    def _manager(self, unit: Unit, at: datetime) -> Actor | None:
        """The unit's own manager; the wheel's answer needs the same duty."""
        if unit.pk not in self.people:
            people = [person.login for person in holders(PLANS, unit.path or "", at=at)]
            own = [login for login in people if may_sign(unit, self.actor(login, at))]
            self.people[unit.pk] = own[0] if own else ""
        return self.actor(self.people[unit.pk], at) if self.people[unit.pk] else None
