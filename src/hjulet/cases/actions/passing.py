"""Many open cases are given to others at once, when the one who handles them leaves (ORG-5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from hjulet.cases.models import Case
from hjulet.cases.sight import OPEN_CODES
from hjulet.core.actor import Actor
from hjulet.core.events import AT_ONCE, Told, record_many
from hjulet.org.models import Person

REASON = "what someone handles goes to others when she leaves"
FACTS = (
    *("ref_year", "version", "kind", "state", "track", "track_set_at", "receiving_duty", "due_on", "principal_id"),
    *("reporter_id", "suspects_misconduct", "handler_id", "unit__path", "unit__name", "unit__code"),
)


def held_by(person_id: int, *, lock: bool = False) -> list[Case]:
    """The open cases that someone handles, without anyone's words, what is due first on top.

    For what is not read by a person: whoever is shown them must see them by her own duties.
    """
    rows = Case.objects.unscoped(reason=REASON).filter(handler_id=person_id, state__in=OPEN_CODES)
    rows = rows.select_related("unit").only(*FACTS).order_by(F("due_on").asc(nulls_last=True), "id")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def pass_on(rows: Iterable[tuple[Case, Person | None]], *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Gives each case to another handler, or to none, with the event that a change of handler has. Clocks run on.

    The caller has locked the cases (`held_by`), has seen to who may have them, and tells those who get them.
    """
    by_person: dict[int | None, list[Case]] = defaultdict(list)
    told: dict[int, list[Told]] = defaultdict(list)
    for case, person in rows:
        by_person[person.pk if person else None].append(case)
        told[case.principal_id].append(Told(case.pk, case.unit_id, _values(case, person, reason)))
    for person_id, cases in by_person.items():
        for first in range(0, len(cases), AT_ONCE):
            keys = [case.pk for case in cases[first : first + AT_ONCE]]
            some = Case.objects.unscoped(reason=REASON).filter(pk__in=keys)
            some.update(handler_id=person_id, version=F("version") + 1)
    for principal_id, events in told.items():
        record_many("case.assign", events, actor=actor, at=at, about="case", principal_id=principal_id)


def _values(case: Case, person: Person | None, reason: str) -> dict[str, Any]:
    return {
        "handler_id": [case.handler_id, person.pk if person else None],
        "handler": person.name if person else "",
        "reason": reason,
    }
