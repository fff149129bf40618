"""Reminders: what falls due soon and what is late, once each, to whoever handles the case."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from hjulet.cases.choices import OPEN
from hjulet.cases.late_answers import ANSWER, STEPS, take_steps
from hjulet.cases.models import CaseFile, Clock
from hjulet.core.clocks import local_date
from hjulet.core.jobs import scheduled
from hjulet.files.registry import IN_USE
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell
from hjulet.org.models import Person
from hjulet.org.reach import holders

SOON = timedelta(days=2)
FRESH = timedelta(hours=20)  # who has just been told of a case needs no reminder of it
MOST = 500


@scheduled("remind-cases", every=timedelta(hours=1))
def remind(at: datetime) -> int:
    """Tells the handler, or else the receiver, two days before and the day after a clock ran out."""
    today = local_date(at)
    soon = Q(due_on__lte=today + SOON, started_at__lt=at - FRESH, reminded_on__isnull=True)
    due = soon | Q(due_on__lt=today, reminded_on__lte=F("due_on"))
    clocks = Clock.objects.unscoped(reason="reminders are the system's own").filter(
        due, stopped_at__isnull=True, paused_on__isnull=True
    )
    told = 0
    for clock in clocks.select_related("case__unit", "case__handler").order_by("due_on", "id")[:MOST]:
        case = clock.case
        late = bool(clock.due_on and clock.due_on < today)
        tell(
            people=_who(clock, at),
            kind="case.overdue" if late else "case.due_soon",
            link=case.get_absolute_url(),
            at=at,
            ref=case.ref,
        )
        clock.reminded_on = today
        clock.save(update_fields=["reminded_on"])
        told += 1
    return told


def _who(clock: Clock, at: datetime) -> list[Person]:
    case = clock.case
    if case.handler and case.handler.is_active:
        return [case.handler]
    return holders(case.receiving_duty, case.unit.path or "", at=at)[:1]


@scheduled("late-answers", every=timedelta(hours=1))
def late_answers(at: datetime) -> int:
    """Reminds who is to answer someone outside, and tells the next in line when the answer is late. Gives the steps."""
    left = Q(steps_told__isnull=True) | Q(steps_told__lt=len(STEPS))
    clocks = Clock.objects.unscoped(reason="reminders are the system's own").filter(
        left, code=ANSWER, stopped_at__isnull=True, paused_on__isnull=True, case__state__in=OPEN
    )
    taken = 0
    for pk in list(clocks.order_by("due_on", "id").values_list("pk", flat=True)):
        with transaction.atomic():
            rows = clocks.select_for_update(of=("self",)).select_related("case__unit", "case__handler")
            clock = rows.filter(pk=pk).first()  # answered or paused meanwhile: no longer there
            if clock is not None:
                taken += take_steps(clock, _who(clock, at), at)
    return taken


@scheduled("remind-measures", every=timedelta(hours=1))
def remind_measures(at: datetime) -> int:
    """Tells the owner on the day before a measure is due, and on the day its effect is to be assessed."""
    today = local_date(at)
    measures = Measure.objects.unscoped(reason="reminders are the system's own").select_related("owner")
    planned = measures.filter(state=MeasureState.PLANNED, due_on__lte=today + timedelta(days=1))
    done = measures.filter(state=MeasureState.DONE, effect_due_on__lte=today)
    told = 0
    for queryset, kind in ((planned, "measure.due_soon"), (done, "measure.effect_due")):
        for measure in queryset.exclude(reminded_for=kind).order_by("due_on", "id")[:MOST]:
            tell(people=[measure.owner], kind=kind, link=f"/atgarder/{measure.pk}/", at=at)
            measure.reminded_for = kind
            measure.save(update_fields=["reminded_for"])
            told += 1
    return told


def files_in_use(ids: list[int]) -> set[int]:
    kept = CaseFile.objects.unscoped(reason="which files hang on a case").filter(file_id__in=ids)
    return set(kept.values_list("file_id", flat=True))


IN_USE.append(files_in_use)
