"""What is to be checked: one row per promise, unit and period, made by the system, taken away only while it waits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.db import transaction

from hjulet.core.clocks import Limit, due_on
from hjulet.law.rules import service_level
from hjulet.org.choices import UnitKind
from hjulet.org.models import Principal, Unit, path_end
from hjulet.services.choices import CHECK_LEVEL
from hjulet.services.models import Declaration, Promise, PromiseCheck, Service
from hjulet.services.periods import Period, periods_between

CARRIES = (UnitKind.UNIT, UnitKind.PROVIDER)
BACK = timedelta(days=100)  # so far back is made up for when the work has stood still
REASON = "what is to be checked is planned by the system"


def carriers(places: Iterable[Unit], alive: Iterable[Unit]) -> list[Unit]:
    """The units where promises are checked: of each place the units at and below it, else the place itself."""
    found: dict[int, Unit] = {}
    units = [unit for unit in alive if unit.path]
    for place in places:
        here = [unit for unit in units if _within(unit, place)]
        carrying = [unit for unit in here if unit.kind in CARRIES] or [unit for unit in here if unit.pk == place.pk]
        found |= {unit.pk: unit for unit in carrying}
    return sorted(found.values(), key=lambda unit: unit.path or "")


def _within(unit: Unit, place: Unit) -> bool:
    return bool(place.path) and (place.path or "") <= (unit.path or "") < path_end(place.path or "")


def units_of(service: Service, on: date) -> list[Unit]:
    alive = Unit.objects.of(service.principal_id).alive(on).filter(path__isnull=False).order_by("path")
    return carriers([row.unit for row in service.places.select_related("unit")], alive)


Wanted = tuple[Promise, Unit, Period]


def plan(principal_id: int, on: date, *, service: Service | None = None) -> int:
    """Adds the rows of periods that have begun and are not there; returns how many. May be run again and again."""
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=principal_id)
        wanted = list(_wanted(principal_id, on, service))
        if not wanted:
            return 0
        limit = service_level(CHECK_LEVEL, principal_id=principal_id, day=on).limit
        there = _there(principal_id, min(period.first for _promise, _unit, period in wanted))
        new = [row for row in wanted if (row[0].pk, row[1].pk, row[2].first) not in there]
        for promise, unit, period in new:
            _add(principal_id, promise, unit, period, limit)
    return len(new)


def replan(service: Service, on: date) -> None:
    """After a change: what waits and is no longer to be checked goes, and what is new comes."""
    with transaction.atomic():
        Principal.objects.select_for_update().get(pk=service.principal_id)
        keep = {(promise.pk, unit.pk) for promise, unit, _period in _wanted(service.principal_id, on, service)}
        rows = PromiseCheck.objects.unscoped(reason=REASON).waiting()
        rows = rows.filter(promise__declaration__service=service, period_last__gte=on)
        gone = [pk for pk, promise, unit in rows.values_list("pk", "promise", "unit") if (promise, unit) not in keep]
        PromiseCheck.objects.unscoped(reason=REASON).filter(pk__in=gone).delete()
        plan(service.principal_id, on, service=service)


def _wanted(principal_id: int, on: date, service: Service | None) -> Iterator[Wanted]:
    held = Declaration.objects.held(on).filter(service__in=Service.objects.of(principal_id).offered(on))
    if service is not None:
        held = held.filter(service=service)
    alive = list(Unit.objects.of(principal_id).alive(on).filter(path__isnull=False).order_by("path"))
    for declaration in held.select_related("service").prefetch_related("promises", "service__places__unit"):
        places = [row.unit for row in declaration.service.places.all()]
        for unit in carriers(places, alive):
            first = max(declaration.valid_from or on, unit.valid_from, on - BACK)
            for promise in declaration.promises.all():
                for period in periods_between(promise.every, first, on):
                    yield promise, unit, period


def _there(principal_id: int, first: date) -> set[tuple[Any, ...]]:
    rows = PromiseCheck.objects.unscoped(reason=REASON).filter(principal_id=principal_id, period_first__gte=first)
    return set(rows.values_list("promise", "unit", "period_first"))


def _add(principal_id: int, promise: Promise, unit: Unit, period: Period, limit: Limit) -> None:
    due = due_on(limit, period.last) or period.last
    row = PromiseCheck(
        principal_id=principal_id,
        promise=promise,
        unit=unit,
        period_first=period.first,
        period_last=period.last,
        due_on=due,
    )
    row.save(force_insert=True)
