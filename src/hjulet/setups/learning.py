"""The demo's suggestions, praise and lessons, through the real actions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from hjulet.cases import actions
from hjulet.cases.choices import CaseKind, Relation, SourceType, State
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.learning import actions as learning
from hjulet.org.models import Unit
from hjulet.setups.content import read

Timeline = Iterator[datetime]
Who = Callable[[str, datetime], Actor]
DAY = timedelta(days=1)


class Lessons:
    """What is suggested, praised and learnt. `units` by code; `who` gives an actor by login and moment."""

    def __init__(self, units: dict[str, Unit], stories: dict[str, dict[str, Any]], who: Who) -> None:
        self.units, self.stories, self.who = units, stories, who
        self.script = read("learning")

    def timelines(self, at: datetime) -> Iterator[tuple[datetime, Timeline]]:
        """When each begins, and what happens then."""

        def begin(row: dict[str, Any]) -> datetime:
            return (at - row["days"] * DAY).replace(hour=13, minute=10)

        for row in self.script["suggestions"]:
            yield begin(row), self._suggestion(row, begin(row))
        for row in self.script["praise"]:
            yield begin(row), self._praise(row, begin(row))
        for row in self.script["lessons"]:
            yield begin(row), self._lesson(row, begin(row))
        row = self.script["waiting"]
        yield begin(row), self._lesson(row, begin(row))

    def _suggestion(self, row: dict[str, Any], at: datetime) -> Timeline:
        told = actions.Suggestion(unit=self.units[row["unit"]], text=row["text"], change=row.get("change", ""))
        case = actions.suggest(told, actor=self.who(row["by"], at), at=at)
        if not row["outcome"]:
            return
        yield (at := at + row["answer"] * DAY)
        head = self.who(row["head"], at)
        actions.perform(case, "answer", actor=head, at=at, data={"message": row["message"]})
        yield (at := at + 3 * DAY)
        data = {"answer": row["outcome"], "text": row["reason"]}
        case = actions.perform(case, "finish", actor=self.who(row["head"], at), at=at, data=data)
        yield from self._publish(case, row, at)

    def _praise(self, row: dict[str, Any], at: datetime) -> Timeline:
        told = actions.Voice(
            unit=self.units[row["unit"]],
            kind=CaseKind.PRAISE,
            description=row["text"],
            relation=Relation.NOBODY,
            source_type=SourceType.RELATIVE,
        )
        case = actions.take_in_voice(told, actor=None, at=at)
        yield (at := at + DAY)
        case = actions.perform(case, "thank", actor=self.who("goran", at), at=at)
        if "lesson" in row:
            yield from self._publish(case, row, at)

    def _lesson(self, row: dict[str, Any], at: datetime) -> Timeline:
        """From the latest closed case of its story that the writer can see."""
        seen = Case.objects.visible_to(self.who(row["head"], at)).select_related("unit")
        rows = seen.filter(state=State.CLOSED, protected_identity=False, title__in=self.stories[row["story"]]["titles"])
        case = rows.order_by("-closed_at", "-id").first()
        if case is not None:
            yield from self._publish(case, row, at)

    def _publish(self, case: Case, row: dict[str, Any], at: datetime) -> Timeline:
        yield (at := at + timedelta(hours=1))
        texts = row["lesson"]
        try:
            lesson = learning.write(case, **texts, actor=self.who(row["head"], at), at=at)
        except Refused:  # the case went to someone else
            return
        if "reviewer" not in row:
            return
        yield (at := at + DAY)
        lesson = learning.confirm(lesson, actor=self.who(row["reviewer"], at), at=at)
        for login, unit in row["used"]:
            yield (at := at + DAY)
            learning.take_up(lesson, unit=self.units[unit], actor=self.who(login, at), at=at)
