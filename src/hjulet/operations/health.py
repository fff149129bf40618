"""How the installation is doing: reasons not to send people here, and figures for those who watch over it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Min
from django.utils.translation import gettext as _

from hjulet import __version__
from hjulet.audit.models import Seal
from hjulet.core import jobs, net
from hjulet.core.models import Event, JobRun
from hjulet.notify.choices import OutboxState
from hjulet.notify.models import Outbox
from hjulet.operations import metrics, note
from hjulet.operations.app_role import stands_above

MEGABYTE = 1024 * 1024


def what_is_wrong(at: datetime) -> list[str]:
    """Reasons not to be ready, each a plain phrase that holds no secret; empty when all is well."""
    return [*_database(at), *_data_folder()]


def _database(at: datetime) -> Iterator[str]:
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield _("databasen är inte uppdaterad: kör ./hjulet manage migrate")
        elif jobs.stale(at):
            yield _("schemalagt arbete står stilla: kör ./hjulet manage jobs")
    except (DatabaseError, InterfaceError):
        yield _("databasen svarar inte")


def _data_folder() -> Iterator[str]:
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"x" * 4096)
            file.flush()
    except OSError:
        yield _("datamappen går inte att skriva i")
    free = _free()
    if free is not None and free < settings.MIN_FREE_MB * MEGABYTE:
        numbers = {"free": free // MEGABYTE, "least": settings.MIN_FREE_MB}
        yield _("disken är snart full: %(free)s MB kvar, minst %(least)s behövs") % numbers


def _free() -> int | None:
    try:
        return shutil.disk_usage(settings.DATA_DIR).free
    except OSError:
        return None


def figures(at: datetime) -> str:
    """For Prometheus. Counts and times only, nothing about anyone."""
    told = [f'hjulet_info{{version="{__version__}"}} 1', *metrics.lines(), *_outside()]
    try:
        with net.asking(net.of_system("figures")):
            above = f"hjulet_database_above_policies {int(stands_above())}"
            told += ["hjulet_database_up 1", above, *_jobs(), *_mail(at), *_log()]
    except (DatabaseError, InterfaceError):
        told.append("hjulet_database_up 0")
    return "".join(f"{line}\n" for line in told)


def _outside() -> Iterator[str]:
    free, copied = _free(), note.last_backup()
    if free is not None:
        yield f"hjulet_data_free_bytes {free}"
    if copied is not None:
        yield f"hjulet_last_backup_timestamp_seconds {copied.timestamp():.0f}"


def _jobs() -> list[str]:
    told = []
    for run in JobRun.objects.order_by("name"):
        told.append(f'hjulet_job_failed{{job="{run.name}"}} {int(bool(run.error))}')
        if run.finished_at:
            told.append(f'hjulet_job_finished_timestamp_seconds{{job="{run.name}"}} {run.finished_at.timestamp():.0f}')
    return told


def _mail(at: datetime) -> list[str]:
    waiting = Outbox.objects.filter(state=OutboxState.PENDING, not_before__lte=at.astimezone(UTC))
    oldest = waiting.aggregate(oldest=Min("not_before"))["oldest"]
    age = (at - oldest).total_seconds() if oldest else 0
    failed = Outbox.objects.filter(state=OutboxState.FAILED).count()
    return [
        f"hjulet_mail_waiting {waiting.count()}",
        f"hjulet_mail_oldest_waiting_seconds {age:.0f}",
        f"hjulet_mail_failed {failed}",
    ]


def _log() -> list[str]:
    last = Seal.objects.order_by("-id").values_list("last_id", "sealed_at").first()
    unsealed = Event.objects.filter(id__gt=last[0]) if last else Event.objects.all()
    told = [f"hjulet_log_unsealed_events {unsealed.count()}"]
    return [*told, f"hjulet_log_last_seal_timestamp_seconds {last[1].timestamp():.0f}"] if last else told
