"""The learning feed in the API."""

from __future__ import annotations

from typing import Any

from ninja import Query, Router
from pydantic import Field

from hjulet.core.access import LOGGED_IN, ActorRequest, access
from hjulet.learning.choices import LessonKind
from hjulet.learning.listing import Selection, lessons_in, uses_of
from hjulet.learning.models import Lesson
from hjulet.rest.paging import page_of
from hjulet.rest.shapes import Code, Id, Line, Moment, Out, Page, Paging

router = Router(by_alias=True, tags=["Lärande"])


class LessonOut(Out):
    id: Id
    kind: LessonKind
    title: str = Field(examples=["En person i taget vid läkemedelsskåpet"])
    text: str = Field(examples=["Flera personers läkemedel togs ut samtidigt."])
    change: str = Field(description="Vad som görs på ett annat sätt nu.", examples=["En person i taget."])
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken"])
    confirmed_at: Moment
    used_by: list[str] = Field(description="Namnen på de enheter som gör likadant.", examples=[["Solhöjden"]])


class LessonFilter(Paging):
    unit: Code | None = Field(default=None, description="En enhets kod: enheten och allt under den.")
    kind: LessonKind | None = None
    q: Line | None = Field(default=None, description="Ord som alla ska finnas med.")


@router.get(
    "/lessons",
    response=Page[LessonOut],
    summary="Lärdomar",
    description="Publicerade lärdomar, den egna enhetens först.",
)
@access(LOGGED_IN)
def list_lessons(request: ActorRequest, asked: Query[LessonFilter]) -> Page[LessonOut]:
    actor = request.actor
    selection = Selection(asked.unit or "", str(asked.kind.value) if asked.kind else "", asked.q or "")

    def shape(found: list[Lesson]) -> list[LessonOut]:
        used = uses_of(found, actor)
        return [_out(lesson, used.get(lesson.pk, [])) for lesson in found]

    return page_of(request, lessons_in(selection, actor), asked, shape)


def _out(lesson: Lesson, used_by: list[str]) -> LessonOut:
    plain: dict[str, Any] = {
        name: getattr(lesson, name) for name in ("kind", "title", "text", "change", "confirmed_at")
    }
    return LessonOut(id=lesson.pk, unit=lesson.unit.code, used_by=used_by, **plain)
