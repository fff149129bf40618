"""Break-glass: asked for with a reason, decided by another, timed, told and logged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from hjulet.audit import hooks
from hjulet.core.actor import Actor
from hjulet.core.events import record
from hjulet.core.flow import Refused, Stale
from hjulet.org.choices import Duty
from hjulet.org.models import BreakGlass, Person, Unit
from hjulet.org.reach import holders

LINK = "/nodatkomst/"
MOST_HOURS = 8
LEAST_REASON = 20
STANDS_FOR = timedelta(hours=24)


def ask(*, unit: Unit, track: str, reason: str, hours: int, actor: Actor, at: datetime) -> BreakGlass:
    """Asks for reading a unit's cases of one track for some hours (1–8). Tells those who may decide, at once.

    Until someone has decided, `ends_at` minus `asked_at` is how long was asked for.
    """
    known = unit.principal_id == actor.principal_id and bool(unit.path) and actor.sees(unit.path)
    _require(known, _("Välj en enhet hos din egen huvudman."))
    _require(1 <= hours <= MOST_HOURS, _("Välj mellan 1 och 8 timmar."))
    _require(len(reason.strip()) >= LEAST_REASON, _("Skriv varför du behöver läsa, med minst 20 tecken."))
    deciders = [
        p for p in holders(Duty.APPROVE_BREAK_GLASS, unit.path or "", at=at, track=track) if p.pk != actor.person_id
    ]
    _require(bool(deciders), _("Ingen annan har i uppdrag att godkänna nödåtkomst där. Ring enhetens chef."))
    with transaction.atomic():
        asked = BreakGlass.objects.create(
            person_id=actor.person_id,
            unit=unit,
            track=track,
            reason=reason.strip(),
            asked_at=at,
            ends_at=at.astimezone(UTC) + timedelta(hours=hours),
        )
        _record("breakglass.asked", asked, actor, at, {"reason": asked.reason, "track": track, "hours": hours})
        hooks.tell(people=deciders, kind="breakglass.asked", link=LINK, at=at, urgent=True)
    return asked


def may_decide(asked: BreakGlass, actor: Actor) -> bool:
    """Another person than the one who asked, with the duty at that unit and track."""
    return asked.person_id != actor.person_id and actor.holds_at(
        Duty.APPROVE_BREAK_GLASS, asked.unit.path or "", asked.track
    )


def approve(asked: BreakGlass, *, actor: Actor, at: datetime) -> BreakGlass:
    """Opens the reach from now, for the hours asked for. Tells the one who asked and those who watch."""
    with transaction.atomic():
        locked = _lock(asked, actor, at)
        locked.ends_at = at.astimezone(UTC) + hours_asked(locked)
        locked.approved_at, locked.approved_by_id = at, actor.person_id
        locked.save(update_fields=["ends_at", "approved_at", "approved_by"])
        locked.person.break_glass_until = max(locked.ends_at, locked.person.break_glass_until or locked.ends_at)
        locked.person.save(update_fields=["break_glass_until"])
        _record("breakglass.approved", locked, actor, at, {"ends_at": locked.ends_at.isoformat()})
        hooks.tell(people=[locked.person], kind="breakglass.approved", link=LINK, at=at, urgent=True)
        watchers = holders(Duty.WATCH_BREAK_GLASS, locked.unit.path or "", at=at, track=locked.track)
        hooks.tell(people=watchers, kind="breakglass.told", link=LINK, at=at, urgent=False)
    return locked


def refuse(asked: BreakGlass, *, actor: Actor, at: datetime) -> BreakGlass:
    """Says no, and tells the one who asked."""
    with transaction.atomic():
        locked = _lock(asked, actor, at)
        locked.refused_at = at
        locked.save(update_fields=["refused_at"])
        _record("breakglass.refused", locked, actor, at, {})
        hooks.tell(people=[locked.person], kind="breakglass.refused", link=LINK, at=at, urgent=True)
    return locked


def end(granted: BreakGlass, *, actor: Actor, at: datetime) -> BreakGlass:
    """Closes an open reach before its time: by the one who has it, or by someone who may decide on it."""
    with transaction.atomic():
        locked = BreakGlass.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=granted.pk)
        mine = locked.person_id == actor.person_id
        _require(mine or may_decide(locked, actor), _("Du får inte avsluta den här nödåtkomsten."))
        if locked.approved_at is None or locked.ends_at is None or locked.ends_at <= at:
            raise Stale(_("Nödåtkomsten är redan avslutad."))
        locked.ends_at = at
        locked.save(update_fields=["ends_at"])
        _record("breakglass.ended", locked, actor, at, {})
    return locked


def end_below(person: Person, paths: Iterable[str], *, actor: Actor | None, at: datetime) -> None:
    """Closes what a person has open in these parts of the tree, when her work there ends."""
    rows = BreakGlass.objects.select_for_update(of=("self",)).select_related("unit")
    for row in rows.filter(person=person, approved_at__isnull=False, ends_at__gt=at):
        if any((row.unit.path or "").startswith(path) for path in paths):
            row.ends_at = at
            row.save(update_fields=["ends_at"])
            _record("breakglass.ended", row, actor, at, {})


def hours_asked(asked: BreakGlass) -> timedelta:
    """How long was asked for; only before the decision."""
    return (asked.ends_at or asked.asked_at) - asked.asked_at


def _lock(asked: BreakGlass, actor: Actor, at: datetime) -> BreakGlass:
    locked = BreakGlass.objects.select_for_update(of=("self",)).select_related("unit", "person").get(pk=asked.pk)
    _require(
        locked.person_id != actor.person_id,
        _("Du har själv bett om nödåtkomsten. Någon annan behöver besluta."),
    )
    _require(may_decide(locked, actor), _("Du har inte i uppdrag att besluta om nödåtkomst där."))
    if locked.approved_at or locked.refused_at:
        raise Stale(_("Någon annan har redan beslutat."))
    _require(
        at - locked.asked_at <= STANDS_FOR,
        _("Begäran är äldre än ett dygn. Be personen fråga igen om det behövs."),
    )
    return locked


def _record(verb: str, row: BreakGlass, actor: Actor | None, at: datetime, values: dict[str, object]) -> None:
    about = ("break_glass", row.pk)
    record(
        verb,
        actor=actor,
        at=at,
        about=about,
        principal_id=row.unit.principal_id,
        unit_id=row.unit_id,
        values=values,
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise Refused(reason)
