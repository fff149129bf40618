"""Reports from staff who do not say who they are (rulebook 3.1; NEW-3): a code opens the way back, and nothing else
ties the report to a person.

Such a report is no lex Sarah report, since that takes someone known to be covered by the duty; it is handled as the
board's own initiative. Of the code only a digest is kept: whoever has the code can read and answer, nobody can find it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.db import IntegrityError, transaction

from hjulet.cases import actions
from hjulet.cases.choices import MessageKind
from hjulet.cases.codes import derived, digest_of
from hjulet.cases.models import Case, Message
from hjulet.core import net
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.org.choices import Track
from hjulet.org.login import note_failure, wait_until


def report(told: actions.Report, *, code: str, at: datetime) -> Case:
    """Takes in a report without a name. The same one twice gives the first case back. Raises Refused as a named one."""
    told = replace(told, code_digest=digest_of(code), suspects_misconduct=False)
    with net.asking(net.of_writer(told.unit.principal_id)):
        try:
            return actions.report(told, actor=None, at=at)
        except (IntegrityError, Refused):
            earlier = by_code(code)
            if earlier is None or earlier.submission_key != told.submission_key:
                raise
            return earlier


def by_code(code: str) -> Case | None:
    """The case that a code opens, none for any other."""
    digest = digest_of(code)
    if not digest:
        return None
    rows = Case.objects.unscoped(reason="whoever has the code").filter(code_digest=digest)
    found: Case | None = rows.select_related("unit", "handler").first()
    return found


def same_event(case: Case) -> list[Case]:
    """The cases of the same event under other laws, which the same code opens."""
    digests = [derived(case.code_digest or "", law) for law in Track]
    rows = Case.objects.unscoped(reason="whoever has the code").filter(code_digest__in=digests)
    return list(rows.select_related("unit", "handler").order_by("id"))


def open_with(code: str, *, place: str, at: datetime) -> Case | None:
    """The same for someone who types it. Many wrong ones from one place are answered as wrong, whatever is typed.

    `place` is a digest of where the question came from; it is kept with the count of failures and with nothing else.
    """
    keys = ["", place]
    if wait_until(keys, at):
        return None
    case = by_code(code)
    if case is None:
        note_failure(keys, at)
    return case


def read_messages(case: Case, *, at: datetime) -> list[Message]:
    """What was said, to the one who has the code; what was new has now been read. The log says that it was read."""
    with net.asking(net.of_writer(case.principal_id)), transaction.atomic():
        said = list(case.messages.all())
        case.messages.filter(read_at__isnull=True).exclude(kind=MessageKind.REPLY).update(read_at=at)
        about = ("case", case.pk)
        record(
            "case.read-by-code", actor=None, at=at, about=about, principal_id=case.principal_id, unit_id=case.unit_id
        )
    return said


def reply(case: Case, *, text: str, at: datetime) -> None:
    """An answer from the one who has the code. Raises Refused when the case has ended."""
    with net.asking(net.of_writer(case.principal_id)):
        actions.reply_without_name(case, text=text, at=at)
