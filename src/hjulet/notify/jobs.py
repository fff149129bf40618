"""Sends the mail that waits, each once, however many workers there are."""

from __future__ import annotations

import logging
import secrets
from datetime import UTC, datetime, timedelta
from smtplib import SMTPConnectError, SMTPException, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import translation

from hjulet.core.jobs import scheduled
from hjulet.notify.choices import OutboxState
from hjulet.notify.models import Notice, Outbox
from hjulet.notify.wording import mail

log = logging.getLogger(__name__)
BATCH = 50
LOST_AFTER = timedelta(minutes=5)
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 120, 240, 480)]
GONE = (SMTPServerDisconnected, SMTPConnectError, ConnectionError, TimeoutError)


@scheduled("send-mail", every=timedelta(seconds=15))
def send_mail(at: datetime) -> int:
    """Sends what is due and returns how many. A server out of reach costs no mail an attempt: they wait."""
    at = at.astimezone(UTC)  # sums in Swedish time are an hour wrong on the nights when the clocks change
    Outbox.objects.filter(state=OutboxState.SENDING, claimed_at__lt=at - LOST_AFTER).update(
        state=OutboxState.PENDING, claim=""
    )
    due = Outbox.objects.filter(state=OutboxState.PENDING, not_before__lte=at).order_by("not_before", "id")
    if not due.exists():
        return 0
    connection = get_connection()
    connection.open()
    try:
        return _send_all(due, connection, at)
    finally:
        connection.close()


def _send_all(due: QuerySet[Outbox], connection: Any, at: datetime) -> int:
    """Everything that is due: the mail of a whole night goes out in one run. What fails is due later."""
    sent = 0
    while waiting := list(due.values_list("pk", flat=True)[:BATCH]):
        for row in filter(None, (_claim(pk, at) for pk in waiting)):
            try:
                _message(row, connection).send()
            except (SMTPException, OSError, ValueError) as problem:
                _put_back(row, problem, at)
                if isinstance(problem, GONE):
                    return sent
            else:
                _finish(row, state=OutboxState.SENT, sent_at=at, error="")
                sent += 1
    return sent


def _claim(pk: int, at: datetime) -> Outbox | None:
    claim = secrets.token_hex(16)
    mine = Outbox.objects.filter(pk=pk, state=OutboxState.PENDING).update(
        state=OutboxState.SENDING, claim=claim, claimed_at=at, attempts=F("attempts") + 1
    )
    return Outbox.objects.select_related("notice__person").get(pk=pk) if mine else None


def _message(row: Outbox, connection: Any) -> EmailMessage:
    subject, body = _words(row.notice) if row.notice else (row.subject, row.body)
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
    # The same id at a second try, so that a mail server can tell that it is the same mail.
    headers = {
        "Message-ID": f"<hjulet-{row.pk}-{row.notice_id or 'out'}@{domain}>",
        "Auto-Submitted": "auto-generated",
    }
    return EmailMessage(subject, body, to=[row.to], headers=headers, connection=connection)


def _words(notice: Notice) -> tuple[str, str]:
    choices_link = settings.BASE_URL + reverse("notice-preferences")
    with translation.override(notice.person.language):
        return mail(notice.kind, notice.params, link=settings.BASE_URL + notice.link, choices_link=choices_link)


def _put_back(row: Outbox, problem: Exception, at: datetime) -> None:
    """Waits longer for each attempt. After the last the mail is given up; what it tells of stays in Hjulet."""
    error = f"{type(problem).__name__}: {problem}"[:300]
    if row.attempts > len(WAITS):
        log.error("mail %s given up after %s attempts", row.pk, row.attempts)  # the error may hold the address
        _finish(row, state=OutboxState.FAILED, error=error)
    else:
        later = at + WAITS[row.attempts - 1]
        _finish(row, state=OutboxState.PENDING, not_before=later, error=error)


def _finish(row: Outbox, **values: Any) -> None:
    Outbox.objects.filter(pk=row.pk, claim=row.claim).update(claim="", **values)
