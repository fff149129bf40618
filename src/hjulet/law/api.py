"""The register of laws in the API."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.now import now
from hjulet.law.choices import Kind, LawState, Verified
from hjulet.law.models import LawRow
from hjulet.law.register import EVERY, Provision, Selection, laws_in, provision
from hjulet.law.registry import Hanging, hangings
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Code, Day, DayIn, Flag, In, Line, Out, Page, Paging

router = Router(by_alias=True, tags=["Lagar"])


class LawOut(Out):
    code: str = Field(examples=["sol-27-5"])
    citation: str = Field(examples=["SoL 27 kap. 5 §"])
    title: str = Field(examples=["Dokumentera, utreda och avhjälpa"])
    summary: str = Field(
        description="Med egna ord. Lagens egen text gäller.",
        examples=["Ett missförhållande dokumenteras, utreds och avhjälps genast."],
    )
    kind: Kind
    state: LawState = Field(description="Läget den dag som frågan gäller.")
    valid_from: Day
    valid_to: Day | None = Field(description="Sista dagen. Null: tills vidare.")
    replaced_by: str | None = Field(description="Koden för det som ersatte lydelsen.", examples=["sol-27-5"])
    source: str = Field(examples=["SFS 2025:400, riksdagens text"])
    verified: Verified
    checked_on: Day | None = Field(description="Dagen då någon i kommunen läste källan.")
    own: bool = Field(description="Tillagd här, kom inte med Hjulet.")


class Neighbour(Out):
    code: str = Field(examples=["sol01-14-6"])
    citation: str = Field(examples=["SoL (2001:453) 14 kap. 6 §"])
    valid_from: Day
    valid_to: Day | None


class HangOut(Out):
    kind: str = Field(examples=["step"])
    label: str = Field(examples=["Lex Sarah: Inled utredningen"])
    unit: str | None = Field(description="Enhetens namn.", examples=["Ekbacken"])
    delivered: bool = Field(description="Hör till Hjulet och ändras med en ny version.")


class ProvisionOut(LawOut):
    replaces: list[Neighbour] = Field(description="Det som lagrummet har ersatt, närmast först.")
    replaced_by_chain: list[Neighbour] = Field(description="Det som har ersatt lagrummet, närmast först.")
    hangs: list[HangOut] = Field(description="Det i Hjulet som vilar på lagrummet, så mycket du får se.")


class LawFilter(Paging):
    on: DayIn | None = Field(default=None, description="Dagen som läget gäller. Utan: i dag.")
    law: Line | None = Field(default=None, description="Lagen eller föreskriften.", examples=["SoL"])
    kind: Kind | None = None
    state: LawState | None = Field(default=None, description="Utan: det som gäller den dagen.")
    all: Flag = Field(default=False, description="Alla lägen.")
    q: Line | None = Field(default=None, description="Beteckningen, eller ord som alla ska finnas med.")


class OnDay(In):
    on: DayIn | None = Field(default=None, description="Dagen vars lydelse svaret ger. Utan: i dag.")


class _Rows(list[LawRow]):
    """Rows at hand, in the shape that a page is cut from."""

    def count(self, value: object = None) -> int:
        return len(self)


@router.get(
    "/laws",
    response=Page[LawOut],
    summary="Lagar",
    description="Lagrummen som arbetet vilar på, ordnade efter beteckning. Utan val: det som gäller i dag.",
)
@access(LOGGED_IN)
def list_laws(request: ActorRequest, asked: Query[LawFilter]) -> Page[LawOut]:
    selection = Selection(
        day=asked.on or local_date(now()),
        text=asked.q or "",
        law=asked.law or "",
        kind=asked.kind.value if asked.kind else "",
        state=EVERY if asked.all else (asked.state or LawState.IN_FORCE).value,
    )
    rows = _Rows(laws_in(selection))
    return page_of(request, rows, asked, lambda found: [LawOut(**_told(law, selection)) for law in found])


@router.get(
    "/laws/{law}",
    response=ProvisionOut,
    summary="Ett lagrum",
    description="Lydelsen en viss dag, vad lagrummet har ersatt och ersatts av, och det som vilar på det.",
)
@access(LOGGED_IN)
def get_law(request: ActorRequest, law: Path[Code], asked: Query[OnDay]) -> ProvisionOut:
    selection = Selection(day=asked.on or local_date(now()))
    found = provision(law, selection.day)
    if found is None:
        raise Http404
    return _whole(found, selection, request.actor)


def _whole(found: Provision, selection: Selection, actor: Actor) -> ProvisionOut:
    return ProvisionOut(
        **_told(found.law, selection),
        replaces=[_neighbour(law) for law in found.replaced],
        replaced_by_chain=[_neighbour(law) for law in found.replaced_by],
        hangs=[_hang(row) for row in hangings([found.law.code], actor=actor, at=now())],
    )


def _told(law: LawRow, selection: Selection) -> dict[str, Any]:
    names = ("code", "citation", "title", "summary", "kind", "valid_from", "valid_to", "source", "checked_on", "own")
    plain: dict[str, Any] = {name: getattr(law, name) for name in names}
    successor = law.replaced_by.code if law.replaced_by else None
    return {**plain, "state": law.state_on(selection.day), "replaced_by": successor, "verified": law.standing}


def _neighbour(law: LawRow) -> Neighbour:
    return Neighbour(code=law.code, citation=law.citation, valid_from=law.valid_from, valid_to=law.valid_to)


def _hang(row: Hanging) -> HangOut:
    return HangOut(kind=row.kind, label=row.label, unit=row.unit_name or None, delivered=row.delivered)
