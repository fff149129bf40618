"""Verbs on measures. A measure without effect opens again with a new cause (ACT-1)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import due_on as limit_due_on
from hjulet.core.clocks import local_date
from hjulet.core.events import AT_ONCE, Told, record, record_many
from hjulet.core.flow import Refused, Stale
from hjulet.law.rules import service_level
from hjulet.measures.choices import Effect, MeasureState
from hjulet.measures.models import Measure
from hjulet.measures.registry import SOURCES
from hjulet.notify.actions import tell
from hjulet.org.choices import Duty
from hjulet.org.models import Person, Unit


def propose(
    *,
    unit: Unit,
    track: str,
    title: str,
    expected_effect: str,
    strength: str,
    owner: Person,
    due: date,
    source: tuple[str, int] | None = None,
    actor: Actor,
    at: datetime,
) -> Measure:
    """Creates a measure and tells its owner."""
    measure = Measure(
        principal_id=unit.principal_id,
        unit=unit,
        track=track,
        title=title,
        expected_effect=expected_effect,
        strength=strength,
        owner=owner,
        due_on=due,
        source_type=source[0] if source else "",
        source_id=source[1] if source else None,
        created_by_id=actor.person_id,
        created_at=at,
    )
    measure.search_text = measure.words()
    measure.save()
    values = {
        "title": title,
        "expected_effect": expected_effect,
        "strength": strength,
        "owner": owner.name,
        "due_on": due,
    }
    _record("measure.proposed", measure, actor, at, values)
    if owner.pk != actor.person_id:
        tell(people=[owner], kind="measure.assigned", link=f"/atgarder/{measure.pk}/", at=at)
    return measure


def may_change(measure: Measure, actor: Actor) -> bool:
    """The owner and those who handle cases of its track at its unit."""
    return measure.owner_id == actor.person_id or actor.holds_at(Duty.HANDLE, measure.unit.path or "", measure.track)


def change_plan(
    measure: Measure,
    *,
    title: str,
    expected_effect: str,
    owner: Person,
    due: date,
    version: int,
    actor: Actor,
    at: datetime,
) -> Measure:
    """Changes what is planned, while the measure is not done."""
    with transaction.atomic():
        locked = _lock(measure, actor, version)
        _require(locked.state == MeasureState.PLANNED, _("Åtgärden är redan genomförd och kan inte planeras om."))
        new = {"title": title, "expected_effect": expected_effect, "owner_id": owner.pk, "due_on": due}
        changed = {
            name: [getattr(locked, name), value] for name, value in new.items() if getattr(locked, name) != value
        }
        if changed:
            _write(locked, new)
            _record("measure.planned", locked, actor, at, changed)
            if "owner_id" in changed and owner.pk != actor.person_id:
                tell(people=[owner], kind="measure.assigned", link=f"/atgarder/{locked.pk}/", at=at)
    return locked


PASSED = "what someone answers for goes to others when she leaves"


def held_by(person_id: int, *, lock: bool = False) -> list[Measure]:
    """The open measures that someone answers for, without anyone's words, what is due first on top.

    For what is not read by a person: whoever is shown them must see them by her own duties.
    """
    facts = ("principal_id", "unit__path", "unit__name", "track", "due_on", "effect_due_on", "state", "version")
    rows = Measure.objects.unscoped(reason=PASSED).open().owned_by(person_id)
    rows = rows.select_related("unit").only(*facts, "owner_id").order_by("due_on", "id")
    return list(rows.select_for_update(of=("self",)) if lock else rows)


def pass_on(rows: Iterable[tuple[Measure, Person]], *, reason: str, actor: Actor | None, at: datetime) -> None:
    """Gives each measure to another who answers for it. Its days stay.

    The caller has locked the measures (`held_by`), has seen to who may have them, and tells those who get them.
    """
    by_person: dict[int, list[int]] = defaultdict(list)
    told: dict[int, list[Told]] = defaultdict(list)
    for measure, person in rows:
        by_person[person.pk].append(measure.pk)
        values = {"owner_id": [measure.owner_id, person.pk], "owner": person.name, "reason": reason}
        told[measure.principal_id].append(Told(measure.pk, measure.unit_id, values))
    for owner_id, keys in by_person.items():
        for first in range(0, len(keys), AT_ONCE):
            some = Measure.objects.unscoped(reason=PASSED).filter(pk__in=keys[first : first + AT_ONCE])
            some.update(owner_id=owner_id, version=F("version") + 1, reminded_for="")
    for principal_id, events in told.items():
        record_many("measure.passed-on", events, actor=actor, at=at, about="measure", principal_id=principal_id)


def mark_done(measure: Measure, *, done_on: date, note: str, version: int, actor: Actor, at: datetime) -> Measure:
    """The work is done; from now the effect is waited for (local service level `measure.effect`)."""
    with transaction.atomic():
        locked = _lock(measure, actor, version)
        _require(locked.state == MeasureState.PLANNED, _("Åtgärden är redan genomförd."))
        _require(done_on <= local_date(at), _("Datumet ligger i framtiden. Välj i dag eller tidigare."))
        level = service_level("deviation.effect", principal_id=locked.principal_id, day=local_date(at))
        effect_due = limit_due_on(level.limit, done_on)
        new = {"state": MeasureState.DONE, "done_on": done_on, "done_note": note, "effect_due_on": effect_due}
        _write(locked, new)
        _record("measure.done", locked, actor, at, new)
        _tell_source(locked, actor, at)
    return locked


def assess_effect(
    measure: Measure,
    *,
    effect: str,
    note: str,
    new_cause: str = "",
    area: str = "",
    due: date | None = None,
    version: int,
    actor: Actor,
    at: datetime,
) -> Measure:
    """Whether the expected effect came. Without effect the measure opens again, with a new cause and a new date."""
    with transaction.atomic():
        locked = _lock(measure, actor, version)
        _require(locked.state == MeasureState.DONE, _("Effekten kan bedömas först när åtgärden är genomförd."))
        if effect == Effect.NO:
            return _reopen(locked, note=note, new_cause=new_cause, area=area, due=due, actor=actor, at=at)
        new = {
            "state": MeasureState.EFFECTIVE,
            "effect": effect,
            "effect_note": note,
            "effect_on": local_date(at),
        }
        _write(locked, new)
        _record("measure.effect", locked, actor, at, new)
        _tell_source(locked, actor, at)
    return locked


def cancel(measure: Measure, *, reason: str, version: int, actor: Actor, at: datetime) -> Measure:
    """A measure that will not be done. Its cause then needs another measure or a reason."""
    with transaction.atomic():
        locked = _lock(measure, actor, version)
        _require(locked.state == MeasureState.PLANNED, _("Bara en planerad åtgärd kan återkallas."))
        new = {"state": MeasureState.CANCELLED, "done_note": reason}
        _write(locked, new)
        _record("measure.cancelled", locked, actor, at, new)
        _tell_source(locked, actor, at)
    return locked


def _reopen(
    locked: Measure, *, note: str, new_cause: str, area: str, due: date | None, actor: Actor, at: datetime
) -> Measure:
    _require(bool(new_cause.strip()), _("Skriv vilken orsak åtgärden inte kom åt."))
    source = SOURCES.get(locked.source_type)
    _require(source is None or area in dict(source.areas), _("Välj vad den nya orsaken hör till."))
    _require(due is not None and due >= local_date(at), _("Välj ett nytt datum när åtgärden ska vara klar."))
    new = {
        "state": MeasureState.PLANNED,
        "effect": Effect.NO,
        "effect_note": note,
        "effect_on": local_date(at),
        "effect_due_on": None,
        "done_on": None,
        "due_on": due,
        "reopened": locked.reopened + 1,
    }
    _write(locked, new)
    _record("measure.reopened", locked, actor, at, {**new, "new_cause": new_cause})
    if locked.source_type and locked.source_id:
        SOURCES[locked.source_type].effect_failed(locked, area, new_cause, actor, at)
    return locked


def _lock(measure: Measure, actor: Actor, version: int) -> Measure:
    locked = (
        Measure.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .select_related("unit", "owner")
        .get(pk=measure.pk)
    )
    _require(
        may_change(locked, actor),
        _("Bara den som ansvarar för åtgärden eller handlägger ärendet kan ändra den."),
    )
    if locked.version != version:
        raise Stale(_("Någon annan hann ändra åtgärden. Din text finns kvar här nedanför."))
    return locked


def _write(measure: Measure, new: dict[str, Any]) -> None:
    for name, value in new.items():
        setattr(measure, name, value)
    measure.version += 1
    measure.reminded_for, measure.search_text = "", measure.words()
    measure.save(update_fields=[*new, "version", "reminded_for", "search_text"])


def _require(condition: bool, reason: str) -> None:
    if not condition:
        raise Refused(reason)


def _record(verb: str, measure: Measure, actor: Actor, at: datetime, values: dict[str, Any]) -> None:
    record(
        verb,
        actor=actor,
        at=at,
        about=("measure", measure.pk),
        principal_id=measure.principal_id,
        unit_id=measure.unit_id,
        values=values,
    )


def _tell_source(measure: Measure, actor: Actor, at: datetime) -> None:
    if measure.source_type and measure.source_id:
        SOURCES[measure.source_type].changed(measure, actor, at)
