"""A case with all that its page and its guards need, fetched in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F

from hjulet.cases.choices import CaseKind
from hjulet.cases.flows.deviation import DEVIATION
from hjulet.cases.models import Case, CaseFile, Cause, CauseMeasure, Clock, Message, Note
from hjulet.core.actor import Actor
from hjulet.core.flow import Flow, Missing, Offer, Step
from hjulet.core.scope import Children
from hjulet.measures.choices import MeasureState
from hjulet.measures.models import Measure
from hjulet.org.choices import Duty
from hjulet.org.models import Person

# Views come in by import only so far, and are received and investigated in the same steps (SOSFS 2011:9 5 kap. 3 §).
COLUMNS = [field.attname for field in Measure._meta.concrete_fields]
FLOWS: dict[str, Flow] = {CaseKind.DEVIATION: DEVIATION, CaseKind.VIEW: DEVIATION}


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


def _causes_and_links(case: Case) -> tuple[list[Cause], list[CauseMeasure]]:
    """Causes with the measures that meet them, in one query. Both hang on a case already let through its door."""
    causes: dict[int, Cause] = {}
    links = []
    for row in CAUSES.of(case):
        cause = causes.setdefault(row.pk, row)
        if row.link_id is not None:
            measure = Measure.from_db(row._state.db, COLUMNS, [getattr(row, alias) for alias in OF_MEASURE])
            measure.owner = Person(pk=measure.owner_id, name=row.owner_name)
            links.append(CauseMeasure(pk=row.link_id, cause=cause, measure=measure))
    return list(causes.values()), links


@dataclass
class Dossier:
    case: Case
    notes: list[Note]
    causes: list[Cause]
    messages: list[Message]
    clocks: list[Clock]
    links: list[CauseMeasure]

    @classmethod
    def of(cls, case: Case) -> Dossier:
        causes, links = _causes_and_links(case)
        return cls(
            case=case,
            causes=causes,
            notes=NOTES.of(case),
            messages=MESSAGES.of(case),
            clocks=CLOCKS.of(case),
            links=links,
        )

    @property
    def flow(self) -> Flow:
        return FLOWS[self.case.kind]

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
        return tuple(missing for guard in step.needs for missing in guard(self))

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


def may_take(case: Case, step: Step, actor: Actor) -> bool:
    """Whether one of the step's duties is held at the case's unit, for its track. Its handler counts as HANDLE."""
    path = case.unit.path or ""
    if case.handler_id == actor.person_id and step.by & {Duty.HANDLE, Duty.RECEIVE}:
        return True
    if case.track_set_at:
        return any(actor.holds_at(duty, path, case.track) for duty in step.by)
    # Before the track is set only the receiving duty of the unit may act, and those who may annul.
    open_duties = step.by & {case.receiving_duty, Duty.ANNUL}
    return any(actor.holds_at(duty, path) for duty in open_duties)
