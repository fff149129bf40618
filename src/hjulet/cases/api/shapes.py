"""How cases and what hangs on them look in the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from django.utils.translation import gettext as _
from pydantic import Field, StringConstraints

from hjulet.cases.choices import (
    Answer,
    CaseKind,
    EventKind,
    Grade,
    Harm,
    ReportedHarm,
    SourceType,
    State,
)
from hjulet.cases.dossier import FLOWS
from hjulet.cases.models import Case
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.org.choices import Track
from hjulet.org.models import Person
from hjulet.rest.paging import address
from hjulet.rest.shapes import (
    Code,
    Day,
    DayIn,
    Flag,
    IdIn,
    In,
    Link,
    Long,
    Moment,
    MomentIn,
    Out,
    Paging,
    Score,
    Yes,
)

REF = "2026-0440"
Ref = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{4,15}$"), Field(examples=[REF])]
PROCESS_STEP = "home-care/ht_receive_order"
StepRef = Annotated[str, StringConstraints(max_length=300, pattern=r"^[^\x00]*$"), Field(examples=[PROCESS_STEP])]
Word = Annotated[str, StringConstraints(max_length=200, pattern=r"^[^\x00]*$")]
# every flow's, but for the one that follows a measure
OPEN_STEPS = list(
    dict.fromkeys(step.name for flow in FLOWS.values() for step in flow.steps if step.name != "effect-failed")
)
StepName = StrEnum("StepName", {name.replace("-", "_").upper(): name for name in OPEN_STEPS})  # type: ignore[misc]


class PersonRef(Out):
    id: int = Field(examples=[12])
    name: str = Field(examples=["Åsa Lind"])
    title: str = Field(examples=["Enhetschef"])

    @classmethod
    def of(cls, person: Person | None) -> PersonRef | None:
        return cls(id=person.pk, name=person.name, title=person.title) if person else None


class CaseOut(Out):
    ref: Ref
    kind: CaseKind
    track: Track = Field(description="unsure så länge lagrummet inte är satt.")
    event_kind: EventKind | None
    source_type: SourceType
    harm: Harm | None
    process_step: str | None = Field(
        description="Steget där det hände: processens id, ett snedstreck och stegets.", examples=[PROCESS_STEP]
    )
    state: State
    unit: str = Field(description="Enhetens kod.", examples=["ekbacken-eken"])
    category: str | None = Field(description="Kategorins kod.", examples=["fall"])
    severity: int | None = Field(ge=1, le=4, examples=[2])
    likelihood: int | None = Field(ge=1, le=4, examples=[2])
    occurred_at: Moment | None
    reported_at: Moment
    diary_number: str | None = Field(examples=["SN 2026/00012"])
    grade: Grade | None = Field(description="Beslutet enligt lex Sarah eller lex Maria.")
    ivo_reported_on: Day | None
    set_aside: str | None = Field(description="Varför det inte prövades, fast rapportens ord talade för det.")
    without_name: bool = Field(description="Rapporterat av någon som inte sa vem hen är.")
    title: str = Field(examples=["Fall i duschen"])
    description: str | None = Field(description="Rapportörens egna ord. Null i listor för skyddade personuppgifter.")
    immediate_action: str | None
    handler: PersonRef | None
    due_on: Day | None
    overdue: bool
    closed_at: Moment | None
    version: int = Field(description="Samma som i ETag.", examples=[3])
    links: list[Link]

    @classmethod
    def of(cls, case: Case, *, linked: Iterable[Case], at: datetime, alone: bool) -> CaseOut:
        """`alone`: read for its own sake; in a list a protected identity shows neither title nor texts."""
        hidden = case.protected_identity and not alone
        return cls(
            ref=case.ref,
            kind=CaseKind(case.kind),
            track=Track(case.track) if case.track_set_at else Track.UNSURE,
            event_kind=EventKind(case.event_kind) if case.event_kind else None,
            source_type=SourceType(case.source_type),
            harm=Harm(case.harm) if case.harm else None,
            process_step=case.process_step or None,
            state=State(case.state),
            unit=case.unit.code,
            category=case.category.code if case.category else None,
            severity=case.severity,
            likelihood=case.likelihood,
            occurred_at=case.occurred_at,
            reported_at=case.reported_at,
            diary_number=case.diary_number,
            grade=Grade(case.grade) if case.grade else None,
            ivo_reported_on=case.ivo_reported_on,
            set_aside=None if hidden else case.set_aside,
            without_name=case.unnamed,
            title=_("Skyddade personuppgifter") if hidden else case.title,
            description=None if hidden else case.description,
            immediate_action=None if hidden else case.immediate_action,
            handler=PersonRef.of(case.handler),
            due_on=case.due_on,
            overdue=case.is_open and case.due_on is not None and case.due_on < local_date(at),
            closed_at=case.closed_at,
            version=case.version,
            links=[*links_of(case.ref), *(link("linked-case", f"/cases/{one.ref}", one.ref) for one in linked)],
        )


def link(rel: str, path: str, ref: str | None = None) -> Link:
    return Link(rel=rel, href=address(path), ref=ref)


def links_of(ref: str) -> list[Link]:
    inside = ("steps", "events", "notes", "entries", "causes", "messages", "files")
    return [link("self", f"/cases/{ref}"), *(link(name, f"/cases/{ref}/{name}") for name in inside)]


def cases_out(cases: list[Case], actor: Actor, at: datetime, *, alone: bool = False) -> list[CaseOut]:
    """The cases with those they are linked to, as far as the actor sees them; one query for all."""
    ids = {pk for case in cases for pk in case.linked_ids}
    known = {one.pk: one for one in Case.objects.visible_to(actor).filter(pk__in=ids)} if ids else {}
    return [
        CaseOut.of(case, linked=[known[pk] for pk in case.linked_ids if pk in known], at=at, alone=alone)
        for case in cases
    ]


class CaseFilter(Paging):
    kind: CaseKind | None = None
    track: Literal["sol", "lss", "hsl", "none", "unsure"] | None = Field(default=None, description="Lagrum.")
    state: State | None = None
    unit: Code | None = Field(default=None, description="En enhets kod: enheten och allt under den.")
    category: Code | None = Field(default=None, description="En kategoris kod, eller none.")
    severity: Literal["1", "2", "3", "4"] | None = None
    from_: DayIn | None = Field(default=None, alias="from", description="Inkommet från och med.")
    to: DayIn | None = Field(default=None, description="Inkommet till och med.")
    q: Word | None = Field(default=None, description="Ord som alla ska finnas i ärendet. Aldrig ett personnummer.")
    process_step: StepRef | None = Field(default=None, description="Ett steg (process/steg), eller en hel process.")
    overdue: Flag | None = Field(default=None, description="true: bara sena. false: bara sådana som inte är det.")
    sort: Literal[
        "reportedAt", "-reportedAt", "dueOn", "-dueOn", "title", "-title", "unit", "-unit", "state", "-state",
        "handler", "-handler", "kind", "-kind",
    ] = "-reportedAt"  # fmt: skip


class ReportIn(In):
    kind: CaseKind
    track: Track = Field(default=Track.UNSURE, description="Vilken lag du tror att det gäller. unsure om du inte vet.")
    unit: Code | None = Field(
        default=None, description="Enhetens kod. Behövs inte för ett förslag.", examples=["ekbacken-eken"]
    )
    description: Long = Field(min_length=1, examples=["Hon ramlade i duschen. Golvet var halt."])
    occurred_at: MomentIn | None = Field(default=None)
    title: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")] = Field(
        default="", examples=["Fall i duschen"]
    )
    change: Long = Field(default="", description="Bara ett förslag: vad det skulle ändra.", examples=[""])
    immediate_action: Long = ""
    reported_harm: ReportedHarm = ReportedHarm.UNKNOWN
    suspects_misconduct: Yes = False
    about_manager: Yes = Field(default=False, description="Det kan gälla enhetens chef. Då tar någon annan emot.")
    acute: Yes = Field(default=False, description="Någon är i fara just nu.")
    person_ref: Annotated[str, StringConstraints(max_length=60, pattern=r"^[^\x00]*$")] = Field(
        default="", description="Ett ärendenummer eller alias, aldrig namn eller personnummer."
    )
    protected_identity: Yes = False
    process_step: StepRef = Field(default="", description="Steget där det hände. Ett som inte finns lämnas därhän.")
    personal_number_ok: Yes = Field(default=False, description="Texten får innehålla det som liknar ett personnummer.")


class ReportOut(Out):
    """What the reporter sees of her own report: her words, where it stands, what she was told."""

    ref: Ref
    kind: CaseKind
    state: State
    unit: str = Field(examples=["ekbacken-eken"])
    title: str = Field(examples=["Fall i duschen"])
    description: str = Field(examples=["Hon ramlade i duschen. Golvet var halt."])
    immediate_action: str
    occurred_at: Moment | None
    reported_at: Moment
    links: list[Link]

    @classmethod
    def of(cls, case: Case, *, visible: bool = False) -> ReportOut:
        links = [link("self", f"/my-reports/{case.ref}")]
        return cls(
            ref=case.ref,
            kind=CaseKind(case.kind),
            state=State(case.state),
            unit=case.unit.code,
            title=case.title,
            description=case.description,
            immediate_action=case.immediate_action,
            occurred_at=case.occurred_at,
            reported_at=case.reported_at,
            links=[*links, *([link("case", f"/cases/{case.ref}")] if visible else [])],
        )


class Choice(Out):
    value: str = Field(examples=["sol"])
    label: str = Field(examples=["SoL"])


class StepField(Out):
    name: str = Field(examples=["message"])
    label: str = Field(examples=["Besked till den som rapporterade"])
    required: bool = Field(examples=[True])
    choices: list[Choice]


class StepOut(Out):
    name: StepName
    label: str = Field(examples=["Besluta om åtgärder"])
    open: bool = Field(description="Om du kan ta steget nu.", examples=[False])
    why_not: list[str] = Field(examples=[["Ingen orsak är beskriven."]])
    main: bool = Field(description="Vägen framåt.", examples=[True])
    final: bool
    decision: bool = Field(description="Kräver en nyckel som får ta beslut.")
    basis: str | None = Field(examples=["sosfs-2011-9-5"])
    fields: list[StepField]


class StepsOut(Out):
    ref: Ref
    state: State
    version: int = Field(examples=[3])
    items: list[StepOut]


class StepIn(In):
    """`step`, and the fields that the step asks for; GET tells which."""

    step: StepName
    title: Annotated[str, StringConstraints(max_length=120, pattern=r"^[^\x00]*$")] | None = None
    tracks: list[Literal["sol", "lss", "hsl", "none"]] | None = Field(default=None, max_length=4)
    event_kind: EventKind | None = None
    category: Code | None = Field(default=None, description="En kategoris kod.")
    harm: Harm | None = None
    severity: Score | None = None
    likelihood: Score | None = None
    misconduct: Answer | None = None
    care_injury: Answer | None = None
    set_aside: Long | None = Field(
        default=None, description="Varför det inte prövas, när svaret är nej fast rapportens ord talar för det."
    )
    about_manager: Literal[True] | None = Field(default=None, description="Det kan gälla enhetens chef.")
    handler: IdIn | None = Field(default=None, description="En persons id, ur /people.")
    message: Long | None = None
    lesson: Long | None = None
    reason: Long | None = None
    recipient: Word | None = None
    secrecy: Long | None = None
    kind: CaseKind | None = None
    track: Literal["sol", "lss", "hsl", "none"] | None = None
    unit: Code | None = Field(default=None, description="En enhets kod.")
    grade: Grade | None = None
    motivation: Long | None = None
    answer: Code | None = None
    items: list[Code] | None = Field(default=None, max_length=20)
    text: Long | None = None
    day: DayIn | None = None
    who: Word | None = None
    reference: Word | None = None
    explanation: Long | None = None
    planned: Long | None = None
    target: IdIn | None = Field(default=None, description="Det länkade ärendets nummer, utan år.")
    chosen: list[Code] | None = Field(default=None, max_length=200)
    personal_number_ok: Yes = False


class StepDone(Out):
    step: StepName
    done: str = Field(examples=["Åtgärderna beslutades"])
    case: CaseOut | None = Field(description="Null när ärendet inte längre är ditt att se.")
