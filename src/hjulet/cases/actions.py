"""Verbs on cases. `perform` is the only code that writes a case's state, handler, track or due date."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import BooleanField, CharField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases import clocks
from hjulet.cases.choices import Answer, CaseKind, MessageKind, State
from hjulet.cases.dossier import Dossier, may_take
from hjulet.cases.handlers import possible_handlers
from hjulet.cases.models import Case, CaseFile, Cause, CauseMeasure, Clock, ExpertRule, Message, Note
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import searchable, with_more, words_of
from hjulet.cases.triage import ASKED_BY, proposed_for
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale, Step
from hjulet.core.net import let_through
from hjulet.core.prepared import Given, Prepared
from hjulet.files.models import StoredFile
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Person, ReceivingRule, Unit
from hjulet.org.reach import Holders, actor_for, holders

WITHOUT_NAME = gettext_lazy("Den som rapporterade utan namn")
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
    acute: bool = False
    person_ref: str = ""
    protected_identity: bool = False
    submission_key: uuid.UUID = field(default_factory=uuid.uuid4)
    files: tuple[StoredFile, ...] = ()
    code_digest: str | None = None


def receiving_duty(principal_id: int, track: str, misconduct: bool) -> str:
    """Who receives a report first: the principal's own rule, else the unit's receiver."""
    rule = next(iter(RULE(principal=principal_id, track=track, misconduct=misconduct)), None)
    return rule.duty if rule else Duty.RECEIVE


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
        with transaction.atomic():
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
        **_due_days(started),
        ref_year=local_date(at).year,
        submission_key=told.submission_key,
        kind=CaseKind.DEVIATION,
        receiving_duty=receiving_duty(told.unit.principal_id, track, told.suspects_misconduct),
        reporter_id=actor.person_id if actor else None,
        reporter_title=actor.title if actor else "",
        code_digest=told.code_digest,
        title=title,
        description=told.description,
        immediate_action=told.immediate_action,
        reported_harm=told.reported_harm,
        guessed_track=track,
        suspects_misconduct=told.suspects_misconduct,
        acute=told.acute,
        person_ref=told.person_ref,
        protected_identity=told.protected_identity,
        occurred_at=told.occurred_at,
        occurred_time_known=told.occurred_time_known,
        reported_at=at,
        search_text=searchable(title, told.description, told.immediate_action),
    )
    clocks.keep(case, started)
    for file in told.files:
        CaseFile.objects.create(case=case, file=file, from_reporter=True, added_at=at)
    _event(
        "case.reported",
        case,
        actor,
        at,
        {"description": told.description, "immediate_action": told.immediate_action},
    )
    follow(None, facts_of(case))
    _tell_receivers(case, at)
    return case


def first_words(text: str, most: int = 70) -> str:
    """A working title: the first sentence, cut at a word."""
    line = text.strip().splitlines()[0].split(". ")[0].rstrip(".")
    if len(line) <= most:
        return line
    return line[:most].rsplit(" ", 1)[0] + " …"


def _tell_receivers(case: Case, at: datetime) -> None:
    known = Holders(case.unit.path or "", (case.receiving_duty, Duty.MANAGE_ORGANISATION, Duty.ON_CALL), at=at)
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


def perform(
    case: Case,
    step_name: str,
    *,
    actor: Actor,
    at: datetime,
    version: int | None = None,
    data: dict[str, Any] | None = None,
) -> Case:
    """Takes one step. Locks the row, checks state, duty, version and guards; writes; adds the event; tells.

    Raises Stale when someone else changed the case since `version`, Refused with the reason otherwise.
    """
    with transaction.atomic():
        locked = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
        dossier = Dossier.of(locked)
        step = dossier.flow.step(step_name)
        _may(dossier, step, actor, version)
        return _write_step(dossier, step, dict(data or {}), actor, at)


def _may(dossier: Dossier, step: Step, actor: Actor, version: int | None) -> None:
    case = dossier.case
    if version is not None and case.version != version:
        raise Stale(_("Någon annan hann ändra ärendet. Din text finns kvar här nedanför."))
    if case.state not in step.frm:
        raise Refused(
            _("Steget går inte att ta nu, ärendet är i läget %(state)s.") % {"state": case.get_state_display()}
        )
    if step.name != "effect-failed" and not may_take(case, step, actor):
        raise Refused(_("Du har inte det uppdrag som krävs för steget."))
    if step.name == "assess" and case.reporter_id == actor.person_id and case.suspects_misconduct:
        raise Refused(_("Du rapporterade händelsen och kan därför inte bedöma den."))
    missing = dossier.missing(step)
    if missing:
        raise Refused(" ".join(m.reason for m in missing))


def _write_step(dossier: Dossier, step: Step, data: dict[str, Any], actor: Actor, at: datetime) -> Case:
    case = dossier.case
    before = facts_of(case)
    old = {name: getattr(case, name) for name in WRITTEN}
    extra = EFFECTS.get(step.name, _nothing)(dossier, data, actor, at)
    if step.to is not None:
        case.state = step.to
    clocks.stop(dossier.clocks, step.stops, at=at)
    dossier.clocks += clocks.start(case, step.starts, at=at)
    due = clocks.next_due(dossier.clocks)
    case.due_on = due.due_on if due else None
    case.version += 1
    case.save(update_fields=[*WRITTEN, "version"])
    changed = {name: [old[name], getattr(case, name)] for name in WRITTEN if old[name] != getattr(case, name)}
    _event(f"case.{step.name}", case, actor, at, {**changed, **extra})
    follow(before, facts_of(case))
    return case


WRITTEN = (
    "state",
    "track",
    "track_set_at",
    "kind",
    "handler_id",
    "due_on",
    "event_kind",
    "category_id",
    "harm",
    "severity",
    "likelihood",
    "misconduct",
    "care_injury",
    "set_aside",
    "process_step",
    "title",
    "lesson",
    "received_at",
    "feedback_at",
    "closed_at",
    "search_text",
    "linked_ids",
)


def _nothing(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return {}


def _receive(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.received_at = at
    dossier.case.handler_id = actor.person_id
    _tell_reporter(dossier.case, "case.feedback", at)
    return {}


def _assess(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Sets what the event is. Several laws become linked cases, with the wall between."""
    case = dossier.case
    tracks = list(data.pop("tracks"))
    case.track, case.track_set_at = tracks[0], case.track_set_at or at
    for name in (
        "event_kind",
        "category_id",
        "harm",
        "severity",
        "likelihood",
        "misconduct",
        "care_injury",
        "set_aside",
        "title",
    ):
        if name in data:
            setattr(case, name, data[name])
    proposals = [row.proposal for row in proposed_for(case)]
    if all(getattr(case, ASKED_BY[proposal]) == Answer.YES for proposal in proposals if proposal in ASKED_BY):
        case.set_aside = None  # all that the words spoke for is tried after all
    case.search_text = words_of(case, dossier.notes, dossier.causes)
    others = [_split(case, track, actor, at) for track in tracks[1:]]
    case.linked_ids = [*case.linked_ids, *others]
    return {"proposed": [str(proposal) for proposal in proposals]}


def _split(case: Case, track: str, actor: Actor, at: datetime) -> int:
    """The same event under another law: an own case with the reporter's words, its own handler and its own clock."""
    started = clocks.planned(case.principal_id, ("deviation.investigate", clocks.FEEDBACK), at=at)
    days = _due_days(started)
    copy = Case.objects.create(
        principal_id=case.principal_id,
        unit=case.unit,
        ref_year=case.ref_year,
        submission_key=uuid.uuid4(),
        kind=case.kind,
        state=State.ASSESSED,
        track=track,
        track_set_at=at,
        receiving_duty=case.receiving_duty,
        reporter_id=case.reporter_id,
        reporter_title=case.reporter_title,
        title=case.title,
        description=case.description,
        immediate_action=case.immediate_action,
        reported_harm=case.reported_harm,
        guessed_track=case.guessed_track,
        suspects_misconduct=case.suspects_misconduct,
        person_ref=case.person_ref,
        protected_identity=case.protected_identity,
        occurred_at=case.occurred_at,
        occurred_time_known=case.occurred_time_known,
        reported_at=case.reported_at,
        due_on=days["due_on"],
        feedback_due_on=case.feedback_due_on or days["feedback_due_on"],
        received_at=case.received_at,
        event_kind=case.event_kind,
        harm=case.harm,
        severity=case.severity,
        likelihood=case.likelihood,
        misconduct=case.misconduct,
        care_injury=case.care_injury,
        set_aside=case.set_aside,
        handler_id=actor.person_id if actor.holds_at(Duty.HANDLE, case.unit.path or "", track) else None,
        search_text=searchable(case.title, case.description, case.immediate_action),
        linked_ids=[case.pk],
    )
    clocks.keep(copy, started)
    _event("case.split", copy, actor, at, {"description": copy.description})
    follow(None, facts_of(copy))
    receivers = holders(Duty.HANDLE, case.unit.path or "", at=at, track=track)[:1]
    tell(people=receivers, kind="case.assigned", link=copy.get_absolute_url(), at=at, ref=copy.ref)
    return copy.pk


def _investigate(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return _assign(dossier, {"handler": data.get("handler")}, actor, at) if data.get("handler") else {}


def _assign(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    case, person = dossier.case, data["handler"]
    if person.pk == case.reporter_id and case.suspects_misconduct:
        raise Refused(_("Den som rapporterade händelsen kan inte utreda den."))
    _may_handle(case, person, actor, at)
    case.handler_id = person.pk
    if person.pk != actor.person_id:
        tell(people=[person], kind="case.assigned", link=case.get_absolute_url(), at=at, ref=case.ref)
    return {"handler": person.name}


def _may_handle(case: Case, person: Person, actor: Actor, at: datetime) -> None:
    """One of the possible handlers, on the right side of the wall; a provider's people only their provider's cases."""
    their = actor_for(person, at=at)
    handled = [grant for grant in their.reach(Duty.HANDLE) if grant.covers(case.unit.path or "")]
    if not possible_handlers(case, actor, at).filter(pk=person.pk).exists():
        raise Refused(_("Personen kan inte handlägga ärenden. Välj någon som arbetar i verksamheten."))
    if case.track_set_at and handled and not any(case.track in grant.tracks for grant in handled):
        raise Refused(_("Personen arbetar med en annan lag. Där emellan finns en vägg."))
    if not their.sees(case.unit.path):
        raise Refused(_("Personen arbetar hos en utförare och kan bara handlägga utförarens egna ärenden."))


def _decide(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return _message(dossier.case, MessageKind.DECISION, data["message"], actor, at)


def _close(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = at
    dossier.case.lesson = data.get("lesson", "")
    return _message(dossier.case, MessageKind.CLOSING, data["message"], actor, at)


def _end_with_reason(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = at
    _tell_reporter(dossier.case, "case.closed_for_reporter", at)
    return {name: data[name] for name in ("reason", "recipient", "secrecy") if data.get(name)}


def _pause(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return {"paused": clocks.pause(dossier.clocks, reason=data["reason"], at=at), "reason": data["reason"]}


def _resume(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return {"resumed": clocks.resume(dossier.clocks, at=at), "reason": data.get("reason", "")}


def _reopen(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = None
    return {"reason": data["reason"]}


def _effect_failed(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    measure: Measure = data["measure"]
    cause = _new_cause(dossier.case, data["area"], data["cause"], at)
    dossier.case.search_text = with_more(dossier.case.search_text, cause.text)
    CauseMeasure.objects.create(cause=cause, measure=measure)
    return {"cause": cause.text, "measure": measure.title}


EFFECTS = {
    "receive": _receive,
    "assess": _assess,
    "reclassify": _assess,
    "investigate": _investigate,
    "assign": _assign,
    "decide": _decide,
    "close": _close,
    "annul": _end_with_reason,
    "hand-over": _end_with_reason,
    "pause": _pause,
    "resume": _resume,
    "reopen": _reopen,
    "effect-failed": _effect_failed,
}


def add_note(case: Case, *, kind: str, noted_on: Any, source: str, text: str, actor: Actor, at: datetime) -> Note:
    """Adds a note. Notes are never changed: a correction is a new note."""
    with transaction.atomic():
        locked = _lock_for_work(case, actor)
        if noted_on > local_date(at):
            raise Refused(_("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        note = Note.objects.create(
            case=locked,
            kind=kind,
            noted_on=noted_on,
            source=source,
            text=text,
            author_id=actor.person_id,
            author_name=actor.name,
            author_title=actor.title,
            created_at=at,
        )
        _found_by(locked, text, source)
        _event("case.note", locked, actor, at, {"kind": kind, "source": source, "text": text})
    return note


def add_cause(case: Case, *, area: str, text: str, actor: Actor, at: datetime) -> Cause:
    with transaction.atomic():
        locked = _lock_for_work(case, actor)
        cause = _new_cause(locked, area, text, at)
        _found_by(locked, text)
        _event("case.cause", locked, actor, at, {"area": area, "text": text})
    return cause


def _found_by(case: Case, *texts: str) -> None:
    """The words of what was added: the case is found by them too."""
    case.search_text = with_more(case.search_text, *texts)
    case.save(update_fields=["search_text"])


def _new_cause(case: Case, area: str, text: str, at: datetime) -> Cause:
    return Cause.objects.create(case=case, number=case.causes.count() + 1, area=area, text=text, created_at=at)


def give_no_measure_reason(cause: Cause, *, reason: str, actor: Actor, at: datetime) -> None:
    """ACT-3: a cause without a measure needs a reason."""
    with transaction.atomic():
        locked = _lock_for_work(cause.case, actor)
        old, cause.no_measure_reason = cause.no_measure_reason, reason
        cause.save(update_fields=["no_measure_reason"])
        _event("case.no-measure", locked, actor, at, {"cause": cause.text, "reason": [old, reason]})


def link_measure(cause: Cause, measure: Measure, *, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = _lock_for_work(cause.case, actor)
        CauseMeasure.objects.create(cause=cause, measure=measure)
        _event("case.measure", locked, actor, at, {"cause": cause.text, "measure": measure.title})


def tell_person_informed(case: Case, *, informed: str, informed_on: Any, note: str, actor: Actor, at: datetime) -> None:
    """Whether the person concerned has been told, or why not (NEW-8)."""
    with transaction.atomic():
        locked = _lock_for_work(case, actor)
        new = {"informed": informed, "informed_on": informed_on, "informed_note": note}
        changed = {name: [getattr(locked, name), value] for name, value in new.items()}
        for name, value in new.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save(update_fields=[*new, "version"])
        _event("case.informed", locked, actor, at, changed)


def ask_reporter(case: Case, *, text: str, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = _lock_for_work(case, actor)
        values = _message(locked, MessageKind.QUESTION, text, actor, at, notice="case.question")
        _event("case.question", locked, actor, at, values)


def reply(case: Case, *, text: str, actor: Actor, at: datetime) -> None:
    """The reporter answers from her own page."""
    with transaction.atomic():
        locked = Case.objects.reported_by(actor).select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
        _add_reply(locked, text, actor, at)


def reply_without_name(case: Case, *, text: str, at: datetime) -> None:
    """The one who has the code answers (cases.unnamed). Raises Refused when the case has ended."""
    with transaction.atomic():
        rows = Case.objects.unscoped(reason="whoever has the code").filter(code_digest__isnull=False)
        locked = rows.select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
        if not locked.is_open:
            raise Refused(_("Ärendet är avslutat. Har det hänt något nytt, skriv en ny rapport."))
        newest = locked.messages.order_by("-id").first()
        if newest is None or (newest.kind, newest.text) != (MessageKind.REPLY, text):  # a page that was sent again
            _add_reply(locked, text, None, at)


def _add_reply(case: Case, text: str, actor: Actor | None, at: datetime) -> None:
    name = actor.name if actor else str(WITHOUT_NAME)
    Message.objects.create(case=case, kind=MessageKind.REPLY, text=text, author_name=name, created_at=at)
    _event("case.reply", case, actor, at, {"text": text})
    receivers = [case.handler] if case.handler else holders(case.receiving_duty, case.unit.path or "", at=at)[:1]
    tell(people=receivers, kind="case.reply", link=case.get_absolute_url(), at=at, ref=case.ref)


def add_file(case: Case, file: StoredFile, *, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = _lock_for_work(case, actor)
        CaseFile.objects.create(case=locked, file=file, added_at=at)
        _event("case.file", locked, actor, at, {"name": file.name, "sha256": file.sha256})


def may_work(case: Case, actor: Actor) -> bool:
    """Whether the actor may write in the case, not only read it."""
    if not case.is_open:
        return False
    if case.handler_id == actor.person_id:
        return True
    path = case.unit.path or ""
    if not case.track_set_at:
        return actor.holds_at(case.receiving_duty, path)
    return actor.holds_at(Duty.HANDLE, path, case.track)


def asks_for_expert(case: Case, rule: ExpertRule | None = None) -> bool:
    """Whether someone with more knowledge should look, by the rule of the day the case came in."""
    if Answer.YES in {case.misconduct, case.care_injury}:
        return True
    if not case.severity:
        return False
    rule = rule or ExpertRule.of(case.principal_id, case.reported_on)
    return rule.asks(case.severity, case.likelihood)


def _lock_for_work(case: Case, actor: Actor) -> Case:
    locked = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    if not may_work(locked, actor):
        raise Refused(_("Ärendet är avslutat, eller så handlägger du det inte."))
    return locked


def _message(case: Case, kind: str, text: str, actor: Actor, at: datetime, notice: str = "") -> dict[str, Any]:
    if not case.answerable:
        return {"text": text}
    Message.objects.create(case=case, kind=kind, text=text, author_name=f"{actor.name}, {actor.title}", created_at=at)
    if kind in {MessageKind.DECISION, MessageKind.CLOSING} and case.feedback_at is None:
        case.feedback_at = at
    closing = kind == MessageKind.CLOSING
    _tell_reporter(case, notice or ("case.closed_for_reporter" if closing else "case.feedback"), at)
    return {"text": text}


def _tell_reporter(case: Case, kind: str, at: datetime) -> None:
    if case.reporter_id:
        people = Person.objects.filter(pk=case.reporter_id, is_active=True)
        tell(people=people, kind=kind, link=f"/rapportera/mina/{case.ref}/", at=at, ref=case.ref)


def _due_days(started: list[Clock]) -> dict[str, Any]:
    """The days of a new case, out of the clocks that start with it."""
    due = clocks.next_due(started)
    answer = next((clock.due_on for clock in started if clock.code == clocks.FEEDBACK), None)
    return {"due_on": due.due_on if due else None, "feedback_due_on": answer}


def _event(verb: str, case: Case, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    record(
        verb,
        actor=actor,
        at=at,
        about=("case", case.pk),
        principal_id=case.principal_id,
        unit_id=case.unit_id,
        values=values,
    )


def effect_failed(measure: Measure, *, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    """A measure of a case had no effect: the case goes back to measures with the new cause.

    The measure's owner may do this without seeing the case, hence the step is taken on the case's own behalf.
    """
    case = _of_measure(measure)
    if case is None or case.state not in {State.MEASURES, State.FOLLOW_UP}:
        return
    data = {"measure": measure, "cause": new_cause, "area": area}
    with let_through():
        dossier = Dossier.of(case)
        _write_step(dossier, dossier.flow.step("effect-failed"), data, actor, at)
    if case.handler and case.handler_id != actor.person_id:
        tell(
            people=[case.handler],
            kind="measure.effect_failed",
            link=case.get_absolute_url(),
            at=at,
            ref=case.ref,
        )


def note_measure_change(measure: Measure, *, actor: Actor, at: datetime) -> None:
    """A measure was done, assessed or cancelled: the case's story says so."""
    case = _of_measure(measure)
    if case is not None:
        _event("case.measure-changed", case, actor, at, {"measure": measure.title, "state": measure.state})


def _of_measure(measure: Measure) -> Case | None:
    if measure.source_id is None:
        return None
    found: Case | None = (
        Case.objects.unscoped(reason="a measure's own case follows it")
        .filter(pk=measure.source_id)
        .select_for_update(of=("self",))
        .select_related("unit", "handler")
        .first()
    )
    return found
