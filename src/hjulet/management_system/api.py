"""The management system in the API: as it stands today, and as the board has adopted it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Path, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.now import now
from hjulet.management_system import actions
from hjulet.management_system.content import NAMES, Piece, Prose, Section, Table, Tree
from hjulet.management_system.models import Adoption
from hjulet.management_system.rights import reads_as_provider
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Day, Id, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Ledningssystem"])


class TableOut(Out):
    title: str = Field(examples=["Rutin"])
    heads: list[str] = Field(examples=[["Dokument", "Version"]])
    rows: list[list[str]] = Field(examples=[[["Rutin vid fall", "3"]]])


class PartOut(Out):
    """`table` is there for tables, `html` for words of one's own, `text` for the rest."""

    kind: str = Field(description="paragraph, prose, note, more eller table.", examples=["table"])
    text: str = Field(examples=[""])
    html: str = Field(description="Bara ofarlig HTML.", examples=[""])
    url: str = Field(description="Var uppgifterna finns, som sökväg.", examples=[""])
    table: TableOut | None


class SectionOut(Out):
    key: str = Field(examples=["documents"])
    title: str = Field(examples=["Styrande dokument"])
    basis: str = Field(description="De bestämmelser avsnittet svarar mot.", examples=["SOSFS 2011:9 4 kap."])
    parts: list[PartOut]


class AdoptionOut(Out):
    number: int = Field(examples=[1])
    board: str = Field(examples=["Socialnämnden"])
    reference: str = Field(description="Beslutets nummer.", examples=["§ 87"])
    decided_on: Day
    review_on: Day = Field(description="När ledningssystemet senast ska ses över.", examples=["2027-11-12"])


class SystemOut(Out):
    """`adopted` is the version that holds; null when nothing has been adopted."""

    principal: str = Field(examples=["Lövdala kommun"])
    composed_at: Moment
    adopted: AdoptionOut | None
    sections: list[SectionOut]


@router.get(
    "/management-system",
    response=SystemOut,
    summary="Ledningssystemet i dag",
    description="Hela ledningssystemet, sammanställt nu. Den som arbetar hos en extern utförare får sin del.",
)
@access(LOGGED_IN)
def get_management_system(request: ActorRequest) -> SystemOut:
    actor = request.actor
    tree = actions.composed(actor.principal_id, now(), for_providers=reads_as_provider(actor))
    return _system(tree, Adoption.last(actor.principal_id))


@router.get(
    "/management-system/versions",
    response=Page[AdoptionOut],
    summary="Antagna versioner",
    description="Det nämnden har antagit, nyast först.",
)
@access(LOGGED_IN)
def list_management_system_versions(request: ActorRequest, asked: Query[Paging]) -> Page[AdoptionOut]:
    rows = Adoption.objects.seen_by(request.actor).defer("trees").order_by("-number")
    return page_of(request, rows, asked, lambda found: [_adoption(row) for row in found])


@router.get(
    "/management-system/versions/{number}",
    response=SystemOut,
    summary="En antagen version",
    description="Ledningssystemet som nämnden antog det.",
)
@access(LOGGED_IN)
def get_management_system_version(request: ActorRequest, number: Path[Id]) -> SystemOut:
    actor = request.actor
    found = Adoption.objects.seen_by(actor).filter(number=number).first() if number < 10_000 else None
    if found is None:
        raise Http404
    return _system(found.tree(for_providers=reads_as_provider(actor)), found)


def _system(tree: Tree, adopted: Adoption | None) -> SystemOut:
    return SystemOut(
        principal=tree.principal,
        composed_at=tree.composed_at,
        adopted=_adoption(adopted) if adopted else None,
        sections=[_section(section) for section in tree.sections],
    )


def _adoption(row: Adoption) -> AdoptionOut:
    plain: dict[str, Any] = {
        name: getattr(row, name) for name in ("number", "board", "reference", "decided_on", "review_on")
    }
    return AdoptionOut(**plain)


def _section(section: Section) -> SectionOut:
    parts = [_part(part) for part in section.parts]
    return SectionOut(key=section.key, title=section.title, basis=section.basis, parts=parts)


def _part(part: Piece) -> PartOut:
    table = None
    if isinstance(part, Table):
        table = TableOut(title=part.title, heads=list(part.heads), rows=[list(row) for row in part.rows])
    return PartOut(
        kind=NAMES[type(part)],
        text=getattr(part, "text", ""),
        html=part.html if isinstance(part, Prose) else "",
        url=getattr(part, "url", ""),
        table=table,
    )
