"""Steering documents in the API: what holds, its versions and wording; a new draft."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Body, Path, Query, Router, Status
from pydantic import Field, StringConstraints

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.documents import actions
from hjulet.documents.actions.answering import Desk
from hjulet.documents.actions.asking import desk
from hjulet.documents.choices import RequestState, Standing, VersionState
from hjulet.documents.forms import FactsForm
from hjulet.documents.listing import Selection, documents_in
from hjulet.documents.models import ChangeRequest, Document, DocumentType, Version, Wish
from hjulet.documents.rights import may_write
from hjulet.documents.work_lists import requests_in
from hjulet.org.choices import Duty, Track
from hjulet.org.models import Unit
from hjulet.rest.answers import cleaned
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import NO_NUL, Code, Day, Id, In, Line, Long, Moment, Out, Page, Paging

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


# Change requests -----------------------------------------------------------------


class WishOut(Out):
    """What a request for a change has, whatever it is about."""

    id: int = Field(examples=[12])
    about: str = Field(description="Orden eller steget som det gäller.", examples=["Ring alltid sjuksköterskan."])
    text: str = Field(description="Vad som behöver ändras.", examples=["Numret till jouren har bytts."])
    state: RequestState
    asked_by: str = Field(examples=["Juno Ek"])
    asked_at: Moment
    answer: str = Field(examples=["Det kommer i nästa version."])
    answered_by: str | None = Field(examples=["Åsa Lindqvist"])
    answered_at: Moment | None
    became: int | None = Field(description="Numret på versionen som svarar på det.", examples=[3])


class ChangeRequestOut(WishOut):
    document: str = Field(description="Dokumentets kod.", examples=["rutin-vid-fall"])


class WishFilter(Paging):
    standing: Literal["mine", "waiting", "answered"] = Field(
        default="mine", description="Mina, eller de som jag svarar på och som väntar eller har svar."
    )


class ChangeRequestFilter(WishFilter):
    document: Code | None = None


class ChangeRequestIn(In):
    text: Annotated[str, StringConstraints(min_length=1, max_length=5_000, pattern=NO_NUL, strip_whitespace=True)] = (
        Field(
            description="Vad som behöver ändras. Skriv inget om enskilda.", examples=["Numret till jouren har bytts."]
        )
    )
    about: Line = Field(default="", description="Orden som det gäller.")


class WishAnswerIn(In):
    answer: Literal["yes", "no"] = Field(description="`yes` lägger det i utkastet till nästa version.", examples=["no"])
    text: Annotated[str, StringConstraints(max_length=5_000, pattern=NO_NUL)] = Field(
        default="", description="Krävs vid nej.", examples=["Det står redan i rutinen för larm."]
    )


TABS = {"mine": "mina", "waiting": "vantar", "answered": "besvarade"}
WishId = Annotated[Id, Path()]


@router.get("/document-change-requests", response=Page[ChangeRequestOut], summary="Önskemål om dokument")
@access(LOGGED_IN)
def list_change_requests(request: ActorRequest, asked: Query[ChangeRequestFilter]) -> Page[ChangeRequestOut]:
    found = requests_in(TABS[asked.standing], asked.document or "", request.actor)
    return page_of(request, found, asked, lambda rows: [_request(row) for row in rows])


@router.get("/document-change-requests/{id}", response=ChangeRequestOut, summary="Ett önskemål om ett dokument")
@access(LOGGED_IN)
def get_change_request(request: ActorRequest, response: HttpResponse, id: WishId) -> ChangeRequestOut:  # noqa: A002
    found = _asked(request, id)
    response["ETag"] = tag(wish_version(found))
    return _request(found)


@router.post(
    "/documents/{code}/change-requests", response={201: ChangeRequestOut}, summary="Föreslå en ändring i ett dokument"
)
@access(LOGGED_IN)
def ask_for_change(request: ActorRequest, code: Ref, given: Body[ChangeRequestIn]) -> Status[ChangeRequestOut]:
    made = actions.ask_change(_one(request, code), **given.model_dump(), actor=request.actor, at=now())
    return Status(201, _request(_asked(request, made.pk)))


@router.post(
    "/document-change-requests/{id}/answer",
    response=ChangeRequestOut,
    summary="Svara på ett önskemål om ett dokument",
    description="För dem som skriver dokumentet. If-Match hålls mot önskemålet som GET gav.",
)
@access(LOGGED_IN)
@conditional
def answer_change_request(
    request: ActorRequest,
    response: HttpResponse,
    id: WishId,  # noqa: A002
    given: Body[WishAnswerIn],
) -> ChangeRequestOut:
    found = _asked(request, id)
    if not may_write(found.document, request.actor):
        raise ChangeRequest.DoesNotExist
    give_answer(request, found, desk, given)
    return get_change_request(request, response, id)


def give_answer(request: ActorRequest, found: Wish, desk: Desk[Any, Any, Any], given: WishAnswerIn) -> None:
    """What was sent becomes the answer, if nobody has answered since. Raises Refused, Problem 412."""
    seen_version(request, wish_version(found))
    who: dict[str, Any] = {"actor": request.actor, "at": now()}
    if given.answer == "no":
        desk.decline(found, reason=given.text, **who)
    else:
        desk.accept(found, text=given.text, **who)


def wish_version(row: Wish) -> int:
    """For its ETag: it changes only when its state does."""
    return 1 + RequestState.values.index(row.state)


def wish(row: Any) -> dict[str, Any]:
    """The fields of WishOut."""
    names = ("id", "about", "text", "state", "asked_at", "answer", "answered_at")
    return {name: getattr(row, name) for name in names} | {
        "asked_by": row.person.name,
        "answered_by": row.answered_by.name if row.answered_by else None,
        "became": row.became.number if row.became else None,
    }


def _asked(request: ActorRequest, pk: int) -> ChangeRequest:
    rows = ChangeRequest.objects.seen_by(request.actor)
    return rows.select_related("document__unit", "person", "answered_by", "became").get(pk=pk)


def _request(row: ChangeRequest) -> ChangeRequestOut:
    return ChangeRequestOut(**wish(row), document=row.document.code)
