"""Confirmations in the API: how many at each unit, and one's own."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Body, Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.core.now import now
from hjulet.receipts import actions
from hjulet.receipts.choices import COUNTERS, MASKED
from hjulet.receipts.coverage import Row, matter_for, units_of
from hjulet.receipts.forms import ConfirmForm
from hjulet.receipts.listing import asks
from hjulet.rest.answers import cleaned
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Code, Day, In, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Bekräftelser"])


class CoverageFilter(Paging):
    matter: Code = Field(default="", description="Vad som ska bekräftas. Utan: det första.", examples=["lex-sarah"])


class CoverageOut(Out):
    """Null where the numbers are hidden, since so few are asked."""

    matter: str = Field(examples=["lex-sarah"])
    version: int = Field(examples=[1])
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken-eken"])
    name: str = Field(examples=["Ekbacken, Eken"])
    asked: int | None = Field(description="Hur många som ska bekräfta.", examples=[14])
    confirmed: int | None = Field(description="Hur många vars bekräftelse gäller.", examples=[11])
    overdue: int | None = Field(description="Hur många vars bekräftelse har slutat gälla.", examples=[2])
    never: int | None = Field(description="Hur många som aldrig har bekräftat den här versionen.", examples=[1])
    masked: bool


class ConfirmIn(In):
    matter: Code = Field(examples=["lex-sarah"])
    answer: Code = Field(default="", description="Svaret på kontrollfrågan, när det finns en.", examples=["report"])


class ReceiptOut(Out):
    matter: str = Field(examples=["lex-sarah"])
    version: int = Field(examples=[1])
    confirmed_at: Moment
    valid_until: Day | None = Field(description="Sista dagen den gäller. Null: tills vidare.")


class _Rows(list[Row]):
    """Rows at hand, in the shape that a page is cut from."""

    def count(self, value: Any = None) -> int:
        return len(self)


@router.get(
    "/receipts",
    response=Page[CoverageOut],
    summary="Bekräftelser per enhet",
    description="Hur många som har läst och bekräftat, vid de enheter du får följa. Inga namn.",
)
@access(*COUNTERS, *MASKED)
def count_receipts(request: ActorRequest, asked: Query[CoverageFilter]) -> Page[CoverageOut]:
    actor, at = request.actor, now()
    matter = matter_for(actor, at, asked.matter)
    if matter is None:
        raise Http404
    about = {"matter": matter.code, "version": matter.version}
    rows = _Rows(units_of(matter, actor, at))
    return page_of(request, rows, asked, lambda found: [_out(row, about) for row in found])


def _out(row: Row, about: dict[str, Any]) -> CoverageOut:
    numbers = {"asked": row.asked, "confirmed": row.confirmed, "overdue": row.late, "never": row.never}
    shown = dict.fromkeys(numbers) if row.masked else numbers
    return CoverageOut(unit=row.code, name=row.name, masked=row.masked, **about, **shown)


@router.post(
    "/receipts",
    response=ReceiptOut,
    summary="Bekräfta att du har läst",
    description="För dig själv. Gäller din bekräftelse redan får du tillbaka den.",
)
@access(LOGGED_IN)
def confirm_receipt(request: ActorRequest, given: Body[ConfirmIn]) -> ReceiptOut:
    actor, at = request.actor, now()
    ask = next((ask for ask in asks(actor, at) if ask.matter.code == given.matter), None)
    if ask is None:
        raise Http404
    values = cleaned(ConfirmForm({"answer": given.answer}, matter=ask.matter))
    receipt = actions.confirm(ask.matter, answer=values.get("answer", ""), actor=actor, at=at)
    return ReceiptOut(
        matter=ask.matter.code,
        version=ask.matter.version,
        confirmed_at=receipt.confirmed_at,
        valid_until=receipt.valid_until,
    )
