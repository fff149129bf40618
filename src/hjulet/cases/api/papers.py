"""What IVO asks for in a lex Sarah or lex Maria case, and what is there."""

from __future__ import annotations

from ninja import Path, Router
from pydantic import Field

from hjulet.cases.api.shapes import Ref
from hjulet.cases.models import Case
from hjulet.cases.papers.archive import MARKS
from hjulet.cases.papers.content import File, items_of, may_make
from hjulet.cases.steps import case_of
from hjulet.core.access import ActorRequest, access
from hjulet.core.events import log_read
from hjulet.core.now import now
from hjulet.law.rules import codes_on
from hjulet.rest.shapes import Out

router = Router(by_alias=True, tags=["Det ärendet innehåller"])


class ItemOut(Out):
    code: str = Field(examples=["noticed"])
    label: str = Field(examples=["När och hur det uppmärksammades"])
    basis: str = Field(description="Lagens kod.", examples=["sosfs-2011-5"])
    complete: bool
    missing: str | None = Field(examples=["Utredningen säger inget om det."])
    lines: list[str] = Field(examples=[["Larmloggen visade det samma kväll."]])


class DossierOut(Out):
    ref: str = Field(examples=["2026-0241"])
    complete: bool
    items: list[ItemOut]


@router.get(
    "/cases/{ref}/dossier",
    response=DossierOut,
    summary="Handlingar till IVO",
    description="Vad IVO frågar efter, punkt för punkt, med det som finns och det som saknas. Bara lex Sarah och "
    "lex Maria, för den som utreder eller beslutar.",
)
@access(*MARKS)
def get_dossier(request: ActorRequest, ref: Path[Ref]) -> DossierOut:
    case = case_of(request.actor, ref)
    if not may_make(case, request.actor):
        raise Case.DoesNotExist
    ids, unit = [case.pk], case.unit_id
    log_read("read", actor=request.actor, at=now(), about="case", ids=ids, purpose="dossier", unit_id=unit)
    found = items_of(File.of(case))
    laws = codes_on({item.basis for item in found}, case.reported_on)
    items = [
        ItemOut(
            code=item.code,
            label=item.label,
            basis=laws[item.basis],
            complete=item.complete,
            missing=item.missing or None,
            lines=list(item.lines),
        )
        for item in found
    ]
    return DossierOut(ref=case.ref, complete=all(item.complete for item in items), items=items)
