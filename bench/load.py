"""Fills the made municipality with cases and all that hangs on them, straight into the tables."""

from __future__ import annotations

import itertools
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, models, transaction

from bench.processes import steps_of
from bench.town import Town
from bench.words import story
from hjulet.cases.choices import State
from hjulet.cases.models import Case, Cause, CauseMeasure, Clock, Message, Note
from hjulet.cases.search import searchable
from hjulet.core.models import Event, EventValue, JobRun
from hjulet.law.rules import service_level
from hjulet.measures.models import Measure
from hjulet.notify.models import Notice
from hjulet.stats import writer
from hjulet.stats.step_facts import rebuild_steps

SEED = 20_111_109
YEARS = 5
BATCH = 20_000
OPEN_STATES = (State.REPORTED, State.RECEIVED, State.ASSESSED, State.INVESTIGATING, State.MEASURES)
TRACKS = ("sol", "sol", "sol", "hsl", "hsl", "hsl", "lss", "none")
Row = dict[str, Any]


@dataclass
class Made:
    """Rows of one batch, by model."""

    rows: dict[type[models.Model], list[Row]]

    def add(self, model: type[models.Model], **values: Any) -> None:
        self.rows.setdefault(model, []).append(values)


def load(town: Town, count: int, at: datetime) -> None:
    """`count` cases of the last five years, as of `at`; more of them lately than in the beginning."""
    with _without_indexes():
        cases = Cases(town, at, Random(SEED))  # noqa: S311  made data, the same each time
        for start in range(0, count, BATCH):
            made = Made({})
            for number in range(start, min(start + BATCH, count)):
                cases.add(made, number, count)
            with transaction.atomic():
                for model, rows in made.rows.items():
                    _insert(model, rows)
        _after_numbers()
        writer.rebuild()
        rebuild_steps()
    JobRun.objects.update_or_create(name="bench", defaults={"started_at": at, "finished_at": at + timedelta(days=9)})
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


class Cases:
    """Makes the rows of one case after another."""

    def __init__(self, town: Town, at: datetime, pick: Random) -> None:
        self.town, self.at, self.pick = town, at, pick
        self.first = at - timedelta(days=365 * YEARS)
        weights = [1 / (place + 12) for place in range(len(town.units))]  # a few units report much, most little
        self.weights = list(itertools.accumulate(weights))
        codes = ("deviation.receive", "deviation.feedback")
        self.levels = [service_level(code, principal_id=town.principal.pk, day=at.date()) for code in codes]
        self.steps = steps_of(town)
        last = Event.objects.aggregate(last=models.Max("id"))["last"] or 0  # the processes were published
        self.events, self.measures = itertools.count(last + 1), itertools.count(1)

    def add(self, made: Made, number: int, count: int) -> None:
        pick, pk = self.pick, number + 1
        reported = self._moment(number / count)
        place = pick.choices(range(len(self.town.units)), cum_weights=self.weights)[0]
        title, text, done = story(pick, number)
        row: Row = {
            "id": pk,
            "principal_id": self.town.principal.pk,
            "unit_id": self.town.units[place].pk,
            "ref_year": reported.year,
            "submission_key": uuid.UUID(int=pick.getrandbits(128), version=4),
            "reporter_id": self.town.staff[(place * 7 + number) % len(self.town.staff)].pk,
            "reporter_title": "undersköterska",
            "title": title,
            "description": text,
            "immediate_action": done,
            "reported_harm": pick.choice(("yes", "near", "no", "unknown")),
            "occurred_at": reported - timedelta(minutes=pick.randint(5, 3000)),
            "reported_at": reported,
            "search_text": searchable(title, text, done),
        }
        self._handled(row, place)
        made.add(Case, **row)
        self._around(made, row, place)

    def _moment(self, share: float) -> datetime:
        """Evenly rising, so that the last year has about twice as many as the first; in daytime mostly."""
        day = self.first + (self.at - self.first) * share**0.8
        return day.replace(hour=min(23, int(self.pick.triangular(5, 23, 13))), minute=self.pick.randint(0, 59))

    def _handled(self, row: Row, place: int) -> None:
        """State, law, category and dates; old cases are closed, young ones are not."""
        pick, age = self.pick, (self.at - row["reported_at"]).days
        is_open = pick.random() < (0.95 if age < 15 else 0.5 if age < 60 else 0.1 if age < 120 else 0.003)
        state = pick.choice(OPEN_STATES) if is_open else State.CLOSED if pick.random() > 0.01 else State.ANNULLED
        reported = row["reported_at"]
        row["state"] = str(state)
        row["received_at"] = None if state == State.REPORTED else reported + timedelta(days=min(age, 1))
        row["handler_id"] = None if state == State.REPORTED else self.town.managers[place].pk
        row["due_on"] = (reported + timedelta(days=pick.randint(5, 60))).date() if is_open else None
        if state in {State.CLOSED, State.ANNULLED}:
            row["closed_at"] = min(self.at, reported + timedelta(days=pick.randint(3, 120)))
        if state in {State.REPORTED, State.RECEIVED, State.ANNULLED}:
            return
        track = pick.choice(TRACKS)
        row["track"], row["track_set_at"] = track, reported + timedelta(hours=pick.randint(1, 40))
        row["category_id"] = pick.choice(self.town.categories.get(track) or [None])
        row["severity"] = pick.choices((1, 2, 3, 4), (50, 35, 13, 2))[0]
        row["activity_id"] = pick.choice(self.steps) if pick.random() < 0.5 else None
        row["likelihood"] = pick.randint(1, 4)
        row["event_kind"] = pick.choice(("risk", "near-miss", "adverse-event"))
        row["harm"] = pick.choice(("none", "discomfort", "transient"))
        if state == State.CLOSED and pick.random() < 0.8:
            row["feedback_at"] = reported + timedelta(days=pick.randint(1, 25))

    def _around(self, made: Made, row: Row, place: int) -> None:
        """Two clocks, two to five events, notes and messages for some."""
        pick, reported, manager = self.pick, row["reported_at"], self.town.managers[place]
        for level in self.levels:
            made.add(
                Clock,
                **{
                    name: getattr(level, name)
                    for name in ("code", "label", "unit", "amount", "counted_from", "urgency")
                },
                source=level.source,
                status=level.status,
                case_id=row["id"],
                started_at=reported,
                due_on=(reported + timedelta(days=14)).date() if level.amount else None,
                stopped_at=row.get("closed_at") or row["received_at"],
            )
        self._event(made, row, "case.reported", reported, row["reporter_id"], {"description": row["description"]})
        if row["received_at"]:
            self._event(made, row, "case.receive", row["received_at"], manager.pk, {"state": ["reported", "received"]})
            self._event(made, row, "read", row["received_at"], manager.pk, {})
        if row.get("closed_at"):
            self._event(made, row, f"case.{row['state']}", row["closed_at"], manager.pk, {"state": ["", row["state"]]})
        if row.get("track_set_at") and pick.random() < 0.4:
            self._note(made, row, manager)
        if row["state"] == State.MEASURES:
            self._measure(made, row, manager)
        if row.get("feedback_at"):
            made.add(
                Message,
                **{"case_id": row["id"], "kind": "closing", "text": "Tack. Vi har ändrat rutinen."},
                author_name=manager.name,
                created_at=row["feedback_at"],
                read_at=row["feedback_at"],
            )

    def _note(self, made: Made, row: Row, manager: Any) -> None:
        made.add(
            Note,
            **{"case_id": row["id"], "kind": "fact", "noted_on": row["track_set_at"].date(), "source": "Samtal"},
            text=f"Samtal med personal. {row['description'][:120]}",
            author_id=manager.pk,
            author_name=manager.name,
            author_title=manager.title,
            created_at=row["track_set_at"],
        )

    def _measure(self, made: Made, row: Row, manager: Any) -> None:
        """What is to be done, after a cause."""
        pk, day = next(self.measures), row["track_set_at"]
        person = {"owner_id": manager.pk, "created_by_id": manager.pk, "created_at": day}
        place = {"principal_id": row["principal_id"], "unit_id": row["unit_id"], "track": row["track"]}
        told = {"title": f"Åtgärd {pk}", "expected_effect": "Det händer inte igen.", "strength": "medium"}
        made.add(Measure, id=pk, due_on=(self.at + timedelta(days=pk % 60 - 20)).date(), **person, **place, **told)
        cause = {"number": 1, "area": "procedures", "text": "Rutinen följdes inte.", "created_at": day}
        made.add(Cause, id=pk, case_id=row["id"], **cause)
        made.add(CauseMeasure, cause_id=pk, measure_id=pk)

    def _event(self, made: Made, row: Row, verb: str, at: datetime, actor_id: int, values: Row) -> None:
        pk = next(self.events)
        made.add(
            Event,
            **{"id": pk, "kind": "write" if values else "read", "verb": verb, "at": at, "actor_id": actor_id},
            actor_label="Chef Nr 1, Enhetschef",
            principal_id=row["principal_id"],
            unit_id=row["unit_id"],
            object_type="case",
            object_id=row["id"],
            digests=dict.fromkeys(values, "0" * 64),
        )
        if values:
            made.add(EventValue, event_id=pk, salt="0" * 16, values=values)


# Tables ----------------------------------------------------------------------


def _insert(model: type[models.Model], rows: list[Row]) -> None:
    """Many rows at once, the model's defaults for what is not given. A key that is not given counts up from one."""
    fields = [field for field in model._meta.concrete_fields if not getattr(field, "generated", False)]
    key = model._meta.pk.attname
    numbered = key not in rows[0]
    if numbered:
        fields = [field for field in fields if field.attname != key]
    blank = {field.attname: field.get_default() for field in fields}
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    tuples = ([_adapt(value) for value in (blank | row).values()] for row in rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for values in tuples:
                    copy.write_row(values)
            return
        places = ", ".join(["%s"] * len(fields))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", list(tuples))  # noqa: S608


def _adapt(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if connection.vendor == "postgresql":
        return value
    if isinstance(value, datetime):
        return str(value.astimezone(UTC).replace(tzinfo=None))
    if isinstance(value, date):
        return str(value)
    return value.hex if isinstance(value, uuid.UUID) else value


def _after_numbers() -> None:
    """Rows that came with their own numbers: the database's counters go on after them."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for model in (Case, Event, Measure, Cause):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, 'id'), (SELECT MAX(id) FROM {table}))",  # noqa: S608
                [table],
            )


class _without_indexes:  # noqa: N801 - used as a with statement
    """PostgreSQL builds an index faster from a whole table than row by row."""

    TABLES = tuple(m._meta.db_table for m in (Case, Clock, Note, Message, Event, EventValue, Notice))

    def __enter__(self) -> None:
        self.made: list[str] = []
        if connection.vendor != "postgresql":
            return
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
                "(SELECT conname FROM pg_constraint)",
                [list(self.TABLES)],
            )
            for name, made in cursor.fetchall():
                cursor.execute(f"DROP INDEX {connection.ops.quote_name(name)}")
                self.made.append(made)

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            with connection.cursor() as cursor:
                for statement in self.made:
                    cursor.execute(statement)
