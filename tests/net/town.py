"""A database of its own with committed cases in every state, law, place and danger, for both principals."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

import psycopg
from django.db import connection
from psycopg import sql

from hjulet.cases.choices import OPEN, CaseKind, State
from hjulet.cases.models import Case, CaseFile, Cause, CauseMeasure, Clock, Complainant, Message, Note
from hjulet.core import net
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.policies import declared, scoped_models
from hjulet.core.scope import ScopedModel
from hjulet.diary import actions as diary
from hjulet.documents.models import Document, DocumentType, Version, VersionCause
from hjulet.files.models import StoredFile
from hjulet.handover.models import Choice, Handover, Passed
from hjulet.internal_reviews.content import take_in
from hjulet.internal_reviews.models import Drawn, Visit
from hjulet.learning.choices import LessonKind, LessonState
from hjulet.learning.models import Lesson, LessonUse
from hjulet.measures.models import Measure
from hjulet.operations.app_role import provide
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit
from hjulet.org.reach import actor_for
from hjulet.processes.models import Drawing, Element, Process
from hjulet.receipts.models import Receipt
from hjulet.samples.models import Decision, DecisionMonth, Draw, DrawnFile, Extract, ExtractRow
from hjulet.stats import source, step_facts, writer
from hjulet.stats.models import CaseFact, CaseTotal, StepFact, StepTotal
from tests.conftest import APP_ROLE, AT

CASES = 300
PASSWORD = "only-in-a-throw-away-database"  # noqa: S105
EARLY = [State.REPORTED, State.RECEIVED, State.ANNULLED, State.HANDED_OVER]
Rows = dict[str, set[int]]


@dataclass
class Town:
    """What a plain connection is compared with: per person her claims and what Python shows her, by table."""

    name: str
    tables: list[str] = field(default_factory=list)
    people: dict[str, Actor] = field(default_factory=dict)
    visible: dict[str, Rows] = field(default_factory=dict)
    reported: dict[str, Rows] = field(default_factory=dict)
    counted: dict[str, Rows] = field(default_factory=dict)
    everything: Rows = field(default_factory=dict)
    of_principal: dict[int, Rows] = field(default_factory=dict)

    def address(self, **other: Any) -> dict[str, Any]:
        given = connection.settings_dict
        place = {"host": given["HOST"] or "127.0.0.1", "port": given["PORT"] or 5432, "dbname": self.name}
        return {**place, "user": APP_ROLE, "password": PASSWORD, **other}

    def url(self, **other: Any) -> str:
        at = self.address(**other)
        return f"postgres://{at['user']}:{quote(at['password'])}@{at['host']}:{at['port']}/{at['dbname']}"


def plain(town: Town, **other: Any) -> psycopg.Connection[Any]:
    """psycopg and nothing else: no Django, no claims of its own."""
    return psycopg.connect(**town.address(**other), cursor_factory=psycopg.ClientCursor, autocommit=True)


def claimed(claims: net.Claims, statement: str) -> sql.Composed:
    return sql.SQL("SET LOCAL hjulet.claims = {}; " + statement).format(sql.Literal(claims.text()))


def asked(database: psycopg.Connection[Any], claims: net.Claims, statement: str) -> list[tuple[Any, ...]]:
    """One message with the claims in front, as the application sends it."""
    cursor = database.execute(claimed(claims, statement))
    cursor.nextset()
    return cursor.fetchall()


def key_of(table: str) -> str:
    return "event_id" if table == "core_eventvalue" else "id"


def ids(database: psycopg.Connection[Any], claims: net.Claims, table: str) -> set[int]:
    return {row[0] for row in asked(database, claims, f"SELECT {key_of(table)} FROM {table}")}


@contextmanager
def raised() -> Iterator[Town]:
    given: dict[str, Any] = connection.settings_dict
    original, name = given["NAME"], f"{given['NAME']}_town"
    connection.close()
    owner = {"host": given["HOST"], "port": given["PORT"], "user": given["USER"], "password": given["PASSWORD"]}
    keeper = psycopg.connect(**owner, dbname="postgres", autocommit=True)
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    keeper.execute(drop)
    keeper.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(original)))
    given["NAME"] = name
    options = given["OPTIONS"].pop("options", None)
    try:
        provide(APP_ROLE, PASSWORD)
        _fill(random.Random(4))  # noqa: S311 - the same town each time
        town = _seen(Town(name))
        connection.close()
        given["NAME"] = original
        if options:
            given["OPTIONS"]["options"] = options
        yield town
    finally:
        connection.close()
        given["NAME"] = original
        if options:
            given["OPTIONS"]["options"] = options
        keeper.execute(drop)
        keeper.close()


def _fill(dice: random.Random) -> None:
    units = list(Unit.objects.filter(path__isnull=False).select_related("principal"))
    people = list(Person.objects.all())
    drawn = [_case(dice, dice.choice(units), people) for _ in range(CASES)]
    for case in drawn:
        case.count_at_its_place()
    step = _step(units[0])
    for case in drawn[::2]:
        case.activity = step
    cases = Case.objects.bulk_create(drawn)
    measures = Measure.objects.bulk_create([_measure(dice, dice.choice(units), people) for _ in range(CASES)])
    for case in cases:
        _hang_on(case, dice, dice.choice(measures))
        record(
            "case.note",
            actor=None,
            at=AT,
            about=("case", case.pk),
            principal_id=case.principal_id,
            values={"text": "x"},
        )
    for measure in measures[:50]:
        about = ("measure", measure.pk)
        record(
            "measure.created", actor=None, at=AT, about=about, principal_id=measure.principal_id, values={"title": "x"}
        )
    _changed_routines(measures[:60])
    writer.rebuild()
    step_facts.rebuild_steps()
    for number in range(60):
        _registered(dice, dice.choice(units), number)
        _learnt(dice, dice.choice(units), people)
        _reviewed(dice.choice(units))
        _handed_over(dice, dice.choice(units), people, dice.choice(cases), dice.choice(measures))
        _sampled(dice, dice.choice(units), people, number)


def _reviewed(unit: Unit) -> None:
    top = Unit.objects.get(principal_id=unit.principal_id, parent__isnull=True, path__isnull=False)
    told = {
        "unit": unit,
        "year": 2026,
        "month": 11,
        "day": AT.date(),
        "mode": "announced",
        "protocol": take_in(top, AT),
    }
    visit = Visit.objects.create(principal_id=unit.principal_id, **told)
    for which in ("youngest", "oldest"):
        Drawn.objects.create(
            principal_id=unit.principal_id, unit=unit, visit=visit, which=which, pseudonym=f"P-{which}"
        )


def _step(unit: Unit) -> Element:
    told = {"principal": unit.principal, "unit": unit, "code": "town", "name": "x"}
    process = Process.objects.create(**told)
    drawing = Drawing.objects.create(process=process, number=1, xml="<x/>", created_at=AT, saved_at=AT)
    return Element.objects.create(drawing=drawing, code="a", place=1, type="task")


def _handed_over(dice: random.Random, unit: Unit, people: list[Person], case: Case, measure: Measure) -> None:
    theirs = [one for one in people if one.principal_id == unit.principal_id]
    leaving, coming = dice.sample(theirs, 2)
    whose = {"principal_id": unit.principal_id, "leaving": leaving}
    told = {"unit": unit, "successor": coming, "first_day": AT.date(), "started_at": AT}
    handover = Handover.objects.create(state="withdrawn", **whose, **told)
    for kind, thing in (("case", case), ("measure", measure)):
        row = {"handover": handover, "kind": kind, "object_id": thing.pk, "to": dice.choice([None, *theirs]), **whose}
        if thing.principal_id == unit.principal_id:
            Choice.objects.create(chosen_at=AT, **row)
            Passed.objects.create(label="x", **row)


def _changed_routines(measures: list[Measure]) -> None:
    """Every other measure gave rise to a version."""
    sort = DocumentType.objects.get(code="routine")
    for number, measure in enumerate(measures[::2]):
        document = Document.objects.create(
            principal_id=measure.principal_id, unit=measure.unit, type=sort, code=f"x-{number}", title="x"
        )
        version = Version.objects.create(document=document, number=1, title="x", created_at=AT, saved_at=AT)
        VersionCause.objects.create(version=version, measure=measure, linked_at=AT)


def _learnt(dice: random.Random, unit: Unit, people: list[Person]) -> None:
    writer, reader = dice.sample([person for person in people if person.principal_id == unit.principal_id], 2)
    published = dice.random() < 0.5
    lesson = Lesson.objects.create(
        principal_id=unit.principal_id,
        unit=unit,
        track=dice.choice(["sol", "lss", "hsl", "none"]),
        from_lex=dice.random() < 0.3,
        kind=LessonKind.LESSON,
        state=LessonState.PUBLISHED if published else LessonState.WAITING,
        title="x",
        text="x",
        written_by=writer,
        written_at=AT,
        confirmed_by=reader if published else None,
        confirmed_at=AT if published else None,
    )
    LessonUse.objects.create(lesson=lesson, unit=unit, person=reader, used_at=AT)


def _sampled(dice: random.Random, unit: Unit, people: list[Person], number: int) -> None:
    """A sample with a file, an extract of a log with a row, a decision and a month of them."""
    someone = next(person for person in people if person.principal_id == unit.principal_id)
    place = {"principal_id": unit.principal_id, "unit": unit, "track": dice.choice(["sol", "lss", "hsl", "none"])}
    kept = {"seed": "x", "population": 9, "drawn_at": AT, "due_on": AT.date(), "erase_on": AT.date()}
    closed = AT if dice.random() < 0.5 else None
    told = {"title": "x", "source": "list", "wanted": 1, "drawn_by": someone, "closed_at": closed}
    draw = Draw.objects.create(**place, **kept, **told, digest=str(number))
    DrawnFile.objects.create(**place, draw=draw, place=1, reference="x")
    extract = Extract.objects.create(
        principal_id=unit.principal_id,
        unit=unit,
        system=str(number),
        month=AT.date(),
        share=5,
        reviewer=someone,
        **kept,
    )
    ExtractRow.objects.create(extract=extract, number=1, reason="sample")
    Decision.objects.create(**place, reference=str(number), decided_on=AT.date(), read_in_at=AT)
    numbers = {"decisions": 1, "late": 0, "without_plan": 0, "plans_late": 0}
    DecisionMonth.objects.create(**place, month=date(2000 + number, 1, 1), **numbers)


def _registered(dice: random.Random, unit: Unit, number: int) -> None:
    told = {"subject": "x", "counterpart": "x", "secrecy": dice.choice([None, "osl-26-1"])}
    matter = diary.register(principal=unit.principal, unit=unit, about=("case", number + 1), actor=None, at=AT, **told)
    if number % 3 == 0:
        diary.add_document(matter, direction="out", actor=None, at=AT)


def _case(dice: random.Random, unit: Unit, people: list[Person]) -> Case:
    state = dice.choice(list(State.values))
    decided = state not in EARLY or dice.random() < 0.5
    theirs = [person for person in people if person.principal_id == unit.principal_id]
    return Case(
        principal_id=unit.principal_id,
        unit=unit,
        ref_year=2026,
        submission_key=uuid.UUID(int=dice.getrandbits(128)),
        state=state,
        kind=dice.choice([CaseKind.DEVIATION, CaseKind.DEVIATION, *CaseKind]),
        track=dice.choice(["sol", "lss", "hsl", "none"]) if decided else "unsure",
        track_set_at=AT if decided else None,
        receiving_duty=dice.choice([Duty.RECEIVE, Duty.RECEIVE_MISCONDUCT, Duty.ON_CALL, Duty.REGISTER]),
        acute=dice.random() < 0.3,
        protected_identity=dice.random() < 0.3,
        suspects_misconduct=dice.random() < 0.3,
        handler=dice.choice([None, None, *theirs]),
        reporter=dice.choice([None, *theirs]),
        title="x",
        description="x",
        search_text="fall dusch",
        reported_at=AT - timedelta(days=dice.randrange(400)),
    )


def _measure(dice: random.Random, unit: Unit, people: list[Person]) -> Measure:
    theirs = [person for person in people if person.principal_id == unit.principal_id]
    return Measure(
        principal_id=unit.principal_id,
        unit=unit,
        track=dice.choice(["sol", "lss", "hsl", "none"]),
        title="x",
        expected_effect="x",
        strength="strong",
        owner=dice.choice(theirs),
        due_on=date(2026, 12, 1),
        created_by=dice.choice(theirs),
        created_at=AT,
    )


def _hang_on(case: Case, dice: random.Random, measure: Measure) -> None:
    author = case.reporter or Person.objects.filter(principal_id=case.principal_id).first()
    written = {"author_name": "x", "created_at": AT}
    told = {"kind": "fact", "noted_on": AT.date(), "source": "x", "text": "x", "author_title": "x", **written}
    Note.objects.create(case=case, author=author, **told)
    theirs = list(Person.objects.filter(principal_id=case.principal_id).order_by("login"))
    for track in dice.sample(["sol", "lss", "hsl"], 2):  # from a time when it was tried as lex Sarah or lex Maria
        handler = dice.choice([None, *theirs])
        wall = {"lex_track": track, "lex_handler": handler}
        Note.objects.create(case=case, author=dice.choice(theirs), **wall, **told)
        number = 2 + case.causes.count()
        behind = Cause.objects.create(case=case, number=number, area="x", text="x", created_at=AT, **wall)
        if measure.principal_id == case.principal_id:
            CauseMeasure.objects.create(cause=behind, measure=measure)
        Message.objects.create(case=case, kind="question", text="x", **wall, **written)
        CaseFile.objects.create(case=case, file=_stored(case, dice), added_at=AT, **wall)
    cause = Cause.objects.create(case=case, number=1, area="x", text="x", created_at=AT)
    if measure.principal_id == case.principal_id:
        CauseMeasure.objects.create(cause=cause, measure=measure)
    Clock.objects.create(
        case=case, code="x", label="x", unit="months", counted_from="x", source="x", status="x", started_at=AT
    )
    Message.objects.create(case=case, kind="question", text="x", **written)
    CaseFile.objects.create(case=case, file=_stored(case, dice), added_at=AT)
    if case.is_voice:
        Complainant.objects.create(case=case, name="x", created_at=AT)


def _stored(case: Case, dice: random.Random) -> StoredFile:
    told = {"sha256": "x", "name": "x", "content_type": "image/png", "size": 1, "created_at": AT}
    return StoredFile.objects.create(key=f"{dice.getrandbits(120):032x}", owner_id=case.principal_id, **told)


def _seen(town: Town) -> Town:
    town.tables = sorted(declared())
    with connection.cursor() as cursor:
        for table in town.tables:
            cursor.execute(f"SELECT {key_of(table)} FROM {table}")
            town.everything[table] = {row[0] for row in cursor.fetchall()}
    for person in Person.objects.select_related("principal", "home_unit"):
        who = town.people[person.login] = actor_for(person, at=AT)
        town.visible[person.login] = {
            model._meta.db_table: _keys(lambda model=model, who=who: model.objects.visible_to(who))
            for model in scoped_models()
        }
        town.reported[person.login] = {
            model._meta.db_table: _keys(lambda model=model, who=who: model.objects.reported_by(who))
            for model in (Case, Message)
        }
        town.counted[person.login] = {
            CaseFact._meta.db_table: _facts(who, CaseFact),
            CaseTotal._meta.db_table: _facts(who, CaseTotal),
            StepFact._meta.db_table: _facts(who, StepFact),
            StepTotal._meta.db_table: _facts(who, StepTotal),
            Case._meta.db_table: _counted(who),
            Receipt._meta.db_table: _keys(lambda who=who: Receipt.objects.counted_by(who)),
            Decision._meta.db_table: _keys(lambda who=who: Decision.objects.counted_by(who)),
        }
        town.of_principal.setdefault(person.principal_id, _of_principal(person.principal_id))
    return town


def _keys(rows: Callable[[], Any]) -> set[int]:
    return set(rows().order_by().values_list("pk", flat=True))


def _counts(actor: Actor, unit: Unit, track: str) -> bool:
    grants = actor.reach(Duty.STATISTICS, Duty.MASKED_STATISTICS)
    mine = unit.principal_id == actor.principal_id
    return mine and any(g.covers(unit.path or "") and track in source.tracks_of(g) for g in grants)


def _facts(actor: Actor, table: Any) -> set[int]:
    rows = table.objects.select_related("unit")
    return {row.pk for row in rows if _counts(actor, row.unit, row.track)}


def _counted(actor: Actor) -> set[int]:
    rows = Case.objects.unscoped(reason="compared with").select_related("unit", "counted_in")
    return {
        row.pk
        for row in rows
        if _counts(actor, row.counted_in or row.unit, row.track if row.track_set_at else "unsure")
    }


def _of_principal(principal_id: int) -> Rows:
    found = {}
    for model in scoped_models():
        rows = model.objects.unscoped(reason="compared with")
        found[model._meta.db_table] = set(rows.filter(**{_root(model): principal_id}).values_list("pk", flat=True))
    return found


def _root(model: type[ScopedModel]) -> str:
    path = []
    while model.scope_parent:
        path.append(model.scope_parent)
        model = model._meta.get_field(model.scope_parent).related_model
    return "__".join([*path, "principal"])


__all__ = ["OPEN", "Town", "asked", "claimed", "ids", "plain", "raised"]
