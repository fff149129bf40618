"""What comes through the doors without login (NEW-3, CMP-1): a code opens the way back, and nothing else ties what was
said to a person. One door is for staff who do not say who they are (rulebook 3.1), one for the public (rulebook 4).

A report from staff without a name is no lex Sarah report, since that takes someone known to be covered by the duty; it
is handled as the board's own initiative. Of the code only a digest is kept: whoever has the code can read and answer,
nobody can find it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from hjulet.cases import actions
from hjulet.cases.choices import MessageKind
from hjulet.cases.codes import derived, digest_of
from hjulet.cases.models import Case, Message
from hjulet.core import net
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused
from hjulet.files.actions import remove, store
from hjulet.files.models import StoredFile
from hjulet.org.choices import Duty, Track
from hjulet.org.login import note_failure, wait_until
from hjulet.org.models import Principal, Unit
from hjulet.org.reach import holders


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


def send(told: actions.Voice, *, uploads: Iterable[Any] = (), code: str, at: datetime) -> Case:
    """Takes in what the public sends, with its files. The same page twice gives the first case back; words that were
    changed in between are kept there as a message. Raises Refused or FileRefused; then nothing is kept.
    """
    with net.asking(net.of_writer(told.unit.principal_id)):
        earlier = by_code(code)
        if earlier is not None:
            _keep_changes(earlier, told, at)
            return earlier
        kept: list[StoredFile] = []
        try:
            for upload in uploads:
                kept.append(store(upload, actor=None, at=at, principal_id=told.unit.principal_id))
            told = replace(told, code_digest=digest_of(code), files=tuple(kept))
            return actions.take_in_voice(told, actor=None, at=at)
        except BaseException as problem:
            for file in kept:
                remove(file, actor=None, at=at)
            first = by_code(code) if isinstance(problem, IntegrityError) else None
            if first is None:
                raise
            return first


def _keep_changes(case: Case, told: actions.Voice, at: datetime) -> None:
    changed = [told.description] if told.description != case.description else []
    if told.wants != case.complainant.wants:
        changed.append(told.wants)
    text = "\n\n".join(part for part in changed if part.strip())
    if text and case.is_open:
        actions.reply_without_name(case, text=text, at=at)


def front_of(principal: Principal, *, at: datetime) -> Unit:
    """Where something goes when nobody knows the place: the highest unit that has a registrar, else the root.

    Raises Unit.DoesNotExist for a principal without units.
    """
    units = Unit.objects.of(principal.pk).alive(local_date(at)).filter(path__isnull=False).order_by("path")
    for unit in units[:5]:
        if holders(Duty.REGISTER, unit.path or "", at=at):
            return unit
    return units[:1].get()


@dataclass(frozen=True)
class Told:
    """What the one who has the code is told besides messages: her own wish, and the last days of what runs."""

    wants: str
    last_days: dict[str, date]


def told_of(case: Case) -> Told:
    with net.asking(net.of_writer(case.principal_id)):
        running = case.clocks.filter(stopped_at__isnull=True, paused_on__isnull=True, due_on__isnull=False)
        days = {code: day for code, day in running.values_list("code", "due_on") if day}
        return Told(case.complainant.wants if case.is_voice else "", days)


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
