"""When an answer to someone outside is late: who is told, step by step up the tree (rulebook 4 and 11; CMP-2).

The days are rows in `law`, a municipality's own to change. Each step is told once. A notice says no more than a number;
one who may not see the case has no link to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from hjulet.cases.actions.telling import event
from hjulet.cases.models import Case, Clock
from hjulet.core.clocks import add_days, add_working_days, due_on, local_date, working_days_between
from hjulet.law.rules import NoSuchLevel, service_level
from hjulet.notify.actions import tell
from hjulet.org.choices import DEPARTMENTS, Duty
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for, holders_by_place

ANSWER = "complaint.answer"
# Those who lead a place take in its reports, or read its cases in order to lead.
LEADS = (Duty.RECEIVE, Duty.READ, Duty.READ_LEX)


@dataclass(frozen=True)
class Step:
    """`level` is the code of its time; the places whose leaders it is for."""

    level: str
    place: Callable[[Unit], bool]


REMINDED = "complaint.remind"  # whoever is to answer
UPWARDS = (
    Step("complaint.tell_unit", lambda unit: True),
    Step("complaint.tell_department", lambda unit: unit.kind in DEPARTMENTS),
)
STEPS = (REMINDED, *(step.level for step in UPWARDS))


def day_of(clock: Clock, level: str) -> date | None:
    """The day of a step for a clock: its own count of days, moved as pauses have moved it. None: no such step."""
    start = local_date(clock.started_at)
    try:
        row = service_level(level, principal_id=clock.case.principal_id, day=start)
    except NoSuchLevel:
        return None
    first, planned = due_on(row.limit, start), due_on(clock.limit, start)
    if first is None or planned is None or clock.due_on is None or clock.due_on <= planned:
        return first
    if clock.unit == "working-days":
        return add_working_days(first, working_days_between(planned, clock.due_on))
    return add_days(first, (clock.due_on - planned).days)


def take_steps(clock: Clock, reminded: list[Person], at: datetime) -> int:
    """Takes the steps whose day has come, each once; `reminded` is whoever is to answer. Gives how many.

    `clock` is locked by the caller, with its case, unit and handler.
    """
    taken, today = 0, local_date(at)
    for level in STEPS[clock.steps_told or 0 :]:
        day = day_of(clock, level)
        if day is not None and today < day:
            break
        if day is not None and level == REMINDED:
            _remind(clock, reminded, at)
        elif day is not None:
            _tell(clock.case, next(step for step in UPWARDS if step.level == level), at)
        clock.steps_told = (clock.steps_told or 0) + 1
        taken += 1
    if taken:
        clock.save(update_fields=["steps_told", "reminded_on"])
    return taken


def _remind(clock: Clock, people: list[Person], at: datetime) -> None:
    case, today = clock.case, local_date(at)
    late = bool(clock.due_on and clock.due_on < today)
    if clock.reminded_on is None and not late:
        tell(people=people, kind="case.due_soon", link=case.get_absolute_url(), at=at, ref=case.ref)
        clock.reminded_on = today


def _tell(case: Case, step: Step, at: datetime) -> None:
    people = next_in_line(case, step, at)
    for person in people:
        sees = Case.objects.visible_to(actor_for(person, at=at)).filter(pk=case.pk).exists()
        link = case.get_absolute_url() if sees else "/"
        tell(people=[person], kind="case.late_answer", link=link, at=at, ref=case.ref)
    event("case.late-answer", case, None, at, {"step": step.level, "to": [person.name for person in people]})


def next_in_line(case: Case, step: Step, at: datetime) -> list[Person]:
    """The leaders of the nearest place the step is for, without the one who handles the case and those told before.

    Where that leaves nobody it goes on upwards; empty when nobody is left at the top.
    """
    track = case.track if case.track_set_at else None
    places = holders_by_place(LEADS, case.unit.path or "", at=at, track=track)
    passed = {case.handler_id}
    for each in UPWARDS:
        found = next((left for unit, people in places if each.place(unit) and (left := _without(people, passed))), [])
        if each is step:
            return found
        passed |= {person.pk for person in found}
    return []


def _without(people: list[Person], passed: set[int | None]) -> list[Person]:
    return [person for person in people if person.pk not in passed]
