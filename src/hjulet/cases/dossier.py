"""A case with all that its page and its guards need, fetched in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import F

from hjulet.cases.choices import LEX, VOICES, CaseKind, Relation
from hjulet.cases.entries import Entry, Written, asked_of, latest, run_by_provider
from hjulet.cases.flows.deviation import DEVIATION
from hjulet.cases.flows.lex_maria import LEX_MARIA
from hjulet.cases.flows.lex_sarah import LEX_SARAH
from hjulet.cases.flows.licensed import LICENSED
from hjulet.cases.flows.light import PRAISE, SUGGESTION
from hjulet.cases.flows.voice import VOICE
from hjulet.cases.models import (
    Case,
    CaseFile,
    Cause,
    CauseMeasure,
    Clock,
    Complainant,
    LocalProcedure,
    Message,
    Note,
)
from hjulet.core.actor import Actor
from hjulet.core.flow import Flow, Missing, Offer, Step
from hjulet.core.net import let_through
from hjulet.core.scope import Children
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty
from hjulet.org.models import Person

COLUMNS = [field.attname for field in Measure._meta.concrete_fields]
FLOWS: dict[str, Flow] = {
    CaseKind.DEVIATION: DEVIATION,
    CaseKind.LEX_SARAH: LEX_SARAH,
    CaseKind.LEX_MARIA: LEX_MARIA,
    **dict.fromkeys(VOICES, VOICE),
    CaseKind.PRAISE: PRAISE,
    CaseKind.SUGGESTION: SUGGESTION,
    CaseKind.LICENSED: LICENSED,
}
# The duty that works with a kind of case, where it is not the ordinary one; what its handler counts as having.
WORKS = {kind: Duty.LEX if kind in LEX else Duty.HANDLE for kind in CaseKind} | {CaseKind.LICENSED: Duty.LICENSED}


OWN_STAGE = "stage-"  # begins the code of an entry that passes one of the principal's own stages
OF_MEASURE = {f"of_measure_{name}": f"measure_links__measure__{name}" for name in COLUMNS}


def _causes_joined() -> Any:
    joined = {"link_id": F("measure_links__id"), "owner_name": F("measure_links__measure__owner__name")}
    rows: Any = Cause.objects.annotate(**joined, **{alias: F(path) for alias, path in OF_MEASURE.items()})
    return rows.order_by("number", "link_id")


CAUSES = Children(_causes_joined)
NOTES = Children(Note.objects.all)
MESSAGES = Children(Message.objects.all)
CLOCKS = Children(Clock.objects.all)
FILES = Children(lambda: CaseFile.objects.select_related("file"))
COMPLAINANT = Children(Complainant.objects.all)


def _causes_and_links(case: Case, reader: Actor | None) -> tuple[list[Cause], list[CauseMeasure]]:
    """Causes with the measures that meet them, in one query. Both hang on a case already let through its door."""
    causes: dict[int, Cause] = {}
    links = []
    for row in (one for one in CAUSES.of(case) if one.read_by(reader, case)):
        cause = causes.setdefault(row.pk, row)
        if row.link_id is not None:
            measure = Measure.from_db(row._state.db, COLUMNS, [getattr(row, alias) for alias in OF_MEASURE])
            measure.owner = Person(pk=measure.owner_id, name=row.owner_name)
            links.append(CauseMeasure(pk=row.link_id, cause=cause, measure=measure))
    return list(causes.values()), links


def _behind(case: Case) -> Written:
    """Of a case that was tried and went back: which entries it has from then, without their words, since a duty such
    as telling another authority is still to be done.
    """
    if case.is_lex or case.grade is None:
        return {}
    with let_through():
        rows = case.notes.filter(lex_track__isnull=False, code__isnull=False).only("case_id", "code", "answer")
        return latest(list(rows))


@dataclass
class Dossier:
    case: Case
    notes: list[Note]  # free ones
    entries: Written  # what the procedure asks for, the latest of each
    coded: list[Note]  # all such, in order
    causes: list[Cause]
    messages: list[Message]
    clocks: list[Clock]
    links: list[CauseMeasure]
    complainant: Complainant | None = None
    behind: Written = field(default_factory=dict)  # codes of entries that whoever reads may not see: guards count them
    opened: list[Case] = field(default_factory=list)  # cases of the same event that a step has opened

    @classmethod
    def of(cls, case: Case, reader: Actor | None = None) -> Dossier:
        """As `reader` may see it; None: as everyone does who sees the case."""
        causes, links = _causes_and_links(case, reader)
        notes: list[Note] = [note for note in NOTES.of(case) if note.read_by(reader, case)]
        return cls(
            case=case,
            causes=causes,
            notes=[note for note in notes if not note.code],
            coded=[note for note in notes if note.code],
            entries=latest(notes),
            behind=_behind(case),
            complainant=next(iter(COMPLAINANT.of(case)), None) if case.is_voice else None,
            messages=[message for message in MESSAGES.of(case) if message.read_by(reader, case)],
            clocks=CLOCKS.of(case),
            links=links,
        )

    @property
    def flow(self) -> Flow:
        return FLOWS[self.case.kind]

    @property
    def written(self) -> Written:
        """The latest entry of each code, also of those whose words the reader may not see."""
        return latest([*self.entries.values(), *self.behind.values()])

    @property
    def asked(self) -> list[Entry]:
        """Entries that the page asks for now."""
        found = asked_of(self.case, self.written)
        checked = self.about_someone_else or "secrecy-check" in self.entries
        return [entry for entry in found if checked or entry.code != "secrecy-check"]

    @property
    def by_provider(self) -> bool:
        return run_by_provider(self.case)

    @property
    def reachable(self) -> bool:
        """Whether the one who sent it in can be answered."""
        return self.case.answerable or bool(self.complainant and self.complainant.reachable)

    @property
    def about_someone_else(self) -> bool:
        return bool(self.complainant and self.complainant.relation == Relation.OTHER)

    @property
    def measures(self) -> list[Measure]:
        """Measures that count, each once."""
        found = {link.measure_id: link.measure for link in self.links if link.measure.state != MeasureState.CANCELLED}
        return list(found.values())

    def measures_of(self, cause: Cause) -> list[Measure]:
        return [
            link.measure
            for link in self.links
            if link.cause_id == cause.pk and link.measure.state != MeasureState.CANCELLED
        ]

    @property
    def running(self) -> list[Clock]:
        return [clock for clock in self.clocks if clock.stopped_at is None]

    @property
    def paused(self) -> bool:
        return any(clock.paused_on for clock in self.running)

    def missing(self, step: Step) -> tuple[Missing, ...]:
        return tuple(
            [
                *(missing for guard in step.needs for missing in guard(self)),
                *(
                    Missing(stage["label"], f"uppgift-{stage_code(stage)}")
                    for stage in self.stages
                    if stage["before"] == step.name and stage_code(stage) not in self.entries
                ),
            ]
        )

    @property
    def stages(self) -> list[dict[str, str]]:
        """What the principal itself has put into the procedure."""
        return LocalProcedure.stages_of(self.case)

    def offers(self, actor: Actor) -> list[Offer]:
        """Steps that the actor may take from here, each with what stands in its way."""
        return [
            Offer(step, self.missing(step))
            for step in self.flow.steps_from(self.case.state)
            if step.name != "effect-failed" and may_take(self.case, step, actor) and self._fits_clock(step)
        ]

    def _fits_clock(self, step: Step) -> bool:
        if step.name == "pause":
            return bool(self.running) and not self.paused
        return step.name != "resume" or self.paused


def stage_code(stage: dict[str, str]) -> str:
    return f"{OWN_STAGE}{stage['code']}"


def may_take(case: Case, step: Step, actor: Actor) -> bool:
    """Whether one of the step's duties is held at the case's unit, for its track. Its handler counts as HANDLE."""
    path = case.unit.path or ""
    if case.handler_id == actor.person_id and step.by & {WORKS[CaseKind(case.kind)], Duty.RECEIVE}:
        return True
    if case.is_voice and Duty.REGISTER in step.by and actor.holds_at(Duty.REGISTER, path):
        return True
    if case.track_set_at:
        return any(actor.holds_at(duty, path, case.track) for duty in step.by)
    # Before the track is set only the receiving duty of the unit may act, and those who may annul.
    open_duties = step.by & {case.receiving_duty, Duty.ANNUL}
    return any(actor.holds_at(duty, path) for duty in open_duties)
