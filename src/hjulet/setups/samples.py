"""The demo's samples, reviews of other systems' logs, and months of decisions that more and more are followed up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import STOCKHOLM, local_date, next_working_day
from hjulet.org.models import Unit
from hjulet.samples import actions
from hjulet.samples.actions import Line
from hjulet.samples.drawing import entry
from hjulet.samples.followed import add_months_back
from hjulet.samples.models import DrawnFile, Extract
from hjulet.samples.rules import Hours, Reading
from hjulet.setups.content import read

ActorOf = Callable[[str, datetime], Actor]
COLUMNS = frozenset({"user_name", "person_name", "protected", "related"})
HOURS = Hours(time(6, 30), time(22))


def fill_samples(units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    script = read("samples")
    for row in script["draws"]:
        _draw(row, script["findings"], units, actor, at)
    for row in script["logs"]:
        _review(row, script, units, actor, at)
    _decide(script["decisions"], units, actor, at)


def _draw(
    row: dict[str, Any], findings: list[dict[str, str]], units: dict[str, Unit], actor: ActorOf, at: datetime
) -> None:
    when = _some_months_ago(at, row["months"])
    groups = cycle(row["groups"])
    letters = row["track"].upper()
    entries = [entry(f"{letters}-{when.year}-{1000 + 7 * n}", next(groups)) for n in range(row["files"])]
    asked = actions.Asked(units[row["unit"]], row["track"], row["title"], group_by="unit", count=row["count"])
    who = actor(row["who"], when)
    made = actions.draw_files(asked, entries, actor=who, at=when)
    files = list(DrawnFile.objects.visible_to(who).filter(draw=made))
    for number, (one, found) in enumerate(zip(files, cycle(findings), strict=False)):
        if number < row.get("judged", len(files)):
            actions.judge_file(one, **found, actor=who, at=min(at, when + timedelta(days=1, minutes=11 * number)))
    if "judged" not in row:
        actions.close_draw(made, summary=row["summary"], actor=who, at=when + timedelta(days=9))


def _some_months_ago(at: datetime, months: int) -> datetime:
    if not months:
        return at - timedelta(days=6, hours=1)
    day = next_working_day(add_months_back(local_date(at), months) + timedelta(days=9))
    return datetime.combine(day, time(10, 20), tzinfo=STOCKHOLM)


def _review(row: dict[str, Any], script: dict[str, Any], units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    month = add_months_back(local_date(at), row["back"])
    after = datetime.combine(
        next_working_day(add_months_back(local_date(at), row["back"] - 1)), time(9), tzinfo=STOCKHOLM
    )
    when = min(after + timedelta(days=2), at - timedelta(hours=2))
    who = actor(row["who"], when)
    asked = actions.AskedOfLog(units[row["unit"]], row["system"], month, row["share"], HOURS)
    made = actions.draw_extract(asked, _readings(month, row["rows"]), COLUMNS, actor=who, at=when)
    rows = list(made.rows.all())
    if not row["closed"]:
        _judge(zip(rows, script["open_judged"], strict=False), who, when)
        return
    rows.sort(key=lambda one: (one.reason != "relative", one.reason == "sample", one.number))
    judged = [*script["judged"], *[script["judged"][-1]] * len(rows)]
    _judge(zip(rows, judged, strict=False), who, when)
    actions.close_extract(Extract.objects.visible_to(who).get(pk=made.pk), note=row["note"], actor=who, at=when)


def _judge(pairs: Iterable[tuple[Any, dict[str, str]]], who: Actor, at: datetime) -> None:
    for one, found in pairs:
        actions.judge_row(one, **found, actor=who, at=at)


def _readings(month: date, count: int) -> list[Reading]:
    """Some readings of a month, of which a few are odd; the same each time."""
    dice = Random(month.month)  # noqa: S311 - a demo
    found = []
    for line in range(2, count + 2):
        on = month + timedelta(days=dice.randrange(28))
        hour = 23 if line % 97 == 0 else dice.randrange(7, 21)
        moment = datetime.combine(on, time(hour, dice.randrange(60)), tzinfo=STOCKHOLM)
        words = {"user_name": "Kim Åberg", "person_name": "Siv Åberg" if line % 121 == 0 else "Bo Ek"}
        found.append(
            Reading(
                line,
                moment,
                f"anv{dice.randrange(100, 140)}",
                f"P-{dice.randrange(1000, 1400)}",
                action=dice.choice(["Öppnade journal", "Läste anteckning", "Läste plan"]),
                related=line % 83 != 0,
                protected=line % 149 == 0,
                **words,
            )
        )
    return found


def _decide(script: dict[str, Any], units: dict[str, Unit], actor: ActorOf, at: datetime) -> None:
    """A list a month; the share that is late goes from the first number to the second."""
    last = script["months"] - 1
    for number in range(script["months"]):
        when = _some_months_ago(at, last - number)
        lines = [
            line for place in script["places"] for line in _lines(place, units, local_date(when), number / max(last, 1))
        ]
        actions.read_in(units[script["unit"]], lines, actor=actor(script["who"], when), at=when)


def _lines(place: dict[str, Any], units: dict[str, Unit], today: date, come: float) -> list[Line]:
    dice = Random(f"{place['unit']}{today:%m}")  # noqa: S311 - a demo
    first, last = place["late"]
    late = round(place["count"] * (first + (last - first) * come) / 100)
    found = []
    for number in range(place["count"]):
        decided = today - timedelta(days=dice.randrange(420, 1400))
        followed = today - timedelta(days=dice.randrange(380, 415) if number < late else dice.randrange(5, 330))
        plan = None if number % 29 == 28 else decided + timedelta(days=dice.randrange(5, 28))
        plan_followed = today - timedelta(days=dice.randrange(200, 260) if number % 17 == 3 else dice.randrange(5, 160))
        reference = f"{place['track'].upper()}-{place['unit'][:4].upper()}-{number + 1:03d}"
        days = (decided, followed, plan, plan_followed if plan else None)
        found.append(Line(units[place["unit"]].pk, place["track"], reference, *days))
    return found
