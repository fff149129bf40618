"""Steps of a case. `perform` is the only code that writes a case's state, handler, track, kind or due date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions import lex, licensed, suggestions, voices
from hjulet.cases.actions.lex import LAWS, check_impartial
from hjulet.cases.actions.reporting import split, tell_who_handles
from hjulet.cases.actions.telling import event, say, tell_reporter
from hjulet.cases.actions.working import new_cause
from hjulet.cases.choices import Answer, CaseKind, MessageKind, State
from hjulet.cases.diarying import enter_matter
from hjulet.cases.dossier import FLOWS, Dossier, may_take
from hjulet.cases.handlers import may_handle
from hjulet.cases.models import Case, CauseMeasure
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import with_more, words_of
from hjulet.cases.triage import ASKED_BY, proposed_for
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused, Stale, Step
from hjulet.core.net import let_through
from hjulet.measures.models import Measure
from hjulet.notify.actions import tell


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
        dossier = Dossier.of(locked, actor)
        step = dossier.flow.asked_for(step_name)
        _may(dossier, step, actor, version)
        return write_step(dossier, step, dict(data or {}), actor, at)


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


def write_step(dossier: Dossier, step: Step, data: dict[str, Any], actor: Actor, at: datetime) -> Case:
    """Writes a step, and in the same write the hand-over that the assessment leads to (rulebook 2, NEW-24)."""
    case = dossier.case
    before = facts_of(case)
    _apply(dossier, step, data, actor, at)
    turn = _turn_of(case, step)
    if turn:
        _apply(dossier, FLOWS[CaseKind.DEVIATION].step(turn), {}, actor, at)
    follow(before, facts_of(case))
    for other in dossier.opened:
        if not _turn_other(other, step, actor, at):
            tell_who_handles(other, at)
    return case


def _apply(dossier: Dossier, step: Step, data: dict[str, Any], actor: Actor, at: datetime) -> None:
    case = dossier.case
    old = {name: getattr(case, name) for name in WRITTEN}
    extra = EFFECTS.get(step.name, _nothing)(dossier, data, actor, at)
    if step.to is not None:
        case.state = step.to
    if old["unit_id"] != case.unit_id:
        case.count_at_its_place()
    clocks.stop(dossier.clocks, step.stops, at=at)
    dossier.clocks += clocks.start(case, step.starts, at=at)
    if step.starts_at_event:
        dossier.clocks += clocks.start(case, step.starts_at_event, at=at, counted_on=_day_of_event(case))
    due = clocks.next_due(dossier.clocks)
    case.due_on = due.due_on if due else None
    case.version += 1
    case.save(update_fields=[*WRITTEN, "version"])
    changed = {name: [old[name], getattr(case, name)] for name in WRITTEN if old[name] != getattr(case, name)}
    event(f"case.{step.name}", case, actor, at, {**changed, **extra})


def _day_of_event(case: Case) -> date:
    return local_date(case.occurred_at or case.reported_at)


def _turn_of(case: Case, step: Step) -> str:
    """The hand-over that an assessment leads to: a yes is tried by the one appointed for it, the same day."""
    if step.name not in {"assess", "reclassify"} or case.kind != CaseKind.DEVIATION:
        return ""
    if case.misconduct == Answer.YES and case.track in LAWS[CaseKind.LEX_SARAH]:
        return "lex-sarah"
    return "lex-maria" if case.care_injury == Answer.YES and case.track in LAWS[CaseKind.LEX_MARIA] else ""


def _turn_other(other: Case, step: Step, actor: Actor, at: datetime) -> bool:
    """The same for the case of another law, which may lie out of the actor's sight; whether it was handed over."""
    turn = _turn_of(other, step)
    if not turn:
        return False
    with let_through():
        dossier = Dossier.of(other)
        clocks.stop(dossier.clocks, ("deviation.investigate",), at=at)
        before = facts_of(other)
        _apply(dossier, FLOWS[CaseKind.DEVIATION].step(turn), {}, actor, at)
        follow(before, facts_of(other))
    return True


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
    "about_manager",
    "grade",
    "ivo_reported_on",
    "diary_number",
    "receiving_duty",
    "unit_id",
    "counted_in_id",
    "activity_id",
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
    if dossier.case.is_lex:
        enter_matter(dossier.case, actor=actor, at=at)
    tell_reporter(dossier.case, "case.feedback", at)
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
    case.about_manager = data.get("about_manager") or case.about_manager
    proposals = [row.proposal for row in proposed_for(case)]
    if all(getattr(case, ASKED_BY[proposal]) == Answer.YES for proposal in proposals if proposal in ASKED_BY):
        case.set_aside = None  # all that the words spoke for is tried after all
    case.search_text = words_of(case, dossier.notes, dossier.causes)
    dossier.opened += [split(case, track, actor, at) for track in tracks[1:]]
    case.linked_ids = [*case.linked_ids, *(other.pk for other in dossier.opened)]
    return {"proposed": [str(proposal) for proposal in proposals]}


def _investigate(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return _assign(dossier, {"handler": data.get("handler")}, actor, at) if data.get("handler") else {}


def _assign(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    case, person = dossier.case, data["handler"]
    if person.pk == case.reporter_id and (case.suspects_misconduct or case.is_lex):
        raise Refused(_("Den som rapporterade händelsen kan inte utreda den."))
    if case.is_lex:
        check_impartial(case, person, at)
    licensed.check_duty(case, person, at)
    may_handle(case, person, actor, at)
    case.handler_id = person.pk
    if person.pk != actor.person_id:
        tell(people=[person], kind="case.assigned", link=case.get_absolute_url(), at=at, ref=case.ref)
    return {"handler": person.name}


def _decide(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return say(dossier.case, MessageKind.DECISION, data["message"], actor, at)


def _close(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = at
    dossier.case.lesson = data.get("lesson", "")
    return say(dossier.case, MessageKind.CLOSING, data["message"], actor, at)


def _end_with_reason(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = at
    if dossier.case.is_voice:
        voices.told_of_end(dossier.case, data, actor, at)
    tell_reporter(dossier.case, "case.closed_for_reporter", at)
    return {name: data[name] for name in ("reason", "recipient", "secrecy") if data.get(name)}


def _pause(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    paused = clocks.pause(dossier.clocks, reason=data["reason"], at=at)
    told = voices.delay(dossier, data, actor, at) if dossier.case.is_voice else {"reason": data["reason"]}
    return {"paused": paused, **told}


def _resume(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return {"resumed": clocks.resume(dossier.clocks, at=at), "reason": data.get("reason", "")}


def _reopen(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = None
    return {"reason": data["reason"]}


def _effect_failed(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    measure: Measure = data["measure"]
    cause = new_cause(dossier.case, data["area"], data["cause"], at)
    dossier.case.search_text = with_more(dossier.case.search_text, cause.text)
    CauseMeasure.objects.create(cause=cause, measure=measure)
    return {"cause": cause.text, "measure": measure.title}


EFFECTS: dict[str, Any] = {
    **lex.EFFECTS,
    **voices.EFFECTS,
    **suggestions.EFFECTS,
    **licensed.EFFECTS,
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


def effect_failed(measure: Measure, *, area: str, new_cause: str, actor: Actor, at: datetime) -> None:
    """A measure of a case had no effect: the case goes back to measures with the new cause.

    The measure's owner may do this without seeing the case, hence the step is taken on the case's own behalf.
    """
    case = _of_measure(measure)
    if case is None or case.state not in {State.MEASURES, State.FOLLOW_UP, State.FED_BACK}:
        return
    data = {"measure": measure, "cause": new_cause, "area": area}
    with let_through():
        dossier = Dossier.of(case)
        write_step(dossier, dossier.flow.step("effect-failed"), data, actor, at)
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
        event("case.measure-changed", case, actor, at, {"measure": measure.title, "state": measure.state})


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
