"""What other rooms know of services and promises, and what an upper room adds.

Upward: FIGURES, which a room that counts fills. Outward: frozen answers for those who plan, check or report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.law.registry import Hanging
from hjulet.services.models import Declaration, Description, Promise, PromiseCheck, Service
from hjulet.services.periods import Period


@dataclass(frozen=True)
class Reading:
    """A number out of the records, and what it was made of, in words."""

    value: Decimal
    words: str


@dataclass(frozen=True)
class Figure:
    """Something Hjulet works out itself. `read` is asked with who asks, the unit's code, the period and today's day,
    and gives None where there is nothing to tell or small numbers are hidden."""

    label: Any
    unit: str
    read: Callable[[Actor, str, Period, date], Reading | None]


FIGURES: dict[str, Figure] = {}


@dataclass(frozen=True)
class ServiceInfo:
    code: str
    label: str
    central: str
    tracks: tuple[str, ...]
    laws: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class PromiseInfo:
    """A promise in force. `units` are the places named, each with what lies below it."""

    service: str
    code: str
    text: str
    target: str
    every: str
    areas: tuple[str, ...]
    units: tuple[int, ...]


@dataclass(frozen=True)
class ResultInfo:
    """How one unit kept one promise in a period; `outcome` is services.choices.Outcome."""

    check: int
    service: str
    promise: str
    text: str
    unit_id: int
    unit: str
    period: Period
    due_on: date
    outcome: str
    value: Decimal | None
    url: str


def services_on(principal_id: int, on: date) -> list[ServiceInfo]:
    """What a principal offers on a day, with the provisions that the description in force names."""
    rows = Service.objects.of(principal_id).offered(on).select_related("central")
    laws: dict[int, tuple[str, ...]] = {
        row.service_id: tuple(row.laws) for row in Description.objects.held(on).filter(service__in=rows.order_by())
    }
    return [
        ServiceInfo(
            row.code, row.name, str(row.central), tuple(row.tracks), laws.get(row.pk, ()), row.get_absolute_url()
        )
        for row in rows
    ]


def promises_on(principal_id: int, on: date) -> list[PromiseInfo]:
    """What is promised on a day, by service and in the declaration's order."""
    held = Declaration.objects.held(on).filter(service__in=Service.objects.of(principal_id).offered(on))
    rows = Promise.objects.filter(declaration__in=held.order_by()).select_related("declaration__service")
    rows = rows.prefetch_related("declaration__service__places").order_by("declaration__service__code", "place", "id")
    return [
        PromiseInfo(
            row.declaration.service.code,
            row.code,
            str(row),
            row.target_told,
            row.every,
            tuple(row.areas),
            tuple(place.unit_id for place in row.declaration.service.places.all()),
        )
        for row in rows
    ]


def results(actor: Actor, *, first: date, last: date, unit_path: str = "") -> list[ResultInfo]:
    """Checks of periods that end between two days, done or waiting, as far as the actor may see; the oldest first."""
    rows = PromiseCheck.objects.visible_to(actor).filter(period_last__gte=first, period_last__lte=last)
    if unit_path:
        rows = rows.filter(unit__path__startswith=unit_path)
    return _told(rows.order_by("period_last", "unit__path", "id"))


def overdue(actor: Actor, on: date) -> list[ResultInfo]:
    """Checks that should have been done, as far as the actor may see."""
    return _told(PromiseCheck.objects.visible_to(actor).overdue(on).order_by("due_on", "id"))


def _told(rows: Any) -> list[ResultInfo]:
    return [
        ResultInfo(
            check=row.pk,
            service=row.promise.declaration.service.code,
            promise=row.promise.code,
            text=str(row.promise),
            unit_id=row.unit_id,
            unit=row.unit.name,
            period=row.period,
            due_on=row.due_on,
            outcome=row.outcome,
            value=row.value,
            url=row.get_absolute_url(),
        )
        for row in rows.select_related("unit", "promise__declaration__service")
    ]


def hanging(codes: Collection[str], principal_id: int | None, actor: Actor, at: datetime) -> Iterator[Hanging]:
    """Services whose description in force names one of the provisions."""
    for service in services_on(actor.principal_id, local_date(at)):
        for code in _both(service.laws, codes):
            yield Hanging(code=code, kind="service", label=service.label, url=service.url)


def _both(laws: Iterable[str], codes: Collection[str]) -> list[str]:
    return [code for code in laws if code in codes]
