"""The diary in the API: what is registered, and registering from another system."""

from __future__ import annotations

from typing import Annotated

from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router, Status
from pydantic import Field, StringConstraints

from hjulet.core.access import ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.diary import actions
from hjulet.diary.choices import Direction
from hjulet.diary.forms import DocumentForm, MatterForm, units_within
from hjulet.diary.listing import found_by
from hjulet.diary.models import Document, Matter
from hjulet.diary.registry import provisions_on
from hjulet.org.choices import Duty
from hjulet.org.models import Principal, Unit
from hjulet.rest.answers import cleaned, refuse, without_personal_number
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import NO_NUL, Code, Day, DayIn, Id, In, Out, Page, Paging

router = Router(by_alias=True, tags=["Diarium"])
Short = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]


class SecrecyOut(Out):
    provision: str = Field(examples=["OSL 26 kap. 1 §"])
    marked_on: Day
    marked_by: str = Field(examples=["Göran Ek, registrator"])
    authority: str = Field(examples=["Vård- och omsorgsnämnden"])


class EntryOut(Out):
    """One document."""

    id: Id
    matter: int = Field(description="Ärendets id, samma för alla handlingar med samma nummer.", examples=[7])
    number: str | None = Field(
        description="Null tills numret ur ett annat diarium är inskrivet.", examples=["SN 2026/00012"]
    )
    document: int = Field(description="Vilken i ordningen i ärendet.", examples=[1])
    entered_on: Day
    direction: Direction
    counterpart: str | None = Field(examples=["Patientnämnden"])
    subject: str = Field(examples=["Synpunkt, Ekbackens äldreboende"])
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    secrecy: SecrecyOut | None


class EntryFilter(Paging):
    from_: DayIn | None = Field(default=None, alias="from", description="Daterad från och med.")
    to: DayIn | None = Field(default=None, description="Daterad till och med.")
    q: Code = Field(default="", description="Ord ur nummer eller rubrik. Ett personnummer nekas.")


class PaperIn(In):
    direction: Direction = Direction.IN
    entered_on: DayIn | None = Field(default=None, description="I dag om inget sägs.")
    counterpart: Short = Field(default="", description="Från eller till vem.", examples=["Patientnämnden"])
    secrecy: Code = Field(
        default="", description="Kod för en bestämmelse om sekretess, till exempel osl-26-1.", examples=["osl-26-1"]
    )


class DocumentIn(PaperIn):
    subject: Short = Field(default="", description="Samma som ärendets om inget sägs. Syns för alla. Inga namn.")


class EntryIn(PaperIn):
    unit: Code = Field(description="Enhetens kod.", examples=["ekbacken"])
    subject: Annotated[Short, Field(min_length=1)] = Field(
        description="Syns för alla. Inga namn.", examples=["Synpunkt, Ekbackens äldreboende"]
    )
    number: Annotated[str, StringConstraints(max_length=60, pattern=NO_NUL)] = Field(
        default="", description="Bara för en nämnd som har sitt diarium i ett annat system.", examples=[""]
    )


def entry_out(document: Document) -> EntryOut:
    matter, marked_on = document.matter, document.marked_on
    secrecy = None
    if marked_on is not None:
        secrecy = SecrecyOut(
            provision=document.secrecy_provision,
            marked_on=marked_on,
            marked_by=document.marked_by_name,
            authority=document.authority,
        )
    return EntryOut(
        id=document.pk,
        matter=matter.pk,
        number=matter.number,
        document=document.line,
        entered_on=document.entered_on,
        direction=Direction(document.direction),
        counterpart=document.counterpart or None,
        subject=document.told_subject,
        unit=matter.unit.code,
        secrecy=secrecy,
    )


@router.get(
    "/diary-entries",
    response=Page[EntryOut],
    summary="Diariet",
    description="Registrerade handlingar där du är registrator, nyast först.",
)
@access(Duty.REGISTER)
def list_diary_entries(request: ActorRequest, asked: Query[EntryFilter]) -> Page[EntryOut]:
    actor, at = request.actor, now()
    without_personal_number("q", asked.q)
    condition = found_by(asked.q)
    if asked.from_:
        condition &= Q(entered_on__gte=asked.from_)
    if asked.to:
        condition &= Q(entered_on__lte=asked.to)
    rows = Document.objects.visible_to(actor).filter(condition).select_related("matter__unit")

    def shape(found: list[Document]) -> list[EntryOut]:
        log_read("list", actor=actor, at=at, about="matter", ids=sorted({one.matter_id for one in found}))
        return [entry_out(one) for one in found]

    return page_of(request, rows.order_by("-entered_on", "-id"), asked, shape)


@router.post(
    "/diary-entries",
    response={201: EntryOut},
    summary="Registrera",
    description="Ett ärende med sin första handling. Det får nästa nummer och går inte att ta bort.",
)
@access(Duty.REGISTER)
def register_diary_entry(request: ActorRequest, response: HttpResponse, given: Body[EntryIn]) -> Status[EntryOut]:
    actor, at = request.actor, now()
    today, units = local_date(at), units_within(actor, Duty.REGISTER)
    unit: Unit | None = units.filter(code=given.unit).first()
    if unit is None:
        raise refuse("unit", _("Enheten finns inte, eller så registrerar du inte för den."))
    data = given.model_dump(exclude={"unit", "number"})
    data |= {"unit": unit.pk, "external_number": given.number, "entered_on": given.entered_on or today}
    form = MatterForm(data, units=units, elsewhere=True, provisions=provisions_on(today), today=today)
    values = cleaned(form, {"external_number": "number"})
    values["secrecy"] = values["secrecy"] or None
    matter = actions.register(principal=Principal.objects.get(pk=actor.principal_id), **values, actor=actor, at=at)
    response["Location"] = address(f"/diary-entries?q={matter.number or ''}".replace(" ", "%20"))
    document: Document = matter.documents.select_related("matter__unit").get(line=1)
    return Status(201, entry_out(document))


@router.post(
    "/diary-matters/{number}/documents",
    response={201: EntryOut},
    summary="Registrera en handling i ett ärende",
    description="En handling till med ärendets nummer. `number` är ärendets id (`matter` i listan). Den går inte att "
    "ta bort.",
)
@access(Duty.REGISTER)
def add_diary_document(
    request: ActorRequest, response: HttpResponse, number: Path[Id], given: Body[DocumentIn]
) -> Status[EntryOut]:
    actor, at = request.actor, now()
    today = local_date(at)
    matter: Matter = Matter.objects.visible_to(actor).get(pk=number)
    data = given.model_dump() | {"entered_on": given.entered_on or today}
    values = cleaned(DocumentForm(data, provisions=provisions_on(today), today=today))
    values["secrecy"] = values["secrecy"] or None
    added = actions.add_document(matter, **values, actor=actor, at=at)
    document = Document.objects.visible_to(actor).select_related("matter__unit").get(pk=added.pk)
    response["Location"] = address(f"/diary-entries?q={matter.number or ''}".replace(" ", "%20"))
    return Status(201, entry_out(document))
