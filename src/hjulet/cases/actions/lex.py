"""What the steps of lex Sarah and lex Maria do (rulebook 3): hand-over both ways, inquiry, decision, IVO."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions.telling import event, say, tell_reporter, write_entry
from hjulet.cases.choices import TO_IVO, Answer, CaseKind, Grade, MessageKind, NoteKind, State
from hjulet.cases.diarying import IVO, enter_arrived, enter_document
from hjulet.cases.dossier import Dossier
from hjulet.cases.entries import BY_CODE, run_by_provider
from hjulet.cases.handlers import may_handle
from hjulet.cases.models import Case, Note
from hjulet.cases.search import words_of
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.core.models import Event
from hjulet.core.net import let_through
from hjulet.diary.choices import Direction
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty, Mandate, Track
from hjulet.org.models import Delegation, Person
from hjulet.org.reach import Holders, holders

INFORMED = "case.informed"
LAWS = {CaseKind.LEX_SARAH: (Track.SOL, Track.LSS), CaseKind.LEX_MARIA: (Track.HSL,)}


def to_lex_sarah(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.misconduct = Answer.YES
    return _to_lex(dossier, CaseKind.LEX_SARAH, data, actor, at)


def to_lex_maria(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.care_injury = Answer.YES
    return _to_lex(dossier, CaseKind.LEX_MARIA, data, actor, at)


def _to_lex(dossier: Dossier, kind: CaseKind, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Kind, law, handler, who may see it and clock in one write; what has been written follows along (NEW-24)."""
    case = dossier.case
    law = case.track if case.track_set_at else data.get("track") or LAWS[kind][0]
    if law not in LAWS[kind]:
        raise Refused(_("Ärendet gäller en annan lag. Ändra bedömningen först, så att rätt lag är vald."))
    case.kind, case.track, case.track_set_at = kind, law, case.track_set_at or at
    case.about_manager = data.get("about_manager") or case.about_manager
    case.state, case.receiving_duty, case.set_aside = State.REPORTED, Duty.LEX, None
    receivers = _who_takes_over(case, at)
    case.handler_id = receivers[0].pk if receivers else None
    if run_by_provider(case) and kind == CaseKind.LEX_SARAH:
        dossier.clocks += clocks.start(case, ("lexsarah.inform_board",), at=at)
    tell(people=receivers[:3], kind="case.lex", link=case.get_absolute_url(), at=at, urgent=True, ref=case.ref)
    tell_who_protects(case, {person.pk for person in receivers}, at)
    if not receivers:
        keepers = holders(Duty.MANAGE_ORGANISATION, case.unit.path or "", at=at)
        link = f"/organisation/enhet/{case.unit.code}/"
        tell(people=keepers, kind="case.no_receiver", link=link, at=at, urgent=True)
    return {"reason": data.get("reason", "")}


def tell_who_protects(case: Case, told: set[int], at: datetime) -> None:
    """The manager of the unit protects the person at once. When it may be about her, her manager does, who reads such
    cases; she is told nothing (SoL 27 kap. 5 §, FL 16 §).
    """
    link = case.get_absolute_url()
    people = holders(Duty.RECEIVE, case.unit.path or "", at=at, track=case.track)[:1]
    if case.about_manager:
        people = above_manager(case, Duty.READ_LEX, at)[:1]
    else:
        link += "del/"
    people = [person for person in people if person.pk not in told]
    tell(people=people, kind="case.protect", link=link, at=at, urgent=True, ref=case.ref)


def above_manager(case: Case, duty: str, at: datetime) -> list[Person]:
    """Who holds a duty for the case's unit, nearest first, without whoever manages it."""
    path = case.unit.path or ""
    known = Holders(path, at=at)
    nearest = {person.pk for person in known.of(Duty.RECEIVE)[:1]}
    return [person for person in known.of(duty, case.track) if person.pk not in nearest]


def _who_takes_over(case: Case, at: datetime) -> list[Person]:
    people = holders(Duty.LEX, case.unit.path or "", at=at, track=case.track)
    return [person for person in people if person.pk != case.reporter_id]


def appoint(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Someone who did not report it and does not manage the place (FL 16 §, SOSFS 2011:5)."""
    case, person = dossier.case, data["handler"]
    check_impartial(case, person, at)
    may_handle(case, person, actor, at)
    case.handler_id = person.pk
    if person.pk != actor.person_id:
        tell(people=[person], kind="case.assigned", link=case.get_absolute_url(), at=at, ref=case.ref)
    return {"handler": person.name}


def check_impartial(case: Case, person: Person, at: datetime) -> None:
    """Raises Refused for the reporter, and for the nearest manager of the place where it happened."""
    if person.pk == case.reporter_id:
        raise Refused(_("Den som rapporterade händelsen kan inte utreda den."))
    nearest = holders(Duty.RECEIVE, case.unit.path or "", at=at)[:1]
    if case.kind == CaseKind.LEX_SARAH and person.pk in {manager.pk for manager in nearest}:
        raise Refused(_("Närmaste chef där det hände kan inte utreda det. Välj någon annan."))


def grade(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """The decision. It is an entry that nobody changes; another decision is another entry."""
    case = dossier.case
    values = _decide(case, data, actor, at)
    if case.grade in TO_IVO and not case.ivo_reported_on:
        law = "lexsarah" if case.kind == CaseKind.LEX_SARAH else "lexmaria"
        codes = (f"{law}.notify", *(("lexsarah.notify_warning",) if law == "lexsarah" else ()))
        dossier.clocks += clocks.start(case, codes, at=at)
    clocks.stop(dossier.clocks, (clocks.FEEDBACK,), at=at)
    return {**values, **say(case, MessageKind.DECISION, data["message"], actor, at)}


def back_to_deviation(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """It was tried and is no such matter: an ordinary deviation again, with the unit's own handler."""
    case = dossier.case
    data.setdefault("grade", Grade.NONE)
    values = _decide(case, data, actor, at, told=True)
    _keep_what_was_told(case, at)
    case.kind, case.state, case.receiving_duty = CaseKind.DEVIATION, State.ASSESSED, Duty.RECEIVE
    case.search_text = words_of(case, dossier.notes, dossier.causes)
    receivers = holders(Duty.RECEIVE, case.unit.path or "", at=at)[:1]
    if case.about_manager:
        receivers = above_manager(case, Duty.HANDLE, at)[:1]
    case.handler_id = receivers[0].pk if receivers else None
    tell(people=receivers, kind="case.assigned", link=case.get_absolute_url(), at=at, ref=case.ref)
    return {**values, **say(case, MessageKind.DECISION, data["message"], actor, at)}


def _keep_what_was_told(case: Case, at: datetime) -> None:
    """What was written on how the person was told, during the trial, becomes a note behind the wall. Whether and when
    she was told stays with the case; why she was not is for the next handler to say.
    """
    if not case.informed_note:
        return
    turns = ("case.lex-sarah", "case.lex-maria", INFORMED)
    last = Event.objects.filter(object_type="case", object_id=case.pk, verb__in=turns).order_by("-id").first()
    if last is None or last.verb != INFORMED:
        return
    teller = Person.objects.get(pk=last.actor_id)
    Note.objects.create(
        case=case,
        kind=NoteKind.FACT,
        noted_on=case.informed_on or local_date(last.at),
        source=_("Den enskilde"),
        text=case.informed_note,
        author=teller,
        author_name=teller.name,
        author_title=teller.title,
        created_at=at,
        **case.wall_now,
    )
    case.informed_note = ""
    case.save(update_fields=["informed_note"])


def _decide(case: Case, data: dict[str, Any], actor: Actor, at: datetime, *, told: bool = False) -> dict[str, Any]:
    delegation = delegation_of(case, actor, at)
    before, case.grade = case.grade, data["grade"]
    said = {"text": data["motivation"], "answer": data["grade"], "reference": str(delegation)}
    write_entry(case, BY_CODE["decision"], said, actor, at, told=told, delegation=delegation.pk)
    enter_document(case, Direction.DRAWN_UP, _("Beslut"), actor=actor, at=at)
    return {"grade": [before, data["grade"]], "delegation": str(delegation), "reason": data["motivation"]}


def delegation_of(case: Case, actor: Actor, at: datetime) -> Delegation:
    """The board's decision that lets the actor decide here today (KL 6 kap. 37 §). Refused: there is none."""
    mandate = Mandate.LEX_SARAH if case.kind == CaseKind.LEX_SARAH else Mandate.LEX_MARIA
    rows = Delegation.objects.held_by(actor.person_id, mandate, case.unit.path or "", local_date(at))
    found = rows.first()
    if found is None:
        raise Refused(_("Du har ingen giltig delegation för det här beslutet. Den som har det måste besluta."))
    return found


def report_early(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    case = dossier.case
    delegation = delegation_of(case, actor, at)
    before, case.grade = case.grade, data["grade"]
    return {**_reported(case, "ivo-early", data, actor, at, delegation), "grade": [before, data["grade"]]}


def report_ivo(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return _reported(dossier.case, "ivo-report", data, actor, at, delegation_of(dossier.case, actor, at))


def _reported(
    case: Case, code: str, data: dict[str, Any], actor: Actor, at: datetime, delegation: Delegation
) -> dict[str, Any]:
    case.ivo_reported_on = data["day"]
    write_entry(case, BY_CODE[code], data, actor, at, delegation=delegation.pk, grade=case.grade or "")
    enter_document(case, Direction.OUT, _("Anmälan"), actor=actor, at=at, counterpart=IVO)
    tell_reporter(case, "case.feedback", at)
    return {"ivo_reported_on": data["day"].isoformat(), "delegation": str(delegation)}


def supplement(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    delegation = delegation_of(dossier.case, actor, at)
    write_entry(dossier.case, BY_CODE["ivo-supplement"], data, actor, at, delegation=delegation.pk)
    enter_document(dossier.case, Direction.OUT, _("Utredning"), actor=actor, at=at, counterpart=IVO)
    return {"delegation": str(delegation)}


def ivo_decision(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    write_entry(dossier.case, BY_CODE["ivo-decision"], data, actor, at)
    enter_arrived(dossier.case, BY_CODE["ivo-decision"], actor=actor, at=at)
    return {"answer": data.get("answer", "")}


def weigh(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Preliminary: whether it is an injury in care, serious, and could have been avoided (PSL 1 kap. 5 §)."""
    case = dossier.case
    before, case.grade = case.grade, data["answer"]
    write_entry(case, BY_CODE["injury"], data, actor, at)
    if case.goes_to_ivo:
        dossier.clocks += clocks.start(case, ("lexmaria.notify",), at=at)
    return {"grade": [before, case.grade]}


def commission(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    values = appoint(dossier, data, actor, at)
    write_entry(dossier.case, BY_CODE["commission"], data, actor, at)
    return values


def disclose(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Chosen parts of a case are told to the one on the other side of the wall, by a decision with its provision.

    They are written there as a note that says where from and by which provision (OSL 8 kap. 2 §, 10 kap.).
    """
    case = dossier.case
    told = "\n\n".join(f"{label}: {text}" for label, text in data["parts"])
    basis = dict(BY_CODE["disclosure"].answers)[data["answer"]]
    names = [str(label) for label, _text in data["parts"]]
    write_entry(case, BY_CODE["disclosure"], data, actor, at, parts=names, to=data["target"])
    with let_through():
        other = Case.objects.unscoped(reason="the other side of the wall, by a decision").get(pk=data["target"])
        Note.objects.create(
            case=other,
            kind=NoteKind.FACT,
            noted_on=local_date(at),
            source=_("Utlämnat från %(ref)s: %(basis)s") % {"ref": case.ref, "basis": basis},
            text=told,
            author_id=actor.person_id,
            author_name=actor.name,
            author_title=actor.title,
            created_at=at,
            **other.wall_now,
        )
        event("case.disclosed", other, actor, at, {"from": case.ref, "basis": str(basis), "parts": names})
        handler = Person.objects.filter(pk=other.handler_id)
    tell(people=handler, kind="case.disclosed", link=other.get_absolute_url(), at=at, ref=other.ref)
    return {"to": other.ref, "basis": str(basis), "parts": names}


EFFECTS = {
    "lex-sarah": to_lex_sarah,
    "lex-maria": to_lex_maria,
    "appoint": appoint,
    "grade": grade,
    "not-misconduct": back_to_deviation,
    "not-lex-maria": back_to_deviation,
    "report-early": report_early,
    "report-ivo": report_ivo,
    "supplement": supplement,
    "ivo-decision": ivo_decision,
    "weigh": weigh,
    "commission": commission,
    "disclose": disclose,
}
