"""Scheduled work: functions that run every so often in `manage jobs`, each at most once at a time.

A run that a killed worker left behind is taken over after LOST_AFTER (the reaper); jobs are therefore written so
that running twice does no harm.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Value
from django.db.models.functions import Coalesce, Greatest

from hjulet.core import net
from hjulet.core.models import JobRun

log = logging.getLogger(__name__)
LOST_AFTER = timedelta(minutes=10)
STALE_AFTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Job:
    name: str
    every: timedelta
    run: Callable[[datetime], object]


JOBS: dict[str, Job] = {}


def scheduled(name: str, *, every: timedelta) -> Callable[[Callable[[datetime], object]], Callable[[datetime], object]]:
    """Registers a job: a function of the moment it runs at."""

    def register(function: Callable[[datetime], object]) -> Callable[[datetime], object]:
        JOBS[name] = Job(name, every, function)
        return function

    return register


def run_due(at: datetime, *, everything: bool = False, go_on: Callable[[], bool] = lambda: True) -> list[str]:
    """Runs the jobs whose time has come and returns their names. An error is kept on the job and told in the log.

    `go_on` is asked before each job: a worker that has been told to stop finishes the one it is at.
    """
    at = at.astimezone(UTC)  # sums in local time go wrong in the hour that comes twice in October
    ran = []
    for job in JOBS.values():
        if go_on() and _claim(job, at, everything):
            _run(job, at)
            ran.append(job.name)
    return ran


def _claim(job: Job, at: datetime, everything: bool) -> bool:
    with transaction.atomic():
        row, created = JobRun.objects.select_for_update().get_or_create(name=job.name, defaults={"started_at": at})
        if created:
            return True
        idle = row.finished_at is not None or row.started_at < at - LOST_AFTER
        due = everything or row.started_at <= at - job.every
        if not (idle and due):
            return False
        JobRun.objects.filter(name=job.name).update(started_at=at, finished_at=None)
        return True


def _run(job: Job, at: datetime) -> None:
    error = ""
    try:
        with net.asking(net.of_system(f"job {job.name}")):
            job.run(at)
    except Exception as problem:  # a job must not take the others with it
        log.exception("job %s failed", job.name)
        error = f"{type(problem).__name__}: {problem}"[:500]
    JobRun.objects.filter(name=job.name).update(finished_at=at, error=error)


def stale(at: datetime) -> bool:
    """True when no job has finished lately: reminders and mail are standing still, and pages say so."""
    return too_old(next(iter(latest_sign().values_list("sign", flat=True)), None), at)


def latest_sign() -> Any:
    """When scheduled work last showed that it goes on, as the `sign` of one row; no row when it never has."""
    finished = Coalesce(Max("finished_at"), Max("started_at"))
    return JobRun.objects.order_by().values(all=Value(1)).annotate(sign=Greatest(Max("started_at"), finished))


def too_old(sign: datetime | None, at: datetime) -> bool:
    return sign is None or at.astimezone(UTC) - sign > STALE_AFTER
