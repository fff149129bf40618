"""The demo's lex Sarah and lex Maria: from the hand-over to the effect, by the real steps and the right people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from hjulet.cases import actions
from hjulet.cases.choices import CaseKind, ContentPoint, Grade, Informed, NoteKind
from hjulet.cases.entries import PATIENT_ITEMS
from hjulet.cases.models import Case
from hjulet.core.clocks import local_date
from hjulet.measures.actions import assess_effect
from hjulet.measures.choices import Effect

if TYPE_CHECKING:
    from hjulet.setups.tales import Plot, Tales

Timeline = Iterator[datetime]
SARAH = ("dag", "bo")  # who receives and decides, who inquires
MARIA = ("fatima", "rolf")
ASIDE = 0.3  # of all that are tried, how many turn out to be something else


def tried(tales: Tales, case: Case, plot: Plot, at: datetime) -> Timeline:
    """One case that has been handed over, as far as its plot goes."""
    decider, investigator = SARAH if case.kind == CaseKind.LEX_SARAH else MARIA
    at = tales.later(at, 0.05, 0.6)
    yield at
    case = tales.step(case, "receive", decider, at)
    if plot.reach < 4 and not plot.named:
        return
    at = tales.later(at, 0.1, 2)
    yield at
    if case.kind == CaseKind.LEX_SARAH:
        _enter(tales, case, "protection", decider, at)
        case = tales.step(case, "appoint", decider, at, {"handler": tales.people[investigator]})
    else:
        yield from _weighed(tales, case, decider, at)
        if tales.chance.random() < ASIDE:
            _set_aside(tales, case, "not-lex-maria", decider, at)
            return
        case = tales.step(case, "commission", decider, at, _told("commission", handler=tales.people[investigator]))
    at = tales.later(at, 0.5, 3)
    yield at
    _enter(tales, case, "conflict", investigator, at)
    if case.kind == CaseKind.LEX_SARAH:
        case = tales.step(case, "investigate", investigator, at)
        if not plot.named and tales.chance.random() < ASIDE:
            at = tales.later(at, 3, 12)
            yield at
            _set_aside(tales, case, "not-misconduct", decider, at)
            return
    yield from _inquired(tales, case, plot, (decider, investigator), at)


def _weighed(tales: Tales, case: Case, decider: str, at: datetime) -> Timeline:
    told = {"answer": "injury-risk", "text": tales.script["lex"]["injury"], "items": ["avoidable"]}
    tales.step(case, "weigh", decider, at, told)
    yield from ()


def _inquired(tales: Tales, case: Case, plot: Plot, who: tuple[str, str], at: datetime) -> Timeline:
    decider, investigator = who
    at = tales.later(at, 2, 9)
    yield at
    measure = tales.investigate(case, plot, investigator, at)
    _points(tales, case, investigator, at)
    for code in ("heard", "consequence", "apology", *(("child-view",) if case.kind == CaseKind.LEX_SARAH else ())):
        _enter(tales, case, code, investigator, at)
    actor = tales.actor(investigator, at)
    day = local_date(at)
    actions.tell_person_informed(case, informed=Informed.YES, informed_on=day, note="", actor=actor, at=at)
    if case.kind == CaseKind.LEX_MARIA:
        _enter(tales, case, "patient-told", investigator, at)
    if plot.reach < 5:
        return
    at = tales.later(at, 3, 16)
    yield at
    case = tales.step(case, "grade", decider, at, _decision(tales, case))
    if case.goes_to_ivo:
        at = tales.later(at, 0.1, 0.8)
        yield at
        sent = {"answer": "e-service", "text": tales.script["lex"]["sent"], "day": local_date(at), "reference": ""}
        case = tales.step(case, "report-ivo", decider, at, sent)
    if plot.reach >= 6:
        yield from _ended(tales, case, measure, who, at, plot.reach)


def _ended(tales: Tales, case: Case, measure: Any, who: tuple[str, str], at: datetime, reach: int) -> Timeline:
    decider, investigator = who
    at = tales.later(at, 2, 8)
    yield at
    case = tales.step(case, "measures", investigator, at)
    for code in ("told-unit", "told-board"):
        _enter(tales, case, code, investigator, at)
    at = tales.later(at, 4, 12)
    yield at
    case = tales.step(case, "feed-back", investigator, at)
    if measure is not None:
        at = tales.later(at, 5, 25)
        yield at
        measure = tales.done(measure, investigator, at)
    if reach < 7:
        return
    at = tales.later(at, 60, 170)
    yield at
    if measure is not None:
        note = "Inga nya rapporter om samma sak."
        actor = tales.actor(investigator, at)
        assess_effect(measure, effect=Effect.YES, note=note, version=measure.version, actor=actor, at=at)
    _enter(tales, case, "effect", investigator, at)
    lesson = {"message": tales.chance.choice(tales.script["endings"]), "lesson": ""}
    tales.step(case, "close", decider, at, lesson)


def _points(tales: Tales, case: Case, login: str, at: datetime) -> None:
    for point in ContentPoint:
        told = tales.script["lex"]["points"][point.value]
        actions.add_note(
            case,
            kind=NoteKind.ASSESSMENT if point == ContentPoint.RECURRENCE else NoteKind.FACT,
            noted_on=local_date(at),
            source=told[0],
            text=told[1],
            point=point.value,
            actor=tales.actor(login, at),
            at=at,
        )


def _decision(tales: Tales, case: Case) -> dict[str, Any]:
    sarah = (Grade.MISCONDUCT, Grade.MISCONDUCT, Grade.RISK, Grade.SERIOUS)
    maria = (Grade.INJURY, Grade.SERIOUS_INJURY_RISK, Grade.SERIOUS_INJURY)
    grade = tales.chance.choice(sarah if case.kind == CaseKind.LEX_SARAH else maria)
    lex = tales.script["lex"]
    return {"grade": grade, "motivation": lex["motivation"], "message": lex["told"]}


def _set_aside(tales: Tales, case: Case, step: str, login: str, at: datetime) -> None:
    lex = tales.script["lex"]
    told = {"motivation": lex["aside"], "message": lex["aside_told"]}
    if step == "not-lex-maria":
        told["grade"] = Grade.INJURY
    tales.step(case, step, login, at, told)


def _enter(tales: Tales, case: Case, code: str, login: str, at: datetime) -> None:
    data = _told(code, day=local_date(at), lex=tales.script["lex"])
    actions.enter(case, code, data=data, actor=tales.actor(login, at), at=at)


def _told(code: str, *, lex: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    entries: dict[str, dict[str, Any]] = {
        "protection": {"answer": "yes"},
        "conflict": {"answer": "yes"},
        "heard": {"answer": "yes"},
        "apology": {"answer": "yes"},
        "child-view": {"answer": "no-child"},
        "effect": {"answer": "yes"},
        "commission": {"answer": "yes", "who": "Verksamhetschefen", "text": "Utred händelsen tillsammans med enheten."},
        "patient-told": {
            "answer": "yes",
            "items": [item for item, _label in PATIENT_ITEMS],
            "who": "Sjuksköterskan",
            "reference": "Samma dag, av sjuksköterskan",
        },
    }
    text = (lex or {}).get("entries", {}).get(code, "")
    return {"text": text, **entries.get(code, {}), **more}
