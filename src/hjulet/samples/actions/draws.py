"""A sample is drawn, judged file by file, closed, and later erased."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.models import Person, Unit
from hjulet.samples.choices import DRAWS, JUDGE_LEVEL, KEEP_LEVEL, FileOutcome, GroupBy, Source
from hjulet.samples.drawing import Entry, digest_of, drawn, shares
from hjulet.samples.limits import until
from hjulet.samples.models import Draw, DrawnFile

MOST_DRAWN = 500


@dataclass(frozen=True)
class Asked:
    """What the one who draws decides; the seed she does not."""

    unit: Unit
    track: str
    title: str
    source: str = Source.LIST
    group_by: str = GroupBy.NONE
    count: int = 10


def draw_files(asked: Asked, entries: Collection[Entry], *, actor: Actor, at: datetime) -> Draw:
    """Draws among the entries by a seed made now. The drawer's own files, as far as the list tells, are left out."""
    _check(asked, actor)
    others = [one for one in entries if not _own(one, asked.group_by, actor.person_id)]
    if not others:
        raise Refused(_("Listan har inga akter att dra bland."))
    today, seed = local_date(at), secrets.token_hex(16)
    found = drawn(others, seed=seed, count=asked.count)
    made = Draw(
        principal_id=actor.principal_id,
        unit=asked.unit,
        track=asked.track,
        title=asked.title.strip()[:120],
        source=asked.source,
        group_by=asked.group_by,
        seed=seed,
        digest=digest_of(others),
        population=len(set(others)),
        left_out=len(set(entries)) - len(set(others)),
        wanted=asked.count,
        groups=_groups(others, asked.count),
        drawn_by_id=actor.person_id,
        drawn_at=at,
        due_on=until(JUDGE_LEVEL, actor.principal_id, today),
        erase_on=until(KEEP_LEVEL, actor.principal_id, today),
    )
    with transaction.atomic():
        _keep(made, found)
        values = {"seed": seed, "population": made.population, "drawn": len(found), "digest": made.digest}
        _record("sample.drawn", made, actor, at, values)
    return made


def _check(asked: Asked, actor: Actor) -> None:
    if not any(actor.holds_at(duty, asked.unit.path or "", asked.track) for duty in DRAWS):
        raise Refused(_("Du drar inte stickprov för den lagen och enheten."))
    if not 1 <= asked.count <= MOST_DRAWN:
        raise Refused(_("Dra mellan 1 och 500 akter."))


def _own(one: Entry, group_by: str, person_id: int) -> bool:
    if group_by != GroupBy.HANDLER or not one.group:
        return False
    return one.group.casefold() in _names(person_id)


def _names(person_id: int) -> set[str]:
    found = Person.objects.filter(pk=person_id).values_list("name", "login").first() or ()
    return {name.casefold() for name in found}


def _groups(entries: Iterable[Entry], count: int) -> dict[str, list[int]]:
    """Of each group how many there were, and how many were drawn."""
    sizes = Counter(one.group for one in set(entries))
    wanted = shares(sizes, count)
    return {name: [sizes[name], wanted[name]] for name in sorted(sizes)}


def _keep(made: Draw, found: list[Entry]) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as problem:
        raise Refused(
            _("Ett stickprov är redan draget ur samma lista. Den som vill ha fler akter tar ut en ny lista.")
        ) from problem
    place = {"draw": made, "principal_id": made.principal_id, "unit_id": made.unit_id, "track": made.track}
    DrawnFile.objects.bulk_create(
        DrawnFile(**place, place=number, reference=one.reference, group=one.group)
        for number, one in enumerate(found, start=1)
    )


def draw_again(made: Draw, entries: Collection[Entry]) -> tuple[bool, list[Entry]]:
    """Whether a list is the one that was drawn from, and what the sample's seed draws from it."""
    others = [one for one in entries if not _own(one, made.group_by, made.drawn_by_id)]
    return digest_of(others) == made.digest, drawn(others, seed=made.seed, count=made.wanted)


def judge_file(one: DrawnFile, *, outcome: str, note: str, actor: Actor, at: datetime) -> None:
    """What was found in a file. Anything but fulfilled needs a note; the log keeps the outcome, never the words."""
    if outcome not in FileOutcome.values:
        raise Refused(_("Välj ett utfall."))
    if outcome != FileOutcome.OK and not note.strip():
        raise Refused(_("Skriv vad som brister, utan namn."))
    with transaction.atomic():
        made = _open(one.draw_id, actor)
        changed = {"outcome": outcome, "note": note.strip()[:1000]}
        if changed == {"outcome": one.outcome, "note": one.note}:
            return
        rows = DrawnFile.objects.visible_to(actor).filter(pk=one.pk)
        rows.update(**changed, judged_by_id=actor.person_id, judged_at=at)
        _record("sample.judged", made, actor, at, {"place": one.place, "outcome": [one.outcome, outcome]})


def close_draw(made: Draw, *, summary: str, actor: Actor, at: datetime) -> None:
    """Closes it when every file is judged. Then those who lead there see the sums, and nothing is changed any more."""
    with transaction.atomic():
        locked = _open(made.pk, actor)
        rows = list(DrawnFile.objects.visible_to(actor).filter(draw=locked).values_list("group", "outcome"))
        left = sum(not outcome for _group, outcome in rows)
        if left:
            raise Refused(_("Går inte än: %(count)s akter är inte bedömda.") % {"count": left})
        locked.sums = sums_of(rows)
        locked.closed_at, locked.closed_by_id, locked.summary = at, actor.person_id, summary.strip()[:4000]
        locked.save(update_fields=["sums", "closed_at", "closed_by", "summary"])
        _record("sample.closed", locked, actor, at, {"sums": locked.sums})


def sums_of(rows: Iterable[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """How many had each outcome, by group."""
    found: dict[str, Counter[str]] = {}
    for group, outcome in rows:
        found.setdefault(group, Counter())[outcome] += 1
    return {group: dict(count) for group, count in sorted(found.items())}


def _open(pk: int, actor: Actor) -> Draw:
    rows: Any = Draw.objects.visible_to(actor).select_for_update(of=("self",))
    made: Draw = rows.get(pk=pk)
    if not may_judge(made, actor):
        raise Refused(_("Du bedömer inte akter där."))
    if made.closed_at is not None or made.erased_at is not None:
        raise Stale(_("Stickprovet är avslutat och kan inte ändras."))
    return made


def may_judge(made: Draw, actor: Actor) -> bool:
    return any(actor.holds_at(duty, made.unit.path or "", made.track) for duty in DRAWS)


def erase_old_draws(at: datetime) -> int:
    """Removes the drawn references of samples whose day has come; seed, numbers and sums stay. Returns how many."""
    today = local_date(at)
    rows = Draw.objects.unscoped(reason="erased on their day").filter(erase_on__lte=today, erased_at__isnull=True)
    found = list(rows.select_related("unit")[:200])
    for made in found:
        with transaction.atomic():
            gone = DrawnFile.objects.unscoped(reason="erased on their day").filter(draw=made)
            count, _kinds = gone.delete()
            made.erased_at = at
            if made.group_by == GroupBy.HANDLER:
                made.groups, made.sums = _nameless(made.groups), _nameless_sums(made.sums)
            made.save(update_fields=["erased_at", "groups", "sums"])
            _record("sample.erased", made, None, at, {"files": count})
    return len(found)


def _nameless(groups: dict[str, list[int]]) -> dict[str, list[int]]:
    return {"": [sum(part) for part in zip(*groups.values(), strict=True)]} if groups else {}


def _nameless_sums(sums: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    whole: Counter[str] = Counter()
    for part in sums.values():
        whole.update(part)
    return {"": dict(whole)} if sums else {}


def _record(verb: str, made: Draw, actor: Actor | None, at: datetime, values: dict[str, object]) -> None:
    about, unit = ("sample", made.pk), made.unit_id
    record(verb, actor=actor, at=at, about=about, principal_id=made.principal_id, unit_id=unit, values=values)
