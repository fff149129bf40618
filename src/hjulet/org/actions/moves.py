"""Verbs that change the shape of the tree: moving, closing, merging and splitting units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import models, transaction
from django.db.models import Max, Q, Value
from django.db.models.functions import Concat, Length, Substr
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.org.actions.changing import ONE_DAY, changing, note
from hjulet.org.actions.units import (
    check_depth,
    check_open,
    check_parent,
    create_unit,
    latest_version,
    lock_unit,
    not_later,
    segment,
)
from hjulet.org.models import Unit, UnitVersion, path_end
from hjulet.org.registry import MOVES


def move_unit(
    *, unit: Unit, parent: Unit, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """Hangs a unit, with all below it, under another from a day, today or earlier. Raises Refused, Stale."""
    with changing(unit.principal_id, actor, at) as today:
        lock_unit(unit, seen)
        parent.refresh_from_db()
        not_later(day, today)
        check_open(unit)
        _check_target(unit, parent)
        check_parent(parent, day)
        latest_version(unit, day)
        if unit.parent_id == parent.pk:
            return unit
        old = unit.parent.name if unit.parent else ""
        _rehang(unit, parent, day)
        note("unit.moved", unit, actor, at, parent=[old, parent.name], day=day)
    return unit


def _check_target(unit: Unit, target: Unit) -> None:
    if unit.parent_id is None:
        raise Refused(_("Den översta enheten kan inte flyttas."))
    if target.principal_id != unit.principal_id:
        raise Refused(_("Enheten hör till en annan huvudman."))
    if (unit.path or "") <= (target.path or "") < path_end(unit.path or ""):
        raise Refused(_("En enhet kan inte ligga under sig själv. Välj ett annat ställe."))


def _rehang(unit: Unit, parent: Unit, day: date) -> None:
    """Rewrites the paths of the whole subtree in one statement, and its versions from the day on."""
    old, new = unit.path or "", f"{parent.path}{segment(unit.pk)}"
    deepest = Unit.objects.under(old).aggregate(most=Max(Length("path")))["most"] or len(old)
    check_depth(deepest - len(old) + len(new))
    _tell_moved(old, -1)
    moved = Concat(Value(new), Substr("path", len(old) + 1), output_field=models.CharField())
    Unit.objects.under(old).update(path=moved)
    Unit.objects.filter(pk=unit.pk).update(parent=parent)
    under = UnitVersion.objects.filter(path__gte=old, path__lt=path_end(old))
    later = under.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    across = list(later.filter(valid_from__lt=day))
    later.filter(valid_from__gte=day).update(path=moved)
    later.filter(valid_from__lt=day).update(valid_to=day - ONE_DAY)
    UnitVersion.objects.bulk_create(
        [
            UnitVersion(
                unit_id=row.unit_id,
                parent_id=row.parent_id,
                name=row.name,
                path=new + row.path[len(old) :],
                valid_from=day,
                valid_to=row.valid_to,
            )
            for row in across
        ],
        batch_size=200,
    )
    UnitVersion.objects.filter(unit=unit, valid_from__gte=day).update(parent=parent)
    _tell_moved(new, 1)
    unit.refresh_from_db()


def _tell_moved(path: str, sign: int) -> None:
    for follow in MOVES:
        follow(path, sign)


def close_unit(*, unit: Unit, valid_to: date, seen: str | None = None, actor: Actor | None, at: datetime) -> Unit:
    """Gives a unit its last day, past or to come. Roles there end; cases stay where they were made."""
    with changing(unit.principal_id, actor, at):
        lock_unit(unit, seen)
        check_open(unit)
        _check_closable(unit, valid_to)
        _close(unit, valid_to, {})
        note("unit.closed", unit, actor, at, valid_to=valid_to)
    return unit


def _check_closable(unit: Unit, last: date) -> None:
    if unit.parent_id is None:
        raise Refused(_("Den översta enheten kan inte stängas."))
    staying = unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last))
    if staying.exists():
        names = ", ".join(staying.values_list("name", flat=True)[:3])
        raise Refused(
            _("Under enheten ligger %(names)s. Flytta eller stäng det som ligger under först.") % {"names": names}
        )


def _close(unit: Unit, last: date, more: Mapping[str, Any]) -> None:
    version = latest_version(unit, last)
    still = UnitVersion.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last), parent=unit)
    if still.exists():
        names = {"below": still.values_list("name", flat=True)[0], "unit": unit.name}
        raise Refused(_("%(below)s låg under %(unit)s efter den dagen. Välj en senare dag.") % names)
    later = unit.assignments.filter(valid_from__gt=last)
    if later.exists():
        raise Refused(
            _("Någon har en roll på %(unit)s som börjar efter den dagen. Avsluta den först.") % {"unit": unit.name}
        )
    unit.assignments.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last)).update(valid_to=last)
    UnitVersion.objects.filter(pk=version.pk).update(valid_to=last)
    Unit.objects.filter(pk=unit.pk).update(valid_to=last, **more)
    unit.refresh_from_db()


def merge_units(
    *, unit: Unit, into: Unit, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """`unit` becomes part of `into` from a day. What lies below moves over; records stay in `unit`.

    The closed unit then lies under `into`, so that those who answer for `into` reach what the old unit left.
    """
    with changing(unit.principal_id, actor, at) as today:
        lock_unit(unit, seen)
        into.refresh_from_db()
        not_later(day, today)
        check_open(unit)
        _check_target(unit, into)
        check_parent(into, day)
        for child in unit.children.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day)):
            latest_version(child, day)
            _rehang(child, into, day)
        _close(unit, day - ONE_DAY, {"merged_into": into})
        if unit.parent_id != into.pk:
            _rehang(unit, into, day)
        note("unit.merged", unit, actor, at, into=into.name, day=day)
    return unit


def split_unit(
    *,
    unit: Unit,
    code: str,
    name: str,
    children: Iterable[Unit],
    day: date,
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """A new unit beside `unit`, of the same kind, which takes over some of what lies below."""
    with transaction.atomic():
        new = create_unit(
            principal=unit.principal,
            parent=unit.parent,
            code=code,
            name=name,
            kind=unit.kind,
            tracks=unit.tracks,
            is_caregiver=unit.is_caregiver,
            services=unit.services,
            valid_from=day,
            actor=actor,
            at=at,
        )
        for child in children:
            if child.parent_id != unit.pk:
                raise Refused(_("%(unit)s ligger inte under enheten som delas.") % {"unit": child.name})
            move_unit(unit=child, parent=new, day=day, actor=actor, at=at)
        note("unit.split", unit, actor, at, into=new.name, day=day)
    return new
