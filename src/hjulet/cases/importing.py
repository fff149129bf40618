"""Takes in cases from another system, row by row, in batches; a row seen before is passed over.

The columns are those of FIELDS; a Mapping says what they are called in another file. Memory does not grow
with the rows. What cannot be taken in is told with line, column and reason. Each batch is one transaction, so a run
that was broken off can be run again.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.cases.bulk import Table
from hjulet.cases.import_mapping import Mapping
from hjulet.cases.import_rows import Parsed, RowReader, clock_of
from hjulet.cases.models import Case, Clock
from hjulet.cases.registry import Facts, follow_many
from hjulet.core.ahead import ahead
from hjulet.core.clocks import local_date
from hjulet.core.events import share_log_lock, value_digest
from hjulet.core.models import Event, EventValue
from hjulet.core.tables import Line, RowProblem
from hjulet.org.models import Principal

BATCH = 2_000
TOLD = 1_000  # problems kept in the outcome; all are told through `tell`


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    reason: str
    odd: bool = False  # taken in all the same

    def __str__(self) -> str:
        values = {"line": self.line, "column": self.column, "reason": self.reason}
        if not self.column:
            return _("Rad %(line)s: %(reason)s") % values
        return _("Rad %(line)s, %(column)s: %(reason)s") % values


@dataclass
class Outcome:
    """How an import went, in rows. `problems` keeps the first thousand."""

    read: int = 0
    added: int = 0
    already: int = 0
    refused: int = 0
    odd: int = 0
    undone: bool = False
    problems: list[Problem] = field(default_factory=list)


def import_cases(
    rows: Iterable[Line],
    *,
    principal: Principal,
    at: datetime,
    mapping: Mapping | None = None,
    keep_rest: bool = True,
    dry_run: bool = False,
    tell: Callable[[Problem], None] = lambda problem: None,
) -> Outcome:
    """Takes in rows. With `keep_rest` each batch stays even if other rows are refused, and a run that was
    broken off can be run again; without it one refused row undoes everything. `dry_run` always does.
    """
    work = _Import(principal, mapping or Mapping(), at, tell)
    if keep_rest and not dry_run:
        work.run(rows)
        return work.outcome
    with transaction.atomic():
        work.run(rows)
        work.outcome.undone = dry_run or work.outcome.refused > 0
        if work.outcome.undone:
            transaction.set_rollback(True)
    return work.outcome


class _Import:
    def __init__(self, principal: Principal, mapping: Mapping, at: datetime, tell: Callable[[Problem], None]) -> None:
        self.principal, self.mapping, self.at, self.tell = principal, mapping, at, tell
        self.outcome = Outcome()
        self.cases, self.clocks, self.events, self.values = (
            Table(Case),
            Table(Clock),
            Table(Event),
            Table(EventValue),
        )
        self.reader = RowReader(principal, at, own_categories=mapping.own_categories)
        newest = Case.objects.unscoped(reason="import").order_by("-pk").values_list("pk", flat=True).first()
        self.last_before = newest or 0

    def run(self, rows: Iterable[Line]) -> None:
        batch: list[Parsed] = []
        for line, found in ahead(map(self._read, rows), most=6, apart=True):
            self.outcome.read += 1
            if parsed := self._place(line, found):
                batch.append(parsed)
            if len(batch) == BATCH:
                self._write(batch)
                batch = []
        self._write(batch)

    def _read(self, numbered: Line) -> tuple[int, Parsed | RowProblem]:
        """Half of the work, done while the database does the other half. Asks it nothing."""
        line, row = numbered
        try:
            return line, row if isinstance(row, RowProblem) else self.reader.read(line, self.mapping.apply(row))
        except RowProblem as problem:
            return line, problem

    def _place(self, line: int, found: Parsed | RowProblem) -> Parsed | None:
        try:
            if isinstance(found, RowProblem):
                raise found
            self.reader.place(found)
        except RowProblem as problem:
            self._refuse(line, problem.column, problem.reason)
            return None
        if found.odd:
            self.outcome.odd += 1
            self._note(Problem(line, "occurred_at", found.odd, odd=True))
        return found

    def _refuse(self, line: int, column: str, reason: str) -> None:
        self.outcome.refused += 1
        self._note(Problem(line, column, reason))

    def _note(self, problem: Problem) -> None:
        self.tell(problem)
        if len(self.outcome.problems) < TOLD:
            self.outcome.problems.append(problem)

    def _write(self, batch: list[Parsed]) -> None:
        if not batch:
            return
        with transaction.atomic():
            new = self._unseen(batch)
            self.cases.insert([parsed.case for parsed in new])
            self.clocks.insert([clock_of(parsed.case) for parsed in new if parsed.case["due_on"]])
            self._record(new)
            follow_many([_facts(parsed.case) for parsed in new])
        self.outcome.added += len(new)

    def _unseen(self, batch: list[Parsed]) -> list[Parsed]:
        refs = [parsed.case["external_ref"] for parsed in batch]
        seen = self.cases.find("external_ref", refs, principal_id=self.principal.pk)
        new = []
        for parsed in batch:
            ref = parsed.case["external_ref"]
            if ref not in seen:
                seen[ref] = self.last_before + 1
                new.append(parsed)
            elif seen[ref] > self.last_before:
                self._refuse(parsed.line, "ref", _("%(ref)s finns redan i filen") % {"ref": ref})
            else:
                self.outcome.already += 1
        return new

    def _record(self, new: list[Parsed]) -> None:
        """An event per case, like core.events.record: salted digests, and the values in an erasable row."""
        share_log_lock()
        secretly = [(secrets.token_hex(8), _values(parsed)) for parsed in new]
        events = [
            {
                "kind": "write",
                "verb": "case.imported",
                "at": self.at,
                "actor_label": "Inläsning",
                "principal_id": self.principal.pk,
                "unit_id": parsed.case["unit_id"],
                "object_type": "case",
                "object_id": parsed.case["id"],
                "digests": {name: value_digest(salt, name, value) for name, value in values.items()},
            }
            for parsed, (salt, values) in zip(new, secretly, strict=True)
        ]
        self.events.insert(events)
        self.values.insert(
            [
                {"event_id": event["id"], "salt": salt, "values": values}
                for event, (salt, values) in zip(events, secretly, strict=True)
            ]
        )


def _facts(case: dict[str, Any]) -> Facts:
    return Facts(
        case_id=case["id"],
        principal_id=case["principal_id"],
        unit_id=case["unit_id"],
        kind=case["kind"],
        track=case["track"],
        category_id=case["category_id"],
        severity=case["severity"],
        state=case["state"],
        reported_on=local_date(case["reported_at"]),
        closed_on=local_date(case["closed_at"]) if case["closed_at"] else None,
        feedback_on=None,
        feedback_due_on=case["feedback_due_on"],
        activity_id=None,
        answerable=case.get("reporter_id") is not None,
    )


def _values(parsed: Parsed) -> dict[str, str]:
    given = {name: parsed.case[name] for name in ("description", "external_ref", "immediate_action", "state")}
    return {name: value for name, value in {"cause": parsed.cause, **given}.items() if value}
