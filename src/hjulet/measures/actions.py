"""Verbs on measures. A measure without effect opens again with a new cause (ACT-1)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import due_on as limit_due_on
from hjulet.core.clocks import local_date
from hjulet.core.events import record
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
