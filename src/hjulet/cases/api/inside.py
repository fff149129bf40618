"""What a case holds: events, notes, causes with their measures, messages, files."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, File, Path, Query, Router, Status, UploadedFile
from pydantic.alias_generators import to_camel

from hjulet.cases import actions
from hjulet.cases.api.inner_shapes import (
    ActivityIn,
    CaseEntryField,
    CaseEntryIn,
    CaseEntryOut,
    CauseIn,
    CauseOut,
    EventOut,
    FileOut,
    InformedIn,
    MeasureIn,
    MessageOut,
    NoteIn,
    NoteOut,
    QuestionIn,
    ReasonIn,
    cause_out,
)
from hjulet.cases.api.shapes import Choice, Ref
from hjulet.cases.dossier import Dossier
from hjulet.cases.entry_forms import EntryForm
from hjulet.cases.entry_rows import groups_of
from hjulet.cases.exports import HANDLERS
from hjulet.cases.forms import CauseForm, InformedForm, MessageForm, NoteForm, ReasonForm
from hjulet.cases.handlers import colleagues
from hjulet.cases.models import Case, CaseFile, Cause, Message, Note
from hjulet.cases.steps import case_of
from hjulet.cases.timeline import history, moment_of
from hjulet.core.access import ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.events import log_read
from hjulet.core.flow import Refused
from hjulet.core.now import now
from hjulet.core.problem import Problem
from hjulet.files import actions as files
from hjulet.law.rules import codes_on
from hjulet.measures import actions as measures
from hjulet.measures.forms import MeasureForm
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Id, Page, Paging

router = Router(by_alias=True, tags=["Det ärendet innehåller"])


def read_case(request: ActorRequest, ref: str, purpose: str = "") -> Case:
    """The case, with the reading logged."""
    case = case_of(request.actor, ref)
    ids, unit_id = [case.pk], case.unit_id
    log_read("read", actor=request.actor, at=now(), about="case", ids=ids, purpose=purpose, unit_id=unit_id)
    return case


def work_case(request: ActorRequest, ref: str) -> Case:
    """The case, when the actor may write in it and has seen it as it is. Raises Refused, Problem 412."""
    case = case_of(request.actor, ref)
    seen_version(request, case.version)
    if not actions.may_work(case, request.actor):
        raise Refused(_("Ärendet är avslutat, eller så handlägger du det inte."))
    return case


@router.get(
    "/cases/{ref}/events", response=Page[EventOut], summary="Vad som har hänt", description="Det senaste först."
)
@access(*HANDLERS)
def list_events(request: ActorRequest, ref: Path[Ref], paging: Query[Paging]) -> Page[EventOut]:
    case = read_case(request, ref)

    def shape(rows: list[Any]) -> list[EventOut]:
        told = [moment_of(case, event) for event in rows]
        return [EventOut(at=one.at, verb=one.verb, who=one.who, what=one.what) for one in told]

    return page_of(request, history(case), paging, shape)


# Notes -------------------------------------------------------------------


@router.get("/cases/{ref}/notes", response=Page[NoteOut], summary="Anteckningar", description="I datumordning.")
@access(*HANDLERS)
def list_notes(request: ActorRequest, ref: Path[Ref], paging: Query[Paging]) -> Page[NoteOut]:
    case = read_case(request, ref)
    notes = Note.objects.visible_to(request.actor).filter(case=case, code__isnull=True)
    return page_of(request, notes, paging, lambda rows: [NoteOut.of(note) for note in rows])


@router.post(
    "/cases/{ref}/notes",
    response={201: NoteOut},
    summary="Ny anteckning",
    description="Ändras aldrig efteråt: blir något fel skrivs en ny.",
)
@access(*HANDLERS)
@conditional
def add_note(request: ActorRequest, response: HttpResponse, ref: Path[Ref], given: Body[NoteIn]) -> Status[NoteOut]:
    case = work_case(request, ref)
    values = cleaned(NoteForm(given.model_dump(), lex=case.is_lex))
    wanted: dict[str, Any] = {name: values.get(name) for name in ("kind", "noted_on", "source", "text", "point")}
    note = actions.add_note(case, **wanted, actor=request.actor, at=now())
    response["Location"] = address(f"/cases/{ref}/notes")
    return Status(201, NoteOut.of(note))


# Entries -------------------------------------------------------------------


@router.get(
    "/cases/{ref}/entries",
    response=list[CaseEntryOut],
    summary="Det som handläggningen frågar efter",
    description="Skydd, jäv, den enskildes egen berättelse, IVO, återkoppling, andra anmälningar. Det senaste gäller.",
)
@access(*HANDLERS)
def list_entries(request: ActorRequest, ref: Path[Ref]) -> list[CaseEntryOut]:
    return entries_out(Dossier.of(read_case(request, ref), request.actor), request.actor)


@router.post(
    "/cases/{ref}/entries",
    response={201: CaseEntryOut},
    summary="Skriv en uppgift",
    description="Ändras aldrig efteråt: en ny ersätter den förra, som står kvar.",
)
@access(*HANDLERS)
@conditional
def enter(
    request: ActorRequest, response: HttpResponse, ref: Path[Ref], given: Body[CaseEntryIn]
) -> Status[CaseEntryOut]:
    actor, at = request.actor, now()
    case = case_of(actor, ref)
    seen_version(request, case.version)
    entry = actions.entry_of(Dossier.of(case, actor), given.code)
    if entry is None or not actions.may_enter(entry, case, actor):
        raise Refused(_("Det här kan du inte fylla i nu."))
    values = cleaned(EntryForm(given.model_dump(exclude={"code"}, exclude_none=True), entry=entry, at=at))
    actions.enter(case, given.code, data=values, actor=actor, at=at)
    response["Location"] = address(f"/cases/{ref}/entries")
    written = entries_out(Dossier.of(case_of(actor, ref), actor), actor)
    return Status(201, next(one for one in written if one.code == given.code))


def entries_out(dossier: Dossier, actor: Actor) -> list[CaseEntryOut]:
    rows = [row for _label, _group, found, _folded in groups_of(dossier, actor) for row in found]
    laws = codes_on({row.entry.basis for row in rows}, dossier.case.reported_on)
    return [
        CaseEntryOut(
            code=row.entry.code,
            label=str(row.entry.label),
            basis=laws[row.entry.basis] or None,
            writable=row.may,
            fields=[_field(name, field) for name, field in EntryForm(entry=row.entry, at=now()).fields.items()],
            written=NoteOut.of(row.note) if row.note else None,
            answer=row.note.answer if row.note else None,
            details=(row.note.details or {}) if row.note else {},
        )
        for row in rows
    ]


def _field(name: str, field: Any) -> CaseEntryField:
    choices = [Choice(value=str(value), label=str(label)) for value, label in getattr(field, "choices", ())]
    return CaseEntryField(name=to_camel(name), label=str(field.label), choices=choices)


# Causes and their measures -------------------------------------------------


@router.get(
    "/cases/{ref}/causes", response=list[CauseOut], summary="Orsaker", description="Med åtgärder, eller varför ingen."
)
@access(*HANDLERS)
def list_causes(request: ActorRequest, ref: Path[Ref]) -> list[CauseOut]:
    dossier = Dossier.of(read_case(request, ref), request.actor)
    return [cause_out(cause, dossier.measures_of(cause)) for cause in dossier.causes]


@router.post(
    "/cases/{ref}/causes",
    response={201: CauseOut},
    summary="Ny orsak",
    description="Varje orsak får en åtgärd, eller en motivering till varför ingen behövs.",
)
@access(*HANDLERS)
@conditional
def add_cause(request: ActorRequest, response: HttpResponse, ref: Path[Ref], given: Body[CauseIn]) -> Status[CauseOut]:
    case = work_case(request, ref)
    cause = actions.add_cause(case, **cleaned(CauseForm(given.model_dump())), actor=request.actor, at=now())
    response["Location"] = address(f"/cases/{ref}/causes")
    return Status(201, cause_out(cause, []))


def cause_of(case: Case, number: int, actor: Actor) -> Cause:
    found: Cause = Cause.objects.visible_to(actor).get(case=case, number=number)
    return found


@router.post(
    "/cases/{ref}/causes/{number}/measures",
    response={201: CauseOut},
    summary="Åtgärd för en orsak",
    description="Åtgärden hamnar i registret, och den som ansvarar får veta det.",
)
@access(*HANDLERS)
@conditional
def add_measure(
    request: ActorRequest, response: HttpResponse, ref: Path[Ref], number: Path[Id], given: Body[MeasureIn]
) -> Status[CauseOut]:
    actor, at = request.actor, now()
    case = work_case(request, ref)
    cause = cause_of(case, number, actor)
    data = given.model_dump(exclude={"due_on"}) | {"due": given.due_on}
    values = cleaned(MeasureForm(data, people=colleagues(actor, at), at=at), {"due": "dueOn"})
    with transaction.atomic():
        measure = measures.propose(
            unit=case.unit, track=case.track, source=("case", case.pk), **values, actor=actor, at=at
        )
        actions.link_measure(cause, measure, actor=actor, at=at)
    response["Location"] = address(f"/measures/{measure.pk}")
    return Status(201, cause_out(cause, Dossier.of(case, actor).measures_of(cause)))


@router.put(
    "/cases/{ref}/causes/{number}/no-measure-reason",
    response=CauseOut,
    summary="Varför en orsak inte får någon åtgärd",
    description="Motiveringen ersätter den som fanns.",
)
@access(*HANDLERS)
@conditional
def give_no_measure_reason(request: ActorRequest, ref: Path[Ref], number: Path[Id], given: Body[ReasonIn]) -> CauseOut:
    case = work_case(request, ref)
    cause = cause_of(case, number, request.actor)
    reason = cleaned(ReasonForm(given.model_dump()))["reason"]
    actions.give_no_measure_reason(cause, reason=reason, actor=request.actor, at=now())
    return cause_out(cause, Dossier.of(case, request.actor).measures_of(cause))


@router.put(
    "/cases/{ref}/process-step",
    response={204: None},
    summary="Var i arbetet det hände",
    description="Ett steg i en process, ur /processes/{id}/steps. Ärendet får steget som det såg ut den dagen.",
)
@access(*HANDLERS)
@conditional
def set_process_step(request: ActorRequest, ref: Path[Ref], given: Body[ActivityIn]) -> Status[None]:
    case = work_case(request, ref)
    actions.place(case, given.process_step or "", actor=request.actor, at=now())
    return Status(204, None)


@router.put(
    "/cases/{ref}/person-informed",
    response={204: None},
    summary="Om den enskilde har fått veta vad som hände",
    description="Ja, eller varför inte.",
)
@access(*HANDLERS)
@conditional
def tell_person_informed(request: ActorRequest, ref: Path[Ref], given: Body[InformedIn]) -> Status[None]:
    at = now()
    case = work_case(request, ref)
    values = cleaned(InformedForm(given.model_dump(), at=at))
    told = {"informed": values["informed"], "informed_on": values["informed_on"], "note": values["informed_note"]}
    actions.tell_person_informed(case, **told, actor=request.actor, at=at)
    return Status(204, None)


# Messages ------------------------------------------------------------------


@router.get(
    "/cases/{ref}/messages",
    response=Page[MessageOut],
    summary="Samtalet med den som rapporterade",
    description="Frågor, svar och besked.",
)
@access(*HANDLERS)
def list_messages(request: ActorRequest, ref: Path[Ref], paging: Query[Paging]) -> Page[MessageOut]:
    said = Message.objects.visible_to(request.actor).filter(case=read_case(request, ref))
    return page_of(request, said, paging, lambda rows: [MessageOut.of(one) for one in rows])


@router.post(
    "/cases/{ref}/messages",
    response={204: None},
    summary="Fråga den som rapporterade",
    description="Frågan och svaret sparas i ärendet.",
)
@access(*HANDLERS)
@conditional
def ask_reporter(request: ActorRequest, ref: Path[Ref], given: Body[QuestionIn]) -> Status[None]:
    case = work_case(request, ref)
    text = cleaned(MessageForm(given.model_dump()))["message"]
    actions.ask_reporter(case, text=text, actor=request.actor, at=now())
    return Status(204, None)


# Files ---------------------------------------------------------------------

BINARY = {
    "content": {
        kind: {"schema": {"type": "string", "format": "binary"}}
        for kind in ("image/jpeg", "image/png", "image/webp", "image/gif", "application/pdf")
    }
}


@router.get("/cases/{ref}/files", response=Page[FileOut], summary="Filer", description="Vad som finns, utan innehåll.")
@access(*HANDLERS)
def list_files(request: ActorRequest, ref: Path[Ref], paging: Query[Paging]) -> Page[FileOut]:
    case = read_case(request, ref)
    rows = CaseFile.objects.visible_to(request.actor).filter(case=case).select_related("file")
    return page_of(request, rows, paging, lambda found: [FileOut.of(case, one) for one in found])


@router.post(
    "/cases/{ref}/files",
    response={201: FileOut},
    summary="Ny fil",
    description="Bilder och PDF, högst 15 MB. Platsen där en bild är tagen stryks.",
)
@access(*HANDLERS)
@conditional
def add_file(
    request: ActorRequest, response: HttpResponse, ref: Path[Ref], file: File[UploadedFile]
) -> Status[FileOut]:
    actor, at = request.actor, now()
    case = work_case(request, ref)
    try:
        stored = files.store(file, actor=actor, at=at)
    except files.FileRefused as reason:
        raise refuse("file", str(reason)) from reason
    actions.add_file(case, stored, actor=actor, at=at)
    added: CaseFile = case.files.select_related("file").get(file=stored)
    response["Location"] = address(f"/cases/{ref}/files/{added.pk}")
    return Status(201, FileOut.of(case, added))


@router.get(
    "/cases/{ref}/files/{number}",
    summary="En fils innehåll",
    description="Läsningen loggas.",
    openapi_extra={"responses": {200: BINARY}},
)
@access(*HANDLERS)
def get_file(request: ActorRequest, ref: Path[Ref], number: Path[Id]) -> HttpResponse:
    case = read_case(request, ref, "file")
    rows = CaseFile.objects.visible_to(request.actor).filter(case=case).select_related("file")
    attached: CaseFile = rows.get(pk=number)
    try:
        return files.response(attached.file)
    except files.FileDamaged as reason:
        raise Problem(409, str(reason)) from reason
