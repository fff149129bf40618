"""A month of another system's log is reviewed: drawn by chance and by rules, judged row by row, closed, emptied."""

from __future__ import annotations

import math
import secrets
from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hjulet.audit import reviews
from hjulet.audit.choices import Outcome, Reason
from hjulet.audit.reviews import MOST_BY_RULE, check_all_judged, check_judgement, follow_up, tell_incident
from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.models import Person, Unit
from hjulet.samples.choices import JUDGE_LEVEL, KEEP_LEVEL
from hjulet.samples.drawing import digest_of, entry, lot
from hjulet.samples.limits import until
from hjulet.samples.models import Extract, ExtractRow
from hjulet.samples.rules import Hours, Reading, reasons_of, rules_for

EMPTY = {"login": "", "place": "", "person": "", "action": "", "note": "", "read_at": None}


@dataclass(frozen=True)
class AskedOfLog:
    """`hours`: the shift outside which a reading is pointed out; None: not tried."""

    unit: Unit
    system: str
    month: date
    share: int
    hours: Hours | None = None


def draw_extract(
    asked: AskedOfLog, rows: Collection[Reading], columns: Set[str], *, actor: Actor, at: datetime
) -> Extract:
    """Draws a share of the readings, and what the rules point at. Only the drawn rows are kept.

    Raises Refused when the reviewer's own readings are among them: another reviews those.
    """
    _check(asked, rows, actor, at)
    today, seed = local_date(at), secrets.token_hex(16)
    picked, hits = picks(rows, seed=seed, share=asked.share, hours=asked.hours)
    made = Extract(
        principal_id=actor.principal_id,
        unit=asked.unit,
        system=asked.system.strip()[:80],
        month=asked.month.replace(day=1),
        share=asked.share,
        hours=f"{asked.hours.first:%H:%M}-{asked.hours.last:%H:%M}" if asked.hours else "",
        seed=seed,
        digest=digest_of(entry(one.key) for one in rows),
        population=len({one.key for one in rows}),
        rules=[reason.value for reason in rules_for(columns, asked.hours)],
        hits=hits,
        reviewer_id=actor.person_id,
        drawn_at=at,
        due_on=until(JUDGE_LEVEL, actor.principal_id, today),
        erase_on=until(KEEP_LEVEL, actor.principal_id, today),
    )
    with transaction.atomic():
        _keep(made, picked)
        values = {"month": f"{made.month:%Y-%m}", "share": made.share, "seed": seed, "drawn": len(picked)}
        _record("log_extract.drawn", made, actor, at, values)
    return made


def _check(asked: AskedOfLog, rows: Collection[Reading], actor: Actor, at: datetime) -> None:
    first, last = reviews.month_days(asked.month)
    if last >= local_date(at):
        raise Refused(_("Månaden är inte slut än. Välj en tidigare månad."))
    if not 1 <= asked.share <= 100:
        raise Refused(_("Välj en andel mellan 1 och 100 procent."))
    if not reviews.reach(actor).filter(pk=asked.unit.pk).exists():
        raise Refused(_("Du granskar inte loggen för den enheten."))
    if not rows:
        raise Refused(_("Filen har inga läsningar från %(month)s.") % {"month": f"{first:%Y-%m}"})
    me = Person.objects.filter(pk=actor.person_id).values_list("login", "name", "email").get()
    own = {word.casefold() for word in (*me, me[2].partition("@")[0]) if word}
    if any({one.login.casefold(), one.user_name.casefold()} & own for one in rows):
        raise Refused(_("Dina egna läsningar finns i filen. Låt en annan granska, eller ta ut den utan dina rader."))


def picks(
    rows: Iterable[Reading], *, seed: str, share: int, hours: Hours | None
) -> tuple[list[tuple[Reading, Reason]], dict[str, int]]:
    """The drawn readings in the file's order, each with the gravest reason; and how many each rule pointed at. The same
    for the same readings and seed, however they lie."""
    by_key = {one.key: one for one in sorted(rows, key=lambda one: (one.key, one.line))}
    pointed: dict[Reason, list[str]] = {reason: [] for reason in Reason}
    for key, one in by_key.items():
        for reason in reasons_of(one, hours):
            pointed[reason].append(key)
    found: dict[str, Reason] = {}
    for reason, keys in pointed.items():
        for key in sorted(keys, key=lambda key: lot(seed, key))[:MOST_BY_RULE]:
            found[key] = found.get(key, reason) if reason != Reason.RELATIVE else reason
    most = math.ceil(len(by_key) * share / 100)
    for key in sorted(by_key, key=lambda key: lot(seed, key))[:most]:
        found.setdefault(key, Reason.SAMPLE)
    told = sorted(((by_key[key], reason) for key, reason in found.items()), key=lambda pair: pair[0].line)
    return told, {reason.value: len(keys) for reason, keys in pointed.items() if keys}


def _keep(made: Extract, picked: Iterable[tuple[Reading, Reason]]) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as problem:
        raise Refused(_("Du har redan gjort ett urval för det systemet, den enheten och månaden.")) from problem
    ExtractRow.objects.bulk_create(
        [
            ExtractRow(
                extract=made,
                number=one.line,
                read_at=one.at,
                login=one.login,
                place=one.unit,
                person=one.person,
                action=one.action,
                reason=reason,
            )
            for one, reason in picked
        ],
        batch_size=1_000,
    )


def judge_row(row: ExtractRow, *, outcome: str, note: str, actor: Actor, at: datetime) -> None:
    """As a reading in Hjulet's own log is judged; the log keeps the outcome, never the words."""
    with transaction.atomic():
        made = _open(row.extract_id, actor)
        check_judgement(outcome, note)
        changed: dict[str, Any] = {"outcome": outcome, "note": note.strip()[:500]}
        if changed == {"outcome": row.outcome, "note": row.note}:
            return
        changed["follow_up_on"] = follow_up(outcome, row.follow_up_on, made.principal_id, at)
        made.rows.filter(pk=row.pk).update(**changed)
        _record("log_extract.judged", made, actor, at, {"row": row.number, "outcome": [row.outcome, outcome]})
        if outcome == Outcome.MISUSE != row.outcome:
            tell_incident(made.unit, at)


def close_extract(made: Extract, *, note: str, actor: Actor, at: datetime) -> None:
    """Closes it when every row is judged and none is unclear. Of the rows only outcome and reason stay."""
    with transaction.atomic():
        locked = _open(made.pk, actor)
        check_all_judged(locked.rows.values_list("outcome", flat=True))
        locked.rows.update(**EMPTY)
        locked.closed_at = locked.erased_at = at
        locked.note = note.strip()[:4000]
        locked.save(update_fields=["closed_at", "erased_at", "note"])
        _record("log_extract.closed", locked, actor, at, {"note": locked.note})


def erase_old_extracts(at: datetime) -> int:
    """Empties the rows of what nobody closed, on its day. Returns how many."""
    rows = Extract.objects.unscoped(reason="erased on their day")
    found = list(rows.filter(erase_on__lte=local_date(at), erased_at__isnull=True)[:200])
    for made in found:
        with transaction.atomic():
            ExtractRow.objects.unscoped(reason="erased on their day").filter(extract=made).update(**EMPTY)
            made.erased_at = at
            made.save(update_fields=["erased_at"])
            _record("log_extract.erased", made, None, at, {})
    return len(found)


def _open(pk: int, actor: Actor) -> Extract:
    rows: Any = Extract.objects.visible_to(actor).select_for_update(of=("self",)).select_related("unit")
    made: Extract = rows.get(pk=pk)
    if made.reviewer_id != actor.person_id:
        raise Refused(_("En annan granskare har gjort urvalet."))
    if made.closed_at is not None or made.erased_at is not None:
        raise Stale(_("Granskningen är avslutad och kan inte ändras."))
    return made


def _record(verb: str, made: Extract, actor: Actor | None, at: datetime, values: dict[str, Any]) -> None:
    about, unit = ("log-extract", made.pk), made.unit_id
    record(verb, actor=actor, at=at, about=about, principal_id=made.principal_id, unit_id=unit, values=values)
