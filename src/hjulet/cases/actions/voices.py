"""What comes from outside (rulebook 4; CMP-1–4): taken in, registered, confirmed, answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases import clocks
from hjulet.cases.actions.lex import tell_who_protects
from hjulet.cases.actions.reporting import due_days, first_words, open_case
from hjulet.cases.actions.telling import event, say, write_entry
from hjulet.cases.choices import LIGHT, CaseKind, Channel, MessageKind, Relation, SourceType, State
from hjulet.cases.diarying import enter_document, enter_matter
from hjulet.cases.dossier import Dossier
from hjulet.cases.entries import BY_CODE, YES
from hjulet.cases.handlers import may_handle
from hjulet.cases.models import Case, CaseFile, Complainant
from hjulet.cases.registry import facts_of, follow
from hjulet.cases.search import searchable
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.flow import Refused
from hjulet.diary.choices import Direction
from hjulet.files.models import StoredFile
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.org.reach import holders

STARTED = ("complaint.register", "complaint.confirm", "complaint.answer")
STARTED_LIGHT = ("complaint.answer",)


@dataclass(frozen=True, kw_only=True)
class Voice:
    """What someone outside says. Texts are kept to the letter, in the language they were written in."""

    unit: Unit
    kind: str
    description: str
    wants: str = ""
    occurred_at: datetime | None = None
    received_at: datetime | None = None  # when it reached the authority (FL 22 §), if that was before it was entered
    relation: str = Relation.NOBODY
    source_type: str = SourceType.PUBLIC
    channel: str = Channel.WEB
    language: str = "sv"
    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""
    protected_identity: bool = False
    submission_key: uuid.UUID = field(default_factory=uuid.uuid4)
    files: tuple[StoredFile, ...] = ()
    code_digest: str | None = None


def take_in_voice(told: Voice, *, actor: Actor | None, at: datetime) -> Case:
    """Takes in what someone outside said and tells the registrar. The clocks of the municipality's promises start.

    Without an actor it came through the public door. Raises Refused when the unit is gone, nothing is said, or a
    moment lies in the future; IntegrityError when the submission key is known.
    """
    if not told.description.strip():
        raise Refused(_("Skriv vad du vill säga. En mening räcker."))
    if told.unit.valid_to is not None and told.unit.valid_to < local_date(at):
        raise Refused(_("Enheten finns inte längre. Välj en annan plats."))
    received = told.received_at or at
    if received > at or (told.occurred_at and told.occurred_at > received):
        raise Refused(_("Tiden ligger i framtiden. Välj i dag eller tidigare."))
    with transaction.atomic():
        return _take_in(told, actor, at)


def _take_in(told: Voice, actor: Actor | None, at: datetime) -> Case:
    received = told.received_at or at
    codes = STARTED_LIGHT if told.kind in LIGHT else STARTED
    started = clocks.planned(told.unit.principal_id, codes, at=received)
    case = Case.objects.create(
        principal_id=told.unit.principal_id,
        unit=told.unit,
        **due_days(started),
        ref_year=local_date(at).year,
        submission_key=told.submission_key,
        kind=told.kind,
        receiving_duty=Duty.REGISTER,
        source_type=told.source_type,
        code_digest=told.code_digest,
        title=first_words(told.description),
        description=told.description,
        protected_identity=told.protected_identity,
        occurred_at=told.occurred_at,
        occurred_time_known=False,
        reported_at=received,
        search_text=searchable(told.description),
    )
    clocks.keep(case, started)
    Complainant.objects.create(
        case=case,
        channel=told.channel,
        language=told.language,
        name=told.name,
        email=told.email,
        phone=told.phone,
        address=told.address,
        relation=told.relation,
        wants=told.wants,
        created_at=at,
    )
    for file in told.files:
        CaseFile.objects.create(case=case, file=file, from_reporter=True, added_at=at)
    event("case.came-in", case, actor, at, {"description": told.description, "channel": told.channel})
    follow(None, facts_of(case))
    _tell_registrars(case, at)
    return case


def _tell_registrars(case: Case, at: datetime) -> None:
    who = holders(Duty.REGISTER, case.unit.path or "", at=at)[:5]
    tell(people=who, kind="case.came_in", link=case.get_absolute_url(), at=at, ref=case.ref)
    if not who:
        keepers = holders(Duty.MANAGE_ORGANISATION, case.unit.path or "", at=at)
        link = f"/organisation/enhet/{case.unit.code}/"
        tell(people=keepers, kind="case.no_receiver", link=link, at=at, urgent=True)


def register(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """Gives it a number, a law, a place and someone who answers. The subject is safe for the public register."""
    case, person = dossier.case, data["handler"]
    case.kind, case.unit = data.get("kind") or case.kind, data.get("unit") or case.unit
    case.track, case.track_set_at, case.received_at = data["track"], at, at
    may_handle(case, person, actor, at)
    case.title, case.handler_id = data["title"], person.pk
    sender = dossier.complainant.name if dossier.complainant else ""
    enter_matter(case, actor=actor, at=at, subject=case.title, counterpart=sender)
    if case.track == Track.HSL:
        dossier.clocks += clocks.start(case, ("complaint.answer_care",), at=at)
    if person.pk != actor.person_id:
        tell(people=[person], kind="case.assigned", link=case.get_absolute_url(), at=at, ref=case.ref)
    return {"handler": person.name, "diary_number": case.diary_number or ""}


def confirm(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    return say(dossier.case, MessageKind.CONFIRMATION, data["message"], actor, at)


def answer(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """About health care the answer has an explanation and what is planned, each on its own (PSL 3 kap. 8 b §)."""
    dossier.case.take_on(actor.person_id, at)
    parts = [data["message"]]
    if data.get("explanation"):
        parts.append(_("Vad som hände: %(text)s") % {"text": data["explanation"]})
    if data.get("planned"):
        parts.append(_("Vad vi gör nu: %(text)s") % {"text": data["planned"]})
    dossier.case.feedback_at = dossier.case.feedback_at or at
    enter_document(dossier.case, Direction.OUT, _("Svar"), actor=actor, at=at)
    return say(dossier.case, MessageKind.ANSWER, "\n\n".join(parts), actor, at)


def finish(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.closed_at = at
    suggested = dossier.case.kind == CaseKind.SUGGESTION
    entry = BY_CODE["suggested" if suggested else "outcome"]
    write_entry(dossier.case, entry, data, actor, at)
    if suggested:
        words = f"{dict(entry.answers)[data['answer']]}. {data.get('text', '')}".strip()
        say(dossier.case, MessageKind.CLOSING, words, actor, at)
    return {"outcome": data.get("answer", "")}


def delay(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    text = _("Svaret dröjer: %(reason)s") % {"reason": data["reason"]}
    return {**say(dossier.case, MessageKind.DELAY, text, actor, at), "reason": data["reason"]}


def sort(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    dossier.case.kind = data["kind"]
    return {}


def misconduct(dossier: Dossier, data: dict[str, Any], actor: Actor, at: datetime) -> dict[str, Any]:
    """The reader's own duty to report (SoL 27 kap. 2 §): a case of its own, with the same words; the answer goes on."""
    case, kind = dossier.case, data["kind"]
    law = Track.HSL if kind == CaseKind.LEX_MARIA else data["track"]
    if kind == CaseKind.LEX_SARAH and law not in {Track.SOL, Track.LSS}:
        raise Refused(_("Lex Sarah gäller socialtjänst och LSS. Välj en av dem."))
    duty = Duty.LEX if kind != CaseKind.DEVIATION else Duty.RECEIVE
    codes = {CaseKind.LEX_SARAH: ("lexsarah.remedy", "lexsarah.receive"), CaseKind.LEX_MARIA: LEX_MARIA_CLOCKS}
    receivers = holders(duty, case.unit.path or "", at=at, track=law)
    case.about_manager = case.about_manager or _said_by_manager(dossier, at)
    other = open_case(
        case,
        kind=kind,
        track=law,
        state=State.REPORTED if kind != CaseKind.DEVIATION else State.RECEIVED,
        receiving_duty=duty,
        handler_id=receivers[0].pk if receivers else None,
        clock_codes=codes.get(kind, ("deviation.assess",)),
        actor=actor,
        at=at,
        reporter=actor,
    )
    case.linked_ids = [*case.linked_ids, other.pk]
    tell(people=receivers[:3], kind="case.lex", link=other.get_absolute_url(), at=at, urgent=True, ref=other.ref)
    if other.is_lex:
        tell_who_protects(other, {person.pk for person in receivers}, at)
    return {"opened": other.ref, "reason": data["reason"]}


def _said_by_manager(dossier: Dossier, at: datetime) -> bool | None:
    """The manager of the unit has answered that the complaint is about her."""
    note = dossier.entries.get("impartial")
    nearest = holders(Duty.RECEIVE, dossier.case.unit.path or "", at=at)[:1]
    return (note is not None and note.answer == YES and note.author_id in {person.pk for person in nearest}) or None


LEX_MARIA_CLOCKS = ("lexmaria.assess", "lexmaria.inform_patient")


def told_of_end(case: Case, data: dict[str, Any], actor: Actor, at: datetime) -> None:
    """Who sent it is told where it went, or why it ended."""
    where = data.get("recipient")
    text = _("Vi har lämnat över ärendet till %(who)s.") % {"who": where} if where else _("Vi har avslutat ärendet.")
    say(case, MessageKind.CLOSING, f"{text} {data['reason']}", actor, at)


EFFECTS = {
    "register": register,
    "confirm": confirm,
    "answer": answer,
    "finish": finish,
    "delay": delay,
    "sort": sort,
    "misconduct": misconduct,
}
