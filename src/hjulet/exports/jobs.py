"""Writes ordered files, one worker a file, and takes them away after a day."""

from __future__ import annotations

import logging
import os
import secrets
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from django.db.models import F, Q
from django.urls import reverse
from django.utils import translation

from hjulet.core.access import admits
from hjulet.core.actor import Actor
from hjulet.core.exports import Export, write
from hjulet.core.jobs import scheduled
from hjulet.core.now import now
from hjulet.exports.actions import throw_away
from hjulet.exports.choices import OrderState
from hjulet.exports.models import Order, folder
from hjulet.notify.actions import tell
from hjulet.org.reach import actor_for

log = logging.getLogger(__name__)
KEPT = timedelta(days=1)
LOST_AFTER = timedelta(minutes=5)
TRIES = 3


class TakenOver(Exception):
    """Someone else has the order now, or it was taken away."""


@scheduled("write-exports", every=timedelta(seconds=10))
def write_exports(at: datetime) -> int:
    """Writes the oldest order that waits, so that other jobs come in between. A killed writer's is begun anew."""
    at = at.astimezone(UTC)
    lost = Q(state=OrderState.WRITING, heard_at__lt=at - LOST_AFTER)
    for row in Order.objects.filter(Q(state=OrderState.WAITING) | lost).order_by("id")[:1]:
        if row.attempts >= TRIES:
            _give_up(row, at)
            return 0
        claim = secrets.token_hex(16)
        mine = Order.objects.filter(pk=row.pk, claim=row.claim, state=row.state).update(
            state=OrderState.WRITING, claim=claim, heard_at=at, attempts=F("attempts") + 1, done=0
        )
        return _write(Order.objects.select_related("person").get(pk=row.pk), claim, at) if mine else 0
    return 0


def _write(row: Order, claim: str, at: datetime) -> int:
    actor, export = actor_for(row.person, at=at), row.export
    if export is None or not row.person.is_active or not admits(export.marks, actor):
        _give_up(row, at)
        return 0
    try:
        with translation.override(row.person.language):
            _make(row, claim, export, actor, at)
    except TakenOver:
        log.info("order %s was taken over or away", row.pk)
        return 0
    tell(people=[row.person], kind="export.ready", link=reverse("exports"), at=at)
    return 1


def _make(row: Order, claim: str, export: Export, actor: Actor, at: datetime) -> None:
    """The file is whole or not there."""
    listing = export.listing(actor, row.params, at)
    if export.make is None:
        _mine(row, claim, total=len(listing.keys))
    key = secrets.token_hex(16)
    half, whole = _open(key), folder() / key
    try:
        with half.open("r+b") as file:
            step = partial(_heard, row, claim)
            if export.make:
                export.make(actor, row.params, file, at, step)
            else:
                write(export, listing, row.form, file, actor=actor, at=at, step=step)
            file.flush()
            os.fsync(file.fileno())
        half.replace(whole)
        _mine(row, claim, key=key, state=OrderState.READY, ready_at=at, gone_at=at + KEPT)
    except BaseException:
        half.unlink(missing_ok=True)
        whole.unlink(missing_ok=True)
        raise


def _heard(row: Order, claim: str, done: int) -> None:
    _mine(row, claim, done=done, heard_at=now())


def _open(key: str) -> Path:
    folder().mkdir(mode=0o700, exist_ok=True)
    half = folder() / f"{key}.half"
    half.touch(mode=0o600, exist_ok=False)
    return half


def _mine(row: Order, claim: str, **values: object) -> None:
    if not Order.objects.filter(pk=row.pk, claim=claim).update(**values):
        raise TakenOver


def _give_up(row: Order, at: datetime) -> None:
    Order.objects.filter(pk=row.pk).update(state=OrderState.FAILED, claim="", gone_at=at + KEPT)
    tell(people=[row.person], kind="export.failed", link=reverse("exports"), at=at)


@scheduled("remove-exports", every=timedelta(minutes=30))
def remove_exports(at: datetime) -> int:
    """Takes away orders whose day is over, and what killed writers left in the folder."""
    at = at.astimezone(UTC)
    over = list(Order.objects.filter(gone_at__lte=at).select_related("person"))
    for row in over:
        throw_away(row, actor=None, at=at)
    known = set(Order.objects.exclude(key="").values_list("key", flat=True))
    for path in folder().glob("*"):
        old = datetime.fromtimestamp(path.stat().st_mtime, UTC) < at - KEPT
        if old and path.name not in known:
            path.unlink(missing_ok=True)
    return len(over)
