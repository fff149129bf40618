"""Taking in: a report becomes a case, and the same event under another law a case of its own."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, CharField
from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions.telling import event
from hjulet.cases.choices import CaseKind, State
from hjulet.cases.codes import derived
from hjulet.cases.models import Case, CaseFile, Clock
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import searchable
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.kept import Kept, reading
from hjulet.core.prepared import Given, Prepared
from hjulet.files.models import StoredFile
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty, Track
from hjulet.org.models import ReceivingRule, Unit
from hjulet.org.reach import Holders, holders
from hjulet.processes.activities import activity_on
from hjulet.processes.models import Element

MOST_TOLD = 5  # the nearest receivers get the notice; those further up see the case in their list


@dataclass(frozen=True, kw_only=True)
class Report:
    """What a reporter tells. Times are aware; texts are kept to the letter."""

    unit: Unit
    description: str
    immediate_action: str = ""
    title: str = ""
    occurred_at: datetime | None = None
    occurred_time_known: bool = True
    reported_harm: str = "unknown"
    guessed_track: str = Track.UNSURE
    suspects_misconduct: bool = False
    about_manager: bool = False
    acute: bool = False
    person_ref: str = ""
    protected_identity: bool = False
    submission_key: uuid.UUID = field(default_factory=uuid.uuid4)
    files: tuple[StoredFile, ...] = ()
    code_digest: str | None = None
    process_step: str = ""


def receiving_duty(principal_id: int, track: str, misconduct: bool, about_manager: bool = False) -> str:
    """Who receives a report first: the principal's own rule, else the unit's receiver. What may be about the manager
    goes past her.
    """
    if about_manager:
        return Duty.RECEIVE_MISCONDUCT
    return RECEIVED_BY(principal_id, track, misconduct) or Duty.RECEIVE


def _received_by(principal_id: int, track: str, misconduct: bool) -> str:
    return next((rule.duty for rule in RULE(principal=principal_id, track=track, misconduct=misconduct)), "")


RECEIVED_BY = Kept(_received_by)
RULE = Prepared(
    lambda: ReceivingRule.objects.filter(
        principal_id=Given("principal"),
        track=Given("track", CharField()),
        misconduct=Given("misconduct", BooleanField()),
    )
)


def report(told: Report, *, actor: Actor | None, at: datetime) -> Case:
    """Takes in a report and tells the receiver. The same submission key twice gives the first case back. Without an
    actor nobody says who it was (cases.unnamed).

    Raises Refused when the event lies in the future, or the unit is not one to report to.
    """
    try:
        _check_report(told, actor, at)
        with reading(), transaction.atomic():
            return _take_in(told, actor, at)
    except (IntegrityError, Refused):
        earlier: Case | None = None
        if actor:
            earlier = Case.objects.reported_by(actor).filter(submission_key=told.submission_key).first()
        if earlier is None:
            raise
        return earlier


def _check_report(told: Report, actor: Actor | None, at: datetime) -> None:
    if told.occurred_at and told.occurred_at > at:
        raise Refused(_("Tiden ligger i framtiden. Välj i dag eller tidigare."))
    ended = told.unit.valid_to is not None and told.unit.valid_to < local_date(at)
    mine = actor is None or (told.unit.principal_id == actor.principal_id and actor.sees(told.unit.path))
    if not mine or ended:
        raise Refused(_("Enheten finns inte längre. Välj en annan plats."))
    if not told.description.strip():
        raise Refused(_("Skriv vad som hände. En mening räcker."))


def _take_in(told: Report, actor: Actor | None, at: datetime) -> Case:
    track = told.guessed_track if told.guessed_track in Track.values else Track.UNSURE
    title = told.title.strip() or first_words(told.description)
    started = clocks.planned(told.unit.principal_id, ("deviation.receive", clocks.FEEDBACK), at=at)
    case = Case.objects.create(
        principal_id=told.unit.principal_id,
        unit=told.unit,
        **due_days(started),
        ref_year=local_date(at).year,
        submission_key=told.submission_key,
        kind=CaseKind.DEVIATION,
        receiving_duty=receiving_duty(told.unit.principal_id, track, told.suspects_misconduct, told.about_manager),
        reporter_id=actor.person_id if actor else None,
        reporter_title=actor.title if actor else "",
        code_digest=told.code_digest,
        title=title,
        description=told.description,
        immediate_action=told.immediate_action,
        reported_harm=told.reported_harm,
        guessed_track=track,
        suspects_misconduct=told.suspects_misconduct,
        about_manager=told.about_manager or None,
        acute=told.acute,
        person_ref=told.person_ref,
        protected_identity=told.protected_identity,
        occurred_at=told.occurred_at,
        occurred_time_known=told.occurred_time_known,
        reported_at=at,
        search_text=searchable(title, told.description, told.immediate_action),
        activity=step_of(told, actor, at),
    )
    clocks.keep(case, started)
    for file in told.files:
        CaseFile.objects.create(case=case, file=file, from_reporter=True, added_at=at)
    event(
        "case.reported",
        case,
        actor,
        at,
        {"description": told.description, "immediate_action": told.immediate_action},
    )
    follow(None, facts_of(case))
    tell_receivers(case, at)
    return case


def step_of(told: Report, actor: Actor | None, at: datetime) -> Element | None:
    """The step that the report was begun from. One that is gone since is left out: the report comes first."""
    if not told.process_step or actor is None:
        return None
    return activity_on(told.process_step, actor=actor, on=local_date(told.occurred_at or at))


def first_words(text: str, most: int = 70) -> str:
    """A working title: the first sentence, cut at a word."""
    line = text.strip().splitlines()[0].split(". ")[0].rstrip(".")
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0] + " …"


def tell_receivers(case: Case, at: datetime) -> None:
    known = Holders(case.unit.path or "", at=at)
    receivers = known.of(case.receiving_duty)
    nearest = receivers[:MOST_TOLD]
    tell(people=nearest, kind="case.reported", link=case.get_absolute_url(), at=at, ref=case.ref)
    if not receivers:
        keepers = known.of(Duty.MANAGE_ORGANISATION)
        tell(people=keepers, kind="case.no_receiver", link=f"/organisation/enhet/{case.unit.code}/", at=at, urgent=True)
    if case.acute:
        on_call = known.of(Duty.ON_CALL)
        tell(
            people=on_call or nearest,
            kind="case.acute",
            link=case.get_absolute_url(),
            at=at,
            urgent=True,
            ref=case.ref,
        )


def split(case: Case, track: str, actor: Actor, at: datetime) -> Case:
    """The same event under another law: an own case with the reporter's words, its own handler and its own clock."""
    path = case.unit.path or ""
    return open_case(
        case,
        kind=case.kind,
        track=track,
        state=State.ASSESSED,
        receiving_duty=case.receiving_duty,
        handler_id=actor.person_id if actor.holds_at(Duty.HANDLE, path, track) else None,
        clock_codes=("deviation.investigate", clocks.FEEDBACK),
        actor=actor,
        at=at,
    )


def tell_who_handles(copy: Case, at: datetime) -> None:
    """Tells the nearest handler of a case that has been split off, once it is known that it stays a deviation: of one
    that is tried as lex Sarah or lex Maria only those who see it are told.
    """
    receivers = holders(Duty.HANDLE, copy.unit.path or "", at=at, track=copy.track)[:1]
    tell(people=receivers, kind="case.assigned", link=copy.get_absolute_url(), at=at, ref=copy.ref)


def open_case(
    case: Case,
    *,
    kind: str,
    track: str,
    state: str,
    receiving_duty: str,
    handler_id: int | None,
    clock_codes: tuple[str, ...],
    actor: Actor,
    at: datetime,
    reporter: Actor | None = None,
) -> Case:
    """A case of its own about the same event, with the same words, linked to the first one by number.

    `reporter`: whose report it is now, when it is not the first one's.
    """
    started = clocks.planned(case.principal_id, clock_codes, at=at)
    days = due_days(started)
    other = Case.objects.create(
        principal_id=case.principal_id,
        unit=case.unit,
        ref_year=case.ref_year,
        submission_key=uuid.uuid4(),
        kind=kind,
        state=state,
        track=track,
        track_set_at=at,
        receiving_duty=receiving_duty,
        reporter_id=reporter.person_id if reporter else case.reporter_id,
        reporter_title=reporter.title if reporter else case.reporter_title,
        code_digest=derived(case.code_digest, track) if case.code_digest and not reporter else None,
        source_type=case.source_type,
        title=case.title,
        description=case.description,
        immediate_action=case.immediate_action,
        reported_harm=case.reported_harm,
        guessed_track=case.guessed_track,
        suspects_misconduct=case.suspects_misconduct,
        about_manager=case.about_manager,
        person_ref=case.person_ref,
        protected_identity=case.protected_identity,
        occurred_at=case.occurred_at,
        occurred_time_known=case.occurred_time_known,
        reported_at=at if reporter else case.reported_at,
        due_on=days["due_on"],
        feedback_due_on=None if reporter else case.feedback_due_on or days["feedback_due_on"],
        received_at=case.received_at,
        event_kind=case.event_kind,
        harm=case.harm,
        severity=case.severity,
        likelihood=case.likelihood,
        misconduct=case.misconduct,
        care_injury=case.care_injury,
        set_aside=case.set_aside,
        activity_id=case.activity_id,
        handler_id=handler_id,
        search_text=searchable(case.title, case.description, case.immediate_action),
        linked_ids=[case.pk],
    )
    clocks.keep(other, started)
    event("case.split", other, actor, at, {"description": other.description})
    follow(None, facts_of(other))
    return other


ANSWERS = {clocks.FEEDBACK, "complaint.answer", "suggestion.answer"}


def due_days(started: list[Clock]) -> dict[str, Any]:
    """The days of a new case, out of the clocks that start with it."""
    due = clocks.next_due(started)
    answer = next((clock.due_on for clock in started if clock.code in ANSWERS), None)
    return {"due_on": due.due_on if due else None, "feedback_due_on": answer}
