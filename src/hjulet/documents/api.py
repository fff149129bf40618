"""Steering documents in the API: what holds, its versions and wording; a new draft."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from ninja import Body, Path, Query, Router, Status
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.documents import actions
from hjulet.documents.choices import Standing, VersionState
from hjulet.documents.forms import FactsForm
from hjulet.documents.listing import Selection, documents_in
from hjulet.documents.models import Document, DocumentType, Version
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.rest.answers import cleaned
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Code, Day, In, Line, Long, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Dokument"])
STANDINGS = {
    "in-force": Standing.IN_FORCE,
    "draft": Standing.DRAFT,
    "due": Standing.DUE,
    "ended": Standing.ENDED,
}


class DocumentVersionOut(Out):
    number: int = Field(examples=[2])
    state: VersionState
    title: str = Field(examples=["Rutin vid fall"])
    changes: str = Field(description="Vad som är nytt sedan versionen före.", examples=["Ring alltid sjuksköterskan."])
    adopted_by: str = Field(description="I vems namn den fastställdes.", examples=["Förvaltningschef"])
    adopted_on: Day | None
    reference: str = Field(description="Beslutets nummer.", examples=["§ 87"])
    valid_from: Day | None
    ended_on: Day | None
    saved_at: Moment


class DocumentVersionTextOut(DocumentVersionOut):
    body: str = Field(description="Texten som rensad HTML.", examples=["<h2>Direkt</h2><p>Stanna hos personen.</p>"])
    text: str = Field(description="Samma utan märken.", examples=["Direkt\nStanna hos personen."])


class DocumentOut(Out):
    code: str = Field(examples=["rutin-vid-fall"])
    title: str = Field(examples=["Rutin vid fall"])
    type: str = Field(description="Slagets kod.", examples=["routine"])
    unit: str = Field(description="Koden för enheten där det gäller, med allt under den.", examples=["forvaltningen"])
    tracks: list[str] = Field(examples=[["hsl"]])
    laws: list[str] = Field(description="Koder ur /laws.", examples=[["hsl-5-1"]])
    keywords: str = Field(examples=["ramla, trilla"])
    owner: str | None = Field(examples=["Fatima Rahimi"])
    diary_number: str = Field(examples=["VON 2026/00120"])
    review_on: Day | None
    for_providers: bool
    withdrawn_on: Day | None
    current: DocumentVersionOut | None


class DocumentFilter(Paging):
    standing: Literal["in-force", "draft", "due", "ended"] = "in-force"
    type: Code | None = Field(default=None, description="Ett slags kod: policy, guideline, routine …")
    unit: Code | None = Field(default=None, description="En enhets kod: det som gäller där.")
    track: Track | None = None
    law: Code | None = Field(default=None, description="Koden för ett lagrum.")
    q: Line | None = Field(default=None, description="Ord som alla ska finnas med.")


class NewDocumentIn(In):
    title: Annotated[Line, Field(min_length=1, max_length=160)]
    type: Code
    unit: Code
    owner: Code = Field(description="Användarnamn.", examples=["asa"])
    review_months: int = Field(ge=1, le=120, examples=[12])
    keywords: Line = ""
    body: Long = Field(default="", description="HTML. Det som inte får finnas tas bort.")


Ref = Annotated[Code, Path()]


@router.get("/documents", response=Page[DocumentOut], summary="Styrande dokument")
@access(LOGGED_IN)
def list_documents(request: ActorRequest, asked: Query[DocumentFilter]) -> Page[DocumentOut]:
    actor = request.actor
    selection = Selection(
        standing=STANDINGS[asked.standing].value,
        unit=asked.unit or "",
        kind=asked.type or "",
        track=str(asked.track.value) if asked.track else "",
        law=asked.law or "",
        text=asked.q or "",
        sort="rubrik",
    )
    return page_of(request, documents_in(selection, actor, local_date(now())), asked, lambda rows: [*map(_out, rows)])


@router.get("/documents/{code}", response=DocumentOut, summary="Ett dokument")
@access(LOGGED_IN)
def get_document(request: ActorRequest, code: Ref) -> DocumentOut:
    return _out(_one(request, code))


@router.get(
    "/documents/{code}/versions", response=list[DocumentVersionOut], summary="Dokumentets versioner, den nyaste först"
)
@access(LOGGED_IN)
def list_document_versions(request: ActorRequest, code: Ref) -> list[DocumentVersionOut]:
    rows = Version.objects.seen_by(request.actor).filter(document=_one(request, code))
    return [_version(row) for row in rows.order_by("-number")]


@router.get("/documents/{code}/versions/{number}", response=DocumentVersionTextOut, summary="En version med sin text")
@access(LOGGED_IN)
def get_document_version(
    request: ActorRequest, code: Ref, number: Annotated[int, Path(), Field(ge=1, le=10_000)]
) -> DocumentVersionTextOut:
    rows = Version.objects.seen_by(request.actor).filter(document=_one(request, code), number=number)
    row = rows.get()
    return DocumentVersionTextOut(**_version(row).model_dump(), body=row.body, text=row.text)


@router.post("/documents", response={201: DocumentOut}, summary="Ett nytt dokument, som utkast")
@access(Duty.WRITE_DOCUMENTS)
def create_document(request: ActorRequest, given: Body[NewDocumentIn]) -> Status[DocumentOut]:
    actor = request.actor
    form = FactsForm(_as_form(given, actor.principal_id), actor=actor)
    cleaned(form)
    made = actions.create(form.facts(), body=given.body, actor=actor, at=now())
    return Status(201, _out(_one(request, made.code)))


def _as_form(given: NewDocumentIn, principal_id: int) -> dict[str, Any]:
    """What the page's form takes: keys where the API has codes."""
    plain = given.model_dump(exclude={"body"})
    type_id = DocumentType.objects.filter(code=given.type).values_list("pk", flat=True).first()
    unit_id = Unit.objects.filter(code=given.unit, principal_id=principal_id).values_list("pk", flat=True).first()
    return plain | {"type": type_id or "-", "unit": unit_id or "-", "for_providers": True}


def _one(request: ActorRequest, code: str) -> Document:
    rows = Document.objects.seen_by(request.actor).select_related("unit", "type", "owner", "current")
    return rows.get(code=code)


def _out(row: Document) -> DocumentOut:
    names = (
        "code",
        "title",
        "tracks",
        "laws",
        "keywords",
        "diary_number",
        "review_on",
        "for_providers",
        "withdrawn_on",
    )
    return DocumentOut(
        **{name: getattr(row, name) for name in names},
        type=row.type.code,
        unit=row.unit.code,
        owner=row.owner.name if row.owner else None,
        current=_version(row.current) if row.current else None,
    )


def _version(row: Version) -> DocumentVersionOut:
    names = ("number", "state", "title", "changes", "adopted_on", "reference", "valid_from", "ended_on", "saved_at")
    return DocumentVersionOut(**{name: getattr(row, name) for name in names}, adopted_by=row.adopted_role)
