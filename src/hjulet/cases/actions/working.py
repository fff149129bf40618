"""What one adds to a case while it is worked with: notes, causes, measures, questions, files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hjulet.cases import clocks
from hjulet.cases.actions.telling import event, say, write_entry
from hjulet.cases.choices import Answer, CaseKind, MessageKind, State
from hjulet.cases.diarying import enter_arrived
from hjulet.cases.dossier import OWN_STAGE, WORKS, Dossier, stage_code
from hjulet.cases.entries import Entry, following, local_entry
from hjulet.cases.models import EXPERT_RULE, Case, CaseFile, Cause, CauseMeasure, ExpertRule, Message, Note
from hjulet.cases.search import with_more
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.net import let_through
from hjulet.files.models import StoredFile
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty
from hjulet.org.reach import holders

WITHOUT_NAME = gettext_lazy("Den som rapporterade utan namn")
WHO_WROTE = gettext_lazy("Den som skrev")


def add_note(
    case: Case,
    *,
    kind: str,
    noted_on: Any,
    source: str,
    text: str,
    point: str | None = None,
    actor: Actor,
    at: datetime,
) -> Note:
    """Adds a note. Notes are never changed: a correction is a new note. `point`: what the record must tell."""
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        if noted_on > local_date(at):
            raise Refused(_("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        note = Note.objects.create(
            case=locked,
            kind=kind,
            noted_on=noted_on,
            source=source,
            text=text,
            point=point or None,
            author_id=actor.person_id,
            author_name=actor.name,
            author_title=actor.title,
            created_at=at,
            **locked.wall_now,
        )
        found_by(locked, text, source)
        event("case.note", locked, actor, at, {"kind": kind, "source": source, "text": text})
    return note


def enter(case: Case, code: str, *, data: dict[str, Any], actor: Actor, at: datetime) -> Note:
    """Writes an entry that the procedure asks for, and starts or stops its clocks. `data` is what its form gives.

    Raises Refused when the case does not ask for it, or not of this person.
    """
    with transaction.atomic():
        rows = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit")
        dossier = Dossier.of(rows.get(pk=case.pk), actor)
        entry = entry_of(dossier, code)
        if entry is None or not may_enter(entry, dossier.case, actor):
            raise Refused(_("Det här kan du inte fylla i nu."))
        return _enter(dossier, entry, data, actor, at)


IN_PART = ("protection", "board-informed")  # what the unit's manager sees to, also where she does not see the case


def enter_in_part(case: Case, code: str, *, data: dict[str, Any], actor: Actor, at: datetime) -> Note:
    """The same for the manager of the unit, who protects the person without reading the case (SoL 27 kap. 5 §)."""
    with transaction.atomic():
        rows = Case.objects.in_part(actor).select_for_update(of=("self",)).select_related("unit")
        locked = rows.get(pk=case.pk)
        with let_through():
            dossier = Dossier.of(locked)
            entry = entry_of(dossier, code)
            if entry is None or code not in IN_PART or not locked.is_open:
                raise Refused(_("Det här kan du inte fylla i nu."))
            return _enter(dossier, entry, data, actor, at)


def _enter(dossier: Dossier, entry: Entry, data: dict[str, Any], actor: Actor, at: datetime) -> Note:
    case = dossier.case
    note = write_entry(case, entry, data, actor, at)
    enter_arrived(case, entry, actor=actor, at=at)
    _mind_clocks(dossier, entry, data, at)
    told = {"answer": note.answer or "", **(note.details or {})}
    if entry.code.startswith(OWN_STAGE):  # its name is the principal's own, so the verb is one for all
        event("case.own-stage", case, actor, at, {"stage": str(entry.label), **told})
    else:
        event(f"case.entry-{entry.code}"[:60], case, actor, at, told)
    case.version += 1
    case.save(update_fields=["due_on", "version"])
    return note


def _mind_clocks(dossier: Dossier, entry: Entry, data: dict[str, Any], at: datetime) -> None:
    case = dossier.case
    running = {clock.code for clock in dossier.running}
    if entry.starts and (data.get("answer") or "") == entry.first:
        codes = tuple(code for code in entry.starts if code not in running)
        dossier.clocks += clocks.start(case, codes, at=at, counted_on=data.get("day"))
    elif entry.starts:
        later = [code for one in following(entry.code) for code in one.stops]
        clocks.stop(dossier.clocks, [*entry.starts, *later], at=at)
    clocks.stop(dossier.clocks, entry.stops, at=at)
    due = clocks.next_due(dossier.clocks)
    case.due_on = due.due_on if due else None


def entry_of(dossier: Dossier, code: str) -> Entry | None:
    """The entry with this code, if the case asks for it now: out of the table, or one of the principal's own stages."""
    for stage in dossier.stages:
        if stage_code(stage) == code:
            return local_entry(stage, dossier.case)
    return next((entry for entry in dossier.asked if entry.code == code), None)


def may_enter(entry: Entry, case: Case, actor: Actor) -> bool:
    if not case.is_open:
        return entry.code == "ivo-decision" and may_read_and_write(entry, case, actor)
    if entry.for_handler:
        return case.handler_id == actor.person_id
    return case.handler_id == actor.person_id or may_read_and_write(entry, case, actor)


def may_read_and_write(entry: Entry, case: Case, actor: Actor) -> bool:
    path = case.unit.path or ""
    duties = entry.by - {Duty.HANDLE} if case.is_lex else entry.by
    if case.is_lex and case.about_manager and entry.code in IN_PART:
        duties |= {Duty.READ_LEX}  # her manager protects the person in her stead
    return any(actor.holds_at(duty, path, case.track if case.track_set_at else None) for duty in duties)


def add_cause(case: Case, *, area: str, text: str, actor: Actor, at: datetime) -> Cause:
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        cause = new_cause(locked, area, text, at)
        found_by(locked, text)
        event("case.cause", locked, actor, at, {"area": area, "text": text})
    return cause


def found_by(case: Case, *texts: str) -> None:
    """The words of what was added: the case is found by them too."""
    case.search_text = with_more(case.search_text, *texts)
    case.save(update_fields=["search_text"])


def new_cause(case: Case, area: str, text: str, at: datetime) -> Cause:
    with let_through():  # also those behind the wall have a number
        number = case.causes.count() + 1
    return Cause.objects.create(case=case, number=number, area=area, text=text, created_at=at, **case.wall_now)


def give_no_measure_reason(cause: Cause, *, reason: str, actor: Actor, at: datetime) -> None:
    """ACT-3: a cause without a measure needs a reason."""
    with transaction.atomic():
        locked = lock_for_work(cause.case, actor)
        old, cause.no_measure_reason = cause.no_measure_reason, reason
        cause.save(update_fields=["no_measure_reason"])
        event("case.no-measure", locked, actor, at, {"cause": cause.text, "reason": [old, reason]})


def link_measure(cause: Cause, measure: Measure, *, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = lock_for_work(cause.case, actor)
        if locked.is_restricted:  # a measure is read by more than the case is
            raise Refused(_("Ett sådant ärende har inga åtgärder, eftersom fler får läsa dem. Skriv en anteckning."))
        CauseMeasure.objects.create(cause=cause, measure=measure)
        event("case.measure", locked, actor, at, {"cause": cause.text, "measure": measure.title})


def tell_person_informed(case: Case, *, informed: str, informed_on: Any, note: str, actor: Actor, at: datetime) -> None:
    """Whether the person concerned has been told, or why not (NEW-8)."""
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        new = {"informed": informed, "informed_on": informed_on, "informed_note": note}
        changed = {name: [getattr(locked, name), value] for name, value in new.items()}
        for name, value in new.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save(update_fields=[*new, "version"])
        event("case.informed", locked, actor, at, changed)


def ask_reporter(case: Case, *, text: str, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        values = say(locked, MessageKind.QUESTION, text, actor, at, notice="case.question")
        event("case.question", locked, actor, at, values)


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
    name = actor.name if actor else str(WHO_WROTE if case.is_voice else WITHOUT_NAME)
    told = {"text": text, "author_name": name, "created_at": at}
    Message.objects.create(case=case, kind=MessageKind.REPLY, **told, **case.wall_now)
    event("case.reply", case, actor, at, {"text": text})
    receivers = [case.handler] if case.handler else holders(case.receiving_duty, case.unit.path or "", at=at)[:1]
    tell(people=receivers, kind="case.reply", link=case.get_absolute_url(), at=at, ref=case.ref)


def add_file(case: Case, file: StoredFile, *, actor: Actor, at: datetime) -> None:
    with transaction.atomic():
        locked = lock_for_work(case, actor)
        CaseFile.objects.create(case=locked, file=file, added_at=at, **locked.wall_now)
        event("case.file", locked, actor, at, {"name": file.name, "sha256": file.sha256})


def may_write_lesson(case: Case, actor: Actor) -> bool:
    """Whoever handled a closed case, or works with such cases there. Never when someone's identity is protected."""
    if case.state != State.CLOSED or case.protected_identity or case.is_restricted:
        return False
    path = case.unit.path or ""
    return case.handler_id == actor.person_id or actor.holds_at(WORKS[CaseKind(case.kind)], path, case.track)


def note_lesson(case: Case, *, actor: Actor, at: datetime) -> None:
    """The case remembers that a lesson was written from it. The lesson itself holds no way back."""
    event("case.lesson", case, actor, at, {})


def may_work(case: Case, actor: Actor) -> bool:
    """Whether the actor may write in the case, not only read it."""
    if not case.is_open:
        return False
    if case.handler_id == actor.person_id:
        return True
    path = case.unit.path or ""
    if not case.track_set_at:
        return actor.holds_at(case.receiving_duty, path)
    return actor.holds_at(WORKS[CaseKind(case.kind)], path, case.track)


def asks_for_expert(case: Case, rule: ExpertRule | None = None) -> bool:
    """Whether someone with more knowledge should look, by the rule of the day the case came in."""
    if Answer.YES in {case.misconduct, case.care_injury}:
        return True
    if not case.severity:
        return False
    rule = rule or EXPERT_RULE(case.principal_id, case.reported_on)
    return rule.asks(case.severity, case.likelihood)


def lock_for_work(case: Case, actor: Actor) -> Case:
    locked = Case.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit").get(pk=case.pk)
    if not may_work(locked, actor):
        raise Refused(_("Ärendet är avslutat, eller så handlägger du det inte."))
    return locked
