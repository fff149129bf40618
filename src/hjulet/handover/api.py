"""Handovers in the API: the list, one with its numbers, starting and carrying out."""

from __future__ import annotations

from typing import Any, Literal

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Body, Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.clocks import local_date
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.handover import actions
from hjulet.handover.choices import HandoverState
from hjulet.handover.forms import StartForm
from hjulet.handover.listing import counts, handover_of, handovers_in, leading_units, look_of, may_begin
from hjulet.handover.models import Handover
from hjulet.handover.world import units_of
from hjulet.org.choices import Duty
from hjulet.org.models import Person
from hjulet.rest.answers import cleaned, refuse
from hjulet.rest.conditions import conditional, seen_version, tag
from hjulet.rest.paging import address, page_of
from hjulet.rest.shapes import Code, Day, DayIn, Id, IdIn, In, Link, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Överlämningar"])
LEADS = (Duty.MANAGE_ORGANISATION, Duty.READ)


class PartyOut(Out):
    id: int = Field(examples=[12])
    name: str = Field(examples=["Åsa Lind"])


class HandoverOut(Out):
    id: Id
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    leaving: PartyOut
    successor: PartyOut
    first_day: Day = Field(description="Efterträdarens första dag.")
    state: HandoverState
    carried_out_at: Moment | None
    confirmed_at: Moment | None
    version: int = Field(description="Samma som i ETag.", examples=[1])
    links: list[Link]


class PassedOut(Out):
    kind: str = Field(examples=["case"])
    successor: int = Field(examples=[12])
    others: int = Field(examples=[2])
    stay: int = Field(examples=[1])
    nobody: int = Field(description="Ingen kunde ta över.", examples=[0])


class SectionOut(Out):
    key: str = Field(examples=["arenden"])
    count: int = Field(description="Hur många du får se.", examples=[14])


class OneHandoverOut(HandoverOut):
    units: list[str] = Field(description="Enheternas koder.", examples=[["ekbacken"]])
    sections: list[SectionOut] = Field(description="Underlaget, så länge den förbereds.")
    passed: list[PassedOut] = Field(description="Vad som lämnades över, när den är genomförd.")


class HandoverFilter(Paging):
    shown: Literal["open", "ended"] = Field(default="open", description="open: förbereds. ended: klara.")


class StartIn(In):
    units: list[Code] = Field(min_length=1, max_length=20, description="Enheternas koder.", examples=[["ekbacken"]])
    leaving: IdIn = Field(description="En persons id, ur /people.")
    successor: IdIn = Field(description="En persons id, ur /people.")
    first_day: DayIn


def _plain(row: Handover) -> dict[str, Any]:
    return {
        "id": row.pk,
        "unit": row.unit.code,
        "leaving": PartyOut(id=row.leaving_id, name=row.leaving.name),
        "successor": PartyOut(id=row.successor_id, name=row.successor.name),
        "first_day": row.first_day,
        "state": HandoverState(row.state),
        "carried_out_at": row.carried_out_at,
        "confirmed_at": row.confirmed_at,
        "version": row.version,
        "links": [Link(rel="self", href=address(f"/handovers/{row.pk}"))],
    }


def _one(request: ActorRequest, row: Handover, response: HttpResponse) -> OneHandoverOut:
    at = now()
    log_read("read", actor=request.actor, at=at, about="handover", ids=[row.pk], unit_id=row.unit_id)
    response["ETag"] = tag(row.version)
    found = counts(look_of(row, request.actor, at)) if row.prepared else {}
    passed = (row.receipt or {}).get("counts", {})
    return OneHandoverOut(
        **_plain(row),
        units=[unit.code for unit in units_of(row)],
        sections=[SectionOut(key=key, count=count) for key, count in found.items()],
        passed=[PassedOut(kind=kind, **numbers) for kind, numbers in passed.items()],
    )


@router.get(
    "/handovers", response=Page[HandoverOut], summary="Överlämningar", description="De överlämningar du får se."
)
@access(LOGGED_IN)
def list_handovers(request: ActorRequest, asked: Query[HandoverFilter]) -> Page[HandoverOut]:
    actor, at = request.actor, now()
    rows = handovers_in({"visa": "klara"} if asked.shown == "ended" else {}, actor=actor)

    def shape(found: list[Handover]) -> list[HandoverOut]:
        log_read("list", actor=actor, at=at, about="handover", ids=[row.pk for row in found])
        return [HandoverOut(**_plain(row)) for row in found]

    return page_of(request, rows, asked, shape)


@router.get(
    "/handovers/{number}",
    response=OneHandoverOut,
    summary="En överlämning",
    description="Med hur mycket som finns i underlaget, eller vad som lämnades över.",
)
@access(LOGGED_IN)
def get_handover(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> OneHandoverOut:
    return _one(request, handover_of(request.actor, number), response)


@router.post(
    "/handovers",
    response=OneHandoverOut,
    summary="Förbered en överlämning",
    description="Inget byter händer. Båda får veta det.",
)
@access(*LEADS)
def start_handover(request: ActorRequest, response: HttpResponse, given: Body[StartIn]) -> OneHandoverOut:
    actor, at = request.actor, now()
    if not may_begin(actor):
        raise Http404
    units = {unit.code: unit for unit in leading_units(actor).filter(code__in=given.units).select_related("principal")}
    if set(given.units) - set(units):
        raise refuse("units", _("Enheten finns inte, eller så kan du inte lämna över den."))
    people = Person.objects.seen_by(actor, local_date(at)).select_related("principal", "home_unit")
    leaving = people.filter(pk=given.leaving).first()
    successor = people.filter(pk=given.successor, is_active=True).first()
    if leaving is None:
        raise refuse("leaving", _("Personen finns inte."))
    values = {
        "units": [unit.pk for unit in units.values()],
        "successor": successor.login if successor else "",
        "first_day": given.first_day.isoformat(),
    }
    form = StartForm(values, units=leading_units(actor), people=people.filter(is_active=True), today=local_date(at))
    told = cleaned(form) | {"units": [units[code] for code in dict.fromkeys(given.units)]}
    return _one(request, actions.start(leaving=leaving, **told, actor=actor, at=at), response)


@router.post(
    "/handovers/{number}/carry-out",
    response=OneHandoverOut,
    summary="Genomför överlämningen",
    description="Allt på en gång, eller inget. Från efterträdarens första dag.",
)
@access(*LEADS)
@conditional
def carry_out_handover(request: ActorRequest, response: HttpResponse, number: Path[Id]) -> OneHandoverOut:
    found = handover_of(request.actor, number)
    if not actions.may_lead(found, request.actor):
        raise Http404
    seen_version(request, found.version)
    return _one(request, actions.carry_out(found, actor=request.actor, at=now()), response)
