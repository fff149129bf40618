"""How what hangs on a case looks in the API: events, notes, causes, messages, files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import Field

from hjulet.cases.api.shapes import Choice, StepRef, Word
from hjulet.cases.choices import CauseArea, ContentPoint, Informed, MessageKind, NoteKind
from hjulet.cases.models import Case, CaseFile, Cause, Message, Note
from hjulet.measures.models import Measure
from hjulet.rest.paging import address
from hjulet.rest.shapes import Code, Day, DayIn, Id, IdIn, In, Line, Long, Moment, Out, Yes


class EventOut(Out):
    at: Moment
    verb: str = Field(examples=["case.decide"])
    who: str = Field(examples=["Åsa Lind, Enhetschef (nyckel 4)"])
    what: str = Field(examples=["Åtgärderna beslutades"])


class NoteOut(Out):
    id: Id
    kind: NoteKind
    noted_on: Day
    source: str = Field(examples=["Larmloggen"])
    text: str = Field(examples=["Larmet kom 02.14."])
    point: ContentPoint | None = Field(description="Vad i utredningen den handlar om.")
    author: str = Field(examples=["Åsa Lind, Enhetschef"])
    created_at: Moment

    @classmethod
    def of(cls, note: Note) -> NoteOut:
        author = f"{note.author_name}, {note.author_title}".rstrip(", ")
        plain = {name: getattr(note, name) for name in ("kind", "noted_on", "source", "text", "created_at")}
        return cls(id=note.pk, author=author, point=ContentPoint(note.point) if note.point else None, **plain)


class NoteIn(In):
    kind: NoteKind
    noted_on: DayIn
    source: Word = Field(min_length=1, examples=["Larmloggen"])
    text: Long = Field(min_length=1, examples=["Larmet kom 02.14."])
    point: ContentPoint | None = Field(default=None, description="Bara i lex Sarah och lex Maria.")
    personal_number_ok: Yes = False


class CaseEntryField(Out):
    name: str = Field(examples=["answer"])
    label: str = Field(examples=["Är du opartisk i det här ärendet?"])
    choices: list[Choice]


class CaseEntryOut(Out):
    """Something that the procedure asks for, with the latest that was written."""

    code: str = Field(examples=["protection"])
    label: str = Field(examples=["Vad har gjorts för att skydda den enskilde nu?"])
    basis: str | None = Field(description="Lagrummets kod.", examples=["sol-27-5"])
    writable: bool = Field(description="Om du kan skriva den nu.")
    fields: list[CaseEntryField]
    written: NoteOut | None
    answer: str | None = Field(examples=["yes"])
    details: dict[str, Any]


class CaseEntryIn(In):
    code: Code = Field(examples=["protection"])
    answer: Code | None = None
    items: list[Code] | None = Field(default=None, max_length=20)
    text: Long | None = Field(default=None, examples=["Larmet är utbytt."])
    day: DayIn | None = None
    who: Word | None = None
    reference: Word | None = None
    personal_number_ok: Yes = False


class CauseMeasureOut(Out):
    id: Id
    title: str = Field(examples=["Torka golvet efter varje dusch"])
    state: str = Field(examples=["planned"])
    href: str


class CauseOut(Out):
    number: int = Field(examples=[1])
    area: CauseArea
    text: str = Field(examples=["Ingen torkar golvet."])
    no_measure_reason: str | None
    measures: list[CauseMeasureOut]


class CauseIn(In):
    area: CauseArea
    text: Long = Field(min_length=1, examples=["Ingen torkar golvet."])


class ReasonIn(In):
    reason: Long = Field(min_length=1, examples=["Rutinen ändrades redan i maj."])


class MeasureIn(In):
    title: Line = Field(min_length=1, examples=["Torka golvet efter varje dusch"])
    expected_effect: Long = Field(min_length=1, examples=["Inga fall i duschen på tre månader"])
    strength: Literal["strong", "medium", "weak"]
    owner: IdIn = Field(description="En persons id, ur /people.", examples=[12])
    due_on: DayIn


class InformedIn(In):
    informed: Informed
    informed_on: DayIn | None = None
    informed_note: Long = ""


class ActivityIn(In):
    process_step: StepRef | None = Field(
        description="Processens id, ett snedstreck och stegets. Null tar bort kopplingen.",
        examples=["home-care/ht_receive_order"],
    )


class MessageOut(Out):
    id: Id
    kind: MessageKind
    text: str
    author: str = Field(examples=["Åsa Lind, Enhetschef"])
    created_at: Moment

    @classmethod
    def of(cls, one: Message) -> MessageOut:
        kind = MessageKind(one.kind)
        return cls(id=one.pk, kind=kind, text=one.text, author=one.author_name, created_at=one.created_at)


class QuestionIn(In):
    message: Long = Field(min_length=1, examples=["Var golvet torkat när du kom?"])
    personal_number_ok: Yes = False


class FileOut(Out):
    id: Id
    name: str = Field(examples=["golvet.jpg"])
    content_type: str = Field(examples=["image/jpeg"])
    size: int = Field(description="Antal byte.", examples=[48213])
    sha256: str = Field(examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"])
    from_reporter: bool
    added_at: Moment
    href: str

    @classmethod
    def of(cls, case: Case, one: CaseFile) -> FileOut:
        file = one.file
        plain = {name: getattr(file, name) for name in ("name", "content_type", "size", "sha256")}
        href = address(f"/cases/{case.ref}/files/{one.pk}")
        return cls(id=one.pk, from_reporter=one.from_reporter, added_at=one.added_at, href=href, **plain)


def cause_out(cause: Cause, measures: Iterable[Measure]) -> CauseOut:
    found = [
        CauseMeasureOut(id=m.pk, title=m.title, state=m.state, href=address(f"/measures/{m.pk}")) for m in measures
    ]
    return CauseOut(
        number=cause.number,
        area=CauseArea(cause.area),
        text=cause.text,
        no_measure_reason=cause.no_measure_reason or None,
        measures=found,
    )
