"""Verbs of a unit: what it is and what it is called. Where it hangs is in moves.py."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.flow import Refused
from hjulet.core.swedish_time import date_short
from hjulet.org.actions.changing import ONE_DAY, changing, note, unchanged, write
from hjulet.org.models import SEGMENT, Principal, Unit, UnitVersion

LONGEST_PATH = 120
LAST_SEGMENT = 10**SEGMENT - 2  # path_end adds one and must stay within the digits


def create_unit(
    *,
    principal: Principal,
    parent: Unit | None,
    code: str,
    name: str,
    kind: str,
    valid_from: date,
    tracks: Iterable[str] = (),
    is_caregiver: bool = False,
    services: str = "",
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """A new place below `parent`, or the principal's root. Raises Refused."""
    with changing(principal.pk, actor, at, own_reach=False) as today:
        not_later(valid_from, today)
        above = _check_place(principal, parent, valid_from)
        if Unit.objects.of(principal.pk).filter(code=code).exists():
            raise Refused(_("Koden %(code)s är upptagen. Välj en annan.") % {"code": code})
        unit = Unit.objects.create(
            principal=principal,
            parent=parent,
            code=code,
            name=name,
            kind=kind,
            tracks=list(tracks),
            is_caregiver=is_caregiver,
            services=services,
            valid_from=valid_from,
        )
        unit.path = above + segment(unit.pk)
        check_depth(len(unit.path))
        unit.save(update_fields=["path"])
        UnitVersion.objects.create(unit=unit, parent=parent, name=name, path=unit.path, valid_from=valid_from)
        note(
            "unit.created",
            unit,
            actor,
            at,
            code=code,
            name=name,
            parent=parent.name if parent else "",
            day=valid_from,
        )
    return unit


def not_later(day: date, today: date) -> None:
    if day > today:
        raise Refused(_("Flytten gäller från i dag eller tidigare. Kom tillbaka den dag ändringen börjar gälla."))


def segment(pk: int) -> str:
    """One step of a path: the unit's own number, so that a move never renumbers anything."""
    if pk > LAST_SEGMENT:
        raise Refused(_("Det går inte att lägga upp fler enheter än %(count)s.") % {"count": LAST_SEGMENT})
    return f"{pk:0{SEGMENT}d}"


def _check_place(principal: Principal, parent: Unit | None, day: date) -> str:
    if parent is None:
        if Unit.objects.of(principal.pk).filter(parent__isnull=True).exists():
            raise Refused(_("Huvudmannen har redan en översta enhet. Välj var i trädet den nya ska ligga."))
        return ""
    parent.refresh_from_db()
    if parent.principal_id != principal.pk:
        raise Refused(_("Enheten hör till en annan huvudman."))
    check_parent(parent, day)
    return parent.path or ""


def check_parent(parent: Unit, day: date) -> None:
    """The place must stay, and must have lain where it lies since the day; or the tree of then is untrue."""
    if parent.valid_to is not None:
        raise Refused(_("%(unit)s är stängd eller stängs snart. Välj ett annat ställe.") % {"unit": parent.name})
    since = parent.versions.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
    first = since.order_by("valid_from").first()
    if first is None or first.valid_from > day:
        raise Refused(_("%(unit)s fanns inte den dagen. Välj en senare dag.") % {"unit": parent.name})
    if since.exclude(path=parent.path).exists():
        raise Refused(_("%(unit)s har själv flyttats efter den dagen. Välj en senare dag.") % {"unit": parent.name})


def check_depth(length: int) -> None:
    if length > LONGEST_PATH:
        levels = LONGEST_PATH // SEGMENT
        raise Refused(_("Trädet får ha högst %(count)s nivåer.") % {"count": levels})


def rename_unit(
    *, unit: Unit, name: str, day: date, seen: str | None = None, actor: Actor | None, at: datetime
) -> Unit:
    """A new name from a day, today or earlier. Older records keep showing the tree of then."""
    with changing(unit.principal_id, actor, at) as today:
        lock_unit(unit, seen)
        not_later(day, today)
        check_open(unit)
        if name == unit.name:
            return unit
        version = latest_version(unit, day)
        if version.valid_from == day:
            UnitVersion.objects.filter(pk=version.pk).update(name=name)
        else:
            UnitVersion.objects.filter(pk=version.pk).update(valid_to=day - ONE_DAY)
            UnitVersion.objects.create(
                unit=unit,
                parent=unit.parent,
                name=name,
                path=version.path,
                valid_from=day,
                valid_to=version.valid_to,
            )
        note("unit.renamed", unit, actor, at, name=[unit.name, name], day=day)
        unit.name = name
        unit.save(update_fields=["name"])
    return unit


def change_unit(
    *,
    unit: Unit,
    kind: str,
    tracks: Iterable[str],
    is_caregiver: bool,
    services: str,
    seen: str | None = None,
    actor: Actor | None,
    at: datetime,
) -> Unit:
    """What kind of unit it is, which laws it works under and what it gives (ORG-1)."""
    with changing(unit.principal_id, actor, at):
        lock_unit(unit, seen)
        new = {"kind": kind, "tracks": list(tracks), "is_caregiver": is_caregiver, "services": services}
        write(unit, new, "unit.changed", actor, at)
    return unit


def lock_unit(unit: Unit, seen: str | None) -> None:
    unit.refresh_from_db()
    unchanged(unit, seen)


def check_open(unit: Unit) -> None:
    if unit.valid_to is not None:
        raise Refused(_("%(unit)s har redan en sista dag och kan inte ändras.") % {"unit": unit.name})


def latest_version(unit: Unit, day: date) -> UnitVersion:
    """The version that holds now. A change dated before it would overwrite what came after: refused."""
    version = UnitVersion.objects.filter(unit=unit).order_by("-valid_from")[0]
    if version.valid_from > day:
        raise Refused(
            _("%(unit)s ändrades %(day)s. Välj den dagen eller en senare.")
            % {"unit": unit.name, "day": date_short(version.valid_from, today=day)}
        )
    return version
