"""A case's clocks: started and stopped by the flow's steps, by the rule that held that day."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import cache

from django.utils.translation import gettext as _

from hjulet.cases.models import Case, Clock
from hjulet.core.clocks import Limit, due_at, due_on, local_date, shift_for_pause
from hjulet.core.flow import Refused
from hjulet.law.rules import NoSuchLevel, service_level, service_level_between, service_levels_of

FEEDBACK = "deviation.feedback"


def start(case: Case, codes: tuple[str, ...], *, at: datetime, counted_on: date | None = None) -> list[Clock]:
    """Starts the clocks with these codes, each with the rule as it reads on the day. `counted_on`: the day that their
    time counts from, when it is not today.
    """
    return keep(case, planned(case.principal_id, codes, at=at, counted_on=counted_on))


def planned(principal_id: int, codes: tuple[str, ...], *, at: datetime, counted_on: date | None = None) -> list[Clock]:
    """The clocks as they will be, of a case that is not there yet."""
    day = local_date(at)
    levels = service_levels_of(codes, principal_id=principal_id, day=day) if codes else {}
    return [
        Clock(
            code=code,
            label=level.label,
            unit=level.unit,
            amount=level.amount,
            counted_from=level.counted_from,
            urgency=level.urgency,
            source=level.source,
            status=level.status,
            started_at=at,
            due_on=_last_day(level.limit, at, counted_on),
        )
        for code, level in levels.items()
    ]


def _last_day(limit: Limit, at: datetime, counted_on: date | None) -> date | None:
    """The day a limit runs out; of one in hours the day of its last moment, counted from now or from a day's start."""
    moment = due_at(limit, at) if counted_on in {None, local_date(at)} else None
    return local_date(moment) if moment else due_on(limit, counted_on or local_date(at))


def keep(case: Case, clocks: list[Clock]) -> list[Clock]:
    for clock in clocks:
        clock.case = case
    return Clock.objects.bulk_create(clocks) if clocks else []


def stop(clocks: Iterable[Clock], codes: Iterable[str], *, at: datetime) -> None:
    wanted = set(codes)
    for clock in clocks:
        if clock.code in wanted and clock.stopped_at is None:
            clock.stopped_at, clock.paused_on = at, None
            clock.save(update_fields=["stopped_at", "paused_on"])


def pause(clocks: Iterable[Clock], *, reason: str, at: datetime) -> list[str]:
    """Pauses what runs towards a date. What the law says *genast* about cannot be paused."""
    paused = []
    for clock in clocks:
        if clock.running and clock.due_on is not None:
            clock.paused_on, clock.pause_reason = local_date(at), reason
            clock.save(update_fields=["paused_on", "pause_reason"])
            paused.append(clock.code)
    if not paused:
        raise Refused(_("Det finns ingen klocka att pausa."))
    return paused


def resume(clocks: Iterable[Clock], *, at: datetime) -> list[str]:
    """Starts paused clocks again; the days of the pause are added to the due date."""
    resumed = []
    for clock in clocks:
        if clock.stopped_at is None and clock.paused_on and clock.due_on:
            clock.due_on = shift_for_pause(clock.due_on, clock.limit, clock.paused_on, local_date(at))
            clock.paused_on = None
            clock.save(update_fields=["due_on", "paused_on"])
            resumed.append(clock.code)
    return resumed


def answer_due(principal_id: int, day: date) -> date | None:
    """The last day to answer someone who reports on a day, by the rule that holds then; None where none does."""
    try:
        level = service_level(FEEDBACK, principal_id=principal_id, day=day)
    except NoSuchLevel:
        return None
    return due_on(level.limit, day)


def answers_due(principal_id: int, last: date) -> Callable[[date], date | None]:
    """`answer_due` for many days up to the last, with the rules read once and each day counted once."""
    held = service_level_between(FEEDBACK, principal_id=principal_id, first=date.min, last=last)

    @cache
    def due(day: date) -> date | None:
        level = next((level for end, level in held if day <= end), None)
        return due_on(level.limit, day) if level and level.valid_from <= day else None

    return due


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """The running clock that falls due first."""
    dated = [clock for clock in clocks if clock.stopped_at is None and clock.due_on and not clock.paused_on]
    return min(dated, key=lambda clock: clock.due_on or date.max, default=None)
