"""What the pages list: services by what the address asks for, and checks by what waits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from hjulet.core.actor import Actor
from hjulet.core.clocks import local_date
from hjulet.core.swedish_words import asked_words
from hjulet.core.words_index import HasWords
from hjulet.org.choices import Track
from hjulet.org.models import Unit
from hjulet.services.choices import CHECKS, Area, EditionState, Outcome
from hjulet.services.models import CentralService, Declaration, Description, Promise, PromiseCheck, Service

SORTS = {
    "tjanst": ("central__place", "label", "id"),
    "insats": ("label", "id"),
    "fran": ("valid_from", "id"),
}
TRACKS = (Track.SOL, Track.LSS, Track.HSL, Track.NONE)


@dataclass(frozen=True)
class Selection:
    """`central` is a code, `track` one of Track, `area` one of Area, `text` words that must all be there."""

    central: str = ""
    track: str = ""
    area: str = ""
    text: str = ""
    ended: bool = False
    sort: str = "tjanst"

    @property
    def any(self) -> bool:
        return bool(self.central or self.track or self.area or self.text or self.ended)


def read_selection(params: Mapping[str, str]) -> Selection:
    def one_of(name: str, known: Iterable[str]) -> str:
        return params.get(name, "") if params.get(name, "") in known else ""

    sort = params.get("sort", "tjanst")
    return Selection(
        central=params.get("tjanst", "")[:40],
        track=one_of("lag", [str(track.value) for track in TRACKS]),
        area=one_of("omrade", Area.values),
        text=params.get("q", "").replace("\x00", " ").strip()[:200],
        ended=params.get("avslutade") == "1",
        sort=sort if sort.lstrip("-") in SORTS else "tjanst",
    )


def services_in(selection: Selection, actor: Actor, on: date) -> Any:
    """The actor's principal's services, those with an area when a promise in force has it."""
    found = Service.objects.of(actor.principal_id)
    if not selection.ended:
        found = found.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on))
    if selection.central:
        found = found.filter(central__code=selection.central)
    if selection.track:
        found = found.filter(pk__in=_holding(found.values_list("pk", "tracks"), selection.track))
    if selection.area:
        found = found.filter(pk__in=_with_area(actor.principal_id, selection.area, on))
    if selection.text:
        words = asked_words(selection.text)
        found = found.filter(HasWords(words)) if words else found.none()
    order = SORTS[selection.sort.lstrip("-")]
    down = selection.sort.startswith("-")
    return found.select_related("central", "owner", "owner_role").order_by(*(f"-{n}" if down else n for n in order))


def _holding(rows: Iterable[tuple[int, list[str]]], code: str) -> list[int]:
    return [pk for pk, codes in rows if code in codes]


def _with_area(principal_id: int, area: str, on: date) -> list[int]:
    held = Declaration.objects.filter(service__principal_id=principal_id)
    held = held.filter(Q(pk__in=Declaration.objects.held(on).order_by().values("pk")) | Q(state="draft"))
    rows = Promise.objects.filter(declaration__in=held.order_by()).values_list("declaration__service", "areas")
    return _holding(rows, area)


@dataclass
class Row:
    """One line of the list: the service, what stands decided, and how many of the latest checks were kept."""

    service: Service
    promises: int = 0
    decided: Declaration | None = None
    proposed: bool = False
    kept: int = 0
    done: int = 0


def rows_of(services: list[Service], actor: Actor, on: date) -> list[Row]:
    """The lines of a page, in three queries however many they are."""
    found = {service.pk: Row(service) for service in services}
    for declaration in Declaration.objects.filter(service__in=found).prefetch_related("promises"):
        row = found[declaration.service_id]
        row.proposed |= declaration.state == "draft"
        if declaration.in_force(on):
            row.decided, row.promises = declaration, len(declaration.promises.all())
    for (service, _code, _unit), check in latest_of(found, actor).items():
        row = found[service]
        row.done += 1
        row.kept += check == Outcome.MET
    return list(found.values())


def latest_of(services: Iterable[int], actor: Actor) -> dict[tuple[int, str, int], str]:
    """The outcome of the latest check that is done of each promise at each unit the actor may see."""
    rows = PromiseCheck.objects.visible_to(actor).done().filter(promise__declaration__service__in=list(services))
    plain = rows.order_by("period_last", "id").values_list(
        "promise__declaration__service", "promise__code", "unit", "outcome"
    )
    return {(service, code, unit): outcome for service, code, unit, outcome in plain}


def editions_of(service: Service) -> tuple[list[Description], list[Declaration]]:
    """Every version, the newest first, each declaration with its promises."""
    return list(service.descriptions.all()), list(service.declarations.prefetch_related("promises"))


def shown(editions: list[Any], on: date, *, drafts: bool) -> Any:
    """The one that is decided and in force, else the proposal where the reader may see it, else None."""
    held = next((one for one in editions if one.in_force(on)), None)
    return held or (proposed(editions) if drafts else None)


def proposed(editions: list[Any]) -> Any:
    return next((one for one in editions if one.state == EditionState.DRAFT), None)


def centrals() -> list[CentralService]:
    return list(CentralService.objects.all())


# Checks -----------------------------------------------------------------------------

TABS = ("att-gora", "sena", "brister", "klara", "alla")
CHECK_SORTS = {
    "klart": ("due_on", "unit__name", "id"),
    "enhet": ("unit__name", "due_on", "id"),
    "insats": ("promise__declaration__service__label", "promise__place", "due_on", "id"),
    "lage": ("outcome", "due_on", "id"),
}


@dataclass(frozen=True)
class CheckSelection:
    """`tab` one of TABS, `unit` a unit's code, `service` a service's code."""

    tab: str = TABS[0]
    unit: str = ""
    service: str = ""
    sort: str = "klart"


def read_checks(params: Mapping[str, str]) -> CheckSelection:
    tab, sort = params.get("val", TABS[0]), params.get("sort", "")
    tab = tab if tab in TABS else TABS[0]
    if sort.lstrip("-") not in CHECK_SORTS:
        sort = "klart" if tab in {"att-gora", "sena"} else "-klart"
    return CheckSelection(tab, params.get("unit", "")[:80], params.get("insats", "")[:60], sort)


def tabs(actor: Actor, at: datetime) -> dict[str, tuple[str, Q]]:
    """Each saved selection with its words. What is mine to do is at the units where I say how it went."""
    today = local_date(at)
    waits = Q(outcome=Outcome.WAITING)
    mine = Q(unit__in=Unit.objects.within(actor.reach(*CHECKS)).order_by().values("pk"))
    return {
        "att-gora": (_("Att kontrollera"), waits & mine),
        "sena": (_("Sena"), waits & Q(due_on__lt=today)),
        "brister": (_("Hölls inte"), Q(outcome=Outcome.NOT_MET)),
        "klara": (_("Kontrollerade"), ~waits),
        "alla": (_("Alla"), Q()),
    }


def narrowed(selection: CheckSelection, actor: Actor) -> Any:
    """What the actor may see of a unit and a service, whatever the tab."""
    found = PromiseCheck.objects.visible_to(actor)
    if selection.unit:
        unit = Unit.objects.seen_by(actor).filter(code=selection.unit, path__isnull=False).first()
        found = found.filter(unit__in=Unit.objects.under(unit.path or "").values("pk")) if unit else found.none()
    if selection.service:
        found = found.filter(promise__declaration__service__code=selection.service)
    return found


def checks_in(selection: CheckSelection, actor: Actor, at: datetime) -> Any:
    """In order; what has not been said yet comes by its last day."""
    found = narrowed(selection, actor).filter(tabs(actor, at)[selection.tab][1])
    down = selection.sort.startswith("-")
    order = CHECK_SORTS[selection.sort.lstrip("-")]
    found = found.select_related("unit", "promise__declaration__service", "checked_by")
    return found.order_by(*(f"-{name}" if down else name for name in order))
